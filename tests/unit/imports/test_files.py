"""Files in every state in which they come: never a traceback, always a sentence that says what to do."""

import io
from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from crm.clock import SHANGHAI
from crm.imports.cells import Unusable
from crm.imports.columns import Column, parse
from crm.imports.errors import FileRefused
from crm.imports.files import Sheet, read
from crm.imports.service import KINDS, read_file
from crm.imports.values import text

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=SHANGHAI)
TABLE = "客户编码,客户名称\nC1,甬晟家居\n"


def file_with(folder: Path, content: bytes, name: str = "file.csv") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def cells(sheet: Sheet) -> list[tuple[int, tuple[object, ...]]]:
    return [(line.number, line.cells) for line in sheet.lines]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_every_usual_encoding(tmp_path: Path, encoding: str) -> None:
    sheet = read(file_with(tmp_path, TABLE.encode(encoding)))
    assert sheet.header == ("客户编码", "客户名称")
    assert cells(sheet) == [(2, ("C1", "甬晟家居"))]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_delimiters_blank_lines_and_line_numbers(tmp_path: Path, delimiter: str) -> None:
    table = '\na,b\r\n\r\n1,"两\n行"\r\n,\r\n2,x'.replace(",", delimiter)
    assert cells(read(file_with(tmp_path, table.encode()))) == [(4, ("1", "两\n行")), (7, ("2", "x"))]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "空的"),
        (b"\xef\xbb\xbf\n \n", "没有内容"),
        ("客户编码,客户名称\n".encode(), "只有表头"),
        (TABLE.encode() * 3 + b"C2,\xff\xfe\xfa\n", "第 7 行有不能识别的字符"),
        (b"\x80\x00\xff\xff" * 9, "不能识别"),
        (b"a,b\n\x00\x00\x01,2\n", "不是文本文件"),
        (b'a,b\n1,2\n"open,2\n', "第 3 行的格式不对"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "旧版 .xls 或带密码"),
        (b"PK\x03\x04 not a workbook", "工作簿损坏"),
        (b"a,b\n" + b"x" * 1_100_000 + b",1\n", "单元格过长"),
    ],
)
def test_what_cannot_be_read_is_told(tmp_path: Path, content: bytes, reason: str) -> None:
    with pytest.raises(FileRefused, match=reason):
        read(file_with(tmp_path, content))


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="打不开文件"):
        read(tmp_path / "none.csv")
    with pytest.raises(FileRefused, match="打不开文件"):
        read(tmp_path)


def test_a_workbook_gives_values_as_they_are_shown(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["单号", "电话", "重量", "日期", "公式", "错", "是否", "空"])
    sheet.append(["WB1", 13800001234, 0.1, datetime(2026, 11, 21, 14, 30), "=1+1", "#N/A", True, None])  # noqa: DTZ001
    book.save(tmp_path / "a.bin")
    (line,) = read(tmp_path / "a.bin").lines
    assert line.number == 2
    assert line.cells[:4] == ("WB1", "13800001234", "0.1", datetime(2026, 11, 21, 14, 30))  # noqa: DTZ001
    assert isinstance(line.cells[4], Unusable)
    assert "公式" in line.cells[4].reason
    assert isinstance(line.cells[5], Unusable)
    assert line.cells[6] == "是"


def test_a_truncated_workbook_is_told(tmp_path: Path) -> None:
    packed = io.BytesIO()
    Workbook().save(packed)
    whole = packed.getvalue()
    for length in (100, len(whole) // 2, len(whole) - 30):
        with pytest.raises(FileRefused):
            read(file_with(tmp_path, whole[:length]))


def test_headers_in_either_language_with_units_and_stars(tmp_path: Path) -> None:
    table = "客户编码*,Name,账期（天）,城市 ,旧系统号\nC1,甬晟,45,宁波,9\n"
    parsed = read_file("customers", file_with(tmp_path, table.encode()), NOW)
    assert parsed.unknown == ("旧系统号",)
    assert parsed.rows[0].values == {"code": "C1", "name": "甬晟", "payment_days": 45, "city": "宁波"}


def test_missing_and_double_columns_are_told(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match=r"缺少列：客户名称。.*现在是：客户编码、电话"):
        read_file("customers", file_with(tmp_path, "客户编码,电话\nC1,1\n".encode()), NOW)
    with pytest.raises(FileRefused, match="“公司”和“客户名称”是同一列"):
        read_file("customers", file_with(tmp_path, "客户编码,公司,客户名称\nC1,a,b\n".encode()), NOW)


def test_every_wrong_cell_is_an_error_with_line_column_value_and_reason(tmp_path: Path) -> None:
    table = "客户编码,客户名称,客户等级,账期\nC1,甬晟,E,九十\nC2,,A,30\nC3,好,A,30,多\nC4,好,A,30\n"
    parsed = read_file("customers", file_with(tmp_path, table.encode()), NOW)
    found = [(error.line, error.column, error.value, error.reason) for error in parsed.errors]
    assert found == [
        (2, "客户等级", "E", "不认识，可以写：A、B、C、D"),
        (2, "账期", "九十", "不是数字"),
        (3, "客户名称", "", "不能为空"),
        (4, "", "", "这一行比表头多出内容，可能少了引号或多了分隔符"),
    ]
    assert [row.values["code"] for row in parsed.rows] == ["C4"]


def test_an_empty_cell_says_nothing_and_a_dash_empties() -> None:
    columns = (Column("a", ("甲",), text(9), required=True), Column("b", ("乙",), text(9), empty=None))
    from crm.imports.files import Line

    sheet = Sheet("x", ("a", "b"), (Line(2, ("-", "-")), Line(3, ("x", ""))))
    parsed = parse(sheet, columns, NOW)
    assert [dict(row.values) for row in parsed.rows] == [{"a": "-", "b": None}, {"a": "x"}]


@pytest.mark.parametrize("kind", list(KINDS.values()), ids=list(KINDS))
def test_no_header_means_two_columns_and_the_documentation_names_all(kind: object) -> None:
    from crm.imports.columns import match
    from crm.imports.kinds.base import Kind
    from settings import ROOT

    assert isinstance(kind, Kind)
    names = [name for column in kind.columns for name in (column.name, *column.aliases[:1])]
    assert len({name.lower() for name in names}) == 2 * len(kind.columns)
    headers = [alias for column in kind.columns for alias in column.aliases]
    for column in kind.columns:
        for alias in (column.name, *column.aliases):
            required = [other.name for other in kind.columns if other.required and other is not column]
            assert column.name in match([*required, alias], kind.columns)[0], f"{alias} is another column's too"
    assert len(headers) == len(set(headers))
    documented = (ROOT / "docs" / "imports.md").read_text(encoding="utf-8")
    section = documented.split(f"## {kind.name}\n", 1)[1].split("\n## ", 1)[0]
    lacking = [column.name for column in kind.columns if f"`{column.name}` {column.aliases[0]}" not in section]
    assert not lacking, f"docs/imports.md, section {kind.name}"
