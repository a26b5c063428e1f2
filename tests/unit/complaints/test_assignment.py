"""Who may get a complaint, and who is asked first."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.complaints.changes.assignment import (
    AGENT,
    MANAGEMENT,
    SUPERVISOR,
    Candidate,
    choose,
    eligible,
    may_follow,
    may_handle,
    rank,
    rank_above,
)
from crm.staff.departments import Department
from crm.staff.models import Role, Staff


@dataclass
class Card:
    """What the rules look at."""

    accused: list[str] = field(default_factory=list)
    level: int = AGENT


def person(
    code: str,
    role: Role = Role.AGENT,
    department: Department = Department.SERVICE,
    skills: Sequence[str] = (),
    *,
    active: bool = True,
) -> Staff:
    return Staff(code=code, name=code, role=role, department=department, skills=list(skills), active=active)


def ready(staff: Staff, *, on_duty: bool = True, open_cases: int = 0) -> Candidate:
    return Candidate(staff, on_duty, open_cases)


LIN, MEI = person("lin"), person("mei")
CHEN = person("chen", Role.SUPERVISOR, Department.SERVICE_LEAD)
BOSS = person("boss", Role.ADMIN, Department.MANAGEMENT)


@pytest.mark.parametrize(
    ("role", "department", "expected"),
    [
        (Role.AGENT, Department.SERVICE, AGENT),
        (Role.DEPARTMENT, Department.CUSTOMS, AGENT),
        (Role.TRAINER, Department.SERVICE, AGENT),
        (Role.SUPERVISOR, Department.SERVICE_LEAD, SUPERVISOR),
        (Role.DEPARTMENT, Department.MANAGEMENT, MANAGEMENT),
        (Role.SUPERVISOR, Department.MANAGEMENT, MANAGEMENT),
        (Role.ADMIN, Department.SERVICE, MANAGEMENT),
    ],
)
def test_ranks(role: Role, department: Department, expected: int) -> None:
    assert rank(person("one", role, department)) == expected


def test_who_is_complained_about_has_left_or_does_not_deal_with_customers_gets_nothing() -> None:
    assert eligible(LIN, accused=(), level=AGENT)
    assert not eligible(LIN, accused=["lin"], level=AGENT)
    assert not eligible(LIN, accused=(), level=SUPERVISOR)
    assert not eligible(person("gone", active=False), accused=(), level=AGENT)
    assert not eligible(person("coach", Role.TRAINER), accused=(), level=AGENT)
    assert not eligible(BOSS, accused=["boss"], level=AGENT), "rank does not excuse"


@pytest.mark.parametrize(
    ("owner", "fit"),
    [(None, {"lin", "mei", "chen", "boss"}), (LIN, {"chen", "boss"}), (CHEN, {"boss"}), (BOSS, set())],
)
def test_a_change_of_person_goes_up(owner: Staff | None, fit: set[str]) -> None:
    assert {one.code for one in (LIN, MEI, CHEN, BOSS) if may_follow(one, Card(), owner)} == fit


def test_above_the_highest_another_of_the_highest_follows() -> None:
    second = person("vice", Role.DEPARTMENT, Department.MANAGEMENT)
    assert rank_above(BOSS) == MANAGEMENT
    assert may_follow(second, Card(), BOSS)


@pytest.mark.parametrize(
    ("candidates", "chosen"),
    [
        ([ready(LIN, on_duty=False), ready(MEI, open_cases=9)], "mei"),
        ([ready(person("a", skills=["damage"])), ready(person("b", skills=["delay"]), open_cases=5)], "b"),
        ([ready(person("a", skills=["damage"])), ready(person("b", skills=["complain_delay"]), open_cases=5)], "b"),
        ([ready(person("a", skills=["damage"])), ready(MEI, open_cases=5)], "mei"),
        ([ready(person("z", skills=["delay"]), on_duty=False), ready(person("a", skills=["fee"]))], "a"),
        ([ready(BOSS), ready(CHEN), ready(LIN, open_cases=7)], "lin"),
        ([ready(LIN, open_cases=2), ready(MEI, open_cases=1)], "mei"),
        ([ready(MEI, open_cases=1), ready(LIN, open_cases=1)], "lin"),
        ([ready(person("coach", Role.TRAINER))], None),
        ([], None),
    ],
)
def test_on_duty_skilled_no_higher_than_needed_fewest_cases_code(
    candidates: list[Candidate], chosen: str | None
) -> None:
    found = choose(candidates, Card(), "delay")
    assert (found.code if found else None) == chosen


def test_nobody_is_chosen_when_all_who_could_are_complained_about() -> None:
    assert choose([ready(LIN), ready(CHEN)], Card(accused=["chen"], level=SUPERVISOR), "delay") is None
    assert choose([ready(LIN), ready(CHEN)], Card(accused=["chen"]), "delay", instead_of=LIN) is None


CODES = [f"s{n}" for n in range(6)]
PEOPLE = st.lists(
    st.builds(
        person,
        st.sampled_from(CODES),
        st.sampled_from(Role),
        st.sampled_from(Department),
        st.lists(st.sampled_from(["delay", "damage", "complain_fee"]), max_size=2),
        active=st.booleans(),
    ),
    unique_by=lambda one: one.code,
    max_size=6,
)


@given(
    people=PEOPLE,
    facts=st.lists(st.tuples(st.booleans(), st.integers(0, 9)), min_size=6, max_size=6),
    accused=st.lists(st.sampled_from(CODES), unique=True),
    level=st.integers(AGENT, MANAGEMENT),
    owner=st.one_of(st.none(), st.integers(0, 5)),
)
def test_whoever_is_chosen_may_have_it_and_somebody_is_where_somebody_may(
    people: list[Staff], facts: list[tuple[bool, int]], accused: list[str], level: int, owner: int | None
) -> None:
    card = Card(accused, level)
    before = people[owner] if owner is not None and owner < len(people) else None
    candidates = [ready(one, on_duty=duty, open_cases=cases) for one, (duty, cases) in zip(people, facts, strict=False)]
    chosen = choose(candidates, card, "delay", instead_of=before)
    fit = [one for one in people if may_follow(one, card, before)]
    assert (chosen is None) == (not fit)
    if chosen is not None:
        assert chosen.code not in accused
        assert may_handle(chosen, card)
        assert chosen.active
        assert rank(chosen) >= level
        assert before is None or (chosen.code != before.code and rank(chosen) >= min(rank(before) + 1, MANAGEMENT))
        assert choose(reversed(candidates), card, "delay", instead_of=before) == chosen, "order does not matter"
