"""Margin and floors (freight reference 4.5). Margin is part of the selling price, markup of the cost: never mixed."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from crm.pricing.money import rounded, rounded_up


class Approver(StrEnum):
    """Who may let a price go out, lowest authority first (`may_decide` compares)."""

    SALES = "sales"
    TEAM_LEADER = "team_leader"
    DEPARTMENT_HEAD = "department_head"
    DIRECTOR = "director"

    def may_decide(self, needed: "Approver") -> bool:
        """Whether this authority is at least `needed`."""
        ranks = list(Approver)
        return ranks.index(self) >= ranks.index(needed)


def margin_of(cost: Decimal, sell: Decimal) -> Decimal:
    """(sell − cost) / sell. Raises ValueError for a price that is not above 0."""
    if sell <= 0:
        raise ValueError("a selling price must be above zero")
    return (sell - cost) / sell


def markup_of(cost: Decimal, sell: Decimal) -> Decimal:
    """(sell − cost) / cost. Raises ValueError for a cost that is not above 0."""
    if cost <= 0:
        raise ValueError("a markup needs a cost above zero")
    return (sell - cost) / cost


def margin_from_markup(markup: Decimal) -> Decimal:
    """m = k / (1 + k)."""
    return markup / (1 + markup)


def sell_for_margin(cost: Decimal, margin: Decimal, currency: str = "CNY") -> Decimal:
    """The price with which `margin` of it stays with us, rounded half-up. Raises ValueError for a margin of 1 or more."""
    return rounded(_exact(cost, margin), currency)


def sell_for_markup(cost: Decimal, markup: Decimal, currency: str = "CNY") -> Decimal:
    """The price with `markup` of the cost on top, rounded half-up."""
    return rounded(cost * (1 + markup), currency)


def floor_price(cost: Decimal, floor: Decimal, currency: str = "CNY") -> Decimal:
    """The lowest price that keeps `floor`, rounded up: half a cent down would fall under it."""
    return rounded_up(_exact(cost, floor), currency)


def _exact(cost: Decimal, margin: Decimal) -> Decimal:
    if margin >= 1:
        raise ValueError("a margin is below 1 (100 % of the price)")
    return cost / (1 - margin)


@dataclass(frozen=True)
class Floors:
    """The margins down to which each may let a price go; below the last one only the director decides."""

    sales: Decimal
    team_leader: Decimal
    department_head: Decimal

    @classmethod
    def from_settings(cls, settings: Mapping[str, str]) -> "Floors":
        """From exact strings ({"sales": "0.12", …}). Raises KeyError for a missing one, ValueError if out of order."""
        floors = cls(*(Decimal(settings[key]) for key in ("sales", "team_leader", "department_head")))
        if not floors.sales >= floors.team_leader >= floors.department_head:
            raise ValueError("margin floors must not rise from sales to the department head")
        return floors

    def approver(self, margin: Decimal) -> Approver:
        """Who may send a price with this margin."""
        if margin >= self.sales:
            return Approver.SALES
        if margin >= self.team_leader:
            return Approver.TEAM_LEADER
        if margin >= self.department_head:
            return Approver.DEPARTMENT_HEAD
        return Approver.DIRECTOR
