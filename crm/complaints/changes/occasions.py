"""What in the history of a complaint makes a change due, read from its records."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from crm.complaints.changes.assignment import rank
from crm.complaints.changes.models import ComplaintMove, MoveKind, MoveState, Trigger
from crm.complaints.changes.rules import GRAVE, Occasion, Situation, wished
from crm.complaints.models import ComplaintCard, ComplaintEvent, Emotion, EventKind, Severity
from crm.promises.models import Promise
from crm.staff.models import Staff

AGAIN_AFTER = timedelta(minutes=30)
"""Words so long after the customer was told what happens next, and after the words before, are another complaint."""
PUBLIC_CHANNELS = ("group", "public")
"""Parts of the names of channels in which others read along."""
WORDS = frozenset({EventKind.OPENED, EventKind.FACTS_ADDED})
REPEATED = "repeated"
"""The rule of severity.py that knows of an earlier complaint on the like."""


def situation_of(
    card: ComplaintCard,
    events: Sequence[ComplaintEvent],
    late: Sequence[Promise],
    moves: Sequence[ComplaintMove],
    owner: Staff | None,
) -> Situation:
    """How a card stands. `events` in their order; `late`: promises about it that were not kept in time."""
    return Situation(
        severity=Severity(card.severity),
        occasions=[*_of_card(card, events), *_of_events(card, events), *map(_of_promise, late)],
        angry=card.emotion == Emotion.ANGRY,
        public=any(part in card.channel for part in PUBLIC_CHANNELS),
        owner_rank=rank(owner) if owner else None,
        done_at=_last(move for move in moves if move.state == MoveState.DONE),
        settled_at=_last(move for move in moves if move.state != MoveState.PROPOSED),
        proposed=frozenset(MoveKind(move.kind) for move in moves if move.state == MoveState.PROPOSED),
    )


def _of_card(card: ComplaintCard, events: Sequence[ComplaintEvent]) -> Iterator[Occasion]:
    if Severity(card.severity) in GRAVE:
        raised = [event.at for event in events if event.what == EventKind.SEVERITY_RAISED]
        at = raised[-1] if raised else card.created_at
        yield Occasion(Trigger.SEVERITY, f"severity:{card.severity}", at)
    if any(reason["rule"] == REPEATED for reason in card.severity_reasons):
        yield Occasion(Trigger.AGAIN, REPEATED, card.created_at)


def _of_events(card: ComplaintCard, events: Sequence[ComplaintEvent]) -> Iterator[Occasion]:
    said: datetime | None = None
    for event in events:
        apologized = card.told_at is not None and event.at > card.told_at
        key = f"event:{event.position}"
        if event.what in WORDS:
            if apologized and said is not None and event.at - max(said, card.told_at or said) > AGAIN_AFTER:
                yield Occasion(Trigger.AGAIN, key, event.at)
            if kinds := wished(event.new or ""):
                yield Occasion(Trigger.WISH, key, event.at, kinds)
            said = event.at
        elif event.what == EventKind.VENTED or (apologized and _turns_angry(event)):
            yield Occasion(Trigger.VENT, key, event.at)
        elif event.what == EventKind.REOPENED:
            yield Occasion(Trigger.LOW_RATING, key, event.at)


def _turns_angry(event: ComplaintEvent) -> bool:
    return event.what == EventKind.EMOTION_RAISED and event.new == Emotion.ANGRY


def _of_promise(promise: Promise) -> Occasion:
    return Occasion(Trigger.BROKEN_PROMISE, f"promise:{promise.id}", promise.due_at)


def _last(moves: Iterator[ComplaintMove]) -> Mapping[MoveKind, datetime]:
    found: dict[MoveKind, datetime] = {}
    for move in moves:
        if move.settled_at is not None:
            kind = MoveKind(move.kind)
            found[kind] = max(move.settled_at, found.get(kind, move.settled_at))
    return found
