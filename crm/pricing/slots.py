"""The bot's slots (normal forms of the taxonomy) as a request for a price."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from crm.pricing.request import QuoteRequest
from freight.modes import CONTAINER_TYPES, LoadType, TransportMode

SIDES = 3


def request_from_slots(slots: Mapping[str, Any]) -> QuoteRequest:
    """The request that slots describe.

    Takes origin, destination, transport_mode, load_type, container, weight, volume, dimensions, pieces, commodity,
    incoterm, date; other slots are ignored. A value that has not its normal form counts as not said.
    """
    mode, load = slots.get("transport_mode"), slots.get("load_type")
    return QuoteRequest(
        origin=slots.get("origin") or None,
        destination=slots.get("destination") or None,
        mode=TransportMode(mode) if mode in {one.value for one in TransportMode} else None,
        load_type=LoadType(load) if load in {one.value for one in LoadType} else None,
        containers=_containers(slots.get("container")),
        weight_kg=_positive(slots.get("weight")),
        volume_cbm=_positive(slots.get("volume")),
        dimensions=_sides(slots.get("dimensions")),
        pieces=_count(slots.get("pieces")),
        commodity=slots.get("commodity") or None,
        incoterm=slots.get("incoterm") or None,
        ready_date=_day(slots.get("date")),
    )


def _positive(value: Any) -> Decimal | None:
    """A number of any JSON form as an exact one; None for nothing, nonsense, or not above zero."""
    if value is None or isinstance(value, bool):
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() and number > 0 else None


def _count(value: Any) -> int | None:
    number = _positive(value.get("count") if isinstance(value, Mapping) else value)
    return None if number is None else int(number)


def _containers(value: Any) -> tuple[tuple[str, int], ...]:
    """One {"count", "type"} or a list of them; a count not said is one (a price per container); the same type adds up."""
    boxes = [value] if isinstance(value, Mapping) else value
    if not isinstance(boxes, list):
        return ()
    counted: dict[str, int] = {}
    for box in boxes:
        if isinstance(box, Mapping) and box.get("type") in CONTAINER_TYPES:
            counted[box["type"]] = counted.get(box["type"], 0) + (_count(box) or 1)
    return tuple(counted.items())


def _sides(value: Any) -> tuple[Decimal, Decimal, Decimal] | None:
    if not isinstance(value, (list, tuple)) or len(value) != SIDES:
        return None
    length, width, height = (_positive(side) for side in value)
    return None if length is None or width is None or height is None else (length, width, height)


def _day(value: Any) -> date | None:
    """The first day of an ISO date or range (2026-11-25, 2026-11-25/2026-11-30, {"from": …})."""
    text = value.get("from") or value.get("start") if isinstance(value, Mapping) else value
    try:
        return date.fromisoformat(str(text)[:10])
    except ValueError:
        return None
