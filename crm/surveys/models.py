"""What a customer was asked after a complaint was answered, and said to it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from database.base import Base, Keyed
from database.types import UtcDateTime

LOWEST, HIGHEST = 1, 5


class Survey(Keyed, Base):
    """The one survey of a complaint."""

    __tablename__ = "surveys"
    __table_args__ = (
        CheckConstraint("score IS NULL OR score BETWEEN 1 AND 5", name="score"),
        CheckConstraint(
            "(answered_at IS NULL) = (solved IS NULL AND score IS NULL)",
            name="answered",
        ),
        Index("ix_surveys_dialogue_id_asked_at", "dialogue_id", "asked_at"),
    )

    card_id: Mapped[UUID] = mapped_column(ForeignKey("complaint_cards.id"), unique=True)
    dialogue_id: Mapped[UUID] = mapped_column(ForeignKey("dialogues.id"))
    """Where it was asked; only there it is answered."""
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    told_for: Mapped[datetime] = mapped_column(UtcDateTime)
    """`answered_at` of the card whose result the customer was told last: a later one is still to be told."""
    solved: Mapped[bool | None]
    """None: not said."""
    score: Mapped[int | None]
    """1 (worst) to 5; None: not given."""
    reason: Mapped[str] = mapped_column(Text, default="")
    """Why, in the customer's words; empty: not told."""
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When something was last said to it; None: nothing yet."""
