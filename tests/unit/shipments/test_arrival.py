"""Estimates, their confidence and delays (freight reference 3.1)."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from crm.clock import SHANGHAI
from crm.shipments.arrival import Confidence, Eta, delay, estimate
from crm.shipments.models import EtaEstimate, MilestoneEvent
from crm.shipments.progress import progress
from freight.modes import TransportMode
from tests.unit.shipments.test_progress import NOW, happened

SEA, AIR, ROAD, EXPRESS = TransportMode.SEA, TransportMode.AIR, TransportMode.ROAD, TransportMode.EXPRESS


def said(hours_ago: float, source: str = "carrier", days_ahead: float = 4) -> EtaEstimate:
    """An estimate given some hours ago for a day ahead."""
    return EtaEstimate(
        shipment_id=uuid4(),
        eta=NOW + timedelta(days=days_ahead),
        source=source,
        created_at=NOW - timedelta(hours=hours_ago),
    )


def eta(events: list[MilestoneEvent], estimates: list[EtaEstimate], mode: TransportMode = SEA) -> Eta | None:
    """The estimate in force at NOW."""
    return estimate(mode, progress(events, NOW), events, estimates, NOW)


UNDER_WAY = happened("departed", 100)
TRANSSHIPMENT = happened("transit", -30, classifier="PLN", place="SGSIN")


@pytest.mark.parametrize(
    ("events", "estimates", "confidence"),
    [
        ([UNDER_WAY], [said(5)], Confidence.HIGH),
        ([UNDER_WAY], [said(23.9)], Confidence.HIGH),
        ([UNDER_WAY], [said(24)], Confidence.MEDIUM),
        ([UNDER_WAY], [said(71)], Confidence.MEDIUM),
        ([UNDER_WAY, TRANSSHIPMENT], [said(5)], Confidence.MEDIUM),
        ([UNDER_WAY, TRANSSHIPMENT, happened("transit", 3, place="SGSIN")], [said(5)], Confidence.HIGH),
        ([happened("loaded", 9)], [said(5)], Confidence.MEDIUM),
        ([UNDER_WAY], [said(73)], Confidence.LOW),
        ([UNDER_WAY], [said(5, "schedule")], Confidence.LOW),
        ([UNDER_WAY, happened("delayed", 3)], [said(5)], Confidence.LOW),
        ([UNDER_WAY], [said(5, days_ahead=-0.1)], Confidence.LOW),
        ([UNDER_WAY, happened("arrived", -90, classifier="EST", learned=2)], [], Confidence.HIGH),
        ([UNDER_WAY, happened("arrived", -90, classifier="PLN", learned=2)], [], Confidence.LOW),
    ],
)
def test_confidence(events: list[MilestoneEvent], estimates: list[EtaEstimate], confidence: Confidence) -> None:
    found = eta(events, estimates)
    assert found is not None
    assert found.confidence is confidence


def test_no_estimate_is_none_and_not_a_guess() -> None:
    assert eta([UNDER_WAY], []) is None


def test_there_is_no_estimate_of_what_has_happened() -> None:
    assert eta([UNDER_WAY, happened("discharged", 2)], [said(5)]) is None


def test_by_express_the_estimate_is_of_delivery() -> None:
    assert eta([UNDER_WAY, happened("arrived", 2)], [said(5)], EXPRESS) is not None
    assert eta([UNDER_WAY, happened("delivered", 2)], [said(5)], EXPRESS) is None


def test_the_newest_estimate_counts_and_keeps_source_and_age() -> None:
    found = eta([UNDER_WAY], [said(50, days_ahead=2), said(6, days_ahead=5), said(30, days_ahead=3)])
    assert found is not None
    assert (found.at, found.source, found.age) == (NOW + timedelta(days=5), "carrier", timedelta(hours=6))


def test_a_carriers_word_counts_before_a_newer_timetable_until_it_is_stale() -> None:
    fresh = eta([UNDER_WAY], [said(50, "carrier"), said(1, "schedule")])
    stale = eta([UNDER_WAY], [said(90, "carrier"), said(1, "schedule")])
    assert fresh is not None
    assert stale is not None
    assert (fresh.source, stale.source) == ("carrier", "schedule")


def test_an_estimate_given_later_than_now_is_not_known_yet() -> None:
    assert eta([UNDER_WAY], [said(-5)]) is None


def shanghai(day: int, hour: int = 0, minute: int = 0) -> datetime:
    """An instant of November 2026."""
    return datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI)


def expected(at: datetime) -> Eta:
    """An estimate for an instant."""
    return Eta(at, Confidence.HIGH, "carrier", NOW, timedelta(0))


@pytest.mark.parametrize(
    ("mode", "promised", "arrived", "eta", "days_and_late"),
    [
        (SEA, shanghai(20), shanghai(22), None, (2, False)),
        (SEA, shanghai(20), shanghai(23), None, (3, True)),
        (SEA, shanghai(25), shanghai(20), None, (-5, False)),
        (SEA, shanghai(25), None, expected(shanghai(27, 23)), (2, False)),
        (SEA, shanghai(25), None, expected(shanghai(28)), (3, True)),
        (AIR, shanghai(20, 23, 59), shanghai(21, 0, 1), None, (1, False)),
        (AIR, shanghai(20), shanghai(22), None, (2, True)),
        (ROAD, shanghai(20, 10), shanghai(20, 14), None, (0, False)),
        (ROAD, shanghai(20, 10), shanghai(20, 14, 1), None, (0, True)),
        (EXPRESS, shanghai(20, 10), shanghai(20, 23), None, (0, False)),
        (EXPRESS, shanghai(20, 10), shanghai(21, 0, 30), None, (1, True)),
        (SEA, shanghai(10), None, None, (11, True)),
        (SEA, shanghai(10), None, expected(shanghai(12)), (11, True)),
    ],
)
def test_delay(
    mode: TransportMode, promised: datetime, arrived: datetime | None, eta: Eta | None, days_and_late: tuple[int, bool]
) -> None:
    """Days are Shanghai's calendar days; an estimate that has passed does not hold against the present."""
    found = delay(promised, mode, arrived, eta, NOW)
    assert found is not None
    assert (found.days, found.late) == days_and_late


def test_express_counts_hours() -> None:
    found = delay(shanghai(20, 10), EXPRESS, shanghai(20, 15, 30), None, NOW)
    assert found is not None
    assert found.hours == 5


def test_nothing_promised_or_not_yet_due_is_no_delay() -> None:
    assert delay(None, SEA, None, expected(shanghai(28)), NOW) is None
    assert delay(shanghai(22), SEA, None, None, NOW) is None
