"""Dates as people and spreadsheets write them, and what must not be guessed."""

from datetime import UTC, date, datetime

import pytest

from crm.clock import SHANGHAI
from crm.imports import moments
from crm.imports.cells import Cell, Unusable
from crm.imports.errors import BadValue

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=SHANGHAI)


def shanghai(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("cell", "meant"),
    [
        ("2026-11-21", "2026-11-21T00:00"),
        ("2026-11-21 14:30", "2026-11-21T14:30"),
        ("2026-11-21T14:30:05", "2026-11-21T14:30:05"),
        ("2026/11/21 14:30", "2026-11-21T14:30"),
        ("2026/1/2", "2026-01-02T00:00"),
        ("2026年11月21日 9:05", "2026-11-21T09:05"),
        ("２０２６－１１－２１", "2026-11-21T00:00"),
        ("20261121", "2026-11-21T00:00"),
        ("46347", "2026-11-21T00:00"),
        ("46347.604166667", "2026-11-21T14:30"),
        (datetime(2026, 11, 21, 14, 30), "2026-11-21T14:30"),  # noqa: DTZ001 (as a sheet gives it)
        (date(2026, 11, 21), "2026-11-21T00:00"),
        ("today", "2026-11-21T00:00"),
        ("today-3d 14:30", "2026-11-18T14:30"),
        ("today+12d", "2026-12-03T00:00"),
        ("今天+1天 9:00", "2026-11-22T09:00"),
        ("now-3h", "2026-11-21T07:00"),
        ("now+2d", "2026-11-23T10:00"),
    ],
)
def test_a_moment_without_zone_is_in_shanghai(cell: Cell, meant: str) -> None:
    found = moments.moment(cell, NOW)
    assert found == shanghai(meant)
    assert found.tzinfo is UTC


@pytest.mark.parametrize(
    ("cell", "meant"),
    [
        ("2026-11-21T14:30+08:00", "2026-11-21T06:30+00:00"),
        ("2026-11-21T14:30:00Z", "2026-11-21T14:30+00:00"),
        ("2026-11-21 14:30-0500", "2026-11-21T19:30+00:00"),
    ],
)
def test_a_written_zone_counts(cell: str, meant: str) -> None:
    assert moments.moment(cell, NOW) == datetime.fromisoformat(meant)


def test_a_promised_day_ends_with_the_day() -> None:
    assert moments.deadline("2026-11-21", NOW) == shanghai("2026-11-21T23:59")
    assert moments.deadline("2026-11-21 14:00", NOW) == shanghai("2026-11-21T14:00")


def test_a_day_is_the_day_in_shanghai() -> None:
    assert moments.day("2026-11-21T23:30:00Z", NOW) == date(2026, 11, 22)
    assert moments.day("today-21d", NOW) == date(2026, 10, 31)


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("21/11/2026", "分不清日和月"),
        ("11-12-26", "分不清日和月"),
        ("2026-02-30", "没有这个日期"),
        ("2026-11-21 25:00", "没有这个日期"),
        ("今年年底", "看不明白"),
        ("12", "看不明白"),
        ("1026-11-21", "年份"),
        (Unusable("=A1", "单元格是公式"), "公式"),
    ],
)
def test_what_is_no_date_is_told(cell: Cell, reason: str) -> None:
    with pytest.raises(BadValue, match=reason):
        moments.moment(cell, NOW)
