"""All queries about what is new for whom."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, and_, literal, or_, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from crm.customers.models import ChannelIdentity, Contact, Dialogue, UpdateSubscription
from crm.notices.models import Notice, NoticeSource
from crm.pricing.models import Quote, QuoteEvent, QuoteState
from crm.shipments.arrival import TARGET_CODES
from crm.shipments.models import AccessGrant, Classifier, EtaEstimate, MilestoneEvent, Shipment
from database.writing import insert_once

ANSWERS = frozenset({QuoteState.SENT, QuoteState.NO_SERVICE})
"""Moves of a quote that answer an inquiry."""
OFFERED_AT_ONCE_BY = "bot"
"""Actor of the moves that the customer saw within the turn."""


class NoticeRepository:
    """News as rows; what is older than `since` is none."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def identity(self, identity_id: UUID) -> ChannelIdentity | None:
        """An account, with who is behind it."""
        return await self._session.get(ChannelIdentity, identity_id)

    async def shipments_with_news(self, now: datetime, since: datetime) -> list[tuple[UUID, UUID]]:
        """(account, shipment) for everything that was not told yet to those who want to hear of it."""
        found: set[tuple[UUID, UUID]] = set()
        for wanted in (_wanted_one(), _wanted_all()):
            identity_id, shipment_id, created_at, _ = wanted.selected_columns
            events = wanted.join(MilestoneEvent, MilestoneEvent.shipment_id == shipment_id).where(
                MilestoneEvent.created_at > created_at,
                MilestoneEvent.created_at > since,
                _unnoticed_event(identity_id, now),
            )
            estimates = wanted.join(EtaEstimate, EtaEstimate.shipment_id == shipment_id).where(
                EtaEstimate.created_at > created_at, EtaEstimate.created_at > since, _unnoticed_estimate(identity_id)
            )
            for query in (events, estimates):
                found.update((row[0], row[1]) for row in await self._session.execute(query.distinct()))
        return sorted(found)

    async def quotes_with_news(self, since: datetime) -> list[tuple[UUID, UUID]]:
        """(account that asked, quote) for every answer that was not told yet."""
        query = _with_askers(select(Dialogue.identity_id, Quote.id)).where(*_unnoticed_answer(since))
        rows = await self._session.execute(query.distinct())
        return [(row[0], row[1]) for row in rows]

    async def subscription(self, identity_id: UUID, shipment_id: UUID) -> tuple[datetime, str] | None:
        """Since when an account wants to hear of a shipment, and the number it calls it by; None: it does not.

        The number is empty when all shipments of the company are wanted.
        """
        of_account = UpdateSubscription.identity_id == identity_id
        one = _wanted_one().where(of_account, UpdateSubscription.shipment_id == shipment_id)
        all_own = _wanted_all().where(of_account, Shipment.id == shipment_id)
        rows = (await self._session.execute(union_all(one, all_own))).all()
        if not rows:
            return None
        return min(row[2] for row in rows), max(row[3] for row in rows)

    async def new_events(
        self, identity_id: UUID, shipment_id: UUID, now: datetime, since: datetime
    ) -> Sequence[MilestoneEvent]:
        """Events of a shipment learned after `since` that this account is not through with."""
        query = select(MilestoneEvent).where(
            MilestoneEvent.shipment_id == shipment_id,
            MilestoneEvent.created_at > since,
            _unnoticed_event(literal(identity_id), now),
        )
        return (await self._session.scalars(query)).all()

    async def new_estimates(self, identity_id: UUID, shipment_id: UUID, since: datetime) -> Sequence[EtaEstimate]:
        """Estimates of a shipment given after `since` that this account is not through with."""
        query = select(EtaEstimate).where(
            EtaEstimate.shipment_id == shipment_id,
            EtaEstimate.created_at > since,
            _unnoticed_estimate(literal(identity_id)),
        )
        return (await self._session.scalars(query)).all()

    async def new_answers(self, identity_id: UUID, quote_id: UUID, since: datetime) -> Sequence[QuoteEvent]:
        """Answers to an inquiry of this account that it is not through with, oldest first."""
        query = _with_askers(select(QuoteEvent)).where(*_unnoticed_answer(since))
        query = query.where(Quote.id == quote_id, Dialogue.identity_id == identity_id)
        return (await self._session.scalars(query.order_by(QuoteEvent.position))).all()

    async def shipment(self, shipment_id: UUID) -> Shipment | None:
        """A shipment by id."""
        return await self._session.get(Shipment, shipment_id)

    async def quote(self, quote_id: UUID) -> Quote | None:
        """A quote by id, as it stands now."""
        return await self._session.get(Quote, quote_id, populate_existing=True)

    async def note(self, identity_id: UUID, source: NoticeSource, source_id: UUID, at: datetime) -> bool:
        """Marks one piece of news; False when somebody else has done so."""
        return await insert_once(
            self._session, Notice, identity_id=identity_id, source=source.value, source_id=source_id, at=at
        )


