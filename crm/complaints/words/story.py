"""What a customer tells in a complaint: what happened, what it did to them, and what they want.

Rules over clauses, with the words of `story_words.json`. A clause that nothing is known of is none of the three: the card
keeps the whole text anyway.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

from crm.chinese import fold
from crm.complaints.words import retelling
from crm.complaints.words.clauses import Clause, clauses
from crm.complaints.words.negation import NUMBER, said

ENOUGH_AT_FIRST, ENOUGH_LATER = 3, 2
"""How much detail makes a fact a story that can be summed up (see `told_enough`)."""
LATER = 3
"""Messages after which less detail is enough: the customer has had the room to say more."""


class Effect(StrEnum):
    """What it did to the customer, the gravest first."""

    PRODUCTION_STOPPED = "production_stopped"
    PERISHABLE = "perishable"
    VESSEL_MISSED = "vessel_missed"
    CUSTOMER_LOST = "customer_lost"
    """The customer's own customers urge, fine, return or cancel."""
    OCCASION_MISSED = "occasion_missed"
    """A fair, a wedding, the season, a day of delivery they had promised."""
    MONEY = "money"
    EFFORT = "effort"
    """They ran around, called ten times, waited at home."""


URGENT = (Effect.PRODUCTION_STOPPED, Effect.PERISHABLE, Effect.VESSEL_MISSED)
"""Effects that raise the severity at once."""


@dataclass(frozen=True)
class Story:
    """What was told, clause by clause in the customer's own words. Empty: not told."""

    facts: tuple[str, ...] = ()
    consequences: tuple[str, ...] = ()
    """Also what only threatens to happen (再不到就要停产了)."""
    wishes: tuple[str, ...] = ()
    effect: Effect | None = None
    """The gravest consequence."""


@dataclass(frozen=True)
class Retold:
    """The story as one says it back, in Simplified and turned round. Empty: nothing to say back."""

    facts: str = ""
    """For 跟您核对一下：{facts}。"""
    consequence: str = ""
    """A clause that stands alone (您那边要停产了): for {facts}，{consequence}。 or 我知道，{consequence}。"""
    wish: str = ""
    """For 您希望{wish}。"""


def read(text: str) -> Story:
    """What the customer tells; `text` is what they wrote, one message a line. Never raises, and takes linear time."""
    fresh = _FRESH.search(fold(text)) is not None
    heard = [(clause.own, _sort(clause.plain.lower(), fresh=fresh)) for clause in _each_once(text)]
    effects = [kind for _, kinds in heard for kind in kinds if isinstance(kind, Effect)]
    # Spoiled goods and a way made for nothing are what happened, where nothing else is told.
    firm = next((kind for kind in ("fact", "befallen") if any(kind in kinds for _, kinds in heard)), None)
    return Story(
        facts=tuple(own for own, kinds in heard if firm in kinds or (firm and "aside" in kinds)),
        consequences=tuple(own for own, kinds in heard if any(isinstance(kind, Effect) for kind in kinds)),
        wishes=tuple(own for own, kinds in heard if "wish" in kinds),
        effect=min(effects, key=list(Effect).index, default=None),
    )


def retell(story: Story) -> Retold:
    """The story in one or two sentences as the firm says it back (我→您, 你们→我们), without abuse; shorter where in doubt.

    At most about 60, 40 and 40 signs; whole clauses only. What others said stays in 「」.
    """
    return Retold(*retelling.retell(story.facts, story.consequences, story.wishes))


def told_enough(story: Story, *, messages: int) -> bool:
    """Whether one can sum up without asking for more; `messages`: how many the customer sent on the matter.

    A concrete fact is needed in any case, and beside it a consequence, a wish, or detail: numbers and days, things that
    are named, a second event.
    """
    plain = [fold(fact).lower() for fact in story.facts]
    if not plain or story.wishes or story.effect:
        return bool(plain)
    events = {kind for fact in plain for kind in _kinds(fact)}
    joined = _MEASURED.sub("", " ".join(plain))
    things = len(set(_things().findall(joined)))
    exact = len(set(_exact().findall(" ".join(plain))))
    detail = max(1, len(events)) + min(2, things) + min(2, exact)
    if events and events <= _ABOUT_PEOPLE:
        detail -= 1
    return detail >= (ENOUGH_AT_FIRST if messages < LATER else ENOUGH_LATER)


def events_told(text: str) -> Sequence[str]:
    """The kinds of events (keys of "facts" in story_words.json) that a text tells of, each once, in the table's order."""
    kinds = {kind for fact in read(text).facts for kind in _kinds(fold(fact).lower())}
    return [kind for kind, _ in _events() if kind in kinds]


