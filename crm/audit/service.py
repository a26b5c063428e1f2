"""Writing and checking the audit record."""

import hashlib
import json

from sqlalchemy.ext.asyncio import AsyncSession

from crm.audit.models import FIRST_PREVIOUS, AuditEntry
from crm.audit.repository import AuditRepository
from crm.clock import Clock
from database.base import JsonObject


class AuditService:
    """Who, whose data, what, why, when; each entry is chained to the one before by its hash."""

    def __init__(self, session: AsyncSession, clock: Clock) -> None:
        self._entries = AuditRepository(session)
        self._clock = clock

    async def record(
        self,
        *,
        actor: str,
        subject: str,
        action: str,
        reason: str = "",
        fields: tuple[str, ...] = (),
        detail: JsonObject | None = None,
    ) -> AuditEntry:
        """Add an entry to the chain, in the caller's transaction: the act and its record stand or fall together.

        `actor` is staff:CODE, bot, key:NAME or job:NAME; `subject` contact:ID, customer:ID and the like. Raises
        ValueError when one of `actor`, `subject`, `action` is empty.
        """
        if not (actor and subject and action):
            raise ValueError("an audit entry needs an actor, a subject and an action")
        last = await self._entries.last()
        entry = AuditEntry(
            sequence=1 if last is None else last.sequence + 1,
            at=self._clock.now(),
            actor=actor,
            subject=subject,
            action=action,
            fields=",".join(fields),
            reason=reason,
            detail=detail or {},
            previous_hash=FIRST_PREVIOUS if last is None else last.hash,
        )
        entry.hash = digest(entry)
        await self._entries.add(entry)
        return entry

    async def about(self, subject: str, limit: int = 100) -> list[AuditEntry]:
        """Return the newest entries about one subject, newest first."""
        return await self._entries.about(subject, limit)

    async def first_broken(self) -> int | None:
        """Return the sequence number of the first entry that was changed or whose predecessor is gone; None when all hold.

        Entries cut off at the end leave a shorter chain that holds: compare its last hash with one kept elsewhere.
        """
        expected, previous = 1, FIRST_PREVIOUS
        async for entry in self._entries.in_order():
            if entry.sequence != expected or entry.previous_hash != previous or entry.hash != digest(entry):
                return expected
            expected, previous = expected + 1, entry.hash
        return None


def digest(entry: AuditEntry) -> str:
    """Return the SHA-256 of an entry's facts and the previous hash, in hexadecimal."""
    facts = [
        entry.sequence,
        entry.at.isoformat(),
        entry.actor,
        entry.subject,
        entry.action,
        entry.fields,
        entry.reason,
        entry.detail,
        entry.previous_hash,
    ]
    written = json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()
