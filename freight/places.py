"""Places of the trade: ports, airports, rail terminals, cities, border crossings and countries, and how people name them.

The tables in `freight/data` are read on first use. `places.csv` is the checked table (freight reference, section 9);
`more_places.csv` adds cities and ports that shippers name, with UN/LOCODE codes where `checked` says so.
`uncoded_places.csv` holds provinces and cities known by name only: they are found in a text, but not looked up.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cache
from pathlib import Path

from freight.modes import TransportMode

_DATA = Path(__file__).parent / "data"


class PlaceKind(str, Enum):
    """What a place is; UN/LOCODE may give one code to a port and an airport, so the key is (code, kind)."""

    PORT = "port"
    AIRPORT = "airport"
    RAIL = "rail"
    CITY = "city"
    BORDER = "border"
    REGION = "region"
    COUNTRY = "country"

    def __str__(self) -> str:
        return str(self.value)


@dataclass(frozen=True)
class Place:
    """A place. `locode` is the UN/LOCODE carriers use, or the two ISO letters of a country; "" when only the name is known.

    `iata` is "" without one.
    """

    locode: str
    iata: str
    kind: PlaceKind
    name_en: str
    name_zh: str
    aliases: tuple[str, ...]
    country: str


@dataclass(frozen=True)
class City:
    """What belongs to one city: the code used for each mode ("" for none), all its codes, and single terminals."""

    name_zh: str
    by_mode: dict[str, str]
    codes: frozenset[str]
    terminals: frozenset[str]


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (_DATA / name).open(encoding="utf-8", newline="") as handle:
        yield from csv.DictReader(handle)


def _split(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split("|") if part)


@cache
def all_places() -> tuple[Place, ...]:
    """All places without countries, the checked table first."""
    return tuple(
        Place(row["locode"], row["iata"], PlaceKind(row["kind"]), row["name_en"], row["name_zh"],
              _split(row["aliases_zh"]), row["country"])
        for name in ("places.csv", "more_places.csv")
        for row in _rows(name)
    )  # fmt: skip


@cache
def countries() -> tuple[Place, ...]:
    """All countries; their `locode` is the two ISO letters."""
    return tuple(
        Place(row["code"], "", PlaceKind.COUNTRY, row["name_en"], row["name_zh"], _split(row["aliases"]), row["code"])
        for row in _rows("countries.csv")
    )


@cache
def _by_code() -> dict[str, tuple[Place, ...]]:
    table: dict[str, tuple[Place, ...]] = {}
    for place in (*all_places(), *countries()):
        table[place.locode] = (*table.get(place.locode, ()), place)
    return table


@cache
def uncoded() -> dict[str, Place]:
    """Names (lower case) of provinces and cities without a code of ours; `lookup` does not know them."""
    named: dict[str, Place] = {}
    for row in _rows("uncoded_places.csv"):
        aliases = _split(row["aliases_zh"])
        place = Place("", "", PlaceKind(row["kind"]), "", row["name_zh"], aliases, row["country"])
        named.update((name.lower(), place) for name in (row["name_zh"], *aliases))
    return named


def by_locode(code: str, kind: PlaceKind | None = None) -> Place | None:
    """Return the place of a UN/LOCODE (or of a country's two letters), or None.

    Where several kinds share a code, the port, city or rail terminal comes before the airport unless `kind` says so.
    City and port codes that carriers do not use (CNSGH, CNQDG …) lead to the code they do use.
    """
    found = _by_code().get(canonical(code), ())
    if kind is not None:
        return next((place for place in found if place.kind is kind), None)
    return next(iter(sorted(found, key=lambda place: place.kind is PlaceKind.AIRPORT)), None)


def canonical(code: str) -> str:
    """Return the code carriers use: CNSGH and CNSHG are CNSHA; unknown codes come back in upper case."""
    upper = code.strip().upper()
    if upper in _by_code():
        return upper
    city = _cities_by_code().get(upper)
    return city.by_mode["city"] if city else upper


def _latin_names(name_en: str) -> Iterator[str]:
    """The names in `Yantian (Shenzhen)`: yantian; brackets only tell places of one name apart."""
    plain = re.sub(r"\s*\(.*?\)", "", name_en).strip().lower()
    if len(plain) > 2:
        yield plain


@cache
def _index() -> dict[str, tuple[Place, ...]]:
    """All names in lower case with the places they may mean, the usual one first."""
    index: dict[str, list[Place]] = {}

    def add(name: str, place: Place) -> None:
        known = index.setdefault(name.lower(), [])
        if place not in known:
            known.append(place)

    for row in _rows("place_aliases.csv"):
        place = next(p for p in _by_code()[row["locode"]] if p.kind.value == row["kind"])
        add(row["alias"], place)
    for place in (*all_places(), *countries()):
        for name in (place.name_zh, *place.aliases, *_latin_names(place.name_en)):
            add(name, place)
    for place in all_places():
        if place.iata:
            add(place.iata, place)
    for place in all_places():
        add(place.locode, place)
    return {name: tuple(found) for name, found in index.items()}


def lookup_all(name: str) -> tuple[Place, ...]:
    """Return every place a name may mean (奥克兰: Oakland and Auckland), the usual one first; empty when unknown.

    Names are Chinese (Simplified), English, IATA or UN/LOCODE codes, with or without 市 or 港; case does not matter.
    """
    key = " ".join(name.strip().lower().split())
    for candidate in (key, key.removesuffix("市"), key.removesuffix("港口"), key.removesuffix("港")):
        if candidate in _index():
            return _index()[candidate]
    place = by_locode(key) if len(key) == 5 and key.isascii() else None
    return (place,) if place else ()


def lookup(name: str) -> Place | None:
    """Return the place a name usually means, or None. Single characters (沪, 甬) count here: the caller judges context."""
    return next(iter(lookup_all(name)), None)


@cache
def vocabulary() -> dict[str, Place]:
    """All names of two or more characters (lower case) with their usual place, for finding places in text.

    Two-letter country codes are left out; so are single characters, which `short_names` holds.
    """
    return uncoded() | {name: found[0] for name, found in _index().items() if len(name) > 1}


@cache
def short_names() -> dict[str, Place]:
    """Single-character names (沪 申 甬 深 穗 …) that mean a place only in lane patterns such as 沪–甬."""
    return {name: found[0] for name, found in _index().items() if len(name) == 1}


@cache
def _cities_by_code() -> dict[str, City]:
    table: dict[str, City] = {}
    for row in _rows("cities.csv"):
        codes, terminals = frozenset(_split(row["codes"])), frozenset(_split(row["terminals"]))
        modes = {key: row[key] for key in ("sea", "air", "rail", "city")}
        table.update(dict.fromkeys(codes | terminals, City(row["name_zh"], modes, codes, terminals)))
    return table


def same_place(one: str, other: str) -> bool:
    """Whether two codes name one place: equal, or city, port and airport of one city (CNSHA, CNSGH, CNPVG).

    A terminal is its city (洋山 is 上海), but two terminals of one city differ (盐田 is not 蛇口).
    """
    first, second = canonical(one), canonical(other)
    if first == second:
        return True
    city = _cities_by_code().get(first)
    if city is None or city is not _cities_by_code().get(second):
        return False
    return not (first in city.terminals and second in city.terminals)


_KIND_OF_MODE = {
    TransportMode.SEA: (PlaceKind.PORT,),
    TransportMode.AIR: (PlaceKind.AIRPORT,),
    TransportMode.RAIL: (PlaceKind.RAIL, PlaceKind.BORDER),
}


def for_mode(place: Place, mode: TransportMode | str) -> Place:
    """Return where goods of a mode leave or reach a place: 上海 by air is CNPVG, by sea CNSHA; 汉堡 by rail its terminal.

    A place that already fits the mode, one whose city has no such station, and all places by road or express come back
    unchanged. Raises ValueError for an unknown mode.
    """
    mode = TransportMode(mode)
    kinds = _KIND_OF_MODE.get(mode)
    if kinds is None or place.kind in kinds or place.kind is PlaceKind.COUNTRY:
        return place
    city = _cities_by_code().get(place.locode)
    code = city.by_mode[mode.value] if city else place.locode
    found = [other for other in _by_code().get(code, ()) if other.kind in kinds]
    if found:
        return found[0]
    return by_locode(code) or place if code else place


def name_zh(code: str) -> str:
    """Return the Chinese name of a code for customers, the city's name where there is one; the code when unknown."""
    city = _cities_by_code().get(code.upper())
    if city and code.upper() not in city.terminals:
        return city.name_zh
    place = by_locode(code)
    return place.name_zh if place else code
