"""What comes in: recorded once, whatever the channel repeats; acknowledged only after the commit."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from conversations.opening import open_conversation
from conversations.repository import ConversationRepository
from crm.clock import Clock
from crm.customers.errors import ContactUnknown
from crm.customers.service import CustomerService
from crm.files.service import FileService
from database.base import JsonObject
from database.session import Database


@dataclass(frozen=True, slots=True)
class Incoming:
    """One message as a connector hands it over, verified and translated."""

    channel: str
    account: str
    external_id: str
    """The channel's own id of this message; the same id is the same message."""
    text: str
    """Empty only with files."""
    content: JsonObject = field(default_factory=dict)
    contact: str | None = None
    """Contact code, phone or e-mail, only where the channel has proved it; None: as bound before, or a stranger."""
    proof: str = ""
    """What proved `contact` (trusted_key, signed_token)."""
    files: tuple[UUID, ...] = ()
    """Files of this account that were uploaded before; the log names them in `content`."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """Where the message stands in the log. `duplicate`: it had been recorded before."""

    conversation_id: UUID
    message_id: UUID
    seq: int
    duplicate: bool
    status: str
    """Who answers the conversation."""
    received_at: datetime


class _SeenBefore(Exception):
    """Rolls the transaction of a repeated message back, so that its place in the log is given free."""


class Inbox:
    """Records customer messages."""

    def __init__(self, database: Database, clock: Clock, message_limit: int) -> None:
        self._database = database
        self._clock = clock
        self._limit = message_limit

    async def receive(self, incoming: Incoming) -> Receipt:
        """Commits the message and returns its receipt.

        Raises ContactUnknown or BoundToAnother for its `contact`, FileUnknown for a file that is not the account's own.
        """
        try:
            async with self._database.transaction() as session:
                return await self._record(session, incoming)
        except _SeenBefore:
            return await self._known(incoming)

    async def _record(self, session: AsyncSession, incoming: Incoming) -> Receipt:
        log = ConversationRepository(session)
        if await log.by_external_id(incoming.channel, incoming.external_id) is not None:
            raise _SeenBefore
        customers = CustomerService(session, self._clock)
        identity = await customers.identify(incoming.channel, incoming.account)
        if incoming.contact is not None:
            contact = await customers.find_contact(incoming.contact)
            if contact is None:
                raise ContactUnknown(incoming.contact)
            await customers.bind(identity, contact, by=incoming.proof)
        files = await FileService(session, self._clock).send(identity.id, incoming.files) if incoming.files else []
        conversation = await open_conversation(log, customers, identity, self._clock)
        now = self._clock.now()
        seq = await log.next_seq(conversation.id, now, from_customer=True)
        text, content = await self._kept(log, conversation.id, incoming)
        if files:
            content = {**content, "files": [file.in_log() for file in files]}
        message_id = uuid4()
        written = await log.insert_customer_message(
            {
                "id": message_id,
                "conversation_id": conversation.id,
                "seq": seq,
                "author": "customer",
                "channel": incoming.channel,
                "external_id": incoming.external_id,
                "text": text,
                "content": content,
                "created_at": now,
            }
        )
        if not written:
            raise _SeenBefore
        return Receipt(conversation.id, message_id, seq, False, conversation.status, now)

    async def _kept(
        self, log: ConversationRepository, conversation_id: UUID, incoming: Incoming
    ) -> tuple[str, JsonObject]:
        """Text and content as they go into the log: a pressed button by its words, too much text cut."""
        if "button" in incoming.content:
            button = await log.button(conversation_id, str(incoming.content["button"]))
            return (button.title, incoming.content) if button else (incoming.text[: self._limit], {})
        # A database refuses NUL in text, and a lone surrogate cannot be stored or sent at all.
        text = incoming.text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
        if len(text) <= self._limit:
            return text, incoming.content
        return text[: self._limit], {**incoming.content, "cut_from": len(text)}

    async def _known(self, incoming: Incoming) -> Receipt:
        async with self._database.reading() as session:
            log = ConversationRepository(session)
            message = await log.by_external_id(incoming.channel, incoming.external_id)
            if message is None:
                # The unique index made us wait for the commit of the twin that won.
                raise RuntimeError("a repeated message has vanished")
            status = (await log.get(message.conversation_id)).status
        return Receipt(message.conversation_id, message.id, message.seq, True, status, message.created_at)
