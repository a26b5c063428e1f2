"""All queries on follow-up sheets and on the moments they come from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, SQLColumnExpression, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm.complaints.models import ComplaintCard, ComplaintState
from crm.followups.models import FollowUpSheet, Moment, SheetState
from crm.pricing.models import Quote, QuoteEvent, QuoteState
from crm.shipments.models import Classifier, MilestoneEvent, Shipment
from database.writing import insert_once

DELIVERED = "delivered"


@dataclass(frozen=True)
class Occasion:
    """Something after which somebody should get in touch."""

    moment: Moment
    subject_id: UUID
    number: str
    customer_id: UUID | None
    contact_id: UUID | None
    at: datetime


class FollowUpRepository:
    """Sheets of one session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def insert(self, **values: object) -> bool:
        """Writes a sheet unless there is one for its occasion; says whether it was written."""
        return await insert_once(self._session, FollowUpSheet, **values)

    async def get(self, sheet_id: UUID) -> FollowUpSheet | None:
        """One sheet, locked."""
        query = select(FollowUpSheet).where(FollowUpSheet.id == sheet_id).with_for_update()
        return (await self._session.execute(query.execution_options(populate_existing=True))).scalar_one_or_none()

    async def open(self) -> Sequence[FollowUpSheet]:
        """What waits to be done, the most urgent first."""
        query = select(FollowUpSheet).where(FollowUpSheet.state == SheetState.OPEN)
        return (await self._session.execute(query.order_by(FollowUpSheet.due_at))).scalars().all()

    async def complained_about(self, sheets: Sequence[FollowUpSheet], staff_code: str) -> set[UUID]:
        """Keys of those sheets that follow a complaint about this person."""
        cards = [sheet.subject_id for sheet in sheets if sheet.moment == Moment.COMPLAINT_CLOSED]
        query = select(ComplaintCard.id, ComplaintCard.accused).where(ComplaintCard.id.in_(cards))
        about = {row[0] for row in await self._session.execute(query) if staff_code in row[1]} if cards else set()
        return {sheet.id for sheet in sheets if sheet.subject_id in about}

    async def occasions(self, since: datetime, until: datetime, quotes_until: datetime) -> Sequence[Occasion]:
        """Occasions between two moments that have no sheet yet; quotes are those sent up to `quotes_until`."""
        return [
            *await self._delivered(since, until),
            *await self._unanswered(since, quotes_until, until),
            *await self._closed(since, until),
            *await self._first(since, until),
        ]

    async def _delivered(self, since: datetime, until: datetime) -> list[Occasion]:
        query = (
            select(Shipment.id, Shipment.code, Shipment.customer_id, Shipment.contact_id, MilestoneEvent.event_time)
            .join(MilestoneEvent, MilestoneEvent.shipment_id == Shipment.id)
            .where(
                MilestoneEvent.code == DELIVERED,
                MilestoneEvent.classifier == Classifier.ACTUAL,
                MilestoneEvent.retracted_at.is_(None),
                MilestoneEvent.event_time > since,
                MilestoneEvent.event_time <= until,
                _without_sheet(Moment.DELIVERED, Shipment.id),
            )
        )
        return [Occasion(Moment.DELIVERED, *row) for row in await self._session.execute(query)]

    async def _unanswered(self, since: datetime, sent_until: datetime, now: datetime) -> list[Occasion]:
        sent_at = func.max(QuoteEvent.at)
        query = (
            select(Quote.id, Quote.number, Quote.customer_id, Quote.contact_id, sent_at)
            .join(QuoteEvent, QuoteEvent.quote_id == Quote.id)
            .where(
                Quote.state == QuoteState.SENT,
                Quote.valid_until > now,
                QuoteEvent.to_state == QuoteState.SENT,
                QuoteEvent.at > since,
                _without_sheet(Moment.QUOTE_UNANSWERED, Quote.id),
            )
            .group_by(Quote.id, Quote.number, Quote.customer_id, Quote.contact_id)
            .having(sent_at <= sent_until)
        )
        return [Occasion(Moment.QUOTE_UNANSWERED, *row) for row in await self._session.execute(query)]

    async def _closed(self, since: datetime, until: datetime) -> list[Occasion]:
        card = ComplaintCard
        query = select(card.id, card.number, card.customer_id, card.contact_id, card.closed_at).where(
            card.state == ComplaintState.CLOSED,
            card.closed_at > since,
            card.closed_at <= until,
            _without_sheet(Moment.COMPLAINT_CLOSED, card.id),
        )
        rows = await self._session.execute(query)
        return [
            Occasion(Moment.COMPLAINT_CLOSED, card_id, number, customer_id, contact_id, at)
            for card_id, number, customer_id, contact_id, at in rows
            if at is not None
        ]

    async def _first(self, since: datetime, until: datetime) -> list[Occasion]:
        earlier = Shipment.__table__.alias("earlier")
        query = select(
            Shipment.id, Shipment.code, Shipment.customer_id, Shipment.contact_id, Shipment.created_at
        ).where(
            Shipment.created_at > since,
            Shipment.created_at <= until,
            ~exists().where(earlier.c.customer_id == Shipment.customer_id, earlier.c.id != Shipment.id),
            _without_sheet(Moment.FIRST_SHIPMENT, Shipment.id),
        )
        return [Occasion(Moment.FIRST_SHIPMENT, *row) for row in await self._session.execute(query)]


def _without_sheet(moment: Moment, subject: SQLColumnExpression[UUID]) -> ColumnElement[bool]:
    return ~exists().where(FollowUpSheet.moment == moment.value, FollowUpSheet.subject_id == subject)
