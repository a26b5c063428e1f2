"""Who is to be told of a promise when: examples of the firm's rules, and what must hold for every promise."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm.clock import SHANGHAI
from crm.promises.business_time import BusinessCalendar
from crm.promises.models import PromiseKind
from crm.promises.warnings import BEFORE_APPOINTMENT, LEFT, Step, Term, due_steps, span, threshold

CALENDAR = BusinessCalendar()
OWNER, AGAIN, SUPERVISOR, CUSTOMER = Step
MINUTE = timedelta(minutes=1)
ALL = (OWNER, SUPERVISOR, CUSTOMER)


def at(text: str) -> datetime:
    """A moment in Shanghai."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def steps(term: Term, now: str) -> tuple[Step, ...]:
    """What is due at a moment."""
    return due_steps(term, at(now), CALENDAR)


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2026-03-11 10:30", ()),
        ("2026-03-11 14:29", ()),
        ("2026-03-11 14:30", (OWNER,)),
        ("2026-03-11 15:05", (OWNER,)),
        ("2026-03-11 15:06", (OWNER, SUPERVISOR)),
        ("2026-03-11 15:17", (OWNER, SUPERVISOR)),
        ("2026-03-11 15:18", ALL),
        ("2026-03-11 15:30", ALL),
        ("2026-03-20 09:00", ALL),
    ],
)
def test_four_working_hours(now: str, due: tuple[Step, ...]) -> None:
    """A quarter is an hour, a tenth 24 minutes, a twentieth 12."""
    term = Term(PromiseKind.FIRST_REPLY, at("2026-03-11 10:30"), at("2026-03-11 15:30"))
    assert steps(term, now) == due


def test_nights_and_weekends_do_not_count() -> None:
    """Friday evening to Monday 10:00 is one hour: ten, five and three minutes are less than the shares of 15, 6 and 3."""
    term = Term(PromiseKind.QUOTE, at("2026-03-13 19:10"), at("2026-03-16 10:00"))
    assert span(term, CALENDAR) == timedelta(hours=1)
    assert steps(term, "2026-03-15 23:00") == ()
    assert steps(term, "2026-03-16 09:44") == ()
    assert steps(term, "2026-03-16 09:45") == (OWNER,)
    assert steps(term, "2026-03-16 09:54") == (OWNER, SUPERVISOR)
    assert steps(term, "2026-03-16 09:57") == ALL


def test_the_gravest_complaint_is_watched_at_night() -> None:
    start, due = at("2026-03-14 23:40"), at("2026-03-15 00:10")
    term = Term(PromiseKind.FIRST_REPLY, start, due, round_the_clock=True)
    assert steps(term, "2026-03-14 23:59") == ()
    assert steps(term, "2026-03-15 00:00") == (OWNER,)
    assert steps(term, "2026-03-15 00:05") == (OWNER, SUPERVISOR)
    assert steps(term, "2026-03-15 00:07") == ALL


def test_a_term_without_a_working_minute_runs_by_the_wall_clock() -> None:
    term = Term(PromiseKind.OTHER, at("2026-03-14 10:00"), at("2026-03-14 14:00"))
    assert steps(term, "2026-03-14 12:59") == ()
    assert steps(term, "2026-03-14 13:00") == (OWNER,)
    assert steps(term, "2026-03-14 14:01") == ALL


def test_a_call_agreed_on_days_before_is_not_called_late_hours_before() -> None:
    term = Term(PromiseKind.CALLBACK, at("2026-03-09 09:00"), at("2026-03-13 16:30"))
    assert steps(term, "2026-03-13 16:19") == ()
    assert steps(term, "2026-03-13 16:20") == (OWNER,)
    assert steps(term, "2026-03-13 16:27") == ALL


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2026-03-14 18:59", ()),
        ("2026-03-14 19:00", (OWNER,)),
        ("2026-03-14 19:50", (OWNER, AGAIN)),
        ("2026-03-14 19:59", (OWNER, AGAIN)),
        ("2026-03-14 20:00", (OWNER, AGAIN, SUPERVISOR)),
        ("2026-03-16 09:00", (OWNER, AGAIN, SUPERVISOR)),
    ],
)
def test_an_appointment(now: str, due: tuple[Step, ...]) -> None:
    """On a Saturday evening, and never a step for the customer."""
    term = Term(PromiseKind.APPOINTMENT, at("2026-03-13 10:00"), at("2026-03-14 20:00"), round_the_clock=True)
    assert steps(term, now) == due


