"""Takes away what nobody will ask for again: uploads that were never sent, bytes without a row, halves of uploads."""

import asyncio
from datetime import timedelta
from itertools import batched

import structlog

from crm.clock import Clock
from crm.files.repository import FileRepository
from crm.files.store import FileStore
from crm.watching import Watch
from database.session import Database

log = structlog.get_logger(__name__)

KEPT_UNUSED = timedelta(hours=24)
AT_ONCE = 500


class FileSweep(Watch):
    """The job behind the files."""

    every = 3600.0

    def __init__(self, database: Database, clock: Clock, store: FileStore) -> None:
        self._database = database
        self._clock = clock
        self._store = store

    async def run_once(self) -> int:
        """Takes away what is older than a day and belongs to nothing; returns how many files the disk has lost."""
        before = self._clock.now() - KEPT_UNUSED
        async with self._database.transaction() as session:
            await FileRepository(session).remove_unused(before)
        gone = await asyncio.to_thread(self._store.remove_unfinished, before)
        old = await asyncio.to_thread(lambda: list(self._store.older_than(before)))
        for some in batched(old, AT_ONCE):
            async with self._database.reading() as session:
                known = await FileRepository(session).known(some)
            for sha256 in set(some) - known:
                gone += await self._remove(sha256)
        return gone

    async def _remove(self, sha256: str) -> bool:
        """Looks once more while nobody can place these bytes again."""
        before = self._clock.now() - KEPT_UNUSED
        async with self._database.transaction() as session:
            files = FileRepository(session)
            await files.alone_with_bytes(sha256)
            if await files.known([sha256]) or not self._store.is_older(sha256, before):
                return False
            await asyncio.to_thread(self._store.remove, sha256)
        return True
