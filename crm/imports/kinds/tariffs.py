"""From the price columns of a row to the tariff a rate card stores (see `crm.pricing.models.RateCard`)."""

import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from crm.imports.cells import Cell, folded
from crm.imports.errors import BadValue
from crm.imports.values import plain
from crm.pricing import rates
from freight.modes import CONTAINER_TYPES, TransportMode

BREAKS: dict[int, tuple[str, ...]] = {
    0: ("N", "基础价", "45以下"),
    **{kg: (f"+{kg}", f"Q{kg}", f"{kg}") for kg in (45, 100, 300, 500, 1000, 2000, 3000, 5000)},
}
"""Weight breaks in kilograms with the headers used for them."""
HEAVY = (21, 45, 71, 100, 300)
"""Kilograms from which express is charged per kilogram."""
CONTAINER_COLUMNS: dict[str, tuple[str, ...]] = {kind: (CONTAINER_TYPES[kind].name_zh,) for kind in CONTAINER_TYPES}

_TRUCK = re.compile(
    r"(?P<name>.+?):(?P<price>[0-9.,]+)/(?P<kg>[0-9.]+)(?P<t>t|吨|kg|公斤)?/(?P<cbm>[0-9.]+)(?:方|cbm)?"
)
_CHARGEABLE = {
    "divisor": "divisor",
    "weight_step": "step_kg",
    "share": "share",
    "piece_rule": "piece_rule",
    "kg_per_cbm": "kg_per_cbm",
    "kg_per_ldm": "kg_per_ldm",
    "minimum_rt": "minimum_rt",
}
"""Column -> key of the card's `chargeable` settings."""

Truck = tuple[str, Decimal, Decimal, Decimal]


def trucks(cell: Cell, _now: datetime) -> tuple[Truck, ...]:
    """`9.6米厢车:4200/15吨/55方`, several separated by ; — name, price, most weight, most volume."""
    parts = [part for part in re.split(r"[;；\n]", plain(cell)) if part.strip()]
    return tuple(_truck(part) for part in parts)


def _truck(written: str) -> Truck:
    match = _TRUCK.fullmatch(folded(written).replace("：", ":"))
    if match is None:
        raise BadValue("应写成 车型:价格/载重/容积，如 9.6米厢车:4200/15吨/55方")
    try:
        price, kg, cbm = (Decimal(match[name].replace(",", "")) for name in ("price", "kg", "cbm"))
    except InvalidOperation:
        raise BadValue("车型报价里有看不懂的数字") from None
    return match["name"], price, kg * 1000 if match["t"] in ("t", "吨") else kg, cbm


def needs(mode: TransportMode, load: str, values: Mapping[str, Any]) -> str:
    """What a row lacks to be a price of this mode, in Chinese; empty: nothing."""
    wanted = _wanted(mode, load)
    if wanted == "breaks":
        return "" if values.get("break_0") is not None else "N（基础价，每公斤）"
    if wanted == "express":
        return "" if None not in (values.get("first"), values.get("step")) else "首重价和续重价"
    if wanted == "per_container":
        return "" if any(values.get(kind) is not None for kind in CONTAINER_TYPES) else "至少一种箱型的价格"
    if wanted == "per_rt":
        return "" if values.get("per_rt") is not None else "每计费吨"
    return "" if values.get("trucks") else "车型报价"


def tariff_of(mode: TransportMode, load: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """The tariff as stored. `needs` must have found nothing lacking."""
    wanted = _wanted(mode, load)
    if wanted == "breaks":
        return rates.per_kg(
            {kg: values[f"break_{kg}"] for kg in BREAKS if values.get(f"break_{kg}") is not None},
            values.get("minimum") or 0,
            higher_break=values.get("higher_break", True),
        )
    if wanted == "express":
        return rates.express(
            values["first"],
            values["step"],
            {kg: values[f"per_kg_{kg}"] for kg in HEAVY if values.get(f"per_kg_{kg}") is not None},
            first_kg=values.get("first_kg", Decimal("0.5")),
            step_kg=values.get("step_kg", Decimal("0.5")),
        )
    if wanted == "per_container":
        return rates.per_container({kind: values[kind] for kind in CONTAINER_TYPES if values.get(kind) is not None})
    return rates.per_rt(values["per_rt"]) if wanted == "per_rt" else rates.per_truck(values["trucks"])


def chargeable_of(values: Mapping[str, Any]) -> dict[str, str]:
    """The ratios as stored: exact strings, and only those the row names."""
    return {
        key: value if isinstance(value, str) else format(value, "f")
        for column, key in _CHARGEABLE.items()
        if (value := values.get(column)) is not None
    }


def _wanted(mode: TransportMode, load: str) -> str:
    if mode is TransportMode.EXPRESS:
        return "express"
    if mode is TransportMode.AIR or load == "LTL":
        return "breaks"
    return {"FCL": "per_container", "LCL": "per_rt"}.get(load, "trucks")
