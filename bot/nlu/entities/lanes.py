"""Places in a message: which names are meant as places, and where they begin and end."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from bot.nlu.entities.roles import Spot, contains, with_roles
from bot.nlu.entities.spans import Span, Taken
from bot.nlu.entities.vocabulary import Hit
from freight import places
from freight.places import Place, PlaceKind

_WORDS_THAT_ARE_PLACES_ONLY_IN_LANES = frozenset(
    re.findall(
        r"\w+",
        "can add sin she del man dar led bud los san las par tip foc ist mem lux ord phl den sea mia hel ber lon rom cai acc "
        "jax atl bos pen bom mobile male ontario nice mad gig gru pus mkc slc cgo ams xian cambridge halle niger",
    )
)
_UPPER_ONLY = frozenset(("hk", "uk", "la", "ny", "us", "lb"))


def place_spans(text: str, hits: Iterable[Hit], word_starts: Sequence[int]) -> list[Span]:
    """Places with their roles. `word_starts` are the starts of the tokenizer's words: a two-sign name must begin a word."""
    spots = _spots(text, hits, frozenset((*word_starts, len(text))))
    spots = _merged(sorted([*spots, *_short_spots(text, spots)], key=lambda spot: spot.start), text)
    spots = with_roles(spots, text)
    return [Span("place", spot.start, spot.end, spot.place.locode or None, spot.role, rank=4) for spot in spots]


def _spots(text: str, hits: Iterable[Hit], word_starts: frozenset[int]) -> list[Spot]:
    hits = list(hits)
    taken = Taken((hit.start, hit.end) for hit in hits if hit.kind == "not")
    named = sorted((hit for hit in hits if hit.kind == "place"), key=lambda hit: hit.start - hit.end)
    binds = bool(named and _BINDING.search(text))
    chosen: list[Spot] = []
    for hit in named:
        if not taken.is_free(hit.start, hit.end):
            continue
        if _is_a_word(hit, text, word_starts) and not _is_part_of_a_firm(hit, text, binds=binds):
            chosen.append(Spot(hit.start, _with_suffix(hit.end, text), _meant(hit.key, text)))
            taken.take(chosen[-1].start, chosen[-1].end)
    return chosen


_BINDING = re.compile(
    r"绑|登记|认证|入返公司|加进去|连上|对接|匹配|新客户|自己公司的票|王经理谈过|\bbind\b|做Temu|锦绣|跟单员"
)
_FIRM_AFTER = re.compile(r"市?[一-鿿]{2,6}?(?:科技|贸易|进出口|有限公司|机械|实业|商贸|电子有限|集团)")
_FIRM_NAME = re.compile(r"市?(?!的|那边|这边|仓|港|联系|号|人|和|到|发|客户|做)[一-鿿 ](?!人)")
_MEANS_SOMETHING_ELSE = {
    "里加": re.compile(r"(?:单|里|表|群|库|字)$|\|(?:一|两|个|了|急|入)"),
    "成都": re.compile(r"(?:不|没|做|完)$"),
    "高栏": re.compile(r"[米\d]$"),
    "秀英": re.compile(r"[一-鿿](?<![从到去往发在寄])$"),
    "花都": re.compile(r"[樱菊鲜桃梅开]$|\|(?:谢|开了|没|蔫|败)"),
    "里约": re.compile(r"\|(?:定|好|了)"),
    "马赛": re.compile(r"\|克"),
    "ams": re.compile(r"(?<!-)\|(?!\s*(?:机场|空运|$|[,。?]))|(?:发|报|申报|补)\s*$"),
}
"""Names that are words of other phrases; the place in the text is marked by "|"."""


def _is_something_else(hit: Hit, text: str) -> bool:
    pattern = _MEANS_SOMETHING_ELSE.get(hit.key)
    if pattern is None:
        return False
    before, after = text[max(0, hit.start - 3) : hit.start], text[hit.end : hit.end + 4]
    return bool(pattern.search(before) or pattern.search(before + "|" + after))


def _is_part_of_a_firm(hit: Hit, text: str, *, binds: bool) -> bool:
    """深圳凯锐科技, 上海总部: the name of a firm or office tells nothing about the goods. `binds`: an account is bound."""
    if text[hit.end : hit.end + 1] == "话" or _is_something_else(hit, text):
        return True
    if binds and _FIRM_NAME.match(text, hit.end):
        return True
    match = _FIRM_AFTER.match(text, hit.end)
    return bool(match) and not re.search(r"[到至发运寄去往的]", match.group() if match else "")


