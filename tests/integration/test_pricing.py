"""From a request to a price, and who may see what of it."""

from dataclasses import asdict
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm.clock import SHANGHAI, FixedClock
from crm.orders.models import DepartmentTask
from crm.pricing.errors import QuoteNotFound
from crm.pricing.models import Quote, QuoteCosting, QuoteEvent, QuoteState
from crm.pricing.money import Money
from crm.pricing.rates import per_container
from crm.pricing.request import QuoteRequest
from crm.pricing.service import NoRate, Quoted
from tests.integration.pricing_data import (
    BY_AIR,
    SECRET_CONTRACT,
    SECRET_NOTE,
    SECRET_SUPPLIER,
    THREE_HIGH_CUBES,
    Asker,
    air_card,
    another_conversation,
    dollar,
    known,
    sea_card,
    services,
    store,
    stranger,
)

D = Decimal


async def quoted(session: AsyncSession, clock: FixedClock, asker: Asker, request: QuoteRequest) -> Quoted:
    outcome = await services(session, clock)[0].quote(request, asker.dialogue_id, uuid4(), **asker.ids)
    assert isinstance(outcome, Quoted)
    return outcome


async def test_a_valid_rate_becomes_a_price_with_its_costing_apart(session: AsyncSession, clock: FixedClock) -> None:
    await store(session, sea_card(), dollar())
    asker = await known(session, clock, "HX", class_code="B")
    quote = (await quoted(session, clock, asker, THREE_HIGH_CUBES)).quote
    # 15 % margin: 2450/0.85 = 2882.36 -> 2883; 1190 -> 1400; 500 -> 589; 350 -> 412.
    assert quote.totals == (Money(D("8649.00"), "USD"), Money(D("5201.00"), "CNY"))
    assert quote.cny_total == D("67969.39")  # 8649.00 x 7.2573 = 62768.39
    assert quote.exchange[0].rate == D("7.2573")
    assert quote.valid_until == datetime(2026, 11, 30, 23, 59, 59, tzinfo=SHANGHAI)
    assert (quote.transit_days, quote.free_days, quote.origin_name, quote.destination_name) == (
        (30, 34),
        14,
        "上海",
        "汉堡",
    )
    assert quote.number.startswith("QT261121")
    costing = (await session.scalars(select(QuoteCosting))).one()
    assert costing.cost_totals == {"USD": "7350.00", "CNY": "4420.00"}
    assert costing.rate_card_code == "SEA-1"
    assert costing.margin >= D("0.12")


async def test_nothing_internal_is_in_what_the_customer_reads(session: AsyncSession, clock: FixedClock) -> None:
    await store(session, sea_card(), dollar())
    asker = await known(session, clock, "HX")
    quote = (await quoted(session, clock, asker, THREE_HIGH_CUBES)).quote
    read = repr(quote) + repr(asdict(quote))
    cost = ["2450", "1190", "7350", "3570", "4420"]
    for secret in [
        SECRET_SUPPLIER,
        SECRET_CONTRACT,
        SECRET_NOTE,
        "COSCO",
        "SEA-1",
        "margin",
        "cost_",
        "supplier",
        *cost,
    ]:
        assert secret not in read
    stored = (await session.scalars(select(Quote))).one()
    columns = {column.name for column in Quote.__table__.columns}
    assert not [name for name in columns if "cost" in name or "margin" in name or "supplier" in name]
    assert all(line["unit_price"] not in cost for line in stored.lines)


async def test_every_line_is_quantity_times_price_and_they_add_up(session: AsyncSession, clock: FixedClock) -> None:
    await store(session, air_card())
    asker = await stranger(session, clock)
    quote = (await quoted(session, clock, asker, BY_AIR)).quote
    assert all(line.amount == (line.quantity * line.unit_price).quantize(D("0.01")) for line in quote.lines)
    assert sum(line.amount for line in quote.lines) == quote.totals[0].amount == quote.cny_total
    assert quote.lines[0].quantity == 200
    assert quote.origin == "CNPVG"
    assert quote.cny_total is not None
    assert quote.cny_total >= D(8620) / D("0.82")
    assert quote.valid_until == datetime(2026, 11, 28, 23, 59, 59, tzinfo=SHANGHAI)


