"""Inquiries answered by hand, floors and approvals, wishes for a lower price."""

from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm.clock import SHANGHAI, FixedClock
from crm.orders.models import DepartmentTask
from crm.pricing.desk import BasePrice, PricingDesk
from crm.pricing.errors import NeedsApproval, QuoteNotFound, QuoteNotOpen, WrongQuoteMove
from crm.pricing.lines import Basis, Line, Side
from crm.pricing.margin import Approver
from crm.pricing.models import QuoteState
from crm.pricing.money import Money
from crm.promises.business_time import BusinessCalendar
from tests.integration.pricing_data import THREE_HIGH_CUBES, Asker, dollar, known, sea_card, services, store, stranger

D = Decimal
OCEAN = Line("O/F", "海运费", Side.FREIGHT, Basis.CONTAINER, D(3), D(2000), "USD", detail="40HQ")
BASE = BasePrice((OCEAN,), date(2026, 11, 30), (28, 32), 10, supplier="秘密船代", note="底价")


def desk(session: AsyncSession, clock: FixedClock) -> PricingDesk:
    return PricingDesk(session, clock, BusinessCalendar().due)


async def inquiry(session: AsyncSession, clock: FixedClock, asker: Asker) -> str:
    pricing, _ = services(session, clock)
    return (await pricing.quote(THREE_HIGH_CUBES, asker.dialogue_id, uuid4(), **asker.ids)).quote.number


async def states(session: AsyncSession) -> dict[str, str]:
    return {task.kind: task.state for task in (await session.scalars(select(DepartmentTask))).all()}


async def test_an_inquiry_is_answered_priced_and_sent(session: AsyncSession, clock: FixedClock) -> None:
    await store(session, dollar())
    asker = await known(session, clock, "HX", class_code="B")
    number = await inquiry(session, clock, asker)
    pricing, _ = services(session, clock)
    unsent = await desk(session, clock).answer(number, BASE, "pr1")
    assert (unsent.state, unsent.lines, unsent.totals, unsent.valid_until) == (QuoteState.PRICED, (), (), None)
    assert (await pricing.status(number, **asker.reader)).state_name == "询价中"
    sent = await desk(session, clock).send(number, "cs1", Approver.SALES)
    assert sent.totals == (Money(D("7059.00"), "USD"),)  # 2000 / 0.85, whole dollars
    assert sent.valid_until == datetime(2026, 11, 30, 23, 59, 59, tzinfo=SHANGHAI)
    assert "秘密" not in repr(asdict(sent))
    assert await states(session) == {"price": "done"}
    assert (await pricing.accept(number, asker.dialogue_id, uuid4(), **asker.ids)).quote_number == number


@pytest.mark.parametrize(
    ("margin", "needed"),
    [("0.10", Approver.TEAM_LEADER), ("0.05", Approver.DEPARTMENT_HEAD), ("0.01", Approver.DIRECTOR)],
)
async def test_under_the_floor_somebody_higher_decides(
    session: AsyncSession, clock: FixedClock, margin: str, needed: Approver
) -> None:
    asker = await stranger(session, clock)
    number = await inquiry(session, clock, asker)
    staff = desk(session, clock)
    await staff.answer(number, BASE, "pr1", D(margin))
    waiting = await staff.send(number, "cs1", Approver.SALES)
    assert (waiting.state, waiting.lines) == (QuoteState.APPROVAL, ())
    assert (await states(session))["approve"] == "open"
    lower = list(Approver)[list(Approver).index(needed) - 1]
    with pytest.raises(NeedsApproval, match=needed.value):
        await staff.approve(number, "x", lower)
    assert (await staff.approve(number, "boss", needed)).open
    assert (await staff.costing(number)).approved_by == "boss"
    assert set((await states(session)).values()) == {"done"}


async def test_approval_may_be_refused(session: AsyncSession, clock: FixedClock) -> None:
    number = await inquiry(session, clock, await stranger(session, clock))
    staff = desk(session, clock)
    await staff.answer(number, BASE, "pr1", D("0.01"))
    await staff.send(number, "cs1", Approver.SALES)
    assert (await staff.send_back(number, "boss", "太低")).state is QuoteState.PRICED
    assert (await states(session))["approve"] == "rejected"


async def test_what_the_firm_cannot_carry_is_final(session: AsyncSession, clock: FixedClock) -> None:
    number = await inquiry(session, clock, await stranger(session, clock))
    staff = desk(session, clock)
    assert (await staff.no_service(number, "pr1", "无航线")).state_name == "暂无法承接"
    with pytest.raises(WrongQuoteMove):
        await staff.answer(number, BASE, "pr1")
    with pytest.raises(QuoteNotFound):
        await staff.costing(number)
    assert [event.to_state for event in await staff.events(number)] == ["inquiring", "no_service"]


async def test_a_wish_for_less_goes_to_a_person_and_the_price_stays(session: AsyncSession, clock: FixedClock) -> None:
    await store(session, sea_card(), dollar())
    asker = await known(session, clock, "HX")
    other = await known(session, clock, "YY")
    number = await inquiry(session, clock, asker)
    pricing, _ = services(session, clock)
    turn = uuid4()
    due = await pricing.ask_lower(number, asker.dialogue_id, turn, asker.customer_id, "别家2600")
    assert due == await pricing.ask_lower(number, asker.dialogue_id, turn, asker.customer_id, "别家2600")
    assert due == datetime(2026, 11, 23, 11, 0, tzinfo=SHANGHAI)
    assert await states(session) == {"negotiate": "open"}
    assert (await pricing.status(number, **asker.reader)).open
    with pytest.raises(QuoteNotFound):
        await pricing.ask_lower(number, other.dialogue_id, uuid4(), other.customer_id)


async def test_a_negotiated_price_is_a_new_price_of_the_same_quote(session: AsyncSession, clock: FixedClock) -> None:
    await store(session, sea_card(), dollar())
    asker = await known(session, clock, "HX")
    number = await inquiry(session, clock, asker)
    staff = desk(session, clock)
    await staff.negotiate(number, "cs1", "客户要求降价")
    await staff.answer(number, BASE, "pr1", D("0.12"))
    assert (await staff.send(number, "cs1", Approver.SALES)).totals == (Money(D("6819.00"), "USD"),)
    assert (await staff.costing(number)).cost_totals == {"USD": "6000.00"}


async def test_a_declined_quote_is_closed(session: AsyncSession, clock: FixedClock) -> None:
    await store(session, sea_card(), dollar())
    asker, other = await known(session, clock, "HX"), await known(session, clock, "YY")
    number = await inquiry(session, clock, asker)
    pricing, _ = services(session, clock)
    with pytest.raises(QuoteNotFound):
        await pricing.decline(number, **other.reader)
    declined = await pricing.decline(number, **asker.reader, reason="太贵")
    assert declined.state is QuoteState.REJECTED
    assert await pricing.decline(number, **asker.reader) == declined
    with pytest.raises(QuoteNotOpen):
        await pricing.accept(number, asker.dialogue_id, uuid4(), **asker.ids)
