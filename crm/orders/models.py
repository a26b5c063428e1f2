"""Orders, their history, and the tasks by which departments hand work to each other."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from crm.staff.departments import Department
from database.base import Base, JsonObject, Keyed, one_of
from database.types import UtcDateTime


class OrderState(StrEnum):
    """Where an order stands (freight reference 5.2); the moves are in `lifecycle.py`."""

    SUBMITTED = "submitted"
    CONFIRMED = "confirmed"
    EXECUTING = "executing"
    DELIVERED = "delivered"
    COMPLETED = "completed"
    BILLED = "billed"
    CLOSED = "closed"
    ON_HOLD = "on_hold"
    CANCELLED = "cancelled"


class TaskKind(StrEnum):
    """What is to be done; each has its working hours in the price policy."""

    PRICE = "price"
    """Find a base price for an inquiry."""
    NEGOTIATE = "negotiate"
    """A customer wishes a lower price."""
    APPROVE = "approve"
    """Let a price under the floor go out, or send it back."""
    BOOK = "book"
    """Book space, send instructions, follow the shipment."""
    PICK_UP = "pick_up"
    """Truck, plate, driver, time window."""
    RECEIVE = "receive"
    """Take the goods in, measure, report differences from what was quoted."""
    DECLARE = "declare"
    """Customs declaration."""
    CANCEL = "cancel"
    """Undo what was booked."""
    BILL = "bill"
    ANSWER = "answer"
    URGE = "urge"
    """The customer wants a shipment moved faster: push it, and say how it stands."""
    CHECK = "check"
    """Nothing has been heard of a shipment for too long: find out."""
    DOCUMENT = "document"
    """Send the customer a document of a shipment (POD, bill of lading)."""
    VOUCHER = "voucher"
    """From here on: what carries out a remedy of a complaint (`crm/remedies`)."""
    CREDIT_NOTE = "credit_note"
    FREE_STORAGE = "free_storage"
    REDELIVERY = "redelivery"
    PRIORITY = "priority"
    SEARCH = "search"
    REPAIR = "repair"
    BILL_CHECK = "bill_check"
    APOLOGY_CALL = "apology_call"
    CLAIM_FILE = "claim_file"
    FIND_CAUSE = "find_cause"
    """Find out why something that was complained about happened, and what prevents it."""
    CALL_BACK_COMPLAINT = "call_back_complaint"
    """A customer whose complaint was answered is still not satisfied: a supervisor calls."""


class TaskState(StrEnum):
    """Where a task stands."""

    OPEN = "open"
    TAKEN = "taken"
    DONE = "done"
    REJECTED = "rejected"
    ESCALATED = "escalated"


class Order(Keyed, Base):
    """What a customer ordered by accepting a quote."""

    __tablename__ = "orders"
    __table_args__ = (
        UniqueConstraint("dialogue_id", "turn_id"),
        CheckConstraint(one_of("state", OrderState), name="state"),
    )

    number: Mapped[str] = mapped_column(String(20), unique=True)
    quote_id: Mapped[UUID | None] = mapped_column(ForeignKey("quotes.id"), unique=True)
    """None: imported, or ordered without a quote of ours."""
    customer_id: Mapped[UUID | None] = mapped_column(ForeignKey("customers.id"), index=True)
    """None: ordered by somebody we do not know yet; the order belongs to the dialogue alone."""
    contact_id: Mapped[UUID | None] = mapped_column(ForeignKey("contacts.id"))
    dialogue_id: Mapped[UUID | None] = mapped_column(ForeignKey("dialogues.id"), index=True)
    """None, like `turn_id`: written by staff or imported."""
    turn_id: Mapped[UUID | None]
    state: Mapped[str] = mapped_column(String(12))
    held_from: Mapped[str | None] = mapped_column(String(12))
    """The state to which a held order goes back; None: it is not on hold."""
    ready_date: Mapped[date | None]
    """The day the goods are ready; None: not said."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class OrderEvent(Keyed, Base):
    """One move of an order. The history is only added to."""

    __tablename__ = "order_events"
    __table_args__ = (UniqueConstraint("order_id", "position"),)

    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"), index=True)
    position: Mapped[int]
    from_state: Mapped[str] = mapped_column(String(12))
    """Empty for the first."""
    to_state: Mapped[str] = mapped_column(String(12))
    actor: Mapped[str] = mapped_column(String(64))
    """system, bot, customer, or a staff code."""
    reason: Mapped[str] = mapped_column(String(300), default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class DepartmentTask(Keyed, Base):
    """Work handed to a department, with the facts known so far, so that nobody asks the customer twice."""

    __tablename__ = "department_tasks"
    __table_args__ = (
        UniqueConstraint("dialogue_id", "turn_id", "kind"),
        CheckConstraint(one_of("department", Department), name="department"),
        CheckConstraint(one_of("state", TaskState), name="state"),
        Index("ix_department_tasks_queue", "department", "state", "due_at"),
    )

    kind: Mapped[str] = mapped_column(String(24))
    """A `TaskKind`, or a kind of another area (a complaint's)."""
    department: Mapped[str] = mapped_column(String(32))
    """A `crm.staff.departments.Department`."""
    order_id: Mapped[UUID | None] = mapped_column(ForeignKey("orders.id"), index=True)
    quote_id: Mapped[UUID | None] = mapped_column(ForeignKey("quotes.id"), index=True)
    dialogue_id: Mapped[UUID | None] = mapped_column(ForeignKey("dialogues.id"))
    turn_id: Mapped[UUID | None]
    facts: Mapped[JsonObject]
    """Never cost or margin: who may see those reads them from the quote's costing."""
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(12), default=TaskState.OPEN.value)
    taken_by: Mapped[str] = mapped_column(String(32), default="")
    """Staff code; empty: nobody has taken it."""
    result: Mapped[str] = mapped_column(String(500), default="")
    """What was reported back, or why it was rejected."""
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """None: not done and not rejected."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
