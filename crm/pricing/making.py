"""How a quote comes into being: a draft, then a price from our rates or an inquiry to the pricing department."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from crm.clock import Clock
from crm.numbers import NumberService
from crm.orders.models import TaskKind
from crm.orders.tasks import TaskService
from crm.pricing.calculation import Calculation, Terms
from crm.pricing.history import QuoteHistory
from crm.pricing.models import Quote, QuoteCosting, QuoteState
from crm.pricing.policy import Policy, end_of_day
from crm.pricing.repository import PricingRepository
from crm.pricing.request import QuoteRequest
from crm.pricing.selection import Exchanges, Offer, RateSelection
from crm.staff.departments import Department
from freight.places import by_locode, for_mode

PREFIX = "QT"


class QuoteMaking:
    """Makes quotes; used by the service for customers."""

    def __init__(self, session: AsyncSession, clock: Clock, tasks: TaskService, policy: Policy) -> None:
        self._quotes = PricingRepository(session)
        self._numbers = NumberService(session, clock)
        self._clock = clock
        self._tasks = tasks
        self._policy = policy
        self._history = QuoteHistory(self._quotes, clock)
        self._selection = RateSelection(self._quotes, policy)

    async def draft(self, request: QuoteRequest, before: Quote | None) -> Quote:
        """A new version after `before` (None: the first one), not stored yet. Raises ValueError without lane or mode."""
        mode, load = request.effective_mode, request.effective_load
        if mode is None or request.origin is None or request.destination is None:
            raise ValueError("a price needs a lane and a mode")
        origin, destination = by_locode(request.origin), by_locode(request.destination)
        return Quote(
            number=await self._numbers.next(PREFIX),
            version=1 if before is None else before.version + 1,
            replaces_id=None if before is None else before.id,
            state=QuoteState.DRAFT.value,
            mode=mode.value,
            load_type="" if load is None else load.value,
            origin=request.origin if origin is None else for_mode(origin, mode).locode,
            destination=request.destination if destination is None else for_mode(destination, mode).locode,
            request=request.as_facts(),
            created_at=self._clock.now(),
        )

    async def price(self, quote: Quote, request: QuoteRequest) -> None:
        """Prices a draft and stores it: sent to the customer, or with the pricing department."""
        offer = await self._selection.cheapest(request, self._clock.today(), await self._terms(quote.customer_id))
        if offer is None or request.dangerous:
            await self._inquire(quote, request)
        else:
            await self._offer(quote, offer)

    async def _terms(self, customer_id: UUID | None) -> Terms:
        return self._policy.terms_for(None if customer_id is None else await self._quotes.customer(customer_id))

    async def _offer(self, quote: Quote, offer: Offer) -> None:
        card, calculation = offer.card, offer.calculation
        quote.origin, quote.destination = card.origin, card.destination
        write_price(quote, calculation, offer.exchanges)
        quote.transit_days_min, quote.transit_days_max = card.transit_days_min, card.transit_days_max
        quote.free_days, quote.remark = card.free_days, card.remark
        validity = self._policy.validity[card.mode]
        last = validity.last_day(self._clock.today(), card.valid_from, card.valid_to)
        quote.valid_until = end_of_day(last)
        costing = QuoteCosting(rate_card_code=card.code, supplier=card.supplier)
        write_cost(costing, calculation)
        await self._quotes.add(quote, costing)
        await self._history.move(quote, QuoteState.PRICED, "system", "rate found")
        await self._history.move(quote, QuoteState.SENT, "bot")

    async def _inquire(self, quote: Quote, request: QuoteRequest) -> None:
        special = "price_special" if request.dangerous else TaskKind.PRICE.value
        quote.answer_due_at = self._tasks.due_after(special)
        await self._quotes.add(quote)
        reason = "dangerous goods" if request.dangerous else "no valid rate"
        await self._history.move(quote, QuoteState.INQUIRING, "system", reason)
        await self._tasks.open(
            TaskKind.PRICE,
            Department.INTERNATIONAL,
            {"quote": quote.number, "request": quote.request, "reason": reason},
            due_at=quote.answer_due_at,
            quote_id=quote.id,
            dialogue_id=quote.dialogue_id,
            turn_id=quote.turn_id,
        )


def write_price(quote: Quote, calculation: Calculation, exchanges: Exchanges) -> None:
    """Puts the selling side of a calculation on the quote."""
    quote.lines = [line.as_json() for line in calculation.sell]
    quote.totals = {money.currency: format(money.amount, "f") for money in calculation.sell_totals}
    quote.cny_total, quote.exchange = exchanges.in_cny(calculation.sell_totals)


def write_cost(costing: QuoteCosting, calculation: Calculation) -> None:
    """Puts the cost side of a calculation where only staff read it."""
    costing.cost_lines = [line.as_json() for line in calculation.cost]
    costing.cost_totals = {money.currency: format(money.amount, "f") for money in calculation.cost_totals}
    costing.margin = calculation.margin
