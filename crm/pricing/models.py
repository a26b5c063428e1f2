"""Rates we buy at, quotes we give, and what a quote cost us (kept apart, so that no reading of a quote can show it)."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from database.base import Base, Json, JsonObject, Keyed
from database.types import Exact, UtcDateTime


class QuoteState(StrEnum):
    """Where a quote stands (freight reference 5.1); the moves are in `lifecycle.py`."""

    DRAFT = "draft"
    INQUIRING = "inquiring"
    PRICED = "priced"
    APPROVAL = "approval"
    SENT = "sent"
    NEGOTIATING = "negotiating"
    ACCEPTED = "accepted"
    CONVERTED = "converted"
    REJECTED = "rejected"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    NO_SERVICE = "no_service"
    CANCELLED = "cancelled"


def one_of(column: str, values: type[StrEnum]) -> str:
    """SQL of a check that `column` holds one of the enumeration's values."""
    return f"{column} IN ({', '.join(repr(value.value) for value in values)})"


class RateCard(Keyed, Base):
    """A price we can buy one lane at, for one mode and load type, between two days (both included).

    `origin`, `destination`: UN/LOCODE of port, airport, station or city; two letters stand for a whole country (express).

    `tariff` is the freight itself. Prices are exact *strings* in `currency`, weights kilograms:

    ========================  =====================================================================================
    air                       {"kind": "per_kg", "minimum": "320", "higher_break": true,
                              "breaks": [["0", "48"], ["45", "38"], ["100", "32"], ["300", "28"]]}
                              minimum = M, the break from 0 = N; higher_break false: the airline refuses 靠级
    express                   {"kind": "express", "first_kg": "0.5", "first": "120", "step_kg": "0.5", "step": "28",
                              "per_kg": [["21", "46"]]}     per_kg: from 21 kg on, per kilogram; may be left out
    sea LCL, rail LCL         {"kind": "per_rt", "price": "45"}
    sea, rail, road FCL       {"kind": "per_container", "prices": {"20GP": "1380", "40HQ": "2450"}}
    road LTL                  {"kind": "per_kg", "minimum": "80", "breaks": [["0", "0.85"], ["1000", "0.75"]],
                              "higher_break": true}
    road FTL                  {"kind": "per_truck", "trucks": [{"name": "9.6米厢车", "price": "4200",
                              "max_kg": "15000", "max_cbm": "55"}]}
    ========================  =====================================================================================

    `chargeable` are the ratios, exact strings too; a key left out takes the usual value:

    ========================  =====================================================================================
    air                       {"divisor": "6000", "step_kg": "0.5", "share": "1"}       share below 1: 分泡
    express                   {"divisor": "5000", "piece_rule": "total"}    or larger_per_piece, rounded_per_piece
    sea LCL                   {"kg_per_cbm": "1000", "minimum_rt": "1"}
    rail LCL                  {"kg_per_cbm": "500", "minimum_rt": "1"}
    road LTL                  {"kg_per_cbm": "250", "kg_per_ldm": "0"}    kg_per_ldm 0: loading metres do not count
    ========================  =====================================================================================

    One table row of an import maps to it column by column: break_0, break_45 … and minimum; 20GP, 40GP, 40HQ …;
    per_rt; first, step, per_kg_21; `crm.pricing.rates` has a builder for each.
    """

    __tablename__ = "rate_cards"
    __table_args__ = (
        CheckConstraint("mode IN ('air', 'sea', 'rail', 'road', 'express')", name="mode"),
        CheckConstraint("load_type IN ('', 'FCL', 'LCL', 'FTL', 'LTL')", name="load_type"),
        CheckConstraint("valid_from <= valid_to", name="validity"),
        Index("ix_rate_cards_lane", "mode", "load_type", "origin", "destination"),
    )

    code: Mapped[str] = mapped_column(String(40), unique=True)
    mode: Mapped[str] = mapped_column(String(8))
    load_type: Mapped[str] = mapped_column(String(3), default="")
    """Empty: air and express, which know none."""
    origin: Mapped[str] = mapped_column(String(5))
    destination: Mapped[str] = mapped_column(String(5))
    carrier: Mapped[str] = mapped_column(String(80), default="")
    supplier: Mapped[str] = mapped_column(String(80), default="")
    """Whom we buy from. Never shown to a customer, like `contract_no` and `notes`."""
    contract_no: Mapped[str] = mapped_column(String(60), default="")
    currency: Mapped[str] = mapped_column(String(3))
    valid_from: Mapped[date]
    valid_to: Mapped[date]
    transit_days_min: Mapped[int | None]
    transit_days_max: Mapped[int | None]
    free_days: Mapped[int | None]
    """Days free of demurrage and detention at destination; None: not agreed."""
    chargeable: Mapped[JsonObject] = mapped_column(default=dict)
    tariff: Mapped[JsonObject]
    notes: Mapped[str] = mapped_column(String(1000), default="")
    """Internal."""
    remark: Mapped[str] = mapped_column(String(500), default="")
    """Chinese, for the customer (每周三、六开船); empty: nothing to add."""

    charges: Mapped[list["RateCharge"]] = relationship(
        back_populates="card", lazy="selectin", cascade="all, delete-orphan", order_by="RateCharge.position"
    )


