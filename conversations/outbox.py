"""What goes out: every message is a row before it is sent, goes in order, and is repeated until the channel confirms it."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from itertools import groupby
from typing import Protocol, runtime_checkable
from uuid import UUID

import structlog
from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from conversations.models import Conversation, Message, OutboxEntry
from crm.clock import Clock
from database.base import JsonObject
from database.session import Database

log = structlog.get_logger(__name__)

CLAIM = timedelta(seconds=30)
"""A claimed entry goes back to the others after this time if its process dies."""
BACKOFF = tuple(timedelta(seconds=s) for s in (1, 2, 5, 15, 60, 300, 900))
AWAY = (*BACKOFF, timedelta(hours=1))
"""The next tries for somebody who is not there, unless they come back before (`Relay.back`)."""
LEFT_TO_OTHERS = timedelta(seconds=10)
"""So long a message is left to the process to which the customer is connected; then any process notes that they are away."""
POLL_EVERY = 1.0


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message for a channel to send. `id` is the idempotency key."""

    id: UUID
    conversation_id: UUID
    channel: str
    account: str
    seq: int
    author: str
    author_code: str | None
    status: str
    """Who answers the conversation from now on."""
    text: str
    content: JsonObject
    created_at: datetime


class Sent(Enum):
    """How far a channel got."""

    CONFIRMED = auto()
    AWAITING_RECEIPT = auto()
    """Handed over; the customer's side will confirm, else it is sent again."""


class NotReachable(Exception):
    """The customer is not connected now; the message waits."""


class TryAgain(Exception):
    """The channel failed for now."""


class Undeliverable(Exception):
    """The channel refuses this message for good."""


class Channel(Protocol):
    """A channel that sends by itself (others are fetched from)."""

    name: str

    async def send(self, message: Outgoing) -> Sent:
        """Sends once. Raises NotReachable, TryAgain or Undeliverable."""
        ...


@runtime_checkable
class ConnectedChannel(Channel, Protocol):
    """A channel whose customers are connected to one app process: that process sends to them."""

    def accounts_here(self) -> Collection[str]:
        """Accounts connected to this process now."""
        ...


