"""Shipments coming in, moving, and what is told about them."""

from datetime import datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from crm.clock import FixedClock
from crm.shipments.errors import PromiseIsFixed, ShipmentExists
from crm.shipments.intake import NewEvent, NewShipment
from crm.shipments.models import Classifier, EtaEstimate, MilestoneEvent, Shipment
from crm.shipments.results import Found
from crm.shipments.status import StatusView
from crm.shipments.wording import describe
from database.session import Database
from freight.modes import LoadType, TransportMode
from freight.references import ReferenceKind
from tests.integration.shipping import CONTAINER, World, build_world, shanghai, waybill


@pytest.fixture
async def world(session: AsyncSession, clock: FixedClock) -> World:
    """Two customers, no shipment yet."""
    return await build_world(session, clock)


async def status(world: World, shipment: Shipment) -> StatusView:
    """The full view of one shipment."""
    return (await world.shipments.statuses([shipment]))[0]


# ---------------------------------------------------------------- registering


async def test_register_keeps_everything_in_its_normal_form(world: World) -> None:
    shipment = await world.shipments.register(
        NewShipment(
            code=waybill(1).lower(),
            customer_id=world.ours.customer_id,
            contact_id=world.ours.id,
            mode=TransportMode.SEA,
            load_type=LoadType.LCL,
            origin_locode="CNSGH",
            shipper_phone="138 1234 0012",
            weight_kg=Decimal("1234.567"),
            volume_cbm=Decimal("2.88"),
            references=((ReferenceKind.CONTAINER, "msku 123456-5"),),
        )
    )
    await world.session.refresh(shipment)
    assert (shipment.code, shipment.shipper_phone, shipment.consignee_phone) == (waybill(1), "+8613812340012", None)
    assert (shipment.origin_locode, shipment.destination_locode) == ("CNSHA", "")
    assert (shipment.weight_kg, shipment.volume_cbm) == (Decimal("1234.567"), Decimal("2.88"))
    assert (shipment.phase, shipment.closed_at, shipment.created_at) == ("pre", None, world.clock.now())
    assert await world.shipments.visible(CONTAINER, await world.bound(world.ours)) is shipment


async def test_a_waybill_number_is_used_once(world: World) -> None:
    await world.ship(1, world.ours)
    with pytest.raises(ShipmentExists):
        await world.ship(1, world.theirs)


async def test_a_phone_that_cannot_be_one_is_refused(world: World) -> None:
    with pytest.raises(ValueError, match="telephone"):
        await world.ship(1, world.ours, phones=("123", ""))


async def test_a_reference_is_kept_once_and_may_be_shared(world: World) -> None:
    first, second = await world.ship(1, world.ours), await world.ship(2, world.theirs)
    assert await world.shipments.add_reference(first, ReferenceKind.CONTAINER, CONTAINER) is True
    assert await world.shipments.add_reference(first, ReferenceKind.CONTAINER, "MSKU 1234565") is False
    assert await world.shipments.add_reference(second, ReferenceKind.CONTAINER, CONTAINER) is True
    for number in ("", "A1" * 18):
        with pytest.raises(ValueError, match="1 to 35"):
            await world.shipments.add_reference(first, ReferenceKind.MBL, number)


async def test_a_promise_cannot_be_changed(database: Database, clock: FixedClock) -> None:
    async with database.reading() as session:
        world = await build_world(session, clock)
        shipment = await world.ship(1, world.ours)
        shipment.promised_at = shanghai(25)
        await session.flush()
        shipment.promised_at = shanghai(28)
        with pytest.raises(PromiseIsFixed):
            await session.flush()


@pytest.mark.parametrize(
    "wrong",
    [
        {"mode": "ship"},
        {"load_type": "XXX"},
        {"phase": "gone"},
        {"phase": "closed"},
        {"pieces": 0},
        {"shipper_phone": "13812340012"},
    ],
    ids=repr,
)
async def test_the_database_refuses_nonsense(database: Database, clock: FixedClock, wrong: dict[str, object]) -> None:
    async with database.reading() as session:
        world = await build_world(session, clock)
        row: dict[str, object] = {
            "code": "WB1",
            "customer_id": world.ours.customer_id,
            "mode": "sea",
            "phase": "pre",
            "created_at": clock.now(),
        }
        session.add(Shipment(**(row | wrong)))
        with pytest.raises(IntegrityError):
            await session.flush()


