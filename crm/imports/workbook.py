"""XLSX: the first visible sheet, values only."""

import io
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from crm.imports.cells import Cell, Unusable, clean
from crm.imports.errors import FileRefused

LARGEST_UNPACKED = 1_000_000_000
"""Bytes. A small file can unpack to any size."""
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    ParseError,
    InvalidFileException,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    IndexError,
    EOFError,
    OSError,
    NotImplementedError,
)
"""What openpyxl raises for files that are not what they say; it has no error of its own for that."""
_SPREADSHEET_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!"})


def rows(data: bytes) -> Iterator[tuple[int, tuple[Cell, ...]]]:
    """Every row with its number. Raises FileRefused for a broken workbook."""
    try:
        yield from _rows(data)
    except _BROKEN as error:
        raise FileRefused("工作簿损坏或不是 .xlsx，请用 Excel 打开后另存一份再导入") from error


def _rows(data: bytes) -> Iterator[tuple[int, tuple[Cell, ...]]]:
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        if sum(part.file_size for part in packed.infolist()) > LARGEST_UNPACKED:
            raise FileRefused("工作簿解开后太大，请分成几个文件导入")
    book = load_workbook(io.BytesIO(data), read_only=True, data_only=False)
    try:
        visible = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        if not visible:
            raise FileRefused("工作簿里没有可见的工作表")
        # Some programs write a wrong size into the file, which would cut rows off.
        visible[0].reset_dimensions()
        for number, row in enumerate(visible[0].iter_rows(), start=1):
            yield number, tuple(_cell(cell.value, cell.data_type) for cell in row)
    finally:
        book.close()


def _cell(value: Any, data_type: str) -> Cell:
    if data_type == "f":
        return Unusable(str(value)[:60], "单元格是公式，请复制后“粘贴为数值”再导入")
    if data_type == "e" or (isinstance(value, str) and value in _SPREADSHEET_ERRORS):
        return Unusable(str(value), "单元格是 Excel 错误值")
    if isinstance(value, (datetime, date)):
        return value
    return clean(_text(value))


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    return _number(value) if isinstance(value, float) else str(value)


def _number(value: float) -> str:
    """As the sheet shows it: 13800001234.0 is a telephone number, 0.1 is not 0.1000000000000000055."""
    return str(int(value)) if value.is_integer() else format(Decimal(repr(value)), "f")
