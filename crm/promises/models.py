"""A promise: every "we will ... by ..." that bot or staff said to a customer."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from database.base import Base, Keyed
from database.types import UtcDateTime

BOT = "bot"
"""`by_whom` of what the bot promised; the service department keeps it."""


class PromiseState(StrEnum):
    """`open` is the only state that moves. Kept after its time is `broken`: the customer was let down all the same."""

    OPEN = "open"
    KEPT = "kept"
    BROKEN = "broken"
    CANCELLED = "cancelled"


class PromiseKind(StrEnum):
    """What was promised. One turn makes at most one promise of a kind."""

    FIRST_REPLY = "first_reply"
    CALLBACK = "callback"
    QUOTE = "quote"
    RESOLUTION = "resolution"
    """The result of a complaint."""
    APPOINTMENT = "appointment"
    """To be there at a time: due at that very minute."""
    SPOKEN = "spoken"
    """What an agent promised in a message, and wanted tracked."""
    OTHER = "other"


class SubjectKind(StrEnum):
    """What the promise is about; `subject_id` is the key in that area's table."""

    COMPLAINT = "complaint"
    QUOTE = "quote"
    CALLBACK = "callback"
    APPOINTMENT = "appointment"


class Promise(Keyed, Base):
    """Something the firm said it would do by a moment. The customer is the one of the dialogue."""

    __tablename__ = "promises"
    __table_args__ = (
        CheckConstraint("state IN ('open','kept','broken','cancelled')", name="state"),
        CheckConstraint("(state = 'open') = (settled_at IS NULL)", name="settled"),
        CheckConstraint("(subject_kind IS NULL) = (subject_id IS NULL)", name="subject"),
        UniqueConstraint("dialogue_id", "turn_id", "kind"),
        Index("ix_promises_state_due_at", "state", "due_at"),
        Index("ix_promises_subject", "subject_kind", "subject_id"),
        Index("uq_promises_replaces_id", "replaces_id", unique=True),
    )

    text: Mapped[str] = mapped_column(String(1000))
    """What was promised, in the words staff will read."""
    kind: Mapped[str] = mapped_column(String(32))
    by_whom: Mapped[str] = mapped_column(String(32))
    """Staff code, 'bot', or the code of a department."""
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(16), default=PromiseState.OPEN)
    subject_kind: Mapped[str | None] = mapped_column(String(16))
    """None (and `subject_id` with it): about nothing that has a record of its own."""
    subject_id: Mapped[UUID | None]
    dialogue_id: Mapped[UUID] = mapped_column(ForeignKey("dialogues.id"), index=True)
    turn_id: Mapped[UUID]
    """The turn (bot) or message (staff) in which it was said."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When it was kept, broken or cancelled; None: open."""
    round_the_clock: Mapped[bool] = mapped_column(default=False)
    """True: its time runs in nights and holidays too (appointments, first reply and result of the gravest complaints)."""
    told_late_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the customer was told that it will not be, or was not, kept; None: never."""
    replaces_id: Mapped[UUID | None]
    """The broken promise in whose place this one was made; None: a first word."""
