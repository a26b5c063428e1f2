"""The other clocks of the firm: quotes that run out without an answer, and tasks that departments are late with."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from crm.alerts.models import AlertKind
from crm.alerts.service import AlertService
from crm.clock import Clock
from crm.orders.models import DepartmentTask
from crm.pricing.models import Quote
from crm.promises.business_time import HOURS_A_DAY, BusinessCalendar
from crm.promises.deadline_repository import ABOUT_QUOTES, ABOUT_TASKS, DeadlineRepository
from crm.promises.wording import quote_runs_out, task_is_late
from crm.staff.departments import Department

QUOTES_AHEAD = timedelta(days=15)
"""One working day before may be so many days earlier: the longest holidays with the weekends beside them."""
BEFORE_EXPIRY = timedelta(hours=HOURS_A_DAY)
STILL_LATE_AFTER = timedelta(hours=1)
MOMENT = timedelta(microseconds=1)
"""What is due at this very moment is not late."""
REFERENCES = ("complaint_no", "order", "quote", "reference")
"""Facts of a task that say what it is about, the first that is there."""


@dataclass(frozen=True)
class Overdue:
    """Something that staff have to hear of, once."""

    key: str
    kind: AlertKind
    to: str
    text: str
    subject_kind: str
    subject_id: UUID


@dataclass(frozen=True)
class Found:
    """What one look found."""

    alerts: Sequence[Overdue]
    run_out: bool
    """There are quotes past their validity that are not marked as expired yet."""


class DeadlineService:
    """Looks at quotes and tasks; what it finds is told in another transaction."""

    def __init__(self, session: AsyncSession, clock: Clock, calendar: BusinessCalendar) -> None:
        self._deadlines = DeadlineRepository(session)
        self._alerts = AlertService(session, clock)
        self._clock = clock
        self._calendar = calendar

    async def look(self) -> Found:
        """What has to be told or marked now. Four queries, however much that is."""
        now = self._clock.now()
        quotes = await self._deadlines.unanswered(now + QUOTES_AHEAD)
        late = await self._deadlines.late_tasks(now - MOMENT, AlertKind.TASK_LATE)
        still = await self._deadlines.late_tasks(now - STILL_LATE_AFTER, AlertKind.TASK_STILL_LATE)
        alerts = [*self._of_quotes(quotes, now), *self._of_tasks(late), *self._of_tasks_still_late(still, now)]
        return Found(alerts, await self._deadlines.any_run_out(now))

    async def tell(self, alerts: Sequence[Overdue]) -> int:
        """Writes the alerts that are not there yet; returns how many."""
        written = 0
        for one in alerts:
            written += await self._alerts.tell(
                one.key, one.kind, one.to, one.text, subject_kind=one.subject_kind, subject_id=one.subject_id
            )
        return written

    def _of_quotes(self, quotes: Sequence[Quote], now: datetime) -> Iterator[Overdue]:
        for quote in quotes:
            valid_until = quote.valid_until
            # One that ran out while nobody looked is told all the same.
            if valid_until is not None and self._calendar.elapsed(now, valid_until) <= BEFORE_EXPIRY:
                to, text = Department.SERVICE.value, quote_runs_out(quote.number, valid_until, now)
                key = f"quote:{quote.id}:expiring:{to}"
                yield Overdue(key, AlertKind.QUOTE_EXPIRING, to, text, ABOUT_QUOTES, quote.id)

    def _of_tasks(self, tasks: Sequence[DepartmentTask]) -> Iterator[Overdue]:
        for task in tasks:
            text = task_is_late(task.kind, task.department, task.due_at, _reference(task), for_lead=False)
            key = f"task:{task.id}:late:{task.department}"
            yield Overdue(key, AlertKind.TASK_LATE, task.department, text, ABOUT_TASKS, task.id)

    def _of_tasks_still_late(self, tasks: Sequence[DepartmentTask], now: datetime) -> Iterator[Overdue]:
        for task in tasks:
            if self._calendar.elapsed(task.due_at, now) >= STILL_LATE_AFTER:
                to = Department.SERVICE_LEAD.value
                text = task_is_late(task.kind, task.department, task.due_at, _reference(task), for_lead=True)
                key = f"task:{task.id}:still_late:{to}"
                yield Overdue(key, AlertKind.TASK_STILL_LATE, to, text, ABOUT_TASKS, task.id)


def _reference(task: DepartmentTask) -> str:
    return next((str(task.facts[name]) for name in REFERENCES if task.facts.get(name)), "")
