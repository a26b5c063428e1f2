"""When a customer wants to be called."""

from datetime import datetime

import pytest

from bot.actions.calls import time_wished
from crm.clock import SHANGHAI

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("text", "day", "hour", "minute"),
    [
        ("下午三点打给我", 23, 15, 0),
        ("下午3点半", 23, 15, 30),
        ("15:30给我电话", 23, 15, 30),
        ("明天上午十点", 24, 10, 0),
        ("后天9点15分", 25, 9, 15),
        ("三点打给我", 23, 15, 0),
        ("今晚八点", 23, 20, 0),
        ("中午12点", 23, 12, 0),
        ("明天中午一点", 24, 13, 0),
        ("十二点", 23, 12, 0),
    ],
)
def test_times(text: str, day: int, hour: int, minute: int) -> None:
    assert time_wished(text, NOW) == datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI)


@pytest.mark.parametrize("text", ["给我回个电话", "上午九点", "25点", "13812345678", "", "尽快", "有一点急"])
def test_no_time_or_one_that_has_passed(text: str) -> None:
    assert time_wished(text, NOW) is None
