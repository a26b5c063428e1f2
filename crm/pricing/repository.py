"""All queries about rates and quotes."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm.customers.models import Customer, Dialogue
from crm.pricing.models import ExchangeRate, Quote, QuoteCosting, QuoteEvent, QuoteState, RateCard
from crm.pricing.views import EXPIRING


class PricingRepository:
    """Rates, quotes, their costing and history."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def cards(self, mode: str, load_type: str, countries: tuple[str, str], day: date) -> Sequence[RateCard]:
        """Rate cards of a mode and load type from one country to another that are valid on `day`."""
        query = select(RateCard).where(
            RateCard.mode == mode,
            RateCard.load_type == load_type,
            RateCard.origin.startswith(countries[0], autoescape=True),
            RateCard.destination.startswith(countries[1], autoescape=True),
            RateCard.valid_from <= day,
            RateCard.valid_to >= day,
        )
        return (await self._session.scalars(query.order_by(RateCard.code))).all()

    async def exchange_rates(self, since: date, day: date) -> dict[str, ExchangeRate]:
        """The newest rate of each currency between two days, both included."""
        query = select(ExchangeRate).where(ExchangeRate.day >= since, ExchangeRate.day <= day)
        rates = (await self._session.scalars(query.order_by(ExchangeRate.day))).all()
        return {rate.currency: rate for rate in rates}

    async def customer(self, customer_id: UUID) -> Customer | None:
        """A customer by id."""
        return await self._session.get(Customer, customer_id)

    async def add(self, quote: Quote, costing: QuoteCosting | None = None) -> None:
        """Stores a new quote, and its costing when there is one."""
        self._session.add(quote)
        await self._session.flush()
        if costing is not None:
            costing.quote_id = quote.id
            self._session.add(costing)
            await self._session.flush()

    async def of_turn(self, dialogue_id: UUID, turn_id: UUID) -> Quote | None:
        """The quote made in one turn, if it has been made."""
        return await self._one(select(Quote).where(Quote.dialogue_id == dialogue_id, Quote.turn_id == turn_id))

    async def by_number(self, number: str, *, lock: bool = False) -> Quote | None:
        """A quote by its number, whosever it is. `lock`: nobody else changes it until this transaction ends."""
        query = select(Quote).where(Quote.number == number)
        return await self._one(query.with_for_update() if lock else query)

    async def own(
        self, number: str, dialogue_id: UUID | None, customer_id: UUID | None, *, lock: bool = False
    ) -> Quote | None:
        """A quote by its number if it is the asker's; None for another's as for one that does not exist."""
        query = select(Quote).where(Quote.number == number, _owned(dialogue_id, customer_id))
        return await self._one(query.with_for_update() if lock else query)

    async def newest(
        self, dialogue_id: UUID | None, customer_id: UUID | None, states: frozenset[QuoteState] | None = None
    ) -> Sequence[Quote]:
        """The asker's quotes (in `states`; None: all), those of this dialogue first, newest first."""
        query = select(Quote).where(_owned(dialogue_id, customer_id))
        if states is not None:
            query = query.where(Quote.state.in_([state.value for state in states]))
        here = (Quote.dialogue_id == dialogue_id).desc() if dialogue_id is not None else Quote.created_at.desc()
        return (await self._session.scalars(query.order_by(here, Quote.created_at.desc(), Quote.number.desc()))).all()

    async def run_out(self, now: datetime) -> Sequence[Quote]:
        """Quotes that can expire and whose validity ended before `now`, locked; those another job has are skipped."""
        query = select(Quote).where(Quote.state.in_([state.value for state in EXPIRING]), Quote.valid_until < now)
        return (await self._session.scalars(query.with_for_update(skip_locked=True))).all()

    async def costing(self, quote_id: UUID) -> QuoteCosting | None:
        """What a quote costs. For staff only."""
        found: QuoteCosting | None = await self._session.scalar(
            select(QuoteCosting).where(QuoteCosting.quote_id == quote_id)
        )
        return found

    async def record(self, event: QuoteEvent) -> None:
        """Appends an event to its quote's history; sets its position."""
        count = await self._session.scalar(
            select(func.count()).select_from(QuoteEvent).where(QuoteEvent.quote_id == event.quote_id)
        )
        event.position = (count or 0) + 1
        self._session.add(event)
        await self._session.flush()

    async def events(self, quote_id: UUID) -> Sequence[QuoteEvent]:
        """The history of a quote, oldest first."""
        query = select(QuoteEvent).where(QuoteEvent.quote_id == quote_id).order_by(QuoteEvent.position)
        return (await self._session.scalars(query)).all()

    async def _one(self, query: Select[Quote]) -> Quote | None:
        # A locked row must be read afresh: what the session remembers may be older than the lock.
        return (await self._session.scalars(query.execution_options(populate_existing=True))).one_or_none()


def _owned(dialogue_id: UUID | None, customer_id: UUID | None) -> ColumnElement[bool]:
    """A customer's quote is read by that customer only; one of nobody in particular by the account it was made for.

    By the account and not by the dialogue alone: the answer to an inquiry may come when another one is open.
    """
    mine = Quote.customer_id == customer_id if customer_id is not None else None
    account = select(Dialogue.identity_id).where(Dialogue.id == dialogue_id).scalar_subquery()
    its_dialogues = select(Dialogue.id).where(Dialogue.identity_id == account)
    unowned = and_(Quote.customer_id.is_(None), Quote.dialogue_id.in_(its_dialogues))
    return unowned if mine is None else or_(mine, unowned)