def _wanted_one() -> Select[Any, Any, datetime, str]:
    """identity_id, shipment_id, created_at, reference: subscriptions to one shipment that the account may still see.

    Whoever subscribed for a company and speaks for it no longer hears nothing more, unless digits opened the shipment.
    """
    opened = (
        select(AccessGrant.id)
        .join(Dialogue, Dialogue.id == AccessGrant.dialogue_id)
        .where(
            Dialogue.identity_id == UpdateSubscription.identity_id,
            AccessGrant.shipment_id == UpdateSubscription.shipment_id,
        )
        .exists()
    )
    return (
        select(
            UpdateSubscription.identity_id,
            UpdateSubscription.shipment_id,
            UpdateSubscription.created_at,
            UpdateSubscription.reference,
        )
        .select_from(UpdateSubscription)
        .join(ChannelIdentity, ChannelIdentity.id == UpdateSubscription.identity_id)
        .outerjoin(Contact, Contact.id == ChannelIdentity.contact_id)
        .join(Shipment, Shipment.id == UpdateSubscription.shipment_id)
        .where(or_(Contact.customer_id == Shipment.customer_id, opened))
    )


def _wanted_all() -> Select[Any, Any, datetime, str]:
    """The same for subscriptions to all of the own company, a row for each of its shipments."""
    return (
        select(UpdateSubscription.identity_id, Shipment.id, UpdateSubscription.created_at, literal(""))
        .select_from(UpdateSubscription)
        .join(ChannelIdentity, ChannelIdentity.id == UpdateSubscription.identity_id)
        .join(Contact, Contact.id == ChannelIdentity.contact_id)
        .join(Shipment, Shipment.customer_id == Contact.customer_id)
        .where(UpdateSubscription.shipment_id.is_(None))
    )


def _unnoticed(identity_id: SQLColumnExpression[UUID], source: NoticeSource, source_id: Any) -> ColumnElement[bool]:
    return ~(
        select(Notice.id)
        .where(Notice.identity_id == identity_id, Notice.source == source.value, Notice.source_id == source_id)
        .exists()
    )


def _unnoticed_event(identity_id: ColumnElement[UUID], now: datetime) -> ColumnElement[bool]:
    """Something that has happened, or another word on when the shipment arrives."""
    happened = and_(MilestoneEvent.classifier == Classifier.ACTUAL.value, MilestoneEvent.event_time <= now)
    expected = and_(MilestoneEvent.classifier != Classifier.ACTUAL.value, MilestoneEvent.code.in_(TARGET_CODES))
    return and_(
        MilestoneEvent.retracted_at.is_(None),
        or_(happened, expected),
        _unnoticed(identity_id, NoticeSource.EVENT, MilestoneEvent.id),
    )


def _unnoticed_estimate(identity_id: ColumnElement[UUID]) -> ColumnElement[bool]:
    return _unnoticed(identity_id, NoticeSource.ESTIMATE, EtaEstimate.id)


def _with_askers[*Row](query: Select[*Row]) -> Select[*Row]:
    """Events of quotes with the account that asked; a company's quote only while the account speaks for it."""
    joined = query.select_from(QuoteEvent).join(Quote, Quote.id == QuoteEvent.quote_id)
    joined = joined.join(Dialogue, Dialogue.id == Quote.dialogue_id)
    joined = joined.join(ChannelIdentity, ChannelIdentity.id == Dialogue.identity_id)
    joined = joined.outerjoin(Contact, Contact.id == ChannelIdentity.contact_id)
    return joined.where(or_(Quote.customer_id.is_(None), Quote.customer_id == Contact.customer_id))


def _unnoticed_answer(since: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        QuoteEvent.at > since,
        QuoteEvent.to_state.in_([state.value for state in ANSWERS]),
        QuoteEvent.actor != OFFERED_AT_ONCE_BY,
        _unnoticed(Dialogue.identity_id, NoticeSource.QUOTE, QuoteEvent.id),
    )
