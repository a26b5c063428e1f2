"""Transactions and column types, the same on both databases."""

import asyncio
import sqlite3
import sys
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import StatementError
from sqlalchemy.ext.asyncio import AsyncSession

from crm.clock import FixedClock
from crm.customers.models import Customer
from crm.pricing.models import ExchangeRate
from database.session import Database
from settings import ROOT


def customer(code: str, at: datetime) -> Customer:
    return Customer(code=code, name="宁波星河电子有限公司", short_name="星河电子", created_at=at)


async def codes(database: Database) -> list[str]:
    async with database.reading() as session:
        return sorted((await session.scalars(select(Customer.code))).all())


async def test_a_transaction_commits_at_its_end(database: Database, clock: FixedClock) -> None:
    async with database.transaction() as session:
        session.add(customer("C1", clock.now()))
    assert await codes(database) == ["C1"]


@pytest.mark.parametrize("error", [RuntimeError, asyncio.CancelledError, KeyboardInterrupt])
async def test_a_transaction_rolls_back_on_any_error(
    database: Database, clock: FixedClock, error: type[BaseException]
) -> None:
    async def fail() -> None:
        async with database.transaction() as session:
            session.add(customer("C1", clock.now()))
            await session.flush()
            raise error

    with pytest.raises(error):
        await fail()
    assert await codes(database) == []


async def test_reading_changes_nothing_even_when_all_goes_well(database: Database, clock: FixedClock) -> None:
    async with database.reading() as session:
        session.add(customer("C1", clock.now()))
        await session.flush()
    assert await codes(database) == []


async def test_what_was_read_stays_readable_afterwards(database: Database, clock: FixedClock) -> None:
    async with database.transaction() as session:
        session.add(customer("C1", clock.now()))
    async with database.reading() as session:
        found = (await session.scalars(select(Customer))).one()
    assert found.name == "宁波星河电子有限公司"


async def test_a_naive_instant_is_refused(database: Database) -> None:
    with pytest.raises(StatementError, match="time zone"):
        async with database.transaction() as session:
            session.add(customer("C1", datetime(2026, 11, 21, 10, 0)))  # noqa: DTZ001 (that is the point)


async def test_an_instant_comes_back_as_the_same_instant_in_utc(database: Database) -> None:
    shanghai = datetime(2026, 11, 21, 10, 0, tzinfo=timezone(timedelta(hours=8)))
    async with database.transaction() as session:
        session.add(customer("C1", shanghai))
    async with database.reading() as session:
        stored = (await session.scalars(select(Customer.created_at))).one()
    assert (stored, stored.tzinfo) == (shanghai, UTC)
    assert stored.hour == 2


def exchange_rate(rate: Decimal, at: datetime) -> ExchangeRate:
    return ExchangeRate(currency="USD", day=at.date(), rate=rate)


async def test_a_float_is_refused_as_an_amount(database: Database, clock: FixedClock) -> None:
    with pytest.raises(StatementError, match="Decimal"):
        async with database.transaction() as session:
            session.add(exchange_rate(0.1, clock.now()))  # type: ignore[arg-type]  # that is the point


@pytest.mark.parametrize("amount", ["0.1", "6515.00", "123456789012.000001", "-0.30", "0.000001", "1E+3"])
async def test_an_amount_keeps_its_exact_value(session: AsyncSession, clock: FixedClock, amount: str) -> None:
    session.add(exchange_rate(Decimal(amount), clock.now()))
    await session.flush()
    session.expire_all()
    stored = await session.scalar(select(ExchangeRate.rate))
    assert isinstance(stored, Decimal)
    assert stored == Decimal(amount)


async def test_amounts_with_two_places_are_shown_with_two(session: AsyncSession, clock: FixedClock) -> None:
    session.add(exchange_rate(Decimal("7.1"), clock.now()))
    await session.flush()
    session.expire_all()
    assert str(await session.scalar(select(ExchangeRate.rate))) == "7.10"


async def test_more_than_six_places_are_rounded_alike(session: AsyncSession, clock: FixedClock) -> None:
    session.add(exchange_rate(Decimal("0.1234565"), clock.now()))
    await session.flush()
    session.expire_all()
    assert await session.scalar(select(ExchangeRate.rate)) == Decimal("0.123457")


async def test_amounts_are_found_by_their_value(session: AsyncSession, clock: FixedClock) -> None:
    session.add(exchange_rate(Decimal("7.1"), clock.now()))
    await session.flush()
    assert await session.scalar(select(ExchangeRate.currency).where(ExchangeRate.rate == Decimal("7.100"))) == "USD"


async def test_customers_words_stay_out_of_the_errors_of_statements(database: Database, clock: FixedClock) -> None:
    async with database.transaction() as session:
        session.add(customer("C-SECRET", clock.now()))
    with pytest.raises(Exception, match="customers") as caught:
        async with database.transaction() as session:
            session.add(customer("C-SECRET", clock.now()))
    assert "宁波" not in str(caught.value)


async def test_writers_that_read_first_wait_for_each_other(database: Database, clock: FixedClock) -> None:
    async def count_and_add(number: int) -> None:
        async with database.transaction() as session:
            await session.scalar(select(func.count()).select_from(Customer))
            session.add(customer(f"C{number}", clock.now()))

    await asyncio.gather(*(count_and_add(number) for number in range(10)))
    assert len(await codes(database)) == 10


WRITER = """
import asyncio, sys
from sqlalchemy import text
from database.session import Database

async def main(url, name):
    database = Database(url)
    for number in range(40):
        async with database.transaction() as session:
            await session.execute(text("SELECT count(*) FROM notes"))
            await session.execute(text("INSERT INTO notes (writer, number) VALUES (:w, :n)"), {"w": name, "n": number})
    await database.close()

asyncio.run(main(*sys.argv[1:]))
"""


async def test_two_processes_write_one_sqlite_file_without_being_busy(tmp_path: Path) -> None:
    path = tmp_path / "shared.db"
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("CREATE TABLE notes (writer TEXT, number INTEGER)")
    connection.close()
    url = f"sqlite+aiosqlite:///{path}"
    writers = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-c", WRITER, url, name, cwd=ROOT, stderr=asyncio.subprocess.PIPE
        )
        for name in ("app", "actions")
    ]
    for writer in writers:
        _, complaints = await writer.communicate()
        assert writer.returncode == 0, complaints.decode()
    database = Database(url)
    async with database.reading() as session:
        rows = await session.execute(text("SELECT writer, count(*) FROM notes GROUP BY writer"))
        assert dict(rows.all()) == {"app": 40, "actions": 40}
        assert await session.scalar(text("PRAGMA journal_mode")) == "wal"
        assert await session.scalar(text("PRAGMA synchronous")) == 2, "FULL: what is acknowledged survives a power cut"
    await database.close()


async def test_ids_are_ours_and_known_before_the_row_is_written(database: Database, clock: FixedClock) -> None:
    key = uuid4()
    async with database.transaction() as session:
        row = customer("C1", clock.now())
        row.id = key
        session.add(row)
    async with database.reading() as session:
        found = await session.scalar(select(Customer.id))
    assert isinstance(found, UUID)
    assert found == key
