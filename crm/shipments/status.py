"""What may be told about a shipment, as data. Sentences are made elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from crm.clock import SHANGHAI
from crm.shipments import arrival
from crm.shipments.arrival import Confidence, Eta
from crm.shipments.models import EtaEstimate, MilestoneEvent, Shipment
from crm.shipments.progress import Progress, progress
from freight import milestones, places
from freight.milestones import SILENCE_LIMITS, Phase
from freight.modes import TransportMode


@dataclass(frozen=True)
class Step:
    """Something that happened or is to come."""

    code: str
    words: str
    """The customer's wording, in Chinese."""
    at: datetime
    place: str
    """Chinese name of the place; empty: not known, or not for this reader."""


@dataclass(frozen=True)
class StatusView:
    """The status of one shipment for one reader at one time.

    `limited`: the reader only knew the number and four digits of a phone, and is told status and cities: `code`,
    `carrier` and `vessel` are then empty, `promised`, `delay_*` None, `reason` empty.
    """

    shipment_id: UUID
    code: str
    reference: str
    """The number it was asked by."""
    limited: bool
    mode: TransportMode
    origin: str
    destination: str
    last: Step | None
    """The last normal step; None: nothing has happened yet."""
    exception: Step | None
    """What lies over it; None: all is well."""
    phase: str
    """pre, active, arrived, delivered, exception or closed."""
    next: Step | None
    """The next step that is planned or estimated; None: not known (never guessed)."""
    promised: datetime | None
    eta: Eta | None
    """None: no estimate, or it is there (see `arrived_at`)."""
    arrived_at: datetime | None
    """When it was at its destination (by road and express: delivered)."""
    delay_days: int | None
    """Calendar days behind (negative: ahead of) the promise; None: no promise, or not to be said yet."""
    delay_hours: int | None
    late: bool
    """Behind the promise by more than the tolerance of the mode."""
    reason: str
    """Group of reasons (`freight.milestones.DELAY_WORDS`) while late or in trouble; empty: none was given."""
    carrier: str
    vessel: str
    silent: bool
    """No news for longer than the mode's limit: say when the last was, and that it is being checked."""
    needs_check: bool
    """Operations must look: silent, an estimate that has passed, or under way without any estimate."""
    as_of: datetime

    @property
    def confidence(self) -> Confidence:
        """Confidence of the estimate; `none` without one."""
        return self.eta.confidence if self.eta else Confidence.NONE


def build(
    shipment: Shipment,
    events: Sequence[MilestoneEvent],
    estimates: Sequence[EtaEstimate],
    now: datetime,
    *,
    reference: str = "",
    limited: bool = False,
) -> StatusView:
    """Make the view of a shipment at `now`; `reference` empty: it was not asked by a number, our own is shown."""
    mode = TransportMode(shipment.mode)
    state = progress(events, now)
    arrived_at = arrival.reached_at(state, mode)
    eta = arrival.estimate(mode, state, events, estimates, now)
    behind = None if limited else arrival.delay(shipment.promised_at, mode, arrived_at, eta, now)
    silent = _is_silent(shipment, state, estimates, now)
    moving = state.phase in (Phase.ACTIVE.value, "exception") and arrived_at is None
    late = behind is not None and behind.late
    return StatusView(
        shipment_id=shipment.id,
        code="" if limited else shipment.code,
        reference=reference or ("" if limited else shipment.code),
        limited=limited,
        mode=mode,
        origin=_city(shipment.origin_locode, shipment.origin_name, limited=limited),
        destination=_city(shipment.destination_locode, shipment.destination_name, limited=limited),
        last=_step(state.last, mode, now, limited=limited),
        exception=_step(state.problem, mode, now, limited=limited),
        phase=Phase.CLOSED.value if shipment.closed_at is not None and shipment.closed_at <= now else state.phase,
        next=_step(state.upcoming[0] if state.upcoming else None, mode, now, limited=limited),
        promised=None if limited else shipment.promised_at,
        eta=eta,
        arrived_at=arrived_at,
        delay_days=behind.days if behind else None,
        delay_hours=behind.hours if behind else None,
        late=late,
        reason=_reason(events) if not limited and (late or state.problem is not None) else "",
        carrier="" if limited else shipment.carrier,
        vessel="" if limited else shipment.vessel,
        silent=silent,
        needs_check=silent or (moving and (eta is None or eta.at < now)),
        as_of=now,
    )


def _step(item: MilestoneEvent | None, mode: TransportMode, now: datetime, *, limited: bool) -> Step | None:
    if item is None:
        return None
    words = milestones.wording(item.code, mode)
    if item.code == "out_for_delivery" and _day(item.event_time) != _day(now):
        # "Expected today" was true on its day only.
        words = words.partition("，")[0]
    return Step(item.code, words, item.event_time, _city(item.place_locode, item.place_name, limited=limited))


def _day(instant: datetime) -> str:
    return instant.astimezone(SHANGHAI).date().isoformat()


def _city(locode: str, name: str, *, limited: bool) -> str:
    """Chinese name of a place. A name we have no place for may be an address: a limited reader gets nothing."""
    if locode and places.by_locode(locode) is not None:
        return places.name_zh(locode)
    known = places.lookup(name) if name else None
    if known is not None:
        return known.name_zh
    return "" if limited else name or locode


def _reason(events: Sequence[MilestoneEvent]) -> str:
    given = [item for item in events if item.delay_reason and item.retracted_at is None]
    return max(given, key=lambda item: item.created_at).delay_reason if given else ""


def _is_silent(shipment: Shipment, state: Progress, estimates: Sequence[EtaEstimate], now: datetime) -> bool:
    """Whether nothing was heard for longer than the mode allows. A booking whose next step lies ahead may be quiet."""
    if shipment.closed_at is not None or state.phase in (Phase.DELIVERED.value, Phase.CLOSED.value):
        return False
    if state.phase == Phase.PRE.value and any(item.event_time > now for item in state.upcoming):
        return False
    heard = [item.event_time for item in state.happened]
    heard += [item.created_at for item in estimates if item.created_at <= now]
    return now - max(heard, default=shipment.created_at) > SILENCE_LIMITS[TransportMode(shipment.mode)]
