"""Written complaints: what a customer says, and the card (投诉处理卡) that has to stand afterwards.

A file in `complaints/` holds a list. Each conversation:

    name: what it is about
    as: contact | stranger      who writes; a stranger is nobody we know
    parcels: 1                  shipments under way of the contact; left out: none
    talk:                       each a text, or
      - says: a text, or [several lines sent at once]
        sends: photo | voice    a file with it; without `says` a file alone
        complains: true         a complaint begins here; nowhere: it begins with the first words
        hears: [正则]           found in what is said from here on
        hears_not: [正则]       not found in the answer
    card:                       or `cards:`, a list in the order in which they were opened
      category: delay           one, or a list where people disagree: the first is preferred
      severity: S2              likewise
      shipment: container       or waybill, container2, waybill2: as the customer names it; none: about no shipment
      emotion: annoyed          one or a list of what is allowed; left out: not judged
      facts, consequences, wish: [pieces that stand in it]
      accused: [staff codes]
      apology: [categories]     whose apology may be said; left out: that of `category`
    told: false                 the customer has said too little for a number; there is no card to judge

In all texts {container}, {waybill} stand for the first shipment's numbers, {container2} … for the second's, and
{complaint_no} in `hears` for the newest card's.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from crm.complaints.models import Emotion, Severity
from tests.conversations.cases_of import FOLDER as CASES

FOLDER = CASES.with_name("complaints")
CODES = frozenset({"delay", "damage", "loss", "misdelivery", "attitude", "fee", "no_response", "other"})
PARCELS = {"none": 0, "container": 1, "waybill": 1, "container2": 2, "waybill2": 2}
FILES = frozenset({"photo", "voice"})


@dataclass(frozen=True)
class Spoken:
    """What the customer sends before waiting for an answer."""

    lines: tuple[str, ...] = ()
    """Empty: only a file."""
    sends: str = ""
    """Of FILES; empty: no file."""
    complains: bool = False
    hears: tuple[str, ...] = ()
    hears_not: tuple[str, ...] = ()


@dataclass(frozen=True)
class WantedCard:
    """What a card has to hold. Tuples of allowed codes; for pieces of text: all of them, () is not judged."""

    category: tuple[str, ...]
    severity: tuple[str, ...]
    parcel: int
    """1 the first shipment, 2 the second, 0: none may be linked."""
    apology: tuple[str, ...]
    emotion: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    consequences: tuple[str, ...] = ()
    wish: tuple[str, ...] = ()
    accused: tuple[str, ...] = ()


@dataclass(frozen=True)
class Complaint:
    """One conversation."""

    name: str
    known: bool
    parcels: int
    talk: tuple[Spoken, ...]
    cards: tuple[WantedCard, ...]
    """Empty: `told: false`."""

    @property
    def begins(self) -> tuple[int, ...]:
        """Places in `talk` where a complaint begins, one for each card (one also where no card is wanted)."""
        marked = tuple(place for place, spoken in enumerate(self.talk) if spoken.complains)
        missing = max(len(self.cards), 1) - len(marked)
        return (0,) * missing + marked


def all_complaints(folder: Path = FOLDER) -> list[Complaint]:
    """Every conversation of every file. Raises KeyError for a misspelt key, ValueError for an impossible value."""
    found = [
        _complaint(path.stem, written)
        for path in sorted(folder.glob("*.yml"))
        for written in YAML(typ="safe", pure=True).load(path.read_text("utf-8"))
    ]
    names = [complaint.name for complaint in found]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise ValueError(f"twice: {twice}")
    return found


def _complaint(file: str, written: dict[str, Any]) -> Complaint:
    where = f"{file}: {written['name']}"
    _known_keys(where, written, {"name", "as", "parcels", "talk", "card", "cards", "told"})
    told = written.get("told", True)
    cards = tuple(_card(where, card) for card in written.get("cards", [written["card"]] if "card" in written else []))
    complaint = Complaint(
        name=where,
        known=_one_of(where, written["as"], ("contact", "stranger")) == "contact",
        parcels=written.get("parcels", 0),
        talk=tuple(_spoken(where, said) for said in written["talk"]),
        cards=cards,
    )
    if told is bool(not cards) or ("card" in written and "cards" in written):
        raise ValueError(f"{where}: one of card, cards and told: false")
    if any(card.parcel > complaint.parcels for card in cards):
        raise ValueError(f"{where}: names a shipment that does not exist")
    if sum(spoken.complains for spoken in complaint.talk) > max(len(cards), 1):
        raise ValueError(f"{where}: more complaints begin than cards are wanted")
    return complaint


def _spoken(where: str, written: str | dict[str, Any]) -> Spoken:
    if isinstance(written, str):
        return Spoken((written,))
    _known_keys(where, written, {"says", "sends", "complains", "hears", "hears_not"})
    lines = tuple(_listed(written.get("says", ())))
    sends = written.get("sends", "")
    if sends:
        _one_of(where, sends, FILES)
    elif not lines:
        raise ValueError(f"{where}: neither words nor a file in {written}")
    return Spoken(
        lines,
        sends,
        written.get("complains", False),
        tuple(written.get("hears", ())),
        tuple(written.get("hears_not", ())),
    )


def _card(where: str, written: dict[str, Any]) -> WantedCard:
    pieces = ("facts", "consequences", "wish", "accused")
    _known_keys(where, written, {"category", "severity", "shipment", "emotion", "apology", *pieces})
    category = tuple(_one_of(where, code, CODES) for code in _listed(written["category"]))
    return WantedCard(
        category=category,
        severity=tuple(_one_of(where, code, list(Severity)) for code in _listed(written["severity"])),
        parcel=PARCELS[_one_of(where, written["shipment"], PARCELS)],
        apology=tuple(_one_of(where, code, CODES) for code in _listed(written.get("apology", category))),
        emotion=tuple(_one_of(where, code, list(Emotion)) for code in _listed(written.get("emotion", ()))),
        **{name: tuple(_list_only(where, name, written.get(name, []))) for name in pieces},
    )


def _listed(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def _list_only(where: str, name: str, value: Any) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(piece, str) and piece for piece in value):
        raise ValueError(f"{where}: {name} has to be a list of texts")
    return value


def _one_of(where: str, value: Any, allowed: Any) -> str:
    if value not in allowed:
        raise ValueError(f"{where}: {value!r} is none of {sorted(allowed)}")
    return str(value)


def _known_keys(where: str, written: dict[str, Any], allowed: set[str]) -> None:
    if unknown := written.keys() - allowed:
        raise KeyError(f"{where}: {unknown}")
