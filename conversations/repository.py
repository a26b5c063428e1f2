"""All queries of the conversation."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from conversations.errors import ConversationNotFound
from conversations.models import Author, Button, Conversation, HandoffCase, Message, OutboxEntry, Status, Turn
from crm.customers.models import ChannelIdentity
from database.base import JsonObject


class ConversationRepository:
    """Reads and writes log, turns, outbox and cases within one transaction."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get(self, conversation_id: UUID, *, lock: bool = False) -> Conversation:
        """The conversation as it stands now; `lock`: until the transaction ends. Raises ConversationNotFound."""
        query = select(Conversation).where(Conversation.id == conversation_id).execution_options(populate_existing=True)
        found = await self._session.scalar(query.with_for_update(key_share=True) if lock else query)
        if found is None:
            raise ConversationNotFound(str(conversation_id))
        return found

    async def open_of(self, identity_id: UUID) -> Conversation | None:
        """The identity's conversation that is not closed; None: there is none."""
        return await self._session.scalar(
            select(Conversation).where(Conversation.identity_id == identity_id, Conversation.status != Status.CLOSED)
        )

    async def busy(self, identity_ids: Collection[UUID]) -> set[UUID]:
        """Those whose conversation a person has, or in which the customer has just said something."""
        query = select(Conversation.identity_id).where(
            Conversation.identity_id.in_(identity_ids),
            Conversation.status != Status.CLOSED,
            or_(Conversation.status != Status.WITH_BOT, Conversation.handled_seq < Conversation.last_customer_seq),
        )
        return set(await self._session.scalars(query))

    async def answered_by(self, identity_id: UUID, since: datetime) -> Sequence[str]:
        """Codes of the staff who wrote to an account after a moment, sorted."""
        query = (
            select(Message.author_code)
            .join(Conversation, Conversation.id == Message.conversation_id)
            .where(Conversation.identity_id == identity_id, Message.author == Author.AGENT, Message.created_at > since)
            .distinct()
        )
        return sorted(code for code in await self._session.scalars(query) if code)

    async def last_author(self, conversation: Conversation) -> str | None:
        """Who said the last line; None: nothing was said yet."""
        last = (Message.conversation_id == conversation.id, Message.seq == conversation.last_seq)
        return await self._session.scalar(select(Message.author).where(*last))

    async def lock_identity(self, identity_id: UUID) -> None:
        """Holds back others who would open a conversation for the same identity until the transaction ends."""
        # key_share: a full lock would stand against the foreign keys of a router that holds the conversation we want next.
        await self._session.execute(
            select(ChannelIdentity.id)
            .where(ChannelIdentity.id == identity_id)
            .with_for_update(of=ChannelIdentity, key_share=True)
        )

    async def latest_of(self, channel: str, account: str, wanted: UUID | None = None) -> Conversation | None:
        """The newest conversation of an account (or the wanted one of them), closed or not; None: there is none."""
        of_account = [Conversation.channel == channel, Conversation.account == account]
        if wanted is not None:
            of_account.append(Conversation.id == wanted)
        return await self._session.scalar(
            select(Conversation).where(*of_account).order_by(Conversation.opened_at.desc()).limit(1)
        )

    async def by_external_id(self, channel: str, external_id: str) -> Message | None:
        """The message with the channel's own id; None: not seen before."""
        return await self._session.scalar(
            select(Message).where(Message.channel == channel, Message.external_id == external_id)
        )

    async def next_seq(self, conversation_id: UUID, at: datetime, *, from_customer: bool) -> int:
        """Takes the next place in the log; the row stays locked until the transaction ends, so places have no gaps."""
        values: dict[str, Any] = {"last_seq": Conversation.last_seq + 1, "last_message_at": at}
        if from_customer:
            values["last_customer_seq"] = Conversation.last_seq + 1
        statement = (
            update(Conversation)
            .where(Conversation.id == conversation_id)
            .values(**values)
            .returning(Conversation.last_seq)
        )
        return (await self._session.execute(statement.execution_options(synchronize_session=False))).scalar_one()

    async def insert_customer_message(self, message: dict[str, Any]) -> bool:
        """Writes a customer's message unless (channel, external id) is known already; tells whether it was written."""
        dialect = self._session.get_bind().dialect.name
        insert: Any = postgresql.insert if dialect == "postgresql" else sqlite.insert
        statement = insert(Message).values(**message).on_conflict_do_nothing(index_elements=["channel", "external_id"])
        return bool((await self._session.execute(statement.returning(Message.id))).scalar_one_or_none())

    async def lines(
        self, conversation_id: UUID, first: int, last: int, author: Author | None = None
    ) -> Sequence[Message]:
        """Messages first..last (both included) in order."""
        query = select(Message).where(Message.conversation_id == conversation_id, Message.seq.between(first, last))
        if author is not None:
            query = query.where(Message.author == author)
        return (await self._session.scalars(query.order_by(Message.seq))).all()

    async def said_after(self, conversation_id: UUID, after: int, limit: int = 200) -> Sequence[Message]:
        """Messages that are not the customer's, behind a place in the log."""
        query = select(Message).where(
            Message.conversation_id == conversation_id, Message.seq > after, Message.author != Author.CUSTOMER
        )
        return (await self._session.scalars(query.order_by(Message.seq).limit(limit))).all()

    async def answers(self, turn_id: UUID) -> Sequence[Message]:
        """What was said to a turn, in order."""
        return (
            await self._session.scalars(select(Message).where(Message.turn_id == turn_id).order_by(Message.seq))
        ).all()

    async def open_turn(self, conversation_id: UUID) -> Turn | None:
        """The turn being answered; None: nothing under way."""
        return await self._session.scalar(
            select(Turn).where(Turn.conversation_id == conversation_id, Turn.state == "open")
        )

    async def last_turns(self, conversation_id: UUID, since: datetime, limit: int) -> Sequence[Turn]:
        """The last turns begun after `since`, oldest first."""
        query = select(Turn).where(Turn.conversation_id == conversation_id, Turn.started_at > since)
        return (await self._session.scalars(query.order_by(Turn.first_seq.desc()).limit(limit))).all()[::-1]

    async def turn_covering(self, conversation_id: UUID, seq: int) -> Turn | None:
        """The turn a customer's message belongs to; None: not taken up yet."""
        return await self._session.scalar(
            select(Turn).where(Turn.conversation_id == conversation_id, Turn.first_seq <= seq, Turn.last_seq >= seq)
        )

    async def unhandled(self, now: datetime, quiet_before: datetime, limit: int = 500) -> Sequence[UUID]:
        """Conversations with customer messages that nobody is at work on: no turn, or its lease is over."""
        leased = select(Turn.conversation_id).where(Turn.state == "open", Turn.leased_until > now)
        query = select(Conversation.id).where(
            Conversation.handled_seq < Conversation.last_customer_seq,
            Conversation.last_message_at < quiet_before,
            Conversation.id.not_in(leased),
        )
        return (await self._session.scalars(query.limit(limit))).all()

    async def release_leases(self, now: datetime) -> None:
        """Ends every lease at once; for the start of the only app process."""
        await self._session.execute(
            update(Turn)
            .where(Turn.state == "open")
            .values(leased_until=now)
            .execution_options(synchronize_session=False)
        )

    async def say(
        self,
        conversation: Conversation,
        at: datetime,
        *,
        author: Author,
        text: str,
        content: JsonObject | None = None,
        author_code: str | None = None,
        turn_id: UUID | None = None,
    ) -> Message:
        """Writes a message to the customer and its outbox entry in one step."""
        seq = await self.next_seq(conversation.id, at, from_customer=False)
        message = Message(
            id=uuid4(),
            conversation_id=conversation.id,
            seq=seq,
            author=author,
            author_code=author_code,
            channel=conversation.channel,
            text=text,
            content=content or {},
            turn_id=turn_id,
            created_at=at,
        )
        self._session.add(message)
        await self._session.flush()
        self._session.add(
            OutboxEntry(
                message_id=message.id,
                conversation_id=conversation.id,
                channel=conversation.channel,
                seq=seq,
                due_at=at,
            )
        )
        return message

    async def button(self, conversation_id: UUID, button_id: str) -> Button | None:
        """A button that was offered in this conversation; None: never offered here."""
        return await self._session.scalar(
            select(Button).where(Button.id == button_id, Button.conversation_id == conversation_id)
        )

    async def button_titled(self, conversation_id: UUID, title: str, before: int) -> Button | None:
        """A button of the latest message of the bot, by the words on it (channels without buttons, or typed by hand)."""
        latest = (
            select(func.max(Message.seq))
            .where(Message.conversation_id == conversation_id, Message.author == Author.BOT, Message.seq < before)
            .scalar_subquery()
        )
        return await self._session.scalar(
            select(Button)
            .join(Message, Message.id == Button.message_id)
            .where(Message.conversation_id == conversation_id, Message.seq == latest, Button.title == title)
        )

    async def open_case(self, conversation_id: UUID) -> HandoffCase | None:
        """The case for a person that is not closed; None: there is none."""
        return await self._session.scalar(
            select(HandoffCase).where(HandoffCase.conversation_id == conversation_id, HandoffCase.state != "closed")
        )

    async def waiting_cases(self, limit: int = 200) -> Sequence[HandoffCase]:
        """The queue: highest priority first, oldest first within it."""
        query = select(HandoffCase).where(HandoffCase.state == "waiting")
        ordered = query.order_by(HandoffCase.priority.desc(), HandoffCase.created_at)
        return (await self._session.scalars(ordered.limit(limit))).all()

    async def with_agents(self) -> Sequence[Conversation]:
        """Conversations that a person has, the oldest first."""
        query = select(Conversation).where(Conversation.status == Status.WITH_AGENT)
        return (await self._session.scalars(query.order_by(Conversation.opened_at, Conversation.id))).all()

    async def cases_of(self, agent_code: str) -> Sequence[HandoffCase]:
        """What an agent has claimed and not closed, oldest first."""
        query = select(HandoffCase).where(HandoffCase.state == "claimed", HandoffCase.agent_code == agent_code)
        return (await self._session.scalars(query.order_by(HandoffCase.created_at))).all()

    def add(self, row: Conversation | Turn | HandoffCase | Button) -> None:
        """Adds a new row to the transaction."""
        self._session.add(row)

    async def flush(self) -> None:
        """Sends what was added, so that later rows can refer to it."""
        await self._session.flush()