class RateCharge(Keyed, Base):
    """One charge of a rate card beside the freight; the fields are those of `charges.Charge`."""

    __tablename__ = "rate_charges"
    __table_args__ = (
        CheckConstraint("side IN ('origin', 'freight', 'destination')", name="side"),
        CheckConstraint("inclusion IN ('priced', 'included', 'at_cost')", name="inclusion"),
    )

    card_id: Mapped[UUID] = mapped_column(ForeignKey("rate_cards.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    code: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(60))
    side: Mapped[str] = mapped_column(String(12))
    basis: Mapped[str] = mapped_column(String(20))
    container_type: Mapped[str] = mapped_column(String(4), default="")
    """Empty: all types."""
    unit_price: Mapped[Decimal] = mapped_column(Exact)
    currency: Mapped[str] = mapped_column(String(3))
    minimum: Mapped[Decimal | None] = mapped_column(Exact)
    maximum: Mapped[Decimal | None] = mapped_column(Exact)
    inclusion: Mapped[str] = mapped_column(String(8), default="priced")
    payable_at: Mapped[str] = mapped_column(String(40), default="")
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]

    card: Mapped[RateCard] = relationship(back_populates="charges")


class Quote(Keyed, Base):
    """One version of an offer, and nothing but what the customer may read. Cost and margin are in `QuoteCosting`."""

    __tablename__ = "quotes"
    __table_args__ = (
        UniqueConstraint("dialogue_id", "turn_id"),
        CheckConstraint(one_of("state", QuoteState), name="state"),
        Index("ix_quotes_state_valid_until", "state", "valid_until"),
    )

    number: Mapped[str] = mapped_column(String(20), unique=True)
    version: Mapped[int] = mapped_column(default=1)
    customer_id: Mapped[UUID | None] = mapped_column(ForeignKey("customers.id"), index=True)
    """None: asked by somebody we do not know; the quote belongs to the dialogue alone."""
    contact_id: Mapped[UUID | None] = mapped_column(ForeignKey("contacts.id"))
    dialogue_id: Mapped[UUID | None] = mapped_column(ForeignKey("dialogues.id"), index=True)
    """None, like `turn_id`: written by staff or imported."""
    turn_id: Mapped[UUID | None]
    state: Mapped[str] = mapped_column(String(12))
    mode: Mapped[str] = mapped_column(String(8))
    load_type: Mapped[str] = mapped_column(String(3), default="")
    origin: Mapped[str] = mapped_column(String(5))
    destination: Mapped[str] = mapped_column(String(5))
    request: Mapped[JsonObject]
    """The facts as asked (`QuoteRequest.as_facts`)."""
    lines: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    """Selling prices (`Line.as_json`); empty while there is no price."""
    totals: Mapped[JsonObject] = mapped_column(default=dict)
    """Currency -> exact string."""
    cny_total: Mapped[Decimal | None] = mapped_column(Exact)
    """Everything in CNY at `exchange`; None: no exchange rate at hand, or no price."""
    exchange: Mapped[JsonObject] = mapped_column(default=dict)
    """Currency -> {"rate", "day"} that `cny_total` was made with; empty: all in CNY."""
    valid_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    transit_days_min: Mapped[int | None]
    transit_days_max: Mapped[int | None]
    free_days: Mapped[int | None]
    remark: Mapped[str] = mapped_column(String(500), default="")
    answer_due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the pricing department's answer is due; None: priced at once."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    replaces_id: Mapped[UUID | None] = mapped_column(ForeignKey("quotes.id"))

    events: Mapped[list["QuoteEvent"]] = relationship(lazy="raise", order_by="QuoteEvent.position")


class QuoteCosting(Keyed, Base):
    """What a quote costs us and what stays with us. Internal: read only by staff who may see margins."""

    __tablename__ = "quote_costings"

    quote_id: Mapped[UUID] = mapped_column(ForeignKey("quotes.id"), unique=True)
    rate_card_code: Mapped[str] = mapped_column(String(40), default="")
    """Empty: priced by hand."""
    supplier: Mapped[str] = mapped_column(String(80), default="")
    cost_lines: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    cost_totals: Mapped[JsonObject]
    margin: Mapped[Decimal] = mapped_column(Exact)
    """The lowest margin of any currency of the quote, a fraction."""
    approved_by: Mapped[str] = mapped_column(String(32), default="")
    """Staff code of who let a price under the floor go out; empty: nobody had to."""
    note: Mapped[str] = mapped_column(String(500), default="")


class QuoteEvent(Keyed, Base):
    """One move of a quote: from where to where, by whom, when and why. The history is only added to."""

    __tablename__ = "quote_events"
    __table_args__ = (UniqueConstraint("quote_id", "position"),)

    quote_id: Mapped[UUID] = mapped_column(ForeignKey("quotes.id"), index=True)
    position: Mapped[int]
    from_state: Mapped[str] = mapped_column(String(12))
    """Empty for the first."""
    to_state: Mapped[str] = mapped_column(String(12))
    actor: Mapped[str] = mapped_column(String(64))
    """system, bot, customer, or a staff code."""
    reason: Mapped[str] = mapped_column(String(300), default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class ExchangeRate(Keyed, Base):
    """CNY for one unit of a currency on a day, and the buffer we add when we convert (0.015 is 1.5 %)."""

    __tablename__ = "exchange_rates"
    __table_args__ = (UniqueConstraint("currency", "day"),)

    currency: Mapped[str] = mapped_column(String(3))
    day: Mapped[date]
    rate: Mapped[Decimal] = mapped_column(Exact)
    buffer: Mapped[Decimal] = mapped_column(Exact, default=Decimal("0.015"))