# ---------------------------------------------------------------- events


async def test_an_event_is_stored_once(world: World) -> None:
    shipment = await world.ship(1, world.ours)
    results = [await world.happens(shipment, "departed", shanghai(10), "CNSHA") for _ in range(3)]
    assert results == [True, False, False]
    other_place = await world.happens(shipment, "departed", shanghai(10), "SGSIN")
    assert other_place is True
    assert (await world.session.execute(select(func.count()).select_from(MilestoneEvent))).scalar_one() == 2


@pytest.mark.parametrize(
    ("events", "phase"),
    [
        ([("booked", 2)], "pre"),
        ([("booked", 2), ("departed", 5)], "active"),
        ([("departed", 5), ("booked", 2)], "active"),
        ([("departed", 5), ("arrived", 18)], "arrived"),
        ([("departed", 5), ("arrived", 18), ("customs_hold", 19)], "exception"),
        ([("delivered", 19)], "delivered"),
        ([("departed", 5), ("arrived", 25)], "active"),
    ],
)
async def test_events_move_the_phase(world: World, events: list[tuple[str, int]], phase: str) -> None:
    shipment = await world.ship(1, world.ours)
    for code, day in events:
        await world.happens(shipment, code, shanghai(day))
    await world.session.refresh(shipment)
    assert (shipment.phase, shipment.closed_at) == (phase, None)


async def test_the_end_closes_a_retraction_opens_and_an_old_event_does_not(world: World) -> None:
    shipment = await world.ship(1, world.ours)
    await world.happens(shipment, "delivered", shanghai(12))
    await world.happens(shipment, "empty_returned", shanghai(15))
    assert (shipment.phase, shipment.closed_at) == ("closed", shanghai(15))
    await world.happens(shipment, "collected", shanghai(11))
    assert shipment.phase == "closed"
    wrong = (await world.session.execute(select(MilestoneEvent).filter_by(code="empty_returned"))).scalar_one()
    assert await world.shipments.retract_event(wrong.id) is True
    assert (shipment.phase, shipment.closed_at) == ("delivered", None)
    assert await world.shipments.retract_event(wrong.id) is False
    assert await world.happens(shipment, "empty_returned", shanghai(15)) is False, (
        "a retracted event does not come back"
    )
    assert shipment.closed_at is None
    assert await world.shipments.retract_event(uuid4()) is False


async def test_closing_by_hand_holds_until_something_happens(world: World) -> None:
    shipment = await world.ship(1, world.ours)
    await world.happens(shipment, "delivered", shanghai(12))
    await world.shipments.close(shipment)
    await world.shipments.add_event(shipment, NewEvent("departed", shanghai(25), "carrier", Classifier.PLANNED))
    assert (shipment.phase, shipment.closed_at) == ("closed", world.clock.now())
    world.clock.move(timedelta(days=2))
    await world.happens(shipment, "out_for_delivery", shanghai(22))
    assert (shipment.phase, shipment.closed_at) == ("active", None)


@pytest.mark.parametrize(
    "event", [NewEvent("teleported", shanghai(1), "x"), NewEvent("delayed", shanghai(1), "x", delay_reason="gremlins")]
)
async def test_unknown_words_are_refused(world: World, event: NewEvent) -> None:
    with pytest.raises(ValueError, match="unknown"):
        await world.shipments.add_event(await world.ship(1, world.ours), event)


