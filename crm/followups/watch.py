"""Looks for moments that want a follow-up sheet."""

import structlog

from crm.alerts.service import AlertService
from crm.clock import Clock
from crm.followups.service import FollowUpService
from crm.promises.business_time import BusinessCalendar
from crm.watching import Watch
from database.session import Database

log = structlog.get_logger(__name__)


class FollowUpWatch(Watch):
    """Opens sheets as their moments come."""

    every = 60.0

    def __init__(self, database: Database, clock: Clock, calendar: BusinessCalendar) -> None:
        self._database = database
        self._clock = clock
        self._calendar = calendar

    async def run_once(self) -> int:
        """Opens what is due; returns how many sheets."""
        async with self._database.transaction() as session:
            alerts = AlertService(session, self._clock)
            return await FollowUpService(session, self._clock, alerts, self._calendar).open_due()
