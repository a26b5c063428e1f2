"""What runs beside the requests and looks by itself, again and again, whether there is something to do."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Iterable
from typing import ClassVar

import structlog

log = structlog.get_logger(__name__)


class Watch(ABC):
    """A look every so often. What goes wrong in one look is logged, and the next one comes all the same."""

    every: ClassVar[float]
    """Seconds between two looks."""

    async def run_forever(self) -> None:
        """Looks until it is cancelled."""
        while True:
            try:
                await self.run_once()
            except Exception:
                log.exception("look failed", watch=type(self).__name__)
            await asyncio.sleep(self.every)

    @abstractmethod
    async def run_once(self) -> int:
        """One look; returns how much was done."""

    async def each[Item](
        self, items: Iterable[Item], deal: Callable[[Item], Awaitable[int]], name: Callable[[Item], str]
    ) -> int:
        """Deals with one after the other, and adds up what that gives.

        One that fails is no worse for the next: it is logged under its `name`, and found again at the next look.
        """
        done = 0
        for item in items:
            try:
                done += await deal(item)
            except Exception:
                log.exception("not dealt with", watch=type(self).__name__, item=name(item))
        return done
