"""When one of the three changes is due."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.clock import SHANGHAI
from crm.complaints.changes.assignment import AGENT, SUPERVISOR
from crm.complaints.changes.models import MoveKind, Trigger
from crm.complaints.changes.rules import Occasion, Situation, proposals, wished
from crm.complaints.models import Severity

PERSON, PLACE, TIME = MoveKind.PERSON, MoveKind.PLACE, MoveKind.TIME
TEN = datetime(2026, 11, 23, 10, 0, tzinfo=SHANGHAI)
HOUR = timedelta(hours=1)


def occasion(trigger: Trigger = Trigger.AGAIN, hours: float = 1, *wanted: MoveKind) -> Occasion:
    return Occasion(trigger, f"{trigger}{hours}", TEN + hours * HOUR, frozenset(wanted))


def kinds(situation: Situation) -> tuple[MoveKind, ...]:
    return tuple(one.kind for one in proposals(situation))


def after(**done: float) -> dict[MoveKind, datetime]:
    return {MoveKind[name.upper()]: TEN + hours * HOUR for name, hours in done.items()}


MILD = Situation(Severity.S3, [occasion()], owner_rank=AGENT)


@pytest.mark.parametrize(
    "trigger", [Trigger.AGAIN, Trigger.VENT, Trigger.LOW_RATING, Trigger.BROKEN_PROMISE, Trigger.SEVERITY]
)
def test_person_first(trigger: Trigger) -> None:
    assert kinds(replace(MILD, occasions=[occasion(trigger)])) == (PERSON,)


def test_nothing_happened_nothing_is_proposed() -> None:
    assert kinds(replace(MILD, occasions=[])) == ()


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"public": True}, (PERSON, PLACE)),
        ({"severity": Severity.S1}, (PERSON, PLACE)),
        ({"angry": True}, (PERSON,)),
    ],
)
def test_place_at_once_where_others_read_along_or_it_is_grave(
    changed: dict[str, object], expected: tuple[MoveKind, ...]
) -> None:
    assert kinds(replace(MILD, **changed)) == expected  # type: ignore[arg-type]  # fields by name


def test_place_when_the_person_was_changed_and_it_goes_on() -> None:
    done = after(person=0.5)
    assert kinds(replace(MILD, done_at=done, settled_at=done)) == (PLACE,)


def test_what_happened_before_the_change_does_not_count_against_it() -> None:
    done = after(person=2)
    assert kinds(replace(MILD, done_at=done, settled_at=done)) == ()


@pytest.mark.parametrize(("angry", "expected"), [(True, (TIME,)), (False, ())])
def test_time_when_both_were_changed_and_the_customer_is_still_angry(
    angry: bool, expected: tuple[MoveKind, ...]
) -> None:
    done = after(person=0.2, place=0.5)
    assert kinds(replace(MILD, angry=angry, done_at=done, settled_at=done)) == expected


def test_a_grave_complaint_in_a_supervisors_hands_needs_no_other_person() -> None:
    grave = Situation(Severity.S1, [occasion(Trigger.SEVERITY)], owner_rank=SUPERVISOR)
    assert kinds(grave) == (PLACE,)
    assert kinds(replace(grave, occasions=[occasion(Trigger.BROKEN_PROMISE)])) == (PERSON, PLACE)


def test_what_the_customer_asks_for_is_proposed_as_asked() -> None:
    wish = occasion(Trigger.WISH, 1, TIME, PLACE)
    assert kinds(replace(MILD, occasions=[wish])) == (PLACE, TIME)


def test_what_waits_for_a_decision_is_not_proposed_again() -> None:
    assert kinds(replace(MILD, proposed=frozenset({PERSON}))) == ()


def test_what_was_declined_comes_up_again_only_after_something_new() -> None:
    declined = replace(MILD, settled_at=after(person=1))
    assert kinds(declined) == ()
    assert kinds(replace(declined, occasions=[occasion(), occasion(Trigger.VENT, 2)])) == (PERSON,)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("给我换个人来处理", {PERSON}),
        ("換個客服", {PERSON}),
        ("叫你们经理出来", {PERSON}),
        ("我要找你们领导", {PERSON}),
        ("让负责人跟我说", {PERSON}),
        ("你们上门来谈", {PLACE}),
        ("我们当面说清楚", {PLACE}),
        ("打电话谈吧", {PLACE}),
        ("电话里说", {PLACE}),
        ("约个时间吧", {TIME}),
        ("叫经理约个时间上门谈", {PERSON, PLACE, TIME}),
        ("打了十个电话没人接", set()),
        ("电话打不通", set()),
        ("货晚了五天还没到", set()),
        ("不用换人，货到就行", set()),
        ("预约的提货没来", set()),
        ("换个箱子装", set()),
        ("司机说没人收货", set()),
        ("大约时间是几号", set()),
        ("约好上门提货，人没来", set()),
        ("司机当面骂我", set()),
    ],
)
def test_wishes_in_words(text: str, expected: set[MoveKind]) -> None:
    assert wished(text) == expected


MOMENTS = st.floats(0, 48).map(lambda hours: TEN + hours * HOUR)
OCCASIONS = st.lists(
    st.builds(
        Occasion,
        st.sampled_from([one for one in Trigger if one not in (Trigger.STAFF, Trigger.ACCUSED)]),
        st.text("abc", min_size=1, max_size=3),
        MOMENTS,
        st.frozensets(st.sampled_from(MoveKind)),
    ),
    max_size=6,
)
SITUATIONS = st.builds(
    Situation,
    severity=st.sampled_from(Severity),
    occasions=OCCASIONS,
    angry=st.booleans(),
    public=st.booleans(),
    owner_rank=st.one_of(st.none(), st.integers(0, 2)),
    settled_at=st.dictionaries(st.sampled_from(MoveKind), MOMENTS),
    proposed=st.frozensets(st.sampled_from(MoveKind)),
)


@given(SITUATIONS)
def test_each_kind_once_in_order_and_after_a_decision_on_all_nothing(situation: Situation) -> None:
    found = kinds(situation)
    assert list(found) == [kind for kind in MoveKind if kind in found]
    assert not set(found) & situation.proposed
    late = dict.fromkeys(MoveKind, TEN + 50 * HOUR)
    assert kinds(replace(situation, settled_at=late)) == ()
