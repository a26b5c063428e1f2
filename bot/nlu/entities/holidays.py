"""Holidays that shippers name, and their next day."""

from __future__ import annotations

from datetime import date, timedelta

_NEW_YEARS = {
    2025: (1, 29), 2026: (2, 17), 2027: (2, 6), 2028: (1, 26), 2029: (2, 13), 2030: (2, 3), 2031: (1, 23), 2032: (2, 11),
}  # fmt: skip
_MID_AUTUMNS = {
    2025: (10, 6), 2026: (9, 25), 2027: (9, 15), 2028: (10, 3), 2029: (9, 22), 2030: (9, 12), 2031: (10, 1), 2032: (9, 19),
}  # fmt: skip

_DRAGON_BOATS = {
    2025: (5, 31), 2026: (6, 19), 2027: (6, 9), 2028: (5, 28), 2029: (6, 16), 2030: (6, 5), 2031: (6, 24), 2032: (6, 12),
}  # fmt: skip
_LUNAR = {"中秋": _MID_AUTUMNS, "端午": _DRAGON_BOATS}


def _black_friday(now: date) -> date:
    """The day after the fourth Thursday of November."""
    first = date(now.year, 11, 1)
    friday = first + timedelta(days=(3 - first.weekday()) % 7 + 22)
    return friday if friday >= now else _black_friday(date(now.year + 1, 1, 1))


def next_one(said: str, now: date) -> date | None:
    """The next day of a holiday (双十一, 春节, 黑五), today included; None beyond the lunar tables."""
    name = said.replace("双十国庆", "国庆")
    fixed = {"元旦": (1, 1), "五一": (5, 1), "劳动节": (5, 1), "国庆": (10, 1), "十一": (10, 1), "双十一": (11, 11),
             "双11": (11, 11),
             "双十二": (12, 12), "双12": (12, 12), "圣诞": (12, 25), "感恩节": (11, 26), "清明": (4, 5)}  # fmt: skip
    for year in (now.year, now.year + 1):
        lunar = _LUNAR.get(name[:2], _NEW_YEARS)
        if name.startswith("黑"):
            return _black_friday(now)
        month_day = fixed.get(name.removesuffix("节").replace("劳动", "劳动节").replace("感恩", "感恩节")) or lunar.get(
            year
        )
        if month_day and date(year, *month_day) >= now:
            return date(year, *month_day)
    return None


def day_of_new_year(number: int, now: date) -> date | None:
    """Day `number` of the Chinese New Year that comes next; None beyond the table."""
    for year in (now.year, now.year + 1):
        if year in _NEW_YEARS:
            day = date(year, *_NEW_YEARS[year]) + timedelta(days=number - 1)
            if day >= now:
                return day
    return None
