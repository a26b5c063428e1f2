"""What an agent promises in a message: tracked from the moment it is sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid5

from sqlalchemy.ext.asyncio import AsyncSession

from conversations.models import Message
from crm.clock import Clock
from crm.complaints.repository import ComplaintRepository
from crm.promises.business_time import BusinessCalendar
from crm.promises.errors import DueInThePast
from crm.promises.models import PromiseKind, SubjectKind
from crm.promises.service import PromiseService, Subject

MINUTE = timedelta(minutes=1)
"""A promise for 18:00 sharp falls into working time, though nobody works any more at that moment."""


@dataclass(frozen=True)
class GivenWord:
    """One promise, as the agent wants it tracked."""

    text: str
    due_at: datetime
    """Aware."""


def refuse_past(words: Sequence[GivenWord], now: datetime) -> None:
    """Raises DueInThePast when something is promised for a moment that is not still to come."""
    late = next((word for word in words if word.due_at <= now), None)
    if late is not None:
        raise DueInThePast(late.text)


async def track(session: AsyncSession, clock: Clock, message: Message, words: Sequence[GivenWord]) -> None:
    """Records the promises of a message of an agent; about the newest open complaint of the customer, if any.

    One of this conversation comes before those of others.
    """
    if not words:
        return
    complaints = ComplaintRepository(session)
    cards = await complaints.open_of(await complaints.speaker(message.conversation_id))
    subject = Subject(SubjectKind.COMPLAINT, cards[0].id) if cards else None
    calendar = BusinessCalendar()
    promises = PromiseService(session, clock, calendar)
    for index, word in enumerate(words):
        await promises.make(
            message.conversation_id,
            # One message may make several, but a turn makes only one of a kind.
            uuid5(message.id, str(index)),
            PromiseKind.SPOKEN,
            text=word.text,
            by_whom=message.author_code or "",
            due_at=word.due_at,
            subject=subject,
            # Who says "tonight at eight" has not thought of working hours.
            round_the_clock=not calendar.is_open(word.due_at - MINUTE),
        )
