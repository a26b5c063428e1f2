"""What a customer may read of a quote. Nothing here comes from a rate card's supplier or from `QuoteCosting`."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from crm.clock import SHANGHAI
from crm.pricing.lifecycle import STATE_NAMES
from crm.pricing.lines import BASIS_NAMES, Inclusion, Line, Side
from crm.pricing.models import Quote, QuoteState
from crm.pricing.money import CNY, Money
from freight.modes import LOAD_NAMES, MODE_NAMES, LoadType, TransportMode
from freight.places import name_zh

EXPIRING = frozenset({QuoteState.SENT, QuoteState.ACCEPTED})
"""States in which a price runs out."""
AWAITED = frozenset({QuoteState.INQUIRING, QuoteState.PRICED, QuoteState.APPROVAL})
"""States in which the customer still waits for a price."""
VISIBLE_PRICE = frozenset(QuoteState) - AWAITED - {QuoteState.DRAFT, QuoteState.NO_SERVICE}
"""A price that has not been sent yet is not the customer's to read."""


@dataclass(frozen=True)
class CustomerLine:
    """One line with its selling price; `amount` 0 for one that is included (含) or at cost (实报实销)."""

    code: str
    name: str
    side: Side
    quantity: Decimal
    unit: str
    unit_price: Decimal
    amount: Decimal
    currency: str
    inclusion: Inclusion
    detail: str
    payable_at: str

    @classmethod
    def of(cls, line: Line) -> "CustomerLine":
        """The line as a customer reads it, with the unit in words."""
        return cls(
            code=line.code,
            name=line.name,
            side=line.side,
            quantity=line.quantity,
            unit=BASIS_NAMES[line.basis],
            unit_price=line.unit_price,
            amount=line.amount,
            currency=line.currency,
            inclusion=line.inclusion,
            detail=line.detail,
            payable_at=line.payable_at,
        )


@dataclass(frozen=True)
class Exchange:
    """CNY for one unit of `currency`, as used for the CNY total, and the day of the rate."""

    currency: str
    rate: Decimal
    day: date


@dataclass(frozen=True)
class CustomerQuote:
    """A quote as its customer reads it. `lines` empty: there is no price yet. `cny_total` None: no exchange rate at hand."""

    number: str
    version: int
    state: QuoteState
    state_name: str
    mode: TransportMode
    mode_name: str
    load_type: LoadType | None
    load_name: str
    origin: str
    origin_name: str
    destination: str
    destination_name: str
    request: dict[str, Any]
    """The facts as asked (`QuoteRequest.as_facts`)."""
    lines: tuple[CustomerLine, ...]
    totals: tuple[Money, ...]
    """Per currency, CNY last."""
    cny_total: Decimal | None
    exchange: tuple[Exchange, ...]
    valid_until: datetime | None
    """In Asia/Shanghai; the price holds until then, this second included."""
    transit_days: tuple[int, int] | None
    free_days: int | None
    remark: str
    answer_due_at: datetime | None
    """In Asia/Shanghai: when the pricing department's answer is due; None: nothing is awaited."""
    created_at: datetime

    @property
    def open(self) -> bool:
        """Whether it can be accepted now."""
        return self.state is QuoteState.SENT

    @property
    def awaited(self) -> bool:
        """Whether the customer still waits for a price."""
        return self.state in AWAITED


def current_state(quote: Quote, now: datetime) -> QuoteState:
    """The state, or expired when the validity has run out and the nightly job has not come by yet."""
    state = QuoteState(quote.state)
    if state in EXPIRING and quote.valid_until is not None and quote.valid_until < now:
        return QuoteState.EXPIRED
    return state


def customer_quote(quote: Quote, now: datetime) -> CustomerQuote:
    """What the customer may read of `quote` at the instant `now`."""
    state = current_state(quote, now)
    shown = state in VISIBLE_PRICE
    load_type = LoadType(quote.load_type) if quote.load_type else None
    return CustomerQuote(
        number=quote.number,
        version=quote.version,
        state=state,
        state_name=STATE_NAMES[state],
        mode=TransportMode(quote.mode),
        mode_name=MODE_NAMES[TransportMode(quote.mode)],
        load_type=load_type,
        load_name="" if load_type is None else LOAD_NAMES[load_type],
        origin=quote.origin,
        origin_name=name_zh(quote.origin),
        destination=quote.destination,
        destination_name=name_zh(quote.destination),
        request=dict(quote.request),
        lines=tuple(CustomerLine.of(Line.from_json(line)) for line in quote.lines) if shown else (),
        totals=_totals(quote) if shown else (),
        cny_total=quote.cny_total if shown else None,
        exchange=_exchange(quote) if shown else (),
        valid_until=_local(quote.valid_until) if shown else None,
        transit_days=_transit(quote) if shown else None,
        free_days=quote.free_days if shown else None,
        remark=quote.remark if shown else "",
        answer_due_at=_local(quote.answer_due_at) if state in AWAITED else None,
        created_at=quote.created_at.astimezone(SHANGHAI),
    )


def _totals(quote: Quote) -> tuple[Money, ...]:
    order = sorted(quote.totals, key=lambda code: (code == CNY, code))
    return tuple(Money(Decimal(quote.totals[currency]), currency) for currency in order)


def _exchange(quote: Quote) -> tuple[Exchange, ...]:
    return tuple(
        Exchange(currency, Decimal(used["rate"]), date.fromisoformat(used["day"]))
        for currency, used in sorted(quote.exchange.items())
    )


def _transit(quote: Quote) -> tuple[int, int] | None:
    least, most = quote.transit_days_min, quote.transit_days_max
    if least is None and most is None:
        return None
    return (least if least is not None else most or 0, most if most is not None else least or 0)


def _local(instant: datetime | None) -> datetime | None:
    return None if instant is None else instant.astimezone(SHANGHAI)
