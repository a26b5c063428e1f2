"""Columns of a kind of file, and how a sheet's header is matched with them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from crm.imports.cells import Cell, folded, shown
from crm.imports.errors import BadValue, FileRefused
from crm.imports.files import Line, Sheet
from crm.imports.values import Reader

CLEAR = "-"
"""A cell that holds only a dash empties the field; an empty cell leaves it as it is."""
_REMARK = re.compile(r"[（(].*?[）)]|[*＊_]")


@dataclass(frozen=True)
class Column:
    """One column. `name` is the English header, `aliases` the Chinese ones, the first of which is the usual.

    `required`: the column must be there and filled in every row. `empty`: what a new row gets without a value.
    """

    name: str
    aliases: tuple[str, ...]
    read: Reader
    required: bool = False
    empty: Any = ""


@dataclass(frozen=True)
class RowError:
    """Why a row is not taken. `column` is the header as it stands in the file."""

    line: int
    column: str
    value: str
    reason: str


@dataclass(frozen=True)
class Row:
    """A row whose cells could be read; `values` holds what was filled in, by column name."""

    line: Line
    values: Mapping[str, Any]


@dataclass
class Parsed:
    """A file, read and checked cell by cell; what needs the database is checked later."""

    file: str
    headers: Mapping[str, tuple[int, str]]
    """Column name -> position and header as in the file."""
    unknown: tuple[str, ...]
    """Headers that are no column of this kind: not used, but told."""
    total: int
    rows: list[Row] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)

    def refuse(self, row: Row, name: str, reason: str) -> None:
        """Records an error about a column of a row; without such a column in the file, under its Chinese-free name."""
        position, header = self.headers.get(name, (None, name))
        value = shown(row.line.cells[position]) if position is not None and position < len(row.line.cells) else ""
        self.errors.append(RowError(row.line.number, header, value, reason))


def match(header: Sequence[str], columns: Iterable[Column]) -> tuple[dict[str, tuple[int, str]], tuple[str, ...]]:
    """Which position holds which column, and the headers that are none. Raises FileRefused for missing or double columns."""
    columns = tuple(columns)
    named = {_key(name): column.name for column in columns for name in (column.name, *column.aliases)}
    found: dict[str, tuple[int, str]] = {}
    unknown: list[str] = []
    for position, title in enumerate(header):
        name = named.get(_key(title))
        if name is None:
            unknown.extend([title] if title else [])
        elif name in found:
            raise FileRefused(f"“{found[name][1]}”和“{title}”是同一列，请只留一列")
        else:
            found[name] = (position, title)
    missing = [column.aliases[0] for column in columns if column.required and column.name not in found]
    if missing:
        seen = "、".join(title for title in header if title)[:200] or "（空）"
        raise FileRefused(f"缺少列：{'、'.join(missing)}。文件第一行应为表头，现在是：{seen}")
    return found, tuple(unknown)


def _key(title: str) -> str:
    return folded(_REMARK.sub("", title))


def parse(sheet: Sheet, columns: Sequence[Column], now: datetime) -> Parsed:
    """Read every cell; each that is wrong is an error of its own, so that a file is put right in one go."""
    headers, unknown = match(sheet.header, columns)
    parsed = Parsed(sheet.name, headers, unknown, len(sheet.lines))
    # What a cell means depends on nothing but its column, and most cells of a column say what another has said.
    chosen = [(*headers[column.name], column, dict[Cell, Any]()) for column in columns if column.name in headers]
    width = len(sheet.header)
    for line in sheet.lines:
        before = len(parsed.errors)
        values: dict[str, Any] = {}
        for position, title, column, known in chosen:
            cell: Cell = line.cells[position] if position < len(line.cells) else ""
            if cell in known:
                values[column.name] = known[cell]
            elif cell != "" or column.required:
                try:
                    values[column.name] = known[cell] = _value(cell, column, now)
                except BadValue as error:
                    parsed.errors.append(RowError(line.number, title, shown(cell), str(error)))
        if len(line.cells) > width and any(cell != "" for cell in line.cells[width:]):
            parsed.errors.append(RowError(line.number, "", "", "这一行比表头多出内容，可能少了引号或多了分隔符"))
        if len(parsed.errors) == before:
            parsed.rows.append(Row(line, values))
    return parsed


def _value(cell: Cell, column: Column, now: datetime) -> Any:
    if cell == "":
        raise BadValue("不能为空")
    if cell == CLEAR and not column.required:
        return column.empty
    return column.read(cell, now)
