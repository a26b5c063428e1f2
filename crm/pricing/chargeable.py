"""Chargeable quantities per mode: what a shipment counts as when it is priced (freight reference 4.1).

Weights are kilograms, volumes cubic metres (cbm) or cubic centimetres, sides centimetres. Ratios are settings of a rate
card, since they differ by carrier and lane; the defaults are the usual ones.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from crm.pricing.money import next_step

CM3_PER_CBM = Decimal(1_000_000)
AIR_DIVISOR = Decimal(6000)
EXPRESS_DIVISOR = Decimal(5000)
HALF_KILO = Decimal("0.5")
EXPRESS_HEAVY_FROM = Decimal(21)
"""From here on express counts whole kilograms."""
SEA_KG_PER_CBM = Decimal(1000)
RAIL_KG_PER_CBM = Decimal(500)
ROAD_CHINA_KG_PER_CBM = Decimal(250)
ROAD_EU_KG_PER_CBM = Decimal(333)
ROAD_EU_KG_PER_LDM = Decimal(1750)
TRUCK_WIDTH_M = Decimal("2.4")
RT_PLACES = Decimal("0.001")


@dataclass(frozen=True)
class Pieces:
    """`count` pieces of one size; `sides_cm` is length, width, height; `weight_kg` of one piece, None when unknown."""

    count: int
    sides_cm: tuple[Decimal, Decimal, Decimal]
    weight_kg: Decimal | None = None

    def piece_cm3(self) -> Decimal:
        """Volume of one piece with each side at whole centimetres (0.5 and more up), as airlines measure."""
        volume = Decimal(1)
        for side in self.sides_cm:
            volume *= side.quantize(Decimal(1), ROUND_HALF_UP)
        return volume

    def cm3(self) -> Decimal:
        """Volume of all pieces in cubic centimetres."""
        return self.piece_cm3() * self.count


class PieceRule(StrEnum):
    """How an express carrier compares weight and volume of several pieces."""

    TOTAL = "total"
    """Totals are compared, then rounded once."""
    LARGER_PER_PIECE = "larger_per_piece"
    """The larger of both for each piece, summed, rounded once."""
    ROUNDED_PER_PIECE = "rounded_per_piece"
    """The larger of both for each piece, rounded per piece, then summed."""


def volume_weight(cm3: Decimal, divisor: Decimal) -> Decimal:
    """Kilograms that a volume counts as."""
    return cm3 / divisor


def shared_volume(actual: Decimal, volume: Decimal, share: Decimal) -> Decimal:
    """分泡: actual weight plus `share` (0 to 1) of what the volume weight is above it; 1 means the full volume weight."""
    return actual + max(volume - actual, Decimal(0)) * share


def air_kg(
    gross_kg: Decimal,
    cm3: Decimal,
    divisor: Decimal = AIR_DIVISOR,
    step: Decimal = HALF_KILO,
    share: Decimal = Decimal(1),
) -> Decimal:
    """Chargeable kilograms by air over the whole shipment, up to the next `step`."""
    return next_step(shared_volume(gross_kg, volume_weight(cm3, divisor), share), step)


def express_kg(gross_kg: Decimal, cm3: Decimal, divisor: Decimal = EXPRESS_DIVISOR) -> Decimal:
    """Chargeable kilograms by express, totals compared: under 21 kg the next half kilogram, else the next whole one."""
    return _express_rounded(max(gross_kg, volume_weight(cm3, divisor)))


def express_kg_of_pieces(
    pieces: Sequence[Pieces], rule: PieceRule = PieceRule.TOTAL, divisor: Decimal = EXPRESS_DIVISOR
) -> Decimal:
    """Chargeable kilograms by express for pieces of known weight, by the carrier's rule.

    Raises ValueError when a piece has no weight.
    """
    larger = Decimal(0)
    gross = Decimal(0)
    rounded_sum = Decimal(0)
    for piece in pieces:
        if piece.weight_kg is None:
            raise ValueError("each piece needs its weight")
        one = max(piece.weight_kg, volume_weight(piece.piece_cm3(), divisor))
        gross += piece.weight_kg * piece.count
        larger += one * piece.count
        rounded_sum += _express_rounded(one) * piece.count
    if rule is PieceRule.ROUNDED_PER_PIECE:
        return rounded_sum
    if rule is PieceRule.LARGER_PER_PIECE:
        return _express_rounded(larger)
    return express_kg(gross, sum((piece.cm3() for piece in pieces), Decimal(0)), divisor)


def _express_rounded(kg: Decimal) -> Decimal:
    return next_step(kg, HALF_KILO if kg < EXPRESS_HEAVY_FROM else Decimal(1))


def revenue_tons(
    cbm: Decimal, kg: Decimal, kg_per_cbm: Decimal = SEA_KG_PER_CBM, minimum: Decimal = Decimal(1)
) -> Decimal:
    """Revenue tons (W/M) of groupage by sea or rail: the larger of cbm and kg / ratio, three decimals, at least `minimum`."""
    return max(cbm, kg / kg_per_cbm, minimum).quantize(RT_PLACES, ROUND_HALF_UP)


def loading_metres(length_m: Decimal, width_m: Decimal, count: int, stacked: int = 1) -> Decimal:
    """Metres of a truck's floor that `count` pieces take, `stacked` of them on top of each other (1: not stackable)."""
    places = -(-count // stacked)
    return length_m * width_m / TRUCK_WIDTH_M * places


def road_kg(
    kg: Decimal,
    cbm: Decimal,
    kg_per_cbm: Decimal = ROAD_CHINA_KG_PER_CBM,
    ldm: Decimal = Decimal(0),
    kg_per_ldm: Decimal = ROAD_EU_KG_PER_LDM,
) -> Decimal:
    """Chargeable kilograms of a part load by road; `ldm` 0 where loading metres do not count (inside China)."""
    return max(kg, cbm * kg_per_cbm, ldm * kg_per_ldm)
