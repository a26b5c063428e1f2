"""Business time: the worked examples of the firm's rules, the published days, and what must hold for any of them."""

from datetime import UTC, date, datetime, timedelta

import chinese_calendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm.clock import SHANGHAI
from crm.promises.business_time import BusinessCalendar, Interval

CALENDAR = BusinessCalendar()


def at(text: str) -> datetime:
    """A moment in Shanghai."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        ("2026-03-11 10:30", 4, "2026-03-11 15:30"),
        ("2026-03-11 12:20", 2, "2026-03-11 15:00"),
        ("2026-03-13 19:10", 1, "2026-03-16 10:00"),
        ("2026-04-03 16:30", 4, "2026-04-07 11:30"),
        ("2026-02-13 17:30", 3, "2026-02-14 11:30"),
        ("2026-02-14 16:00", 8, "2026-02-24 16:00"),
        ("2026-09-30 17:00", 2, "2026-10-08 10:00"),
        ("2026-03-11 09:00", 3, "2026-03-11 12:00"),
        ("2026-03-11 09:00", 8, "2026-03-11 18:00"),
        ("2026-11-21 10:00", 2, "2026-11-23 11:00"),
        ("2025-12-31 17:30", 1, "2026-01-04 09:30"),
    ],
)
def test_due_after_working_hours(start: str, hours: float, due: str) -> None:
    assert CALENDAR.due(at(start), hours) == at(due)
    assert CALENDAR.elapsed(at(start), at(due)) == timedelta(hours=hours)


def test_waiting_for_the_customer_stops_the_clock() -> None:
    pause = (at("2026-05-11 10:30"), at("2026-05-11 14:00"))
    assert CALENDAR.due(at("2026-05-11 09:30"), 4, [pause]) == at("2026-05-11 17:00")
    assert CALENDAR.elapsed(at("2026-05-11 09:30"), at("2026-05-11 17:00"), [pause]) == timedelta(hours=4)


def test_overlapping_pauses_count_once() -> None:
    pauses = [
        (at("2026-05-11 13:30"), at("2026-05-11 15:00")),
        (at("2026-05-11 14:00"), at("2026-05-11 14:30")),
        (at("2026-05-11 14:30"), at("2026-05-11 16:00")),
    ]
    assert CALENDAR.due(at("2026-05-11 13:00"), 1, pauses) == at("2026-05-11 16:30")


def test_elapsed_counts_a_sunday_that_is_worked() -> None:
    assert CALENDAR.elapsed(at("2026-09-20 17:00"), at("2026-09-21 10:00")) == timedelta(hours=2)


def test_elapsed_is_zero_when_the_end_is_not_after_the_start() -> None:
    assert CALENDAR.elapsed(at("2026-03-11 15:00"), at("2026-03-11 10:00")) == timedelta(0)


@pytest.mark.parametrize(
    ("moment", "is_open", "opens"),
    [
        ("2026-03-11 09:00", True, "2026-03-11 09:00"),
        ("2026-03-11 11:59", True, "2026-03-11 11:59"),
        ("2026-03-11 12:00", False, "2026-03-11 13:00"),
        ("2026-03-11 18:00", False, "2026-03-12 09:00"),
        ("2026-03-13 23:00", False, "2026-03-16 09:00"),
        ("2026-02-14 09:30", True, "2026-02-14 09:30"),
        ("2026-10-01 10:00", False, "2026-10-08 09:00"),
    ],
)
def test_opening(moment: str, is_open: bool, opens: str) -> None:
    assert CALENDAR.is_open(at(moment)) is is_open
    assert CALENDAR.next_opening(at(moment)) == at(opens)


def test_published_days_agree_with_an_independent_calendar() -> None:
    day = date(2025, 1, 1)
    while day.year <= 2026:
        assert CALENDAR.is_working_day(day) is chinese_calendar.is_workday(day), day
        day += timedelta(days=1)


@pytest.mark.parametrize("year", [2025, 2026])
def test_package_alone_agrees_on_the_published_years(year: int) -> None:
    """So the file may lag behind: the package then has the same days."""
    package = BusinessCalendar(notices={})
    days = [date(year, 1, 1) + timedelta(days=n) for n in range(365)]
    assert [day for day in days if package.is_working_day(day) != CALENDAR.is_working_day(day)] == []


def test_unknown_years_do_not_crash() -> None:
    assert not CALENDAR.is_working_day(date(2027, 10, 1))
    for year in (1900, 2027, 2099, 2150, 9998):
        start = datetime(year, 3, 1, 12, tzinfo=UTC)
        assert CALENDAR.elapsed(start, CALENDAR.due(start, 40)) == timedelta(hours=40)


def test_missing_notice_is_told_from_december_on() -> None:
    assert CALENDAR.missing_notice(date(2026, 11, 30)) is None
    assert CALENDAR.missing_notice(date(2026, 12, 1)) == 2027
    assert CALENDAR.missing_notice(date(2025, 12, 31)) is None


def test_bad_input_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        CALENDAR.due(at("2026-03-11 10:00"), -1)
    with pytest.raises(ValueError, match="aware"):
        CALENDAR.due(datetime(2026, 3, 11, 10), 1)  # noqa: DTZ001 (a naive one is the point)
    with pytest.raises(ValueError, match="period"):
        BusinessCalendar(periods=())


MOMENTS = st.datetimes(datetime(2024, 12, 1), datetime(2028, 2, 1), timezones=st.just(UTC))  # noqa: DTZ001 (hypothesis wants naive bounds)
MINUTES = st.integers(0, 6_000)


@st.composite
def pauses(draw: st.DrawFn, start: datetime) -> list[Interval]:
    spans = draw(st.lists(st.tuples(MINUTES, MINUTES), max_size=3))
    return [(start + timedelta(minutes=a), start + timedelta(minutes=a + b)) for a, b in spans]


@settings(deadline=None)  # the machine's load is no business of this test
@given(st.data(), MOMENTS, MINUTES)
def test_due_and_elapsed_are_inverse(data: st.DataObject, start: datetime, minutes: int) -> None:
    waits = data.draw(pauses(start))
    due = CALENDAR.due(start, minutes / 60, waits)
    assert due >= start
    assert abs(CALENDAR.elapsed(start, due, waits) - timedelta(minutes=minutes)) <= timedelta(microseconds=1)
    if minutes:
        assert CALENDAR.elapsed(start, due - timedelta(minutes=1), waits) < timedelta(minutes=minutes)


@settings(deadline=None)  # the machine's load is no business of this test
@given(MOMENTS, MINUTES, MINUTES)
def test_more_hours_are_never_due_earlier(start: datetime, first: int, more: int) -> None:
    assert CALENDAR.due(start, first / 60) <= CALENDAR.due(start, (first + more) / 60)
