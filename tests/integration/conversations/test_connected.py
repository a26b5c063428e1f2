"""With several app processes, the one to which a customer is connected sends to them."""

from collections.abc import Collection
from datetime import timedelta

import pytest
from sqlalchemy import select

from conversations.models import OutboxEntry
from conversations.outbox import LEFT_TO_OTHERS, NotReachable, Outbox, Outgoing, Relay, Sent
from crm.clock import FixedClock
from tests.fakes import RecordingChannel
from tests.integration.conversations.conftest import House, line


class Windows(RecordingChannel):
    """A channel with windows of some accounts on this process."""

    def __init__(self, *accounts: str) -> None:
        super().__init__("test")
        self.accounts = set(accounts)
        self.tried = 0

    def accounts_here(self) -> Collection[str]:
        """Who is connected."""
        return self.accounts

    async def send(self, message: Outgoing) -> Sent:
        """Only to those who are."""
        self.tried += 1
        if message.account not in self.accounts:
            raise NotReachable
        return await super().send(message)


@pytest.fixture
async def answered(house: House, clock: FixedClock) -> House:
    """An answer to u1 that waits to be sent."""
    receipt = await house.inbox.receive(line("在吗", "m1", account="u1"))
    await house.router.handle(receipt.conversation_id)
    clock.at = house.clock.now() + timedelta(seconds=1)
    return house


def relay(house: House, clock: FixedClock, windows: Windows) -> Relay:
    return Relay(Outbox(house.database, clock), [windows], timedelta(seconds=5))


async def test_it_is_left_to_the_process_that_has_the_window(answered: House, clock: FixedClock) -> None:
    here, there = Windows("u2"), Windows("u1")
    await relay(answered, clock, here).run_once()
    assert here.tried == 0
    await relay(answered, clock, there).run_once()
    assert [message.text for message in there.sent] == ["收到：在吗"]


async def test_who_is_connected_nowhere_is_tried_ever_more_seldom(answered: House, clock: FixedClock) -> None:
    windows = Windows()
    process = relay(answered, clock, windows)
    clock.move(LEFT_TO_OTHERS)
    waits = []
    for _ in range(4):
        await process.run_once()
        async with answered.database.reading() as session:
            due = await session.scalar(select(OutboxEntry.due_at))
        assert due is not None
        waits.append((due - clock.now()).total_seconds())
        clock.at = due + LEFT_TO_OTHERS
    assert windows.tried == 4
    assert waits == [1, 2, 5, 15]


async def test_a_window_that_opens_while_others_note_the_absence_is_found_soon(
    answered: House, clock: FixedClock
) -> None:
    windows = Windows()
    process = relay(answered, clock, windows)
    clock.move(LEFT_TO_OTHERS)
    await process.run_once()
    windows.accounts.add("u1")
    clock.move(timedelta(seconds=1))
    await process.run_once()
    assert [message.text for message in windows.sent] == ["收到：在吗"]
