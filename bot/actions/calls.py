"""When a customer wants to be called: 下午三点, 明天上午10点半, 15:30."""

import re
from datetime import datetime, time, timedelta

from crm.clock import SHANGHAI
from freight import numerals

NOON = 12
DAYS = {"今天": 0, "今晚": 0, "明天": 1, "明早": 1, "明晚": 1, "后天": 2}
AFTER_NOON = frozenset({"下午", "晚上", "傍晚", "今晚", "明晚"})
WISH = re.compile(
    rf"(?P<day>{'|'.join(DAYS)})?\s*(?P<part>早上|上午|中午|下午|晚上|傍晚)?\s*"
    r"(?:(?P<clock>\d{1,2})[:：](?P<exact>[0-5]\d)|"
    r"(?P<hour>\d{1,2}|[一二两三四五六七八九十]{1,3})\s*[点點](?:(?P<half>半)|(?P<minutes>[0-5]?\d)分?)?)"
)


def time_wished(text: str, now: datetime) -> datetime | None:
    """The moment a text names, in Shanghai's time; None: it names none, or one that has passed."""
    found = WISH.search(text)
    # 快一点, 早一点, 有一点急 are no times.
    if found is None or (found["hour"] == "一" and found["part"] is None):
        return None
    hour = numerals.parse(found["clock"] or found["hour"])
    if hour is None or not 0 <= hour < 24:
        return None
    minute = int(found["exact"] or found["minutes"] or (30 if found["half"] else 0))
    words = {found["day"], found["part"]}
    late = words & AFTER_NOON or (found["part"] == "中午" and hour < 11)
    # 三点 without more is in the afternoon: nobody wants to be called in the night.
    if hour < NOON and (late or (found["part"] is None and found["clock"] is None and hour < 8)):
        hour += NOON
    day = now.astimezone(SHANGHAI).date() + timedelta(days=DAYS.get(found["day"] or "", 0))
    wished = datetime.combine(day, time(int(hour), minute), SHANGHAI)
    return wished if wished > now else None