async def test_an_estimate_that_says_nothing_new_is_not_kept_again(world: World) -> None:
    shipment = await world.ship(1, world.ours)
    for eta, source, is_new in [
        (shanghai(25), "carrier", True),
        (shanghai(25), "carrier", False),
        (shanghai(25), "schedule", True),
        (shanghai(26), "carrier", True),
        (shanghai(25), "carrier", True),
    ]:
        assert await world.shipments.add_estimate(shipment, eta, source) is is_new
        world.clock.move(timedelta(minutes=1))
    given = shanghai(20)
    results = [await world.shipments.add_estimate(shipment, shanghai(27), "carrier", given) for _ in range(2)]
    assert results == [True, False]
    assert (await world.session.execute(select(func.count()).select_from(EtaEstimate))).scalar_one() == 5


# ---------------------------------------------------------------- lists


async def test_mine_are_those_under_way_newest_first_and_nobody_elses(world: World) -> None:
    old, new, delivered, closed, held = [await world.ship(serial, world.ours) for serial in range(1, 6)]
    await world.ship(9, world.theirs)
    await world.happens(delivered, "delivered", shanghai(15))
    await world.happens(closed, "cancelled", shanghai(15))
    await world.happens(held, "customs_hold", shanghai(15))
    assert await world.shipments.mine(world.ours) == [held, new, old]
    assert await world.shipments.finished(world.ours) == [closed, delivered]


# ---------------------------------------------------------------- the view


async def test_the_view_of_a_shipment_at_sea_and_its_chinese_values(world: World) -> None:
    shipment = await world.ship(1, world.ours, (ReferenceKind.CONTAINER, CONTAINER), promised=shanghai(22))
    await world.happens(shipment, "departed", shanghai(20, 14, 30), "CNSHA")
    await world.shipments.add_event(
        shipment,
        NewEvent("delayed", shanghai(20, 14), "carrier", Classifier.ESTIMATED, delay_reason="WEA", note="内部"),
    )
    await world.shipments.add_estimate(shipment, shanghai(25, 8), "carrier", shanghai(21, 7))
    answer = await world.shipments.look_up(CONTAINER, await world.bound(world.ours))
    assert isinstance(answer, Found)
    values = describe(answer.view)
    expected = {
        "reference": CONTAINER,
        "code": waybill(1),
        "mode": "海运",
        "lane": "上海→汉堡",
        "milestone": "已开船",
        "milestone_code": "departed",
        "when": "11月20日 14:30",
        "where": "上海",
        "phase": "active",
        "exception": "",
        "eta": "11月25日",
        "confidence": "high",
        "eta_source": "船公司",
        "eta_age": "3小时前",
        "promised": "11月22日",
        "delay_days": "3",
        "reason": "weather",
        "carrier": "中远海运",
        "vessel": "COSCO STAR 012W",
        "arrived": "",
        "next": "",
    }
    assert {name: values[name] for name in expected} == expected
    assert "内部" not in repr(values)


async def test_every_value_is_there_for_every_view(world: World) -> None:
    """Templates may name any of them; an empty one is an empty text."""
    bare = await world.shipments.register(
        NewShipment(code=waybill(1), customer_id=world.ours.customer_id, mode=TransportMode.ROAD)
    )
    values = describe(await status(world, bare))
    full = describe(await status(world, await world.ship(2, world.ours)))
    assert values.keys() == full.keys()
    assert all(isinstance(value, str) for value in values.values())
    assert (values["milestone"], values["eta"], values["confidence"], values["lane"]) == ("", "", "none", "")


async def test_the_next_step_is_told_with_its_time(world: World) -> None:
    shipment = await world.ship(1, world.ours)
    await world.happens(shipment, "departed", shanghai(20))
    await world.shipments.add_event(
        shipment, NewEvent("arrived", shanghai(29, 6), "carrier", Classifier.ESTIMATED, place_locode="DEHAM")
    )
    view = await status(world, shipment)
    values = describe(view)
    assert (values["next"], values["next_when"], values["eta"]) == ("已到目的港", "11月29日", "11月29日")
    assert view.next is not None
    assert view.next.place == "汉堡"


