"""How far a shipment is, worked out from its events (freight reference 2.4). Pure functions; nothing is stored."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from crm.shipments.models import EXCEPTION_PHASE, Classifier, MilestoneEvent, Shipment
from freight.milestones import MILESTONES, Phase, is_exception
from freight.modes import LoadType, TransportMode

LASTING_EXCEPTIONS = frozenset({"damaged", "missing"})
"""Exceptions that a later step does not undo: moving on does not repair a box. They end when they are retracted."""
FINAL_EXCEPTIONS = frozenset({"cancelled", "returned"})
"""Exceptions after which nothing more comes."""
_REPEATED = frozenset({"transit"})
"""Steps that happen at several places; every other step is one fact, whatever place a source gives it."""


@dataclass(frozen=True)
class Progress:
    """Where a shipment stands. Empty: nothing has happened yet."""

    last: MilestoneEvent | None
    """The last normal step that happened."""
    problem: MilestoneEvent | None
    """The exception that lies over it; None: all is well."""
    upcoming: tuple[MilestoneEvent, ...]
    """Planned and estimated steps still to come, the next first."""
    happened: tuple[MilestoneEvent, ...]
    """Everything that happened and stands, by time."""

    @property
    def phase(self) -> str:
        """The phase for the bot's answer; `exception` while a problem is open."""
        if self.problem is not None:
            return Phase.CLOSED.value if self.problem.code in FINAL_EXCEPTIONS else EXCEPTION_PHASE
        return MILESTONES[self.last.code].phase.value if self.last else Phase.PRE.value

    @property
    def rank(self) -> int:
        """Rank of the last step; 0: none."""
        return MILESTONES[self.last.code].rank if self.last else 0


def progress(events: Iterable[MilestoneEvent], now: datetime) -> Progress:
    """Work out where a shipment stands at `now`.

    Retracted events do not count, nor do actual ones whose time has not come. Of sources that disagree the one that
    spoke last counts. The latest actual time is shown, also at a lower rank (redelivery, re-load); at the same time the
    higher rank. Plans and estimates never move a shipment.
    """
    standing = [item for item in events if item.retracted_at is None]
    happened = _agreed(item for item in standing if _is_actual(item) and item.event_time <= now)
    steps = [item for item in happened if not is_exception(item.code)]
    last = max(steps, key=_order, default=None)
    return Progress(
        last=last,
        problem=_open_problem(happened, last),
        upcoming=tuple(_upcoming(standing, steps, last)),
        happened=tuple(sorted(happened, key=lambda item: item.event_time)),
    )


def closing(state: Progress, shipment: Shipment) -> MilestoneEvent | None:
    """Return the event with which the shipment was over, or None.

    The end is the empty container's return (sea FCL), elsewhere the returned POD, and a cancellation or return of goods.
    """
    problem = state.problem
    if problem is not None and problem.code not in LASTING_EXCEPTIONS:
        return problem if problem.code in FINAL_EXCEPTIONS else None
    if state.last is None:
        return None
    waits_for_box = shipment.mode == TransportMode.SEA.value and shipment.load_type == LoadType.FCL.value
    ends = {"empty_returned"} if waits_for_box else {"empty_returned", "pod_returned"}
    return state.last if state.last.code in ends else None


def _is_actual(item: MilestoneEvent) -> bool:
    return item.classifier == Classifier.ACTUAL.value


def _order(item: MilestoneEvent) -> tuple[datetime, int, datetime]:
    return item.event_time, MILESTONES[item.code].rank, item.created_at


def _agreed(events: Iterable[MilestoneEvent]) -> list[MilestoneEvent]:
    """Of several sources that tell of one fact, keep what the one says that spoke last (it may tell of it twice)."""
    facts: dict[tuple[str, str], list[MilestoneEvent]] = {}
    for item in events:
        facts.setdefault((item.code, item.place_locode if item.code in _REPEATED else ""), []).append(item)
    agreed: list[MilestoneEvent] = []
    for told in facts.values():
        source = max(told, key=lambda item: (item.created_at, item.event_time)).source
        agreed.extend(item for item in told if item.source == source)
    return agreed


def _open_problem(happened: Sequence[MilestoneEvent], last: MilestoneEvent | None) -> MilestoneEvent | None:
    """The newest exception that no later step has ended; one that ended the journey or blocks it before a lasting one."""
    problems = [
        item
        for item in happened
        if is_exception(item.code)
        and (item.code in LASTING_EXCEPTIONS or last is None or item.event_time >= last.event_time)
    ]
    return max(
        problems, key=lambda item: (item.code not in LASTING_EXCEPTIONS, item.event_time, item.created_at), default=None
    )


def _upcoming(
    standing: Sequence[MilestoneEvent], steps: Sequence[MilestoneEvent], last: MilestoneEvent | None
) -> list[MilestoneEvent]:
    """One event for each step still to come: an estimate before a plan, then what was told last."""
    rank = MILESTONES[last.code].rank if last else 0
    done = {(item.code, item.place_locode) for item in steps}
    best: dict[tuple[str, str], MilestoneEvent] = {}
    for item in standing:
        if _is_actual(item) or is_exception(item.code):
            continue
        repeated = item.code in _REPEATED
        if MILESTONES[item.code].rank < rank + (0 if repeated else 1) or (item.code, item.place_locode) in done:
            continue
        key = (item.code, item.place_locode if repeated else "")
        if key not in best or _trust(item) > _trust(best[key]):
            best[key] = item
    return sorted(best.values(), key=lambda item: (MILESTONES[item.code].rank, item.event_time))


def _trust(item: MilestoneEvent) -> tuple[bool, datetime]:
    return item.classifier == Classifier.ESTIMATED.value, item.created_at
