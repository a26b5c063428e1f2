"""Phone numbers in one form, and what counts as four digits."""

import pytest

from crm.customers.phones import tail_given, tail_of, to_e164


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("138 1234 5678", "+8613812345678"),
        ("１３８１２３４５６７８", "+8613812345678"),
        ("+86-138-1234-5678", "+8613812345678"),
        ("0755-88886666", "+8675588886666"),
        ("+49 40 123456", "+4940123456"),
        ("12", None),
        ("王经理", None),
        ("", None),
    ],
)
def test_to_e164(written: str, number: str | None) -> None:
    assert to_e164(written) == number


@pytest.mark.parametrize(
    ("written", "digits"),
    [
        ("0012", "0012"),
        (" 5678 ", "5678"),
        ("５６７８", "5678"),
        ("五六七八", "5678"),
        ("幺二〇零", "1200"),
        ("56-78", "5678"),
        ("13812345678", "5678"),
        ("+86 138 1234 5678", "5678"),
        ("678", None),
        ("45678", None),
        ("345678", None),
        ("abcd", None),
        ("", None),
    ],
)
def test_tail_given(written: str, digits: str | None) -> None:
    assert tail_given(written) == digits


def test_tail_of() -> None:
    assert tail_of("+8613812340012") == "0012"
    assert tail_of(None) == ""
