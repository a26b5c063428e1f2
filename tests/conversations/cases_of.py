"""Written conversations: what a customer says line by line, and what has to be answered.

A file in `cases/` holds a list. Each case:

    name: what it is about
    as: contact | stranger      who writes; a stranger is nobody we know
    parcels: 1                  shipments under way (Shanghai to Hamburg, 已开船) of the contact, or that exist at all
    talk:
      - says: 我的货到哪了       or `presses: 按这个价下单`, a button of the last answer
        hears: [utter_status]   responses of domain.yml that must be among what is said, in any variation;
                                utter_sorry_delay_* is any one of them
        contains: [上海]         and pieces of text
        lacks: [成本]            that must not be said
        matches: 合计：USD       a regular expression found in the answer
        rows: {Order: 1}        rows of this conversation afterwards

In all texts {container}, {waybill}, {tail} stand for the first shipment's numbers, {container2} … for the second's;
{quote_no}, {complaint_no}, {order_no} for the newest of this conversation.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

FOLDER = Path(__file__).with_name("cases")


@dataclass(frozen=True)
class Exchange:
    """One line of the customer and what is demanded of the answer."""

    says: str = ""
    presses: str = ""
    hears: list[str] = field(default_factory=list)
    contains: list[str] = field(default_factory=list)
    lacks: list[str] = field(default_factory=list)
    matches: str = ""
    rows: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Case:
    """One conversation."""

    name: str
    known: bool
    parcels: int
    talk: list[Exchange]


def all_cases() -> list[Case]:
    """Every case of every file. Raises TypeError or KeyError for a misspelt key."""
    cases: list[Case] = []
    for path in sorted(FOLDER.glob("*.yml")):
        cases += [_case(path.stem, written) for written in YAML(typ="safe", pure=True).load(path.read_text("utf-8"))]
    return cases


def _case(file: str, written: dict[str, Any]) -> Case:
    unknown = written.keys() - {"name", "as", "parcels", "talk"}
    if unknown or written["as"] not in ("contact", "stranger"):
        raise KeyError(f"{file}: {unknown or written['as']}")
    talk = [Exchange(**exchange) for exchange in written["talk"]]
    for exchange in talk:
        demanded = exchange.hears or exchange.contains or exchange.matches or exchange.rows
        if bool(exchange.says) == bool(exchange.presses) or not demanded:
            raise TypeError(
                f"{file}, {written['name']}: one of says and presses, and something demanded, in {exchange}"
            )
    return Case(f"{file}: {written['name']}", written["as"] == "contact", written.get("parcels", 0), talk)
