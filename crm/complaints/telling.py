"""What a customer is told once the complaint is understood: we are sorry, this is what we noted, this happens next.

Names of responses with their values; the bot says them in its turn, the desk says them to somebody who fell silent.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from crm.complaints.apology import apology
from crm.complaints.views import CardView, NextStep
from crm.wording import by_when

Line = tuple[str, Mapping[str, str]]
"""Name of a response, and the values in it."""


@dataclass(frozen=True)
class Telling:
    """What to say, in order, and which apologies are among it."""

    lines: Sequence[Line]
    sorry: Sequence[str]


def telling(card: CardView, now: datetime, said_sorry: Collection[str], reference: str = "") -> Telling:
    """The whole answer to a complaint. `said_sorry`: apologies of this conversation. `reference`: the shipment's number."""
    sorry = apology(card.harm, said_sorry)
    recorded = (
        "utter_complaint_recorded_urgent" if card.next_step is NextStep.MANAGER_CALLS else "utter_complaint_recorded"
    )
    lines = [*((name, {}) for name in sorry), *summed_up(card, reference), (recorded, values_of(card, now))]
    return Telling(lines, sorry)


def summed_up(card: CardView, reference: str = "") -> Sequence[Line]:
    """Facts, what they did to the customer, and what is wished for; nothing when no fact was told."""
    told = card.retold
    if not told.facts:
        return []
    values = {
        "facts": f"{reference}，{told.facts}" if reference and reference not in told.facts else told.facts,
        "consequence": told.consequence,
        "wish": told.wish,
    }
    parts = [part for part in ("consequence", "wish") if values[part]]
    return [("_".join(("utter_complaint_summary", *parts)), values)]


def values_of(card: CardView, now: datetime) -> dict[str, str]:
    """Number, matter, who, and by when."""
    return {
        "complaint_no": card.number,
        "category": card.category,
        "department": card.department,
        "due": by_when(card.due_at or now, now),
        "resolve": by_when(card.resolve_due, now),
    }
