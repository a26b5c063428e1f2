"""What comes in about shipments, checked: from imports, carriers' messages and staff."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from crm.customers.phones import to_e164
from crm.shipments.models import Classifier
from freight.milestones import DELAY_REASONS, DELAY_WORDS, EXCEPTIONS, MILESTONES
from freight.modes import LoadType, TransportMode
from freight.places import canonical
from freight.references import ReferenceKind


@dataclass(frozen=True)
class NewShipment:
    """A shipment to register. Phones in any usual form (China unless with a country code); empty texts: not known."""

    code: str
    customer_id: UUID
    mode: TransportMode
    load_type: LoadType | None = None
    contact_id: UUID | None = None
    origin_locode: str = ""
    origin_name: str = ""
    destination_locode: str = ""
    destination_name: str = ""
    shipper_name: str = ""
    shipper_phone: str = ""
    consignee_name: str = ""
    consignee_phone: str = ""
    carrier: str = ""
    vessel: str = ""
    pieces: int | None = None
    weight_kg: Decimal | None = None
    volume_cbm: Decimal | None = None
    commodity: str = ""
    incoterm: str = ""
    promised_at: datetime | None = None
    references: tuple[tuple[ReferenceKind, str], ...] = ()
    created_at: datetime | None = None
    """None: now. Given for shipments that began before they were registered here."""


@dataclass(frozen=True)
class NewEvent:
    """An event to add. The same code, classifier, time, place and source are the same event, however often it comes."""

    code: str
    event_time: datetime
    source: str
    classifier: Classifier = Classifier.ACTUAL
    place_locode: str = ""
    place_name: str = ""
    raw_code: str = ""
    raw_version: str = ""
    delay_reason: str = ""
    """A group of `freight.milestones.DELAY_WORDS` or an SMDG delay code; empty: none."""
    note: str = ""
    """For staff only."""


def phone(written: str) -> str | None:
    """Return E.164, None for an empty text. Raises ValueError for what cannot be a phone number."""
    if not written.strip():
        return None
    number = to_e164(written)
    if number is None:
        raise ValueError("not a telephone number")
    return number


def checked_code(code: str) -> str:
    """Return a known milestone or exception. Raises ValueError for any other."""
    if code not in MILESTONES and code not in EXCEPTIONS:
        raise ValueError(f"unknown milestone {code!r}")
    return code


def reason_group(reason: str) -> str:
    """Return the group of a delay reason; empty stays empty. Raises ValueError for an unknown one."""
    group = DELAY_REASONS.get(reason.upper(), reason)
    if group and group not in DELAY_WORDS:
        raise ValueError(f"unknown delay reason {reason!r}")
    return group


def locode(code: str) -> str:
    """Return the code carriers use; empty stays empty."""
    return canonical(code) if code.strip() else ""
