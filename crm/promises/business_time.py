"""Business time: which moments count as working time, when so many working hours have passed, and how many have.

Working hours Mon-Fri and make-up days 09:00-12:00 and 13:00-18:00, eight hours a day, at the firm's place (Asia/Shanghai).
Which days are off and which weekends are worked is fixed every year by the State Council and cannot be computed:
`calendar.json` holds the published years and overrides the `holidays` package, which serves for every other year.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib.resources import files

import holidays

from crm.clock import SHANGHAI

Interval = tuple[datetime, datetime]
"""Start (counted) and end (no longer counted), both aware."""

PERIODS = ((time(9), time(12)), (time(13), time(18)))
HOURS_A_DAY = 8
SATURDAY = 5
NOTICE_MONTH = 12


@dataclass(frozen=True)
class YearNotice:
    """One year as published: the days off (weekends may be among them) and the weekend days worked instead."""

    off: frozenset[date]
    workdays: frozenset[date]


class BusinessCalendar:
    """Knows the working time of the firm. All instants in and out are aware; those given out are in UTC."""

    def __init__(
        self,
        notices: Mapping[int, YearNotice] | None = None,
        periods: Sequence[tuple[time, time]] = PERIODS,
    ) -> None:
        """`notices`: None takes the published years of calendar.json, an empty mapping leaves all to the package.

        `periods`: opening and closing times of a working day, in order, without overlap; raises ValueError if there is none.
        """
        if not periods:
            raise ValueError("a business calendar needs at least one working period")
        self._notices = published_notices() if notices is None else notices
        self._periods = tuple(periods)
        self._package = _package()

    def is_working_day(self, day: date) -> bool:
        """Whether the firm works on this day; never fails, whatever the year."""
        notice = self._notices.get(day.year)
        if notice is None:
            return self._package.is_working_day(day)
        return day in notice.workdays or (day.weekday() < SATURDAY and day not in notice.off)

    def is_open(self, instant: datetime) -> bool:
        """Whether the instant lies in a working period: 12:00 and 18:00 sharp do not."""
        return self.next_opening(instant) == instant

    def next_opening(self, instant: datetime) -> datetime:
        """The first working moment at or after the instant: the instant itself when it is open."""
        return self.due(instant, 0)

    def due(self, start: datetime, hours: float, pauses: Sequence[Interval] = ()) -> datetime:
        """The moment at which `hours` of working time have passed since `start`, not counting the pauses.

        Pauses may overlap and may lie outside working time. Raises ValueError for negative hours or a naive datetime.
        """
        if hours < 0:
            raise ValueError("working hours cannot be negative")
        left = timedelta(hours=hours)
        for opens, closes in self._counted(_utc(start), pauses):
            if left <= closes - opens:
                return opens + left
            left -= closes - opens
        raise OverflowError("no such moment before the end of the calendar")

    def elapsed(self, start: datetime, end: datetime, pauses: Sequence[Interval] = ()) -> timedelta:
        """The working time between two instants without the pauses; zero when `end` is not after `start`."""
        total, last = timedelta(0), _utc(end)
        for opens, closes in self._counted(_utc(start), pauses):
            if opens >= last:
                break
            total += min(closes, last) - opens
        return total

    def missing_notice(self, today: date) -> int | None:
        """The next year, if from 1 December on its notice is still not in calendar.json (worth a warning at start-up)."""
        following = today.year + 1
        return following if today.month >= NOTICE_MONTH and following not in self._notices else None

    def _counted(self, start: datetime, pauses: Sequence[Interval]) -> Iterator[Interval]:
        """Working intervals from `start` on, in order, with the pauses cut out."""
        cuts = sorted((_utc(first), _utc(last)) for first, last in pauses)
        for opens, closes in self._working(start.astimezone(SHANGHAI).date()):
            if closes > start:
                yield from _cut((max(opens, start), closes), cuts)

    def _working(self, day: date) -> Iterator[Interval]:
        while day < date.max:
            if self.is_working_day(day):
                for opens, closes in self._periods:
                    yield _instant(day, opens), _instant(day, closes)
            day += timedelta(days=1)


@cache
def _package() -> holidays.HolidayBase:
    # Costs 5 ms to make, and a calendar is made for every transaction.
    return holidays.country_holidays("CN")


@cache
def published_notices() -> Mapping[int, YearNotice]:
    """The years of calendar.json."""
    years = json.loads(files(__package__).joinpath("calendar.json").read_text(encoding="utf-8"))["years"]
    return {int(year): _notice(entry["holidays"]) for year, entry in years.items()}


def _notice(entries: Iterable[Mapping[str, Sequence[str]]]) -> YearNotice:
    off: set[date] = set()
    workdays: set[date] = set()
    for entry in entries:
        first, last = (date.fromisoformat(text) for text in entry["off"])
        off.update(first + timedelta(days=n) for n in range((last - first).days + 1))
        workdays.update(date.fromisoformat(text) for text in entry["workdays"])
    return YearNotice(frozenset(off), frozenset(workdays))


def _cut(span: Interval, cuts: Sequence[Interval]) -> Iterator[Interval]:
    opens, closes = span
    for first, last in cuts:
        if last <= opens or first >= closes or last <= first:
            continue
        if first > opens:
            yield opens, first
        opens = last
        if opens >= closes:
            return
    yield opens, closes


def _instant(day: date, at: time) -> datetime:
    return datetime.combine(day, at, SHANGHAI).astimezone(UTC)


def _utc(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError("business time needs aware instants")
    return instant.astimezone(UTC)
