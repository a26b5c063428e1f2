"""All queries on surveys."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from crm.complaints.models import ComplaintCard, ComplaintState
from crm.customers.models import Dialogue
from crm.surveys.models import Survey
from database.writing import insert_once

Found = tuple[Survey, str]
"""A survey and the number of its complaint."""


class SurveyRepository:
    """Surveys of one session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def untold(self, limit: int) -> Sequence[tuple[UUID, UUID, str]]:
        """Cards (key, account of the customer, number) whose last result was not told, the longest waiting first."""
        query = (
            select(ComplaintCard.id, Dialogue.identity_id, ComplaintCard.number)
            .join(Dialogue, Dialogue.id == ComplaintCard.dialogue_id)
            .outerjoin(Survey, Survey.card_id == ComplaintCard.id)
            .where(
                ComplaintCard.state.in_([ComplaintState.ANSWERED, ComplaintState.CLOSED]),
                ComplaintCard.answered_at.is_not(None),
                ComplaintCard.result != "",
                or_(Survey.id.is_(None), Survey.told_for < ComplaintCard.answered_at),
            )
            .order_by(ComplaintCard.answered_at)
            .limit(limit)
        )
        return [(row[0], row[1], row[2]) for row in await self._session.execute(query)]

    async def card(self, card_id: UUID) -> ComplaintCard:
        """A card as it stands now, held until the end of the transaction."""
        query = select(ComplaintCard).where(ComplaintCard.id == card_id).with_for_update()
        return (await self._session.execute(query.execution_options(populate_existing=True))).scalar_one()

    async def ask(self, card: ComplaintCard, dialogue_id: UUID, told_for: datetime, at: datetime) -> bool:
        """Writes the survey of a card unless there is one; says whether it was written."""
        return await insert_once(
            self._session,
            Survey,
            id=uuid4(),
            card_id=card.id,
            dialogue_id=dialogue_id,
            asked_at=at,
            told_for=told_for,
            reason="",
        )

    async def mark_told(self, card_id: UUID, told_for: datetime) -> bool:
        """A later result of a card is told; False: it was told before."""
        statement = (
            update(Survey)
            .where(Survey.card_id == card_id, Survey.told_for < told_for)
            .values(told_for=told_for)
            .returning(Survey.id)
        )
        return (await self._session.execute(statement)).first() is not None

    async def of_card(self, card_id: UUID) -> Found | None:
        """The survey of a card; None: not asked yet."""
        return await self._one(Survey.card_id == card_id)

    async def asked_in(self, survey_id: UUID, dialogue_id: UUID) -> Found | None:
        """A survey that was asked in this dialogue, held until the end of the transaction."""
        return await self._one(Survey.id == survey_id, Survey.dialogue_id == dialogue_id, lock=True)

    async def open_in(self, dialogue_id: UUID, since: datetime) -> Found | None:
        """The newest survey asked in a dialogue after a moment that has no score yet."""
        return await self._one(
            Survey.dialogue_id == dialogue_id,
            Survey.asked_at > since,
            Survey.score.is_(None),
            Survey.solved.is_not(False),
        )

    async def asked_between(self, since: datetime, until: datetime) -> Sequence[Survey]:
        """Surveys asked from a moment on and before another."""
        query = select(Survey).where(Survey.asked_at >= since, Survey.asked_at < until)
        return (await self._session.scalars(query)).all()

    async def flush(self) -> None:
        """Sends what was changed."""
        await self._session.flush()

    async def _one(self, *which: ColumnElement[bool], lock: bool = False) -> Found | None:
        query = select(Survey, ComplaintCard.number).join(ComplaintCard, ComplaintCard.id == Survey.card_id)
        query = query.where(*which).order_by(Survey.asked_at.desc()).limit(1)
        if lock:
            query = query.with_for_update(of=Survey)
        row = (await self._session.execute(query.execution_options(populate_existing=lock))).one_or_none()
        return (row[0], row[1]) if row else None
