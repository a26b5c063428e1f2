"""Tariffs: how the freight itself is charged per mode. Read from the JSON of a rate card (see `models.RateCard`).

All prices are exact; a tariff that cannot carry a load says so with `CannotCarry`, and the next rate card is tried.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any, Protocol

from crm.pricing.lines import Basis
from crm.pricing.money import next_step

Break = tuple[Decimal, Decimal]
"""(from kilograms, price per kilogram)"""


class CannotCarry(Exception):
    """This tariff has no price for the load; the message says what is lacking."""


class BadTariff(ValueError):
    """The JSON of a tariff is not one this module understands; the message names what is wrong."""


@dataclass(frozen=True)
class Load:
    """A shipment as it counts for one rate card. None: not known, or of no meaning for the mode."""

    gross_kg: Decimal | None = None
    cbm: Decimal | None = None
    chargeable_kg: Decimal | None = None
    rt: Decimal | None = None
    containers: tuple[tuple[str, int], ...] = ()
    """(type, count)"""


@dataclass(frozen=True)
class Charged:
    """Freight: `quantity` units at `unit_price`. A lump sum is one shipment."""

    quantity: Decimal
    basis: Basis
    unit_price: Decimal
    detail: str = ""

    @property
    def amount(self) -> Decimal:
        """Not rounded."""
        return self.quantity * self.unit_price


class Tariff(Protocol):
    """What every tariff can do."""

    def freight(self, load: Load) -> tuple[Charged, ...]:
        """The freight of a load. Raises CannotCarry."""
        ...


def _needed(value: Decimal | None, name: str) -> Decimal:
    if value is None:
        raise CannotCarry(f"{name} is not known")
    return value


def _lump(amount: Decimal, detail: str = "") -> tuple[Charged, ...]:
    return (Charged(Decimal(1), Basis.SHIPMENT, amount, detail),)


@dataclass(frozen=True)
class BreakTariff:
    """Price per kilogram by weight breaks with a minimum: air freight (M, N, +45 …) and part loads by road.

    With `higher_break` a shipment may be billed at the next breaks' weight where that is cheaper (靠级); some airlines
    refuse it.
    """

    minimum: Decimal
    breaks: tuple[Break, ...]
    higher_break: bool = True

    def freight(self, load: Load) -> tuple[Charged, ...]:
        """The cheapest allowed break, then the minimum."""
        kg = _needed(load.chargeable_kg, "chargeable weight")
        own = [at for at, (start, _) in enumerate(self.breaks) if kg >= start]
        if not own:
            raise CannotCarry(f"{kg} kg is below the first break")
        allowed = self.breaks[own[-1] :] if self.higher_break else self.breaks[own[-1] : own[-1] + 1]
        billed, rate = min(((max(kg, start), rate) for start, rate in allowed), key=lambda pair: pair[0] * pair[1])
        if billed * rate < self.minimum:
            return _lump(self.minimum, "最低收费")
        return (Charged(billed, Basis.KG_CHARGEABLE, rate),)


@dataclass(frozen=True)
class ExpressTariff:
    """首重/续重: a price for the first `first_kg`, one for each further step; from heavy breaks on, a price per kilogram."""

    first_kg: Decimal
    first: Decimal
    step_kg: Decimal
    step: Decimal
    per_kg: tuple[Break, ...] = ()

    def freight(self, load: Load) -> tuple[Charged, ...]:
        """First and further steps, or kilograms × the rate of the highest heavy break reached."""
        kg = _needed(load.chargeable_kg, "chargeable weight")
        reached = [rate for start, rate in self.per_kg if kg >= start]
        if reached:
            return (Charged(kg, Basis.KG_CHARGEABLE, reached[-1]),)
        further = next_step(max(kg - self.first_kg, Decimal(0)), self.step_kg) / self.step_kg
        return _lump(self.first + further * self.step, f"计费重{kg}公斤")


@dataclass(frozen=True)
class RevenueTonTariff:
    """Groupage by sea or rail: a price per revenue ton (the minimum is in the chargeable settings)."""

    price: Decimal

    def freight(self, load: Load) -> tuple[Charged, ...]:
        """Revenue tons × price."""
        return (Charged(_needed(load.rt, "volume and weight"), Basis.RT, self.price),)


@dataclass(frozen=True)
class ContainerTariff:
    """A price per container type, by sea, rail or road."""

    prices: Mapping[str, Decimal]

    def freight(self, load: Load) -> tuple[Charged, ...]:
        """One line per container type. Raises CannotCarry for a type without a price, or no container at all."""
        if not load.containers:
            raise CannotCarry("no container is named")
        lacking = [kind for kind, _ in load.containers if kind not in self.prices]
        if lacking:
            raise CannotCarry(f"no price for {', '.join(lacking)}")
        return tuple(
            Charged(Decimal(count), Basis.CONTAINER, self.prices[kind], kind) for kind, count in load.containers
        )


@dataclass(frozen=True)
class Truck:
    """A kind of truck at a price per trip, with what it may carry."""

    name: str
    price: Decimal
    max_kg: Decimal
    max_cbm: Decimal


@dataclass(frozen=True)
class TruckTariff:
    """Full truck loads: the cheapest truck that the load fits into."""

    trucks: tuple[Truck, ...]

    def freight(self, load: Load) -> tuple[Charged, ...]:
        """One trip. Raises CannotCarry when no truck is large enough: splitting over several is a person's decision."""
        kg = _needed(load.gross_kg, "weight")
        cbm = load.cbm or Decimal(0)
        fitting = [truck for truck in self.trucks if kg <= truck.max_kg and cbm <= truck.max_cbm]
        if not fitting:
            raise CannotCarry(f"no truck for {kg} kg, {cbm} cbm")
        best = min(fitting, key=lambda truck: truck.price)
        return (Charged(Decimal(1), Basis.TRIP, best.price, best.name),)


