"""Telephone numbers in one form (E.164), and their last four digits."""

import re
import unicodedata

import phonenumbers

TAIL_LENGTH = 4
_SEPARATORS = re.compile(r"[\s\-–—.·()（）]+")
_SPOKEN = str.maketrans("幺〇零一二两三四五六七八九", "1001223456789")


def to_e164(written: str, region: str = "CN") -> str | None:
    """Return a phone number as E.164 (+8613800000000); None when it cannot be one.

    `region` is the country of a number without a country code. Full-width digits are understood.
    """
    try:
        number = phonenumbers.parse(unicodedata.normalize("NFKC", written), region)
    except phonenumbers.NumberParseException:
        return None
    if phonenumbers.is_possible_number_with_reason(number) != phonenumbers.ValidationResult.IS_POSSIBLE:
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def tail_given(written: str) -> str | None:
    """Return the four digits a customer gave as the end of a phone number; None when it is neither four digits nor a number.

    Full-width and spoken digits count. A whole number (seven digits or more) gives its last four. Five or six digits are
    a slip: guessing which four were meant would cost the customer a try.
    """
    digits = _SEPARATORS.sub("", unicodedata.normalize("NFKC", written).translate(_SPOKEN)).removeprefix("+")
    if not (digits.isascii() and digits.isdigit()):
        return None
    if len(digits) == TAIL_LENGTH or len(digits) >= 7:
        return digits[-TAIL_LENGTH:]
    return None


def tail_of(e164: str | None) -> str:
    """Return the last four digits of a stored number; empty when there is none."""
    return e164[-TAIL_LENGTH:] if e164 else ""
