"""What is proposed on a complaint, read from remedies.json: plain rules, no database."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from crm.complaints.models import ComplaintCard
from crm.pricing.money import Money
from crm.remedies.models import RemedyKind
from crm.staff.departments import Department

UNKNOWN_CLASS = "D"


class Measure(StrEnum):
    """How much of a kind is counted: money given to the customer, what it costs us, days, or nothing."""

    MONEY = "money"
    COST = "cost"
    DAYS = "days"
    NONE = "none"

    @property
    def in_money(self) -> bool:
        """Whether an amount belongs to it."""
        return self in (Measure.MONEY, Measure.COST)


@dataclass(frozen=True)
class KindRow:
    """One kind of remedy: what it is called, how it is measured, who carries it out."""

    kind: RemedyKind
    name_zh: str
    measure: Measure
    departments: tuple[Department, ...]
    by_category: Mapping[str, tuple[Department, ...]]

    def departments_for(self, category: str) -> tuple[Department, ...]:
        """Who carries it out on a complaint of this category."""
        return self.by_category.get(category, self.departments)


@dataclass(frozen=True)
class Formula:
    """A suggested amount in CNY: fixed (or by class), or a share of the freight between two bounds."""

    fixed: Decimal | None = None
    by_class: Mapping[str, Decimal] | None = None
    percent: Decimal | None = None
    at_least: Decimal = Decimal(0)
    at_most: Decimal | None = None

    def amount(self, class_code: str, freight_cny: Decimal | None) -> Money:
        """The suggestion; a share of a freight that is not known is its lower bound."""
        if self.fixed is not None:
            return Money((self.by_class or {}).get(class_code, self.fixed)).rounded()
        share = (freight_cny or Decimal(0)) * (self.percent or Decimal(0)) / 100
        share = max(share, self.at_least)
        return Money(share if self.at_most is None else min(share, self.at_most)).rounded()


@dataclass(frozen=True)
class Rule:
    """When a kind is proposed. Empty sets: always."""

    category: str
    kind: RemedyKind
    reason: str
    severity: frozenset[str] = frozenset()
    classes: frozenset[str] = frozenset()
    formula: Formula | None = None
    days: int | None = None
    extra: bool = False

    def fits(self, card: ComplaintCard, class_code: str) -> bool:
        """Whether it speaks on this complaint of a customer of this class."""
        return (
            self.category == card.category
            and (not self.severity or card.severity in self.severity)
            and (not self.classes or class_code in self.classes)
        )


@dataclass(frozen=True)
class Proposal:
    """What the desk suggests; staff decide. For staff only."""

    kind: RemedyKind
    name_zh: str
    amount: Money | None
    """None: no money belongs to it, or a person has to find out how much."""
    days: int | None
    reason: str
    extra: bool
    """The little more than the customer expects."""


def proposals(
    card: ComplaintCard, class_code: str | None = None, freight_cny: Decimal | None = None
) -> tuple[Proposal, ...]:
    """What is suggested on a complaint: what mends the matter first, the little extra last; each kind once.

    `class_code` None: an unknown customer, treated as class D. `freight_cny` None: not known.
    """
    known, found = class_code or UNKNOWN_CLASS, dict[RemedyKind, Proposal]()
    for rule in _rules():
        if rule.kind not in found and rule.fits(card, known):
            amount = rule.formula.amount(known, freight_cny) if rule.formula else None
            found[rule.kind] = Proposal(
                rule.kind, kinds()[rule.kind].name_zh, amount, rule.days, rule.reason, rule.extra
            )
    return tuple(sorted(found.values(), key=lambda one: one.extra))


@cache
def kinds() -> Mapping[RemedyKind, KindRow]:
    """Every kind of remedies.json."""
    return {row.kind: row for row in map(_kind, table()["kinds"])}


@cache
def table() -> Mapping[str, Any]:
    """remedies.json as it is written."""
    loaded: Mapping[str, Any] = json.loads(files(__package__).joinpath("remedies.json").read_text(encoding="utf-8"))
    return loaded


@cache
def _rules() -> tuple[Rule, ...]:
    return tuple(_read(table()["rules"]))


def _read(rows: list[dict[str, Any]]) -> Iterator[Rule]:
    for row in rows:
        yield Rule(
            category=row["category"],
            kind=RemedyKind(row["kind"]),
            reason=row["reason"],
            severity=frozenset(row.get("severity", ())),
            classes=frozenset(row.get("class", ())),
            formula=_formula(row["amount"]) if "amount" in row else None,
            days=row.get("days"),
            extra=row.get("extra", False),
        )


def _formula(row: Mapping[str, Any]) -> Formula:
    return Formula(
        fixed=Decimal(row["fixed"]) if "fixed" in row else None,
        by_class={name: Decimal(amount) for name, amount in row.get("by_class", {}).items()},
        percent=Decimal(row["percent"]) if "percent" in row else None,
        at_least=Decimal(row.get("at_least", "0")),
        at_most=Decimal(row["at_most"]) if "at_most" in row else None,
    )


def _kind(row: Mapping[str, Any]) -> KindRow:
    return KindRow(
        kind=RemedyKind(row["code"]),
        name_zh=row["name_zh"],
        measure=Measure(row["measure"]),
        departments=tuple(Department(one) for one in row["departments"]),
        by_category={
            category: tuple(Department(one) for one in departments)
            for category, departments in row.get("by_category", {}).items()
        },
    )
