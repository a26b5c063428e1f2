"""Which times can be booked, in plain arithmetic on spans."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta

from crm.clock import SHANGHAI
from crm.promises.business_time import BusinessCalendar, Interval

STEP = timedelta(minutes=30)
USUAL_LENGTH = timedelta(minutes=30)
SHORTEST, LONGEST = timedelta(minutes=10), timedelta(hours=4)
NOTICE = timedelta(minutes=30)
"""No time is offered that begins sooner."""
OFFERED = 3


def fits_business_hours(calendar: BusinessCalendar, starts_at: datetime, ends_at: datetime) -> bool:
    """Whether a span lies wholly in working time."""
    return calendar.elapsed(starts_at, ends_at) == ends_at - starts_at


def overlaps(one: Interval, other: Interval) -> bool:
    """Whether two spans share a moment; one that ends as the other starts does not."""
    return one[0] < other[1] and other[0] < one[1]


def day_of(day: date) -> Interval:
    """A day at the firm's place, in UTC."""
    start = datetime.combine(day, time(), SHANGHAI)
    end = datetime.combine(day + timedelta(days=1), time(), SHANGHAI)
    return start.astimezone(UTC), end.astimezone(UTC)


def open_starts(
    calendar: BusinessCalendar, day: date, length: timedelta, busy: Sequence[Interval], now: datetime
) -> Iterator[datetime]:
    """Every half hour of a day at which a span of this length can begin, in UTC and in order."""
    at, end = day_of(day)
    while at < end:
        span = (at, at + length)
        free = not any(overlaps(span, taken) for taken in busy)
        if at >= now + NOTICE and free and fits_business_hours(calendar, *span):
            yield at
        at += STEP


def spread(starts: Sequence[datetime], wanted: int = OFFERED) -> list[datetime]:
    """A few of many, from early to late, so that there is a real choice; all when they are no more than wanted."""
    if len(starts) <= wanted:
        return list(starts)
    last = len(starts) - 1
    return [starts[n * last // (wanted - 1)] for n in range(wanted)]
