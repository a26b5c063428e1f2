"""Until when, in words as people say them. Values for templates; the sentences are in `domain.yml`."""

from datetime import date, datetime, timedelta

from crm.clock import SHANGHAI

ROUND_TO = 5
NEAR_DAYS = {-1: "昨天", 0: "今天", 1: "明天"}
WEEKDAYS = "一二三四五六日"


def by_when(instant: datetime, now: datetime) -> str:
    """今天16:30, 明天10:00, 11月25日（周三）10:00 within a week, 12月13日10:00; with the year when it is another.

    Rounded up to five minutes: nobody says 15:01, and what is told is never earlier than what was promised.
    """
    over = timedelta(minutes=instant.minute % ROUND_TO, seconds=instant.second, microseconds=instant.microsecond)
    instant += timedelta(minutes=ROUND_TO) - over if over else timedelta(0)
    local, today = instant.astimezone(SHANGHAI), now.astimezone(SHANGHAI).date()
    days = (local.date() - today).days
    if days in NEAR_DAYS:
        return f"{NEAR_DAYS[days]}{local:%H:%M}"
    year = "" if local.year == today.year else f"{local.year}年"
    weekday = f"（周{WEEKDAYS[local.weekday()]}）" if 0 < days < len(WEEKDAYS) else ""
    return f"{year}{local.month}月{local.day}日{weekday}{local:%H:%M}"


def day_words(day: date) -> str:
    """11月25日（周三）."""
    return f"{day.month}月{day.day}日（周{WEEKDAYS[day.weekday()]}）"
