"""Shipments, the numbers they go by, what happened to them, when they should arrive, and who looked them up."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Connection, ForeignKey, Index, String, UniqueConstraint, event, inspect, text
from sqlalchemy.orm import Mapped, Mapper, mapped_column

from crm.shipments.errors import PromiseIsFixed
from database.base import Base, Keyed, one_of
from database.types import Exact, UtcDateTime
from freight.milestones import DELAY_WORDS, EXCEPTIONS, MILESTONES, Phase
from freight.modes import LoadType, TransportMode
from freight.references import SHIPMENT_KINDS

EXCEPTION_PHASE = "exception"
PHASES = (*(phase.value for phase in Phase), EXCEPTION_PHASE)
"""Phases of a shipment: those of its last step, or `exception` while something is wrong."""


class Classifier(StrEnum):
    """DCSA event classifier: planned, estimated, actual."""

    PLANNED = "PLN"
    ESTIMATED = "EST"
    ACTUAL = "ACT"


class Shipment(Keyed, Base):
    """One consignment of one customer. Its numbers in other systems are `ShipmentReference`s."""

    __tablename__ = "shipments"
    __table_args__ = (
        CheckConstraint(one_of("mode", TransportMode), name="mode"),
        CheckConstraint(f"load_type IS NULL OR {one_of('load_type', LoadType)}", name="load_type"),
        CheckConstraint(one_of("phase", PHASES), name="phase"),
        CheckConstraint("(phase = 'closed') = (closed_at IS NOT NULL)", name="closed"),
        CheckConstraint("pieces IS NULL OR pieces > 0", name="pieces"),
        CheckConstraint("shipper_phone IS NULL OR shipper_phone LIKE '+%'", name="shipper_phone"),
        CheckConstraint("consignee_phone IS NULL OR consignee_phone LIKE '+%'", name="consignee_phone"),
        Index("ix_shipments_customer_newest", "customer_id", "created_at"),
    )

    code: Mapped[str] = mapped_column(String(16), unique=True)
    """Our waybill number, WB…"""
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customers.id"))
    contact_id: Mapped[UUID | None] = mapped_column(ForeignKey("contacts.id"))
    """Who of the customer looks after this shipment; None: nobody in particular."""
    mode: Mapped[str] = mapped_column(String(8))
    load_type: Mapped[str | None] = mapped_column(String(3))
    origin_locode: Mapped[str] = mapped_column(String(5), default="")
    """UN/LOCODE; empty: only the name is known."""
    origin_name: Mapped[str] = mapped_column(String(80), default="")
    destination_locode: Mapped[str] = mapped_column(String(5), default="")
    destination_name: Mapped[str] = mapped_column(String(80), default="")
    shipper_name: Mapped[str] = mapped_column(String(120), default="")
    shipper_phone: Mapped[str | None] = mapped_column(String(20))
    """E.164. The last four digits are what a stranger must know; None: nobody can ask by the sender's phone."""
    consignee_name: Mapped[str] = mapped_column(String(120), default="")
    consignee_phone: Mapped[str | None] = mapped_column(String(20))
    """E.164; see `shipper_phone`."""
    carrier: Mapped[str] = mapped_column(String(80), default="")
    vessel: Mapped[str] = mapped_column(String(120), default="")
    """Vessel and voyage, flight, train or plate, as one text; empty: not assigned or not known."""
    pieces: Mapped[int | None]
    weight_kg: Mapped[Decimal | None] = mapped_column(Exact)
    volume_cbm: Mapped[Decimal | None] = mapped_column(Exact)
    commodity: Mapped[str] = mapped_column(String(200), default="")
    incoterm: Mapped[str] = mapped_column(String(3), default="")
    promised_at: Mapped[datetime | None] = mapped_column(UtcDateTime, active_history=True)
    """When arrival (express and road: delivery) was promised; set once, then only by an agreed amendment. None: no promise."""
    phase: Mapped[str] = mapped_column(String(10), default=Phase.PRE.value)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When nothing more was to come; None: open. A container number may then mean another shipment."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


def _keep_promise(_mapper: Mapper[Any], _connection: Connection, target: Shipment) -> None:
    before = inspect(target).attrs.promised_at.history.deleted
    if before and before[0] is not None and before[0] != target.promised_at:
        raise PromiseIsFixed(f"the promised date of {target.code} cannot be changed")


event.listen(Shipment, "before_update", _keep_promise)


