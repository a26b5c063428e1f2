"""Two relays on one PostgreSQL: each message goes out once, and those of one conversation in order."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from conversations.inbox import Inbox, Incoming
from conversations.models import Author, OutboxEntry
from conversations.outbox import Outbox, Relay
from conversations.repository import ConversationRepository
from crm.clock import Clock
from database.session import Database
from tests.fakes import RecordingChannel

pytestmark = pytest.mark.services

CONVERSATIONS, MESSAGES = 6, 12


@pytest.fixture
async def databases(postgres: str) -> AsyncIterator[list[Database]]:
    """One of each process, and one to write with."""
    made = [Database(postgres) for _ in range(3)]
    yield made
    for database in made:
        await database.close()


async def conversation(database: Database, number: int) -> UUID:
    incoming = Incoming("test", account=f"u{number}", external_id=f"m{number}", text="在吗")
    return (await Inbox(database, Clock(), 200).receive(incoming)).conversation_id


async def say(database: Database, conversation_id: UUID, text: str) -> None:
    async with database.transaction() as session:
        store = ConversationRepository(session)
        found = await store.get(conversation_id, lock=True)
        await store.say(found, Clock().now(), author=Author.BOT, text=text)


async def test_each_message_once_and_in_order(databases: list[Database]) -> None:
    channel = RecordingChannel("test")
    relays = [Relay(Outbox(database, Clock()), [channel], timedelta(seconds=5)) for database in databases[:2]]
    writer = databases[2]
    talks = [await conversation(writer, number) for number in range(CONVERSATIONS)]
    written = asyncio.Event()

    async def write(conversation_id: UUID) -> None:
        for number in range(MESSAGES):
            await say(writer, conversation_id, str(number))

    async def carry(relay: Relay) -> None:
        idle = 0
        while idle < 3:
            idle = 0 if await relay.run_once() or not written.is_set() else idle + 1

    carrying = [asyncio.create_task(carry(relay)) for relay in relays]
    await asyncio.gather(*(write(conversation_id) for conversation_id in talks))
    written.set()
    await asyncio.wait_for(asyncio.gather(*carrying), 30)

    came: dict[UUID, list[str]] = defaultdict(list)
    for message in channel.sent:
        came[message.conversation_id].append(message.text)
    assert came == {conversation_id: [str(number) for number in range(MESSAGES)] for conversation_id in talks}


async def test_what_another_relay_is_taking_up_now_holds_back_what_follows(databases: list[Database]) -> None:
    """Its row is locked and so skipped: the message behind it must not go first."""
    here, there, writer = databases
    talk = await conversation(writer, 0)
    await say(writer, talk, "first")
    async with there.transaction() as session:
        await session.execute(select(OutboxEntry).where(OutboxEntry.conversation_id == talk).with_for_update())
        await say(writer, talk, "second")
        assert await Outbox(here, Clock()).claim(["test"]) == []
    assert [message.text for message in await Outbox(here, Clock()).claim(["test"])] == ["first", "second"]
