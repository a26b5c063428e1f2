"""A remedy on a complaint, and the tasks by which it is carried out."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from database.base import Base, Keyed, one_of
from database.types import Exact, UtcDateTime


class RemedyKind(StrEnum):
    """What can be done for the customer; names, departments and measures stand in `remedies.json`."""

    VOUCHER = "voucher"
    CREDIT_NOTE = "credit_note"
    FREE_STORAGE = "free_storage"
    REDELIVERY = "redelivery"
    PRIORITY = "priority"
    SEARCH = "search"
    REPAIR = "repair"
    BILL_CHECK = "bill_check"
    APOLOGY_CALL = "apology_call"
    CLAIM_FILE = "claim_file"


class RemedyState(StrEnum):
    """`proposed` only while it is being looked at whether its proposer may grant it."""

    PROPOSED = "proposed"
    AWAITING_APPROVAL = "awaiting_approval"
    APPROVED = "approved"
    REFUSED = "refused"
    CARRIED_OUT = "carried_out"
    FAILED = "failed"

    @property
    def name_zh(self) -> str:
        """What staff read."""
        return STATE_NAMES[self]


STATE_NAMES = {
    RemedyState.PROPOSED: "提出",
    RemedyState.AWAITING_APPROVAL: "待批准",
    RemedyState.APPROVED: "已批准",
    RemedyState.REFUSED: "未批准",
    RemedyState.CARRIED_OUT: "已落实",
    RemedyState.FAILED: "没有办成",
}
GRANTED = (RemedyState.APPROVED, RemedyState.CARRIED_OUT)
"""What counts against the limits: promised by the firm, or given."""


class Remedy(Keyed, Base):
    """One thing that staff want to do for the customer. Its amount is never in the bot's texts."""

    __tablename__ = "complaint_remedies"
    __table_args__ = (
        CheckConstraint(one_of("kind", RemedyKind), name="kind"),
        CheckConstraint(one_of("state", RemedyState), name="state"),
        CheckConstraint("(amount IS NULL) = (currency = '')", name="currency"),
        CheckConstraint("(amount IS NULL) = (value_cny IS NULL)", name="value"),
        CheckConstraint("days IS NULL OR days > 0", name="days"),
        CheckConstraint("(decided_at IS NULL) = (decided_by = '')", name="decided"),
        CheckConstraint("(decided_at IS NULL) = (state IN ('proposed','awaiting_approval'))", name="decided_state"),
        Index("ix_complaint_remedies_state", "state"),
    )

    card_id: Mapped[UUID] = mapped_column(ForeignKey("complaint_cards.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    amount: Mapped[Decimal | None] = mapped_column(Exact)
    """None (`currency` empty): a kind without money."""
    currency: Mapped[str] = mapped_column(String(3), default="")
    value_cny: Mapped[Decimal | None] = mapped_column(Exact)
    """The amount in yuan by the exchange rate of the day it was proposed: limits are counted in it."""
    days: Mapped[int | None]
    """Days of storage; None: another kind."""
    reason: Mapped[str] = mapped_column(String(300))
    """Why this is the right thing to do, in the proposer's words."""
    state: Mapped[str] = mapped_column(String(20))
    proposed_by: Mapped[str] = mapped_column(String(32))
    """Staff code."""
    proposed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_by: Mapped[str] = mapped_column(String(32), default="")
    """Staff code; the proposer's own within the own limit; empty: not decided."""
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decision: Mapped[str] = mapped_column(String(300), default="")
    """Why it was refused; empty: not refused."""
    result: Mapped[str] = mapped_column(String(500), default="")
    """What was reported back when it was carried out or failed."""
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When it was carried out or failed; None: neither."""


class RemedyTask(Base):
    """Which department tasks carry out which remedy: some need two departments."""

    __tablename__ = "remedy_tasks"

    task_id: Mapped[UUID] = mapped_column(ForeignKey("department_tasks.id"), primary_key=True)
    remedy_id: Mapped[UUID] = mapped_column(ForeignKey("complaint_remedies.id"), primary_key=True, index=True)
