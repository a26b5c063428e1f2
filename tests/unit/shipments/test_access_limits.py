"""The limits on guessing, as arithmetic over times."""

from datetime import UTC, datetime, timedelta

import pytest

from crm.shipments.access import AccessLimits, brake_until, identity_locked_until, number_locked_until, tries_left

START = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
LIMITS = AccessLimits()


def at(minutes: float) -> datetime:
    """So many minutes after the start."""
    return START + timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("failures", "now", "left", "locked_until"),
    [
        ((), 0, 3, None),
        ((0,), 1, 2, None),
        ((0, 1), 2, 1, None),
        ((0, 1, 2), 2, 0, 62),
        ((2, 0, 1), 61.9, 0, 62),
        ((0, 1, 2), 62, 3, None),
        ((0, 300, 600), 601, 0, 660),
        ((0, 1, 2, 70), 71, 2, None),
        ((0, 1, 2, 70, 71, 72), 73, 0, 132),
    ],
)
def test_a_number_locks_for_an_hour_at_every_third_wrong_try(
    failures: tuple[float, ...], now: float, left: int, locked_until: float | None
) -> None:
    times = [at(minutes) for minutes in failures]
    assert tries_left(times, at(now), LIMITS) == left
    assert number_locked_until(times, at(now), LIMITS) == (None if locked_until is None else at(locked_until))


def test_an_account_tries_ten_different_numbers_a_day() -> None:
    tried = {f"N{position}": at(position) for position in range(10)}
    assert identity_locked_until({**tried, "N9": at(9)}, "N9", at(20), LIMITS) is None, (
        "one of the ten may be tried again"
    )
    assert identity_locked_until(dict(list(tried.items())[:9]), "NEW", at(20), LIMITS) is None
    assert identity_locked_until(tried, "NEW", at(20), LIMITS) == at(24 * 60)


def test_the_brake_stops_all_until_it_is_calm() -> None:
    limits = AccessLimits(failures_of_all=3)
    assert brake_until([at(0), at(1)], at(2), limits) is None
    assert brake_until([at(2), at(1), at(0)], at(2), limits) == at(60)
