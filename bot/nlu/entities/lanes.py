"""Places in a message, and which of them is where the goods start and where they go."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from bot.nlu.entities.spans import Span
from bot.nlu.entities.vocabulary import Hit
from freight import places
from freight.places import Place, PlaceKind

ORIGIN, DESTINATION = "origin", "destination"

_WORDS_THAT_ARE_PLACES_ONLY_IN_LANES = frozenset(
    re.findall(
        r"\w+",
        "can add sin she del man dar led bud los san las par tip foc ist mem lux ord phl den sea mia hel ber lon rom cai acc "
        "jax atl bos pen bom mobile male ontario nice mad gig gru pus mkc slc cgo ams",
    )
)
_UPPER_ONLY = frozenset(("hk", "uk", "la", "ny", "us", "lb"))


@dataclass(frozen=True)
class Spot:
    """A place at `start:end` with its role while roles are being worked out."""

    start: int
    end: int
    place: Place
    role: str | None = None


def place_spans(text: str, hits: Iterable[Hit], word_starts: Sequence[int]) -> list[Span]:
    """Places with their roles. `word_starts` are the starts of the tokenizer's words: a two-sign name must begin a word."""
    spots = _spots(text, hits, frozenset((*word_starts, len(text))))
    spots = _merged(sorted([*spots, *_short_spots(text, spots)], key=lambda spot: spot.start), text)
    spots = _with_roles(spots, text)
    return [Span("place", spot.start, spot.end, spot.place.locode, spot.role, rank=4) for spot in spots]


def _spots(text: str, hits: Iterable[Hit], word_starts: frozenset[int]) -> list[Spot]:
    hits = list(hits)
    blocked = [(hit.start, hit.end) for hit in hits if hit.kind == "not"]
    chosen: list[Spot] = []
    for hit in sorted((hit for hit in hits if hit.kind == "place"), key=lambda hit: hit.start - hit.end):
        overlaps = any(hit.start < spot.end and spot.start < hit.end for spot in chosen)
        if overlaps or any(hit.start < high and low < hit.end for low, high in blocked):
            continue
        if _is_a_word(hit, text, word_starts) and not _is_part_of_a_firm(hit, text):
            chosen.append(Spot(hit.start, _with_suffix(hit.end, text), _meant(hit.key, text)))
    return chosen


def _is_part_of_a_firm(hit: Hit, text: str) -> bool:
    """深圳凯锐科技, 上海总部: the name of a firm or office tells nothing about the goods."""
    if text[hit.end : hit.end + 1] == "话":
        return True
    match = re.match(r"市?[一-鿿]{2,6}?(?:科技|贸易|进出口|有限公司|机械|实业|商贸|电子有限|集团)", text[hit.end :])
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
_LANE_AFTER = re.compile(r"^\s*(?:到|至|去|往|发|寄|飞|运|[-~→>]|to\s|海运|空运|的|仓)", re.IGNORECASE)


def _in_lane(hit: Hit, text: str) -> bool:
    """Whether a short code stands where places stand. "-" alone would make a place of XX-LA-01: letters must follow none."""
    return bool(_LANE_BEFORE.search(text[: hit.start])) or bool(_LANE_AFTER.match(text[hit.end :]))


_SUFFIX = re.compile(r"国际机场|机场|港(?=$|[,。!?\s到至发出-])")


def _with_suffix(end: int, text: str) -> int:
    """Take 港 or 机场 into the span: 长滩港, 芝加哥机场."""
    match = _SUFFIX.match(text, end)
    return match.end() if match else end


def _meant(name: str, text: str) -> Place:
    """The usual place of a name, or the one whose country the message names (新西兰 奥克兰)."""
    found = places.lookup_all(name)
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
    seen: set[int] = set()
    for pattern in (_SHORT, _SHORT_AFTER):
        for match in pattern.finditer(text):
            start = match.start("sign")
            if start not in seen and all(start < spot.start or start >= spot.end for spot in known):
                seen.add(start)
                yield Spot(start, start + 1, places.short_names()[match.group("sign")])


def _merged(spots: list[Spot], text: str) -> list[Spot]:
    """Join a city and its terminal (广州|南沙); a second name of the same place is dropped (佛山|顺德)."""
    merged: list[Spot] = []
    for spot in spots:
        last = merged[-1] if merged else None
        if last is None or last.end != spot.start or last.place.kind is PlaceKind.COUNTRY:
            merged.append(spot)
        elif last.place.locode != spot.place.locode and places.same_place(last.place.locode, spot.place.locode):
            merged[-1] = replace(spot, start=last.start)
        elif last.place.locode != spot.place.locode:
            merged.append(spot)
    return merged


