"""Times and numbers as customers read them."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from crm.clock import SHANGHAI
from crm.pricing.wording import money, number
from crm.wording import by_when

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("ahead", "words"),
    [
        (timedelta(hours=6, minutes=30), "今天16:30"),
        (timedelta(hours=5, minutes=1, seconds=7), "今天15:05"),
        (timedelta(hours=5, seconds=1), "今天15:05"),
        (timedelta(days=1), "明天10:00"),
        (timedelta(days=2), "11月25日（周三）10:00"),
        (timedelta(days=20), "12月13日10:00"),
        (timedelta(hours=-2), "今天08:00"),
        (timedelta(days=-1), "昨天10:00"),
        (timedelta(days=60), "2027年1月22日10:00"),
    ],
)
def test_by_when(ahead: timedelta, words: str) -> None:
    assert by_when(NOW + ahead, NOW) == words


def test_money_and_numbers() -> None:
    assert money(Decimal(6515), "USD") == "USD 6,515.00"
    assert [number(Decimal(value)) for value in ("2.00", "2.880", "100")] == ["2", "2.88", "100"]
