"""Orders: made of accepted quotes, moved by the departments, cancelled by the customer while that is still possible."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from crm.clock import SHANGHAI, Clock
from crm.numbers import NumberService
from crm.orders.errors import NeedsPerson, OrderNotFound, OrderNotOpen
from crm.orders.handoff import facts_of, tasks_for
from crm.orders.lifecycle import CANCELLED_BY_CUSTOMER, NEEDS_PERSON, STATE_NAMES, check_move
from crm.orders.models import DepartmentTask, Order, OrderEvent, OrderState, TaskKind
from crm.orders.repository import OrderRepository
from crm.orders.tasks import Due, TaskService
from crm.pricing.models import Quote
from crm.pricing.policy import Policy, standard_policy
from crm.staff.departments import Department
from freight.places import name_zh

PREFIX = "SO"
RUNNING = frozenset(OrderState) - {OrderState.CLOSED, OrderState.CANCELLED}


@dataclass(frozen=True)
class CustomerOrder:
    """An order as its customer reads it. Names and quote number are empty for an order made without a quote of ours."""

    number: str
    state: OrderState
    state_name: str
    quote_number: str
    origin_name: str
    destination_name: str
    ready_date: date | None
    created_at: datetime


@dataclass(frozen=True)
class MadeOrder:
    """An order with the turn (dialogue id, turn id) it was made in."""

    view: CustomerOrder
    made_in: tuple[UUID | None, UUID | None]


class OrderService:
    """Never commits; every order is made once per (dialogue, turn) and once per quote."""

    def __init__(self, session: AsyncSession, clock: Clock, due: Due, policy: Policy | None = None) -> None:
        """`due`: the moment after so many working hours. `policy`: None takes the firm's `policy.json`."""
        self._orders = OrderRepository(session)
        self._numbers = NumberService(session, clock)
        self._tasks = TaskService(session, clock, due, (policy or standard_policy()).task_hours)
        self._clock = clock

    async def create(
        self,
        quote: Quote,
        dialogue_id: UUID,
        turn_id: UUID,
        *,
        customer_id: UUID | None = None,
        contact_id: UUID | None = None,
        rate_card: str = "",
    ) -> CustomerOrder:
        """The order of an accepted quote, and a task for each department concerned. Once per turn."""
        made = await self._orders.of_turn(dialogue_id, turn_id)
        if made is not None:
            return await self._view(made)
        ready = quote.request.get("ready_date")
        order = Order(
            number=await self._numbers.next(PREFIX),
            quote_id=quote.id,
            customer_id=customer_id or quote.customer_id,
            contact_id=contact_id or quote.contact_id,
            dialogue_id=dialogue_id,
            turn_id=turn_id,
            state=OrderState.SUBMITTED.value,
            ready_date=None if ready is None else date.fromisoformat(ready),
            created_at=self._clock.now(),
        )
        await self._orders.add(order)
        await self._record(order, "", "customer", f"accepted {quote.number}")
        for kind, department in tasks_for(quote):
            await self._tasks.open(
                kind,
                department,
                facts_of(quote, order.number, rate_card),
                order_id=order.id,
                quote_id=quote.id,
                dialogue_id=dialogue_id,
                turn_id=turn_id,
            )
        return await self._view(order)

    async def of_quote(self, quote_id: UUID) -> MadeOrder | None:
        """The order a quote became; None: it has not been accepted."""
        order = await self._orders.of_quote(quote_id)
        return None if order is None else MadeOrder(await self._view(order), (order.dialogue_id, order.turn_id))

    async def status(
        self, number: str | None = None, *, dialogue_id: UUID | None, customer_id: UUID | None = None
    ) -> CustomerOrder:
        """One order of the asker, by number or (None) the newest that is not closed. Raises OrderNotFound."""
        return await self._view(await self._find(number, dialogue_id, customer_id))

    async def key_of(self, number: str, dialogue_id: UUID | None, customer_id: UUID | None = None) -> UUID | None:
        """Which row a number names; None when it is not the asker's, or there is none."""
        order = await self._orders.own(number, dialogue_id, customer_id)
        return order.id if order else None

    async def running(self, *, dialogue_id: UUID | None, customer_id: UUID | None = None) -> list[CustomerOrder]:
        """The asker's orders that are neither closed nor cancelled, newest first."""
        return [await self._view(order) for order in await self._orders.newest(dialogue_id, customer_id, RUNNING)]

    async def cancel(
        self,
        number: str | None,
        dialogue_id: UUID,
        turn_id: UUID,
        customer_id: UUID | None = None,
        reason: str = "",
    ) -> CustomerOrder:
        """Cancels the asker's order (None: the newest one) and drops its tasks; a second time changes nothing.

        Raises OrderNotFound, NeedsPerson (under way or on hold), OrderNotOpen (delivered or beyond).
        """
        order = await self._find(number, dialogue_id, customer_id, lock=True)
        state = OrderState(order.state)
        if state is OrderState.CANCELLED:
            return await self._view(order)
        if state in NEEDS_PERSON:
            raise NeedsPerson(order.number)
        if state not in CANCELLED_BY_CUSTOMER:
            raise OrderNotOpen(order.number)
        await self._tasks.drop_of_order(order.id, "cancelled by the customer")
        if state is OrderState.CONFIRMED:
            await self._tasks.open(
                TaskKind.CANCEL,
                Department.OPERATIONS,
                {"order": order.number, "reason": reason},
                order_id=order.id,
                quote_id=order.quote_id,
                dialogue_id=dialogue_id,
                turn_id=turn_id,
            )
        await self._move(order, OrderState.CANCELLED, "customer", reason)
        return await self._view(order)

    async def move(self, number: str, to: OrderState, actor: str, reason: str = "") -> CustomerOrder:
        """A move by staff or system, whosever the order is; to where it already is changes nothing.

        Raises OrderNotFound, WrongOrderMove. Out of `executing` staff cancel only before departure: the caller checks.
        """
        order = await self._orders.by_number(_plain(number))
        if order is None:
            raise OrderNotFound
        if order.state != to.value:
            await self._move(order, to, actor, reason)
            if to is OrderState.CANCELLED:
                await self._tasks.drop_of_order(order.id, f"cancelled by {actor}")
        return await self._view(order)

    async def tasks_for(self, number: str) -> Sequence[DepartmentTask]:
        """The departments' tasks of an order, for staff. Raises OrderNotFound."""
        order = await self._orders.by_number(_plain(number))
        if order is None:
            raise OrderNotFound
        return await self._tasks.of_order(order.id)

    async def events(self, number: str) -> Sequence[OrderEvent]:
        """The history of an order, for staff. Raises OrderNotFound."""
        order = await self._orders.by_number(_plain(number))
        if order is None:
            raise OrderNotFound
        return await self._orders.events(order.id)

    async def _find(
        self, number: str | None, dialogue_id: UUID | None, customer_id: UUID | None, *, lock: bool = False
    ) -> Order:
        if number is None:
            newest = await self._orders.newest(dialogue_id, customer_id, RUNNING)
            if not newest:
                raise OrderNotFound
            number = newest[0].number
        order = await self._orders.own(_plain(number), dialogue_id, customer_id, lock=lock)
        if order is None:
            raise OrderNotFound
        return order

    async def _move(self, order: Order, to: OrderState, actor: str, reason: str) -> None:
        check_move(order, to)
        before = order.state
        order.held_from = before if to is OrderState.ON_HOLD else None
        order.state = to.value
        await self._record(order, before, actor, reason)

    async def _record(self, order: Order, before: str, actor: str, reason: str) -> None:
        event = OrderEvent(
            order_id=order.id, from_state=before, to_state=order.state, actor=actor, reason=reason, at=self._clock.now()
        )
        await self._orders.record(event)

    async def _view(self, order: Order) -> CustomerOrder:
        quote = await self._orders.quote_of(order)
        return CustomerOrder(
            number=order.number,
            state=OrderState(order.state),
            state_name=STATE_NAMES[OrderState(order.state)],
            quote_number="" if quote is None else quote.number,
            origin_name="" if quote is None else name_zh(quote.origin),
            destination_name="" if quote is None else name_zh(quote.destination),
            ready_date=order.ready_date,
            created_at=order.created_at.astimezone(SHANGHAI),
        )


def _plain(number: str) -> str:
    """The number as it is stored, however the customer wrote it."""
    return number.upper().replace("-", "").replace(" ", "")
