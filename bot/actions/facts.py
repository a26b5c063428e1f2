"""What a message adds to a request for a price, and how the request is remembered in slots."""

import re
from dataclasses import replace
from decimal import Decimal
from typing import Any

from bot.actions.topics import CONFIRM_ORDER, INQUIRY, OFFER, QUOTE, RESUMABLE
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
    "dangerous",
)
SKIP = re.compile(r"跳过|不方便|保密|随便|普通货|普货|没什么特别|不清楚|不知道|skip", re.IGNORECASE)
LONGEST_COMMODITY = 40
LONGEST_BARE_ANSWER = 16
BARE_ANSWERS = ("inform", "affirm", "deny", "nlu_fallback", "out_of_scope")
ORDINARY_GOODS = "普货"
SAID_ALONE = re.compile(r"(?:嗯|是|是的|对|有|有的|有点|有一点|有一些|带|带的|带一点|含)[,，。!！~～ 啊呀哦呢吧的]*")
"""有: a yes to the question whether there is anything dangerous in the goods, which does not say what."""
COUNT_CORRECTED = re.compile(
    rf"[那,， ]*(?:改[成为]?|换成?|变成?|要|来|就)?{numerals.NUMERAL}[个条只]?(?:柜子?|箱子?)?[吧呢的话,，。吗? ？]*"
)
"""改成两个, below an offer: as many containers of the kind that was offered."""
NOT_KNOWN = re.compile(r"不知道|不清楚|不确定|不晓得|没称|没量|没算|还没|说不好|忘了|记不")
DANGER = re.compile(
    r"带电|带磁|强磁|电池|充电宝|锂|易燃|易爆|液体|粉末|喷雾|气雾|腐蚀|有毒|压缩气|危险品|危化|危包|化工|化学|MSDS|(?<![A-Z])UN\s?\d{4}",
    re.IGNORECASE,
)
NO_DANGER = re.compile(
    r"(?:不|没|无|非|没有|不是)(?:带|含|有|属于|是)?(?:电池|电|磁|液体|粉末|危险品|危化品|化工品?|化学品)+(?:[、和或](?:液体|粉末|磁|电池))*"
)


def request_before(turn: Turn) -> QuoteRequest:
    """The request as remembered."""
    return replace(
        request_from_slots(turn.slots),
        commodity_asked=turn.slot("commodity") is not None or turn.asked == "commodity",
        dangerous=bool(turn.slot("dangerous")),
    )


def said_now(turn: Turn) -> QuoteRequest:
    """What this message says about a request, in view of what was asked last."""
    said = request_from_slots({**_from_entities(turn), **_from_context(turn)})
    hinted = bool(DANGER.search(NO_DANGER.sub("", turn.text)))
    return replace(said, dangerous=hinted or any(entity.dangerous for entity in turn.all("commodity")))


def price_topic(turn: Turn) -> str | None:
    """What is being done about a price, also when something else came in between; None: nothing."""
    return turn.topic if turn.topic in (*RESUMABLE, INQUIRY) else turn.slot("interrupted")


def begins_anew(turn: Turn, said: QuoteRequest) -> bool:
    """Whether the message asks for another price, to which nothing said before belongs.

    In a price in the making, or with an offer on the table, only a whole other lane does. A no (不对，是到汉堡) corrects.
    """
    if turn.intent == "deny":
        return False
    if price_topic(turn) not in (QUOTE, OFFER, CONFIRM_ORDER, INQUIRY):
        return said.origin is not None or said.destination is not None
    before = request_before(turn)
    lanes = (said.origin, said.destination), (before.origin, before.destination)
    return None not in (*lanes[0], *lanes[1]) and lanes[0] != lanes[1]


def request_now(turn: Turn) -> QuoteRequest:
    """The request with what this message adds, or the new one it begins."""
    said = said_now(turn)
    return said if begins_anew(turn, said) else request_before(turn).merged(said)


def answers_question(turn: Turn) -> bool:
    """Whether the message gives the value of a request that was asked for last."""
    return turn.topic == QUOTE and turn.asked in {**_from_entities(turn), **_from_context(turn)}


