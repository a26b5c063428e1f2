"""What a look-up can answer. A stranger gets the same answer for a number that does not exist and for one that is not theirs."""

from dataclasses import dataclass
from datetime import datetime

from crm.shipments.status import StatusView


@dataclass(frozen=True)
class Found:
    """The shipment may be shown."""

    view: StatusView
    others: tuple[str, ...] = ()
    """Waybill numbers of further open shipments of the same customer under the same number (one MBL, several house bills)."""


@dataclass(frozen=True)
class NeedsTail:
    """Ask for the last four digits of the sender's or recipient's phone. Says nothing about whether the number exists."""

    reference: str


@dataclass(frozen=True)
class Suggestions:
    """The number is none of the customer's own, but close to these, which are (one to three, likeliest first)."""

    reference: str
    numbers: tuple[str, ...]


@dataclass(frozen=True)
class Invalid:
    """The number cannot be right. Follows from the number alone, so it tells nothing about shipments."""

    reference: str
    kind: str
    """Kind of number it looks like (`freight.references.ReferenceKind`)."""
    code: str
    """What is wrong: `check_digit`."""
    position: int
    """The sign that breaks the rule, counted from 1."""
    expected: str
    """What that sign should be if all others are right; empty: not worked out for this kind."""
    suggestions: tuple[str, ...] = ()
    """At most three of the customer's own open numbers it may have meant; empty for a stranger."""


@dataclass(frozen=True)
class Locked:
    """Too many tries; the digits were not looked at. Numbers that do not exist lock alike."""

    reference: str
    until: datetime


@dataclass(frozen=True)
class Unknown:
    """No shipment can be shown: no such number, not this person's, or wrong digits. Which one is never said."""

    reference: str
    tries_left: int
    """Tries left for this number before it locks."""


LookUp = Found | NeedsTail | Suggestions | Invalid | Locked | Unknown
"""Any answer of a look-up."""
