"""What the classifier looks at: which kind of number was written, never which."""

from __future__ import annotations

import pytest

from bot.nlu.features import COMPLAINT_NO, HOTLINE, QUOTE_NO, REFERENCE, WORD, features
from bot.nlu.mood_classifier import messages_of

SIGNS = {COMPLAINT_NO, QUOTE_NO, HOTLINE, REFERENCE}


def words(text: str) -> list[str]:
    """The words of a message as they count."""
    return [feature.removeprefix(WORD) for feature in features(messages_of([text])[0]) if feature.startswith(WORD)]


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("CP26112300012到哪一步了", COMPLAINT_NO),
        ("QT26112300016还能用吗", QUOTE_NO),
        ("MSKU1234565到哪了", REFERENCE),
        ("13800138000是收件人电话", REFERENCE),
        ("明天再不到我就打12315！", HOTLINE),
        ("已经报到12305和12321了", HOTLINE),
        ("12345见", HOTLINE),
        ("你们95338一直打不通", HOTLINE),
        ("12306抢不到票怎么办", REFERENCE),
        ("单号123151", REFERENCE),
        ("运单12315998877在哪", REFERENCE),
    ],
)
def test_a_number_counts_as_the_sign_of_its_kind(text: str, sign: str) -> None:
    assert SIGNS & set(words(text)) == {sign}


@pytest.mark.parametrize("text", ["货值95000", "一共12300"])
def test_a_round_amount_is_no_hotline(text: str) -> None:
    assert HOTLINE not in words(text)


def test_the_police_is_called_by_its_number_and_other_digits_are_alike() -> None:
    assert "110" in words("再不给货我就打110")
    assert words("110公斤") == words("220公斤") == ["000公斤"]
    assert words("一共120") == words("一共350")
