"""The complaint card (投诉处理卡) and its history."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from database.base import Base, Json, Keyed
from database.types import UtcDateTime


class Severity(StrEnum):
    """S1 is the gravest. The text order is the order of gravity."""

    S1 = "S1"
    S2 = "S2"
    S3 = "S3"
    S4 = "S4"


class Emotion(StrEnum):
    """How the customer sounds. Each is stronger than the one before."""

    CALM = "calm"
    ANNOYED = "annoyed"
    ANGRY = "angry"


def stronger(one: Emotion, other: Emotion) -> Emotion:
    """The stronger of two."""
    return max(one, other, key=list(Emotion).index)


class ComplaintState(StrEnum):
    """How far the firm is with it."""

    RECEIVED = "received"
    CHECKING = "checking"
    ACTING = "acting"
    ANSWERED = "answered"
    CLOSED = "closed"


class EventKind(StrEnum):
    """What can happen to a card."""

    OPENED = "opened"
    FACTS_ADDED = "facts_added"
    SEVERITY_RAISED = "severity_raised"
    SEVERITY_LOWERED = "severity_lowered"
    """By a person, with a reason."""
    EMOTION_RAISED = "emotion_raised"
    VENTED = "vented"
    """Anger after we had apologised."""
    CATEGORY_CHANGED = "category_changed"
    SHIPMENT_LINKED = "shipment_linked"
    EVIDENCE_ADDED = "evidence_added"
    ACCUSED_NAMED = "accused_named"
    ACCUSED_CLEARED = "accused_cleared"
    """By a supervisor: somebody was named wrongly; `old` who, `new` why."""
    CORRECTED = "corrected"
    """The customer put something right that the bot had summed up wrongly."""
    CUSTOMER_TOLD = "customer_told"
    """The customer was given the number, who comes next, and by when."""
    STATE_CHANGED = "state_changed"
    TAKEN = "taken"
    PAUSED = "paused"
    RESUMED = "resumed"
    MOVED = "moved"
    """One of the three changes: another person, place or time."""
    REMEDY = "remedy"
    REOPENED = "reopened"
    NOTE = "note"


class ComplaintCard(Keyed, Base):
    """One matter that a customer complained about."""

    __tablename__ = "complaint_cards"
    __table_args__ = (
        CheckConstraint("severity IN ('S1','S2','S3','S4')", name="severity"),
        CheckConstraint("emotion IN ('calm','annoyed','angry')", name="emotion"),
        CheckConstraint("state IN ('received','checking','acting','answered','closed')", name="state"),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed"),
        UniqueConstraint("dialogue_id", "turn_id"),
        Index("ix_complaint_cards_state_first_reply_due", "state", "first_reply_due"),
    )

    number: Mapped[str] = mapped_column(String(16), unique=True)
    """CP + yymmdd + four digits + check digit."""
    dialogue_id: Mapped[UUID] = mapped_column(ForeignKey("dialogues.id"))
    turn_id: Mapped[UUID]
    """The turn in which the card was opened."""
    customer_id: Mapped[UUID | None] = mapped_column(ForeignKey("customers.id"), index=True)
    """None, with `contact_id`: the account is not bound to anybody we know."""
    contact_id: Mapped[UUID | None] = mapped_column(ForeignKey("contacts.id"), index=True)
    shipment_id: Mapped[UUID | None] = mapped_column(ForeignKey("shipments.id"), index=True)
    """None: not about one shipment, or not known yet."""
    order_id: Mapped[UUID | None]
    quote_id: Mapped[UUID | None]
    category: Mapped[str] = mapped_column(String(16))
    """A code of categories.json."""
    facts: Mapped[str] = mapped_column(Text)
    """The customer's own words, one message a line."""
    consequences: Mapped[str] = mapped_column(Text, default="")
    """What it did to the customer (停产, 赶不上船期); empty: not told."""
    wish: Mapped[str] = mapped_column(Text, default="")
    """What the customer wants; empty: not told."""
    severity: Mapped[str] = mapped_column(String(2))
    severity_reasons: Mapped[list[dict[str, str]]] = mapped_column(Json, default=list)
    """[{"severity", "rule", "basis"}]: which rules of severity.py spoke, and the words or facts they rest on."""
    emotion: Mapped[str] = mapped_column(String(8))
    channel: Mapped[str] = mapped_column(String(32))
    state: Mapped[str] = mapped_column(String(16), default=ComplaintState.RECEIVED)
    department: Mapped[str] = mapped_column(String(32))
    """A crm.staff.departments.Department."""
    first_reply_due: Mapped[datetime] = mapped_column(UtcDateTime)
    resolve_due: Mapped[datetime] = mapped_column(UtcDateTime)
    taken_by: Mapped[str | None] = mapped_column(String(32))
    """Staff code of who is at work on it; None: nobody has taken it yet."""
    accused: Mapped[list[str]] = mapped_column(Json, default=list)
    """Staff codes of those complained about; they never get the case. []: nobody of ours is named."""
    level: Mapped[int] = mapped_column(default=0)
    """Who has to answer at least: 0 an agent or the department, 1 a supervisor, 2 the management."""
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the customer was given number, next step and time; None: we are still listening."""
    result: Mapped[str] = mapped_column(Text, default="")
    """What came out of it, as the customer is told; empty: not answered yet."""
    root_cause: Mapped[str] = mapped_column(Text, default="")
    cause_department: Mapped[str] = mapped_column(String(32), default="")
    """Whose cause it was (a Department); empty: not found out yet. Not to be shown to customers."""
    prevention: Mapped[str] = mapped_column(Text, default="")
    """What is done so that it does not happen again; a card without cause and prevention cannot be closed."""
    reopened: Mapped[int] = mapped_column(default=0)
    """How often it was opened again."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the result was told; None: not yet, or it was opened again."""
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ComplaintEvent(Keyed, Base):
    """One change of a card. Rows are only ever added."""

    __tablename__ = "complaint_events"
    __table_args__ = (
        UniqueConstraint("card_id", "turn_id", "what"),
        UniqueConstraint("card_id", "position"),
    )

    card_id: Mapped[UUID] = mapped_column(ForeignKey("complaint_cards.id"))
    position: Mapped[int]
    """1, 2, 3 ... within the card: one turn changes several things at the same instant."""
    turn_id: Mapped[UUID | None] = mapped_column(index=True)
    """The turn that brought it; None: done by staff."""
    what: Mapped[str] = mapped_column(String(32))
    by_whom: Mapped[str] = mapped_column(String(32))
    """'bot' or a staff code."""
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    old: Mapped[str | None] = mapped_column(Text)
    new: Mapped[str | None] = mapped_column(Text)


class ComplaintPause(Keyed, Base):
    """A time in which a card waited for its customer: the clock of its resolution stands still."""

    __tablename__ = "complaint_pauses"
    __table_args__ = (
        CheckConstraint("ended_at IS NULL OR ended_at >= started_at", name="span"),
        Index(
            "uq_complaint_pauses_open",
            "card_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    card_id: Mapped[UUID] = mapped_column(ForeignKey("complaint_cards.id"), index=True)
    reason: Mapped[str] = mapped_column(String(300))
    """What is waited for."""
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """None: still waiting."""
