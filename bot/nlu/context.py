"""What a few words mean after what was said before: 那空运呢 below a price, 第二个 below a choice, 那另一票呢 after a status.

Taken alone such words say next to nothing, and the classifier guesses. Here the topic, the question that is open and the
buttons that were offered decide (slots, as the app remembers them). Values are not touched: the actions look after them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from bot.nlu.text import Normalised, normalise

#: Characters; whoever writes more says what is meant.
LONGEST_ELLIPSIS = 24
#: The same before repeated signs (吧吧吧吧) are cut: what is longer need not be looked at.
LONGEST_WRITTEN = 100

PRICE_TOPICS = frozenset({"quote", "offer", "inquiry", "confirm_order"})
QUOTED = PRICE_TOPICS - {"quote"}
REQUEST_VALUES = frozenset(
    (
        *("place", "transport_mode", "load_type", "container", "weight", "volume", "dimensions", "pieces"),
        *("incoterm", "date", "commodity"),
    )
)
ABOUT_SHIPMENT = ("track_shipment", "ask_eta", "ask_pod", "urge_delivery", "subscribe_updates")

_FILLER = re.compile(
    r"那么?|要是|如果|假如|换成?|改成?|变成?|走|用|发|去|到|从|出|往|再|也|还|有|来|报一?个?|看看|试试|算算|的话|多少|价格?|钱|费用?"
    r"|怎么样|咋样|如何|行吗|可以吗|能便宜吗|贵吗|多贵|[呢吗吧啊呀哦嘛的了是个,。?!~、 ]"
)
_COUNT = r"[0-9]+|[一二两三四五六七八九十]{1,3}"
_COUNTED = re.compile(
    rf"(?:那么?|要是|如果|改成?|换成?|变成?|要|来|就|走|是)*(?:{_COUNT})[个条只票]?(?:柜子?|箱子?)?"
    r"(?:的话|多少钱?|什么价|怎么样|[呢吧吗的,。?!~ ])*"
)
_BARE_AMOUNT = re.compile(
    rf"(?:大概|大约|差不多|约|就|一共|总共)*(?:{_COUNT})(?:\.\d+)?[个条只箱件托]?(?:左右|吧|的样子|[。,!~ ])*"
)
_OTHER = r"(?:另外?|还有|别的|其他|其它|剩下|下面|后面)的?[一那两几]*[票单批柜个件箱]?(?:货|柜子?)?"
_OTHER_SHIPMENT = re.compile(
    rf"(?:那么?|还有|至于)?{_OTHER}(?:(?:到哪|在哪|怎么样|什么情况|咋样|现在).{{0,4}}|也.{{0,6}}|[呢吗啊呀了。?!~ ])*"
)
_NOT_THIS_ONE = re.compile(
    r"(?:不对|不|错了|说错了)?[, ]*(?:我(?:说|问)的)?不是(?:这|那)一?[个票单批柜][了啊呀的呢。,!~ ]*"
)
_SAME_AGAIN = re.compile(
    r"[跟和同与照按像]着?[上前]一?[次回票单个]的?(?:一样|那样|走|来|报)?|照旧|老样子|一样的?再[来报]|同上次?"
)
_SAME_FILLER = re.compile(rf"{_FILLER.pattern}|一[个票单]|这次|[我你就要给帮请]们?|安排|[货票单柜]|谢谢")
_SHIPS = re.compile("[报价走订发]")
"""跟上次一样走: a wish for a price even where no quote is known."""
_SCORE = re.compile(
    r"(?:我|就|给|打|评|你们?|您|个)*(?:[1-5一二两三四五](?:分|颗?星)|[1-5])(?:吧|好评|了|啦)?[。,!~ ]*"
    r"|(?:满分|五星好评)[。!~ ]*"
)
_NOT_SOLVED = re.compile(
    r"(?:[^,。!?]{0,6}[,。 ])?(?:问题|事情|这事|货)?(?:根本|都|也|一点)?(?:还是?)?(?:没有?|未)(?:能|给我)?(?:彻底|完全|真正)?"
    r"(?:解决|处理好|处理|弄好|搞定|办好)?(?:好|掉)?[呢啊呀的了。,!~ ]*"
)
_SOLVED = re.compile(
    r"(?:嗯+|对|是的|好的?)?[, ]*(?:问题|事情)?(?:都|已经?)*(?:解决|搞定|处理好|弄好|办好)了"
    r"[呢啊呀的。,!~ ]*(?:(?:谢|多谢|感谢|辛苦).{0,4})?"
)
_ORDINAL = re.compile(
    r"(?:那|就|要|选|我要|我选|看|查|是|我说的是)*"
    r"(?:第(?P<nth>[一二三四五六七八九1-9])|(?P<last>最后一?|最下面那?|下面那|后面那)|(?P<first>最上面那?|上面那|前面那|头一))"
    r"[个票单项条柜批]?货?[吧呢啊呀的。,?!~ ]*"
)
_BARE_ORDINAL = re.compile(r"[1-9][.。、 ]?")
_DIGITS = {sign: place for place, sign in enumerate("一二三四五六七八九", 1)}


def choice(text: str, offered: Sequence[str], asked: str | None) -> str | None:
    """The payload of the button that a text like 第二个 names; None: it names none of those that were offered."""
    normal = _few_words(text) if offered else None
    if normal is None:
        return None
    words = normal.text.strip()
    found = _ORDINAL.fullmatch(words)
    if found is None:
        bare = _BARE_ORDINAL.fullmatch(words) if asked == "shipment_no" else None
        return _at(offered, int(bare.group()[0])) if bare else None
    if found["nth"]:
        return _at(offered, _DIGITS.get(found["nth"]) or int(found["nth"]))
    return offered[-1] if found["last"] else offered[0]


def _few_words(text: str) -> Normalised | None:
    """The normal form of a short message; None: it says more than a few words, or nothing."""
    normal = normalise(text) if len(text) <= LONGEST_WRITTEN else None
    return normal if normal is not None and 0 < len(normal.text.strip()) <= LONGEST_ELLIPSIS else None


def _at(offered: Sequence[str], place: int) -> str | None:
    return offered[place - 1] if place <= len(offered) else None


def intent_in_context(
    text: str, entities: Sequence[Mapping[str, Any]], slots: Mapping[str, Any], before: str | None
) -> str | None:
    """The intent of an elliptical message; None: it means what it says by itself. `before`: intent of the turn before."""
    normal = _few_words(text)
    if normal is None:
        return None
    words = normal.text.strip()
    kinds = {entity["entity"] for entity in entities}
    # Nothing vouches for the kind of value that comes back in a slot.
    topic = slots["topic"] if isinstance(slots.get("topic"), str) else None
    if topic != "complaint" and _asks_the_same(normal.original, entities):
        return "ask_price" if slots.get("quote_no") or _SHIPS.search(words) else None
    if topic == "survey":
        return _about_survey(words, slots.get("asked"))
    if topic in PRICE_TOPICS:
        return _about_price(words, normal.original, entities, slots)
    if slots.get("shipment_no") and not kinds and topic in ("status", None):
        return _about_shipment(words, before)
    return None


def _asks_the_same(original: str, entities: Sequence[Mapping[str, Any]]) -> bool:
    """跟上次一样, at most with other values; 跟上次一样又发错了 is a complaint, and 下单 an order."""
    rest = _without(original, entities)
    only_values = {entity["entity"] for entity in entities} <= REQUEST_VALUES | {"quote_no"}
    return only_values and bool(_SAME_AGAIN.search(rest)) and not _SAME_FILLER.sub("", _SAME_AGAIN.sub("", rest))


def _about_price(
    words: str, original: str, entities: Sequence[Mapping[str, Any]], slots: Mapping[str, Any]
) -> str | None:
    if slots.get("topic") == "quote" and slots.get("asked") in ("container", "weight", "volume", "pieces"):
        return "inform" if not entities and _BARE_AMOUNT.fullmatch(words) else None
    if not entities:
        return "ask_price" if slots.get("topic") in QUOTED and _COUNTED.fullmatch(words) else None
    only_values = {entity["entity"] for entity in entities} <= REQUEST_VALUES
    return "ask_price" if only_values and not _FILLER.sub("", _without(original, entities)) else None


def _about_survey(words: str, asked: Any) -> str | None:
    """5分, 还没解决, 解决了谢谢 after it was asked whether a complaint is solved, and for a score."""
    if asked in ("solved", "score") and _SCORE.fullmatch(words):
        return "rate_service"
    if asked != "solved":
        return None
    if _NOT_SOLVED.fullmatch(words):
        return "deny"
    return "affirm" if _SOLVED.fullmatch(words) else None


def _about_shipment(words: str, before: str | None) -> str | None:
    if _OTHER_SHIPMENT.fullmatch(words) or _NOT_THIS_ONE.fullmatch(words):
        return before if before in ABOUT_SHIPMENT else "track_shipment"
    return None


def _without(original: str, entities: Sequence[Mapping[str, Any]]) -> str:
    """What is left of a message when its values are taken out, in one spelling."""
    kept = list(original)
    for entity in entities:
        for place in range(entity["start"], min(entity["end"], len(kept))):
            kept[place] = ""
    return normalise("".join(kept)).text