class ShipmentReference(Keyed, Base):
    """A number by which people call a shipment.

    Not unique: containers are used again and again, and one MBL or MAWB covers house bills of several customers.
    """

    __tablename__ = "shipment_references"
    __table_args__ = (
        CheckConstraint(one_of("kind", SHIPMENT_KINDS), name="kind"),
        UniqueConstraint("shipment_id", "kind", "number"),
        Index("ix_shipment_references_number", "number"),
    )

    shipment_id: Mapped[UUID] = mapped_column(ForeignKey("shipments.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(10))
    number: Mapped[str] = mapped_column(String(35))
    """As `freight.references.normalise` gives it: upper case, no separators."""


class MilestoneEvent(Keyed, Base):
    """Something that happened or is to happen to a shipment. Never changed; a wrong one is retracted."""

    __tablename__ = "milestone_events"
    __table_args__ = (
        CheckConstraint(one_of("code", (*MILESTONES, *EXCEPTIONS)), name="code"),
        CheckConstraint(one_of("classifier", Classifier), name="classifier"),
        CheckConstraint(f"delay_reason = '' OR {one_of('delay_reason', DELAY_WORDS)}", name="delay_reason"),
        UniqueConstraint(
            "shipment_id",
            "code",
            "classifier",
            "event_time",
            "place_locode",
            "source",
            name="uq_milestone_events_natural",
        ),
        Index("ix_milestone_events_news", "shipment_id", "created_at"),
    )

    shipment_id: Mapped[UUID] = mapped_column(ForeignKey("shipments.id", ondelete="CASCADE"))
    code: Mapped[str] = mapped_column(String(20))
    """A milestone or an exception of `freight.milestones`."""
    classifier: Mapped[str] = mapped_column(String(3))
    event_time: Mapped[datetime] = mapped_column(UtcDateTime)
    place_locode: Mapped[str] = mapped_column(String(5), default="")
    place_name: Mapped[str] = mapped_column(String(120), default="")
    """The source's own words; may name a street or a person: never shown to somebody who is not bound to the customer."""
    source: Mapped[str] = mapped_column(String(32))
    """Who says so: carrier, express100, operations …"""
    raw_code: Mapped[str] = mapped_column(String(40), default="")
    raw_version: Mapped[str] = mapped_column(String(20), default="")
    """Code and version of its vocabulary as received; the same code means different things in different versions."""
    delay_reason: Mapped[str] = mapped_column(String(16), default="")
    """Group of reasons (`freight.milestones.DELAY_WORDS`); empty: none given."""
    note: Mapped[str] = mapped_column(String(500), default="")
    """For staff only."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When we learned of it."""
    retracted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When it was found not to be true; None: it stands."""


class EtaEstimate(Keyed, Base):
    """One estimate of when a shipment arrives (express and road: is delivered). Every one is kept; the newest counts."""

    __tablename__ = "eta_estimates"
    __table_args__ = (
        UniqueConstraint("shipment_id", "source", "eta", "created_at", name="uq_eta_estimates_natural"),
        Index("ix_eta_estimates_news", "shipment_id", "created_at"),
    )

    shipment_id: Mapped[UUID] = mapped_column(ForeignKey("shipments.id", ondelete="CASCADE"))
    eta: Mapped[datetime] = mapped_column(UtcDateTime)
    source: Mapped[str] = mapped_column(String(32))
    """`schedule` is a timetable and counts little; anything else (carrier, operations, express100) follows the shipment."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class AccessGrant(Keyed, Base):
    """In this dialogue this shipment was opened with the right phone digits; holds as long as the dialogue."""

    __tablename__ = "access_grants"
    __table_args__ = (UniqueConstraint("dialogue_id", "shipment_id"),)

    dialogue_id: Mapped[UUID] = mapped_column(ForeignKey("dialogues.id"))
    shipment_id: Mapped[UUID] = mapped_column(ForeignKey("shipments.id", ondelete="CASCADE"))
    granted_at: Mapped[datetime] = mapped_column(UtcDateTime)


class AccessAttempt(Keyed, Base):
    """Somebody gave a number and phone digits. Also for numbers that do not exist: limits must not tell which do."""

    __tablename__ = "access_attempts"
    __table_args__ = (
        UniqueConstraint("dialogue_id", "turn_id", "reference"),
        CheckConstraint("NOT success OR compared", name="success_was_compared"),
        Index("ix_access_attempts_reference_at", "reference", "at"),
        Index("ix_access_attempts_identity_at", "identity_id", "at"),
        Index(
            "ix_access_attempts_failed_at", "at", sqlite_where=text("NOT success"), postgresql_where=text("NOT success")
        ),
    )

    reference: Mapped[str] = mapped_column(String(40))
    identity_id: Mapped[UUID] = mapped_column(ForeignKey("channel_identities.id"))
    dialogue_id: Mapped[UUID] = mapped_column(ForeignKey("dialogues.id"))
    turn_id: Mapped[UUID]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    success: Mapped[bool]
    compared: Mapped[bool]
    """False: refused because of a limit, before the digits were looked at."""
