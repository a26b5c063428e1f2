"""Dates as people say them, as ISO 8601 dates or ranges, counted from today in Shanghai."""

from __future__ import annotations

import os
import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta, timezone
from functools import cache, lru_cache

from bot.nlu.entities import holidays, past
from bot.nlu.entities.spans import Span
from freight.numerals import parse

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
"""China has had no daylight saving since 1991, so no zone data is needed."""

_NUM = r"(?:\d{1,2}|[一二两三四五六七八九十廿]{1,3})"
_WEEKDAYS = {**{sign: index for index, sign in enumerate("一二三四五六")}, **dict.fromkeys("日天", 6)}
_ENGLISH_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def today() -> date:
    """Today in Shanghai; the environment's WENHUO_NOW (an ISO instant) replaces the clock for replays."""
    fixed = os.environ.get("WENHUO_NOW")
    now = datetime.fromisoformat(fixed.replace("Z", "+00:00")) if fixed else datetime.now(timezone.utc)
    if now.tzinfo is None:
        now = now.replace(tzinfo=SHANGHAI)
    return now.astimezone(SHANGHAI).date()


_Value = str
_Rule = Callable[[re.Match[str], date, str], "_Value | None"]


def _range(first: date, last: date) -> str:
    return f"{first.isoformat()}/{last.isoformat()}"


def _month(day: date, offset: int) -> tuple[int, int]:
    index = day.year * 12 + day.month - 1 + offset
    return index // 12, index % 12 + 1


def _month_part(year: int, month: int, part: str | None) -> str:
    """A month or its third: 初/上旬, 中旬, 底/下旬; 上半月 and 下半月 its halves."""
    last = monthrange(year, month)[1]
    bounds = {"初": (1, 10), "头": (1, 10), "上旬": (1, 10), "中": (11, 20), "中旬": (11, 20), "底": (21, last), "末": (21, last),
              "尾": (21, last),
              "下旬": (21, last), "上半月": (1, 15), "下半月": (16, last)}  # fmt: skip
    low, high = bounds.get(part or "", (1, last))
    return _range(date(year, month, low), date(year, month, high))


def _safe(year: int, month: int, day: int) -> date | None:
    return date(year, month, day) if 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1] else None


def _int(text: str) -> int:
    value = parse(text)
    return int(value) if value is not None else 0


_DAYS = {
    "大前天": -3, "前天": -2, "前日": -2, "昨天": -1, "昨日": -1, "昨儿": -1, "昨晚": -1, "昨夜": -1, "今天": 0, "今日": 0,
    "今儿": 0, "今儿个": 0, "明儿个": 1, "昨儿个": -1, "后儿": 2, "昨早": -1, "前晚": -2, "明朝": 1, "听朝": 1, "听日": 1,
    "今晚": 0, "今早": 0, "今晨": 0, "明天": 1, "明日": 1, "明儿": 1, "明早": 1, "明晚": 1, "听晚": 1, "后天": 2, "后日": 2,
    "大后天": 3, "today": 0, "tonight": 0, "this morning": 0, "this afternoon": 0, "this evening": 0, "tomorrow": 1, "tmr": 1,
    "tomorow": 1, "yesterday": -1, "day after tomorrow": 2, "the day after tomorrow": 2,
}  # fmt: skip


def _named_day(match: re.Match[str], now: date, text: str) -> _Value | None:
    return (now + timedelta(days=_DAYS[match.group("named").lower()])).isoformat()


def _weekday(match: re.Match[str], now: date, text: str) -> _Value | None:
    """周三 is the next one (today counts), 这周三 and 下周三 lie in that week (Monday first)."""
    index = _WEEKDAYS[match.group("day")]
    prefix = match.group("which") or ""
    monday = now - timedelta(days=now.weekday())
    if not prefix:
        day = now + timedelta(days=(index - now.weekday()) % 7)
        behind = past.lies_behind(match, text)
        return (day - timedelta(days=7) if behind and day != now else day).isoformat()
    weeks = prefix.count("下") - prefix.count("上")
    return (monday + timedelta(weeks=weeks, days=index)).isoformat()


