"""When a shipment arrives: the estimate, how far it can be trusted, and the delay (freight reference 3.1). Pure functions.

Promised, estimated and actual are three dates and never mixed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from crm.clock import SHANGHAI
from crm.shipments.models import Classifier, EtaEstimate, MilestoneEvent
from crm.shipments.progress import Progress
from freight.milestones import MILESTONES
from freight.modes import TransportMode

SCHEDULE = "schedule"
"""Source of estimates that come from a timetable and not from the shipment's own movement."""
FRESH = timedelta(hours=24)
STALE = timedelta(days=3)

TARGETS = {TransportMode.EXPRESS: "delivered", TransportMode.ROAD: "delivered"}
"""The step a promised or estimated date is about; `arrived` for the other modes."""

TARGET_CODES = frozenset({"arrived", *TARGETS.values()})
"""All steps that such a date can be about."""

TOLERANCES = {
    TransportMode.SEA: timedelta(days=2),
    TransportMode.RAIL: timedelta(days=2),
    TransportMode.AIR: timedelta(days=1),
    TransportMode.ROAD: timedelta(hours=4),
    TransportMode.EXPRESS: timedelta(0),
}
"""How late still counts as on time: whole calendar days, by road a time. Defaults the firm must confirm."""


class Confidence(StrEnum):
    """How firmly an estimate may be said."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    NONE = "none"


@dataclass(frozen=True)
class Eta:
    """An estimate with its source; never a promise."""

    at: datetime
    confidence: Confidence
    source: str
    given_at: datetime
    age: timedelta


@dataclass(frozen=True)
class Delay:
    """How late against the promise; negative: early."""

    days: int
    """Calendar days in Shanghai."""
    hours: int
    """Whole hours, the unit for express."""
    late: bool
    """Beyond what still counts as on time."""


@dataclass(frozen=True)
class _Estimate:
    at: datetime
    source: str
    given_at: datetime


def target_of(mode: TransportMode) -> str:
    """Return the step that the promised and the estimated date of this mode are about."""
    return TARGETS.get(mode, "arrived")


def reached_at(state: Progress, mode: TransportMode) -> datetime | None:
    """Return when the shipment was there: the first step at or beyond the target; None when it is still on its way."""
    rank = MILESTONES[target_of(mode)].rank
    times = [
        item.event_time for item in state.happened if item.code in MILESTONES and MILESTONES[item.code].rank >= rank
    ]
    return min(times, default=None)


def estimate(
    mode: TransportMode,
    state: Progress,
    events: Iterable[MilestoneEvent],
    estimates: Iterable[EtaEstimate],
    now: datetime,
) -> Eta | None:
    """Return the estimate in force and its confidence; None when there is none or the shipment is there already.

    Nothing is ever computed from average transit times.
    """
    if reached_at(state, mode) is not None:
        return None
    chosen = _in_force([*_from_rows(estimates), *_from_events(events, target_of(mode))], now)
    if chosen is None:
        return None
    return Eta(chosen.at, _confidence(chosen, state, now), chosen.source, chosen.given_at, now - chosen.given_at)


def delay(
    promised: datetime | None, mode: TransportMode, arrived: datetime | None, eta: Eta | None, now: datetime
) -> Delay | None:
    """Return the delay of the actual, estimated or (when that has passed) present time against the promise.

    None when nothing was promised, or when there is neither arrival nor estimate and the promise is not yet due.
    """
    if promised is None:
        return None
    reached = arrived or (max(eta.at, now) if eta else now)
    if arrived is None and eta is None and now <= promised:
        return None
    days = (reached.astimezone(SHANGHAI).date() - promised.astimezone(SHANGHAI).date()).days
    hours = int((reached - promised) / timedelta(hours=1))
    tolerance = TOLERANCES[mode]
    late = reached - promised > tolerance if mode is TransportMode.ROAD else timedelta(days=days) > tolerance
    return Delay(days, hours, late)


def _from_rows(estimates: Iterable[EtaEstimate]) -> list[_Estimate]:
    return [_Estimate(item.eta, item.source, item.created_at) for item in estimates]


def _from_events(events: Iterable[MilestoneEvent], target: str) -> list[_Estimate]:
    """Events that say when the target is to be reached: an estimate is one, a plan is a timetable."""
    return [
        _Estimate(
            item.event_time, item.source if item.classifier == Classifier.ESTIMATED.value else SCHEDULE, item.created_at
        )
        for item in events
        if item.code == target and item.retracted_at is None and item.classifier != Classifier.ACTUAL.value
    ]


def _in_force(told: list[_Estimate], now: datetime) -> _Estimate | None:
    """The newest estimate that follows the shipment, unless it is stale and a timetable is newer."""
    known = [item for item in told if item.given_at <= now]
    following = [item for item in known if item.source != SCHEDULE and now - item.given_at <= STALE]
    return max(following or known, key=lambda item: item.given_at, default=None)


def _confidence(chosen: _Estimate, state: Progress, now: datetime) -> Confidence:
    age = now - chosen.given_at
    if chosen.source == SCHEDULE or age > STALE or state.problem is not None or chosen.at < now:
        return Confidence.LOW
    under_way = state.rank >= MILESTONES["departed"].rank
    transshipment_ahead = any(item.code == "transit" for item in state.upcoming)
    if age >= FRESH or transshipment_ahead or not under_way:
        return Confidence.MEDIUM
    return Confidence.HIGH
