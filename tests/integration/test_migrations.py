"""Migrations: up, down and up again on both databases, and they make what the models say."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import create_async_engine

import conversations.models  # noqa: F401 (completes the metadata)
import crm.models  # noqa: F401 (completes the metadata)
from database.base import Base
from database.migrate import downgrade, upgrade
from tests import postgresql


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.services)])
def bare_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without tables."""
    if request.param == "postgresql":
        with postgresql.own_database() as url:
            yield url
    else:
        yield f"sqlite+aiosqlite:///{tmp_path / 'folder' / 'bare.db'}"


def look[Result](url: str, what: Callable[[Connection], Result]) -> Result:
    """The answer of a function of a connection."""

    async def run() -> Result:
        engine = create_async_engine(url)
        async with engine.connect() as connection:
            result = await connection.run_sync(what)
        await engine.dispose()
        return result

    return asyncio.run(run())


def tables(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names()) - {"alembic_version"}


def functions_and_triggers(connection: Connection) -> list[str]:
    if connection.dialect.name == "sqlite":
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    else:
        query = (
            "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal UNION ALL "
            "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
        )
    return sorted(connection.scalars(text(query)).all())


def differences(connection: Connection) -> list[Any]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, Base.metadata))


def test_up_down_and_up_again(bare_url: str) -> None:
    upgrade(bare_url)
    expected = set(Base.metadata.tables)
    assert look(bare_url, tables) == expected
    made = look(bare_url, functions_and_triggers)
    assert "messages_are_immutable" in made
    downgrade(bare_url, "base")
    assert look(bare_url, tables) == set()
    assert look(bare_url, functions_and_triggers) == []
    upgrade(bare_url)
    assert look(bare_url, tables) == expected
    assert look(bare_url, functions_and_triggers) == made


def test_migrations_make_what_the_models_say(bare_url: str) -> None:
    upgrade(bare_url)
    assert look(bare_url, differences) == [], "make a migration: the models have changed"


def test_upgrading_twice_changes_nothing(bare_url: str) -> None:
    upgrade(bare_url)
    upgrade(bare_url)
    assert look(bare_url, tables) == set(Base.metadata.tables)


def checks(connection: Connection) -> dict[str, set[str | None]]:
    found = inspect(connection)
    return {name: {check["name"] for check in found.get_check_constraints(name)} for name in Base.metadata.tables}


def indexes(connection: Connection) -> dict[str, set[tuple[str | None, bool]]]:
    found = inspect(connection)
    return {
        name: {(index["name"], bool(index["unique"])) for index in found.get_indexes(name)}
        for name in Base.metadata.tables
    }


@pytest.mark.parametrize("what", [checks, indexes, functions_and_triggers])
def test_migrated_tables_have_what_created_ones_have(bare_url: str, what: Any) -> None:
    """What compare_metadata does not look at: check constraints, partial indexes, triggers."""
    upgrade(bare_url)
    with another(bare_url) as url:
        asyncio.run(postgresql.create_tables(url))
        assert look(bare_url, what) == look(url, what)


@contextmanager
def another(url: str) -> Iterator[str]:
    """A second bare database of the same kind."""
    if url.startswith("postgresql"):
        with postgresql.own_database() as made:
            yield made
    else:
        yield f"{url}.created"