class Outbox:
    """The outgoing rows."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def claim(
        self, channels: Sequence[str], limit: int = 100, *, here: Mapping[str, Collection[str]] | None = None
    ) -> list[Outgoing]:
        """Takes what is due, in order, leaving conversations in which something earlier is still under way elsewhere.

        `here`: channel -> accounts that are connected to this process, for channels where that matters.
        """
        now = self._clock.now()
        async with self._database.transaction() as session:
            query = (
                select(OutboxEntry)
                .join(Conversation, Conversation.id == OutboxEntry.conversation_id)
                .where(
                    OutboxEntry.state == "pending",
                    OutboxEntry.due_at <= now,
                    or_(*_within_reach(channels, here or {}, now)),
                    ~_something_earlier_under_way(now),
                )
                .order_by(OutboxEntry.conversation_id, OutboxEntry.seq)
                .limit(limit)
                .with_for_update(of=OutboxEntry, skip_locked=True)
            )
            entries = await self._in_order(session, (await session.scalars(query)).all())
            for entry in entries:
                entry.due_at = now + CLAIM
            rows = await session.execute(
                select(Message, Conversation)
                .join(Conversation, Conversation.id == Message.conversation_id)
                .where(Message.id.in_([entry.message_id for entry in entries]))
                .order_by(Message.conversation_id, Message.seq)
            )
            return [outgoing(message, conversation) for message, conversation in rows]

    async def _in_order(self, session: AsyncSession, entries: Sequence[OutboxEntry]) -> list[OutboxEntry]:
        """Without conversations whose first entry another process is taking up at this moment (its row was skipped)."""
        query = (
            select(OutboxEntry.conversation_id, func.min(OutboxEntry.seq))
            .where(
                OutboxEntry.conversation_id.in_({entry.conversation_id for entry in entries}),
                OutboxEntry.state == "pending",
            )
            .group_by(OutboxEntry.conversation_id)
        )
        first = dict((await session.execute(query)).all())
        taken = {(entry.conversation_id, entry.seq) for entry in entries}
        return [e for e in entries if (e.conversation_id, first[e.conversation_id]) in taken]

    async def confirm(self, conversation_id: UUID, up_to: int) -> None:
        """Everything in the conversation up to a place in the log has arrived."""
        await self._set(conversation_id, OutboxEntry.seq <= up_to, state="sent", sent_at=self._clock.now())

    async def sent(self, message: Outgoing) -> None:
        """This message has arrived."""
        await self._set(
            message.conversation_id, OutboxEntry.seq == message.seq, state="sent", sent_at=self._clock.now()
        )

    async def postpone(self, message: Outgoing, by: timedelta, error: str | None) -> None:
        """Tries this message (and so everything behind it) again later."""
        await self._set(
            message.conversation_id,
            OutboxEntry.seq == message.seq,
            due_at=self._clock.now() + by,
            attempts=OutboxEntry.attempts + 1,
            last_error=error,
        )

    async def fail(self, message: Outgoing, error: str) -> None:
        """Gives this message up."""
        await self._set(message.conversation_id, OutboxEntry.seq == message.seq, state="failed", last_error=error)

    async def release(self, conversation_id: UUID, from_seq: int = 0) -> None:
        """Makes what waits in a conversation due at once."""
        await self._set(conversation_id, OutboxEntry.seq >= from_seq, due_at=self._clock.now())

    async def release_account(self, channel: str, account: str) -> None:
        """Makes what waits for an account due at once, in whichever of its conversations."""
        theirs = select(Conversation.id).where(Conversation.channel == channel, Conversation.account == account)
        async with self._database.transaction() as session:
            await session.execute(
                update(OutboxEntry)
                .where(OutboxEntry.conversation_id.in_(theirs), OutboxEntry.state == "pending")
                .values(due_at=self._clock.now())
                .execution_options(synchronize_session=False)
            )

    async def attempts(self, message: Outgoing) -> int:
        """How often this message has been tried in vain."""
        async with self._database.reading() as session:
            found = await session.scalar(select(OutboxEntry.attempts).where(OutboxEntry.message_id == message.id))
        return found or 0

    async def _set(self, conversation_id: UUID, which: ColumnElement[bool], **values: object) -> None:
        async with self._database.transaction() as session:
            await session.execute(
                update(OutboxEntry)
                .where(OutboxEntry.conversation_id == conversation_id, OutboxEntry.state == "pending", which)
                .values(**values)
                .execution_options(synchronize_session=False)
            )


def _something_earlier_under_way(now: datetime) -> ColumnElement[bool]:
    earlier = aliased(OutboxEntry)
    return (
        select(earlier.id)
        .where(
            earlier.conversation_id == OutboxEntry.conversation_id,
            earlier.seq < OutboxEntry.seq,
            earlier.state == "pending",
            earlier.due_at > now,
        )
        .exists()
    )


def _within_reach(
    channels: Sequence[str], here: Mapping[str, Collection[str]], now: datetime
) -> list[ColumnElement[bool]]:
    anywhere = [name for name in channels if name not in here]
    connected = [
        and_(
            OutboxEntry.channel == name,
            or_(Conversation.account.in_(accounts), OutboxEntry.due_at <= now - LEFT_TO_OTHERS),
        )
        for name, accounts in here.items()
    ]
    return [OutboxEntry.channel.in_(anywhere), *connected]


def outgoing(message: Message, conversation: Conversation) -> Outgoing:
    """A row of the log as a channel gets it."""
    return Outgoing(
        id=message.id,
        conversation_id=message.conversation_id,
        channel=message.channel,
        account=conversation.account,
        seq=message.seq,
        author=message.author,
        author_code=message.author_code,
        status=conversation.status,
        text=message.text,
        content=message.content,
        created_at=message.created_at,
    )


class Relay:
    """Carries the outbox to the channels that send by themselves."""

    def __init__(self, outbox: Outbox, channels: Sequence[Channel], receipt_within: timedelta) -> None:
        """`receipt_within`: a message without a receipt is sent again after this time."""
        self._outbox = outbox
        self._channels = {channel.name: channel for channel in channels}
        self._receipt_within = receipt_within
        self._work = asyncio.Event()

    def wake(self) -> None:
        """Something was written to the outbox."""
        self._work.set()

    async def back(self, channel: str, account: str) -> None:
        """A customer who was away is there again."""
        await self._outbox.release_account(channel, account)
        self.wake()

    async def run_forever(self) -> None:
        """Sends what is due, at once when woken, else every second."""
        while True:
            try:
                async with asyncio.timeout(POLL_EVERY):
                    await self._work.wait()
            except TimeoutError:
                pass
            self._work.clear()
            try:
                await self.run_once()
            except Exception:
                log.exception("relay failed")

    async def run_once(self) -> int:
        """Sends what is due now; returns how many messages were taken up."""
        if not self._channels:
            return 0
        here = {
            name: channel.accounts_here()
            for name, channel in self._channels.items()
            if isinstance(channel, ConnectedChannel)
        }
        due = await self._outbox.claim(list(self._channels), here=here)
        batches = [list(batch) for _, batch in groupby(due, key=lambda message: message.conversation_id)]
        await asyncio.gather(*(self._send_in_order(batch) for batch in batches))
        return len(due)

    async def _send_in_order(self, batch: list[Outgoing]) -> None:
        for place, message in enumerate(batch):
            if not await self._send(message):
                if place + 1 < len(batch):
                    # Not tried: due again at once, but held back by the one before it.
                    await self._outbox.release(message.conversation_id, batch[place + 1].seq)
                return

    async def _send(self, message: Outgoing) -> bool:
        """Sends one; False: what follows has to wait."""
        channel = self._channels[message.channel]
        try:
            result = await channel.send(message)
        except NotReachable:
            await self._later(message, AWAY, None)
            return False
        except TryAgain as error:
            await self._later(message, BACKOFF, str(error)[:200])
            return False
        except Undeliverable as error:
            log.error("undeliverable", message=str(message.id), reason=str(error))
            await self._outbox.fail(message, str(error)[:200])
            return True
        if result is Sent.AWAITING_RECEIPT:
            await self._outbox.postpone(message, self._receipt_within, None)
        else:
            await self._outbox.sent(message)
        return True

    async def _later(self, message: Outgoing, waits: Sequence[timedelta], error: str | None) -> None:
        """Tries again after the next of `waits`; the last of them counts from then on."""
        tried = await self._outbox.attempts(message)
        await self._outbox.postpone(message, waits[min(tried, len(waits) - 1)], error)