def _week(match: re.Match[str], now: date, text: str) -> _Value | None:
    which = match.group("which").lower()
    weeks = {"last": -1, "next": 1, "this": 0}.get(which, which.count("下") - which.count("上"))
    monday = now - timedelta(days=now.weekday()) + timedelta(weeks=weeks)
    end = match.groupdict().get("end")
    return _range(monday + timedelta(days=5 if end else 0), monday + timedelta(days=6))


def _weekend(match: re.Match[str], now: date, text: str) -> _Value | None:
    saturday = now - timedelta(days=now.weekday()) + timedelta(days=5)
    return _range(saturday, saturday + timedelta(days=1))


def _english_day(match: re.Match[str], now: date, text: str) -> _Value | None:
    index = next(i for i, name in enumerate(_ENGLISH_DAYS) if name.startswith(match.group("day").lower()[:3]))
    which = (match.group("which") or "").lower()
    monday = now - timedelta(days=now.weekday())
    if which in ("next", "last"):
        return (monday + timedelta(weeks=1 if which == "next" else -1, days=index)).isoformat()
    return (now + timedelta(days=(index - now.weekday()) % 7)).isoformat()


def _full_date(match: re.Match[str], now: date, text: str) -> _Value | None:
    day = _safe(int(match.group("year")), int(match.group("month")), int(match.group("day")))
    return day.isoformat() if day else None


def _month_day(match: re.Match[str], now: date, text: str) -> _Value | None:
    """8月6号: of this year, or the next when more than half a year back; 25号: see `_day_only`."""
    month, first = _int(match.group("month")), _int(match.group("day"))
    found = _safe(_year_of(month, now, text, match.end()), month, first)
    return found.isoformat() if found else None


def _slashed(match: re.Match[str], now: date, text: str) -> _Value | None:
    """11/25, where the message tells that it is a day (3/3件 and 1/2 are none)."""
    return _month_day(match, now, text) if _tells_of_a_day(text) else None


_OF_A_DAY = re.compile(
    r"货好|出货|到货|截|开船|发货|发的|(?<![编箱柜单])号|日(?!本)|eta|etd|(?<!之)前|提货|到港|送|寄|交|舱|船|航班|班列|那水",
    re.IGNORECASE,
)


@lru_cache(maxsize=1)
def _tells_of_a_day(text: str) -> bool:
    return bool(_OF_A_DAY.search(text))


def _year_of(month: int, now: date, text: str, end: int) -> int:
    behind = bool(past.TOLD.match(text, end))
    if behind:
        return now.year if month <= now.month else now.year - 1
    return now.year + 1 if now.month - month > 6 else now.year


def _day_only(match: re.Match[str], now: date, text: str) -> _Value | None:
    """25号: of this month, or of the next that has such a day, unless something past is told (5号投诉的)."""
    wanted = _int(match.group("day"))
    behind = past.lies_behind(match, text)
    offset = 0
    if behind and wanted > now.day:
        offset = -1
    elif not behind and wanted < now.day:
        offset = 1
    step = -1 if offset < 0 else 1
    day = _safe(*_month(now, offset), wanted) or _safe(*_month(now, offset + step), wanted)
    return day.isoformat() if day else None


def _day_of_month(match: re.Match[str], now: date, text: str) -> _Value | None:
    which = match.group("which")
    day = _safe(*_month(now, which.count("下") - which.count("上")), _int(match.group("day")))
    return day.isoformat() if day else None


def _relative_month(match: re.Match[str], now: date, text: str) -> _Value | None:
    which = match.group("which") or ""
    return _month_part(*_month(now, which.count("下") - which.count("上")), match.group("part"))


def _part_of_month(match: re.Match[str], now: date, text: str) -> _Value | None:
    return _month_part(now.year, now.month, match.group("part"))


