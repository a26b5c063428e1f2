"""Who may grant how much."""

import itertools
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.remedies.authority import APPROVERS, Granted, Rank, approver, limits, may_grant, rank_of
from crm.remedies.models import RemedyKind
from crm.staff.departments import Department
from crm.staff.models import Role, Staff

AMOUNTS = st.builds(
    Granted,
    st.decimals(0, 100_000, places=2).map(Decimal),
    st.integers(0, 100),
)


def yuan(amount: str) -> Granted:
    return Granted(Decimal(amount))


@pytest.mark.parametrize(
    ("role", "department", "rank"),
    [
        (Role.AGENT, Department.SERVICE, Rank.AGENT),
        (Role.AGENT, Department.SERVICE_LEAD, Rank.AGENT),
        (Role.DEPARTMENT, Department.FINANCE, Rank.DEPARTMENT),
        (Role.DEPARTMENT, Department.MANAGEMENT, Rank.MANAGEMENT),
        (Role.SUPERVISOR, Department.SERVICE_LEAD, Rank.SUPERVISOR),
        (Role.ADMIN, Department.SERVICE, Rank.MANAGEMENT),
        (Role.TRAINER, Department.SERVICE, None),
        (Role.TRAINER, Department.MANAGEMENT, None),
    ],
)
def test_ranks(role: Role, department: Department, rank: Rank | None) -> None:
    assert rank_of(Staff(code="x", role=role, department=department)) == rank


@pytest.mark.parametrize(
    ("rank", "kind", "before", "more", "allowed"),
    [
        (Rank.AGENT, "voucher", "0", "200", True),
        (Rank.AGENT, "voucher", "0", "200.01", False),
        (Rank.AGENT, "voucher", "100", "100.01", False),
        (Rank.AGENT, "voucher", "5000", "1", False),
        (Rank.AGENT, "apology_call", "5000", "0", True),
        (Rank.AGENT, "credit_note", "0", "1", False),
        (Rank.DEPARTMENT, "credit_note", "0", "1", False),
        (Rank.SUPERVISOR, "credit_note", "0", "3000", True),
        (Rank.SUPERVISOR, "voucher", "2999.99", "0.02", False),
        (Rank.MANAGEMENT, "voucher", "0", "50000", True),
        (Rank.MANAGEMENT, "voucher", "0", "50000.01", False),
    ],
)
def test_limits(rank: Rank, kind: str, before: str, more: str, allowed: bool) -> None:
    assert may_grant(rank, RemedyKind(kind), yuan(before), yuan(more)) is allowed


def test_days_are_counted_like_money() -> None:
    assert may_grant(Rank.AGENT, RemedyKind.FREE_STORAGE, Granted(days=2), Granted(days=1))
    assert not may_grant(Rank.AGENT, RemedyKind.FREE_STORAGE, Granted(days=2), Granted(days=2))


def test_each_rank_may_more_than_the_one_below() -> None:
    rows = [limits()[rank] for rank in Rank]
    for lower, higher in itertools.pairwise(rows):
        assert lower.cny < higher.cny
        assert lower.days < higher.days
        assert higher.never <= lower.never


@given(st.sampled_from(RemedyKind), AMOUNTS, AMOUNTS)
def test_who_is_asked_may_and_who_is_below_may_not(kind: RemedyKind, before: Granted, more: Granted) -> None:
    asked = approver(kind, before, more)
    able = [rank for rank in APPROVERS if may_grant(rank, kind, before, more)]
    assert asked == (able[0] if able else None)


@given(st.sampled_from(Rank), st.lists(AMOUNTS, max_size=12))
def test_splitting_does_not_slip_under_a_limit(rank: Rank, wishes: list[Granted]) -> None:
    total = Granted()
    for more in wishes:
        if may_grant(rank, RemedyKind.VOUCHER, total, more):
            total += more
    assert total.cny <= limits()[rank].cny
    assert total.days <= limits()[rank].days
