"""What a message adds to a request for a price, and how the request is remembered in slots."""

import re
from dataclasses import replace
from decimal import Decimal
from typing import Any

from bot.actions.turn import Turn
from crm.pricing.request import QuoteRequest
from crm.pricing.slots import request_from_slots
from freight import numerals

SLOTS = (
    "origin",
    "destination",
    "transport_mode",
    "load_type",
    "container",
    "weight",
    "volume",
    "dimensions",
    "pieces",
    "commodity",
    "incoterm",
    "date",
)
SKIP = re.compile(r"跳过|不方便|保密|随便|普通货|普货|没什么特别|不清楚|不知道|skip", re.IGNORECASE)
LONGEST_COMMODITY = 40
LONGEST_BARE_ANSWER = 16


def request_before(turn: Turn) -> QuoteRequest:
    """The request as remembered."""
    before = request_from_slots(turn.slots)
    return replace(before, commodity_asked=turn.slot("commodity") is not None or turn.asked == "commodity")


def said_now(turn: Turn) -> QuoteRequest:
    """What this message says about a request, in view of what was asked last."""
    return request_from_slots({**_from_entities(turn), **_from_context(turn)})


def mentions_request(turn: Turn) -> bool:
    """Whether the message gives any value a price is made of."""
    return said_now(turn) != QuoteRequest()


def remembered(request: QuoteRequest) -> dict[str, Any]:
    """The request as slot values; what is not known is forgotten."""
    return {
        "origin": request.origin,
        "destination": request.destination,
        "transport_mode": request.mode.value if request.mode else None,
        "load_type": request.load_type.value if request.load_type else None,
        "container": [{"type": kind, "count": count} for kind, count in request.containers] or None,
        "weight": _text(request.weight_kg),
        "volume": _text(request.volume_cbm),
        "dimensions": [_text(side) for side in request.dimensions] if request.dimensions else None,
        "pieces": request.pieces,
        "commodity": request.commodity or ("" if request.commodity_asked else None),
        "incoterm": request.incoterm,
        "date": request.ready_date.isoformat() if request.ready_date else None,
    }


def forgotten() -> dict[str, None]:
    """Slot values of no request at all."""
    return dict.fromkeys(SLOTS)


def _from_entities(turn: Turn) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for kind in ("transport_mode", "load_type", "weight", "volume", "dimensions", "commodity", "incoterm", "date"):
        value = turn.first(kind)
        if value is not None:
            found[kind] = value
    boxes = [entity.value for entity in turn.all("container")]
    if boxes:
        found["container"] = boxes
    if turn.all("pieces"):
        found["pieces"] = turn.all("pieces")[0].value
    return found | _places(turn)


def _places(turn: Turn) -> dict[str, Any]:
    """Origin and destination by role; a place without one answers the question that was asked."""
    found = {role: turn.first("place", role) for role in ("origin", "destination")}
    known = {role: value for role, value in found.items() if value is not None}
    bare = [entity.value for entity in turn.all("place") if entity.role is None]
    if bare and not known:
        if turn.asked in ("origin", "destination"):
            known[turn.asked] = bare[0]
        elif len(bare) == 2:
            known = {"origin": bare[0], "destination": bare[1]}
    return known


def _from_context(turn: Turn) -> dict[str, Any]:
    """A bare answer to what was asked last: "500", "3个", "电子产品"."""
    asked, text = turn.asked, turn.text.strip()
    if asked in ("weight", "volume", "pieces") and turn.first(asked) is None:
        amount = _amount(text)
        return {asked: format(amount, "f")} if amount else {}
    if asked == "container" and not turn.all("container"):
        return _container_answer(turn, text)
    if asked == "commodity" and turn.intent in ("inform", "affirm", "deny", "nlu_fallback", "out_of_scope"):
        if SKIP.search(text) or turn.intent in ("affirm", "deny"):
            return {"commodity": "普货"} if "普" in text else {}
        return {"commodity": text[:LONGEST_COMMODITY]} if turn.first("commodity") is None and text else {}
    return {}


def _container_answer(turn: Turn, text: str) -> dict[str, Any]:
    """ "3个" when the type is known already."""
    boxes = turn.slot("container")
    amount = _amount(text)
    if isinstance(boxes, list) and len(boxes) == 1 and amount:
        return {"container": [{**boxes[0], "count": int(amount)}]}
    return {}


def _amount(text: str) -> Decimal | None:
    """The one number of a short answer (大概500, 3个); None: none, or more than one."""
    found = re.findall(numerals.NUMERAL, text)
    return numerals.parse(found[0]) if len(found) == 1 and len(text) <= LONGEST_BARE_ANSWER else None


def _text(value: Decimal | None) -> str | None:
    return None if value is None else format(value, "f")
