"""One line of a price, on the cost side and on the selling side alike."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from crm.pricing.money import Money, rounded


class Basis(StrEnum):
    """What a unit price is multiplied with."""

    CONTAINER = "container"
    TEU = "teu"
    RT = "rt"
    KG_CHARGEABLE = "kg_chargeable"
    KG_GROSS = "kg_gross"
    BL = "bl"
    AWB = "awb"
    DECLARATION = "declaration"
    TRIP = "trip"
    SHIPMENT = "shipment"
    PERCENT_FREIGHT = "percent_freight"
    PERCENT_VALUE = "percent_value"


BASIS_NAMES: dict[Basis, str] = {
    Basis.CONTAINER: "柜",
    Basis.TEU: "TEU",
    Basis.RT: "计费吨",
    Basis.KG_CHARGEABLE: "公斤（计费重）",
    Basis.KG_GROSS: "公斤（毛重）",
    Basis.BL: "票提单",
    Basis.AWB: "票运单",
    Basis.DECLARATION: "票报关",
    Basis.TRIP: "车次",
    Basis.SHIPMENT: "票",
    Basis.PERCENT_FREIGHT: "按运费比例",
    Basis.PERCENT_VALUE: "按货值比例",
}
"""How a unit is called in front of a customer."""


class Side(StrEnum):
    """Where on the way a charge arises."""

    ORIGIN = "origin"
    FREIGHT = "freight"
    DESTINATION = "destination"


class Inclusion(StrEnum):
    """Whether a charge adds to the price."""

    PRICED = "priced"
    INCLUDED = "included"
    """含: the freight covers it."""
    AT_COST = "at_cost"
    """实报实销: charged as it comes, never part of a fixed price (inspection, storage, detention)."""


@dataclass(frozen=True)
class Line:
    """`quantity` × `unit_price`, rounded half-up. Both are 0 for a line that is included or charged at cost.

    A percentage has the base amount as quantity and the fraction (0.225 for 22.5 %) as unit price.
    `detail` says what is counted (the container type); empty: nothing to add.
    """

    code: str
    name: str
    side: Side
    basis: Basis
    quantity: Decimal
    unit_price: Decimal
    currency: str
    inclusion: Inclusion = Inclusion.PRICED
    detail: str = ""
    payable_at: str = ""

    @property
    def amount(self) -> Decimal:
        """Quantity × unit price, half-up to the smallest unit of the currency."""
        return rounded(self.quantity * self.unit_price, self.currency)

    @property
    def money(self) -> Money:
        """The amount with its currency."""
        return Money(self.amount, self.currency)

    def as_json(self) -> dict[str, str]:
        """Exact strings, `amount` among them so that readers need not calculate."""
        return {
            "code": self.code,
            "name": self.name,
            "side": self.side.value,
            "basis": self.basis.value,
            "quantity": format(self.quantity, "f"),
            "unit_price": format(self.unit_price, "f"),
            "currency": self.currency,
            "amount": format(self.amount, "f"),
            "inclusion": self.inclusion.value,
            "detail": self.detail,
            "payable_at": self.payable_at,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Line":
        """The line that `as_json` wrote. Raises KeyError or ValueError for anything else."""
        return cls(
            code=stored["code"],
            name=stored["name"],
            side=Side(stored["side"]),
            basis=Basis(stored["basis"]),
            quantity=Decimal(stored["quantity"]),
            unit_price=Decimal(stored["unit_price"]),
            currency=stored["currency"],
            inclusion=Inclusion(stored["inclusion"]),
            detail=stored["detail"],
            payable_at=stored["payable_at"],
        )
