"""Who may get a complaint, and who is asked first. Plain rules; everything that hands a case to a person asks here."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Protocol

from crm.complaints.categories import categories
from crm.staff.departments import Department
from crm.staff.models import Role, Staff

AGENT, SUPERVISOR, MANAGEMENT = 0, 1, 2
"""Ranks, and what a card's `level` asks for."""
RANK_NAMES = {AGENT: "客服或部门同事", SUPERVISOR: "客服主管", MANAGEMENT: "部门负责人"}


class Case(Protocol):
    """What the rules look at of a card."""

    @property
    def accused(self) -> list[str]:
        """Staff codes of those complained about."""
        ...

    @property
    def level(self) -> int:
        """The least rank that may answer."""
        ...


@dataclass(frozen=True)
class Candidate:
    """Somebody who might get a case."""

    staff: Staff
    on_duty: bool
    open_cases: int


def rank(staff: Staff) -> int:
    """How high somebody stands: AGENT, SUPERVISOR or MANAGEMENT."""
    if staff.role == Role.ADMIN or staff.department == Department.MANAGEMENT:
        return MANAGEMENT
    return SUPERVISOR if staff.role == Role.SUPERVISOR else AGENT


def eligible(staff: Staff, *, accused: Collection[str], level: int) -> bool:
    """Works here, deals with customers, is not complained about, and stands high enough."""
    works = staff.active and staff.role != Role.TRAINER
    return works and staff.code not in accused and rank(staff) >= level


def may_handle(staff: Staff, card: Case) -> bool:
    """Whether somebody may have this card, an appointment, a call or anything else that comes with it."""
    return eligible(staff, accused=card.accused, level=card.level)


def rank_above(owner: Staff | None) -> int:
    """The rank a change of person asks for. Above the highest there is nobody: there it stays."""
    return AGENT if owner is None else min(rank(owner) + 1, MANAGEMENT)


def may_follow(staff: Staff, card: Case, owner: Staff | None) -> bool:
    """Whether somebody may take the card over in a change of person. `owner` None: nobody has it yet."""
    another = owner is None or staff.code != owner.code
    return another and may_handle(staff, card) and rank(staff) >= rank_above(owner)


def skilled(staff: Staff, category: str) -> bool:
    """Good at complaints of a category; who names no skills takes anything."""
    known = categories().get(category)
    return not staff.skills or category in staff.skills or (known is not None and known.intent in staff.skills)


def choose(
    candidates: Iterable[Candidate], card: Case, category: str, *, instead_of: Staff | None = None
) -> Staff | None:
    """Who is to get the card; None: nobody may have it.

    `instead_of`: the owner whom somebody of a higher rank is to follow. On duty goes before skilled: who is at home calls
    nobody back. Of those alike nobody of a higher rank than needed, then who has the fewest open cases, then by code.
    """
    fit = [one for one in candidates if may_follow(one.staff, card, instead_of)]
    if not fit:
        return None
    return min(fit, key=lambda one: _order(one, category)).staff


def _order(one: Candidate, category: str) -> tuple[bool, bool, int, int, str]:
    return (not one.on_duty, not skilled(one.staff, category), rank(one.staff), one.open_cases, one.staff.code)
