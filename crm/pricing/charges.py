"""Charges beside the freight (freight reference 4.4): surcharges, terminal, documents, customs, trucking."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from crm.pricing.lines import Basis, Inclusion, Line, Side
from crm.pricing.money import Money
from crm.pricing.tariff import CannotCarry, Load
from freight.modes import CONTAINER_TYPES

PERCENT = Decimal(100)


@dataclass(frozen=True)
class Charge:
    """One charge of a rate card.

    `unit_price` is per unit of `basis`, for percentages the percent itself (22.5). `container_type` empty: all types.
    `minimum`, `maximum`, `valid_from`, `valid_to`: None means no limit.
    """

    code: str
    name: str
    side: Side
    basis: Basis
    unit_price: Decimal
    currency: str
    container_type: str = ""
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    inclusion: Inclusion = Inclusion.PRICED
    payable_at: str = ""
    valid_from: date | None = None
    valid_to: date | None = None

    def applies(self, day: date, load: Load) -> bool:
        """Whether the charge is in force on `day` and concerns this load (its container type is among those shipped)."""
        in_force = (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day <= self.valid_to
        )
        return in_force and (not self.container_type or any(kind == self.container_type for kind, _ in load.containers))


@dataclass(frozen=True)
class Counted:
    """What charges are counted by, beyond the load itself. `value` None: the value of the goods is not known."""

    load: Load
    freight: tuple[Money, ...] = ()
    value: Money | None = None
    bills: int = 1
    declarations: int = 1


def charge_line(charge: Charge, counted: Counted) -> Line:
    """The line of one charge. Raises CannotCarry when what it is counted by is not known.

    A charge on the goods' value becomes at cost while the value is not known in its currency.
    """
    if charge.inclusion is not Inclusion.PRICED:
        return _line(charge, Decimal(0), Decimal(0), inclusion=charge.inclusion)
    if charge.basis is Basis.PERCENT_VALUE and not _value_known(charge, counted):
        return _line(charge, Decimal(0), Decimal(0), inclusion=Inclusion.AT_COST)
    percentage = charge.basis in (Basis.PERCENT_FREIGHT, Basis.PERCENT_VALUE)
    unit_price = charge.unit_price / PERCENT if percentage else charge.unit_price
    return _limited(charge, _line(charge, _quantity(charge, counted), unit_price))


def _line(charge: Charge, quantity: Decimal, unit_price: Decimal, inclusion: Inclusion = Inclusion.PRICED) -> Line:
    return Line(
        code=charge.code,
        name=charge.name,
        side=charge.side,
        basis=charge.basis,
        quantity=quantity,
        unit_price=unit_price,
        currency=charge.currency,
        inclusion=inclusion,
        detail=charge.container_type,
        payable_at=charge.payable_at,
    )


def _limited(charge: Charge, line: Line) -> Line:
    """The line, or a lump sum where its minimum or maximum holds."""
    limit = line.amount
    if charge.minimum is not None:
        limit = max(limit, charge.minimum)
    if charge.maximum is not None:
        limit = min(limit, charge.maximum)
    if limit == line.amount:
        return line
    return replace(line, basis=Basis.SHIPMENT, quantity=Decimal(1), unit_price=limit)


def _quantity(charge: Charge, counted: Counted) -> Decimal:
    load = counted.load
    counts: dict[Basis, Callable[[], Decimal]] = {
        Basis.CONTAINER: lambda: _boxes(charge, load),
        Basis.TEU: lambda: _boxes(charge, load),
        Basis.TRIP: lambda: _boxes(charge, load),
        Basis.RT: lambda: _known(load.rt, charge),
        Basis.KG_CHARGEABLE: lambda: _known(load.chargeable_kg, charge),
        Basis.KG_GROSS: lambda: _known(load.gross_kg, charge),
        Basis.BL: lambda: Decimal(counted.bills),
        Basis.AWB: lambda: Decimal(counted.bills),
        Basis.DECLARATION: lambda: Decimal(counted.declarations),
        Basis.SHIPMENT: lambda: Decimal(1),
        Basis.PERCENT_FREIGHT: lambda: _freight_in(charge, counted.freight),
        Basis.PERCENT_VALUE: lambda: Decimal(0) if counted.value is None else counted.value.amount,
    }
    return counts[charge.basis]()


def _value_known(charge: Charge, counted: Counted) -> bool:
    return counted.value is not None and counted.value.currency == charge.currency


def _boxes(charge: Charge, load: Load) -> Decimal:
    chosen = [(kind, n) for kind, n in load.containers if charge.container_type in ("", kind)]
    if not load.containers:
        if charge.basis is Basis.TRIP:
            return Decimal(1)
        raise CannotCarry(f"{charge.code} is counted by containers, and there are none")
    if charge.basis is Basis.TEU:
        return Decimal(sum(CONTAINER_TYPES[kind].teu * n for kind, n in chosen))
    return Decimal(sum(n for _, n in chosen))


def _known(value: Decimal | None, charge: Charge) -> Decimal:
    if value is None:
        raise CannotCarry(f"{charge.code} is counted by {charge.basis.value}, which is not known")
    return value


def _freight_in(charge: Charge, freight: Iterable[Money]) -> Decimal:
    parts = [part.amount for part in freight if part.currency == charge.currency]
    if not parts:
        raise CannotCarry(f"{charge.code} is a part of the freight in {charge.currency}, and there is none")
    return sum(parts, Decimal(0))