def leaves_open_what(turn: Turn) -> bool:
    """A bare 有 to the question what is shipped and whether it is dangerous."""
    return turn.asked == "commodity" and not turn.entities and bool(SAID_ALONE.fullmatch(turn.text.strip()))


def is_not_known(turn: Turn) -> bool:
    """不清楚, 还没称: the customer has not got the value."""
    return bool(NOT_KNOWN.search(turn.text))


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
        "dangerous": request.dangerous or None,
        "counted": None,
    }


def forgotten() -> dict[str, None]:
    """Slot values of no request at all."""
    return dict.fromkeys((*SLOTS, "counted"))


def _from_entities(turn: Turn) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for kind in ("transport_mode", "load_type", "weight", "volume", "dimensions", "commodity", "incoterm", "date"):
        value = turn.first(kind)
        if value is not None:
            found[kind] = value
    boxes = [entity.value for entity in turn.all("container")]
    if boxes:
        found["container"] = [{**boxes[0], "count": _count_before(turn)}] if _kind_only(turn) else boxes
    if turn.all("pieces"):
        found["pieces"] = turn.all("pieces")[0].value
    return found | _places(turn)


def _kind_only(turn: Turn) -> bool:
    """高柜, 换成小柜呢: one kind of container without a count, and nothing else."""
    return len(turn.entities) == 1 and turn.entities[0].value.get("count") is None


def _count_before(turn: Turn) -> int | None:
    """How many were named before: 3个 while the kind was not known, or the only kind of the request until now."""
    boxes = turn.slot("container")
    alone = boxes[0]["count"] if isinstance(boxes, list) and len(boxes) == 1 else None
    return turn.slot("counted") or alone


def _places(turn: Turn) -> dict[str, Any]:
    """Origin and destination by role; a place without one answers the question that was asked."""
    found = {role: turn.first("place", role) for role in ("origin", "destination")}
    known = {role: value for role, value in found.items() if value is not None}
    # A province has no code: it says too little to be priced, and the question for a city stays open.
    bare = [entity.value for entity in turn.all("place") if entity.role is None and entity.value is not None]
    if bare and not known:
        if turn.asked in ("origin", "destination"):
            known[turn.asked] = bare[0]
        elif len(bare) == 2:
            known = {"origin": bare[0], "destination": bare[1]}
    return known


def _from_context(turn: Turn) -> dict[str, Any]:
    """A bare answer to what was asked last: "500", "3个", "电子产品"."""
    asked, text = turn.asked, turn.text.strip()
    if asked == "commodity":
        return _commodity_answer(turn, text)
    if any(entity.kind != "phone_tail" for entity in turn.entities):
        # The number belongs to what was found: 3方 is no weight, whatever was asked for.
        return {}
    if asked in ("weight", "volume", "pieces"):
        amount = _amount(text)
        return {asked: format(amount, "f")} if amount else {}
    corrects_count = turn.topic in (OFFER, CONFIRM_ORDER) and COUNT_CORRECTED.fullmatch(text) is not None
    return _container_answer(turn, text) if asked == "container" or corrects_count else {}


def _commodity_answer(turn: Turn, text: str) -> dict[str, Any]:
    """What is shipped, in the customer's words; nothing when it is not to be told."""
    if turn.intent not in BARE_ANSWERS or turn.first("commodity") is not None or not text:
        return {}
    if turn.intent == "deny" or "普" in text:
        return {} if SKIP.search(text) and "普" not in text else {"commodity": ORDINARY_GOODS}
    if SKIP.search(text) or turn.intent == "affirm" or turn.entities:
        return {}
    return {"commodity": text[:LONGEST_COMMODITY]}


def counted_only(turn: Turn) -> int | None:
    """How many containers, when the kind is not known yet (3个); None: that is not what the message says."""
    known = turn.all("container") or turn.slot("container")
    amount = _amount(turn.text.strip()) if turn.asked == "container" and not turn.entities and not known else None
    return int(amount) if amount else None


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
