"""Money: an exact amount with its currency beside it, and how it is rounded (freight reference 4.5)."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, ROUND_UP, Decimal

CNY = "CNY"
WHOLE_CURRENCIES = frozenset({"JPY", "KRW"})
"""Currencies that are billed without decimals."""
CENT = Decimal("0.01")
RATE_PLACES = Decimal("0.0001")


def smallest_unit(currency: str) -> Decimal:
    """0.01, or 1 where a currency has no decimals."""
    return Decimal(1) if currency in WHOLE_CURRENCIES else CENT


def rounded(amount: Decimal, currency: str) -> Decimal:
    """Half-up to the smallest unit of the currency; this is how every line is rounded."""
    return amount.quantize(smallest_unit(currency), ROUND_HALF_UP)


def rounded_up(amount: Decimal, currency: str) -> Decimal:
    """Up to the smallest unit: for a price that defends a floor, half a cent down would break it."""
    return amount.quantize(smallest_unit(currency), ROUND_UP)


def next_step(amount: Decimal, step: Decimal) -> Decimal:
    """The smallest multiple of `step` (> 0) that is not below `amount`."""
    steps = (amount / step).to_integral_value(ROUND_UP)
    return steps * step


@dataclass(frozen=True)
class Money:
    """An exact amount in an ISO 4217 currency. Adding different currencies raises ValueError: there is no such sum."""

    amount: Decimal
    currency: str = CNY

    def __add__(self, other: "Money") -> "Money":
        if other.currency != self.currency:
            raise ValueError(f"{self.currency} and {other.currency} cannot be added")
        return Money(self.amount + other.amount, self.currency)

    def rounded(self) -> "Money":
        """Half-up to the smallest unit of the currency."""
        return Money(rounded(self.amount, self.currency), self.currency)


def totals(parts: Iterable[Money]) -> tuple[Money, ...]:
    """The sum per currency of rounded parts, foreign currencies first, CNY last (as quotes are read)."""
    sums: dict[str, Decimal] = {}
    for part in parts:
        sums[part.currency] = sums.get(part.currency, Decimal(0)) + part.rounded().amount
    return tuple(Money(sums[currency], currency) for currency in sorted(sums, key=lambda code: (code == CNY, code)))


def buffered_rate(rate: Decimal, buffer: Decimal) -> Decimal:
    """The rate we convert with: `rate` CNY per unit plus `buffer` (0.015 is 1.5 %), to four decimals half-up."""
    return (rate * (1 + buffer)).quantize(RATE_PLACES, ROUND_HALF_UP)


def cny_total(parts: Iterable[Money], rates: dict[str, Decimal]) -> Decimal:
    """All of `parts` in CNY, each currency's total converted and rounded once.

    `rates`: CNY per unit of each foreign currency. Raises KeyError naming the currency whose rate is missing.
    """
    total = Decimal(0)
    for money in totals(parts):
        rate = Decimal(1) if money.currency == CNY else rates[money.currency]
        total += rounded(money.amount * rate, CNY)
    return total
