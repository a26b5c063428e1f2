"""Several wishes in one message: 货晚了三天，还有下一票到洛杉矶多少钱 holds a complaint and a question for a price.

A message is cut where clauses end or a word like 另外 begins a new thought. A cut counts only where both sides are surely
read, as wishes of different kinds that do not belong together: a story and the wish it leads to are one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from enum import IntEnum

Span = tuple[int, int]
Reading = tuple[str, float]
"""A label, and how probable it is that a label of its kind is meant."""
Reader = Callable[[Span], Reading]
"""Reads a piece of a message as if it stood alone."""


class Strength(IntEnum):
    """How plainly a place divides a message."""

    PAUSE = 1
    """A comma or a space."""
    STOP = 2
    """The end of a sentence or of a line."""
    TURN = 3
    """另外, 顺便, 2.: the customer says that something else comes."""


@dataclass(frozen=True)
class Wish:
    """What one part of a message means; `start` and `end` are offsets in the text it was found in."""

    name: str
    confidence: float
    start: int
    end: int


@dataclass(frozen=True)
class Cut:
    """Between two parts: the first ends at `end`, the second begins at `start`."""

    end: int
    start: int
    strength: Strength


MOST_WISHES = 3
CUTS_TRIED = {Strength.TURN: 2, Strength.STOP: 1, Strength.PAUSE: 1}
"""Each costs one or two sentence vectors; those nearest to the middle are tried."""
LEAST_CHARACTERS = 3
SHORTEST_MESSAGE = 8
LONGEST_MESSAGE = 300
"""Characters: nobody lists wishes in less, and a longer one is a story."""
SURE = {Strength.TURN: 0.5, Strength.STOP: 0.85, Strength.PAUSE: 0.9}

_OTHER_SHIPMENT = r"[一那这两]?[票单批柜件]"
_TURN_WORDS = (
    r"(?:另外|还有|顺便|顺带|顺道|顺手|对了|再者|此外|同时|其次|以及|而且|并且|然后|仲有|加上)"
    rf"(?!\s*{_OTHER_SHIPMENT})|再(?=问|帮|查|报|催|请|麻烦)|还(?=想|要问|需要)|也(?=帮|想|麻烦|请)"
    r"|(?:第二|其二|二是|二来)|(?<![\d.])[2-4][.、):](?!\d)"
    r"|\b(?:also|by the way|btw|another thing|one more thing)\b"
)
_TURN = re.compile(rf"{_TURN_WORDS}|(?:另外|还有|仲有)(?=\s*{_OTHER_SHIPMENT})", re.IGNORECASE)
"""另外 before 一票 says that something else comes, but also which shipment is meant, so it stays in its part."""
_ANYWHERE = re.compile(
    r"另外(?!一?[票单批柜件个])|顺便|顺带|对了|还有(?=[上下那这]|你们|帮|请)|\bby the way\b|\balso\b", re.IGNORECASE
)
"""Turns that need no sign before them: 我那票到哪了还有下一票多少钱."""
_SEPARATOR = re.compile(
    r"[。!?;~…]+\s*|[,、]+\s*|(?<![A-Za-z0-9])\s+|\s+(?![A-Za-z0-9])|(?<=[A-Za-z0-9])\s+(?=[2-4][.、)])"
)
_STOPS = "。!?;~…"
_LEAD = re.compile(
    rf"(?:[\s,、。!?;:~…]+|1[.、):](?!\d)|第一[,、:]?|{_TURN_WORDS}|再?(?:问一下|问下|请问)(?=[,、:]))+",
    re.IGNORECASE,
)
_TRAIL = " ,、。;:"

_ASKS = re.compile(
    r"[?吗么呢]|多少|几[时号点天日个钱]|什么|何时|哪|怎么|咋|如何|多久|能不能|可不可以|可以|能否|有没有|是不是|到了没|没有$"
    r"|帮|请|麻烦|劳烦|给我|发我|发[一张份个给]|查|报[一个价]|催|通知|提醒|取消|改[一个到成]|开[一张个]|想"
    r"|\b(?:how|when|where|what|please|can you)\b",
    re.IGNORECASE,
)
_TAKEN_BACK = re.compile(r"不是|不用|不要|不必|先不|不接受|除非")
_OTHER_ONE = re.compile(
    r"(?:另外?|还有|别的|其他|其它|上|下|那)[一那这]?[票单批柜件]|第二[票单批柜件个]|\b(?:another|other)\b"
)
_NUMBER = re.compile(r"[A-Za-z]{2,4}\d{6,}|\d{8,}")

_BESIDE = frozenset(
    (
        *("greet", "goodbye", "thank", "affirm", "deny", "stop", "inform", "rate_service", "bot_challenge"),
        *("chitchat", "vent", "out_of_scope"),
    )
)
"""Said beside a wish, or belonging to it."""
_KINDS = {
    "request_human": "person",
    "request_supervisor": "person",
    "ask_claim": "complaint",
    "ask_complaint_status": "complaint",
    "track_shipment": "status",
    "ask_eta": "status",
}


def kind_of(label: str) -> str:
    """Labels of one kind are one wish, however many of them a message holds."""
    return "complaint" if label.startswith("complain_") else _KINDS.get(label, label)


def reading_of(labels: Sequence[str], probabilities: Sequence[float]) -> Reading:
    """The likeliest label of the likeliest kind, with the probability of the kind."""
    kinds: dict[str, float] = {}
    likeliest: dict[str, str] = {}
    # Rising: the last label of a kind is its likeliest.
    for probability, label in sorted(zip(probabilities, labels, strict=True)):
        kind = kind_of(label)
        kinds[kind] = kinds.get(kind, 0.0) + probability
        likeliest[kind] = label
    best = max(kinds, key=lambda kind: kinds[kind])
    return likeliest[best], kinds[best]


_ONE_WISH = tuple(
    frozenset(pair.split(" × "))
    for pair in (
        "status × urge_delivery",
        "status × faq/transit_time",
        "status × faq/tracking_how_to",
        "ask_price × faq/transit_time",
        "ask_price × ask_price_breakdown",
        "ask_price × negotiate_price",
        "ask_price × accept_quote",
        "ask_price × book_shipment",
        "ask_price × faq/services_offered",
        "ask_price × ask_quote_status",
        "ask_price_breakdown × negotiate_price",
        "negotiate_price × accept_quote",
        "negotiate_price × book_shipment",
        "accept_quote × book_shipment",
        "cancel_order × book_shipment",
        "cancel_order × unsubscribe_updates",
        "subscribe_updates × unsubscribe_updates",
        "change_delivery × update_contact",
        "change_delivery × urge_delivery",
        "request_callback × update_contact",
        "person × request_callback",
        "complaint × urge_delivery",
        "complaint × negotiate_price",
        "complaint × ask_price_breakdown",
        "complaint × praise",
        "complaint × faq/insurance",
        "praise × person",
    )
)
"""Kinds that are said of one matter."""
_TWO_ABOUT_ANOTHER = (frozenset({"complaint", "status"}), frozenset({"ask_quote_status", "status"}))
"""Two wishes only where the question names a shipment, or another one."""
_GENERAL = frozenset(
    f"faq/{name}"
    for name in (
        *("business_hours", "branch_locations", "customs_documents", "insurance", "invoice", "payment_terms"),
        *("free_time", "packaging", "incoterms", "volumetric_weight", "services_offered", "dangerous_goods"),
    )
)
_WITH_PERSON = frozenset({"complaint", "person"})
_PRICE = re.compile(r"多少钱|价|运费|费用")
_PERSON_NAMED = re.compile(r"(?:转|接|找|要|叫|换)[个到成]?(?:一下)?(?:人工|真人|活人)")
_TWO_WITHOUT_A_TURN = (
    _WITH_PERSON,
    frozenset({"status", "ask_price"}),
    frozenset({"status", "subscribe_updates"}),
    frozenset({"urge_delivery", "ask_price"}),
    frozenset({"ask_pod", "ask_price"}),
    frozenset({"complaint", "ask_price"}),
    *(frozenset({one, general}) for one in ("status", "ask_price") for general in _GENERAL),
)
"""Kinds that are two wishes though nothing but a comma stands between them."""


def find(text: str, read: Reader, lines: Collection[int] = ()) -> list[Wish]:
    """Return the wishes of a normalised message in their order; an empty list means that it holds one at most.

    `lines`: where a line of the original ended.
    """
    if not SHORTEST_MESSAGE <= len(text) <= LONGEST_MESSAGE:
        return []
    return _divided(text, (0, len(text)), read, lines, MOST_WISHES)


def main_of(wishes: Sequence[Wish], whole: str) -> Wish:
    """The one whose label the message gets: a person before a complaint, else what the message means as a whole."""
    for first in ("person", "complaint"):
        for wish in wishes:
            if kind_of(wish.name) == first:
                return wish
    alike = [wish for wish in wishes if kind_of(wish.name) == kind_of(whole)]
    return (alike or list(wishes))[0]


def cuts(text: str, lines: Collection[int] = ()) -> list[Cut]:
    """Return where a message may be cut, in order."""
    found: dict[int, Cut] = {}
    for match in _SEPARATOR.finditer(text):
        stop = match.group()[0] in _STOPS or any(match.start() <= line < match.end() for line in lines)
        _add(found, text, match.end(), match.end(), Strength.STOP if stop else Strength.PAUSE)
    for match in _ANYWHERE.finditer(text):
        _add(found, text, match.start(), match.start(), Strength.PAUSE)
    return [found[start] for start in sorted(found)]


def _add(found: dict[int, Cut], text: str, end: int, start: int, strength: Strength) -> None:
    if _TURN.match(text, start):
        strength = Strength.TURN
    lead = _LEAD.match(text, start)
    start = lead.end() if lead else start
    begun = text[:end].rstrip(_TRAIL)
    if len(begun) >= LEAST_CHARACTERS and len(text) - start >= LEAST_CHARACTERS:
        known = found.get(start)
        best = max(strength, known.strength) if known else strength
        found[start] = Cut(min(len(begun), known.end) if known else len(begun), start, best)


def _divided(text: str, span: Span, read: Reader, lines: Collection[int], most: int) -> list[Wish]:
    low, high = span
    piece = text[low:high]
    for cut in _tried(piece, [line - low for line in lines]):
        least = SURE[cut.strength]
        # The second side first: where it is no wish, the other need not be read.
        second = _wish(text, (low + cut.start, high), read, least)
        first = _wish(text, (low, low + cut.end), read, least) if second else None
        if first and second and _apart(text, (first, second), cut.strength):
            return _with_more(text, (first, second), read, lines, most)
    return []


def _wish(text: str, span: Span, read: Reader, least: float) -> Wish | None:
    """What a part means; None: it is no wish, or not surely read."""
    start, end = _trimmed(text, *span)
    name, sure = read((start, end))
    return Wish(name, sure, start, end) if sure >= least and name not in _BESIDE else None


def _with_more(text: str, pair: tuple[Wish, Wish], read: Reader, lines: Collection[int], most: int) -> list[Wish]:
    """The two, and what either holds besides."""
    found: list[Wish] = []
    for wish in pair:
        more = _divided(text, (wish.start, wish.end), read, lines, 2) if most > 2 else []
        known = {kind_of(one.name) for one in (*found, *pair) if one is not wish}
        two = len(more) == 2 and len({kind_of(one.name) for one in more} | known) == len(known) + 2
        found += more if two and len(found) + len(more) <= most else [wish]
    return found[:most]


def _tried(piece: str, lines: Collection[int]) -> list[Cut]:
    """The cuts worth a look: those at a turn, else those between two parts that ask for something."""
    every = cuts(piece, lines)
    for strength in (Strength.TURN, Strength.STOP, Strength.PAUSE):
        alike = [cut for cut in every if cut.strength is strength]
        some = alike if strength is Strength.TURN else [cut for cut in alike if _both_ask(piece, cut)]
        if some:
            middle = len(piece) / 2
            nearest = sorted(some, key=lambda cut: abs((cut.end + cut.start) / 2 - middle))
            return nearest[: CUTS_TRIED[strength]]
    return []


def _both_ask(piece: str, cut: Cut) -> bool:
    """Whether two wishes may stand here though nothing announces the second."""
    first, second = piece[: cut.end], piece[cut.start :]
    if _TAKEN_BACK.search(first) or _TAKEN_BACK.match(second):
        return False
    if _PERSON_NAMED.search(piece):
        return True
    # A complaint beside a price is the only one of the pairs that need not ask for anything.
    return bool(_ASKS.search(second) and (_ASKS.search(first) or _PRICE.search(second)))


def _trimmed(piece: str, start: int, end: int) -> Span:
    lead = _LEAD.match(piece, start, end)
    if lead and lead.end() < end:
        start = lead.end()
    while end > start and piece[end - 1] in _TRAIL:
        end -= 1
    return start, end


def _apart(text: str, pair: tuple[Wish, Wish], strength: Strength) -> bool:
    """Whether two readings are two wishes."""
    kinds = frozenset(kind_of(wish.name) for wish in pair)
    if len(kinds) == 1:
        return False
    if strength is not Strength.TURN:
        return _apart_without_a_turn(text, pair, kinds, strength)
    if kinds in _TWO_ABOUT_ANOTHER:
        return any(kind_of(wish.name) == "status" and _of_another(text[wish.start : wish.end]) for wish in pair)
    return kinds not in _ONE_WISH


def _apart_without_a_turn(text: str, pair: tuple[Wish, Wish], kinds: frozenset[str], strength: Strength) -> bool:
    parts = [text[wish.start : wish.end] for wish in pair]
    if kinds & _GENERAL and not all(_ASKS.search(part) for part in parts):
        return False
    if kinds == _WITH_PERSON and not any(_PERSON_NAMED.search(part) for part in parts):
        return False
    return kinds in _TWO_WITHOUT_A_TURN or (strength is Strength.STOP and kinds <= _GENERAL)


def _of_another(part: str) -> bool:
    return bool(_OTHER_ONE.search(part) or _NUMBER.search(part))
