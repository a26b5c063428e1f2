"""Personal data that has no business in training sentences: it would be copied into every model.

Looked for is what can be told from an invented one: identity cards and bank cards by their check digits, e-mail
addresses by their domain. A Chinese mobile number cannot: no range is kept for examples, and none carries a check digit.
"""

import re
from collections.abc import Iterator

from stdnum import luhn
from stdnum.cn import ric

IDENTITY_CARD = re.compile(r"(?<![0-9A-Za-z])[0-9]{17}[0-9Xx](?![0-9A-Za-z])")
"""GB 11643-1999; the date of birth and the check digit have to fit."""
BANK_CARD = re.compile(
    r"(?<![0-9A-Za-z])(?=62|4|5[1-5]|35)[0-9]{4}(?:[ -]?[0-9]{4}){3}(?:[ -]?[0-9]{1,3})?(?![0-9A-Za-z])"
)
"""16 to 19 digits (ISO/IEC 7812) that begin like UnionPay, Visa, Mastercard or JCB."""
E_MAIL = re.compile(r"[A-Za-z0-9._%+-]+@((?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,})")
EXAMPLE_DOMAINS = re.compile(
    r"(?:.*\.)?(?:example\.(?:com|net|org)|[a-z0-9-]+\.(?:example|test|invalid))", re.IGNORECASE
)
"""Domains that belong to nobody (RFC 2606)."""


def personal_data(text: str) -> Iterator[str]:
    """What looks like somebody's, in words, without the value itself."""
    cards = [match[0] for match in IDENTITY_CARD.finditer(text) if ric.is_valid(match[0].upper())]
    if cards:
        yield "an identity card number that could be somebody's"
    for match in BANK_CARD.finditer(text):
        if match[0] not in cards and luhn.is_valid(re.sub(r"[ -]", "", match[0])):
            yield "a bank card number that could be somebody's"
    for match in E_MAIL.finditer(text):
        if not EXAMPLE_DOMAINS.fullmatch(match[1]):
            yield f"an e-mail address at {match[1]}: use a domain that ends in .example"
