"""Check digits of the numbers used in freight, each with the standard it comes from.

All functions take normalised text (upper case, no separators) and return False for a wrong shape; none raises.
"""

from __future__ import annotations

import re

_CONTAINER_VALUES = dict(
    zip(
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        # Letters count upward from 10 without the multiples of 11.
        [*range(10), *(value for value in range(10, 39) if value % 11)],
        strict=True,
    )
)

_DAMM = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)


def iso6346_digit(first_ten: str) -> int:
    """Check digit of a container number (ISO 6346) from owner, category and serial; remainder 10 counts as 0."""
    total = sum(_CONTAINER_VALUES[letter] * 2**position for position, letter in enumerate(first_ten))
    return int(total % 11 % 10)


def container_is_valid(number: str) -> bool:
    """ISO 6346: three letters, U, J or Z, six digits, check digit."""
    return bool(re.fullmatch(r"[A-Z]{3}[UJZ][0-9]{7}", number)) and iso6346_digit(number[:10]) == int(number[10])


def awb_is_valid(number: str) -> bool:
    """IATA air waybill: eleven digits, the last is the seven before it modulo 7 (the airline prefix is not covered)."""
    return bool(re.fullmatch(r"[0-9]{11}", number)) and int(number[3:10]) % 7 == int(number[10])


def s10_is_valid(number: str) -> bool:
    """UPU S10 postal item: two letters, eight digits, check digit, country letters."""
    if not re.fullmatch(r"[A-Z]{2}[0-9]{9}[A-Z]{2}", number):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number[2:10], (8, 6, 4, 2, 3, 5, 9, 7), strict=True))
    return {10: 0, 11: 5}.get(11 - total % 11, 11 - total % 11) == int(number[10])


def dhl_is_valid(number: str) -> bool:
    """DHL Express: ten digits, the last is the first nine modulo 7."""
    return bool(re.fullmatch(r"[0-9]{10}", number)) and int(number[:9]) % 7 == int(number[9])


def ups_is_valid(number: str) -> bool:
    """UPS 1Z number: letters count (ASCII - 3) mod 10, weights 1 and 2 by turns, modulo 10."""
    if not re.fullmatch(r"1Z[A-Z0-9]{15}[0-9]", number):
        return False
    values = [int(sign) if sign.isdigit() else (ord(sign) - 3) % 10 for sign in number[2:17]]
    total = sum(value * (1 + position % 2) for position, value in enumerate(values))
    return -total % 10 == int(number[17])


def fedex_is_valid(number: str) -> bool:
    """FedEx Express: twelve digits, weights 3, 1, 7 repeating, modulo 11, modulo 10."""
    if not re.fullmatch(r"[0-9]{12}", number):
        return False
    total = sum(int(digit) * (3, 1, 7)[position % 3] for position, digit in enumerate(number[:11]))
    return total % 11 % 10 == int(number[11])


def damm_digit(digits: str) -> int:
    """Damm check digit; it finds every wrong digit and every swap of neighbours. Raises ValueError on non-digits."""
    interim = 0
    for digit in digits:
        interim = _DAMM[interim][int(digit)]
    return interim


def damm_is_valid(digits: str) -> bool:
    """Whether the last digit is the Damm digit of those before it."""
    return digits.isascii() and digits.isdigit() and damm_digit(digits) == 0