def tariff_from_json(stored: Mapping[str, Any]) -> Tariff:
    """The tariff a rate card stores. Raises BadTariff for an unknown kind, a missing key or something not a number."""
    kind = stored.get("kind")
    reader = _READERS.get(str(kind))
    if reader is None:
        raise BadTariff(f"unknown kind of tariff: {kind!r}")
    try:
        return reader(stored)
    except (KeyError, TypeError, ValueError, ArithmeticError) as error:
        raise BadTariff(f"tariff of kind {kind}: {error!r}") from error


def _price(stored: Any) -> Decimal:
    if not isinstance(stored, str):
        raise TypeError(f"prices are exact strings, not {type(stored).__name__}")
    price = Decimal(stored)
    if not price.is_finite() or price < 0:
        raise ValueError(f"not a price: {stored}")
    return price


def _breaks(stored: Sequence[Sequence[Any]]) -> tuple[Break, ...]:
    breaks = tuple((_price(start), _price(rate)) for start, rate in stored)
    if any(before[0] >= after[0] for before, after in pairwise(breaks)):
        raise ValueError("breaks must ascend")
    return breaks


def _break_tariff(stored: Mapping[str, Any]) -> BreakTariff:
    breaks = _breaks(stored["breaks"])
    if not breaks:
        raise ValueError("no breaks")
    return BreakTariff(_price(stored.get("minimum", "0")), breaks, bool(stored.get("higher_break", True)))


def _express(stored: Mapping[str, Any]) -> ExpressTariff:
    first_kg, first, step_kg, step = (_price(stored[name]) for name in ("first_kg", "first", "step_kg", "step"))
    if not step_kg:
        raise ValueError("a step weighs something")
    return ExpressTariff(first_kg, first, step_kg, step, _breaks(stored.get("per_kg", ())))


def _per_rt(stored: Mapping[str, Any]) -> RevenueTonTariff:
    return RevenueTonTariff(_price(stored["price"]))


def _per_container(stored: Mapping[str, Any]) -> ContainerTariff:
    prices: Mapping[str, Any] = stored["prices"]
    return ContainerTariff({kind: _price(price) for kind, price in prices.items()})


def _per_truck(stored: Mapping[str, Any]) -> TruckTariff:
    trucks: Sequence[Mapping[str, Any]] = stored["trucks"]
    return TruckTariff(
        tuple(
            Truck(str(one["name"]), _price(one["price"]), _price(one["max_kg"]), _price(one["max_cbm"]))
            for one in trucks
        )
    )


_READERS: dict[str, Callable[[Mapping[str, Any]], Tariff]] = {
    "per_kg": _break_tariff,
    "express": _express,
    "per_rt": _per_rt,
    "per_container": _per_container,
    "per_truck": _per_truck,
}
