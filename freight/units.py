"""Units of weight, volume and length that shippers use, and their normal form (kilograms, cubic metres, centimetres)."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

KILOGRAMS: Final[dict[str, Decimal]] = {
    "kg": Decimal(1), "kgs": Decimal(1), "kilo": Decimal(1), "kilos": Decimal(1), "kilogram": Decimal(1),
    "kilograms": Decimal(1), "公斤": Decimal(1), "千克": Decimal(1), "kilogramme": Decimal(1),
    "斤": Decimal("0.5"), "市斤": Decimal("0.5"), "g": Decimal("0.001"), "克": Decimal("0.001"),
    "t": Decimal(1000), "ton": Decimal(1000), "tons": Decimal(1000), "tonne": Decimal(1000), "tonnes": Decimal(1000),
    "mt": Decimal(1000), "吨": Decimal(1000), "公吨": Decimal(1000), "噸": Decimal(1000),
    "lb": Decimal("0.45359237"), "lbs": Decimal("0.45359237"), "磅": Decimal("0.45359237"),
    "pound": Decimal("0.45359237"), "pounds": Decimal("0.45359237"),
}  # fmt: skip
"""Kilograms in one unit. 斤 is the mainland's half kilogram; lb by the international pound."""

CUBIC_METRES: Final[dict[str, Decimal]] = {
    "cbm": Decimal(1), "cbms": Decimal(1), "m3": Decimal(1), "m³": Decimal(1), "方": Decimal(1), "立方": Decimal(1),
    "立方米": Decimal(1), "立米": Decimal(1), "立": Decimal(1), "cube": Decimal(1), "cubes": Decimal(1),
    "cft": Decimal("0.0283168"), "cuft": Decimal("0.0283168"), "立方英尺": Decimal("0.0283168"), "材": Decimal("0.0283168"),
}  # fmt: skip
"""Cubic metres in one unit (cft as in the trade: 0.0283168). 材 is the cubic foot of Taiwan's forwarders."""

CENTIMETRES: Final[dict[str, Decimal]] = {
    "cm": Decimal(1), "公分": Decimal(1), "厘米": Decimal(1), "m": Decimal(100), "米": Decimal(100), "公尺": Decimal(100),
    "mm": Decimal("0.1"), "毫米": Decimal("0.1"), "inch": Decimal("2.54"), "inches": Decimal("2.54"),
    "in": Decimal("2.54"), "英寸": Decimal("2.54"), "寸": Decimal("2.54"), "吋": Decimal("2.54"), '"': Decimal("2.54"),
    "ft": Decimal("30.48"), "英尺": Decimal("30.48"), "呎": Decimal("30.48"), "尺": Decimal("30.48"),
}  # fmt: skip
"""Centimetres in one unit."""


def _convert(value: Decimal, unit: str, table: dict[str, Decimal]) -> Decimal:
    return value * table[unit.lower().rstrip(".")]


def to_kilograms(value: Decimal, unit: str) -> Decimal:
    """Weight in kilograms. Raises KeyError for an unknown unit."""
    return _convert(value, unit, KILOGRAMS)


def to_cubic_metres(value: Decimal, unit: str) -> Decimal:
    """Volume in cubic metres. Raises KeyError for an unknown unit."""
    return _convert(value, unit, CUBIC_METRES)


def to_centimetres(value: Decimal, unit: str) -> Decimal:
    """Length in centimetres. Raises KeyError for an unknown unit."""
    return _convert(value, unit, CENTIMETRES)
