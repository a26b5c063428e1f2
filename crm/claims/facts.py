"""What the desk's own data say of a claim, until somebody of the staff has checked it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone

from crm.claims.regimes import CHINA, Regime, Trouble, regime_of
from crm.claims.repository import ClaimRepository
from crm.clock import SHANGHAI
from crm.complaints.models import ComplaintCard
from crm.shipments.models import Shipment
from freight.modes import LoadType
from freight.places import lookup

DELIVERED = ("delivered", "collected")
AT_DISPOSAL = ("available", *DELIVERED)
FURTHEST_WEST = timezone(timedelta(hours=-10))
"""Abroad the zone of the place is not known: a day too early is harmless, a day too late is not."""


@dataclass(frozen=True)
class ClaimFacts:
    """What decides the period of notice. None: not known."""

    regime: Regime
    trouble: Trouble
    container: bool
    delivered_on: date | None
    at_disposal_on: date | None


async def facts_of(card: ComplaintCard, claims: ClaimRepository) -> ClaimFacts:
    """By the card and its shipment; without a shipment nearly everything is open."""
    shipment = await claims.shipment(card.shipment_id) if card.shipment_id else None
    if shipment is None:
        return ClaimFacts(Regime.UNDETERMINED, _trouble(card.category, delivered=False), False, None, None)
    delivered = await claims.first_happened(shipment.id, DELIVERED)
    at_disposal = await claims.first_happened(shipment.id, AT_DISPOSAL)
    abroad = destination_of(shipment) != CHINA
    return ClaimFacts(
        regime=regime_of(
            shipment.mode, _country(shipment.origin_locode, shipment.origin_name), destination_of(shipment)
        ),
        trouble=_trouble(card.category, delivered=delivered is not None),
        container=shipment.load_type == LoadType.FCL,
        delivered_on=_day(delivered, abroad=abroad),
        at_disposal_on=_day(at_disposal, abroad=abroad),
    )


def destination_of(shipment: Shipment) -> str:
    """The country of delivery (ISO, two letters); empty: not known."""
    return _country(shipment.destination_locode, shipment.destination_name)


def _country(locode: str, name: str) -> str:
    if locode:
        return locode[:2].upper()
    place = lookup(name) if name else None
    return place.country if place else ""


def _trouble(category: str, *, delivered: bool) -> Trouble:
    """Damage that was seen at delivery is noted there; what is complained about afterwards is taken as hidden."""
    if category == "delay":
        return Trouble.DELAY
    if category == "misdelivery" or (category == "loss" and not delivered):
        return Trouble.LOST
    return Trouble.HIDDEN


def _day(instant: datetime | None, *, abroad: bool) -> date | None:
    if instant is None:
        return None
    return instant.astimezone(FURTHEST_WEST if abroad else SHANGHAI).date()
