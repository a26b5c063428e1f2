"""Tables of the conversation: log, status, turns, outbox, cases for people.

A message row is never changed once written (a trigger sees to it); how far it has been handled stands in
`conversations` and `turns`.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import DDL, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, event, text
from sqlalchemy.orm import Mapped, mapped_column

from database.base import Base, JsonObject, Keyed
from database.types import UtcDateTime


class Status(StrEnum):
    """Who answers a conversation."""

    WITH_BOT = "with_bot"
    WAITING = "waiting"
    WITH_AGENT = "with_agent"
    CLOSED = "closed"


class Author(StrEnum):
    """Who wrote a message. `SYSTEM` are notes of the desk itself (taken over, closed)."""

    CUSTOMER = "customer"
    BOT = "bot"
    AGENT = "agent"
    SYSTEM = "system"


class Conversation(Keyed, Base):
    """One run of talk with one identity. `id` is also the dialogue's id and what Rasa knows as the sender."""

    __tablename__ = "conversations"
    __table_args__ = (
        CheckConstraint("status IN ('with_bot','waiting','with_agent','closed')", name="status"),
        CheckConstraint("(status = 'with_agent') = (agent_code IS NOT NULL)", name="agent"),
        CheckConstraint("handled_seq <= last_seq AND last_customer_seq <= last_seq", name="seq"),
        Index(
            "uq_conversations_open",
            "identity_id",
            unique=True,
            sqlite_where=text("status <> 'closed'"),
            postgresql_where=text("status <> 'closed'"),
        ),
    )

    id: Mapped[UUID] = mapped_column(ForeignKey("dialogues.id"), primary_key=True)
    identity_id: Mapped[UUID] = mapped_column(ForeignKey("channel_identities.id"), index=True)
    channel: Mapped[str] = mapped_column(String(32))
    account: Mapped[str] = mapped_column(String(200))
    status: Mapped[str] = mapped_column(String(16), default=Status.WITH_BOT)
    agent_code: Mapped[str | None] = mapped_column(String(32))
    """Who has it; set exactly while the status is `with_agent`."""
    moves: Mapped[int] = mapped_column(default=0)
    """Counts the moves of `status`: whoever looks twice sees whether somebody took over in between."""
    memory: Mapped[JsonObject] = mapped_column(default=dict)
    """What the bot remembers (slots, last turns), handed to Rasa with every turn; {}: a fresh start."""
    last_seq: Mapped[int] = mapped_column(default=0)
    last_customer_seq: Mapped[int] = mapped_column(default=0)
    handled_seq: Mapped[int] = mapped_column(default=0)
    """Customer messages up to here belong to finished turns."""
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_message_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Message(Keyed, Base):
    """One line of the log."""

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("conversation_id", "seq"),
        UniqueConstraint("channel", "external_id"),
        CheckConstraint("author IN ('customer','bot','agent','system')", name="author"),
        CheckConstraint("(author = 'customer') = (external_id IS NOT NULL)", name="external_id"),
    )

    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversations.id"))
    seq: Mapped[int]
    author: Mapped[str] = mapped_column(String(16))
    author_code: Mapped[str | None] = mapped_column(String(32))
    """Staff code of the agent; None for everybody else."""
    channel: Mapped[str] = mapped_column(String(32))
    external_id: Mapped[str | None] = mapped_column(String(200))
    """The channel's own id of a customer's message: what makes a repeated delivery known."""
    text: Mapped[str] = mapped_column(Text, default="")
    content: Mapped[JsonObject] = mapped_column(default=dict)
    """Buttons, pictures, a pressed button's id; {}: text only."""
    turn_id: Mapped[UUID | None] = mapped_column(index=True)
    """The turn this answers; None for what a customer or an agent says, and for what the bot says of its own accord."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Turn(Keyed, Base):
    """Lines of a customer that are answered together. Its id is the idempotency key of everything done for it."""

    __tablename__ = "turns"
    __table_args__ = (
        CheckConstraint("state IN ('open','answered','dropped','to_person','failed')", name="state"),
        CheckConstraint("first_seq <= last_seq", name="seq"),
        UniqueConstraint("conversation_id", "first_seq"),
        Index(
            "uq_turns_open",
            "conversation_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
    )

    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversations.id"))
    first_seq: Mapped[int]
    last_seq: Mapped[int]
    state: Mapped[str] = mapped_column(String(16), default="open")
    attempts: Mapped[int] = mapped_column(default=0)
    leased_until: Mapped[datetime] = mapped_column(UtcDateTime)
    """Another process may take an open turn over after this instant."""
    parse: Mapped[JsonObject | None]
    """How the bot understood it (intent, confidence, ranking, entities); None: it was never asked."""
    failure: Mapped[str | None] = mapped_column(String(200))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class OutboxEntry(Keyed, Base):
    """One message on its way out. The message's id is the idempotency key towards the channel."""

    __tablename__ = "outbox"
    __table_args__ = (
        CheckConstraint("state IN ('pending','sent','failed')", name="state"),
        Index("ix_outbox_due", "state", "channel", "due_at"),
    )

    message_id: Mapped[UUID] = mapped_column(ForeignKey("messages.id"), unique=True)
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversations.id"), index=True)
    channel: Mapped[str] = mapped_column(String(32))
    seq: Mapped[int]
    state: Mapped[str] = mapped_column(String(16), default="pending")
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_error: Mapped[str | None] = mapped_column(String(200))


