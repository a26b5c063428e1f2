"""The table of follow-up sheets."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from database.base import Base, JsonObject, Keyed
from database.types import UtcDateTime


class Moment(StrEnum):
    """After what somebody gets in touch."""

    DELIVERED = "delivered"
    QUOTE_UNANSWERED = "quote_unanswered"
    COMPLAINT_CLOSED = "complaint_closed"
    FIRST_SHIPMENT = "first_shipment"


class SheetState(StrEnum):
    """Where a sheet stands."""

    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


class FollowUpSheet(Keyed, Base):
    """One call or message to make, with what is to be asked. One for each occasion."""

    __tablename__ = "follow_up_sheets"
    __table_args__ = (
        UniqueConstraint("moment", "subject_id"),
        CheckConstraint(
            "moment IN ('delivered','quote_unanswered','complaint_closed','first_shipment')", name="moment"
        ),
        CheckConstraint("state IN ('open','done','dropped')", name="state"),
        CheckConstraint("(state = 'open') = (settled_at IS NULL)", name="settled"),
        Index("ix_follow_up_sheets_state_due_at", "state", "due_at"),
    )

    moment: Mapped[str] = mapped_column(String(20))
    subject_id: Mapped[UUID]
    """The shipment, quote or complaint card it is about."""
    subject_number: Mapped[str] = mapped_column(String(40))
    """How that is called (waybill, quote number, complaint number)."""
    customer_id: Mapped[UUID | None] = mapped_column(ForeignKey("customers.id"), index=True)
    """None: somebody we do not know asked or complained."""
    contact_id: Mapped[UUID | None] = mapped_column(ForeignKey("contacts.id"))
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(8), default=SheetState.OPEN.value)
    answers: Mapped[JsonObject] = mapped_column(default=dict)
    """Question code (sheets.json) -> what the customer said."""
    outcome: Mapped[str] = mapped_column(Text, default="")
    """What came of it, or why the sheet was dropped."""
    next_step: Mapped[str] = mapped_column(Text, default="")
    settled_by: Mapped[str] = mapped_column(String(32), default="")
    """Staff code; empty: open."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
