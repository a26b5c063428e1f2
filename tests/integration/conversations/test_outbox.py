"""Every outgoing message is a row first, goes in order, and is repeated under the same id until it is confirmed."""

from datetime import timedelta

import pytest

from conversations.models import OutboxEntry
from conversations.outbox import Outbox, Outgoing, Relay, Sent, Undeliverable
from crm.clock import FixedClock
from database.session import Database
from tests.fakes import RecordingChannel
from tests.integration.conversations.conftest import House, line


@pytest.fixture
def channel() -> RecordingChannel:
    return RecordingChannel("test")


@pytest.fixture
def relay(house: House, clock: FixedClock, channel: RecordingChannel) -> Relay:
    clock.at = house.clock.now() + timedelta(minutes=1)
    return Relay(Outbox(house.database, clock), [channel], timedelta(seconds=5))


async def answers(house: House, count: int) -> None:
    for number in range(count):
        receipt = await house.inbox.receive(line(f"第{number}句", f"m{number}"))
        await house.router.handle(receipt.conversation_id)


async def states(database: Database) -> list[str]:
    async with database.reading() as session:
        from sqlalchemy import select

        return list((await session.scalars(select(OutboxEntry.state).order_by(OutboxEntry.seq))).all())


async def test_what_waits_is_sent_in_order(house: House, relay: Relay, channel: RecordingChannel) -> None:
    await answers(house, 3)
    await relay.run_once()
    assert [message.text for message in channel.sent] == ["收到：第0句", "收到：第1句", "收到：第2句"]
    assert await states(house.database) == ["sent"] * 3


async def test_sent_once_however_often_the_relay_runs(house: House, relay: Relay, channel: RecordingChannel) -> None:
    await answers(house, 1)
    for _ in range(3):
        await relay.run_once()
    assert len(channel.sent) == 1


async def test_a_failure_holds_back_what_follows(
    house: House, relay: Relay, channel: RecordingChannel, clock: FixedClock
) -> None:
    await answers(house, 2)
    channel.failures = 1
    await relay.run_once()
    await relay.run_once()
    assert channel.sent == [], "the second must not overtake the first"
    clock.move(timedelta(seconds=2))
    await relay.run_once()
    assert [message.text for message in channel.sent] == ["收到：第0句", "收到：第1句"]


async def test_a_crash_after_claiming_repeats_under_the_same_id(
    house: House, relay: Relay, channel: RecordingChannel, clock: FixedClock
) -> None:
    await answers(house, 1)
    (lost,) = await Outbox(house.database, clock).claim(["test"])
    await relay.run_once()
    assert channel.sent == [], "claimed by the process that died"
    clock.move(timedelta(seconds=31))
    await relay.run_once()
    assert [message.id for message in channel.sent] == [lost.id]


async def test_somebody_who_is_away_gets_it_when_back(house: House, relay: Relay, channel: RecordingChannel) -> None:
    await answers(house, 2)
    channel.away = True
    await relay.run_once()
    channel.away = False
    await relay.run_once()
    assert channel.sent == []
    await house.inbox.receive(line("回来了", "m9"))
    await relay.back("test", "u1")
    await relay.run_once()
    assert [message.seq for message in channel.sent] == [2, 4]


async def test_without_a_receipt_it_is_sent_again_with_it_not(house: House, clock: FixedClock) -> None:
    class Unconfirmed(RecordingChannel):
        async def send(self, message: Outgoing) -> Sent:
            await super().send(message)
            return Sent.AWAITING_RECEIPT

    channel = Unconfirmed()
    clock.at = house.clock.now() + timedelta(minutes=1)
    outbox = Outbox(house.database, clock)
    relay = Relay(outbox, [channel], timedelta(seconds=5))
    await answers(house, 1)
    await relay.run_once()
    clock.move(timedelta(seconds=6))
    await relay.run_once()
    assert len({message.id for message in channel.sent}) == 1
    assert len(channel.sent) == 2
    await outbox.confirm(channel.sent[0].conversation_id, up_to=channel.sent[0].seq)
    clock.move(timedelta(seconds=6))
    await relay.run_once()
    assert len(channel.sent) == 2


async def test_a_refused_message_does_not_block_the_rest(house: House, clock: FixedClock) -> None:
    class Picky(RecordingChannel):
        async def send(self, message: Outgoing) -> Sent:
            if message.text == "收到：第0句":
                raise Undeliverable("too odd")
            return await super().send(message)

    channel = Picky()
    clock.at = house.clock.now() + timedelta(minutes=1)
    await answers(house, 2)
    await Relay(Outbox(house.database, clock), [channel], timedelta(seconds=5)).run_once()
    assert [message.text for message in channel.sent] == ["收到：第1句"]
    assert await states(house.database) == ["failed", "sent"]
