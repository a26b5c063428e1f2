"""Making, settling and watching promises."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from crm.clock import Clock
from crm.promises.business_time import BusinessCalendar, Interval
from crm.promises.errors import PromiseSettled
from crm.promises.models import Promise, PromiseKind, PromiseState, SubjectKind
from crm.promises.repository import PromiseRepository

HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Subject:
    """What a promise is about."""

    kind: SubjectKind
    id: UUID


class PromiseService:
    """Promises made to customers."""

    def __init__(self, session: AsyncSession, clock: Clock, calendar: BusinessCalendar | None = None) -> None:
        """`calendar`: None takes the firm's own."""
        self._promises = PromiseRepository(session)
        self._clock = clock
        self._calendar = calendar or BusinessCalendar()

    async def make(
        self,
        dialogue_id: UUID,
        turn_id: UUID,
        kind: PromiseKind,
        *,
        text: str,
        by_whom: str,
        due_at: datetime,
        subject: Subject | None = None,
        round_the_clock: bool = False,
    ) -> Promise:
        """Records a promise; the same turn asking again for the same kind gets the first one back unchanged.

        `by_whom`: staff code, 'bot' or a department. `round_the_clock`: nights and holidays count, as they always do
        for appointments. Raises NoResultFound for an unknown dialogue.
        """
        await self._promises.lock_dialogue(dialogue_id)
        made = await self._promises.of_turn(dialogue_id, turn_id, kind)
        if made is not None:
            return made
        promise = Promise(
            text=text,
            kind=kind,
            by_whom=by_whom,
            due_at=due_at,
            state=PromiseState.OPEN,
            subject_kind=subject.kind if subject else None,
            subject_id=subject.id if subject else None,
            dialogue_id=dialogue_id,
            turn_id=turn_id,
            created_at=self._clock.now(),
            round_the_clock=round_the_clock or kind == PromiseKind.APPOINTMENT,
        )
        await self._promises.add(promise)
        return promise

    async def keep(self, promise_id: UUID) -> Promise:
        """What was promised is done: `kept` in time, `broken` when it came after `due_at`.

        Keeping a kept one again changes nothing. Raises PromiseSettled for a broken or cancelled one.
        """
        promise = await self._promises.get(promise_id)
        if promise.state == PromiseState.KEPT:
            return promise
        in_time = self._clock.now() <= promise.due_at
        return self._settle(promise, PromiseState.KEPT if in_time else PromiseState.BROKEN)

    async def keep_of_turn(self, dialogue_id: UUID, turn_id: UUID, kind: PromiseKind) -> None:
        """Like `keep`, for the promise of this kind that was made in a turn, or the one in its place, if it is open."""
        made = await self._promises.of_turn(dialogue_id, turn_id, kind)
        while made is not None and made.state == PromiseState.BROKEN:
            made = await self._promises.in_place_of(made.id)
        if made is not None and made.state == PromiseState.OPEN:
            await self.keep(made.id)

    async def cancel(self, promise_id: UUID) -> Promise:
        """The promise is void, with the customer's knowledge. Raises PromiseSettled when it is kept or broken."""
        promise = await self._promises.get(promise_id)
        return promise if promise.state == PromiseState.CANCELLED else self._settle(promise, PromiseState.CANCELLED)

    async def keep_first_replies(self, dialogue_id: UUID) -> None:
        """A person has answered the customer: whatever first reply was promised in this dialogue has come.

        Each is settled by its time, as `keep` does. Later answers find none open.
        """
        for promise in await self._promises.open_in(dialogue_id, PromiseKind.FIRST_REPLY):
            await self.keep(promise.id)

    async def hasten(
        self, subject: Subject, kind: PromiseKind, due_at: datetime, by_whom: str, *, round_the_clock: bool = False
    ) -> None:
        """The matter became more urgent: open promises of this kind about it fall due at `due_at`, by somebody else perhaps.

        One that is due earlier already keeps its time. `round_the_clock`: from now on nights and holidays count.
        """
        for promise in await self._promises.open_about(subject.kind, subject.id, kind):
            promise.due_at = min(promise.due_at, due_at)
            promise.by_whom = by_whom
            promise.round_the_clock = promise.round_the_clock or round_the_clock

    async def resume(self, subject: Subject, pause: Interval) -> None:
        """Waiting for the customer is over: the result of the matter falls due later by the time of the pause.

        The time is that of the promise's own clock: a night that was waited through gives nothing, unless the promise
        runs round the clock. Call it once for each pause, when it ends. Only what ran when the pause began is moved: a
        result that was late by then stays late.
        """
        first, last = pause
        for promise in await self._promises.open_about(subject.kind, subject.id, PromiseKind.RESOLUTION):
            since = max(first, promise.created_at)
            if since > promise.due_at or last <= since:
                continue
            if promise.round_the_clock:
                promise.due_at += last - since
            else:
                waited = self._calendar.elapsed(since, last) / HOUR
                promise.due_at = self._calendar.due(promise.due_at, waited) if waited else promise.due_at

    async def open_about(self, subject: Subject) -> Sequence[Promise]:
        """Open promises about one thing, the most urgent first."""
        return await self._promises.open_about(subject.kind, subject.id, None)

    async def due_soon(self, within: timedelta) -> Sequence[Promise]:
        """Open promises that fall due from now on until `within` from now, the most urgent first: time to warn the owner."""
        now = self._clock.now()
        # What is due at this very moment can still be kept (see keep), so it belongs here and not to the overdue ones.
        return await self._promises.open_due(now - timedelta(microseconds=1), now + within)

    async def overdue(self) -> Sequence[Promise]:
        """Open promises whose time has passed, the oldest first."""
        return await self._promises.open_due(None, self._clock.now() - timedelta(microseconds=1))

    def _settle(self, promise: Promise, state: PromiseState) -> Promise:
        if promise.state != PromiseState.OPEN:
            raise PromiseSettled(f"promise {promise.id} is {promise.state} already")
        promise.state = state
        promise.settled_at = self._clock.now()
        return promise