async def test_a_discount_never_goes_under_the_floor(session: AsyncSession, clock: FixedClock) -> None:
    await store(session, air_card())
    asker = await known(session, clock, "VIP", class_code="A", discount=50)
    quote = (await quoted(session, clock, asker, BY_AIR)).quote
    assert quote.cny_total is not None
    assert D("9795.45") <= quote.cny_total <= D("9810")


async def test_the_cheapest_of_the_rates_that_can_carry_it(session: AsyncSession, clock: FixedClock) -> None:
    await store(
        session,
        dollar(),
        sea_card("DEAR", 2600),
        sea_card("CHEAP", 2300),
        sea_card("NO-HQ", tariff=per_container({"20GP": 1})),
        sea_card("OVER", 1, valid_to=date(2026, 11, 20)),
        sea_card("LATER", 1, valid_from=date(2026, 12, 1)),
        sea_card("ELSEWHERE", 1, destination="DEBRV"),
        sea_card("BROKEN", tariff={"kind": "per_container", "prices": {"40HQ": 1.0}}),
    )
    asker = await stranger(session, clock)
    await quoted(session, clock, asker, THREE_HIGH_CUBES)
    assert (await session.scalars(select(QuoteCosting.rate_card_code))).one() == "CHEAP"


@pytest.mark.parametrize(
    ("asked", "card", "found"),
    [
        (("CNSZX", "DEHAM"), {"origin": "CNYTN"}, True),
        (("CNYSA", "DEHAM"), {"origin": "CNSHA"}, True),
        (("CNYTN", "DEHAM"), {"origin": "CNSHK"}, False),
        (("CNSHA", "DEHAM"), {"destination": "DE"}, True),
        (("CNSHA", "NLRTM"), {"destination": "DE"}, False),
        (("XXXXX", "DEHAM"), {}, False),
    ],
    ids=["city-terminal", "terminal-port", "two-terminals", "country", "other-country", "unknown-code"],
)
async def test_a_rate_serves_the_place_asked(
    session: AsyncSession, clock: FixedClock, asked: tuple[str, str], card: dict[str, str], found: bool
) -> None:
    await store(session, dollar(), sea_card(**card))  # type: ignore[arg-type]  # only strings among the columns changed
    asker = await stranger(session, clock)
    request = QuoteRequest(*asked, containers=(("20GP", 1),))
    outcome = await services(session, clock)[0].quote(request, asker.dialogue_id, uuid4())
    assert isinstance(outcome, Quoted) is found


async def test_goods_ready_later_take_the_rate_of_then(session: AsyncSession, clock: FixedClock) -> None:
    await store(session, dollar(), sea_card("NOW", 2300, valid_to=date(2026, 11, 30)))
    await store(session, sea_card("THEN", 2600, valid_from=date(2026, 12, 1)))
    asker = await stranger(session, clock)
    later = THREE_HIGH_CUBES.merged(QuoteRequest(ready_date=date(2026, 12, 10)))
    await quoted(session, clock, asker, later)
    assert (await session.scalars(select(QuoteCosting.rate_card_code))).one() == "THEN"


@pytest.mark.parametrize(
    "rates", [[], [dollar(date(2026, 11, 1))], [dollar(date(2026, 11, 22))]], ids=["none", "old", "future"]
)
async def test_without_a_fresh_exchange_rate_there_is_no_cny_total(
    session: AsyncSession, clock: FixedClock, rates: list[object]
) -> None:
    await store(session, sea_card(), *rates)
    quote = (await quoted(session, clock, await stranger(session, clock), THREE_HIGH_CUBES)).quote
    assert (quote.cny_total, quote.exchange) == (None, ())
    assert len(quote.totals) == 2


