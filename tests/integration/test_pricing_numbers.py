"""Numbers are given out once, whoever asks at the same time."""

import asyncio
from datetime import timedelta

import pytest

from crm.clock import FixedClock
from crm.numbers import NumberSeries, NumberService, SeriesExhausted
from database.session import Database


async def one(database: Database, clock: FixedClock, prefix: str = "QT") -> str:
    async with database.transaction() as session:
        return await NumberService(session, clock).next(prefix)


async def test_numbers_count_up_per_prefix_and_day(database: Database, clock: FixedClock) -> None:
    first = [await one(database, clock), await one(database, clock), await one(database, clock, "SO")]
    clock.move(timedelta(days=1))
    assert [number[:12] for number in [*first, await one(database, clock)]] == [
        "QT2611210001",
        "QT2611210002",
        "SO2611210001",
        "QT2611220001",
    ]
    assert first[0] == "QT26112100013"


async def test_the_day_is_that_of_shanghai(database: Database, clock: FixedClock) -> None:
    clock.move(timedelta(hours=15))  # 01:00 on the 22nd in Shanghai, still the 21st in UTC
    assert (await one(database, clock)).startswith("QT261122")


async def test_twenty_at_once_get_twenty_numbers(database: Database, clock: FixedClock) -> None:
    numbers = await asyncio.gather(*(one(database, clock) for _ in range(20)))
    assert len(set(numbers)) == 20


async def test_a_rollback_gives_the_number_back(database: Database, clock: FixedClock) -> None:
    async def fails() -> None:
        async with database.transaction() as session:
            await NumberService(session, clock).next("QT")
            raise RuntimeError("something else went wrong")

    with pytest.raises(RuntimeError):
        await fails()
    assert await one(database, clock) == "QT26112100013"


async def test_more_than_four_digits_are_refused_aloud(database: Database, clock: FixedClock) -> None:
    async with database.transaction() as session:
        session.add(NumberSeries(prefix="QT", day=clock.today(), last=9999))
    with pytest.raises(SeriesExhausted):
        await one(database, clock)
