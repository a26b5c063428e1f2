"""Limits on guessing phone digits (trust reference, section 3). Pure functions over the attempts of the last day.

Four digits are 10,000 values: three tries on a number find one of two phones in 0.06 % of cases, but one try on each of
many numbers would find some. Hence three limits: per number, per account, and for all together.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class AccessLimits:
    """How much guessing is borne. Defaults the firm may change."""

    tries_per_number: int = 3
    """Wrong tries on one number, by anybody: accounts cost an attacker nothing."""
    lock: timedelta = timedelta(hours=1)
    """How long a number stays locked after the last of them."""
    window: timedelta = timedelta(hours=24)
    """How far back tries count."""
    numbers_per_identity: int = 10
    """Different numbers one account may try within `window`."""
    failures_of_all: int = 300
    """Wrong tries of all accounts within an hour; then nobody is let in by digits until it calms down."""
    shipments_per_number: int = 5
    """A number that covers more open shipments (a large MBL) is never opened by digits: any of many phones would fit."""
    shown_after_closing: timedelta = timedelta(days=90)
    """How long a closed shipment can still be opened by digits."""


BRAKE_WINDOW = timedelta(hours=1)


def tries_left(failures: Iterable[datetime], now: datetime, limits: AccessLimits) -> int:
    """Return the tries left for a number; 0 only until the lock ends."""
    count, locked_until = _count(failures, limits)
    if locked_until is not None and now < locked_until:
        return 0
    return limits.tries_per_number - count


def number_locked_until(failures: Iterable[datetime], now: datetime, limits: AccessLimits) -> datetime | None:
    """Return when a number opens again; None when it is not locked. `failures`: its wrong tries, in any order."""
    _, locked_until = _count(failures, limits)
    return locked_until if locked_until is not None and now < locked_until else None


def _count(failures: Iterable[datetime], limits: AccessLimits) -> tuple[int, datetime | None]:
    """Wrong tries since the last lock, and the end of that lock. Every third try starts one."""
    count, locked_until = 0, None
    for at in sorted(failures):
        count += 1
        if count == limits.tries_per_number:
            count, locked_until = 0, at + limits.lock
    return count, locked_until


def identity_locked_until(
    first_tries: Mapping[str, datetime], reference: str, now: datetime, limits: AccessLimits
) -> datetime | None:
    """Return when an account may try another number; None when it may now.

    `first_tries`: the different numbers it tried within the window, each with its first try there. A number it has
    tried already is no other number.
    """
    if reference in first_tries or len(first_tries) < limits.numbers_per_identity:
        return None
    oldest_that_matters = sorted(first_tries.values())[-limits.numbers_per_identity]
    return max(oldest_that_matters + limits.window, now)


def brake_until(failures: Sequence[datetime], now: datetime, limits: AccessLimits) -> datetime | None:
    """Return when the brake for all ends; None when it is not on. `failures`: wrong tries of all in the last hour."""
    if len(failures) < limits.failures_of_all:
        return None
    return max(sorted(failures)[-limits.failures_of_all] + BRAKE_WINDOW, now)
