"""Queries of imports: reads by key and writes in bulk, a few hundred rows at a time."""

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from itertools import batched
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from crm.imports.changes import Changes, Stored, table_of
from crm.shipments.models import EtaEstimate, MilestoneEvent, Shipment
from database.base import Base
from database.writing import take_turns

KEYS_AT_ONCE = 500
"""Below the number of parameters that every database takes in one statement."""
ROWS_AT_ONCE = 1000

Progress = Callable[[int], None]
"""Told how many rows have been dealt with since it was told last."""


class ImportRepository:
    """Bulk reading and writing in one session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def alone(self) -> None:
        """Lets no other import in until this transaction ends: two would both insert what neither sees."""
        await take_turns(self._session, "import")

    async def rows(self, model: type[Base], column: str, values: Iterable[Any]) -> list[Stored]:
        """All rows whose `column` holds one of the values."""
        table = table_of(model)
        found: list[Stored] = []
        for keys in batched(dict.fromkeys(values), KEYS_AT_ONCE):
            result = await self._session.execute(select(table).where(table.c[column].in_(keys)))
            found.extend(dict(row) for row in result.mappings())
        return found

    async def everything(self, model: type[Base]) -> list[Stored]:
        """All rows of a table that is never large (rate cards)."""
        return [dict(row) for row in (await self._session.execute(select(table_of(model)))).mappings()]

    async def shipments(self, ids: Iterable[Any]) -> list[Shipment]:
        """Shipments by id, as objects."""
        return [item async for item in self._objects(Shipment, Shipment.id, ids)]

    async def events(self, shipment_ids: Iterable[Any]) -> list[MilestoneEvent]:
        """All events of some shipments."""
        return [item async for item in self._objects(MilestoneEvent, MilestoneEvent.shipment_id, shipment_ids)]

    async def estimates(self, shipment_ids: Iterable[Any]) -> list[EtaEstimate]:
        """All estimates of some shipments."""
        return [item async for item in self._objects(EtaEstimate, EtaEstimate.shipment_id, shipment_ids)]

    async def _objects[Model: Base](
        self, model: type[Model], column: Any, values: Iterable[Any]
    ) -> AsyncIterator[Model]:
        for keys in batched(dict.fromkeys(values), KEYS_AT_ONCE):
            for item in await self._session.scalars(select(model).where(column.in_(keys))):
                yield item

    async def write(self, changes: Changes, progress: Progress) -> None:
        """Write everything that is planned: deletions first, since a new row may take a deleted one's place."""
        for table, ids in changes.deletes.items():
            for some in batched(ids, KEYS_AT_ONCE):
                await self._session.execute(delete(table).where(table.c.id.in_(some)))
                progress(len(some))
        for table, rows in changes.inserts.items():
            await self._in_steps(insert(table), rows, progress)
        for table, rows in changes.updates.items():
            columns = [column for column in table.c if not column.primary_key]
            statement = update(table).where(table.c.id == bindparam("key_id"))
            statement = statement.values({column: bindparam(f"new_{column.name}") for column in columns})
            named = [
                {"key_id": row["id"], **{f"new_{column.name}": row[column.name] for column in columns}} for row in rows
            ]
            await self._in_steps(statement, named, progress)

    async def _in_steps(self, statement: Any, rows: Sequence[dict[str, Any]], progress: Progress) -> None:
        for start in range(0, len(rows), ROWS_AT_ONCE):
            some = rows[start : start + ROWS_AT_ONCE]
            # On the connection: the session would look for objects to keep in step, row by row.
            await (await self._session.connection()).execute(statement, some)
            progress(len(some))
