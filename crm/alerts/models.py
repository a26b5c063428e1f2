"""A word of the desk to somebody of the staff."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from database.base import Base, Keyed
from database.types import UtcDateTime


class AlertKind(StrEnum):
    """Why somebody is told something."""

    PROMISE_DUE_SOON = "promise_due_soon"
    PROMISE_NEARLY_LATE = "promise_nearly_late"
    PROMISE_MISSED = "promise_missed"
    COMPLAINT_URGENT = "complaint_urgent"
    COMPLAINT_UNTOLD = "complaint_untold"
    """A person has the conversation, and its customer was not given the number of the complaint yet."""
    COMPLAINT_REOPENED = "complaint_reopened"
    CHANGE_PROPOSED = "change_proposed"
    """One of the three changes (person, place, time) is due on a complaint."""
    APPROVAL_WANTED = "approval_wanted"
    REMEDY_DECIDED = "remedy_decided"
    CLAIM_NOTICE = "claim_notice"
    """The last day for notice in writing comes near on a claim, or has passed."""
    APPOINTMENT_SOON = "appointment_soon"
    PRAISE = "praise"
    FOLLOW_UP = "follow_up"
    QUOTE_EXPIRING = "quote_expiring"
    """A quote that was sent and not answered is about to run out, or has."""
    TASK_LATE = "task_late"
    """Told to the department whose task it is."""
    TASK_STILL_LATE = "task_still_late"
    """Told to the supervisors."""


class Alert(Keyed, Base):
    """One alert to one addressee. Who of a department or role looks first has seen it for all."""

    __tablename__ = "staff_alerts"
    __table_args__ = (
        CheckConstraint("to_staff <> '' OR to_department <> ''", name="addressee"),
        CheckConstraint("(seen_at IS NULL) = (seen_by IS NULL)", name="seen"),
        Index("ix_staff_alerts_staff", "to_staff", "seen_at"),
        Index("ix_staff_alerts_department", "to_department", "seen_at"),
        Index("ix_staff_alerts_subject", "subject_kind", "subject_id"),
    )

    key: Mapped[str] = mapped_column(String(200), unique=True)
    """Says what it is about so exactly that the same thing is never said twice."""
    kind: Mapped[str] = mapped_column(String(32))
    to_staff: Mapped[str] = mapped_column(String(32), default="")
    """Staff code; empty: to a department."""
    to_department: Mapped[str] = mapped_column(String(32), default="")
    """A Department (supervisors are SERVICE_LEAD); empty: to one person."""
    text: Mapped[str] = mapped_column(Text)
    subject_kind: Mapped[str] = mapped_column(String(24), default="")
    """What to open when it is clicked (complaint, promise, dialogue, remedy, follow_up); empty: nothing."""
    subject_id: Mapped[UUID | None]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    seen_by: Mapped[str | None] = mapped_column(String(32))
