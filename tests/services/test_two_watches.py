"""Two watches of promises on one PostgreSQL: every warning once, every customer told once, while staff settle some."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from conversations.inbox import Inbox, Incoming
from conversations.models import Conversation, Message
from conversations.promise_watch import PromiseWatch
from crm.alerts.models import Alert
from crm.clock import FixedClock
from crm.promises.business_time import BusinessCalendar
from crm.promises.errors import PromiseSettled
from crm.promises.models import Promise, PromiseKind
from crm.promises.service import PromiseService
from database.session import Database
from tests.integration.conversations.conftest import texts
from tests.integration.conversations.promising import at

pytestmark = pytest.mark.services

PROMISES = 20


@pytest.fixture
async def databases(postgres: str) -> AsyncIterator[list[Database]]:
    """One of each process."""
    made = [Database(postgres) for _ in range(2)]
    yield made
    for database in made:
        await database.close()


async def promised(database: Database, clock: FixedClock, number: int) -> UUID:
    """A promise to a customer of its own, due at 15:00."""
    incoming = Incoming("test", account=f"u{number}", external_id=f"m{number}", text="在吗")
    dialogue = (await Inbox(database, clock, 200).receive(incoming)).conversation_id
    async with database.transaction() as session:
        found = await session.get_one(Conversation, dialogue)
        found.handled_seq = found.last_customer_seq
        promise = await PromiseService(session, clock).make(
            dialogue, uuid4(), PromiseKind.OTHER, text="答复", by_whom="lin", due_at=at("2026-11-23 15:00")
        )
    return promise.id


async def settle(database: Database, clock: FixedClock, promise: UUID) -> bool:
    """An agent says at this very moment that it is done; False: too late for that."""
    try:
        async with database.transaction() as session:
            await PromiseService(session, clock).keep(promise)
    except PromiseSettled:
        return False
    return True


async def test_each_is_warned_of_and_told_once(databases: list[Database]) -> None:
    clock = FixedClock(at("2026-11-23 10:00"))
    promises = [await promised(databases[0], clock, number) for number in range(PROMISES)]
    clock.move(timedelta(hours=4, minutes=55))
    watches = [PromiseWatch(one, clock, texts(), lambda: None, BusinessCalendar()) for one in databases]
    settling = asyncio.gather(*(settle(databases[1], clock, one) for one in promises[::2]))
    written = await asyncio.gather(*(watch.run_once() for watch in (*watches, *watches)))
    kept = await settling
    assert [await watch.run_once() for watch in watches] == [0, 0]
    async with databases[0].reading() as session:
        made = (await session.scalars(select(Promise))).all()
        said = (await session.scalars(select(Message).where(Message.author == "bot"))).all()
        alerts = (await session.scalars(select(Alert.key))).all()
    told = [one.id for one in made if one.told_late_at is not None]
    assert len(told) == PROMISES - sum(kept)
    assert sorted(one.replaces_id or one.id for one in made if one.replaces_id) == sorted(told)
    assert len({message.conversation_id for message in said}) == len(said) == len(told)
    assert len(alerts) == len(set(alerts))
    assert all({f"promise:{one}:owner:lin", f"promise:{one}:supervisor:service_lead"} <= set(alerts) for one in told)
    assert sum(written) == len(alerts) + len(said)