def urgent_effects(folded: str) -> Iterator[tuple[Effect, int, int]]:
    """The urgent effects in a folded text and where their words stand, the gravest first."""
    for effect, pattern in _effects():
        place = said(pattern, folded) if effect in URGENT else None
        if place is not None:
            yield effect, *place


_MEASURE = "个|天|周|星期|礼拜|小时|次|箱|件|托|块|元|百|千|万|月|台|只|套|点|度|半"
_MEASURED = re.compile(rf"(?:\d+|[一二两三四五六七八九十百千半几]+)(?:{_MEASURE})")
_FRESH = re.compile(
    r"生鲜|樱桃|车厘子|水果|海鲜|海产|大闸蟹|螃蟹|鱼苗|活鱼|虾|疫苗|药品|试剂|血清|鲜花|玫瑰|牛奶|鲜奶|牛排|蔬菜|榴莲|荔枝|草莓|葡萄|芒果|桃|冻品|冻货|蛋糕|冷链|冷藏|冷冻|苗木|树苗|香菇|果苗|猪肉|牛肉|羊肉|鸡肉|杨梅|蓝莓|枇杷"
)
_GONE_OFF = re.compile(r"烂|坏[了掉的]|臭|蔫|化了|死了|死光|报废|不能吃|不能用|软[了塌]|馊|发黑|捂|枯|干[了死]|栽不活")
_PEOPLE = re.compile(r"司机|客服|业务|仓库|快递|师傅|小哥|前台|站点|主管|经理")
_VOWED = re.compile(r"(?:给|写|打|刷).{0,5}差评")
_FELT = re.compile(
    r"失望|生气|无语|忍|服[了你]|笑死|气[死人]|急死|火大|着急|[吗呢嘛]$|不(?:多说|想|管|信|是我|靠谱|像话|满意|讲理)|脸|良心|骑|蜗牛|爬|花儿|当初|早知|不容易|岁数|有毒|第一次|忘了吧|对吧|客气|"
    r"我(?:觉得|认为|猜|算|看)|算什么|什么叫|明天要|要用|等着用|我是|我们是|您好|打扰|辛苦|谢"
)
SHORTEST_ASIDE = 5
_HAPPENED = re.compile(
    r"\d|[了没不被把只未又还在连差]|说|结果|实际|好好的|黑屏|[一二两三四五六七八九十百千万几]{1,4}(?:多|来|几)?[个箱件托万千百块元台吨度]"
)
_NOT_TOLD = re.compile(
    r"没(?:坏|丢|少|事|问题|破|湿)|怎么|什么|谁|到底|哪|吗$|会不会|是不是|如果|要是|可以|希望|^我?知道|凭|你们?(?:说|看)|好不|行不|能不"
)
_VOWS = re.compile(r"投诉|差评|曝光|律师|告你们|起诉|12315|举报")
_ASKS_STATE = re.compile(r"(?:吗|到哪|哪里了|在哪|怎么样了|到了没有?|了没有?|[货人车件]呢)[啊呀呢了]*$")
_RHETORIC = re.compile(r"怎么|凭什么|为什么|为啥|不是说|难道|谁")
_EXPERIENCED = re.compile(r"投诉[了过]")
_ABOUT_PEOPLE = {"attitude", "no_response"}
"""How somebody behaved is seldom told by one clause."""
_DENIABLE = ("damage", "loss", "attitude")
"""Kinds whose words mean the contrary after 没 (货没坏); 没到, 没签收 are events themselves."""
LONG_ENOUGH_FOR_BOTH = 8
_LATE_TOO = re.compile(r"晚[了到提]|迟|延误|拖|late|delay")
_FEARED = re.compile(r"再不|再放|再拖|再等|要不|不然|否则|如果|要是|就要|快[要被]|会|怕|担心|万一|可能|将")
_ALL_FINE = re.compile(
    r"^(?:谢谢|感谢|辛苦|好的|没有了|没了|就这些|没事|不用了|可以了|收到了?|ok|OK|嗯+|在吗|你好|您好)[了啊呀哈吧的你您们 ]*$"
)
_BARE_NUMBER = re.compile(
    r"^(?:单号|运单号?|订单号?|柜号|提单号|快递单号|号码)?(?:是|为|:)?\s*[A-Za-z]{0,5}[- ]?\d[\dA-Za-z-]{4,}$"
)


