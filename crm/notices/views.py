"""What is to be told of its own accord, as data. Sentences are made elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from uuid import UUID

from crm.clock import SHANGHAI
from crm.customers.models import ChannelIdentity
from crm.notices.models import NoticeSource
from crm.pricing.views import CustomerQuote
from crm.shipments import arrival
from crm.shipments.models import Classifier, EtaEstimate, MilestoneEvent
from crm.shipments.progress import progress
from crm.shipments.status import StatusView
from freight.modes import TransportMode

SAME_FACT = timedelta(hours=12)
"""Sources give the same step times that differ; one that comes again later (派送) is another step."""
Sources = tuple[tuple[NoticeSource, UUID], ...]
"""The rows that a piece of news comes from."""


class Change(Enum):
    """What changed with a shipment. Of several the first counts."""

    TROUBLE = auto()
    MOVED = auto()
    ETA = auto()


@dataclass(frozen=True)
class ShipmentNews:
    """News of one shipment for one account."""

    identity: ChannelIdentity
    sources: Sources
    view: StatusView
    change: Change | None
    """None: nothing that is worth a message (a second source says the same, the day stays)."""
    eta_before: datetime | None
    """The estimate that held before; None: there was none."""


@dataclass(frozen=True)
class QuoteNews:
    """The answer of the pricing department."""

    identity: ChannelIdentity
    sources: Sources
    quote_id: UUID
    quote: CustomerQuote
    worth_telling: bool
    """False: the answer holds no longer (replaced, taken, run out)."""
    answered: bool
    """The customer hears it now or has seen it already; False: it ran out or was replaced unseen."""


def change_of(
    events: Sequence[MilestoneEvent], new: Sequence[MilestoneEvent], view: StatusView, eta_before: datetime | None
) -> Change | None:
    """What of all that is `new` among the events is to be told: the newest, and an estimate only when its day is another."""
    state = progress(events, view.as_of)
    if _is_news(state.problem, events, new):
        return Change.TROUBLE
    if _is_news(state.last, events, new):
        return Change.MOVED
    another_day = view.eta is not None and (eta_before is None or _day(view.eta.at) != _day(eta_before))
    return Change.ETA if another_day else None


def _is_news(item: MilestoneEvent | None, events: Sequence[MilestoneEvent], new: Sequence[MilestoneEvent]) -> bool:
    fresh = {one.id for one in new}
    if item is None or item.id not in fresh:
        return False
    known = (one for one in events if one.id not in fresh and one.classifier == Classifier.ACTUAL.value)
    return not any(
        one.code == item.code
        and (one.code != "transit" or one.place_locode == item.place_locode)
        and abs(one.event_time - item.event_time) < SAME_FACT
        for one in known
        if one.retracted_at is None
    )


def estimate_before(
    mode: TransportMode, events: Sequence[MilestoneEvent], estimates: Sequence[EtaEstimate], at: datetime
) -> datetime | None:
    """The estimate of arrival in force just before `at`; None: there was none."""
    known = [item for item in events if item.created_at < at]
    given = [item for item in estimates if item.created_at < at]
    eta = arrival.estimate(mode, progress(known, at), known, given, at)
    return None if eta is None else eta.at


def _day(instant: datetime) -> str:
    return instant.astimezone(SHANGHAI).date().isoformat()
