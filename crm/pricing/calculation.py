"""From a rate card and a request to cost lines and selling lines. Pure: no database, no clock."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_FLOOR, Decimal
from typing import Any

from crm.pricing import chargeable
from crm.pricing.charges import Charge, Counted, charge_line
from crm.pricing.lines import Basis, Inclusion, Line, Side
from crm.pricing.margin import margin_of
from crm.pricing.models import RateCard, RateCharge
from crm.pricing.money import Money, next_step, rounded_up, totals
from crm.pricing.request import QuoteRequest
from crm.pricing.tariff import Load, tariff_from_json
from freight.modes import LoadType, TransportMode

FREIGHT_LINES: dict[TransportMode, tuple[str, str]] = {
    TransportMode.SEA: ("O/F", "海运费"),
    TransportMode.AIR: ("A/F", "空运费"),
    TransportMode.RAIL: ("R/F", "铁路运费"),
    TransportMode.ROAD: ("T/F", "陆运费"),
    TransportMode.EXPRESS: ("E/F", "快递运费"),
}
CM_PER_M = Decimal(100)
MARGIN_PLACES = Decimal("0.000001")


@dataclass(frozen=True)
class Terms:
    """What is put on a cost: margin and floor as fractions of the price, the customer's discount, steps to round up to."""

    margin: Decimal
    floor: Decimal
    discount: Decimal = Decimal(0)
    steps: Mapping[Basis, Decimal] | None = None

    def unit_price(self, line: Line) -> Decimal:
        """The selling unit price of a cost line: margin, less the discount, never under the floor; rounded up."""
        listed = line.unit_price / (1 - self.margin) * (1 - self.discount)
        price = rounded_up(max(listed, line.unit_price / (1 - self.floor)), line.currency)
        step = (self.steps or {}).get(line.basis)
        return price if step is None else next_step(price, step)


@dataclass(frozen=True)
class Calculation:
    """One rate card applied to one request. `cost` is internal; `sell` is what the customer reads."""

    cost: tuple[Line, ...]
    sell: tuple[Line, ...]

    @property
    def cost_totals(self) -> tuple[Money, ...]:
        """Cost per currency."""
        return totals(line.money for line in self.cost if line.inclusion is Inclusion.PRICED)

    @property
    def sell_totals(self) -> tuple[Money, ...]:
        """Price per currency."""
        return totals(line.money for line in self.sell if line.inclusion is Inclusion.PRICED)

    @property
    def margin(self) -> Decimal:
        """The lowest margin of any currency: profit in one must not hide a loss in another. 0 when nothing is charged.

        Rounded down to six places, which every database keeps: up, it might reach a floor that it does not keep.
        """
        costs = {money.currency: money.amount for money in self.cost_totals}
        margins = [
            margin_of(costs.get(sold.currency, Decimal(0)), sold.amount) for sold in self.sell_totals if sold.amount > 0
        ]
        return min(margins, default=Decimal(0)).quantize(MARGIN_PLACES, ROUND_FLOOR)


def calculate(card: RateCard, request: QuoteRequest, day: date, terms: Terms) -> Calculation:
    """Cost and price of `request` on `card`. Raises CannotCarry (other card, please) or BadTariff (the card is wrong)."""
    load = load_of(card, request)
    code, name = FREIGHT_LINES[TransportMode(card.mode)]
    freight = tuple(
        Line(code, name, Side.FREIGHT, part.basis, part.quantity, part.unit_price, card.currency, detail=part.detail)
        for part in tariff_from_json(card.tariff).freight(load)
    )
    charges = [charge for charge in map(charge_of, card.charges) if charge.applies(day, load)]
    counted = Counted(load, freight=tuple(line.money for line in freight))
    cost = (*freight, *(charge_line(charge, counted) for charge in charges))
    return Calculation(cost, selling_lines(cost, terms))


def selling_lines(cost: Iterable[Line], terms: Terms) -> tuple[Line, ...]:
    """Each cost line at its selling price; percentages of the freight are taken of the *selling* freight."""
    cost = tuple(cost)
    sold = {id(line): replace(line, unit_price=terms.unit_price(line)) for line in cost if not _of_freight(line)}
    freight = [line.money for line in sold.values() if line.code in _FREIGHT_CODES]
    return tuple(sold.get(id(line)) or _of_selling_freight(line, freight) for line in cost)


_FREIGHT_CODES = frozenset(code for code, _ in FREIGHT_LINES.values())