async def test_no_rate_asks_the_pricing_department(session: AsyncSession, clock: FixedClock) -> None:
    asker = await stranger(session, clock)
    pricing, _ = services(session, clock)
    outcome = await pricing.quote(THREE_HIGH_CUBES, asker.dialogue_id, uuid4())
    assert isinstance(outcome, NoRate)
    assert (outcome.quote.state, outcome.quote.lines, outcome.quote.state_name) == (QuoteState.INQUIRING, (), "询价中")
    # Saturday morning: two working hours end on Monday at eleven.
    assert outcome.quote.answer_due_at == datetime(2026, 11, 23, 11, 0, tzinfo=SHANGHAI)
    task = (await session.scalars(select(DepartmentTask))).one()
    assert (task.kind, task.department, task.facts["quote"]) == ("price", "international", outcome.quote.number)
    assert await pricing.latest_open(**asker.reader) is None


async def test_dangerous_goods_are_priced_by_a_person_even_with_a_rate(
    session: AsyncSession, clock: FixedClock
) -> None:
    await store(session, sea_card(), dollar())
    asker = await stranger(session, clock)
    pricing, _ = services(session, clock)
    request = THREE_HIGH_CUBES.merged(QuoteRequest(commodity="锂电池", dangerous=True))
    outcome = await pricing.quote(request, asker.dialogue_id, uuid4())
    assert isinstance(outcome, NoRate)
    assert outcome.quote.answer_due_at == datetime(2026, 11, 23, 18, 0, tzinfo=SHANGHAI)


async def test_one_turn_makes_one_quote(session: AsyncSession, clock: FixedClock) -> None:
    await store(session, sea_card(), dollar())
    asker, turn = await stranger(session, clock), uuid4()
    pricing, _ = services(session, clock)
    first = await pricing.quote(THREE_HIGH_CUBES, asker.dialogue_id, turn)
    again = await pricing.quote(THREE_HIGH_CUBES, asker.dialogue_id, turn)
    assert again == first
    assert len((await session.scalars(select(Quote))).all()) == 1
    unpriced = QuoteRequest("CNSHA", "KELMA", containers=(("20GP", 1),))
    turn = uuid4()
    assert await pricing.quote(unpriced, asker.dialogue_id, turn) == await pricing.quote(
        unpriced, asker.dialogue_id, turn
    )
    assert len((await session.scalars(select(DepartmentTask))).all()) == 1


async def test_an_incomplete_request_is_not_priced(session: AsyncSession, clock: FixedClock) -> None:
    asker = await stranger(session, clock)
    with pytest.raises(ValueError, match="transport_mode"):
        await services(session, clock)[0].quote(QuoteRequest("CNSHA", "DEHAM"), asker.dialogue_id, uuid4())


async def test_another_customer_sees_nothing(session: AsyncSession, clock: FixedClock) -> None:
    await store(session, sea_card(), dollar())
    owner, other = await known(session, clock, "HX"), await known(session, clock, "YY")
    nobody = await stranger(session, clock)
    pricing, _ = services(session, clock)
    number = (await quoted(session, clock, owner, THREE_HIGH_CUBES)).quote.number
    for asker in (other, nobody, Asker(owner.dialogue_id), Asker(owner.dialogue_id, other.customer_id)):
        with pytest.raises(QuoteNotFound):
            await pricing.status(number, **asker.reader)
        with pytest.raises(QuoteNotFound):
            await pricing.breakdown(number, **asker.reader)
        with pytest.raises(QuoteNotFound):
            await pricing.status(**asker.reader)
        with pytest.raises(QuoteNotFound):
            await pricing.requote(number, asker.dialogue_id, uuid4(), asker.customer_id)
        assert await pricing.latest_open(**asker.reader) is None


async def test_the_owner_sees_it_anywhere_and_however_the_number_is_written(
    session: AsyncSession, clock: FixedClock
) -> None:
    await store(session, sea_card(), dollar())
    owner = await known(session, clock, "HX")
    elsewhere = await another_conversation(session, clock, owner)
    pricing, _ = services(session, clock)
    number = (await quoted(session, clock, owner, THREE_HIGH_CUBES)).quote.number
    written = f"{number[:2].lower()}-{number[2:8]}-{number[8:]}"
    assert (await pricing.status(written, **elsewhere.reader)).number == number
    lines = await pricing.breakdown(number, **elsewhere.reader)
    assert [line.code for line in lines] == ["O/F", "THC", "DOC", "CUS", "INSP"]


