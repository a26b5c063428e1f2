"""Which times can be booked and offered."""

from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from crm.appointments.rules import NOTICE, day_of, fits_business_hours, open_starts, overlaps, spread
from crm.clock import SHANGHAI
from crm.promises.business_time import BusinessCalendar

CALENDAR = BusinessCalendar()
MONDAY = date(2026, 11, 23)
HALF_AN_HOUR = timedelta(minutes=30)


def at(hour: int, minute: int = 0, day: date = MONDAY) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=SHANGHAI)


def starts(now: datetime, length: timedelta = HALF_AN_HOUR, *busy: tuple[datetime, datetime]) -> list[str]:
    found = open_starts(CALENDAR, MONDAY, length, busy, now)
    return [f"{one.astimezone(SHANGHAI):%H:%M}" for one in found]


def test_a_whole_day_without_the_lunch() -> None:
    found = starts(at(8))
    assert (found[0], found[-1], len(found)) == ("09:00", "17:30", 16)
    assert "11:30" in found
    assert not {"12:00", "12:30", "18:00"} & set(found)


def test_a_long_one_does_not_reach_into_the_lunch() -> None:
    assert starts(at(8), timedelta(hours=2)) == [
        "09:00", "09:30", "10:00", "13:00", "13:30", "14:00", "14:30", "15:00", "15:30", "16:00",
    ]  # fmt: skip


def test_what_is_taken_is_not_offered_and_touching_is_no_overlap() -> None:
    found = starts(at(8), HALF_AN_HOUR, (at(10), at(11)))
    assert {"09:30", "11:00"} <= set(found)
    assert not {"10:00", "10:30"} & set(found)


def test_nothing_that_begins_within_half_an_hour() -> None:
    assert starts(at(16, 40))[0] == "17:30"
    assert starts(at(17, 1)) == []


def test_no_times_on_a_day_off() -> None:
    saturday = date(2026, 11, 21)
    assert list(open_starts(CALENDAR, saturday, HALF_AN_HOUR, (), at(8, day=saturday))) == []


def test_the_offer_is_spread_over_the_day() -> None:
    times = list(open_starts(CALENDAR, MONDAY, HALF_AN_HOUR, (), at(8)))
    assert [f"{one.astimezone(SHANGHAI):%H:%M}" for one in spread(times)] == ["09:00", "13:30", "17:30"]
    assert spread(times[:2]) == times[:2]
    assert spread([]) == []


@given(
    busy=st.lists(st.tuples(st.integers(0, 47), st.integers(1, 8)), max_size=6),
    minutes=st.sampled_from([10, 30, 45, 60, 120, 240]),
    now=st.integers(0, 48),
)
def test_every_time_offered_can_be_booked(busy: list[tuple[int, int]], minutes: int, now: int) -> None:
    start, _ = day_of(MONDAY)
    taken = [(start + n * HALF_AN_HOUR, start + (n + length) * HALF_AN_HOUR) for n, length in busy]
    moment, length = start + now * HALF_AN_HOUR, timedelta(minutes=minutes)
    for one in spread(list(open_starts(CALENDAR, MONDAY, length, taken, moment))):
        assert one >= moment + NOTICE
        assert fits_business_hours(CALENDAR, one, one + length)
        assert not any(overlaps((one, one + length), span) for span in taken)