def _of_freight(line: Line) -> bool:
    return line.basis is Basis.PERCENT_FREIGHT and line.inclusion is Inclusion.PRICED


def _of_selling_freight(line: Line, freight: Iterable[Money]) -> Line:
    base = sum((part.amount for part in freight if part.currency == line.currency), Decimal(0))
    return replace(line, quantity=base)


def charge_of(stored: RateCharge) -> Charge:
    """The rule of a stored charge. Raises ValueError for an unknown basis."""
    return Charge(
        code=stored.code,
        name=stored.name,
        side=Side(stored.side),
        basis=Basis(stored.basis),
        unit_price=stored.unit_price,
        currency=stored.currency,
        container_type=stored.container_type or "",
        minimum=stored.minimum,
        maximum=stored.maximum,
        inclusion=Inclusion(stored.inclusion or Inclusion.PRICED),
        payable_at=stored.payable_at or "",
        valid_from=stored.valid_from,
        valid_to=stored.valid_to,
    )


def load_of(card: RateCard, request: QuoteRequest) -> Load:
    """The request as it counts on this card. What is not known stays None: the tariff says whether it needs it."""
    settings = _Settings(card.chargeable or {})
    kg, cbm = request.weight_kg, request.volume
    plain = Load(gross_kg=kg, cbm=cbm, containers=request.containers)
    mode, load_type = TransportMode(card.mode), card.load_type
    if mode is TransportMode.EXPRESS and kg is not None:
        return replace(plain, chargeable_kg=_express(request, kg, settings))
    if mode is TransportMode.AIR and kg is not None and cbm is not None:
        weight = chargeable.air_kg(
            kg,
            _cm3(request),
            settings.number("divisor", chargeable.AIR_DIVISOR),
            settings.number("step_kg", chargeable.HALF_KILO),
            settings.number("share", Decimal(1)),
        )
        return replace(plain, chargeable_kg=weight)
    if load_type == LoadType.LCL and kg is not None and cbm is not None:
        usual = chargeable.RAIL_KG_PER_CBM if mode is TransportMode.RAIL else chargeable.SEA_KG_PER_CBM
        ratio, least = settings.number("kg_per_cbm", usual), settings.number("minimum_rt", Decimal(1))
        return replace(plain, rt=chargeable.revenue_tons(cbm, kg, ratio, least))
    if load_type == LoadType.LTL and kg is not None and cbm is not None:
        return replace(plain, chargeable_kg=_road(request, kg, cbm, settings))
    return plain


class _Settings:
    """The chargeable settings of a card: exact strings, each with a usual value."""

    def __init__(self, stored: Mapping[str, Any]) -> None:
        self._stored = stored

    def number(self, name: str, usual: Decimal) -> Decimal:
        return Decimal(str(self._stored[name])) if name in self._stored else usual

    def piece_rule(self) -> chargeable.PieceRule:
        return chargeable.PieceRule(self._stored.get("piece_rule", chargeable.PieceRule.TOTAL))


def _cm3(request: QuoteRequest) -> Decimal:
    if request.volume_cbm is None and request.measured_cm3 is not None:
        return request.measured_cm3
    return (request.volume or Decimal(0)) * chargeable.CM3_PER_CBM


def _express(request: QuoteRequest, kg: Decimal, settings: _Settings) -> Decimal:
    divisor, rule = settings.number("divisor", chargeable.EXPRESS_DIVISOR), settings.piece_rule()
    if rule is not chargeable.PieceRule.TOTAL and request.dimensions is not None and request.pieces is not None:
        # Pieces of one size are taken to share the weight evenly; the carrier measures again anyway.
        pieces = chargeable.Pieces(request.pieces, request.dimensions, kg / request.pieces)
        return chargeable.express_kg_of_pieces([pieces], rule, divisor)
    return chargeable.express_kg(kg, _cm3(request), divisor)


def _road(request: QuoteRequest, kg: Decimal, cbm: Decimal, settings: _Settings) -> Decimal:
    ratio = settings.number("kg_per_cbm", chargeable.ROAD_CHINA_KG_PER_CBM)
    per_ldm = settings.number("kg_per_ldm", Decimal(0))
    ldm = Decimal(0)
    if per_ldm and request.dimensions is not None and request.pieces is not None:
        length, width, _ = request.dimensions
        ldm = chargeable.loading_metres(length / CM_PER_M, width / CM_PER_M, request.pieces)
    return chargeable.road_kg(kg, cbm, ratio, ldm, per_ldm)
