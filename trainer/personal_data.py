"""Personal data that has no business in training sentences: it would be copied into every model.

Looked for is what can be told from an invented one: identity cards and bank cards by their check digits, e-mail
addresses by their domain. A Chinese mobile number cannot: no range is kept for examples, and none carries a check digit.
"""

import re
from collections.abc import Iterator

from crm.customers.personal_numbers import bank_cards, identity_cards

E_MAIL = re.compile(r"[A-Za-z0-9._%+-]+@((?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,})")
EXAMPLE_DOMAINS = re.compile(
    r"(?:.*\.)?(?:example\.(?:com|net|org)|[a-z0-9-]+\.(?:example|test|invalid))", re.IGNORECASE
)
"""Domains that belong to nobody (RFC 2606)."""


def personal_data(text: str) -> Iterator[str]:
    """What looks like somebody's, in words, without the value itself."""
    if identity_cards(text):
        yield "an identity card number that could be somebody's"
    for _ in bank_cards(text):
        yield "a bank card number that could be somebody's"
    for match in E_MAIL.finditer(text):
        if not EXAMPLE_DOMAINS.fullmatch(match[1]):
            yield f"an e-mail address at {match[1]}: use a domain that ends in .example"
