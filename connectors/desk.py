"""What every connector is given: a way in, a way to learn when a turn is over, and the log."""

from collections.abc import Sequence
from uuid import UUID

from conversations.inbox import Inbox, Incoming, Receipt
from conversations.models import Conversation, Message
from conversations.outbox import Outbox, Relay
from conversations.queue import TurnQueue
from conversations.repository import ConversationRepository
from database.session import Database


class Intake:
    """The desk as a connector sees it."""

    def __init__(self, database: Database, inbox: Inbox, queue: TurnQueue, outbox: Outbox, relay: Relay) -> None:
        self._database = database
        self._inbox = inbox
        self._queue = queue
        self.outbox = outbox
        self.relay = relay

    async def receive(self, incoming: Incoming) -> Receipt:
        """Records a message; when this returns it is committed and may be acknowledged. Raises ContactUnknown, BoundToAnother."""
        receipt = await self._inbox.receive(incoming)
        self._queue.notify(receipt.conversation_id)
        return receipt

    async def settled(self, receipt: Receipt, within: float) -> bool:
        """Waits until the message has been dealt with; False after `within` seconds."""
        return await self._queue.settled(receipt.conversation_id, receipt.seq, within)

    async def answers_to(self, receipt: Receipt) -> Sequence[Message]:
        """What was said to the turn in which this message came last; nothing for the earlier lines of a burst."""
        async with self._database.reading() as session:
            store = ConversationRepository(session)
            turn = await store.turn_covering(receipt.conversation_id, receipt.seq)
            if turn is None or turn.last_seq != receipt.seq:
                return []
            return await store.answers(turn.id)

    async def conversation_of(self, channel: str, account: str, wanted: UUID | None = None) -> Conversation | None:
        """The newest conversation of an account, or the wanted one; None: never wrote, or it is another's."""
        async with self._database.reading() as session:
            return await ConversationRepository(session).latest_of(channel, account, wanted)

    async def log_after(self, conversation: Conversation, after: int, *, with_customer: bool) -> Sequence[Message]:
        """The log behind a place, with or without the customer's own lines."""
        async with self._database.reading() as session:
            store = ConversationRepository(session)
            if not with_customer:
                return await store.said_after(conversation.id, after)
            return await store.lines(conversation.id, after + 1, conversation.last_seq)

    async def fetched(self, conversation_id: UUID, up_to: int) -> None:
        """The customer's side has everything up to here."""
        await self.outbox.confirm(conversation_id, up_to)
