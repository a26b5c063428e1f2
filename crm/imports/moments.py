"""Dates and times as people and spreadsheets write them. Without a zone they are Shanghai's.

2026-11-21 · 2026/11/21 14:30 · 2026年11月21日 · 20261121 · ISO with zone · Excel dates and day numbers ·
today-3d 14:30 · today+12d · now-3h (for demo files, counted from the moment of the import).
"""

import re
from datetime import UTC, date, datetime, time, timedelta

from crm.clock import SHANGHAI
from crm.imports.cells import Cell, Unusable, folded
from crm.imports.errors import BadValue

END_OF_DAY = time(23, 59)
EXCEL_ZERO = date(1899, 12, 30)
"""Day 0 of spreadsheets; they count 1900-02-29, which never was, hence not the 31st."""
_EXCEL_DAYS = (20_000, 80_000)
_YEARS = (2000, 2100)

_RELATIVE = re.compile(r"(?:today|今天)(?:([+-][0-9]{1,4})(?:d|天))?(?:[t]?([0-9]{1,2}):([0-9]{2}))?")
_FROM_NOW = re.compile(r"(?:now|现在)(?:([+-][0-9]{1,5})(d|h|m|天|小时|分钟))?")
_UNITS = {"d": 1440, "天": 1440, "h": 60, "小时": 60, "m": 1, "分钟": 1}
_WRITTEN = re.compile(
    r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?(?:[t]?([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:\.[0-9]+)?)?)?"
)
_COMPACT = re.compile(r"((?:19|20)[0-9]{2})([0-9]{2})([0-9]{2})")
_ZONE = re.compile(r"(z|[+-][0-9]{2}:?[0-9]{2})$")
_DAY_FIRST = re.compile(r"[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{2,4}.*")


def moment(cell: Cell, now: datetime) -> datetime:
    """The instant, in UTC; a day alone means its beginning. Raises BadValue."""
    return _instant(cell, now, time(0))


def deadline(cell: Cell, now: datetime) -> datetime:
    """The instant, in UTC; a day alone means its end: who promised the 21st is not late at noon. Raises BadValue."""
    return _instant(cell, now, END_OF_DAY)


def day(cell: Cell, now: datetime) -> date:
    """The day in Shanghai. Raises BadValue."""
    return moment(cell, now).astimezone(SHANGHAI).date()


def _instant(cell: Cell, now: datetime, default: time) -> datetime:
    if isinstance(cell, Unusable):
        raise BadValue(cell.reason)
    if isinstance(cell, datetime):
        return _in_range(cell.replace(tzinfo=SHANGHAI))
    if isinstance(cell, date):
        return _in_range(datetime.combine(cell, default, SHANGHAI))
    written = folded(cell)
    try:
        found = _relative(written, now, default) or _absolute(written, default)
    except BadValue:
        raise
    except (ValueError, OverflowError):
        raise BadValue("没有这个日期或时间") from None
    if found is None:
        raise BadValue("日期看不明白，请写成 2026-11-21 或 2026-11-21 14:30")
    return _in_range(found)


def _in_range(found: datetime) -> datetime:
    if not _YEARS[0] <= found.year < _YEARS[1]:
        raise BadValue(f"年份应在{_YEARS[0]}到{_YEARS[1] - 1}之间")
    return found.astimezone(UTC)


def _relative(written: str, now: datetime, default: time) -> datetime | None:
    from_now = _FROM_NOW.fullmatch(written)
    if from_now:
        amount, unit = from_now.groups()
        return now + timedelta(minutes=int(amount) * _UNITS[unit]) if amount else now
    match = _RELATIVE.fullmatch(written)
    if match is None:
        return None
    days, hour, minute = match.groups()
    at = time(int(hour), int(minute)) if hour else default
    return datetime.combine(now.astimezone(SHANGHAI).date() + timedelta(days=int(days or 0)), at, SHANGHAI)


def _absolute(written: str, default: time) -> datetime | None:
    match = _WRITTEN.fullmatch(written)
    if match is not None:
        return datetime.fromisoformat(_iso(match, default)).replace(tzinfo=SHANGHAI)
    zone = _ZONE.search(written)
    match = _WRITTEN.fullmatch(written[: zone.start()]) if zone else None
    if zone is not None and match is not None and match.group(4):
        return datetime.fromisoformat(_iso(match, default) + zone.group().upper())
    compact = _COMPACT.fullmatch(written)
    if compact is not None:
        return datetime.combine(date(*map(int, compact.groups())), default, SHANGHAI)
    return _excel(written, default)


def _iso(match: re.Match[str], default: time) -> str:
    year, month, at_day, hour, minute, second = match.groups()
    at = time(int(hour), int(minute), int(second or 0)) if hour else default
    return f"{year}-{int(month):02d}-{int(at_day):02d}T{at.isoformat()}"


def _excel(written: str, default: time) -> datetime | None:
    """A date that was formatted as a number: days since 1899-12-30."""
    if _DAY_FIRST.fullmatch(written):
        raise BadValue("分不清日和月，请写成 2026-11-21")
    if not re.fullmatch(r"[0-9]{5}(\.[0-9]+)?", written) or not _EXCEL_DAYS[0] <= float(written) <= _EXCEL_DAYS[1]:
        return None
    at_day, _, fraction = written.partition(".")
    at = datetime.combine(EXCEL_ZERO + timedelta(days=int(at_day)), default if not fraction else time(0), SHANGHAI)
    return at + timedelta(minutes=round(float(f"0.{fraction or 0}") * 1440))
