"""The clock. Everything that asks for the time asks here, so that whole conversations can be replayed on any date."""

import time
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


class Clock:
    """Tells the time in UTC; may be moved to another instant, from which it runs on."""

    def __init__(self, start: datetime | None = None, since: float | None = None) -> None:
        """`start`: the instant to begin at (aware; None: the real time).

        `since`: unix time at which `start` applied; None: now.
        """
        self._offset = timedelta(0)
        if start is not None:
            self._offset = start - datetime.fromtimestamp(time.time() if since is None else since, UTC)

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        return datetime.now(UTC) + self._offset

    def today(self, zone: ZoneInfo = SHANGHAI) -> date:
        """The present day where the firm is."""
        return self.now().astimezone(zone).date()


class FixedClock(Clock):
    """A clock that stands still until it is told to move; for tests and worked examples."""

    def __init__(self, at: datetime) -> None:
        super().__init__()
        self.at = at.astimezone(UTC)

    def now(self) -> datetime:
        """The instant it was set to."""
        return self.at

    def move(self, by: timedelta) -> None:
        """Moves the clock by a positive or negative time."""
        self.at += by
