"""What is asked of a customer who wants a price, and what a correction changes."""

from datetime import date
from decimal import Decimal

import pytest

from crm.pricing.request import QuoteRequest
from crm.pricing.slots import request_from_slots
from freight.modes import LoadType, TransportMode

D = Decimal
LANE = QuoteRequest(origin="CNSHA", destination="DEHAM", commodity_asked=True)
SEA, AIR, RAIL, ROAD, EXPRESS = (
    TransportMode.SEA,
    TransportMode.AIR,
    TransportMode.RAIL,
    TransportMode.ROAD,
    TransportMode.EXPRESS,
)


def asks(**facts: object) -> list[str]:
    return LANE.merged(QuoteRequest(**facts)).missing()  # type: ignore[arg-type]  # a table of many types


def test_nothing_known_is_asked_in_the_order_of_an_agent() -> None:
    assert QuoteRequest().missing() == ["origin", "destination", "transport_mode", "commodity"]


@pytest.mark.parametrize(
    ("facts", "missing"),
    [
        ({}, ["transport_mode"]),
        ({"containers": (("40HQ", 3),)}, []),
        ({"load_type": LoadType.FCL}, ["container"]),
        ({"load_type": LoadType.LCL}, ["weight", "volume"]),
        ({"mode": SEA}, ["container"]),
        ({"mode": RAIL, "containers": (("40HQ", 1),)}, []),
        ({"mode": SEA, "volume_cbm": D(3)}, ["weight"]),
        ({"mode": SEA, "weight_kg": D(500)}, ["volume"]),
        ({"mode": SEA, "weight_kg": D(20000)}, ["container"]),
        ({"mode": SEA, "load_type": LoadType.LCL, "weight_kg": D(20000)}, ["volume"]),
        ({"mode": AIR}, ["weight", "volume"]),
        ({"mode": AIR, "weight_kg": D(500)}, ["volume"]),
        ({"mode": AIR, "weight_kg": D(500), "dimensions": (D(60), D(50), D(40))}, ["pieces"]),
        ({"mode": AIR, "weight_kg": D(500), "dimensions": (D(60), D(50), D(40)), "pieces": 10}, []),
        ({"mode": EXPRESS, "weight_kg": D(5)}, []),
        ({"mode": ROAD}, ["weight", "volume"]),
        ({"load_type": LoadType.FTL}, ["weight"]),
        ({"mode": SEA, "load_type": LoadType.FTL}, ["container"]),
        ({"mode": ROAD, "load_type": LoadType.LCL}, ["weight", "volume"]),
    ],
)
def test_only_what_the_price_needs_is_asked(facts: dict[str, object], missing: list[str]) -> None:
    assert asks(**facts) == missing


def test_a_country_is_too_vague_except_for_express() -> None:
    assert QuoteRequest(origin="CNSHA", destination="DE", mode=SEA).missing()[0] == "destination"
    parcel = QuoteRequest(origin="CNSHA", destination="DE", mode=EXPRESS, weight_kg=D(2))
    assert parcel.missing() == ["commodity"]
    assert parcel.complete


def test_the_commodity_is_asked_once() -> None:
    asked = QuoteRequest(origin="CNSHA", destination="DEHAM", containers=(("20GP", 1),))
    assert asked.missing() == ["commodity"]
    assert asked.merged(QuoteRequest(commodity_asked=True)).missing() == []
    assert asked.merged(QuoteRequest(commodity="纺织品")).missing() == []


def test_containers_mean_sea_and_fcl() -> None:
    boxes = LANE.merged(QuoteRequest(containers=(("40HQ", 3),)))
    assert (boxes.effective_mode, boxes.effective_load) == (SEA, LoadType.FCL)


def test_what_is_said_later_wins() -> None:
    first = LANE.merged(QuoteRequest(containers=(("40HQ", 3),)))
    later = first.merged(QuoteRequest(destination="NLRTM", containers=(("20GP", 2),)))
    assert (later.origin, later.destination, later.containers) == ("CNSHA", "NLRTM", (("20GP", 2),))


def test_switching_to_air_drops_the_containers() -> None:
    air = LANE.merged(QuoteRequest(containers=(("40HQ", 1),), weight_kg=D(900))).merged(QuoteRequest(mode=AIR))
    assert (air.containers, air.load_type, air.effective_load, air.weight_kg) == ((), None, None, D(900))
    assert air.missing() == ["volume"]


