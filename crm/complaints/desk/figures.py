"""Complaints in numbers, for a supervisor: how many, about what, whose cause, and how quickly they are solved."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from statistics import median

from sqlalchemy.ext.asyncio import AsyncSession

from crm.complaints.desk.repository import DeskRepository
from crm.complaints.models import ComplaintCard, ComplaintState, Severity
from crm.complaints.severity import RESOLVE_WITHIN

QUICK_SHARE = 2
"""Quickly is within the target divided by this."""


@dataclass(frozen=True)
class ComeBack:
    """Customers who come back after a bad experience, as found by TARP: between so many percent."""

    name_zh: str
    least: int
    most: int


TARP = (
    ComeBack("没有投诉", 9, 37),
    ComeBack("投诉了，没有解决", 19, 46),
    ComeBack("投诉了，解决了", 54, 70),
    ComeBack("投诉了，很快解决", 82, 95),
)
"""What the share solved quickly is held against: speed is the figure to drive."""


@dataclass(frozen=True)
class ComplaintFigures:
    """Of the cards made in a time. None: no data, which is not the same as zero."""

    made: int
    by_state: Mapping[str, int]
    by_category: Mapping[str, int]
    by_cause_department: Mapping[str, int]
    """Only cards whose cause was found."""
    reopened: int
    """Cards opened again at least once."""
    median_resolution: timedelta | None
    """From being made to the result that stands; half of the finished ones took longer."""
    quickly: Decimal | None
    """Share of the finished ones answered within half of their target (0 to 1)."""
    in_time: Decimal | None
    """Share of the finished ones answered by the time they were due (0 to 1)."""
    orders_done: int
    per_mille: Decimal | None
    """Complaints for a thousand orders delivered."""


class FiguresService:
    """Counts cards."""

    def __init__(self, session: AsyncSession) -> None:
        self._cards = DeskRepository(session)

    async def figures(self, since: datetime, until: datetime) -> ComplaintFigures:
        """Of the cards made from a moment on and before another."""
        cards = await self._cards.made_between(since, until)
        return figures_of(cards, await self._cards.orders_done(since, until))


def figures_of(cards: Sequence[ComplaintCard], orders_done: int) -> ComplaintFigures:
    """The figures of some cards."""
    finished = [(card, taken) for card in cards if (taken := resolution_time(card)) is not None]
    return ComplaintFigures(
        made=len(cards),
        by_state={state.value: sum(card.state == state for card in cards) for state in ComplaintState},
        by_category=dict(Counter(card.category for card in cards)),
        by_cause_department=dict(Counter(card.cause_department for card in cards if card.cause_department)),
        reopened=sum(card.reopened > 0 for card in cards),
        median_resolution=_median([taken for _, taken in finished]),
        quickly=_share(sum(_quick(card, taken) for card, taken in finished), len(finished)),
        in_time=_share(sum(card.created_at + taken <= card.resolve_due for card, taken in finished), len(finished)),
        orders_done=orders_done,
        per_mille=None if orders_done == 0 else (Decimal(1000) * len(cards) / orders_done).quantize(Decimal("0.1")),
    )


def resolution_time(card: ComplaintCard) -> timedelta | None:
    """How long it took until the result that stands was given; None: none stands."""
    if card.state not in (ComplaintState.ANSWERED, ComplaintState.CLOSED):
        return None
    at = card.answered_at or card.closed_at
    return None if at is None else at - card.created_at


def _quick(card: ComplaintCard, taken: timedelta) -> bool:
    return taken <= RESOLVE_WITHIN[Severity(card.severity)] / QUICK_SHARE


def _median(times: Sequence[timedelta]) -> timedelta | None:
    return timedelta(seconds=median(one.total_seconds() for one in times)) if times else None


def _share(part: int, whole: int) -> Decimal | None:
    return None if whole == 0 else (Decimal(part) / whole).quantize(Decimal("0.001"))