def _named_month(match: re.Match[str], now: date, text: str) -> _Value | None:
    month = _int(match.group("month"))
    if not 1 <= month <= 12:
        return None
    return _month_part(_year_of(month, now, text, match.end()), month, match.group("part"))


def _after(match: re.Match[str], now: date, text: str) -> _Value | None:
    """三天后, 两周以后."""
    number = _int(match.group("number"))
    days = number * {"天": 1, "日": 1, "周": 7, "星期": 7, "礼拜": 7, "月": 30}[match.group("unit")]
    return (now + timedelta(days=days)).isoformat()


def _holiday(match: re.Match[str], now: date, text: str) -> _Value | None:
    last_year = now - timedelta(days=365)
    day = holidays.next_one(match.group(), last_year if past.TOLD.match(text, match.end()) else now)
    return day.isoformat() if day else None


def _year(match: re.Match[str], now: date, text: str) -> _Value | None:
    year = now.year + {"前年": -2, "去年": -1, "今年": 0, "明年": 1, "后年": 2}[match.group()]
    return _range(date(year, 1, 1), date(year, 12, 31))


def _month_of_year(match: re.Match[str], now: date, text: str) -> _Value | None:
    """去年底, 去年十二月."""
    year = now.year + {"去年": -1, "今年": 0, "明年": 1}[match.group("which")]
    month = _int(match.group("month")) if match.group("month") else 12
    return _month_part(year, month, None) if 1 <= month <= 12 else None


def _half_year(match: re.Match[str], now: date, text: str) -> _Value | None:
    first = match.group().startswith("上")
    return _range(date(now.year, 1 if first else 7, 1), date(now.year, 6, 30) if first else date(now.year, 12, 31))


def _new_year_day(match: re.Match[str], now: date, text: str) -> _Value | None:
    """大年初六: of the next Chinese New Year."""
    day = holidays.day_of_new_year(_int(match.group("day")), now)
    return day.isoformat() if day else None


def _year_end(match: re.Match[str], now: date, text: str) -> _Value | None:
    return _range(date(now.year, 12, 1), date(now.year, 12, 31))


def _two_days(match: re.Match[str], now: date, text: str) -> _Value | None:
    return _range(now, now + timedelta(days=1))


def _next_days(match: re.Match[str], now: date, text: str) -> _Value | None:
    return _range(now + timedelta(days=1), now + timedelta(days=2))


def _days_before(match: re.Match[str], now: date, text: str) -> _Value | None:
    return _range(now - timedelta(days=3), now - timedelta(days=1))


def _two_numbers(match: re.Match[str], now: date, text: str) -> _Value | None:
    """三四号: the third to the fourth."""
    low, high = _int(match.group("low")), _int(match.group("high"))
    year, month = _month(now, 1 if high < now.day else 0)
    return _range(date(year, month, low), date(year, month, high)) if low < high else None


def _weekdays(match: re.Match[str], now: date, text: str) -> _Value | None:
    """周一至周五: of this week, or of the next when it is over."""
    low, high = _WEEKDAYS[match.group("low")], _WEEKDAYS[match.group("high")]
    monday = now - timedelta(days=now.weekday()) + timedelta(weeks=1 if high < now.weekday() else 0)
    return _range(monday + timedelta(days=low), monday + timedelta(days=high)) if low < high else None


def _english_ordinal(match: re.Match[str], now: date, text: str) -> _Value | None:
    wanted = int(match.group("day"))
    name = match.groupdict().get("month")
    if name:
        month = _MONTHS.index(name.lower()[:3]) + 1
        found = _safe(now.year + 1 if now.month - month > 6 else now.year, month, wanted)
    else:
        found = _safe(*_month(now, 1 if wanted < now.day else 0), wanted)
    return found.isoformat() if found else None


def _english_part(match: re.Match[str], now: date, text: str) -> _Value | None:
    month = _MONTHS.index(match.group("month").lower()[:3]) + 1
    part = {"e": "初", "m": "中", "l": "底"}[match.group()[0].lower()]
    return _month_part(now.year + 1 if now.month - month > 6 else now.year, month, part)


