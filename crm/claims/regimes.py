"""Which law a claim falls under, and what that law says of notice: plain rules, read from regimes.json."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from freight.modes import TransportMode

CHINA = "CN"
OTHER_LAW_OF_CHINA = frozenset({"HK", "MO", "TW"})
"""Neither plainly domestic nor plainly international: a person decides."""


class Regime(StrEnum):
    """Codes of regimes.json."""

    MONTREAL = "montreal"
    HAGUE_VISBY = "hague_visby"
    CHINA_MARITIME = "china_maritime"
    CMR = "cmr"
    RAIL_INTERNATIONAL = "rail_international"
    CHINA_RAIL = "china_rail"
    CHINA_ROAD = "china_road"
    CHINA_EXPRESS = "china_express"
    CHINA_AIR = "china_air"
    UNDETERMINED = "undetermined"
    """Carried by several modes, or too little known: staff say on which leg it happened."""


class Trouble(StrEnum):
    """What went wrong, as far as notice goes."""

    VISIBLE = "visible"
    """Damage or shortage that could be seen at delivery."""
    HIDDEN = "hidden"
    DELAY = "delay"
    LOST = "lost"
    """Never delivered: there is no delivery to count from."""


@dataclass(frozen=True)
class Period:
    """How long there is for notice. `at_delivery`: on the day itself. `working`: without Sundays and holidays."""

    days: int = 0
    at_delivery: bool = False
    working: bool = False
    checked: bool = True


@dataclass(frozen=True)
class RegimeRow:
    """What staff may read of a regime: information, not advice. A period of None is not known."""

    code: Regime
    name_zh: str
    limit: str
    action: str
    source: str
    checked: bool
    periods: Mapping[str, Period | None]

    def period(self, trouble: Trouble, *, container: bool) -> Period | None:
        """How long there is for this trouble; None: not known, or nothing to count from."""
        if trouble is Trouble.HIDDEN and container and self.periods["container"] is not None:
            return self.periods["container"]
        return self.periods.get(trouble.value)


def regime_of(mode: str, origin: str, destination: str) -> Regime:
    """The law by mode and the countries (ISO, two letters) where the goods were taken over and delivered.

    An empty country is not known. For sea these are the countries of loading and of discharge.
    """
    places = {origin, destination}
    if mode == TransportMode.SEA and CHINA in places:
        return Regime.CHINA_MARITIME
    if "" in places or (CHINA in places and places & OTHER_LAW_OF_CHINA):
        return Regime.UNDETERMINED
    if origin == destination:
        return _DOMESTIC.get(TransportMode(mode), Regime.UNDETERMINED) if origin == CHINA else Regime.UNDETERMINED
    return _INTERNATIONAL.get(TransportMode(mode), Regime.UNDETERMINED)


_DOMESTIC = {
    TransportMode.AIR: Regime.CHINA_AIR,
    TransportMode.RAIL: Regime.CHINA_RAIL,
    TransportMode.ROAD: Regime.CHINA_ROAD,
    TransportMode.EXPRESS: Regime.CHINA_EXPRESS,
}
_INTERNATIONAL = {
    TransportMode.AIR: Regime.MONTREAL,
    TransportMode.SEA: Regime.HAGUE_VISBY,
    TransportMode.RAIL: Regime.RAIL_INTERNATIONAL,
    TransportMode.ROAD: Regime.CMR,
}
"""Express abroad goes by several modes: the law of the leg."""


@cache
def regimes() -> Mapping[Regime, RegimeRow]:
    """Every regime of regimes.json."""
    rows = json.loads(files(__package__).joinpath("regimes.json").read_text(encoding="utf-8"))["regimes"]
    return {row.code: row for row in map(_row, rows)}


def _row(row: Mapping[str, Any]) -> RegimeRow:
    return RegimeRow(
        code=Regime(row["code"]),
        name_zh=row["name_zh"],
        limit=row["limit"],
        action=row["action"],
        source=row["source"],
        checked=row["checked"],
        periods={name: _period(period) for name, period in row["notice"].items()},
    )


def _period(row: Mapping[str, Any] | None) -> Period | None:
    if row is None:
        return None
    return Period(
        days=row.get("days", 0),
        at_delivery=row.get("at_delivery", False),
        working=row.get("calendar") == "working",
        checked=row.get("checked", True),
    )
