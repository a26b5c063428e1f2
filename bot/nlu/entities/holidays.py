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
_SEVENTH_EVENINGS = {
    2025: (8, 29), 2026: (8, 19), 2027: (8, 8), 2028: (8, 26), 2029: (8, 16), 2030: (8, 5),
}  # fmt: skip
_DOUBLE_NINTHS = {
    2025: (10, 29), 2026: (10, 18), 2027: (10, 8), 2028: (10, 26), 2029: (10, 16), 2030: (10, 5),
}  # fmt: skip
_LUNAR = {
    "中秋": _MID_AUTUMNS, "端午": _DRAGON_BOATS, "七夕": _SEVENTH_EVENINGS, "重阳": _DOUBLE_NINTHS,
    "春节": _NEW_YEARS, "过年": _NEW_YEARS, "农历": _NEW_YEARS,
}  # fmt: skip
_FIXED = {
    "元旦": (1, 1), "情人": (2, 14), "妇女": (3, 8), "清明": (4, 5), "五一": (5, 1), "劳动": (5, 1), "520": (5, 20),
    "儿童": (6, 1), "618": (6, 18), "教师": (9, 10), "国庆": (10, 1), "双十一": (11, 11), "双11": (11, 11),
    "双十二": (12, 12), "双12": (12, 12), "冬至": (12, 22), "平安夜": (12, 24), "圣诞": (12, 25),
}  # fmt: skip
"""冬至 falls on the 21st in some years, 清明 on the 4th."""


def _nth_weekday(year: int, month: int, weekday: int, nth: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))


def _in_year(name: str, year: int) -> date | None:
    """The day of a holiday in one year; None beyond the lunar tables."""
    if name.startswith(("黑", "感恩")):
        thanksgiving = _nth_weekday(year, 11, 3, 4)
        return thanksgiving if name.startswith("感") else thanksgiving + timedelta(days=1)
    if name.startswith("母亲"):
        return _nth_weekday(year, 5, 6, 2)
    if name.startswith("父亲"):
        return _nth_weekday(year, 6, 6, 3)
    if name.startswith("元宵"):
        return date(year, *_NEW_YEARS[year]) + timedelta(days=14) if year in _NEW_YEARS else None
    if name.startswith("除夕"):
        return date(year, *_NEW_YEARS[year]) - timedelta(days=1) if year in _NEW_YEARS else None
    month_day = _FIXED.get(name.removesuffix("节")) or _LUNAR.get(name[:2], _NEW_YEARS).get(year)
    return date(year, *month_day) if month_day else None


def next_one(said: str, now: date) -> date | None:
    """The next day of a holiday (双十一, 春节, 黑五), today included; None beyond the lunar tables."""
    name = said.replace("双十国庆", "国庆")
    days = (_in_year(name, year) for year in (now.year, now.year + 1))
    return next((day for day in days if day and day >= now), None)


def day_of_new_year(number: int, now: date) -> date | None:
    """Day `number` of the Chinese New Year that comes next; None beyond the table."""
    for year in (now.year, now.year + 1):
        if year in _NEW_YEARS:
            day = date(year, *_NEW_YEARS[year]) + timedelta(days=number - 1)
            if day >= now:
                return day
    return None