def _sort(plain: str, *, fresh: bool) -> list["Effect | str"]:
    """What a clause is: effects, "fact", "wish", "befallen" (an effect that is there already), "aside".

    Nothing for greetings, abuse, bare judgements and numbers.
    """
    words = retelling.bare(plain)
    if len(words) < 2 or _ALL_FINE.match(words) or _BARE_NUMBER.match(words) or _VOWED.search(words):
        return []
    if _judgement().search(words) and not _PEOPLE.search(words):
        return []
    effects = [effect for effect, pattern in _effects() if said(pattern, plain)]
    if fresh and Effect.PERISHABLE not in effects and said(_GONE_OFF, plain):
        effects.append(Effect.PERISHABLE)
    wish = bool(_wishes().search(words)) and not _not_wishes().search(words)
    if wish and all(effect in (Effect.MONEY, Effect.EFFORT) for effect in effects):
        return ["wish"]
    if effects and wish and effects[0] not in URGENT:
        # 给客户一个交代 is about their customers, not about us.
        wish = bool(re.search(r"你们|赔|退|给我", words))
    found: list[Effect | str] = [*effects]
    if wish:
        found.append("wish")
    elif _is_fact(plain, words, has_effect=bool(effects)):
        found.append("fact")
    elif not effects and _is_aside(plain, words):
        found.append("aside")
    if {Effect.PERISHABLE, Effect.EFFORT} & set(effects) and not _FEARED.search(plain):
        found.append("befallen")
    return found


def _is_fact(plain: str, words: str, *, has_effect: bool) -> bool:
    if _VOWS.search(words) and not _EXPERIENCED.search(words):
        return False
    if _not_facts().search(words):
        return False
    if _ASKS_STATE.search(plain) and not _RHETORIC.search(words):
        return False
    kinds = _kinds(words)
    if "recovered" in kinds:
        return True
    if has_effect:
        # Most words of effects sound like facts too; only these are told beside them in one clause.
        told = kinds & {"not_done", "no_response"} or _LATE_TOO.search(words)
        return bool(told) and len(words) >= LONG_ENOUGH_FOR_BOTH and not _FEARED.search(words)
    plainly = _things().search(words) and _HAPPENED.search(words) and not _NOT_TOLD.search(words)
    return bool(kinds) or bool(plainly)


def _is_aside(plain: str, words: str) -> bool:
    """Whether a clause tells something that only counts beside a fact (说是冷藏车)."""
    if (
        len(words) < SHORTEST_ASIDE
        or _not_facts().search(words)
        or _NOT_TOLD.search(plain)
        or _FELT.search(plain)
        or _VOWS.search(words)
    ):
        return False
    return _HAPPENED.search(words) is not None and not _ASKS_STATE.search(plain)


def _kinds(folded: str) -> set[str]:
    """The kinds of events a clause tells of."""
    return {
        kind
        for kind, pattern in _events()
        if (said(pattern, folded) if kind in _DENIABLE else pattern.search(folded)) is not None
    }


def _each_once(text: str) -> Iterator[Clause]:
    seen: set[str] = set()
    for clause in clauses(text):
        if clause.plain not in seen:
            seen.add(clause.plain)
            yield clause


@cache
def _words() -> dict[str, object]:
    text = (files(__package__) / "story_words.json").read_text(encoding="utf-8")
    table: dict[str, object] = json.loads(text)
    return table


def _compile(patterns: object) -> re.Pattern[str]:
    if not isinstance(patterns, list):
        raise TypeError("story_words.json: a list of patterns is missing")
    joined = "|".join(patterns)
    for name, value in (("{n}", NUMBER), ("{time}", _words()["time"]), ("{who}", _words()["who"])):
        joined = joined.replace(name, str(value))
    return re.compile(joined)


def _compile_each(group: object) -> list[tuple[str, re.Pattern[str]]]:
    if not isinstance(group, dict):
        raise TypeError("story_words.json: a group of patterns is missing")
    return [(name, _compile(patterns)) for name, patterns in group.items()]


@cache
def _effects() -> Sequence[tuple[Effect, re.Pattern[str]]]:
    known = dict(_compile_each(_words()["effects"]))
    return [(effect, known[effect]) for effect in Effect]


@cache
def _events() -> Sequence[tuple[str, re.Pattern[str]]]:
    return _compile_each(_words()["facts"])


@cache
def _things() -> re.Pattern[str]:
    return _compile(_words()["things"])


@cache
def _wishes() -> re.Pattern[str]:
    return _compile(_words()["wishes"])


@cache
def _not_wishes() -> re.Pattern[str]:
    return _compile(_words()["not_wishes"])


@cache
def _not_facts() -> re.Pattern[str]:
    return _compile(_words()["not_facts"])


@cache
def _judgement() -> re.Pattern[str]:
    return _compile(_words()["judgement"])


@cache
def _exact() -> re.Pattern[str]:
    return re.compile(rf"{_words()['time']}|{_MEASURED.pattern}|\d+")
