"""What every kind of import has, and what several share."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from crm.customers.models import Customer
from crm.imports.cells import folded
from crm.imports.changes import Changes, Stored
from crm.imports.columns import Column, Parsed, Row
from crm.imports.repository import ImportRepository


@dataclass(frozen=True)
class Job:
    """One import under way."""

    repository: ImportRepository
    now: datetime


class Kind(ABC):
    """A kind of file."""

    name: ClassVar[str]
    """As on the command line."""
    title: ClassVar[str]
    """For staff, in Chinese."""
    columns: ClassVar[tuple[Column, ...]]

    @abstractmethod
    async def plan(self, parsed: Parsed, job: Job) -> Changes:
        """Check the rows against each other and the database; rows that are wrong go to `parsed.errors`."""


def without_doubles(parsed: Parsed, *names: str) -> Iterator[Row]:
    """The rows, without those whose key stood in an earlier one: which of two should count cannot be known."""
    first: dict[tuple[Any, ...], int] = {}
    for row in parsed.rows:
        key = tuple(row.values.get(name) for name in names)
        if key in first:
            parsed.refuse(row, names[0], f"与第{first[key]}行重复")
        else:
            first[key] = row.line.number
            yield row


def new_values(columns: Iterable[Column], row: Row) -> dict[str, Any]:
    """All values of a new row: those given, and the empty ones of the other columns."""
    return {column.name: row.values.get(column.name, column.empty) for column in columns}


class CustomerIndex:
    """Finds customers as files name them: by code, else by full or short name when only one is called so."""

    def __init__(self, stored: Iterable[Stored]) -> None:
        self._codes: dict[str, Stored] = {}
        self._names: dict[str, dict[Any, Stored]] = {}
        for customer in stored:
            self._codes[customer["code"]] = customer
            for name in (customer["name"], customer["short_name"]):
                if name:
                    self._names.setdefault(folded(name), {})[customer["id"]] = customer

    @classmethod
    async def load(cls, job: Job, parsed: Parsed, column: str = "customer") -> "CustomerIndex":
        """The customers that a file names."""
        named = {row.values[column] for row in parsed.rows}
        found = [
            stored
            for field in ("code", "name", "short_name")
            for stored in await job.repository.rows(Customer, field, named)
        ]
        return cls(found)

    def find(self, parsed: Parsed, row: Row, column: str = "customer") -> Stored | None:
        """The customer of a row; None after recording an error."""
        written = row.values[column]
        if written in self._codes:
            return self._codes[written]
        called = list(self._names.get(folded(written), {}).values())
        if len(called) == 1:
            return called[0]
        parsed.refuse(row, column, "有几个客户叫这个名字，请写客户编码" if called else "没有这个客户，请先导入客户")
        return None
