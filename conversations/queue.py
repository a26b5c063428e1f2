"""One conversation is handled in order, one turn at a time; lines that follow each other quickly become one turn."""

import asyncio
from datetime import timedelta
from typing import Protocol
from uuid import UUID

import structlog

from conversations.repository import ConversationRepository
from crm.clock import Clock
from database.session import Database

log = structlog.get_logger(__name__)

SWEEP_EVERY = 2.0
"""Seconds between looks for messages that nobody is at work on (after a crash, or left by another process)."""


class Handler(Protocol):
    """Answers what is unanswered in a conversation (the router)."""

    async def handle(self, conversation_id: UUID) -> bool:
        """True when there was something to answer."""
        ...


class TurnQueue:
    """Runs the router for every conversation that has something to answer."""

    def __init__(self, database: Database, clock: Clock, router: Handler, *, quiet: float, longest: float) -> None:
        """`quiet`: seconds without a further line that end a burst. `longest`: seconds after which it is answered anyway."""
        self._database = database
        self._clock = clock
        self._router = router
        self._quiet = quiet
        self._longest = longest
        self._workers: dict[UUID, asyncio.Task[None]] = {}
        self._lines: dict[UUID, asyncio.Event] = {}
        self._settled: dict[UUID, asyncio.Event] = {}

    def notify(self, conversation_id: UUID) -> None:
        """Something came in: answer it once the burst is over. Call it after the commit."""
        self._lines.setdefault(conversation_id, asyncio.Event()).set()
        if conversation_id not in self._workers:
            worker = asyncio.create_task(self._work(conversation_id), name=f"turns {conversation_id}")
            self._workers[conversation_id] = worker

    async def settled(self, conversation_id: UUID, seq: int, within: float) -> bool:
        """Waits until the turn of a message is over; False after `within` seconds."""
        event = self._settled.setdefault(conversation_id, asyncio.Event())
        try:
            async with asyncio.timeout(within):
                while not await self._is_handled(conversation_id, seq):
                    event.clear()
                    await _wait(event, 1.0)
        except TimeoutError:
            return False
        return True

    async def sweep_forever(self) -> None:
        """Takes up what was left: at the start, and every two seconds."""
        while True:
            try:
                await self.sweep()
            except Exception:
                log.exception("sweep failed")
            await asyncio.sleep(SWEEP_EVERY)

    async def sweep(self) -> None:
        """One look for conversations that nobody is at work on."""
        now = self._clock.now()
        quiet_before = now - timedelta(seconds=self._quiet + 1)
        async with self._database.reading() as session:
            left = await ConversationRepository(session).unhandled(now, quiet_before)
        for conversation_id in left:
            self.notify(conversation_id)

    async def take_over(self) -> None:
        """Ends the leases of a process that died; for installations with one app process, at its start."""
        async with self._database.transaction() as session:
            await ConversationRepository(session).release_leases(self._clock.now())

    async def stop(self) -> None:
        """Stops all work at once. What is unanswered stays recorded and is taken up at the next start."""
        for worker in self._workers.values():
            worker.cancel()
        await asyncio.gather(*self._workers.values(), return_exceptions=True)

    async def _work(self, conversation_id: UUID) -> None:
        lines = self._lines[conversation_id]
        try:
            while lines.is_set():
                await self._burst_over(lines)
                await self._router.handle(conversation_id)
                self._wake(conversation_id)
        except Exception:
            # The turn stays open; the sweep takes it up again when its lease is over.
            log.exception("turn failed", conversation=str(conversation_id))
        finally:
            del self._workers[conversation_id]
            if not lines.is_set():
                del self._lines[conversation_id]

    async def _burst_over(self, lines: asyncio.Event) -> None:
        """Waits for the pause after the last line, at most `longest` in all."""
        loop = asyncio.get_running_loop()
        end = loop.time() + self._longest
        while lines.is_set() and loop.time() < end:
            lines.clear()
            await _wait(lines, min(self._quiet, end - loop.time()))
        lines.clear()

    async def _is_handled(self, conversation_id: UUID, seq: int) -> bool:
        async with self._database.reading() as session:
            return (await ConversationRepository(session).get(conversation_id)).handled_seq >= seq

    def _wake(self, conversation_id: UUID) -> None:
        event = self._settled.pop(conversation_id, None)
        if event is not None:
            event.set()


async def _wait(event: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return
