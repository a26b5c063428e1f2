"""Places as people write them in files -> UN/LOCODE, for a mode of transport."""

from dataclasses import dataclass
from functools import cache

from crm.imports.errors import BadValue
from freight import places
from freight.modes import TransportMode
from freight.places import Place, PlaceKind

_KINDS = {
    TransportMode.SEA: PlaceKind.PORT,
    TransportMode.AIR: PlaceKind.AIRPORT,
    TransportMode.RAIL: PlaceKind.RAIL,
}


@dataclass(frozen=True)
class Whereabouts:
    """`locode` empty: no place we know; `name` is what was written (for a code, the Chinese name)."""

    locode: str
    name: str


@cache
def whereabouts(written: str, mode: TransportMode) -> Whereabouts:
    """The place a name or code means for a mode. Raises BadValue when it may be several (奥克兰: Oakland, Auckland)."""
    coded = _by_code(written, mode)
    if coded is not None:
        return Whereabouts(coded.locode, places.name_zh(coded.locode))
    fitting = {places.for_mode(place, mode).locode for place in places.lookup_all(written)}
    if len({code[:2] for code in fitting}) > 1:
        raise BadValue(f"有几处同名，请写代码：{'、'.join(sorted(fitting))}")
    found = places.lookup(written)
    return Whereabouts("", written) if found is None else Whereabouts(places.for_mode(found, mode).locode, written)


def _by_code(written: str, mode: TransportMode) -> Place | None:
    """A UN/LOCODE or the two letters of a country, taken at its word: CNSHA by air is Hongqiao, though 上海 is Pudong."""
    if not written.isascii():
        return None
    if len(written) == 2:
        return places.by_locode(written, PlaceKind.COUNTRY)
    if len(written) != 5:
        return None
    kind = _KINDS.get(mode)
    return (places.by_locode(written, kind) if kind else None) or places.by_locode(written)
