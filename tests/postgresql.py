"""PostgreSQL for tests: a database made for one run, emptied before each test, dropped at the end.

The server is the one on 127.0.0.1:5432; the user is PGUSER or whoever runs the tests, and may create databases.
"""

import asyncio
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from uuid import uuid4

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import create_async_engine

import conversations.models  # noqa: F401 (completes the metadata)
import crm.models  # noqa: F401 (completes the metadata)
from database.base import Base

SERVER = "postgresql+asyncpg://127.0.0.1:5432"
STANDING_DATABASE = f"{SERVER}/test"
"""Is there before the tests; only connected to, to make and drop others."""


@contextmanager
def own_database() -> Iterator[str]:
    """The URL of a new, empty database, which is dropped afterwards, whoever is still connected."""
    name = f"wenhuo_test_{uuid4().hex}"
    url = f"{SERVER}/{name}"
    run_apart(_execute(STANDING_DATABASE, f'CREATE DATABASE "{name}"'))
    try:
        # Nobody needs these rows after a power cut, and waiting for the disk is most of a small transaction.
        run_apart(_execute(STANDING_DATABASE, f'ALTER DATABASE "{name}" SET synchronous_commit = off'))
        yield url
    finally:
        run_apart(_execute(STANDING_DATABASE, f'DROP DATABASE "{name}" WITH (FORCE)'))


async def create_tables(url: str) -> None:
    """Every table, as the models say."""
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    await engine.dispose()


async def empty_tables(url: str) -> None:
    """No rows in any table: quicker than TRUNCATE, which makes new files for each of them."""
    deletes = "; ".join(str(delete(table)) for table in reversed(Base.metadata.sorted_tables))
    await _execute(url, f"DO $$ BEGIN {deletes}; END $$")


def run_apart[Result](work: Coroutine[None, None, Result]) -> Result:
    """Runs a coroutine in a loop of its own, beside the one of the test."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


async def _execute(url: str, statement: str) -> None:
    # CREATE DATABASE is refused within a transaction.
    engine = create_async_engine(url, isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.exec_driver_sql(statement)
    await engine.dispose()
