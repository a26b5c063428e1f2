"""CSV: UTF-8 with or without BOM, GB18030 (what Chinese Excel saves), UTF-16; comma, semicolon or tab."""

import csv
import io
from collections.abc import Iterator

from crm.imports.cells import Cell, clean
from crm.imports.errors import FileRefused

LARGEST_FIELD = 1_000_000
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_ENOUGH_TO_BE_UTF8 = 10


def rows(data: bytes) -> Iterator[tuple[int, tuple[Cell, ...]]]:
    """Every record with the number of the line it begins in. Raises FileRefused."""
    text = decoded(data)
    if "\0" in text:
        raise FileRefused("这不是文本文件，请导入 CSV 或 XLSX")
    csv.field_size_limit(LARGEST_FIELD)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    begins = 1
    try:
        for record in reader:
            yield begins, tuple(map(clean, record))
            begins = reader.line_num + 1
    except csv.Error as error:
        raise FileRefused(f"第 {begins} 行的格式不对（引号没有成对，或单元格过长），请检查这一行") from error


def decoded(data: bytes) -> str:
    """The text of a file in one of the encodings that occur here. Raises FileRefused, naming the line where it breaks.

    A file that is UTF-8 for a good while and then is not has been damaged: read as GB18030 it would be gibberish.
    """
    if data.startswith(_UTF16):
        return _strictly(data, "utf-16")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as broken:
        good = data[: broken.start].decode("utf-8-sig", "ignore")
        if sum(not sign.isascii() for sign in good) >= _ENOUGH_TO_BE_UTF8:
            raise FileRefused(_where(data, broken, "UTF-8")) from broken
    return _strictly(data, "gb18030")


def _strictly(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as broken:
        name = "UTF-8 或 GB18030" if encoding == "gb18030" else "UTF-16"
        raise FileRefused(_where(data, broken, name)) from broken


def _where(data: bytes, broken: UnicodeDecodeError, encoding: str) -> str:
    line = data.count(b"\n", 0, broken.start) + 1
    return f"第 {line} 行有不能识别的字符（文件应为 {encoding} 编码），请另存为“CSV UTF-8”再导入"


def _delimiter(text: str) -> str:
    header = next((line for line in text.splitlines() if line.strip()), "")
    return max(",;\t", key=header.count)
