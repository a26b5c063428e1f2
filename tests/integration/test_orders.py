"""From an accepted price to an order and the departments' work, and out of it again."""

import asyncio
from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm.clock import SHANGHAI, FixedClock
from crm.errors import Refusal
from crm.orders.errors import NeedsPerson, OrderNotFound, OrderNotOpen, WrongOrderMove, WrongTaskMove
from crm.orders.lifecycle import MOVES, STATE_NAMES, TASK_MOVES
from crm.orders.models import DepartmentTask, Order, OrderState, TaskState
from crm.orders.service import CustomerOrder
from crm.orders.tasks import TaskService
from crm.pricing import lifecycle as quote_lifecycle
from crm.pricing.errors import QuoteAlreadyAccepted, QuoteExpired, QuoteNotFound, QuoteNotOpen, WrongQuoteMove
from crm.pricing.models import Quote, QuoteState
from crm.pricing.request import QuoteRequest
from crm.promises.business_time import BusinessCalendar
from database.session import Database
from tests.integration.pricing_data import (
    BY_AIR,
    THREE_HIGH_CUBES,
    Asker,
    air_card,
    dollar,
    known,
    sea_card,
    services,
    store,
    stranger,
)

PATH = [OrderState(name) for name in ("confirmed", "executing", "delivered", "completed", "billed", "closed")]


async def offer(
    session: AsyncSession, clock: FixedClock, asker: Asker, request: QuoteRequest = THREE_HIGH_CUBES
) -> str:
    if not (await session.scalars(select(Quote))).first():
        await store(session, sea_card(), air_card(), dollar())
    pricing, _ = services(session, clock)
    return (await pricing.quote(request, asker.dialogue_id, uuid4(), **asker.ids)).quote.number


async def order(session: AsyncSession, clock: FixedClock, asker: Asker) -> CustomerOrder:
    number = await offer(session, clock, asker)
    return await services(session, clock)[0].accept(number, asker.dialogue_id, uuid4(), **asker.ids)


async def departments(session: AsyncSession) -> set[tuple[str, str]]:
    return {(task.kind, task.department) for task in (await session.scalars(select(DepartmentTask))).all()}


async def test_an_accepted_quote_becomes_an_order_with_tasks(session: AsyncSession, clock: FixedClock) -> None:
    asker = await known(session, clock, "HX")
    ready = THREE_HIGH_CUBES.merged(QuoteRequest(ready_date=date(2026, 11, 28), incoterm="EXW"))
    number = await offer(session, clock, asker, ready)
    pricing, orders = services(session, clock)
    made = await pricing.accept(number, asker.dialogue_id, uuid4(), **asker.ids)
    assert made.number.startswith("SO261121")
    assert (made.state, made.quote_number, made.ready_date) == (OrderState.SUBMITTED, number, date(2026, 11, 28))
    assert (await pricing.status(number, **asker.reader)).state is QuoteState.CONVERTED
    assert await departments(session) == {("book", "operations"), ("pick_up", "dispatch"), ("declare", "customs")}
    tasks = {task.kind: task for task in await orders.tasks_for(made.number)}
    # Saturday: four working hours end on Monday after lunch.
    assert tasks["book"].due_at == datetime(2026, 11, 23, 14, 0, tzinfo=SHANGHAI)
    assert tasks["book"].facts["request"]["containers"] == [["40HQ", 3]]
    assert "2450" not in repr(tasks["book"].facts)


async def test_air_goods_go_through_the_warehouse_and_are_fetched(session: AsyncSession, clock: FixedClock) -> None:
    asker = await stranger(session, clock)
    number = await offer(session, clock, asker, BY_AIR)
    await services(session, clock)[0].accept(number, asker.dialogue_id, uuid4())
    assert {kind for kind, _ in await departments(session)} == {"book", "pick_up", "receive", "declare"}


async def test_one_turn_makes_one_order_and_one_quote_too(session: AsyncSession, clock: FixedClock) -> None:
    asker, turn = await stranger(session, clock), uuid4()
    number = await offer(session, clock, asker)
    pricing, _ = services(session, clock)
    first = await pricing.accept(number, asker.dialogue_id, turn)
    assert await pricing.accept(number, asker.dialogue_id, turn) == first
    with pytest.raises(QuoteAlreadyAccepted) as refused:
        await pricing.accept(number, asker.dialogue_id, uuid4())
    assert refused.value.order_number == first.number
    assert len((await session.scalars(select(Order))).all()) == 1