class HandoffCase(Keyed, Base):
    """A conversation that wants a person, with everything known (the packet)."""

    __tablename__ = "handoff_cases"
    __table_args__ = (
        CheckConstraint("state IN ('waiting','claimed','closed')", name="state"),
        Index(
            "uq_handoff_cases_open",
            "conversation_id",
            unique=True,
            sqlite_where=text("state <> 'closed'"),
            postgresql_where=text("state <> 'closed'"),
        ),
    )

    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversations.id"))
    reason: Mapped[str] = mapped_column(String(40))
    priority: Mapped[int] = mapped_column(default=0)
    """Higher goes first; within one priority the oldest."""
    packet: Mapped[JsonObject]
    state: Mapped[str] = mapped_column(String(16), default="waiting")
    agent_code: Mapped[str | None] = mapped_column(String(32))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Button(Base):
    """What a button means. Only the opaque id goes out, so nobody can press what was not offered to them."""

    __tablename__ = "buttons"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversations.id"), index=True)
    message_id: Mapped[UUID] = mapped_column(ForeignKey("messages.id"), index=True)
    title: Mapped[str] = mapped_column(String(80))
    payload: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


IMMUTABLE_MESSAGES_SQLITE = """
CREATE TRIGGER messages_are_immutable BEFORE UPDATE ON messages
BEGIN SELECT RAISE(ABORT, 'a message is never changed'); END
"""
IMMUTABLE_MESSAGES_POSTGRESQL = (
    """
CREATE OR REPLACE FUNCTION refuse_message_change() RETURNS trigger LANGUAGE plpgsql
AS $$ BEGIN RAISE EXCEPTION 'a message is never changed'; END $$
""",
    """
CREATE TRIGGER messages_are_immutable BEFORE UPDATE ON messages
FOR EACH ROW EXECUTE FUNCTION refuse_message_change()
""",
)


def _on_create(statement: str, dialect: str) -> None:
    target: Any = Message.__table__
    # DDL formats its text with %, which none of these statements uses.
    make_ddl: Any = DDL  # untyped in SQLAlchemy
    event.listen(target, "after_create", make_ddl(statement).execute_if(dialect=dialect))


_on_create(IMMUTABLE_MESSAGES_SQLITE, "sqlite")
for _statement in IMMUTABLE_MESSAGES_POSTGRESQL:
    _on_create(_statement, "postgresql")
