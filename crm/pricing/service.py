"""Quotes for customers: from a request to a price, from a price to an order."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from crm.clock import SHANGHAI, Clock
from crm.orders.models import TaskKind
from crm.orders.service import CustomerOrder, OrderService
from crm.orders.tasks import Due, TaskService
from crm.pricing.errors import QuoteAlreadyAccepted, QuoteExpired, QuoteNotFound, QuoteNotOpen
from crm.pricing.history import QuoteHistory
from crm.pricing.making import QuoteMaking
from crm.pricing.models import Quote, QuoteState
from crm.pricing.policy import Policy, standard_policy
from crm.pricing.repository import PricingRepository
from crm.pricing.request import QuoteRequest
from crm.pricing.views import CustomerLine, CustomerQuote, current_state, customer_quote
from crm.staff.departments import Department


@dataclass(frozen=True)
class Quoted:
    """There is a price, and it is on its way to the customer."""

    quote: CustomerQuote


@dataclass(frozen=True)
class NoRate:
    """No valid rate: the pricing department has been asked; `quote.answer_due_at` says by when it answers."""

    quote: CustomerQuote


QuoteOutcome = Quoted | NoRate


class PricingService:
    """Prices requests and takes acceptances. Never commits; every creation happens once per (dialogue, turn)."""

    def __init__(
        self, session: AsyncSession, clock: Clock, due: Due, orders: OrderService, policy: Policy | None = None
    ) -> None:
        """`due`: the moment after so many working hours. `policy`: None takes the firm's `policy.json`."""
        self._quotes = PricingRepository(session)
        self._clock = clock
        self._orders = orders
        policy = policy or standard_policy()
        self._tasks = TaskService(session, clock, due, policy.task_hours)
        self._history = QuoteHistory(self._quotes, clock)
        self._making = QuoteMaking(session, clock, self._tasks, policy)

    async def quote(
        self,
        request: QuoteRequest,
        dialogue_id: UUID,
        turn_id: UUID,
        customer_id: UUID | None = None,
        contact_id: UUID | None = None,
        *,
        replaces: str | None = None,
    ) -> QuoteOutcome:
        """A price for a complete request, or an inquiry to the pricing department.

        `replaces`: number of the asker's quote that this one corrects; ignored when it is not (or no longer) theirs to
        replace. Raises ValueError for an incomplete request: `missing()` says what to ask first.
        """
        made = await self._quotes.of_turn(dialogue_id, turn_id)
        if made is not None:
            return self._outcome(made)
        if not request.complete:
            raise ValueError(f"a price needs {', '.join(request.missing())}")
        before = None if replaces is None else await self._replaceable(replaces, dialogue_id, customer_id)
        quote = await self._making.draft(request, before)
        quote.dialogue_id, quote.turn_id = dialogue_id, turn_id
        quote.customer_id, quote.contact_id = customer_id, contact_id
        await self._making.price(quote, request)
        if before is not None:
            await self._set_aside(before, quote.number)
        return self._outcome(quote)

    async def accept(
        self,
        number: str,
        dialogue_id: UUID,
        turn_id: UUID,
        customer_id: UUID | None = None,
        contact_id: UUID | None = None,
    ) -> CustomerOrder:
        """The order made of a quote, with the tasks of the departments.

        Raises QuoteNotFound (also for another's), QuoteExpired, QuoteAlreadyAccepted, QuoteNotOpen.
        """
        quote = await self._own(number, dialogue_id, customer_id, lock=True)
        earlier = await self._orders.of_quote(quote.id)
        if earlier is not None and earlier.made_in == (dialogue_id, turn_id):
            return earlier.view
        if earlier is not None:
            raise QuoteAlreadyAccepted(earlier.view.number)
        self._require_open(quote)
        await self._history.move(quote, QuoteState.ACCEPTED, "customer")
        costing = await self._quotes.costing(quote.id)
        order = await self._orders.create(
            quote,
            dialogue_id,
            turn_id,
            customer_id=customer_id,
            contact_id=contact_id,
            rate_card="" if costing is None else costing.rate_card_code,
        )
        await self._history.move(quote, QuoteState.CONVERTED, "system", order.number)
        return order

    async def status(
        self, number: str | None = None, *, dialogue_id: UUID | None, customer_id: UUID | None = None
    ) -> CustomerQuote:
        """One quote of the asker, by number or (None) the newest. Raises QuoteNotFound."""
        if number is not None:
            return self._view(await self._own(number, dialogue_id, customer_id))
        newest = await self._quotes.newest(dialogue_id, customer_id)
        if not newest:
            raise QuoteNotFound
        return self._view(newest[0])

    async def key_of(self, number: str, dialogue_id: UUID | None, customer_id: UUID | None = None) -> UUID | None:
        """Which row a number names; None when it is not the asker's, or there is none."""
        quote = await self._quotes.own(number, dialogue_id, customer_id)
        return quote.id if quote else None

    async def latest_open(self, *, dialogue_id: UUID | None, customer_id: UUID | None = None) -> CustomerQuote | None:
        """The newest quote the asker can accept now, those of this dialogue first; None: there is none."""
        candidates = await self._quotes.newest(dialogue_id, customer_id, frozenset({QuoteState.SENT}))
        return next((view for view in map(self._view, candidates) if view.open), None)

    async def breakdown(
        self, number: str, *, dialogue_id: UUID | None, customer_id: UUID | None = None
    ) -> tuple[CustomerLine, ...]:
        """The selling lines of the asker's quote; empty while there is no price. Raises QuoteNotFound."""
        return self._view(await self._own(number, dialogue_id, customer_id)).lines

    async def requote(
        self,
        number: str,
        dialogue_id: UUID,
        turn_id: UUID,
        customer_id: UUID | None = None,
        contact_id: UUID | None = None,
    ) -> QuoteOutcome:
        """The same facts priced anew, as the next version of the asker's quote. Raises QuoteNotFound."""
        old = await self._own(number, dialogue_id, customer_id)
        request = QuoteRequest.from_facts(old.request)
        return await self.quote(request, dialogue_id, turn_id, customer_id, contact_id, replaces=old.number)

    async def ask_lower(
        self,
        number: str,
        dialogue_id: UUID,
        turn_id: UUID,
        customer_id: UUID | None = None,
        wish: str = "",
    ) -> datetime:
        """Passes on that the asker wants a lower price (`wish`: in their words); gives when the answer is due.

        The quote stays open as it is: who wishes a discount may still take the price. Nothing is negotiated here.
        Raises QuoteNotFound, QuoteExpired, QuoteNotOpen.
        """
        quote = await self._own(number, dialogue_id, customer_id)
        self._require_open(quote)
        task = await self._tasks.open(
            TaskKind.NEGOTIATE,
            Department.INTERNATIONAL,
            {"quote": quote.number, "request": quote.request, "wish": wish},
            quote_id=quote.id,
            dialogue_id=dialogue_id,
            turn_id=turn_id,
        )
        return task.due_at.astimezone(SHANGHAI)

    async def decline(
        self, number: str, *, dialogue_id: UUID | None, customer_id: UUID | None = None, reason: str = ""
    ) -> CustomerQuote:
        """Records that the asker does not take an open quote; a second time changes nothing.

        Raises QuoteNotFound, QuoteExpired, QuoteNotOpen.
        """
        quote = await self._own(number, dialogue_id, customer_id, lock=True)
        if quote.state != QuoteState.REJECTED:
            self._require_open(quote)
            await self._history.move(quote, QuoteState.REJECTED, "customer", reason)
        return self._view(quote)

    async def expire_due(self) -> list[str]:
        """Expires every quote whose validity has ended; gives their numbers."""
        run_out = await self._quotes.run_out(self._clock.now())
        for quote in run_out:
            await self._history.move(quote, QuoteState.EXPIRED, "system", "validity ended")
        return [quote.number for quote in run_out]

    async def _replaceable(self, number: str, dialogue_id: UUID, customer_id: UUID | None) -> Quote | None:
        return await self._quotes.own(_plain(number), dialogue_id, customer_id, lock=True)

    async def _set_aside(self, old: Quote, newer: str) -> None:
        """An offer that a newer one corrects can no longer be accepted; an inquiry need not be answered any more."""
        if old.state == QuoteState.SENT:
            await self._history.move(old, QuoteState.SUPERSEDED, "system", newer)
        elif old.state == QuoteState.INQUIRING:
            await self._history.move(old, QuoteState.CANCELLED, "system", newer)
            await self._tasks.drop_of_quote(old.id, f"replaced by {newer}")

    async def _own(
        self, number: str, dialogue_id: UUID | None, customer_id: UUID | None, *, lock: bool = False
    ) -> Quote:
        quote = await self._quotes.own(_plain(number), dialogue_id, customer_id, lock=lock)
        if quote is None:
            raise QuoteNotFound
        return quote

    def _require_open(self, quote: Quote) -> None:
        state = current_state(quote, self._clock.now())
        if state is QuoteState.EXPIRED:
            raise QuoteExpired(quote.number)
        if state is not QuoteState.SENT:
            raise QuoteNotOpen(quote.number)

    def _view(self, quote: Quote) -> CustomerQuote:
        return customer_quote(quote, self._clock.now())

    def _outcome(self, quote: Quote) -> QuoteOutcome:
        view = self._view(quote)
        return Quoted(view) if view.lines else NoRate(view)


def _plain(number: str) -> str:
    """The number as it is stored, however the customer wrote it."""
    return number.upper().replace("-", "").replace(" ", "")