def _contains(country: Place, place: Place) -> bool:
    """澳大利亚|布里斯班: a country and a place in it."""
    return country.kind is PlaceKind.COUNTRY and place.country == country.locode and place.kind is not PlaceKind.COUNTRY


# ---------------------------------------------------------------- roles

_END_OF_CLAUSE = re.compile(r"[。;!?\n]")
_CONNECTED = re.compile(
    r"^[\s,]*(?:那边|这边|仓库?|工厂|口岸|门店|这里|那里|\([^)]{0,10}\))?[^。;!?,到至]{0,8}?"
    r"(?:到|至|去|往|飞|转到|发(?:往|到|去|给)?|寄(?:往|到|去|给)?|运(?:往|到|去)?|走(?:到|去)?|送(?:到|往)?|"
    r"拉(?:到|去)?|直达|直飞|开(?:往|到)?|[-~→>]{1,3}|/|\bto\b|➡)\s*(?:非洲|欧洲|美西|美东|南美|中东|东南亚|日本|北美)?\s*$",
    re.IGNORECASE,
)
_FAR_CONNECTED = re.compile(r"^[^。;!?]{0,24}(?:到|至|运往|发往|寄到|送到|运到|发到|寄往|去|\bto)\s*$", re.IGNORECASE)
_TRANSIT_BEFORE = re.compile(r"(?:经由?|途经|中转(?:港)?[是为:]?|via|转(?:运港)?[是为:]?)\s*$", re.IGNORECASE)
_TRANSIT_AFTER = re.compile(r"^\s*(?:中转|转运|转船|转机|换装|过境|转关)")
_ONWARD = re.compile(r"^\s*(?:再)?(?:中转|转运?到?|换船到|转)\s*$")
_JOINED = re.compile(r"^\s*(?:、|和|跟|及|与|或者?|还是|,|/|and|or|&)\s*$", re.IGNORECASE)
_FROM_BEFORE = re.compile(
    r"(?:从|由|自|(?:起运|装货|出发|始发|发货|提货|起始)(?:港|地|点|城市)?\s*(?:是|为|在|:)?|出口[港地]:?|"
    r"\bfrom(?: the)?|\bpol\b\s*:?|\bex|\bpick ?up (?:at|in|from)?|在)\s*$",
    re.IGNORECASE,
)
_FROM_AFTER = re.compile(
    r"^\s*(?:那边|这边|港|仓库?|工厂)?\s*(?:出(?!口|库|现|了|问题|货单|来)|出货|起运|发货|发出|始发|起飞|提货|"
    r"装柜|装船|装货|出发|开船|启运|起步|走货|交货|取件|上门提|上船|寄出|发(?:(?=[,。!?]|$)|的|过来|出|车|走|"
    r"柜|空运|海运|快递|整柜|拼箱|个|一|两|三|\d))"
)
_TO_BEFORE = re.compile(
    r"(?:(?<!货)(?<!船)到|抵达?|至|去|往|飞|运|寄|发|送|派|拉|进|卖|(?<!不)走|(?:目的|卸货|收货|到达|交货|"
    r"派送)(?:港|地|国|点|城市)?\s*(?:是|为|在|:)?|\bto(?: the)?|\bfor|出口到?|[寄发送][^,。]{0,8}给在?|"
    r"\bpod\b\s*:?|\binto|改到|[发寄运送]给|(?:目的|卸货)[港地]改|[发寄](?:一?个))\s*(?:客户|我们|你们)?$",
    re.IGNORECASE,
)
_TO_AFTER = re.compile(
    r"^\s*(?:港|仓库?)?\s*(?:收货|收(?=[,。]|$)|自提|机场自提|交付|送?到门|双清|清关|目的|专线|ddp|dap|ddu|fba)",
    re.IGNORECASE,
)
_NOT_FROM = re.compile(r"(?:现在|还在|卡在|停在|压在|滞留在|放在|正在|目前在|人在|存在|是在|就在|住在|公司在|在)$")


