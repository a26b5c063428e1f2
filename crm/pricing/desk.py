"""The staff's side of a quote: answer an inquiry with a base price, put a margin on it, send it or have it approved."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncSession

from crm.clock import Clock
from crm.orders.models import TaskKind
from crm.orders.tasks import Due, TaskService
from crm.pricing.calculation import Calculation, Terms, selling_lines
from crm.pricing.errors import NeedsApproval, QuoteNotFound
from crm.pricing.history import QuoteHistory
from crm.pricing.lines import Line
from crm.pricing.making import write_cost, write_price
from crm.pricing.margin import Approver
from crm.pricing.models import Quote, QuoteCosting, QuoteEvent, QuoteState
from crm.pricing.policy import Policy, end_of_day, standard_policy
from crm.pricing.repository import PricingRepository
from crm.pricing.selection import RateSelection
from crm.pricing.views import CustomerQuote, customer_quote
from crm.staff.departments import Department


@dataclass(frozen=True)
class BasePrice:
    """底价: what the pricing department found. `cost_lines` are internal; the rest the customer may read."""

    cost_lines: tuple[Line, ...]
    valid_to: date
    transit_days: tuple[int, int] | None = None
    free_days: int | None = None
    remark: str = ""
    supplier: str = ""
    note: str = ""


class PricingDesk:
    """For staff only: reads and writes costs. Who may use it is checked by the caller."""

    def __init__(self, session: AsyncSession, clock: Clock, due: Due, policy: Policy | None = None) -> None:
        self._quotes = PricingRepository(session)
        self._clock = clock
        self._policy = policy or standard_policy()
        self._tasks = TaskService(session, clock, due, self._policy.task_hours)
        self._history = QuoteHistory(self._quotes, clock)
        self._selection = RateSelection(self._quotes, self._policy)

    async def answer(self, number: str, base: BasePrice, actor: str, margin: Decimal | None = None) -> CustomerQuote:
        """Prices an inquiry (or a negotiation) by hand. `margin` None: that of the customer's class.

        A margin under the floor is taken as it is: `send` then asks for approval. Raises QuoteNotFound, WrongQuoteMove.
        """
        quote = await self._locked(number)
        await self._history.move(quote, QuoteState.PRICED, actor, base.note)
        terms = await self._terms(quote, margin)
        calculation = Calculation(base.cost_lines, selling_lines(base.cost_lines, terms))
        write_price(quote, calculation, await self._selection.exchanges(self._clock.today()))
        quote.valid_until = end_of_day(base.valid_to)
        quote.transit_days_min, quote.transit_days_max = base.transit_days or (None, None)
        quote.free_days, quote.remark = base.free_days, base.remark
        costing = await self._quotes.costing(quote.id) or QuoteCosting(quote_id=quote.id)
        costing.rate_card_code, costing.supplier, costing.note, costing.approved_by = "", base.supplier, base.note, ""
        write_cost(costing, calculation)
        await self._quotes.add(quote, costing)
        await self._tasks.finish_of_quote(quote.id, actor)
        return self._view(quote)

    async def send(self, number: str, actor: str, authority: Approver) -> CustomerQuote:
        """Sends a priced quote if `authority` covers its margin; else it waits for approval (state `approval`).

        Raises QuoteNotFound, WrongQuoteMove.
        """
        quote, costing = await self._costed(number)
        needed = self._policy.floors.approver(costing.margin)
        if authority.may_decide(needed):
            await self._history.move(quote, QuoteState.SENT, actor)
        else:
            await self._history.move(quote, QuoteState.APPROVAL, actor, needed.value)
            facts = {"quote": quote.number, "approver": needed.value}
            await self._tasks.open(TaskKind.APPROVE, Department.INTERNATIONAL, facts, quote_id=quote.id)
        return self._view(quote)

    async def approve(self, number: str, actor: str, authority: Approver) -> CustomerQuote:
        """Lets a quote under the floor go out. Raises NeedsApproval for too low an authority, and what `send` raises."""
        quote, costing = await self._costed(number)
        needed = self._policy.floors.approver(costing.margin)
        if not authority.may_decide(needed):
            raise NeedsApproval(needed.value)
        await self._history.move(quote, QuoteState.SENT, actor, "approved")
        costing.approved_by = actor
        await self._tasks.finish_of_quote(quote.id, actor)
        return self._view(quote)

    async def send_back(self, number: str, actor: str, reason: str) -> CustomerQuote:
        """Refuses approval; the quote is priced again. Raises QuoteNotFound, WrongQuoteMove."""
        quote = await self._locked(number)
        await self._history.move(quote, QuoteState.PRICED, actor, reason)
        await self._tasks.drop_of_quote(quote.id, reason)
        return self._view(quote)

    async def no_service(self, number: str, actor: str, reason: str) -> CustomerQuote:
        """The firm cannot carry it. Raises QuoteNotFound, WrongQuoteMove."""
        quote = await self._locked(number)
        await self._history.move(quote, QuoteState.NO_SERVICE, actor, reason)
        await self._tasks.finish_of_quote(quote.id, actor)
        return self._view(quote)

    async def negotiate(self, number: str, actor: str, reason: str) -> CustomerQuote:
        """Takes an offer back to price it anew at the customer's wish; `answer` follows. Raises as `no_service`."""
        quote = await self._locked(number)
        await self._history.move(quote, QuoteState.NEGOTIATING, actor, reason)
        return self._view(quote)

    async def costing(self, number: str) -> QuoteCosting:
        """Cost and margin of a quote. Raises QuoteNotFound when there is none."""
        return (await self._costed(number))[1]

    async def events(self, number: str) -> Sequence[QuoteEvent]:
        """The history of a quote. Raises QuoteNotFound."""
        return await self._quotes.events((await self._locked(number)).id)

    async def _terms(self, quote: Quote, margin: Decimal | None) -> Terms:
        if margin is not None:
            return Terms(margin, margin, steps=self._policy.unit_price_step)
        customer = None if quote.customer_id is None else await self._quotes.customer(quote.customer_id)
        return self._policy.terms_for(customer)

    async def _locked(self, number: str) -> Quote:
        quote = await self._quotes.by_number(number, lock=True)
        if quote is None:
            raise QuoteNotFound
        return quote

    async def _costed(self, number: str) -> tuple[Quote, QuoteCosting]:
        quote = await self._locked(number)
        costing = await self._quotes.costing(quote.id)
        if costing is None:
            raise QuoteNotFound
        return quote, costing

    def _view(self, quote: Quote) -> CustomerQuote:
        return customer_quote(quote, self._clock.now())
