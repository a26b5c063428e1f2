"""The number as a customer gave it: its normal form, and whether it can be right at all."""

import re
from dataclasses import dataclass

from freight import checkdigits
from freight.references import AIRLINES, OWN_PREFIXES, Reference, ReferenceKind, classify, normalise
from freight.repair import look_alike_repair

LONGEST = 40
"""No stored number is that long (35); what is longer is cut, so that it can be kept as an attempt."""

_WRITTEN_AS_AIR_WAYBILL = re.compile(r"\s*[0-9]{3}[\s\-–—/.][0-9]")
_MOBILE = re.compile(r"1[3-9][0-9]{9}")


@dataclass(frozen=True)
class CheckDigitError:
    """A number whose check digit is wrong; `position` counts from 1, `expected` is empty where it is not worked out."""

    kind: ReferenceKind
    position: int
    expected: str


def as_asked(written: str) -> str:
    """Return the normal form, at most 40 signs: full-width, lower case, spaces and dashes make no difference.

    Signs that cannot be printed are dropped: PostgreSQL refuses a zero byte in a text.
    """
    return "".join(sign for sign in normalise(written) if sign.isprintable())[:LONGEST]


def repaired(reference: str) -> str:
    """Return the container number meant where letters and digits that look alike were mixed up; else the same."""
    return look_alike_repair(reference)


def passes_check(reference: str) -> bool:
    """Whether the number has a check digit and it is right: then it was hardly mistyped."""
    kinds = classify(reference)
    return bool(kinds) and kinds[0].valid is True


def check_digit_error(written: str) -> CheckDigitError | None:
    """Return what is wrong with a number that can only be of a kind with a check digit; None when it may be right.

    Digits alone are hardly ever refused: ten of them may be a carrier's booking, eleven a mobile phone.
    """
    reference = repaired(as_asked(written))
    kinds = classify(reference)
    if not kinds or kinds[0].valid is not False or not _is_surely(kinds[0], written):
        return None
    kind = kinds[0].kind
    return CheckDigitError(kind, _position(kind, reference), _expected(kind, reference))


def _is_surely(likeliest: Reference, written: str) -> bool:
    number = likeliest.number
    if not number.isdigit():
        return True
    if likeliest.kind is not ReferenceKind.MAWB or number[:3] not in AIRLINES:
        return False
    return bool(_WRITTEN_AS_AIR_WAYBILL.match(written)) or not _MOBILE.fullmatch(number)


def _position(kind: ReferenceKind, reference: str) -> int:
    """The check digit is the last sign, except in S10 (RB123456785GB), where the country follows it."""
    is_s10 = kind is ReferenceKind.EXPRESS and reference[-1:].isalpha()
    return len(reference) - 2 if is_s10 else len(reference)


def _expected(kind: ReferenceKind, reference: str) -> str:
    if kind is ReferenceKind.CONTAINER:
        return str(checkdigits.iso6346_digit(reference[:10]))
    if kind is ReferenceKind.MAWB:
        return str(int(reference[3:10]) % 7)
    if kind in OWN_PREFIXES.values():
        return str(checkdigits.damm_digit(reference[2:-1]))
    return ""
