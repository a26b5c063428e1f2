"""By when: the times that people name in a promise (今天下班前, 两个工作日内, 11月25号前, 一会儿), as moments.

A time without a clock ends with its part of the day; a day without a part ends with the working day, at 18:00.
"""

import re
from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from crm.clock import SHANGHAI
from crm.promises.business_time import BusinessCalendar
from freight import numerals

CLOSING = time(18)
LAST_MINUTE = time(23, 59)
PARTS: Mapping[str, time] = {
    "凌晨": time(6), "清早": time(10), "早上": time(10), "早晨": time(10), "一早": time(10), "早": time(10), "上班": time(10),
    "上午": time(12), "午前": time(12), "午饭": time(12), "中午": time(13), "下午": CLOSING, "傍晚": CLOSING, "下班": CLOSING,
    "晚上": time(21), "晚间": time(21), "夜里": time(21), "晚": time(21),
}  # fmt: skip
"""When a part of the day has ended."""
LATE_PARTS = frozenset({"下午", "傍晚", "晚上", "晚间", "夜里", "晚", "下班"})
NEAR_DAYS = {"今": 0, "当": 0, "明": 1, "后": 2, "大后": 3}
WEEKDAYS = {sign: n for n, signs in enumerate(("一1", "二2", "三3", "四4", "五5", "六6", "日天末7")) for sign in signs}
SOON_MINUTES, LATER_WORKING_HOURS = 30, 2
EARLIEST_HOUR = 8
"""三点 without more is in the afternoon: nobody is called in the night."""
LATEST_HOUR = 21
LONGEST_SPAN = 400
"""Days: what is promised for later is no promise but a misreading."""

_N = r"(?:\d{1,3}(?:\.5)?|[一二两三四五六七八九十]{1,3}|半)"
_HOUR = r"(?:\d{1,2}|[一二两三四五六七八九十]{1,3})"
_CLOCK = (
    rf"(?:(?P<@digital>{_HOUR})[:](?P<@exact>[0-5]\d)|(?P<@hour>{_HOUR})\s?[点时](?:钟|整)?(?:(?P<@half>半)|"
    rf"(?P<@quarter>[一三])刻|(?P<@minutes>[0-5]?\d)分?)?)"
)
_PART = (
    r"凌晨|清早|早上|早晨|一早|上班|上午|午前|午饭|中午|下午|傍晚|下班|晚上|晚间|夜里|早|(?<![最稍太早])晚(?![了点些])"
)
_END = r"(?:之前|以前|前|之内|以内|内|左右)"
_DAY = (
    r"(?P<near>大后|今|明|后|当)(?:天|日|儿)|(?P<short>今|明)(?=[早晚])|"
    r"(?P<next>下下|下个?|这个?|本)?(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天末1-6])|"
    r"(?:(?P<year>20\d\d)[年/.-])?(?P<month>\d{1,2}|[一二三四五六七八九十]{1,2})(?:月|[/-])(?P<of_month>\d{1,2}|[一二三四五六七八九十]{1,3})[号日]?(?!\d)|"
    r"(?P<next_month>下个?月)?(?P<only_day>\d{1,2}|[一二三四五六七八九十]{1,3})[号日](?![线楼库仓柜门])"
)
DAY_AND_CLOCK = re.compile(
    rf"(?:(?:{_DAY})\s?)?(?:(?P<part>{_PART})\s?(?:[一就]|以?后(?![天年])|之后)?\s?)?(?:"
    rf"(?:{_CLOCK.replace('@', 'from_')}\s?[到至~-]\s?)?{_CLOCK.replace('@', '')})?\s?{_END}?"
)
WITHIN = re.compile(
    rf"(?:(?P<least>{_N})\s?[到至~-]\s?)?(?P<many>{_N})\s?个?(?P<half>半)?"
    rf"(?P<unit>分钟|刻钟|工作小时|小时|钟头|个?工作日|天|日|周|星期|礼拜|个?月)(?:之内|以内|内|之后|以后|后(?![天年])|左右|就|(?=[给回答联]))"
)
PERIOD = re.compile(
    r"(?P<period>本周|这个?周|下个?周|这个?星期|下个?星期|本月|这个月|月|年)(?P<last>[底末])?(?:之前|以前|前|内|以内|之内)?"
)
VAGUE = re.compile(
    r"(?P<soon>马上|立刻|立即|立马|这就|现在就|即刻|即时)|稍后|稍晚|晚点|晚些|回头|一会儿?|待会儿?|等会儿?|等下|等一下|过会儿?|尽快|尽早|抓紧|第一时间"
)


