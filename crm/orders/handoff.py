"""Which departments get to work on an order (service reference 4: 下单 - 派单)."""

from typing import Any

from crm.orders.models import TaskKind
from crm.pricing.models import Quote
from crm.staff.departments import Department
from freight.modes import LoadType, TransportMode

COUNTRY_LENGTH = 2
FETCHED_FROM_SELLER = frozenset({"EXW", "FCA"})
"""Under these terms the goods are taken over at the seller's."""
TRUCKING, CUSTOMS = "TRK", "CUS"
"""Codes of the charges that say trucking or customs clearance is part of the price."""


def tasks_for(quote: Quote) -> list[tuple[TaskKind, Department]]:
    """The tasks that an accepted quote starts."""
    tasks = [(TaskKind.BOOK, Department.OPERATIONS)]
    if _needs_truck(quote):
        tasks.append((TaskKind.PICK_UP, Department.DISPATCH))
    if _needs_warehouse(quote):
        tasks.append((TaskKind.RECEIVE, Department.WAREHOUSE))
    if _needs_customs(quote):
        tasks.append((TaskKind.DECLARE, Department.CUSTOMS))
    return tasks


def facts_of(quote: Quote, order_number: str, rate_card: str) -> dict[str, Any]:
    """What every department must know. `rate_card` names the route; its cost is read by those who may."""
    return {
        "order": order_number,
        "quote": quote.number,
        "mode": quote.mode,
        "load_type": quote.load_type,
        "origin": quote.origin,
        "destination": quote.destination,
        "request": quote.request,
        "rate_card": rate_card,
    }


def _needs_truck(quote: Quote) -> bool:
    door_to_door = quote.mode in (TransportMode.ROAD.value, TransportMode.EXPRESS.value)
    return door_to_door or quote.request.get("incoterm") in FETCHED_FROM_SELLER or _charges(quote, TRUCKING)


def _needs_warehouse(quote: Quote) -> bool:
    groupage = quote.load_type in (LoadType.LCL.value, LoadType.LTL.value)
    return groupage or quote.mode == TransportMode.AIR.value


def _needs_customs(quote: Quote) -> bool:
    # Express carriers declare parcels themselves.
    abroad = quote.origin[:COUNTRY_LENGTH] != quote.destination[:COUNTRY_LENGTH]
    return _charges(quote, CUSTOMS) or (abroad and quote.mode != TransportMode.EXPRESS.value)


def _charges(quote: Quote, code: str) -> bool:
    return any(str(line["code"]).startswith(code) and line["inclusion"] != "at_cost" for line in quote.lines)