def test_while_it_waits_for_the_customer_nobody_is_late() -> None:
    term = Term(PromiseKind.RESOLUTION, at("2026-03-11 10:30"), at("2026-03-11 15:30"))
    assert due_steps(term, at("2026-03-20 09:00"), CALENDAR, paused=True) == ()


def test_a_share_is_never_less_than_its_least_time() -> None:
    term = Term(PromiseKind.OTHER, at("2026-03-11 09:00"), at("2026-03-11 09:20"))
    assert [threshold(term, step, CALENDAR) for step in ALL] == [10 * MINUTE, 5 * MINUTE, 3 * MINUTE]


STARTS = st.datetimes(datetime(2025, 1, 1), datetime(2027, 6, 1), timezones=st.just(UTC))  # noqa: DTZ001 (hypothesis wants naive bounds)
MINUTES = st.integers(0, 8_000)


@st.composite
def terms(draw: st.DrawFn) -> Term:
    """Any promise: due after some minutes of the wall, whether somebody is at work then or not."""
    start, minutes = draw(STARTS), draw(st.integers(1, 15_000))
    kind = draw(st.sampled_from(PromiseKind))
    clock = kind is PromiseKind.APPOINTMENT or draw(st.booleans())
    return Term(kind, start, start + minutes * MINUTE, clock)


@settings(deadline=None)  # the machine's load is no business of this test
@given(terms(), MINUTES, MINUTES)
def test_what_is_due_stays_due(term: Term, first: int, more: int) -> None:
    earlier = due_steps(term, term.start + first * MINUTE, CALENDAR)
    later = due_steps(term, term.start + (first + more) * MINUTE, CALENDAR)
    assert set(earlier) <= set(later)
    assert list(later) == sorted(later, key=list(Step).index)


def falls_due(term: Term, step: Step) -> datetime:
    """When a step falls due, found the other way round: counted forwards from the start."""
    if term.kind is PromiseKind.APPOINTMENT:
        return term.due - BEFORE_APPOINTMENT[step]
    whole = span(term, CALENDAR)
    before = whole - threshold(term, step, CALENDAR)
    if before <= timedelta(0):
        return term.start
    if term.round_the_clock or not CALENDAR.elapsed(term.start, term.due):
        return term.due - threshold(term, step, CALENDAR)
    return CALENDAR.due(term.start, before / timedelta(hours=1))


@settings(deadline=None)  # the machine's load is no business of this test
@given(terms())
def test_nothing_is_due_before_its_time_and_everything_at_it(term: Term) -> None:
    for step in BEFORE_APPOINTMENT if term.kind is PromiseKind.APPOINTMENT else LEFT:
        moment = falls_due(term, step)
        if moment > term.start:
            assert step not in due_steps(term, max(moment - MINUTE, term.start - MINUTE), CALENDAR)
        assert step in due_steps(term, moment + timedelta(milliseconds=1), CALENDAR)


@settings(deadline=None)  # the machine's load is no business of this test
@given(terms(), st.lists(MINUTES, max_size=8))
def test_over_any_looks_each_step_comes_once_and_none_is_left_out(term: Term, looks: list[int]) -> None:
    """However seldom or often somebody looks, and a last time long after it was due."""
    told: list[Step] = []
    moments = [term.start + minutes * MINUTE for minutes in sorted(looks)]
    for now in [*moments, max([term.due, *moments]) + timedelta(days=1)]:
        told += [step for step in due_steps(term, now, CALENDAR) if step not in told]
    expected = BEFORE_APPOINTMENT if term.kind is PromiseKind.APPOINTMENT else LEFT
    assert len(told) == len(set(told))
    assert set(told) == set(expected)