@dataclass(frozen=True)
class SaidTime:
    """A time in a text. `exact`: False where the words leave it open and a usual time was taken."""

    start: int
    end: int
    due_at: datetime
    exact: bool = True


def said_times(text: str, now: datetime, calendar: BusinessCalendar) -> Iterator[SaidTime]:
    """The times still to come that a text (plain, see crm/chinese.py) names, in its order; none twice."""
    local, at = now.astimezone(SHANGHAI), 0
    while at < len(text):
        place, due = _first(text, at, local, calendar)
        if place is None:
            at += 1
            continue
        if due is not None and local < due < local + timedelta(days=LONGEST_SPAN):
            yield SaidTime(*place.span(), due, exact=place.re is not VAGUE)
        at = place.end()


def _first(
    text: str, at: int, now: datetime, calendar: BusinessCalendar
) -> tuple[re.Match[str] | None, datetime | None]:
    """The longest time that begins at a place."""
    found = [place for pattern in (WITHIN, PERIOD, DAY_AND_CLOCK, VAGUE) if (place := pattern.match(text, at))]
    longest = max((place for place in found if _says_something(place)), key=lambda place: place.end(), default=None)
    if longest is None:
        return None, None
    if longest.re is VAGUE:
        soon = longest["soon"] is not None
        return longest, now + timedelta(minutes=SOON_MINUTES) if soon else calendar.due(now, LATER_WORKING_HOURS)
    read = {WITHIN: _within, PERIOD: _period, DAY_AND_CLOCK: _day_and_clock}[longest.re]
    try:
        return longest, read(longest, now, calendar)
    except (ValueError, OverflowError):
        # 31 November, 25 o'clock: read as a time, but none that there is.
        return longest, None


def _says_something(place: re.Match[str]) -> bool:
    if place.re is PERIOD:
        return place["last"] is not None or place["period"] not in {"月", "年"}
    return place.re is not DAY_AND_CLOCK or any(
        place[name] for name in ("near", "short", "weekday", "month", "only_day", "part", "hour", "exact")
    )


def _number(words: str | None) -> float | None:
    if words is None:
        return None
    # 两三天 is said for three at most, not for twenty-three.
    words = words[-1] if re.fullmatch(r"[一二两三四五六七八九]{2}", words) else words
    value = numerals.parse(words)
    return None if value is None else float(value)


def _within(place: re.Match[str], now: datetime, calendar: BusinessCalendar) -> datetime | None:
    many = _number(place["many"])
    if many is None:
        return None
    many += 0.5 if place["half"] else 0
    unit = place["unit"].removeprefix("个")
    if unit in {"分钟", "刻钟"}:
        return now + timedelta(minutes=many * (15 if unit == "刻钟" else 1))
    if unit in {"小时", "钟头"} or (many == 0.5 and unit in {"天", "日"}):
        return now + timedelta(hours=many if unit in {"小时", "钟头"} else 4)
    if unit == "工作小时":
        return calendar.due(now, many)
    if unit == "工作日":
        return _closing(_working_day_after(now.date(), max(1, round(many)), calendar))
    days = many * {"天": 1, "日": 1, "周": 7, "星期": 7, "礼拜": 7, "月": 30}[unit]
    return _closing(now.date() + timedelta(days=max(1, int(days))))


