"""Looking at the clocks of promises: who has to be told now, and what becomes of a word that is not kept."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from sqlalchemy.ext.asyncio import AsyncSession

from crm.alerts.models import AlertKind
from crm.alerts.service import AlertService
from crm.clock import Clock
from crm.promises.business_time import BusinessCalendar
from crm.promises.models import Promise, PromiseKind, PromiseState
from crm.promises.repository import ABOUT_PROMISES, PromiseRepository, Watched
from crm.promises.warnings import Step, Term, due_steps, span
from crm.promises.wording import escalated, for_staff, owner_of
from crm.staff.departments import Department

WATCHED_AHEAD = timedelta(days=30)
"""A quarter of what is promised for three months; nothing longer is promised."""
HOUR = timedelta(hours=1)
SOONEST_AGAIN, LATEST_AGAIN = 1.0, 8.0
"""Hours after which a word that was not kept falls due again: half of those it had, within these."""
TOLD_AT_MOST = 2
"""So often a customer is told that the same thing is late; then words are worth nothing, and the management calls."""
FOLLOWS = "again"
STAFF_STEPS = frozenset(Step) - {Step.CUSTOMER}


@dataclass(frozen=True)
class Due:
    """What is to be done about a promise now."""

    watched: Watched
    staff: tuple[Step, ...]
    """Steps of which their addressee has not been told yet."""
    customer: bool
    """The customer is to be told."""
    management: bool
    """The management is to be told instead of the customer."""


def term_of(promise: Promise) -> Term:
    """The clock of a promise."""
    return Term(PromiseKind(promise.kind), promise.created_at, promise.due_at, promise.round_the_clock)


def key_of(promise: Promise, step: Step, to: str) -> str:
    """What makes an alert known: the same step is told to the same addressee once."""
    return f"promise:{promise.id}:{step}:{to}"


class PromiseClocks:
    """The clocks of all promises, within one transaction."""

    def __init__(self, session: AsyncSession, clock: Clock, calendar: BusinessCalendar) -> None:
        self._promises = PromiseRepository(session)
        self._alerts = AlertService(session, clock)
        self._clock = clock
        self._calendar = calendar

    async def due(self) -> list[Due]:
        """Everything of which somebody is to be told now, the most urgent first. Two queries, however much that is."""
        until = self._clock.now() + WATCHED_AHEAD
        watched = await self._promises.watched(until)
        told = await self._promises.told(until) if watched else set()
        found = [self._due(one, told) for one in watched]
        return [one for one in found if one.staff or one.customer or one.management]

    async def tell_staff(self, promise_id: UUID, steps: Iterable[Step]) -> int:
        """Alerts owner, supervisor and management as far as that is still due; returns how many alerts were written."""
        watched = await self._promises.watched_one(promise_id, lock=True)
        if watched is None:
            return 0
        promise, now, still = watched.promise, self._clock.now(), self._steps(watched)
        written = 0
        for step in steps:
            if step in still:
                text = for_staff(promise, step, now)
                written += await self._tell(promise, step, _addressee(promise, step), self._kind(promise, step), text)
        return written

    async def tell_management(self, promise_id: UUID) -> int:
        """The same thing was not kept for a third time: alerts the management; returns 1, or 0 when that is done or over."""
        watched = await self._promises.watched_one(promise_id, lock=True)
        if watched is None or Step.CUSTOMER not in self._steps(watched):
            return 0
        text = escalated(watched.promise, told=False)
        to = Department.MANAGEMENT.value
        return int(await self._tell(watched.promise, Step.CUSTOMER, to, AlertKind.PROMISE_MISSED, text))

    async def to_be_told(self, promise_id: UUID, *, lock: bool = False) -> Watched | None:
        """The promise as it stands now, if its customer has to be told; None: kept meanwhile, moved, told already."""
        watched = await self._promises.watched_one(promise_id, lock=lock)
        if watched is None or watched.broken_before >= TOLD_AT_MOST or Step.CUSTOMER not in self._steps(watched):
            return None
        return watched

    async def leave_to(self, watched: Watched, to: str) -> bool:
        """The person who has the customer is asked to tell them; False when that was asked before."""
        promise, now = watched.promise, self._clock.now()
        text = for_staff(promise, Step.CUSTOMER, now)
        return await self._tell(promise, Step.CUSTOMER, to, self._kind(promise, Step.CUSTOMER), text)

    async def promise_again(self, watched: Watched, dialogue_id: UUID) -> Promise:
        """The customer is being told, in this dialogue: settles the promise as broken and gives the one with the new time.

        Broken also when there was a little time left: the first word is not kept, and telling so before does not change
        that. It is broken at its time, or now if that is earlier. The second time the same thing is late, the
        supervisors are told at once and answer for it. The caller holds the lock of the promise.
        """
        old, now = watched.promise, self._clock.now()
        old.state, old.settled_at, old.told_late_at = PromiseState.BROKEN, min(now, old.due_at), now
        again = watched.broken_before > 0
        new = Promise(
            text=old.text,
            kind=old.kind,
            by_whom=Department.SERVICE_LEAD.value if again else old.by_whom,
            due_at=self._due_again(old, now),
            state=PromiseState.OPEN,
            subject_kind=old.subject_kind,
            subject_id=old.subject_id,
            dialogue_id=dialogue_id,
            # One turn makes one promise of a kind, and this one follows from no turn.
            turn_id=uuid5(old.id, FOLLOWS),
            created_at=now,
            round_the_clock=old.round_the_clock,
            replaces_id=old.id,
        )
        await self._promises.add(new)
        if again:
            to, text = Department.SERVICE_LEAD.value, escalated(old, told=True)
            await self._tell(old, Step.CUSTOMER, to, AlertKind.PROMISE_MISSED, text)
        return new

    def _due(self, watched: Watched, told: set[str]) -> Due:
        promise, steps = watched.promise, self._steps(watched)
        staff = tuple(
            step
            for step in steps
            if step in STAFF_STEPS and key_of(promise, step, _addressee(promise, step)) not in told
        )
        given_up = watched.broken_before >= TOLD_AT_MOST
        late = Step.CUSTOMER in steps
        management = late and given_up and key_of(promise, Step.CUSTOMER, Department.MANAGEMENT.value) not in told
        return Due(watched, staff, late and not given_up, management)

    def _steps(self, watched: Watched) -> Sequence[Step]:
        return due_steps(term_of(watched.promise), self._clock.now(), self._calendar, paused=watched.paused)

    def _kind(self, promise: Promise, step: Step) -> AlertKind:
        if self._clock.now() > promise.due_at:
            return AlertKind.PROMISE_MISSED
        if promise.kind == PromiseKind.APPOINTMENT:
            return AlertKind.APPOINTMENT_SOON
        return AlertKind.PROMISE_DUE_SOON if step is Step.OWNER else AlertKind.PROMISE_NEARLY_LATE

    def _due_again(self, old: Promise, now: datetime) -> datetime:
        hours = min(max(span(term_of(old), self._calendar) / HOUR / 2, SOONEST_AGAIN), LATEST_AGAIN)
        if old.round_the_clock:
            return max(now, old.due_at) + timedelta(hours=hours)
        new = self._calendar.due(now, hours)
        # Who is told long before gets no time that is earlier than the first one.
        return new if new > old.due_at else self._calendar.due(old.due_at, hours)

    async def _tell(self, promise: Promise, step: Step, to: str, kind: AlertKind, text: str) -> bool:
        key = key_of(promise, step, to)
        return await self._alerts.tell(key, kind, to, text, subject_kind=ABOUT_PROMISES, subject_id=promise.id)


def _addressee(promise: Promise, step: Step) -> str:
    return Department.SERVICE_LEAD.value if step is Step.SUPERVISOR else owner_of(promise)