async def test_two_acceptances_at_once_make_one_order(database: Database, clock: FixedClock) -> None:
    async with database.transaction() as session:
        asker = await known(session, clock, "HX")
        number = await offer(session, clock, asker)

    async def accept() -> str:
        async with database.transaction() as session:
            pricing, _ = services(session, clock)
            return (await pricing.accept(number, asker.dialogue_id, uuid4(), **asker.ids)).number

    results = await asyncio.gather(*(accept() for _ in range(5)), return_exceptions=True)
    assert sorted(type(one).__name__ for one in results) == ["QuoteAlreadyAccepted"] * 4 + ["str"]


async def test_a_turn_that_fails_leaves_nothing_behind(database: Database, clock: FixedClock) -> None:
    async with database.transaction() as session:
        asker = await known(session, clock, "HX")
        number = await offer(session, clock, asker)

    async def fails() -> None:
        async with database.transaction() as session:
            await services(session, clock)[0].accept(number, asker.dialogue_id, uuid4(), **asker.ids)
            raise RuntimeError("after the order, before the commit")

    with pytest.raises(RuntimeError):
        await fails()
    async with database.reading() as session:
        assert not (await session.scalars(select(Order))).all()
        assert not (await session.scalars(select(DepartmentTask))).all()
        assert (await services(session, clock)[0].status(number, **asker.reader)).open


async def test_nobody_accepts_the_quote_of_another(session: AsyncSession, clock: FixedClock) -> None:
    owner, other, nobody = (
        await known(session, clock, "HX"),
        await known(session, clock, "YY"),
        await stranger(session, clock),
    )
    number = await offer(session, clock, owner)
    pricing, _ = services(session, clock)
    for asker in (other, nobody, Asker(owner.dialogue_id, other.customer_id, other.contact_id)):
        with pytest.raises(QuoteNotFound):
            await pricing.accept(number, asker.dialogue_id, uuid4(), **asker.ids)
    with pytest.raises(QuoteNotFound):
        await pricing.accept("QT2611219999", owner.dialogue_id, uuid4(), **owner.ids)
    assert not (await session.scalars(select(Order))).all()


async def test_an_expired_price_is_not_accepted(session: AsyncSession, clock: FixedClock) -> None:
    asker = await stranger(session, clock)
    number = await offer(session, clock, asker)
    clock.move(timedelta(days=10))
    pricing, _ = services(session, clock)
    for _ in range(2):
        with pytest.raises(QuoteExpired):
            await pricing.accept(number, asker.dialogue_id, uuid4())
        await pricing.expire_due()


async def test_an_inquiry_cannot_be_accepted(session: AsyncSession, clock: FixedClock) -> None:
    asker = await stranger(session, clock)
    number = await offer(session, clock, asker, QuoteRequest("CNSHA", "KELMA", containers=(("20GP", 1),)))
    with pytest.raises(QuoteNotOpen):
        await services(session, clock)[0].accept(number, asker.dialogue_id, uuid4())


async def test_the_customer_cancels_before_anything_moves(session: AsyncSession, clock: FixedClock) -> None:
    asker = await known(session, clock, "HX")
    made = await order(session, clock, asker)
    _, orders = services(session, clock)
    gone = await orders.cancel(made.number, asker.dialogue_id, uuid4(), asker.customer_id, "不走了")
    again = await orders.cancel(made.number, asker.dialogue_id, uuid4(), asker.customer_id)
    assert gone == again
    assert gone.state is OrderState.CANCELLED
    assert {task.state for task in await orders.tasks_for(made.number)} == {"rejected"}
    assert [event.to_state for event in await orders.events(made.number)] == ["submitted", "cancelled"]
    with pytest.raises(OrderNotFound):
        await orders.cancel(None, asker.dialogue_id, uuid4(), asker.customer_id)


async def test_what_was_confirmed_must_be_unbooked(session: AsyncSession, clock: FixedClock) -> None:
    asker = await known(session, clock, "HX")
    made = await order(session, clock, asker)
    _, orders = services(session, clock)
    await orders.move(made.number, OrderState.CONFIRMED, "op1")
    await orders.cancel(None, asker.dialogue_id, uuid4(), asker.customer_id)
    waiting = [task.kind for task in await orders.tasks_for(made.number) if task.state == "open"]
    assert waiting == ["cancel"]


@pytest.mark.parametrize(
    ("steps", "refusal"),
    [
        (PATH[:2], NeedsPerson),
        ([OrderState.CONFIRMED, OrderState.ON_HOLD], NeedsPerson),
        (PATH[:3], OrderNotOpen),
        (PATH, OrderNotOpen),
    ],
)
async def test_an_order_under_way_is_not_cancelled_by_the_customer(
    session: AsyncSession, clock: FixedClock, steps: list[OrderState], refusal: type[Refusal]
) -> None:
    asker = await known(session, clock, "HX")
    made = await order(session, clock, asker)
    _, orders = services(session, clock)
    for step in steps:
        await orders.move(made.number, step, "op1")
    with pytest.raises(refusal):
        await orders.cancel(made.number, asker.dialogue_id, uuid4(), asker.customer_id)
    assert (await orders.status(made.number, **asker.reader)).state is steps[-1]


