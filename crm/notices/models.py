"""What an account has been told of its own accord."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from database.base import Base, Keyed
from database.types import UtcDateTime


class NoticeSource(StrEnum):
    """Kinds of rows that a notice can come from."""

    EVENT = "event"
    """`milestone_events`."""
    ESTIMATE = "estimate"
    """`eta_estimates`."""
    QUOTE = "quote"
    """`quote_events`: a quote can be answered more than once."""


class Notice(Keyed, Base):
    """This account is through with this piece of news: it was told, or a later one made telling it needless.

    Written in the transaction that writes the message, so each piece is told once, whatever dies in between.
    """

    __tablename__ = "notices"
    __table_args__ = (
        UniqueConstraint("identity_id", "source", "source_id"),
        CheckConstraint("source IN ('event','estimate','quote')", name="source"),
    )

    identity_id: Mapped[UUID] = mapped_column(ForeignKey("channel_identities.id"))
    source: Mapped[str] = mapped_column(String(8))
    source_id: Mapped[UUID]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
