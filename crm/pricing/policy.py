"""The firm's price policy: numbers of the business, kept in `policy.json` beside this file and never in code."""

import json
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

from crm.clock import SHANGHAI
from crm.customers.models import Customer
from crm.pricing.calculation import Terms
from crm.pricing.lines import Basis
from crm.pricing.margin import Floors

STANDARD_CLASS = "D"
END_OF_DAY = time(23, 59, 59)


@dataclass(frozen=True)
class Validity:
    """How long a price of one mode holds: `days` from today, and with `within_month` not beyond the end of the month."""

    days: int
    within_month: bool = False

    def last_day(self, today: date, rate_from: date, rate_to: date) -> date:
        """The last day of a price made today from a rate valid from `rate_from` to `rate_to`.

        A rate that begins in a later month is bound to the end of that month. Never beyond the rate itself.
        """
        last = min(today + timedelta(days=self.days), rate_to)
        if self.within_month:
            last = min(last, _month_end(max(today, rate_from)))
        return last


@dataclass(frozen=True)
class Policy:
    """Floors and margins are fractions (0.12 is 12 %), task hours are working hours."""

    floors: Floors
    margin_by_class: Mapping[str, Decimal]
    unit_price_step: Mapping[Basis, Decimal]
    """Selling unit prices of a basis are rounded up to a multiple of this; a basis not named: the smallest unit."""
    validity: Mapping[str, Validity]
    exchange_rate_days: int
    """An exchange rate older than this many days is not used."""
    task_hours: Mapping[str, float]

    def margin_for(self, class_code: str) -> Decimal:
        """The margin on offers to a customer of this class, never under the floor that may go out without a person."""
        margin = self.margin_by_class.get(class_code, self.margin_by_class[STANDARD_CLASS])
        return max(margin, self.floors.sales)

    def terms_for(self, customer: Customer | None) -> Terms:
        """What is put on the cost for a customer; None: somebody we do not know pays the standard price."""
        return self.terms() if customer is None else self.terms(customer.class_code, customer.discount_percent)

    def terms(self, class_code: str = STANDARD_CLASS, discount_percent: int = 0) -> Terms:
        """What is put on the cost for a customer of this class with this discount; never under the floor."""
        return Terms(
            margin=self.margin_for(class_code),
            floor=self.floors.sales,
            discount=Decimal(discount_percent) / 100,
            steps=self.unit_price_step,
        )

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Policy":
        """Raises KeyError for a missing entry, ValueError for one that makes no sense."""
        return cls(
            floors=Floors.from_settings(stored["floors"]),
            margin_by_class={name: Decimal(value) for name, value in stored["margin_by_class"].items()},
            unit_price_step={Basis(name): Decimal(value) for name, value in stored["unit_price_step"].items()},
            validity={mode: Validity(**value) for mode, value in stored["validity"].items()},
            exchange_rate_days=int(stored["exchange_rate_days"]),
            task_hours={kind: float(hours) for kind, hours in stored["task_hours"].items()},
        )


@cache
def standard_policy() -> Policy:
    """The policy of `policy.json`."""
    return Policy.from_json(json.loads(files(__package__).joinpath("policy.json").read_text(encoding="utf-8")))


def end_of_day(day: date) -> datetime:
    """23:59:59 of a day in Shanghai, in UTC: until then a price of that day holds."""
    return datetime.combine(day, END_OF_DAY, SHANGHAI).astimezone(UTC)


def _month_end(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])
