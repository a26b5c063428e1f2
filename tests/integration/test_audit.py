"""The audit record: kept in order, never changed, and a change shows."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from crm.audit.errors import AuditIsAppendOnly
from crm.audit.models import FIRST_PREVIOUS, AuditEntry
from crm.audit.service import AuditService
from crm.clock import FixedClock
from database.session import Database


async def three_entries(session: AsyncSession, clock: FixedClock) -> AuditService:
    """A service with three entries about two contacts."""
    audit = AuditService(session, clock)
    for subject in ("contact:1", "contact:2", "contact:1"):
        await audit.record(
            actor="staff:LI",
            subject=subject,
            action="unmask",
            fields=("phone", "name"),
            reason="客户要求回电",
            detail={"conversation": "7", "count": 1},
        )
        clock.move(timedelta(seconds=1))
    return audit


async def test_entries_are_chained(session: AsyncSession, clock: FixedClock) -> None:
    audit = await three_entries(session, clock)
    about = await audit.about("contact:1")
    assert [entry.sequence for entry in about] == [3, 1]
    assert (about[1].previous_hash, about[0].fields, about[0].actor) == (FIRST_PREVIOUS, "phone,name", "staff:LI")
    assert len({entry.hash for entry in about}) == 2
    assert await audit.first_broken() is None


@pytest.mark.parametrize(
    ("change", "broken"),
    [
        (update(AuditEntry).where(AuditEntry.sequence == 2).values(actor="staff:ZHAO"), 2),
        (update(AuditEntry).where(AuditEntry.sequence == 2).values(reason=""), 2),
        (update(AuditEntry).where(AuditEntry.sequence == 1).values(detail={}), 1),
        (update(AuditEntry).where(AuditEntry.sequence == 3).values(hash="f" * 64), 3),
        (delete(AuditEntry).where(AuditEntry.sequence == 2), 2),
        (delete(AuditEntry).where(AuditEntry.sequence == 1), 1),
    ],
)
async def test_a_change_behind_our_back_shows(
    session: AsyncSession, clock: FixedClock, change: object, broken: int
) -> None:
    audit = await three_entries(session, clock)
    await session.execute(change)  # type: ignore[call-overload]  # update and delete share no public type
    assert await audit.first_broken() == broken


async def test_code_cannot_change_or_delete_an_entry(database: Database, clock: FixedClock) -> None:
    for act in ("change", "delete"):
        async with database.reading() as session:
            await three_entries(session, clock)
            entry = (await session.execute(select(AuditEntry).limit(1))).scalar_one()
            if act == "change":
                entry.reason = "other"
            else:
                await session.delete(entry)
            with pytest.raises(AuditIsAppendOnly):
                await session.flush()


@pytest.mark.parametrize(
    ("actor", "subject", "action"), [("", "contact:1", "unmask"), ("bot", "", "unmask"), ("bot", "contact:1", "")]
)
async def test_who_whose_and_what_are_needed(
    session: AsyncSession, clock: FixedClock, actor: str, subject: str, action: str
) -> None:
    with pytest.raises(ValueError, match="audit entry needs"):
        await AuditService(session, clock).record(actor=actor, subject=subject, action=action)


async def test_entries_written_at_once_are_one_chain(database: Database, clock: FixedClock) -> None:
    async def record(number: int) -> None:
        async with database.transaction() as session:
            await AuditService(session, clock).record(actor="bot", subject=f"contact:{number}", action="export")

    await asyncio.gather(*(record(number) for number in range(8)))
    async with database.reading() as session:
        assert await AuditService(session, clock).first_broken() is None
        assert len((await session.execute(select(AuditEntry.sequence))).all()) == 8