async def test_the_latest_open_quote_of_this_conversation_comes_first(session: AsyncSession, clock: FixedClock) -> None:
    await store(session, sea_card(), air_card(), dollar())
    here = await known(session, clock, "HX")
    elsewhere = await another_conversation(session, clock, here)
    pricing, _ = services(session, clock)
    mine = (await quoted(session, clock, here, THREE_HIGH_CUBES)).quote.number
    clock.move(timedelta(hours=1))
    newer = (await quoted(session, clock, elsewhere, BY_AIR)).quote.number
    assert [(await pricing.latest_open(**one.reader)).number for one in (here, elsewhere)] == [mine, newer]  # type: ignore[union-attr]  # None would fail the test


async def test_a_correction_replaces_the_former_quote(session: AsyncSession, clock: FixedClock) -> None:
    await store(session, sea_card(), dollar())
    asker = await stranger(session, clock)
    pricing, _ = services(session, clock)
    old = (await quoted(session, clock, asker, THREE_HIGH_CUBES)).quote.number
    two = THREE_HIGH_CUBES.merged(QuoteRequest(containers=(("40HQ", 2),)))
    outcome = await pricing.quote(two, asker.dialogue_id, uuid4(), replaces=old)
    assert outcome.quote.version == 2
    assert (await pricing.status(old, **asker.reader)).state is QuoteState.SUPERSEDED


async def test_a_corrected_inquiry_is_taken_from_the_department(session: AsyncSession, clock: FixedClock) -> None:
    await store(session, sea_card(), dollar())
    asker = await stranger(session, clock)
    pricing, _ = services(session, clock)
    wrong = await pricing.quote(QuoteRequest("CNSHA", "KELMA", containers=(("40HQ", 3),)), asker.dialogue_id, uuid4())
    await pricing.quote(THREE_HIGH_CUBES, asker.dialogue_id, uuid4(), replaces=wrong.quote.number)
    task = (await session.scalars(select(DepartmentTask))).one()
    assert task.state == "rejected"
    assert (await pricing.status(wrong.quote.number, **asker.reader)).state is QuoteState.CANCELLED


async def test_nobody_replaces_the_quote_of_another(session: AsyncSession, clock: FixedClock) -> None:
    await store(session, sea_card(), dollar())
    owner, other = await known(session, clock, "HX"), await known(session, clock, "YY")
    pricing, _ = services(session, clock)
    number = (await quoted(session, clock, owner, THREE_HIGH_CUBES)).quote.number
    outcome = await pricing.quote(THREE_HIGH_CUBES, other.dialogue_id, uuid4(), **other.ids, replaces=number)
    assert outcome.quote.version == 1
    assert (await pricing.status(number, **owner.reader)).open


async def test_a_price_expires_by_the_second_and_is_made_anew(session: AsyncSession, clock: FixedClock) -> None:
    await store(session, sea_card(), dollar(), dollar(date(2026, 11, 30), "7.20"))
    asker = await stranger(session, clock)
    pricing, _ = services(session, clock)
    quote = (await quoted(session, clock, asker, THREE_HIGH_CUBES)).quote
    assert quote.valid_until is not None
    clock.move(quote.valid_until - clock.now())
    assert (await pricing.status(quote.number, **asker.reader)).open
    assert await pricing.expire_due() == []
    clock.move(timedelta(seconds=1))
    assert (await pricing.status(quote.number, **asker.reader)).state is QuoteState.EXPIRED
    assert await pricing.latest_open(**asker.reader) is None
    assert await pricing.expire_due() == [quote.number]
    assert await pricing.expire_due() == []
    fresh = await pricing.requote(quote.number, asker.dialogue_id, uuid4())
    assert isinstance(fresh, Quoted)
    assert (fresh.quote.version, fresh.quote.exchange[0].rate) == (2, D("7.3080"))


async def test_every_move_is_written_down(session: AsyncSession, clock: FixedClock) -> None:
    await store(session, sea_card(), dollar())
    await quoted(session, clock, await stranger(session, clock), THREE_HIGH_CUBES)
    events = (await session.scalars(select(QuoteEvent).order_by(QuoteEvent.position))).all()
    assert [(one.from_state, one.to_state, one.actor) for one in events] == [
        ("draft", "priced", "system"),
        ("priced", "sent", "bot"),
    ]
