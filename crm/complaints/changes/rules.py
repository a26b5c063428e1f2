"""When one of the three changes is due (换当事人, 换场所, 换时间). Plain rules on what happened to a complaint."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from crm.complaints.changes.assignment import SUPERVISOR
from crm.complaints.changes.models import MoveKind, Trigger
from crm.complaints.models import Severity

GRAVE = frozenset({Severity.S1})
"""So grave that a change is proposed at once. S2 (any loss or damage) would be nearly every case."""


@dataclass(frozen=True)
class Occasion:
    """Something that makes a change due."""

    trigger: Trigger
    key: str
    """Names it so exactly that it counts once."""
    at: datetime
    wished: frozenset[MoveKind] = frozenset()
    """What the customer asked for; empty: nothing in particular."""


@dataclass(frozen=True)
class Situation:
    """How a complaint stands."""

    severity: Severity
    occasions: Sequence[Occasion]
    angry: bool = False
    public: bool = False
    """The quarrel goes on where others read along."""
    owner_rank: int | None = None
    """None: nobody has taken it."""
    done_at: Mapping[MoveKind, datetime] = field(default_factory=dict)
    """When each change was last made; one that is missing was never made."""
    settled_at: Mapping[MoveKind, datetime] = field(default_factory=dict)
    """When a change of each kind was last made, declined or dropped."""
    proposed: frozenset[MoveKind] = frozenset()
    """What is proposed already and waits for a decision."""


@dataclass(frozen=True)
class Proposal:
    """A change that is due, and why."""

    kind: MoveKind
    occasion: Occasion


def proposals(situation: Situation) -> tuple[Proposal, ...]:
    """What is due now: each kind at most once, person before place before time, for the earliest occasion that asks for it.

    What is proposed already is not proposed again, nor for anything that happened before the last decision on it.
    """
    due: dict[MoveKind, Proposal] = {}
    for occasion in sorted(situation.occasions, key=lambda one: (one.at, one.key)):
        for kind in _asked_by(occasion, situation):
            settled = situation.settled_at.get(kind)
            news = settled is None or occasion.at > settled
            if news and kind not in situation.proposed:
                due.setdefault(kind, Proposal(kind, occasion))
    return tuple(due[kind] for kind in MoveKind if kind in due)


def _asked_by(occasion: Occasion, situation: Situation) -> Iterator[MoveKind]:
    if occasion.trigger is Trigger.WISH:
        yield from (kind for kind in MoveKind if kind in occasion.wished)
        return
    person = _done_before(MoveKind.PERSON, occasion, situation)
    place = _done_before(MoveKind.PLACE, occasion, situation)
    in_senior_hands = situation.owner_rank is not None and situation.owner_rank >= SUPERVISOR
    if not person and not (occasion.trigger is Trigger.SEVERITY and in_senior_hands):
        yield MoveKind.PERSON
    if not place and (person or situation.public or situation.severity in GRAVE):
        yield MoveKind.PLACE
    if person and place and situation.angry:
        yield MoveKind.TIME


def _done_before(kind: MoveKind, occasion: Occasion, situation: Situation) -> bool:
    done = situation.done_at.get(kind)
    return done is not None and done < occasion.at


_HIGHER = r"(经理|經理|主管|领导|領導|老板|老闆|负责人|負責人|上级|上級)"
_WISHES = (
    (MoveKind.PERSON, re.compile(r"(?<!不用)(?<!不要)换个?(别的|其他)?(人|客服|同事)|換個?(別的|其他)?(人|客服|同事)")),
    (MoveKind.PERSON, re.compile(rf"(叫|让|讓|找|请|請|要)(你们|你們)?(的)?.{{0,4}}{_HIGHER}")),
    (
        MoveKind.PLACE,
        re.compile(
            r"(上门|上門|当面|當面)(来|來)?.{0,3}([谈聊說说談]|沟通|溝通|道歉|解释|解釋|解决|解決)|面谈|面談"
            r"|(来|來|到|去)(我|你|我们|你们|我們|你們)(这儿|这里|这边|公司|厂里|廠裡|办公室).{0,6}[谈说聊談說]"
            r"|电话(里|上|中)?(谈|说|聊|沟通)|電話(裡|上|中)?(談|說|聊|溝通)"
            r"|打(个|個)?(电话|電話)(过来|過來|来|來|给我|給我)?.{0,2}(谈|说|聊|沟通|談|說|溝通)"
        ),
    ),
    (
        MoveKind.TIME,
        re.compile(
            r"(?<![预預大])[约約](个|個|一个|一個|一下|好)?(时间|時間)|(改天|另外|找个时间|找個時間).{0,6}[谈聊談]"
        ),
    ),
)


def wished(text: str) -> frozenset[MoveKind]:
    """Which changes a customer's words ask for: 换人, 叫经理, 上门, 打电话谈, 约时间; none for most words."""
    return frozenset(kind for kind, words in _WISHES if words.search(text))