async def test_an_exception_lies_over_the_last_step(world: World) -> None:
    shipment = await world.ship(1, world.ours)
    await world.happens(shipment, "discharged", shanghai(20, 9), "DEHAM")
    await world.happens(shipment, "customs_hold", shanghai(20, 18), "DEHAM")
    values = describe(await status(world, shipment))
    assert (values["phase"], values["milestone"], values["exception"]) == ("exception", "已卸货入库", "海关查验中")
    assert values["exception_when"] == "11月20日 18:00"


async def test_expected_today_is_said_on_its_day_only(world: World) -> None:
    shipment = await world.ship(1, world.ours, mode=TransportMode.EXPRESS, load_type=None)
    await world.happens(shipment, "out_for_delivery", shanghai(21, 8))
    assert describe(await status(world, shipment))["milestone"] == "派送中，预计今日送达"
    world.clock.move(timedelta(hours=14))
    assert describe(await status(world, shipment))["milestone"] == "派送中"


async def test_another_year_is_written_out(world: World) -> None:
    shipment = await world.ship(1, world.ours)
    await world.shipments.add_estimate(shipment, datetime.fromisoformat("2027-01-03T08:00+08:00"), "carrier")
    assert describe(await status(world, shipment))["eta"] == "2027年1月3日"


@pytest.mark.parametrize(
    ("mode", "hours", "silent"),
    [
        (TransportMode.SEA, 5 * 24, False),
        (TransportMode.SEA, 5 * 24 + 1, True),
        (TransportMode.AIR, 24, False),
        (TransportMode.AIR, 25, True),
        (TransportMode.EXPRESS, 25, True),
        (TransportMode.RAIL, 3 * 24, False),
        (TransportMode.RAIL, 3 * 24 + 1, True),
        (TransportMode.ROAD, 12, False),
        (TransportMode.ROAD, 13, True),
    ],
)
async def test_silence(world: World, mode: TransportMode, hours: int, silent: bool) -> None:
    shipment = await world.ship(1, world.ours, mode=mode, load_type=None)
    await world.happens(shipment, "departed", world.clock.now() - timedelta(hours=hours))
    view = await status(world, shipment)
    assert view.silent is silent
    assert view.needs_check, "under way without an estimate"


async def test_news_ends_the_silence_and_the_delivered_are_never_silent(world: World) -> None:
    shipment = await world.ship(1, world.ours)
    await world.happens(shipment, "departed", shanghai(1))
    assert (await status(world, shipment)).silent
    await world.shipments.add_estimate(shipment, shanghai(30), "carrier")
    view = await status(world, shipment)
    assert (view.silent, view.needs_check) == (False, False)
    delivered = await world.ship(2, world.ours)
    await world.happens(delivered, "delivered", shanghai(2))
    assert not (await status(world, delivered)).needs_check


async def test_a_booking_whose_departure_lies_ahead_may_be_quiet(world: World) -> None:
    shipment = await world.ship(1, world.ours)
    await world.happens(shipment, "booked", shanghai(1))
    assert (await status(world, shipment)).silent
    await world.shipments.add_event(shipment, NewEvent("departed", shanghai(28), "carrier", Classifier.PLANNED))
    assert not (await status(world, shipment)).silent


async def test_an_estimate_that_has_passed_needs_a_look(world: World) -> None:
    shipment = await world.ship(1, world.ours)
    await world.happens(shipment, "departed", shanghai(20))
    await world.shipments.add_estimate(shipment, shanghai(21, 9), "carrier", shanghai(21, 1))
    view = await status(world, shipment)
    assert (view.confidence.value, view.needs_check, view.silent) == ("low", True, False)


async def test_the_reason_is_told_only_when_late_or_in_trouble(world: World) -> None:
    shipment = await world.ship(1, world.ours, promised=shanghai(25))
    await world.shipments.add_event(shipment, NewEvent("departed", shanghai(20), "carrier", delay_reason="congestion"))
    await world.shipments.add_estimate(shipment, shanghai(25), "carrier")
    assert (await status(world, shipment)).reason == ""
    world.clock.move(timedelta(minutes=1))
    await world.shipments.add_estimate(shipment, shanghai(29), "carrier")
    assert (await status(world, shipment)).reason == "congestion"
