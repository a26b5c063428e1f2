"""The clock of notice: looks after every claim that has not ended."""

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from crm.alerts.service import AlertService
from crm.claims.service import ClaimService
from crm.clock import Clock
from crm.orders.tasks import TaskService
from crm.promises.business_time import BusinessCalendar
from crm.watching import Watch
from database.session import Database

log = structlog.get_logger(__name__)


class ClaimWatch(Watch):
    """Warns staff before the last day for notice in writing."""

    every = 600.0

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._calendar = BusinessCalendar()

    async def run_once(self) -> int:
        """Looks at every open claim, each in a transaction of its own; returns how many alerts were written."""
        async with self._database.reading() as session:
            numbers = await self._service(session).open_numbers()
        return await self.each(numbers, self._watch, lambda number: number)

    async def _watch(self, number: str) -> int:
        async with self._database.transaction() as session:
            return await self._service(session).watch(number)

    def _service(self, session: AsyncSession) -> ClaimService:
        tasks = TaskService(session, self._clock, self._calendar.due)
        return ClaimService(session, self._clock, tasks, AlertService(session, self._clock))
