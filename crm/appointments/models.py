"""An appointment with a customer."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from database.base import Base, Keyed
from database.types import UtcDateTime


class AppointmentState(StrEnum):
    """`planned` is the only state that moves."""

    PLANNED = "planned"
    KEPT = "kept"
    MISSED = "missed"
    CANCELLED = "cancelled"


class Way(StrEnum):
    """How the two meet."""

    CALL = "call"
    VISIT = "visit"
    """We come to the customer."""
    OFFICE = "office"
    """The customer comes to us."""
    CHAT = "chat"

    @property
    def name_zh(self) -> str:
        """What customers and staff read."""
        return {Way.CALL: "电话", Way.VISIT: "上门", Way.OFFICE: "来公司面谈", Way.CHAT: "一对一在线沟通"}[self]


class Appointment(Keyed, Base):
    """One person of ours and one customer at a time."""

    __tablename__ = "appointments"
    __table_args__ = (
        CheckConstraint("state IN ('planned','kept','missed','cancelled')", name="state"),
        CheckConstraint("way IN ('call','visit','office','chat')", name="way"),
        CheckConstraint("ends_at > starts_at", name="span"),
        CheckConstraint("(state = 'planned') = (settled_at IS NULL)", name="settled"),
        Index(
            "uq_appointments_planned",
            "staff_code",
            "starts_at",
            unique=True,
            sqlite_where=text("state = 'planned'"),
            postgresql_where=text("state = 'planned'"),
        ),
        Index("ix_appointments_starts_at", "starts_at"),
    )

    dialogue_id: Mapped[UUID] = mapped_column(ForeignKey("dialogues.id"), index=True)
    card_id: Mapped[UUID | None] = mapped_column(ForeignKey("complaint_cards.id"), index=True)
    """The complaint it is about; None: about none."""
    staff_code: Mapped[str] = mapped_column(String(32))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    way: Mapped[str] = mapped_column(String(8))
    place: Mapped[str] = mapped_column(String(200), default="")
    """The address of a visit; empty for a call or a chat, and for our own office."""
    subject: Mapped[str] = mapped_column(String(200))
    """What it is about, in words the customer may read."""
    state: Mapped[str] = mapped_column(String(16), default=AppointmentState.PLANNED)
    created_by: Mapped[str] = mapped_column(String(32))
    """Staff code."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changes: Mapped[int] = mapped_column(default=0)
    """How often it was changed: the SEQUENCE of its calendar file."""
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When it was kept, missed or cancelled; None: planned."""
    reason: Mapped[str] = mapped_column(String(300), default="")
    """Why it was cancelled or moved, for staff; empty: not said."""
