"""What an import is going to write. Everything is planned first, so that all or nothing happens."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast
from uuid import UUID, uuid4

from sqlalchemy import Table

from database.base import Base

Stored = Mapping[str, Any]
"""A row of a table as it is in the database, by column name."""


def table_of(model: type[Base]) -> Table:
    """The table behind a model."""
    return cast("Table", model.__table__)


@dataclass
class Changes:
    """Rows to insert, update and delete, and how the rows of the file are counted."""

    inserts: dict[Table, list[dict[str, Any]]] = field(default_factory=dict)
    updates: dict[Table, list[dict[str, Any]]] = field(default_factory=dict)
    deletes: dict[Table, list[UUID]] = field(default_factory=dict)
    added: int = 0
    updated: int = 0
    unchanged: int = 0

    @property
    def size(self) -> int:
        """Rows of the database that will be touched."""
        written = sum(len(rows) for rows in (*self.inserts.values(), *self.updates.values()))
        return written + sum(len(ids) for ids in self.deletes.values())

    def insert(self, model: type[Base], values: Mapping[str, Any]) -> UUID:
        """Plan a new row with all its columns; returns its id."""
        new_id = uuid4()
        self.inserts.setdefault(table_of(model), []).append({**values, "id": new_id})
        return new_id

    def update(self, model: type[Base], stored: Stored, values: Mapping[str, Any]) -> bool:
        """Plan the change of a row, if any value differs; says whether one does."""
        if all(stored[name] == value for name, value in values.items()):
            return False
        self.updates.setdefault(table_of(model), []).append({**stored, **values})
        return True

    def delete(self, model: type[Base], row_id: UUID) -> None:
        """Plan the end of a row."""
        self.deletes.setdefault(table_of(model), []).append(row_id)

    def count(self, *, added: bool, updated: bool) -> None:
        """Count one row of the file."""
        self.added += added
        self.updated += updated and not added
        self.unchanged += not added and not updated
