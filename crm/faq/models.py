"""Versions of the firm's answers, and what customers said when they were asked whether an answer helped."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Connection, ForeignKey, Index, String, Text, UniqueConstraint, event
from sqlalchemy.orm import Mapped, Mapper, mapped_column

from crm.faq.errors import AnswersAreAppendOnly
from database.base import Base, Json, Keyed
from database.types import UtcDateTime


class FaqAnswer(Keyed, Base):
    """One version of the firm's answer to a question. Rows are only ever added; the newest counts."""

    __tablename__ = "faq_answers"
    __table_args__ = (
        UniqueConstraint("label", "version"),
        CheckConstraint("version > 0", name="version"),
        CheckConstraint("valid_until IS NULL OR valid_until >= as_of", name="valid_until"),
    )

    label: Mapped[str] = mapped_column(String(64))
    """faq/business_hours."""
    version: Mapped[int]
    """1, 2, 3 … within the label, without gaps."""
    text: Mapped[str] = mapped_column(Text)
    """What customers read; empty in a withdrawn version."""
    source: Mapped[str] = mapped_column(String(120))
    """Where it comes from (公司操作手册 3.2); customers read it. Empty in a withdrawn version."""
    as_of: Mapped[date]
    """The day of which it is true."""
    valid_until: Mapped[date | None]
    """The last day on which it is surely true; None: no end is known."""
    withdrawn: Mapped[bool] = mapped_column(default=False)
    """True: from this version on the default is said again."""
    restored_from: Mapped[int | None]
    """The version whose content was taken up again; None: it was written anew."""
    changed_by: Mapped[str] = mapped_column(String(80))
    """staff:CODE, or job:import."""
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class FaqAsking(Keyed, Base):
    """A customer was asked whether an answer helped: once for each question in a conversation."""

    __tablename__ = "faq_askings"
    __table_args__ = (
        UniqueConstraint("dialogue_id", "label"),
        Index("ix_faq_askings_label_version", "label", "version"),
    )

    dialogue_id: Mapped[UUID] = mapped_column(ForeignKey("dialogues.id"))
    turn_id: Mapped[UUID]
    """The turn in which it was asked."""
    label: Mapped[str] = mapped_column(String(64))
    version: Mapped[int]
    """Of the answer that was said; 0: the default."""
    others: Mapped[list[str]] = mapped_column(Json, default=list)
    """What the question may have meant instead, likeliest first: labels of other answers."""
    helped: Mapped[bool | None]
    """The last verdict; None: nothing was said to it."""
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the verdict was given; None: not yet."""


def _refuse(_mapper: Mapper[Any], _connection: Connection, target: FaqAnswer) -> None:
    raise AnswersAreAppendOnly(f"version {target.version} of {target.label} cannot be changed or deleted")


event.listen(FaqAnswer, "before_update", _refuse)
event.listen(FaqAnswer, "before_delete", _refuse)
