"""Who may grant how much on one complaint: plain rules, no database."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache

from crm.remedies.models import RemedyKind
from crm.remedies.rules import table
from crm.staff.departments import Department
from crm.staff.models import Role, Staff


class Rank(StrEnum):
    """How much somebody may grant; each more than the one before."""

    AGENT = "agent"
    DEPARTMENT = "department"
    SUPERVISOR = "supervisor"
    MANAGEMENT = "management"


APPROVERS = (Rank.SUPERVISOR, Rank.MANAGEMENT)
"""Who decides what is over somebody else's limit; the first who may is asked."""


@dataclass(frozen=True)
class Granted:
    """How much there is on one complaint."""

    cny: Decimal = Decimal(0)
    days: int = 0

    def __add__(self, more: "Granted") -> "Granted":
        return Granted(self.cny + more.cny, self.days + more.days)


@dataclass(frozen=True)
class Limit:
    """What one rank may grant on one complaint in all, whoever granted the rest. `never`: not at all."""

    cny: Decimal
    days: int
    never: frozenset[RemedyKind]


def rank_of(staff: Staff) -> Rank | None:
    """None: grants and proposes nothing (a trainer). The head of a department belongs to the management."""
    if staff.role == Role.ADMIN or (staff.department == Department.MANAGEMENT and staff.role != Role.TRAINER):
        return Rank.MANAGEMENT
    ranks = {Role.AGENT: Rank.AGENT, Role.DEPARTMENT: Rank.DEPARTMENT, Role.SUPERVISOR: Rank.SUPERVISOR}
    return ranks.get(Role(staff.role))


def may_grant(rank: Rank, kind: RemedyKind, before: Granted, more: Granted) -> bool:
    """Whether a rank may add `more` to what a complaint has been granted before.

    Money counts with money and days with days: who adds none of the one is not held up by how much of it there is.
    """
    limit, total = limits()[rank], before + more
    enough_money = more.cny == 0 or total.cny <= limit.cny
    enough_days = more.days == 0 or total.days <= limit.days
    return kind not in limit.never and enough_money and enough_days


def approver(kind: RemedyKind, before: Granted, more: Granted) -> Rank | None:
    """The lowest rank that may approve; None: nobody of the firm may."""
    return next((rank for rank in APPROVERS if may_grant(rank, kind, before, more)), None)


@cache
def limits() -> Mapping[Rank, Limit]:
    """The limits of remedies.json."""
    return {
        Rank(rank): Limit(Decimal(row["cny"]), row["days"], frozenset(RemedyKind(kind) for kind in row["never"]))
        for rank, row in table()["limits"].items()
    }
