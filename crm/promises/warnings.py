"""Who has to hear of a promise before it is too late: plain rules on its clock, without a database."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from crm.promises.business_time import BusinessCalendar
from crm.promises.models import PromiseKind


class Step(StrEnum):
    """Somebody to be told. The order is that in which they fall due."""

    OWNER = "owner"
    """It is due soon."""
    OWNER_AGAIN = "owner_again"
    """Appointments only: it is a matter of minutes."""
    SUPERVISOR = "supervisor"
    """It is nearly late; of an appointment: nobody was there."""
    CUSTOMER = "customer"
    """It will not be kept: the customer hears of it, with a new time."""


@dataclass(frozen=True)
class Term:
    """From when until when a promise runs, and by which clock."""

    kind: PromiseKind
    start: datetime
    due: datetime
    round_the_clock: bool = False
    """True: nights and holidays count."""


LEFT: dict[Step, tuple[float, timedelta]] = {
    Step.OWNER: (0.25, timedelta(minutes=10)),
    Step.SUPERVISOR: (0.10, timedelta(minutes=5)),
    Step.CUSTOMER: (0.05, timedelta(minutes=3)),
}
"""A step falls due when so large a share of the promise's time is left, or at least so much time."""

BEFORE_APPOINTMENT: dict[Step, timedelta] = {
    Step.OWNER: timedelta(hours=1),
    Step.OWNER_AGAIN: timedelta(minutes=10),
    Step.SUPERVISOR: timedelta(0),
}


def due_steps(term: Term, now: datetime, calendar: BusinessCalendar, *, paused: bool = False) -> tuple[Step, ...]:
    """The steps that are due by now, those of earlier looks among them; after `due` all of them.

    A step that is due stays due as long as the term does not change. `paused`: the matter waits for the customer, so
    nobody is late: nothing is due.
    """
    if paused:
        return ()
    if term.kind is PromiseKind.APPOINTMENT:
        return tuple(step for step, before in BEFORE_APPOINTMENT.items() if now >= term.due - before)
    whole, by_wall = _measured(term, calendar)
    left = _left(term, now, calendar, by_wall=by_wall)
    return tuple(step for step in LEFT if left <= _threshold(term.kind, step, whole))


def threshold(term: Term, step: Step, calendar: BusinessCalendar) -> timedelta:
    """How much time is left when a step falls due. Raises KeyError for a step that only appointments have."""
    return _threshold(term.kind, step, span(term, calendar))


def span(term: Term, calendar: BusinessCalendar) -> timedelta:
    """The time a promise was made for: working time, unless it runs round the clock."""
    return _measured(term, calendar)[0]


def time_left(term: Term, now: datetime, calendar: BusinessCalendar) -> timedelta:
    """What is left of it; zero once it is due."""
    return _left(term, now, calendar, by_wall=_measured(term, calendar)[1])


def _threshold(kind: PromiseKind, step: Step, whole: timedelta) -> timedelta:
    """A call back takes minutes and may be agreed on days before: a share of those days would call it late too early."""
    share, least = LEFT[step]
    return least if kind is PromiseKind.CALLBACK else max(least, share * whole)


def _measured(term: Term, calendar: BusinessCalendar) -> tuple[timedelta, bool]:
    """The whole time of a promise, and whether it is time of the wall.

    What was promised for a time without any working minute (on a Saturday for Sunday) can only run round the clock.
    """
    worked = timedelta(0) if term.round_the_clock else calendar.elapsed(term.start, term.due)
    return (worked, False) if worked else (max(term.due - term.start, timedelta(0)), True)


def _left(term: Term, now: datetime, calendar: BusinessCalendar, *, by_wall: bool) -> timedelta:
    since = max(now, term.start)
    return max(term.due - since, timedelta(0)) if by_wall else calendar.elapsed(since, term.due)