def _english_month_end(match: re.Match[str], now: date, text: str) -> _Value | None:
    return _month_part(now.year, now.month, "底")


_NOT_NUMBERED = (
    r"(?!楼|人|箱|风球|托盘|集装|线|仓|库|厂|门|码头|店|院|机|车|航|柜|房|桌|路|电池|楼|馆|口|位|台|座|船|\d|[A-Za-z])"
)
_NOT_ADDRESS = r"(?<!每月)(?<![大小路街道巷弄厦区栋村第编单账型尾工a-zA-Z0-9.\-])"
_WHICH_WEEK = r"(?P<which>(?<!一)(?:上上|下下)个?|(?<!一)[上下]个?|这个?|(?<!原)本)"
_PART_OR_MIDDLE = r"(?P<part>上旬|中旬|下旬|初|头|底|末|尾|中(?!转|秋|国|间))"
_PART = r"(?P<part>上旬|中旬|下旬|初|头|底|末|尾)"


_RuleTable = list[tuple[str, _Rule]]


def _day_rules() -> _RuleTable:
    """Full dates, named days and weeks."""
    day_words = "|".join(sorted(_DAYS, key=len, reverse=True))
    return [
        (r"(?<!\d)(?P<year>20\d\d)(?:年|[-/.])(?P<month>\d{1,2})(?:月|[-/.])(?P<day>\d{1,2})[日号]?(?!\d)", _full_date),
        (
            (
                rf"(?<!写(?=明))(?<!早知)(?P<named>{day_words})(?:是(?:周|星期|礼拜)[一二三四五六日天]|(?:周|星期|"
                rf"礼拜)[一二三四五六日天](?=[,。]|$))?"
                r"(?![A-Za-zはも])"
            ),
            _named_day,
        ),
        (r"今明两?天", _two_days),
        (r"明后[两]?天", _next_days),
        (r"前两天", _days_before),
        (r"(?<![一二三四五六七八九十])(?P<low>[一二三四五六七八九])(?P<high>[二三四五六七八九])号", _two_numbers),
        (r"(?:周|星期|礼拜)(?P<low>[一二三四五六])(?:至|到|-)(?:周|星期|礼拜)?(?P<high>[二三四五六日天])", _weekdays),
        (
            (
                rf"(?<!每)(?<!每个)(?<![一二两三四五六七八九十几\d]个){_WHICH_WEEK}?(?<!每)(?<!每个)(?<![一二两三四五六七八九十几\d]个)"
                r"(?:周|星期|礼拜)(?P<day>[一二三四五六日天])(?!个|次|票|年|期)"
            ),
            _weekday,
        ),
        (rf"{_WHICH_WEEK}(?:周|星期|礼拜)(?P<end>末)?(?![一二三四五六日天])", _week),
        (r"(?P<which>last|next|this) week(?P<end>end)?", _week),
        (r"周末|(?<![A-Za-z])weekends?", _weekend),
        (
            r"(?:(?P<which>next|last|this) )?(?<![A-Za-z])(?P<day>(?:mon|tues|wednes|thurs|fri|satur|sun)day)s?(?![A-Za-z])",
            _english_day,
        ),
    ]


