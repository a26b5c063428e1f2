"""The three changes of a complaint: another person, place or time."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from database.base import Base, Keyed
from database.types import UtcDateTime

DESK = "desk"
"""Who proposed a change that no person proposed."""


class MoveKind(StrEnum):
    """What is changed."""

    PERSON = "person"
    PLACE = "place"
    TIME = "time"

    @property
    def name_zh(self) -> str:
        """What staff read."""
        return {MoveKind.PERSON: "换当事人", MoveKind.PLACE: "换场所", MoveKind.TIME: "换时间"}[self]


class Trigger(StrEnum):
    """Why a change is due."""

    AGAIN = "again"
    """The customer complained again about the same matter."""
    VENT = "vent"
    """Anger after our apology."""
    LOW_RATING = "low_rating"
    BROKEN_PROMISE = "broken_promise"
    WISH = "wish"
    """The customer asked for it."""
    SEVERITY = "severity"
    ACCUSED = "accused"
    """The one who had the case was complained about."""
    STAFF = "staff"
    """A member of staff thought it right."""

    @property
    def name_zh(self) -> str:
        """What staff read."""
        return {
            Trigger.AGAIN: "同一件事再次投诉",
            Trigger.VENT: "致歉后客户仍很生气",
            Trigger.LOW_RATING: "客户评分低或说没解决",
            Trigger.BROKEN_PROMISE: "承诺没有按时兑现",
            Trigger.WISH: "客户提出要求",
            Trigger.SEVERITY: "投诉等级高",
            Trigger.ACCUSED: "当事人被投诉",
            Trigger.STAFF: "同事提议",
        }[self]


class MoveState(StrEnum):
    """`proposed` is the only state that moves."""

    PROPOSED = "proposed"
    DONE = "done"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    """The card was closed, or somebody else's change made it needless."""


class Place(StrEnum):
    """Where to talk on."""

    PRIVATE_CHAT = "private_chat"
    PHONE_CALL = "phone_call"
    VISIT = "visit"
    OFFICE = "office"

    @property
    def name_zh(self) -> str:
        """What staff read."""
        return {
            Place.PRIVATE_CHAT: "一对一私聊",
            Place.PHONE_CALL: "电话",
            Place.VISIT: "上门",
            Place.OFFICE: "公司面谈",
        }[self]


class ComplaintMove(Keyed, Base):
    """One change, proposed or done. One occasion proposes a change once."""

    __tablename__ = "complaint_moves"
    __table_args__ = (
        CheckConstraint("kind IN ('person','place','time')", name="kind"),
        CheckConstraint("state IN ('proposed','done','declined','cancelled')", name="state"),
        CheckConstraint("(state = 'proposed') = (settled_at IS NULL)", name="settled"),
        UniqueConstraint("card_id", "kind", "trigger", "occasion"),
        Index("ix_complaint_moves_state", "state", "created_at"),
    )

    card_id: Mapped[UUID] = mapped_column(ForeignKey("complaint_cards.id"))
    kind: Mapped[str] = mapped_column(String(8))
    trigger: Mapped[str] = mapped_column(String(16))
    occasion: Mapped[str] = mapped_column(String(64))
    """What exactly happened: the key of an event, a promise, a rating."""
    from_staff: Mapped[str | None] = mapped_column(String(32))
    """Who had the case then; None: nobody."""
    to_staff: Mapped[str | None] = mapped_column(String(32))
    """Who is to have it, or to meet the customer; None: not said yet, or the same person."""
    place: Mapped[str] = mapped_column(String(16), default="")
    """A Place; empty: not said yet, or the same one."""
    at_time: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """The time agreed; None: not said yet, or none."""
    reason: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(String(16), default=MoveState.PROPOSED)
    proposed_by: Mapped[str] = mapped_column(String(32))
    """DESK or a staff code."""
    decided_by: Mapped[str | None] = mapped_column(String(32))
    """DESK or a staff code; None: not decided."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
