"""Where a shipment stands, from its events (freight reference 2.4)."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from crm.shipments.models import MilestoneEvent, Shipment
from crm.shipments.progress import closing, progress

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
SHIPMENT_ID = uuid4()


def happened(
    code: str,
    hours_ago: float,
    *,
    classifier: str = "ACT",
    source: str = "carrier",
    learned: float | None = None,
    place: str = "",
    retracted: bool = False,
) -> MilestoneEvent:
    """An event; `learned`: hours ago that it was stored (as the event itself unless said otherwise)."""
    return MilestoneEvent(
        id=uuid4(),
        shipment_id=SHIPMENT_ID,
        code=code,
        classifier=classifier,
        event_time=NOW - timedelta(hours=hours_ago),
        place_locode=place,
        place_name="",
        source=source,
        created_at=NOW - timedelta(hours=hours_ago if learned is None else learned),
        retracted_at=NOW if retracted else None,
    )


@dataclass(frozen=True)
class Case:
    """Events, and what they come to."""

    name: str
    events: tuple[MilestoneEvent, ...]
    last: str | None
    phase: str
    problem: str | None = None


CASES = [
    Case("nothing has happened", (), None, "pre"),
    Case("booked", (happened("booked", 5),), "booked", "pre"),
    Case("the highest rank by time", (happened("booked", 50), happened("departed", 5)), "departed", "active"),
    Case(
        "an old event that comes late does not go back",
        (happened("departed", 5), happened("loaded", 20, learned=1)),
        "departed",
        "active",
    ),
    Case("at the same time the higher rank", (happened("arrived", 5), happened("departed", 5)), "arrived", "arrived"),
    Case(
        "a later actual time at a lower rank is shown: redelivery",
        (happened("collected", 30), happened("delivered", 20), happened("out_for_delivery", 2)),
        "out_for_delivery",
        "active",
    ),
    Case(
        "a plan at a lower rank does not go back",
        (happened("arrived", 20), happened("departed", 2, classifier="PLN")),
        "arrived",
        "arrived",
    ),
    Case(
        "an estimate does not go forward",
        (happened("departed", 20), happened("arrived", 2, classifier="EST")),
        "departed",
        "active",
    ),
    Case(
        "an actual time in the future has not come",
        (happened("departed", 5), happened("arrived", -3)),
        "departed",
        "active",
    ),
    Case(
        "a retracted event is gone",
        (happened("departed", 20), happened("arrived", 2, retracted=True)),
        "departed",
        "active",
    ),
    Case(
        "an exception lies over the last step",
        (happened("discharged", 20), happened("customs_hold", 2)),
        "discharged",
        "exception",
        "customs_hold",
    ),
    Case(
        "a later step ends it",
        (happened("discharged", 20), happened("customs_hold", 9), happened("import_cleared", 2)),
        "import_cleared",
        "arrived",
    ),
    Case(
        "damage lasts when the goods move on",
        (happened("discharged", 20), happened("damaged", 9), happened("collected", 2)),
        "collected",
        "exception",
        "damaged",
    ),
    Case(
        "what blocks is told before damage",
        (happened("discharged", 20), happened("customs_hold", 9), happened("damaged", 2)),
        "discharged",
        "exception",
        "customs_hold",
    ),
    Case(
        "a retracted exception is gone",
        (happened("discharged", 20), happened("damaged", 2, retracted=True)),
        "discharged",
        "arrived",
    ),
    Case("cancelled is the end", (happened("booked", 20), happened("cancelled", 2)), "booked", "closed", "cancelled"),
    Case("returned is the end", (happened("refused", 20), happened("returned", 2)), None, "closed", "returned"),
    Case("delivered", (happened("out_for_delivery", 9), happened("delivered", 2)), "delivered", "delivered"),
    Case("empty returned", (happened("delivered", 9), happened("empty_returned", 2)), "empty_returned", "closed"),
    Case(
        "a planned exception is no exception",
        (happened("departed", 9), happened("delayed", 2, classifier="PLN")),
        "departed",
        "active",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
@pytest.mark.parametrize("backwards", [False, True], ids=["in order", "backwards"])
def test_table(case: Case, backwards: bool) -> None:
    state = progress(reversed(case.events) if backwards else case.events, NOW)
    assert (state.last.code if state.last else None) == case.last
    assert state.phase == case.phase
    assert (state.problem.code if state.problem else None) == case.problem


def test_of_two_sources_the_one_that_spoke_last_counts() -> None:
    older = happened("arrived", 5, source="carrier", learned=5)
    newer = happened("arrived", 9, source="operations", learned=1)
    state = progress([older, newer], NOW)
    assert state.last is newer
    assert older not in state.happened


def test_an_actual_time_counts_before_a_newer_estimate() -> None:
    actual = happened("arrived", 5, source="carrier", learned=5)
    estimated = happened("arrived", 1, source="operations", learned=1, classifier="EST")
    assert progress([actual, estimated], NOW).last is actual


def test_one_source_may_tell_of_a_step_twice() -> None:
    first, second = happened("out_for_delivery", 26), happened("out_for_delivery", 2)
    state = progress([first, second], NOW)
    assert state.last is second
    assert first in state.happened


def test_transit_at_two_places_is_two_facts() -> None:
    singapore = happened("transit", 50, place="SGSIN", source="carrier")
    colombo = happened("transit", 10, place="LKCMB", source="operations")
    assert set(progress([singapore, colombo], NOW).happened) == {singapore, colombo}


def test_next_steps_prefer_estimates_and_the_newest() -> None:
    events = [
        happened("departed", 10),
        happened("arrived", -100, classifier="PLN", learned=2),
        happened("arrived", -120, classifier="EST", learned=9),
        happened("arrived", -110, classifier="EST", learned=3),
        happened("transit", -40, classifier="PLN", place="SGSIN"),
        happened("loaded", -1, classifier="EST"),
        happened("delayed", -1, classifier="EST"),
    ]
    upcoming = progress(events, NOW).upcoming
    assert [item.code for item in upcoming] == ["transit", "arrived"]
    assert upcoming[1].event_time == NOW + timedelta(hours=110)


@pytest.mark.parametrize(
    ("mode", "load_type", "codes", "ended"),
    [
        ("sea", "FCL", ("delivered", "pod_returned"), None),
        ("sea", "FCL", ("delivered", "pod_returned", "empty_returned"), "empty_returned"),
        ("sea", "LCL", ("delivered", "pod_returned"), "pod_returned"),
        ("air", None, ("delivered",), None),
        ("air", None, ("delivered", "pod_returned"), "pod_returned"),
        ("air", None, ("damaged", "delivered", "pod_returned"), "pod_returned"),
        ("air", None, ("booked", "cancelled"), "cancelled"),
        ("air", None, ("departed", "customs_hold"), None),
    ],
)
def test_closing(mode: str, load_type: str | None, codes: tuple[str, ...], ended: str | None) -> None:
    events = [happened(code, 50 - position) for position, code in enumerate(codes)]
    end = closing(progress(events, NOW), Shipment(mode=mode, load_type=load_type))
    assert (end.code if end else None) == ended
