"""How long overdue something is by the days a customer names: 说好15号到港, 上禮拜三該到, was due Nov 17."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from freight import numerals

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = rf"(?:{'|'.join(_MONTHS)})[a-z]{{0,6}}\.?"
_NUMBER = r"(?:\d{1,2}|[一二三四五六七八九十廿卅]{1,3})"
_NO_PLACE = r"(?![仓线楼门柜库机厅馆院店路厂桥船车口地桌台内后]|[之以]内)"
"""2号仓 and 15日内 are no days."""
_WEEKDAYS = "一二三四五六日天末"
_DAY = (
    rf"(?:(?P<last>上个?月)|(?P<month>{_NUMBER})月(?:份)?)?(?P<day>(?<![\d一二三四五六七八九十廿卅]){_NUMBER})[号日]{_NO_PLACE}|"
    rf"(?P<weeks>(?<!上)上{{1,3}})(?:个)?(?:周|星期|礼拜)(?P<weekday>[{_WEEKDAYS}])|"
    r"(?<![\d/.-])(?P<m>1[0-2]|0?[1-9])[/.](?P<d>3[01]|[12]\d|0?[1-9])(?![\d/.-])"
)
_ENGLISH_DAY = (
    rf"(?P<en_month>{_MONTH}) ?(?P<en_day>\d{{1,2}})(?:st|nd|rd|th)?\b|"
    rf"\b(?P<day_en>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<month_en>{_MONTH})"
)
_WHAT = "到|送|发|提|交|开|装|派|退|给|达|入仓|上架|放|出|回|还|完"
_PROMISED = re.compile(
    rf"(?:说好|讲好|说是|约好|约定|承诺|答应|保证|确认|原定|原计划|原来|本来|原本|预计|预定|计划|定于|定在|最晚|最迟|合同|应于|应在|该|应该|[Ee][Tt][Aa])"
    rf"[^,。;!?\n\d]{{0,10}}(?:{_DAY})(?!(?:下|付|订|签|寄|揽))"
)
_SHOULD = re.compile(rf"(?:{_DAY})(?:就|便|本来)?(?:该|应该|应|要|会|得)(?:就)?[^,。;!?\n]{{0,4}}(?:{_WHAT})")
_ENGLISH = re.compile(
    rf"\b(?:due|supposed to|scheduled|promised|expected|should have|was to|eta)\b[^.!?\n]{{0,40}}?(?:{_ENGLISH_DAY})"
)
_CAME = re.compile(rf"(?:{_DAY})[^,。;!?\n]{{0,4}}才[^,。;!?\n]{{0,3}}(?:{_WHAT})")
"""The day on which it did come, late."""
_TODAY = re.compile(rf"(?:今天|今日|现在|今儿|如今)(?:都|已经|已|是|就|到)*(?:{_DAY})")
_ENGLISH_TODAY = re.compile(rf"\b(?:today is|it is|it's|now)\b[^.!?\n]{{0,12}}?(?:{_ENGLISH_DAY})")
FARTHEST = timedelta(days=180)
"""A day without a year is the one nearest to today; longer ago it is not taken for a day of this matter."""


def overdue(folded: str, today: date | None) -> timedelta | None:
    """The longest time since a promised day of which the text tells; None: no such day, or it is yet to come.

    `folded` as `plain.fold` makes it. `today`: None takes the day the customer calls today, if any (今天23号).
    """
    text = folded.lower()
    now = _told_today(text, today)
    if now is None:
        return None
    came = max(_days(_CAME, text, now), default=now)
    promised = [day for pattern in (_PROMISED, _SHOULD, _ENGLISH) for day in _days(pattern, text, now) if day <= came]
    if not promised:
        return None
    longest = came - min(promised)
    return longest if timedelta() < longest <= FARTHEST else None


def _told_today(text: str, today: date | None) -> date | None:
    """Today; without a clock the day the text calls so, in a month that is of no matter when none is named."""
    if today is not None:
        return today
    for pattern in (_TODAY, _ENGLISH_TODAY):
        for match in pattern.finditer(text):
            month, day = _month_and_day(match.groupdict())
            if day:
                # Only differences count: any month of 31 days after one of 31 days will do.
                found = _date(2026, month or 8, day)
                if found is not None:
                    return found
    return None


def _days(pattern: re.Pattern[str], text: str, now: date) -> Iterator[date]:
    for match in pattern.finditer(text):
        groups = match.groupdict()
        if groups.get("weekday"):
            place = min(_WEEKDAYS.index(groups["weekday"]), 6)
            monday = now - timedelta(days=now.weekday() + 7 * len(groups["weeks"]))
            yield monday + timedelta(days=5 if groups["weekday"] == "末" else 6 if groups["weekday"] == "天" else place)
            continue
        month, day = _month_and_day(groups)
        if groups.get("last"):
            month = (now.replace(day=1) - timedelta(days=1)).month
        found = _nearest(month, day, now)
        if found is not None:
            yield found


def _month_and_day(groups: dict[str, str | None]) -> tuple[int, int]:
    """0 where none is named."""
    name = groups.get("en_month") or groups.get("month_en")
    if name:
        return _MONTHS.index(name[:3]) + 1, int(groups.get("en_day") or groups.get("day_en") or 0)
    return _whole(groups.get("month") or groups.get("m")), _whole(groups.get("day") or groups.get("d"))


def _whole(number: str | None) -> int:
    value = numerals.parse(number) if number else None
    return int(value) if value is not None else 0


def _nearest(month: int, day: int, now: date) -> date | None:
    """The day nearest to now; one without a month is of this month."""
    if not month:
        return _date(now.year, now.month, day)
    near = [found for year in (now.year - 1, now.year, now.year + 1) if (found := _date(year, month, day))]
    return min(near, key=lambda one: abs(one - now), default=None)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
