"""What a customer wants to have moved: the facts a price is made of, as far as they are known."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal
from typing import Any, Self

from crm.pricing.chargeable import CM3_PER_CBM, Pieces
from freight.modes import LoadType, TransportMode

COUNTRY_LENGTH = 2
CONTAINER_MODES = frozenset({TransportMode.SEA, TransportMode.RAIL})
CONTAINER_LOADS = frozenset({LoadType.FCL, LoadType.LCL})
GROUPAGE_UP_TO_KG = Decimal(8000)
GROUPAGE_UP_TO_CBM = Decimal(18)
"""About where a container of one's own becomes cheaper. Only decides what is asked next; who says 拼箱 gets 拼箱."""
TRUCK_LOADS = frozenset({LoadType.FTL, LoadType.LTL})
_FULL, _PART = (LoadType.FCL, LoadType.FTL), (LoadType.LCL, LoadType.LTL)
_IN_BOXES = {**dict.fromkeys(_FULL, LoadType.FCL), **dict.fromkeys(_PART, LoadType.LCL)}
_BY_ROAD = {**dict.fromkeys(_FULL, LoadType.FTL), **dict.fromkeys(_PART, LoadType.LTL)}


@dataclass(frozen=True)
class QuoteRequest:
    """Facts as the customer gave them. None or empty: not said yet.

    `origin`, `destination`: UN/LOCODE, or two letters where only a country was named. `containers`: (type, count).
    `dimensions`: length, width, height of one piece in centimetres. `mode` and `load_type` are what was *said*;
    `effective_mode` and `effective_load` add what follows from the rest.
    """

    origin: str | None = None
    destination: str | None = None
    mode: TransportMode | None = None
    load_type: LoadType | None = None
    containers: tuple[tuple[str, int], ...] = ()
    weight_kg: Decimal | None = None
    volume_cbm: Decimal | None = None
    dimensions: tuple[Decimal, Decimal, Decimal] | None = None
    pieces: int | None = None
    commodity: str | None = None
    incoterm: str | None = None
    ready_date: date | None = None
    dangerous: bool = False
    """The words hint at dangerous goods: a person prices them."""
    commodity_asked: bool = False
    """The question what is shipped has been put once; it is not put again."""

    @property
    def effective_mode(self) -> TransportMode | None:
        """The mode said, or the only one that fits: containers and groupage go by sea unless rail is named, trucks by road."""
        if self.mode is not None:
            return self.mode
        if self.containers or self.load_type in CONTAINER_LOADS:
            return TransportMode.SEA
        if self.load_type in TRUCK_LOADS:
            return TransportMode.ROAD
        return None

    @property
    def effective_load(self) -> LoadType | None:
        """The load type said, or what follows from containers or from a measured load; None by air and express."""
        mode = self.effective_mode
        if mode in (TransportMode.AIR, TransportMode.EXPRESS, None):
            return None
        if self.containers:
            return LoadType.FCL
        if self.load_type is not None:
            # People say 整车 for a full container and 拼箱 for a part of a truck: the mode tells which is meant.
            return _BY_ROAD[self.load_type] if mode is TransportMode.ROAD else _IN_BOXES[self.load_type]
        if mode is TransportMode.ROAD:
            return LoadType.LTL
        return LoadType.LCL if self._measured_for_groupage() else None

    def _measured_for_groupage(self) -> bool:
        """Whoever gives a moderate weight or volume, and no container, wants groupage; more is worth a container."""
        kg, cbm = self.weight_kg, self.volume
        if kg is None and cbm is None:
            return False
        return (kg or Decimal(0)) <= GROUPAGE_UP_TO_KG and (cbm or Decimal(0)) <= GROUPAGE_UP_TO_CBM

    @property
    def volume(self) -> Decimal | None:
        """Cubic metres: as said, else from dimensions × pieces; None while neither is known."""
        if self.volume_cbm is not None:
            return self.volume_cbm
        cm3 = self.measured_cm3
        return None if cm3 is None else cm3 / CM3_PER_CBM

    @property
    def measured_cm3(self) -> Decimal | None:
        """Cubic centimetres from dimensions × pieces; None while one of them is missing."""
        if self.dimensions is None or self.pieces is None:
            return None
        return Pieces(self.pieces, self.dimensions).cm3()

    def merged(self, newer: "QuoteRequest") -> "QuoteRequest":
        """These facts corrected by `newer`: what is said later wins, and what no longer fits it is dropped."""
        said = {
            field.name: getattr(newer, field.name)
            for field in fields(newer)
            if getattr(newer, field.name) not in (None, (), False)
        }
        base = self if newer.commodity is None else replace(self, dangerous=False)
        if newer.volume_cbm is not None and newer.dimensions is None:
            base = replace(base, dimensions=None)
        elif newer.dimensions is not None and newer.volume_cbm is None:
            base = replace(base, volume_cbm=None)
        return replace(base._fitting(newer), **said)

    def _fitting(self, newer: "QuoteRequest") -> "QuoteRequest":
        """These facts without what contradicts the mode, load type or containers that `newer` names."""
        kept = self
        wants_boxes = bool(newer.containers) or newer.load_type in CONTAINER_LOADS
        if newer.mode is None and wants_boxes and self.mode not in CONTAINER_MODES:
            kept = replace(kept, mode=None)
        if newer.mode is None and newer.load_type in TRUCK_LOADS and self.mode is not TransportMode.ROAD:
            kept = replace(kept, mode=None)
        if newer.mode is not None and newer.mode not in CONTAINER_MODES:
            kept = replace(kept, containers=())
            if newer.mode is not TransportMode.ROAD or kept.load_type in CONTAINER_LOADS:
                kept = replace(kept, load_type=None)
        if newer.mode in CONTAINER_MODES and kept.load_type in TRUCK_LOADS:
            kept = replace(kept, load_type=None)
        if newer.load_type is not None and newer.load_type is not LoadType.FCL:
            kept = replace(kept, containers=())
        if newer.containers:
            kept = replace(kept, load_type=None)
        return kept

    def missing(self) -> list[str]:
        """Slot names still to be asked, in the order a good agent asks; empty: the price can be made.

        Only what the price needs. `commodity` comes last, once (`commodity_asked`), and may stay unknown.
        """
        needed: list[str] = []
        if self._vague(self.origin):
            needed.append("origin")
        if self._vague(self.destination):
            needed.append("destination")
        if self.effective_mode is None:
            needed.append("transport_mode")
        else:
            needed.extend(self._missing_load(self.effective_mode))
        if self.commodity is None and not self.commodity_asked:
            needed.append("commodity")
        return needed

    @property
    def complete(self) -> bool:
        """Whether a price can be made; the commodity may be unknown."""
        return not [slot for slot in self.missing() if slot != "commodity"]

    def _vague(self, place: str | None) -> bool:
        # Express is priced by country; every other mode needs the port, airport, station or city.
        express = self.effective_mode is TransportMode.EXPRESS
        return place is None or (len(place) == COUNTRY_LENGTH and not express)

    def _missing_load(self, mode: TransportMode) -> Iterable[str]:
        load = self.effective_load
        if load is LoadType.FCL or (mode in CONTAINER_MODES and load is None):
            return () if self.containers else ("container",)
        needed = [] if self.weight_kg is not None else ["weight"]
        # Express parcels are priced by weight and re-measured; one truck by what it must carry. Elsewhere volume decides.
        if mode is TransportMode.EXPRESS or load is LoadType.FTL or self.volume is not None:
            return needed
        return [*needed, "pieces" if self.dimensions is not None else "volume"]

    def as_facts(self) -> dict[str, Any]:
        """JSON of the facts (exact strings); only what is known."""
        facts: dict[str, Any] = {}
        for field in fields(self):
            value = getattr(self, field.name)
            if value in (None, (), False):
                continue
            facts[field.name] = _fact(value)
        return facts

    @classmethod
    def from_facts(cls, facts: Mapping[str, Any]) -> Self:
        """The request that `as_facts` wrote."""
        known = dict(facts)
        readers: dict[str, Callable[[Any], Any]] = {
            "mode": TransportMode,
            "load_type": LoadType,
            "containers": lambda boxes: tuple((kind, int(count)) for kind, count in boxes),
            "weight_kg": Decimal,
            "volume_cbm": Decimal,
            "dimensions": lambda sides: tuple(Decimal(side) for side in sides),
            "ready_date": date.fromisoformat,
        }
        for name, read in readers.items():
            if name in known:
                known[name] = read(known[name])
        return cls(**known)


def _fact(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_fact(part) for part in value]
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, (TransportMode, LoadType)) else value
