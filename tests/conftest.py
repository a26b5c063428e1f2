"""What every test may ask for: a database of its own, a clock that stands still."""

import shutil
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine
from sqlalchemy.ext.asyncio import AsyncSession

import conversations.models  # noqa: F401 (completes the metadata)
import crm.models  # noqa: F401 (completes the metadata)
from crm.clock import SHANGHAI, FixedClock
from database.base import Base
from database.session import Database

SATURDAY_MORNING = datetime(2026, 11, 21, 10, 0, tzinfo=SHANGHAI)


@pytest.fixture
def clock() -> FixedClock:
    """Saturday 2026-11-21, 10:00 in Shanghai, until it is moved."""
    return FixedClock(SATURDAY_MORNING)


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with every table: made once, copied for each test."""
    path = tmp_path_factory.mktemp("database") / "empty.db"
    engine = create_engine(f"sqlite:///{path}")
    Base.metadata.create_all(engine)
    engine.dispose()
    return path


@pytest.fixture
async def database(tmp_path: Path, empty_database: Path) -> AsyncIterator[Database]:
    """An empty SQLite database with every table."""
    path = tmp_path / "test.db"
    shutil.copy(empty_database, path)
    database = Database(f"sqlite+aiosqlite:///{path}")
    yield database
    await database.close()


@pytest.fixture
async def session(database: Database) -> AsyncIterator[AsyncSession]:
    """A writing transaction that is committed at the end of the test."""
    async with database.transaction() as session:
        yield session
