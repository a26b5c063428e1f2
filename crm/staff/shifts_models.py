"""The duty roster."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from database.base import Base, Keyed
from database.types import UtcDateTime


class StaffShift(Keyed, Base):
    """One person is on duty from one moment (counted) to another (no longer counted).

    Shifts of one person never overlap. Who has no shift at all works the firm's business hours.
    """

    __tablename__ = "staff_shifts"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="span"),
        Index("ix_staff_shifts_staff_id_starts_at", "staff_id", "starts_at"),
        Index("ix_staff_shifts_ends_at", "ends_at"),
    )

    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    planned_by: Mapped[str] = mapped_column(String(32))
    """Staff code."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