def _with_roles(spots: list[Spot], text: str) -> list[Spot]:
    """Give roles by the words around each place, then by its neighbours."""
    roles: list[str | None] = [None] * len(spots)
    transit = [_is_transit(spots, index, text) for index in range(len(spots))]
    for index, spot in enumerate(spots):
        roles[index] = None if transit[index] else _by_words(spot, text)
    for index in range(len(spots) - 1):
        gap = text[spots[index].end : spots[index + 1].start]
        if not gap and _contains(spots[index].place, spots[index + 1].place):
            roles[index + 1] = roles[index + 1] or roles[index]
        if transit[index + 1] or transit[index]:
            _across_transit(spots, roles, transit, index, text)
            continue
        if _CONNECTED.match(gap) and roles[index] != DESTINATION:
            roles[index], roles[index + 1] = ORIGIN, DESTINATION
        elif roles[index] == ORIGIN and roles[index + 1] is None and _FAR_CONNECTED.match(gap):
            roles[index + 1] = DESTINATION
    _bare_pair(spots, roles, transit, text)
    _share_roles(spots, roles, transit, text)
    return [replace(spot, role=role) for spot, role in zip(spots, roles, strict=True)]


def _by_words(spot: Spot, text: str) -> str | None:
    before = text[max(0, spot.start - 12) : spot.start]
    after = text[spot.end : spot.end + 8]
    if _FROM_BEFORE.search(before):
        if not _NOT_FROM.search(before):
            return ORIGIN
        return ORIGIN if re.match(r"(?:提货|装柜|装货|装船|交货|发货|取货|上门|提)", after) else None
    if _TO_BEFORE.search(before):
        return DESTINATION
    if _FROM_AFTER.match(after):
        return ORIGIN
    return DESTINATION if _TO_AFTER.match(after) else None


def _is_transit(spots: list[Spot], index: int, text: str) -> bool:
    """Whether goods only pass: 经新加坡, 釜山中转, or the middle of A到B转C."""
    spot = spots[index]
    before, after = text[max(0, spot.start - 8) : spot.start], text[spot.end : spot.end + 6]
    following = text[spot.end : spots[index + 1].start] if index + 1 < len(spots) else None
    if following is not None and _ONWARD.match(following):
        return True
    if _TRANSIT_AFTER.match(after):
        return True
    if not _TRANSIT_BEFORE.search(before):
        return False
    previous = text[spots[index - 1].end : spot.start] if index else None
    return not (previous is not None and _ONWARD.match(previous))


def _across_transit(spots: list[Spot], roles: list[str | None], transit: list[bool], index: int, text: str) -> None:
    """Look past a transit place: in A经B到C and A到B转C, A is the origin and C the destination."""
    if transit[index + 1] and roles[index] is None and not transit[index] and index + 2 < len(spots):
        roles[index] = ORIGIN
    if transit[index] and roles[index + 1] is None and not transit[index + 1]:
        gap = text[spots[index].end : spots[index + 1].start]
        if _ONWARD.match(gap) or _CONNECTED.match(gap):
            roles[index + 1] = DESTINATION


_GAP_OF_PAIR = re.compile(r"^[ ,]{0,2}$")


def _bare_pair(spots: list[Spot], roles: list[str | None], transit: list[bool], text: str) -> None:
    """深圳 洛杉矶 空运: two places side by side and nothing else are a lane."""
    if len(spots) == 2 and roles == [None, None] and not any(transit):
        gap = text[spots[0].end : spots[1].start]
        if _GAP_OF_PAIR.match(gap) and spots[0].place.country != spots[1].place.country:
            roles[0], roles[1] = ORIGIN, DESTINATION


def _share_roles(spots: list[Spot], roles: list[str | None], transit: list[bool], text: str) -> None:
    """上海、宁波到汉堡: places in a row have one role."""
    for index in range(len(spots) - 1):
        first, second = spots[index], spots[index + 1]
        if first.end == second.start and _contains(first.place, second.place):
            roles[index] = roles[index + 1] = roles[index] or roles[index + 1]
    for index in range(len(spots) - 2, -1, -1):
        joined = _JOINED.match(text[spots[index].end : spots[index + 1].start]) and not transit[index]
        if joined and roles[index] is None and roles[index + 1] == ORIGIN:
            roles[index] = ORIGIN
    for index in range(len(spots) - 1):
        if _JOINED.match(text[spots[index].end : spots[index + 1].start]) and not transit[index + 1]:
            roles[index + 1] = roles[index + 1] or roles[index]
