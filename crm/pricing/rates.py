"""Builders of the JSON a rate card stores, for imports, demo data and tests. All take and keep exact numbers."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from crm.pricing.tariff import tariff_from_json

Number = Decimal | int | str
"""Never a float: a price that went through one is no longer exact."""


def per_kg(breaks: Mapping[Number, Number], minimum: Number = 0, *, higher_break: bool = True) -> dict[str, Any]:
    """Air freight and part loads by road: {from kilograms: price per kilogram} and a minimum."""
    ordered = sorted((Decimal(start), Decimal(rate)) for start, rate in breaks.items())
    pairs = [[_exact(start), _exact(rate)] for start, rate in ordered]
    return _checked({"kind": "per_kg", "minimum": _exact(minimum), "higher_break": higher_break, "breaks": pairs})


def express(
    first: Number, step: Number, per_kg: Mapping[Number, Number] | None = None, *, first_kg: Number = "0.5",
    step_kg: Number = "0.5",
) -> dict[str, Any]:  # fmt: skip
    """首重 and 续重, and from heavy breaks on a price per kilogram."""
    heavy = sorted((Decimal(start), Decimal(rate)) for start, rate in (per_kg or {}).items())
    return _checked(
        {
            "kind": "express",
            "first_kg": _exact(first_kg),
            "first": _exact(first),
            "step_kg": _exact(step_kg),
            "step": _exact(step),
            "per_kg": [[_exact(start), _exact(rate)] for start, rate in heavy],
        }
    )


def per_rt(price: Number) -> dict[str, Any]:
    """Groupage by sea or rail."""
    return _checked({"kind": "per_rt", "price": _exact(price)})


def per_container(prices: Mapping[str, Number]) -> dict[str, Any]:
    """A price per container type."""
    return _checked({"kind": "per_container", "prices": {kind: _exact(price) for kind, price in prices.items()}})


def per_truck(trucks: Iterable[tuple[str, Number, Number, Number]]) -> dict[str, Any]:
    """Trucks as (name, price, most kilograms, most cbm)."""
    stored = [
        {"name": name, "price": _exact(price), "max_kg": _exact(kg), "max_cbm": _exact(cbm)}
        for name, price, kg, cbm in trucks
    ]
    return _checked({"kind": "per_truck", "trucks": stored})


def _exact(number: Number) -> str:
    return format(Decimal(number), "f")


def _checked(tariff: dict[str, Any]) -> dict[str, Any]:
    """The tariff, if it can be read back. Raises BadTariff: a bad price must not reach the database."""
    tariff_from_json(tariff)
    return tariff