def _calendar_rules() -> _RuleTable:
    """Days of months, months, years and holidays."""
    return [
        (rf"(?<!\d)(?P<month>{_NUM})月份?(?P<day>{_NUM})[号日]?{_NOT_NUMBERED}(?!个|月)", _month_day),
        (
            r"(?<![\d/.\-A-Za-z])(?P<month>1[0-2]|0?[1-9])/(?P<day>[12]\d|3[01]|0?[1-9])(?![\d/.%件票箱托个个公k])",
            _slashed,
        ),
        (rf"(?P<which>(?:上|下|本|这)个?)月份?(?P<day>{_NUM})[号日]", _day_of_month),
        (rf"(?P<which>(?<![得赶])(?:上|下){{1,2}}个?|本|这个?)月份?{_PART_OR_MIDDLE}?(?!台|流量|租)", _relative_month),
        (r"(?P<part>[上下]半月)", _part_of_month),
        (rf"(?:(?<![个\d上下])|(?<=[得赶]上))月{_PART}", _part_of_month),
        (
            rf"(?<![\d个第几.])(?P<month>{_NUM})月(?:份)?{_PART_OR_MIDDLE}?(?![\d一二三四五六七八九十]|租|结|台)",
            _named_month,
        ),
        (
            rf"{_NOT_ADDRESS}(?<![一二三四五六七八九十])(?P<day>{_NUM}(?=号)|\d{{1,2}}(?=日))[号日](?!内|达|之内|游|之后|以内){_NOT_NUMBERED}",
            _day_only,
        ),
        (
            (
                rf"(?<![一二三四五六七八九十\d几])(?P<number>{_NUM})个?(?P<unit>天|周|星期|礼拜|月)(?P<how>之?后|"
                rf"以后)(?!对吧|清账|能)"
            ),
            _after,
        ),
        (
            (
                r"(?:元旦节?|五一|劳动节|国庆节?|双十一|双11|双十二|双12|圣诞节?|感恩节|春节|(?<![大你快厂好])过年(?!好)|"
                r"农历年|除夕|中秋(?:连假|节)?|黑五|黑色星期五|清明节?|"
                r"端午节?|七夕节?|重阳节?|元宵节?|平安夜|情人节|妇女节|儿童节|教师节|母亲节|父亲节|冬至|"
                r"(?<![\d.])(?:618|520)(?=大促|活动|之?前|之?后|那天|当天|[能要买下]|$)|"
                r"chinese new year|cny(?= holiday)|双十国庆)(?!快乐|货)"
            ),
            _holiday,
        ),
        (
            r"(?:大年|正月|(?<![\d今明去])年|(?<![一-鿿])|(?<=[该就过等到从]))初(?P<day>[一二三四五六七八九十])(?![一-鿿]?学|中|级)",
            _new_year_day,
        ),
        (rf"(?P<which>去年|今年|明年)(?:底|末|(?P<month>{_NUM})月份?)", _month_of_year),
        (r"[前去今](?<![以之午])年(?![一二三四五六七八九十\d第底末])|明年|后年", _year),
        (r"下半年|上半年", _half_year),
        (r"(?<!去)(?<!今)(?<!明)年(?:底|末)", _year_end),
    ]


def _english_rules() -> _RuleTable:
    english_month = rf"(?P<month>(?:{'|'.join(_MONTHS)})[a-z]*)"
    return [
        (rf"(?<![A-Za-z0-9])(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? {english_month}(?![A-Za-z])", _english_ordinal),
        (rf"(?<![A-Za-z]){english_month}\.? (?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?![\dA-Za-z])", _english_ordinal),
        (
            (
                r"(?:the (?!\d+[a-z]{2} (?:sailing|vessel|voyage|floor)))?(?<![A-Za-z0-9])(?P<day>\d{1,2})(?:st|nd|rd|"
                r"th)(?![A-Za-z])"
            ),
            _english_ordinal,
        ),
        (rf"(?:early|mid|late)[ -]{english_month}(?![A-Za-z])", _english_part),
        (r"(?:the )?end of (?:the |this )?month", _english_month_end),
    ]


@cache
def _rules() -> list[tuple[re.Pattern[str], _Rule]]:
    table = [*_day_rules(), *_calendar_rules(), *_english_rules()]
    return [(re.compile(pattern, re.IGNORECASE), rule) for pattern, rule in table]


def dates(text: str, now: date | None = None) -> Iterator[Span]:
    """Dates in a message, counted from `now` (today in Shanghai when None)."""
    current = now or today()
    for pattern, rule in _rules():
        for match in pattern.finditer(text):
            value = rule(match, current, text)
            if value:
                yield Span("date", *match.span(), value, rank=4)
