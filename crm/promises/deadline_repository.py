"""Queries on what else falls due: quotes and department tasks of which nobody has been told yet."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm.alerts.models import Alert, AlertKind
from crm.orders.models import DepartmentTask, TaskState
from crm.pricing.models import Quote, QuoteState
from crm.pricing.views import EXPIRING

ABOUT_QUOTES, ABOUT_TASKS = "quote", "task"
"""`subject_kind` of their alerts."""
UNSETTLED = (TaskState.OPEN.value, TaskState.TAKEN.value, TaskState.ESCALATED.value)
AT_ONCE = 200
"""Of each kind in one look; the rest come with the next."""


class DeadlineRepository:
    """Deadlines of one session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def unanswered(self, until: datetime) -> Sequence[Quote]:
        """Quotes that were sent, are not answered, run out until a moment or have, and nobody was told of."""
        query = select(Quote).where(
            Quote.state == QuoteState.SENT.value,
            Quote.valid_until <= until,
            ~_told(ABOUT_QUOTES, Quote.id, AlertKind.QUOTE_EXPIRING),
        )
        return (await self._session.scalars(query.order_by(Quote.valid_until).limit(AT_ONCE))).all()

    async def any_run_out(self, now: datetime) -> bool:
        """Whether the validity of a quote is over and it is not marked so."""
        states = [state.value for state in EXPIRING]
        run_out = exists().where(Quote.state.in_(states), Quote.valid_until < now)
        return bool(await self._session.scalar(select(run_out)))

    async def late_tasks(self, due_until: datetime, kind: AlertKind) -> Sequence[DepartmentTask]:
        """Tasks that were due until a moment, are not settled, and of which no alert of this kind was written."""
        query = select(DepartmentTask).where(
            DepartmentTask.state.in_(UNSETTLED),
            DepartmentTask.due_at <= due_until,
            ~_told(ABOUT_TASKS, DepartmentTask.id, kind),
        )
        return (await self._session.scalars(query.order_by(DepartmentTask.due_at).limit(AT_ONCE))).all()


def _told(subject_kind: str, subject_id: Any, kind: AlertKind) -> ColumnElement[bool]:
    return exists().where(Alert.subject_kind == subject_kind, Alert.subject_id == subject_id, Alert.kind == kind.value)
