"""Reads a table from a file, whatever it is named: the first bytes say whether it is a workbook or text."""

from dataclasses import dataclass
from pathlib import Path

from crm.imports import text_file, workbook
from crm.imports.cells import Cell, Unusable, shown
from crm.imports.errors import FileRefused

LARGEST_FILE = 200_000_000
"""Bytes. Larger files are split: everything is held in memory, so that all or nothing is written."""

_OLD_EXCEL, _ZIP = b"\xd0\xcf\x11\xe0", b"PK\x03\x04"


@dataclass(frozen=True)
class Line:
    """A row of the file that is not empty. `number` counts lines of the file (rows of the sheet) from 1."""

    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Sheet:
    """A table: its header and what stands below it."""

    name: str
    header: tuple[str, ...]
    lines: tuple[Line, ...]


def read(path: Path) -> Sheet:
    """The table in a CSV or XLSX file. Raises FileRefused when it cannot be read, is empty, or has only a header."""
    try:
        data = path.read_bytes() if path.stat().st_size <= LARGEST_FILE else None
    except OSError as error:
        raise FileRefused(f"打不开文件 {path}：{error.strerror}") from error
    if data is None:
        raise FileRefused(f"文件超过 {LARGEST_FILE // 1_000_000} MB，请分成几个文件导入")
    if not data.strip():
        raise FileRefused("文件是空的")
    if data.startswith(_OLD_EXCEL):
        raise FileRefused("这是旧版 .xls 或带密码的工作簿，请另存为不带密码的 .xlsx 或 CSV 再导入")
    rows = workbook.rows(data) if data.startswith(_ZIP) else text_file.rows(data)
    lines = [Line(number, cells) for number, cells in rows if any(cell != "" for cell in cells)]
    if not lines:
        raise FileRefused("文件里没有内容")
    if len(lines) == 1:
        raise FileRefused("文件里只有表头，没有数据")
    return Sheet(path.name, tuple(_title(cell) for cell in lines[0].cells), tuple(lines[1:]))


def _title(cell: Cell) -> str:
    if isinstance(cell, Unusable):
        raise FileRefused(f"表头里有不能用的单元格（{cell.shown}）：{cell.reason}")
    return shown(cell)
