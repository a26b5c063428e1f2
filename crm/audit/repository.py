"""All queries of the audit record."""

from collections.abc import AsyncIterator

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm.audit.models import AuditEntry
from database.writing import take_turns

_READ_AT_ONCE = 500


class AuditRepository:
    """The audit record as rows."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def last(self) -> AuditEntry | None:
        """The newest entry, with the right to add the next one until the transaction ends."""
        await take_turns(self._session, "audit")
        query = select(AuditEntry).order_by(AuditEntry.sequence.desc()).limit(1)
        return (await self._session.execute(query)).scalar_one_or_none()

    async def add(self, entry: AuditEntry) -> None:
        """Insert an entry."""
        self._session.add(entry)
        await self._session.flush()

    async def about(self, subject: str, limit: int) -> list[AuditEntry]:
        """The newest entries about one subject, newest first."""
        query = (
            select(AuditEntry).where(AuditEntry.subject == subject).order_by(AuditEntry.sequence.desc()).limit(limit)
        )
        return list((await self._session.execute(query)).scalars())

    async def in_order(self) -> AsyncIterator[AuditEntry]:
        """All entries from the first, read as they stand in the database."""
        after = 0
        while True:
            query = (
                select(AuditEntry)
                .where(AuditEntry.sequence > after)
                .order_by(AuditEntry.sequence)
                .limit(_READ_AT_ONCE)
                .execution_options(populate_existing=True)
            )
            entries = list((await self._session.execute(query)).scalars())
            for entry in entries:
                yield entry
            if len(entries) < _READ_AT_ONCE:
                return
            after = entries[-1].sequence