async def test_nobody_sees_or_cancels_the_order_of_another(session: AsyncSession, clock: FixedClock) -> None:
    owner, other, nobody = (
        await known(session, clock, "HX"),
        await known(session, clock, "YY"),
        await stranger(session, clock),
    )
    made = await order(session, clock, owner)
    _, orders = services(session, clock)
    for asker in (other, nobody, Asker(owner.dialogue_id, other.customer_id)):
        with pytest.raises(OrderNotFound):
            await orders.status(made.number, **asker.reader)
        with pytest.raises(OrderNotFound):
            await orders.cancel(made.number, asker.dialogue_id, uuid4(), asker.customer_id)
        assert await orders.running(**asker.reader) == []
    assert [one.number for one in await orders.running(**owner.reader)] == [made.number]


async def test_an_order_goes_its_way_step_by_step(session: AsyncSession, clock: FixedClock) -> None:
    asker = await stranger(session, clock)
    made = await order(session, clock, asker)
    _, orders = services(session, clock)
    with pytest.raises(WrongOrderMove):
        await orders.move(made.number, OrderState.EXECUTING, "op1")
    for step in PATH:
        assert (await orders.move(made.number, step, "op1")).state is step
        assert (await orders.move(made.number, step, "op1")).state is step
    assert len(await orders.events(made.number)) == 1 + len(PATH)


async def test_a_held_order_goes_back_to_where_it_was(session: AsyncSession, clock: FixedClock) -> None:
    asker = await stranger(session, clock)
    made = await order(session, clock, asker)
    _, orders = services(session, clock)
    await orders.move(made.number, OrderState.CONFIRMED, "op1")
    await orders.move(made.number, OrderState.ON_HOLD, "op1", "付款待确认")
    with pytest.raises(WrongOrderMove):
        await orders.move(made.number, OrderState.EXECUTING, "op1")
    assert (await orders.move(made.number, OrderState.CONFIRMED, "op1")).state is OrderState.CONFIRMED


@pytest.mark.parametrize("start", list(OrderState))
async def test_every_move_that_is_not_listed_is_refused(
    session: AsyncSession, clock: FixedClock, start: OrderState
) -> None:
    made = await order(session, clock, await stranger(session, clock))
    stored = (await session.scalars(select(Order))).one()
    _, orders = services(session, clock)
    for to in set(OrderState) - {start} - MOVES.get(start, frozenset()):
        stored.state, stored.held_from = start.value, None
        await session.flush()
        with pytest.raises(WrongOrderMove):
            await orders.move(made.number, to, "op1")


def test_every_state_has_a_name_for_the_customer() -> None:
    assert set(STATE_NAMES) == set(OrderState)
    assert set(quote_lifecycle.STATE_NAMES) == set(QuoteState)


@pytest.mark.parametrize("start", list(QuoteState))
@pytest.mark.parametrize("to", list(QuoteState))
def test_quotes_move_only_as_listed(start: QuoteState, to: QuoteState) -> None:
    quote = Quote(number="QT", state=start.value)
    final = {"converted", "rejected", "expired", "superseded", "no_service", "cancelled"}
    if to in quote_lifecycle.MOVES.get(start, frozenset()):
        assert start not in final
        quote_lifecycle.check_move(quote, to)
    else:
        with pytest.raises(WrongQuoteMove):
            quote_lifecycle.check_move(quote, to)


async def test_departments_take_and_settle_their_tasks(session: AsyncSession, clock: FixedClock) -> None:
    made = await order(session, clock, await stranger(session, clock))
    _, orders = services(session, clock)
    tasks = TaskService(session, clock, BusinessCalendar().due)
    (book, *_) = [task for task in await orders.tasks_for(made.number) if task.kind == "book"]
    taken = await tasks.move(book.id, TaskState.TAKEN, "op1")
    assert (taken.taken_by, taken.settled_at) == ("op1", None)
    done = await tasks.move(book.id, TaskState.DONE, "op1", "订舱号 6345678")
    assert (done.result, done.settled_at) == ("订舱号 6345678", clock.now())
    assert TaskState.DONE not in TASK_MOVES
    with pytest.raises(WrongTaskMove):
        await tasks.move(book.id, TaskState.TAKEN, "op2")
    assert book.id not in {task.id for task in await tasks.queue()}
