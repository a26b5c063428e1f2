"""Looks every few seconds whether a change is due on a complaint, and whether somebody has a case they must not have."""

from collections.abc import Callable

import structlog

from conversations.passing_on import uphold
from conversations.texts import Texts
from crm.clock import Clock
from crm.crm import Crm
from crm.promises.business_time import BusinessCalendar
from crm.watching import Watch
from database.session import Database

log = structlog.get_logger(__name__)


class ChangeWatch(Watch):
    """Broken promises, low ratings and accusations do their work without anybody calling."""

    every = 15.0

    def __init__(
        self, database: Database, clock: Clock, calendar: BusinessCalendar, texts: Texts, wake: Callable[[], None]
    ) -> None:
        """`wake` is called when there is something to send."""
        self._database = database
        self._clock = clock
        self._calendar = calendar
        self._texts = texts
        self._wake = wake

    async def run_once(self) -> int:
        """One look; returns how many changes were proposed. However many processes look, each is proposed once."""
        async with self._database.transaction() as session:
            crm = Crm(session, self._clock, self._calendar)
            told = await uphold(session, self._clock, self._texts, await crm.assignments.uphold_all())
        async with self._database.transaction() as session:
            proposed = await Crm(session, self._clock, self._calendar).changes.propose_due()
        if told:
            self._wake()
        return proposed
