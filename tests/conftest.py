"""What every test may ask for: a database of its own, a clock that stands still."""

import shutil
from collections.abc import AsyncIterator, Iterator
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
from tests import postgresql

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


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """A PostgreSQL database with every table, for this run."""
    with postgresql.own_database() as url:
        postgresql.run_apart(postgresql.create_tables(url))
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.services)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database with every table; each test that uses it runs on both, on PostgreSQL with `make test-all`."""
    if request.param == "postgresql":
        url: str = request.getfixturevalue("postgresql_url")
        postgresql.run_apart(postgresql.empty_tables(url))
        return url
    path = tmp_path / "test.db"
    shutil.copy(request.getfixturevalue("empty_database"), path)
    return f"sqlite+aiosqlite:///{path}"


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """The database of `database_url`, open."""
    database = Database(database_url)
    yield database
    await database.close()


@pytest.fixture
async def session(database: Database) -> AsyncIterator[AsyncSession]:
    """A writing transaction that is committed at the end of the test."""
    async with database.transaction() as session:
        yield session
