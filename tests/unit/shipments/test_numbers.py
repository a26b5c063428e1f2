"""Numbers as customers give them, and which of them cannot be right."""

import pytest

from crm.shipments.numbers import LONGEST, as_asked, check_digit_error, passes_check, repaired
from freight.references import ReferenceKind


@pytest.mark.parametrize(
    "written",
    [
        "MSKU1234565",
        "msku1234565",
        "MSKU 123456 5",
        "msku-123456-5",
        "ＭＳＫＵ１２３４５６５",
        " Msku 1234565 ",
        "MSKU\x001234565",
    ],
)
def test_writing_makes_no_difference(written: str) -> None:
    assert as_asked(written) == "MSKU1234565"


def test_leading_zeros_stay() -> None:
    assert as_asked("020-81140743") == "02081140743"


def test_endless_numbers_are_cut() -> None:
    assert len(as_asked("A1" * 5000)) == LONGEST


def test_look_alikes_in_a_container() -> None:
    assert repaired("MSKU123456S") == "MSKU1234565"
    assert repaired("0OLU1234565") == "0OLU1234565", "only when the check digit then fits"


@pytest.mark.parametrize(
    ("written", "kind", "position", "expected"),
    [
        ("MSKU1234566", ReferenceKind.CONTAINER, 11, "5"),
        ("WB26112100014", ReferenceKind.WAYBILL, 13, "3"),
        ("176-98765432", ReferenceKind.MAWB, 11, "5"),
        ("EE123456784CN", ReferenceKind.EXPRESS, 11, ""),
        ("1Z5R89390357567128", ReferenceKind.EXPRESS, 18, ""),
    ],
)
def test_wrong_check_digits(written: str, kind: ReferenceKind, position: int, expected: str) -> None:
    error = check_digit_error(written)
    assert error is not None
    assert (error.kind, error.position, error.expected) == (kind, position, expected)


@pytest.mark.parametrize(
    "written",
    [
        "MSKU1234565",
        "MSKU123456S",
        "WB26112100013",
        "020-81140743",
        "17698765432",
        "13812345678",
        "1234567890",
        "COSU6123456780",
        "ABC",
        "",
    ],
)
def test_numbers_that_may_be_right(written: str) -> None:
    """Eleven digits may be a phone, ten a booking, letters and digits a bill of lading."""
    assert check_digit_error(written) is None


@pytest.mark.parametrize(("reference", "passes"), [("MSKU1234565", True), ("COSU6123456780", False), ("ABC", False)])
def test_passes_check(reference: str, passes: bool) -> None:
    assert passes_check(reference) is passes