def _working_day_after(day: date, many: int, calendar: BusinessCalendar) -> date:
    while many:
        day += timedelta(days=1)
        many -= calendar.is_working_day(day)
    return day


def _period(place: re.Match[str], now: datetime, calendar: BusinessCalendar) -> datetime | None:
    """The last working day of the week, month or year; its last day where the working ones are over."""
    today, period = now.date(), place["period"]
    if period == "年":
        last = date(today.year, 12, 31)
    elif period.endswith("月"):
        last = today.replace(day=monthrange(today.year, today.month)[1])
    else:
        last = today + timedelta(days=6 - today.weekday() + (7 if period.startswith("下") else 0))
    working = last
    while not calendar.is_working_day(working) and working > today:
        working -= timedelta(days=1)
    return next((due for day in (working, last) if (due := _closing(day)) > now), None)


def _day_and_clock(place: re.Match[str], now: datetime, calendar: BusinessCalendar) -> datetime | None:
    del calendar
    day, part = _day(place, now.date()), place["part"]
    if place["hour"] or place["exact"]:
        return _at_clock(place, day, now)
    ends = PARTS[part] if part else CLOSING
    if part == "中午" and place.group().endswith("前"):
        ends = PARTS["上午"]
    due = datetime.combine(day or now.date(), ends, SHANGHAI)
    said_today = place["near"] in {"今", "当"} or place["short"] == "今"
    if due <= now and said_today and part in {None, "晚上", "晚"}:
        return datetime.combine(now.date(), LAST_MINUTE, SHANGHAI)
    return due


def _at_clock(place: re.Match[str], day: date | None, now: datetime) -> datetime | None:
    hour = _hour(place["hour"] or place["digital"])
    if hour is None:
        return None
    minute = int(place["exact"] or place["minutes"] or (30 if place["half"] else 0))
    if place["quarter"]:
        minute = 15 if place["quarter"] == "一" else 45
    late = place["part"] in LATE_PARTS or (place["part"] == "中午" and hour < 11)
    if hour < 12 and (late or (place["part"] is None and hour < EARLIEST_HOUR)):
        hour += 12
    due = datetime.combine(day or now.date(), time(int(hour) % 24, minute), SHANGHAI)
    # 九点 said at two in the afternoon is tonight.
    if due <= now and day is None and place["part"] is None and hour + 12 <= LATEST_HOUR:
        due += timedelta(hours=12)
    return due


def _hour(words: str) -> int | None:
    value = numerals.parse(words)
    return None if value is None else int(value)


def _day(place: re.Match[str], today: date) -> date | None:
    """The day that is named; None: none is, so today is meant. Raises ValueError for one that there is not."""
    if near := place["near"] or place["short"]:
        return today + timedelta(days=NEAR_DAYS[near])
    if place["weekday"]:
        weeks = {"下下": 2, "下": 1}.get((place["next"] or "").removesuffix("个"), 0)
        day = today + timedelta(days=WEEKDAYS[place["weekday"]] - today.weekday() + 7 * weeks)
        return day + timedelta(days=7) if day < today and place["next"] is None else day
    if place["month"]:
        month, of_month = int(_number(place["month"]) or 0), _day_of_month(place["of_month"])
        if place["year"]:
            return date(int(place["year"]), month, of_month)
        day = date(today.year, month, of_month)
        return day if day >= today else date(today.year + 1, month, of_month)
    if place["only_day"]:
        of_month = _day_of_month(place["only_day"])
        if place["next_month"] or of_month < today.day:
            today = today.replace(day=1) + timedelta(days=32)
        return today.replace(day=of_month)
    return None


def _day_of_month(words: str) -> int:
    value = numerals.parse(words)
    return int(value or 0)


def _closing(day: date) -> datetime:
    return datetime.combine(day, CLOSING, SHANGHAI)
