"""What staff do with promises: see them, say that they are kept or void, read how many were kept."""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from crm.audit.service import AuditService
from crm.clock import SHANGHAI, Clock
from crm.customers.masking import mask_name
from crm.customers.models import Customer
from crm.promises.business_time import BusinessCalendar
from crm.promises.clocks import term_of
from crm.promises.errors import PromiseIsLate, PromiseNotFound
from crm.promises.models import BOT, Promise, PromiseState
from crm.promises.repository import Listed, PromiseRepository
from crm.promises.service import PromiseService
from crm.promises.views import PromiseFigures, PromiseView, Shown
from crm.promises.warnings import Step, due_steps, time_left
from crm.promises.wording import owner_name, owner_of
from crm.staff.departments import Department
from crm.staff.models import Role, Staff

MINUTE = timedelta(minutes=1)
OF_ALL = frozenset({Role.SUPERVISOR, Role.ADMIN})
"""They see everybody's promises; all others their own and those of their department."""


class PromiseDesk:
    """Promises as one member of staff may see and settle them. Raises PromiseNotFound for what is not theirs."""

    def __init__(self, session: AsyncSession, clock: Clock, calendar: BusinessCalendar, staff: Staff) -> None:
        self._promises = PromiseRepository(session)
        self._service = PromiseService(session, clock, calendar)
        self._audit = AuditService(session, clock)
        self._clock = clock
        self._calendar = calendar
        self._staff = staff

    async def all(self, shown: Shown, *, mine: bool = False) -> list[PromiseView]:
        """Promises in the order they fall due (settled ones: the latest first). `mine`: only those I made myself."""
        owners = {self._staff.code} if mine else self._owners()
        settled = {Shown.KEPT: PromiseState.KEPT, Shown.BROKEN: PromiseState.BROKEN}.get(shown)
        found = await self._promises.listed({settled or PromiseState.OPEN}, owners, latest_first=settled is not None)
        views = [self._view(one) for one in found]
        if shown is Shown.DUE_SOON:
            return [view for view in views if view.due_soon]
        return [view for view in views if view.overdue] if shown is Shown.OVERDUE else views

    async def keep(self, promise_id: UUID) -> PromiseView:
        """It is done: kept, or broken if that was too late. Raises PromiseNotFound, PromiseSettled."""
        found = await self._own(promise_id)
        if found.promise.state != PromiseState.KEPT:
            await self._service.keep(found.promise.id)
            await self._record(found.promise, "keep", "")
        return self._view(found)

    async def cancel(self, promise_id: UUID, reason: str) -> PromiseView:
        """It is void, with the customer's knowledge. Raises PromiseNotFound, PromiseSettled, PromiseIsLate.

        What is late already only a supervisor may call void: else nothing would ever count as broken.
        """
        found = await self._own(promise_id)
        late = self._clock.now() > found.promise.due_at and not found.paused
        if found.promise.state == PromiseState.OPEN and late and self._staff.role not in OF_ALL:
            raise PromiseIsLate(str(promise_id))
        if found.promise.state != PromiseState.CANCELLED:
            await self._service.cancel(found.promise.id)
            await self._record(found.promise, "cancel", reason)
        return self._view(found)

    async def figures(self, first: date, last: date) -> PromiseFigures:
        """Of the promises that fall due on these days in Shanghai, both included."""
        since, until = _midnight(first), _midnight(last + timedelta(days=1))
        counts = await self._promises.counts(since, until, self._owners())
        kept, broken = counts.get(PromiseState.KEPT, 0), counts.get(PromiseState.BROKEN, 0)
        share = kept / (kept + broken) if kept + broken else None
        return PromiseFigures(kept, broken, counts.get(PromiseState.OPEN, 0), share)

    def _owners(self) -> Collection[str] | None:
        """Whose promises I see; None: everybody's."""
        if self._staff.role in OF_ALL:
            return None
        # What the bot promises, the service department keeps.
        bots = {BOT} if self._staff.department == Department.SERVICE else set()
        return {self._staff.code, self._staff.department, *bots}

    async def _own(self, promise_id: UUID) -> Listed:
        found = await self._promises.listed_one(promise_id, self._owners())
        if found is None:
            raise PromiseNotFound(str(promise_id))
        return found

    async def _record(self, promise: Promise, action: str, reason: str) -> None:
        await self._audit.record(
            actor=f"staff:{self._staff.code}",
            subject=f"promise:{promise.id}",
            action=action,
            reason=reason,
            detail={"state": promise.state},
        )

    def _view(self, found: Listed) -> PromiseView:
        promise, now = found.promise, self._clock.now()
        runs = promise.state == PromiseState.OPEN and not found.paused
        overdue = runs and now > promise.due_at
        soon = runs and not overdue and Step.OWNER in due_steps(term_of(promise), now, self._calendar)
        return PromiseView(
            id=promise.id,
            what=promise.text,
            kind=promise.kind,
            owner=owner_of(promise),
            owner_name=owner_name(promise),
            state=promise.state,
            due_at=promise.due_at,
            minutes_left=self._minutes_left(promise, now) if runs else None,
            waiting_for_customer=found.paused and promise.state == PromiseState.OPEN,
            due_soon=soon,
            overdue=overdue,
            customer=mask_name(found.contact.name if found.contact else None),
            company=_company(found.customer),
            conversation_id=promise.dialogue_id,
            again=promise.replaces_id is not None,
            told_late_at=promise.told_late_at,
            created_at=promise.created_at,
            settled_at=promise.settled_at,
        )

    def _minutes_left(self, promise: Promise, now: datetime) -> int:
        if now <= promise.due_at:
            return time_left(term_of(promise), now, self._calendar) // MINUTE
        late = now - promise.due_at if promise.round_the_clock else self._calendar.elapsed(promise.due_at, now)
        return -(late // MINUTE)


def _company(customer: Customer | None) -> str:
    if customer is None:
        return ""
    return customer.name if customer.uscc else mask_name(customer.name)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)