def test_containers_after_air_mean_sea() -> None:
    air = LANE.merged(QuoteRequest(mode=AIR, weight_kg=D(900)))
    assert air.merged(QuoteRequest(containers=(("20GP", 1),))).effective_mode is SEA


def test_containers_after_rail_stay_on_rail() -> None:
    rail = LANE.merged(QuoteRequest(mode=RAIL, load_type=LoadType.LCL))
    boxes = rail.merged(QuoteRequest(containers=(("40HQ", 1),)))
    assert (boxes.effective_mode, boxes.effective_load) == (RAIL, LoadType.FCL)


def test_groupage_after_containers_drops_them() -> None:
    lcl = LANE.merged(QuoteRequest(containers=(("40HQ", 1),))).merged(QuoteRequest(load_type=LoadType.LCL))
    assert (lcl.containers, lcl.effective_load) == ((), LoadType.LCL)


def test_a_truck_after_sea_goes_by_road() -> None:
    sea = LANE.merged(QuoteRequest(mode=SEA, containers=(("40HQ", 1),)))
    truck = sea.merged(QuoteRequest(load_type=LoadType.FTL))
    assert (truck.effective_mode, truck.containers) == (ROAD, ())


def test_sea_after_a_truck_forgets_the_truck() -> None:
    truck = LANE.merged(QuoteRequest(load_type=LoadType.FTL))
    assert truck.merged(QuoteRequest(mode=SEA)).load_type is None


def test_volume_and_dimensions_replace_each_other() -> None:
    measured = LANE.merged(QuoteRequest(dimensions=(D(60), D(50), D(40)), pieces=10))
    assert measured.volume == D("1.2")
    said = measured.merged(QuoteRequest(volume_cbm=D(2)))
    assert (said.volume, said.dimensions) == (D(2), None)
    again = said.merged(QuoteRequest(dimensions=(D(100), D(100), D(100))))
    assert again.volume == D(10)


def test_another_commodity_lifts_the_dangerous_hint() -> None:
    battery = LANE.merged(QuoteRequest(commodity="锂电池", dangerous=True))
    assert battery.merged(QuoteRequest(pieces=3)).dangerous
    assert not battery.merged(QuoteRequest(commodity="T恤")).dangerous


def test_facts_survive_storage() -> None:
    request = QuoteRequest(
        "CNSHA", "DEHAM", SEA, LoadType.FCL, (("40HQ", 3),), D("1500.5"), D("3.2"), (D(60), D("50.5"), D(40)), 10, "家具",
        "FOB", date(2026, 12, 1), dangerous=True, commodity_asked=True,
    )  # fmt: skip
    assert QuoteRequest.from_facts(request.as_facts()) == request
    assert QuoteRequest.from_facts({}) == QuoteRequest()


def test_slots_become_a_request() -> None:
    slots = {
        "origin": "CNSHA",
        "destination": "DEHAM",
        "transport_mode": "sea",
        "load_type": None,
        "container": [{"count": 3, "type": "40HQ"}, {"count": None, "type": "20GP"}],
        "weight": 1500.5,
        "volume": None,
        "dimensions": [120, 80, 60.5],
        "pieces": {"count": 20, "type": "箱"},
        "date": "2026-11-25/2026-11-30",
        "topic": "quote",
    }
    request = request_from_slots(slots)
    assert request.containers == (("40HQ", 3), ("20GP", 1))
    assert (request.weight_kg, request.pieces, request.mode) == (D("1500.5"), 20, SEA)
    assert request.dimensions == (D(120), D(80), D("60.5"))
    assert request.ready_date == date(2026, 11, 25)


@pytest.mark.parametrize(
    "slots",
    [
        {},
        {"weight": -5, "volume": "nan", "pieces": "x", "container": {"type": "99XX", "count": 1}},
        {"transport_mode": "teleport", "load_type": "XXL", "date": "someday", "dimensions": [1, 2], "weight": True},
        {"origin": "", "container": "40HQ", "dimensions": [0, 1, 1], "date": None},
    ],
)
def test_nonsense_counts_as_not_said(slots: dict[str, object]) -> None:
    assert request_from_slots(slots) == QuoteRequest()
