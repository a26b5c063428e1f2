"""Numbers in a text that belong to one person: identity cards and bank cards by their check digits, mobile numbers by shape."""

import re

from stdnum import luhn
from stdnum.cn import ric

IDENTITY_CARD = re.compile(r"(?<![0-9A-Za-z])[0-9]{17}[0-9Xx](?![0-9A-Za-z])")
"""GB 11643-1999; the date of birth and the check digit have to fit."""
BANK_CARD = re.compile(
    r"(?<![0-9A-Za-z])(?=62|4|5[1-5]|35)[0-9]{4}(?:[ -]?[0-9]{4}){3}(?:[ -]?[0-9]{1,3})?(?![0-9A-Za-z])"
)
"""16 to 19 digits (ISO/IEC 7812) that begin like UnionPay, Visa, Mastercard or JCB."""
MOBILE = re.compile(r"(?<![0-9A-Za-z])(?:\+?86[ -]?)?1[3-9][0-9][ -]?[0-9]{4}[ -]?[0-9]{4}(?![0-9A-Za-z])")
"""Of mainland China; an invented one cannot be told from a real one."""


def identity_cards(text: str) -> list[str]:
    """Identity card numbers that could be somebody's."""
    return [match[0] for match in IDENTITY_CARD.finditer(text) if ric.is_valid(match[0].upper())]


def bank_cards(text: str) -> list[str]:
    """Bank card numbers that could be somebody's; none that is an identity card's."""
    cards = identity_cards(text)
    found = [match[0] for match in BANK_CARD.finditer(text) if match[0] not in cards]
    return [number for number in found if luhn.is_valid(re.sub(r"[ -]", "", number))]


def mobile_numbers(text: str) -> list[str]:
    """What has the shape of a mobile number."""
    return [match[0] for match in MOBILE.finditer(text)]
