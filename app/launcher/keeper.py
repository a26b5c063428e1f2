"""Keeps one service alive: starts it, waits until it is healthy, starts it again when it dies, gives up in the end."""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import httpx

from app.launcher.errors import ServiceGaveUp
from app.launcher.processes import Running, Service, reason, start, tail

HEALTH_INTERVAL = 0.2
PULSE_INTERVAL = 5.0
"""Seconds between looks at a service that has already answered; its death is noticed at once in another way."""
HEALTH_TIMEOUT = 2.0


@dataclass(frozen=True)
class RestartPolicy:
    """When to try again and when to stop trying. Times are seconds."""

    first_delay: float = 0.5
    longest_delay: float = 15.0
    deaths: int = 5
    window: float = 60.0
    """So many deaths within the window, or in a row without ever having been healthy, and the service is given up."""

    def delay(self, deaths: int) -> float:
        """How long to wait after this many recent deaths (1 or more)."""
        return min(self.longest_delay, self.first_delay * 2.0 ** (deaths - 1))


class Keeper:
    """One service and its life. `tell` gets one line for everything a person should know."""

    def __init__(self, service: Service, policy: RestartPolicy, tell: Callable[[str], None]) -> None:
        self.service = service
        self.healthy = asyncio.Event()
        self._policy, self._tell = policy, tell
        self._running: Running | None = None
        self._deaths: deque[float] = deque()
        self._unhealthy_deaths = 0
        self._mute = False

    async def keep(self) -> None:
        """Runs until cancelled; raises ServiceGaveUp. Call `stop` afterwards in any case."""
        while True:
            self._running = await start(self.service)
            watch = asyncio.create_task(self._watch(self._running))
            try:
                code = await self._running.wait()
            finally:
                watch.cancel()
            for outcome in await asyncio.gather(watch, return_exceptions=True):
                if isinstance(outcome, Exception):
                    raise outcome
            await asyncio.sleep(self._count_death(code))

    async def stop(self) -> None:
        """Ends the program, if there is one; returns when nothing of it is left."""
        if self._running:
            await self._running.stop()

    def _count_death(self, code: int) -> float:
        """Returns the seconds to wait before the next start; raises ServiceGaveUp when there is to be none."""
        name, now = self.service.name, time.monotonic()
        self._unhealthy_deaths = 0 if self.healthy.is_set() else self._unhealthy_deaths + 1
        self.healthy.clear()
        self._deaths.append(now)
        while self._deaths[0] < now - self._policy.window:
            self._deaths.popleft()
        if self._mute:
            raise self._given_up(f"{name} started but never answered at {self.service.health}")
        worst = max(len(self._deaths), self._unhealthy_deaths)
        if worst >= self._policy.deaths:
            raise self._given_up(f"{name} died {worst} times in a row ({reason(code)})")
        delay = self._policy.delay(worst)
        self._tell(f"{name} died ({reason(code)}); starting it again in {delay:.1f} s.")
        return delay

    async def _watch(self, running: Running) -> None:
        """Sets `healthy` once the service answers; ends one that never does, or has stopped answering."""
        service = self.service
        answered = running.started
        async with httpx.AsyncClient(timeout=HEALTH_TIMEOUT, trust_env=False) as client:
            while True:
                patience = service.hang_timeout if self.healthy.is_set() else service.start_timeout
                if await _answers(client, service.health):
                    answered = time.monotonic()
                    self._note_healthy(running)
                elif time.monotonic() > answered + patience:
                    break
                await asyncio.sleep(PULSE_INTERVAL if self.healthy.is_set() else HEALTH_INTERVAL)
        self._tell(f"{service.name} has not answered for {patience:.0f} s; ending it.")
        self._mute = not self.healthy.is_set()
        # Cancelling this task once the program is dead must not cut the clearing up short.
        await asyncio.shield(running.stop())

    def _note_healthy(self, running: Running) -> None:
        if not self.healthy.is_set():
            self.healthy.set()
            self._tell(f"{self.service.name} is ready ({time.monotonic() - running.started:.1f} s).")

    def _given_up(self, what: str) -> ServiceGaveUp:
        log = self.service.log
        return ServiceGaveUp(f"{what}; everything was stopped. Its log: {log}", tail(log))


async def _answers(client: httpx.AsyncClient, url: str) -> bool:
    if not url:
        return True
    try:
        answer = await client.get(url)
    except httpx.HTTPError:
        return False
    # Rasa listens even when it could not load its model; our channel in it says so.
    return answer.status_code < 400 and b'"ready": false' not in answer.content
