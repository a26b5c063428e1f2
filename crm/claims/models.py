"""A claim file, and the documents collected for it."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from crm.claims.regimes import Regime, Trouble
from database.base import Base, Keyed, one_of
from database.types import UtcDateTime


class ClaimState(StrEnum):
    """Collecting and complete follow from the documents; the rest is done by people."""

    COLLECTING = "collecting"
    COMPLETE = "complete"
    SUBMITTED = "submitted"
    SETTLED = "settled"
    REFUSED = "refused"

    @property
    def name_zh(self) -> str:
        """What staff read."""
        return STATE_NAMES[self]


STATE_NAMES = {
    ClaimState.COLLECTING: "收集资料",
    ClaimState.COMPLETE: "资料齐全",
    ClaimState.SUBMITTED: "已提交",
    ClaimState.SETTLED: "已了结",
    ClaimState.REFUSED: "不予理赔",
}
ENDED = (ClaimState.SETTLED, ClaimState.REFUSED)


class ClaimFile(Keyed, Base):
    """What is known of a claim; at most one for a complaint."""

    __tablename__ = "claim_files"
    __table_args__ = (
        CheckConstraint(one_of("regime", Regime), name="regime"),
        CheckConstraint(one_of("trouble", Trouble), name="trouble"),
        CheckConstraint(one_of("state", ClaimState), name="state"),
        CheckConstraint("(state IN ('settled','refused')) = (ended_at IS NOT NULL)", name="ended"),
        CheckConstraint("(notice_given_on IS NULL) = (notice_given_by = '')", name="given"),
        Index("ix_claim_files_state", "state", "notice_by"),
    )

    card_id: Mapped[UUID] = mapped_column(ForeignKey("complaint_cards.id"), unique=True)
    regime: Mapped[str] = mapped_column(String(20))
    trouble: Mapped[str] = mapped_column(String(8))
    container: Mapped[bool]
    """Whether the goods came to the receiver in a container."""
    delivered_on: Mapped[date | None]
    """The day of delivery at its place; None: not delivered, or not known."""
    at_disposal_on: Mapped[date | None]
    """The day from which the receiver could have the goods; None: not known."""
    facts_by: Mapped[str] = mapped_column(String(32), default="")
    """Who of the staff has checked regime, trouble and days; empty: nobody, they come from the shipment's data."""
    notice_by: Mapped[date | None]
    """The last day for notice in writing; None: not known, ask a lawyer."""
    notice_given_on: Mapped[date | None]
    """When notice was given in writing; None: not yet."""
    notice_given_by: Mapped[str] = mapped_column(String(32), default="")
    """Staff code of who entered it; empty: nobody."""
    state: Mapped[str] = mapped_column(String(12), default=ClaimState.COLLECTING)
    task_id: Mapped[UUID | None] = mapped_column(ForeignKey("department_tasks.id"))
    """The task of the claims department; None only while the file is being opened."""
    opened_by: Mapped[str] = mapped_column(String(32))
    """'bot' or a staff code."""
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the documents were handed in; None: not yet."""
    outcome: Mapped[str] = mapped_column(Text, default="")
    """How it ended, in the words of who ended it; empty: it has not."""
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ClaimDocument(Keyed, Base):
    """One document to collect."""

    __tablename__ = "claim_documents"
    __table_args__ = (
        UniqueConstraint("file_id", "code"),
        CheckConstraint("(received_at IS NULL) = (received_by = '')", name="received"),
    )

    file_id: Mapped[UUID] = mapped_column(ForeignKey("claim_files.id"))
    code: Mapped[str] = mapped_column(String(24))
    """A code of documents.json."""
    position: Mapped[int]
    received_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """None: still wanted."""
    received_by: Mapped[str] = mapped_column(String(32), default="")
    stored_file_id: Mapped[UUID | None]
    """The file it is kept in; None: on paper, or not with us."""