def _is_a_word(hit: Hit, text: str, word_starts: frozenset[int]) -> bool:
    written = text[hit.start : hit.end]
    if written.isascii():
        if hit.key == "us":
            return written == "US"
        if hit.key in _UPPER_ONLY or len(written) == 3:
            return (written.isupper() and hit.key not in _WORDS_THAT_ARE_PLACES_ONLY_IN_LANES) or _in_lane(hit, text)
        return hit.key not in _WORDS_THAT_ARE_PLACES_ONLY_IN_LANES
    if len(written) > 2:
        return True
    after = text[hit.end : hit.end + 1]
    return hit.start in word_starts and (hit.end in word_starts or not after.isalnum() or after in "市港省区站州口")


_LANE_BEFORE = re.compile(r"(?:从|到|至|去|往|发|寄|飞|运|[-~→>/]|(?:^|\s)(?:to|from))\s*$", re.IGNORECASE)
_LANE_WORD = 12
"""Signs beside a code that are looked at: more than the longest word of a lane and a space."""
_LANE_AFTER = re.compile(r"^\s*(?:到|至|去|往|发|寄|飞|运|[-~→>]|to\s|海运|空运|的|仓)", re.IGNORECASE)


def _in_lane(hit: Hit, text: str) -> bool:
    """Whether a short code stands where places stand. "-" alone would make a place of XX-LA-01: letters must follow none."""
    before, after = text[max(0, hit.start - _LANE_WORD) : hit.start], text[hit.end : hit.end + _LANE_WORD]
    return bool(_LANE_BEFORE.search(before)) or bool(_LANE_AFTER.match(after))


_SUFFIX = re.compile(r"国际机场|机场|港(?=$|[,。!?\s到至发出-])")


def _with_suffix(end: int, text: str) -> int:
    """Take 港 or 机场 into the span: 长滩港, 芝加哥机场."""
    match = _SUFFIX.match(text, end)
    return match.end() if match else end


def _meant(name: str, text: str) -> Place:
    """The usual place of a name, or the one whose country the message names (新西兰 奥克兰)."""
    found = places.lookup_all(name) or (places.uncoded()[name],)
    for place in found[1:] if len(found) > 1 else ():
        country = places.by_locode(place.country)
        if place.country != found[0].country and country and country.name_zh in text:
            return place
    return found[0]


_SHORT = re.compile(
    r"(?:^|(?<=[^一-鿿])|(?<=[从由到至发往去]))(?P<sign>[沪申甬深穗津渝蓉榕厦京杭瓯])(?=\s*(?:[-~→>/]|到|至|飞|"
    r"发(?!货|票|现|生)))"
)
_SHORT_AFTER = re.compile(
    r"(?:[-~→>/]|到|至|飞)\s*(?P<sign>[沪申甬深穗津渝蓉榕厦京杭瓯])(?=$|[^一-鿿]|海运|空运|的|多少|什么|要|整|拼|走)"
)


def _short_spots(text: str, known: list[Spot]) -> Iterator[Spot]:
    """Single-sign names (沪, 甬) in lane patterns only."""
    taken = Taken((spot.start, spot.end) for spot in known)
    for pattern in (_SHORT, _SHORT_AFTER):
        for match in pattern.finditer(text):
            start = match.start("sign")
            if taken.is_free(start, start + 1):
                taken.take(start, start + 1)
                yield Spot(start, start + 1, places.short_names()[match.group("sign")])


def _merged(spots: list[Spot], text: str) -> list[Spot]:
    """Join a city and its terminal (广州|南沙), a province and its city (广西|凭祥); a second name of a place is dropped."""
    merged: list[Spot] = []
    for spot in spots:
        last = merged[-1] if merged else None
        if last is None or last.end != spot.start or last.place.kind is PlaceKind.COUNTRY:
            merged.append(spot)
        elif last.place.kind is PlaceKind.REGION and contains(last.place, spot.place):
            merged[-1] = replace(spot, start=last.start)
        elif not (last.place.locode and spot.place.locode):
            merged.append(spot)
        elif last.place.locode != spot.place.locode and places.same_place(last.place.locode, spot.place.locode):
            merged[-1] = replace(spot, start=last.start)
        elif last.place.locode != spot.place.locode:
            merged.append(spot)
    return merged
