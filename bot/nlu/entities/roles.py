"""Which place of a message is where the goods start (origin) and where they go (destination).

Three steps, each leaving alone what the one before decided: the words around a place, its neighbours, and at last what a
price question leaves open. Transit places, offices, and places where goods wrongly ended up have no role.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cached_property

from bot.nlu.entities import role_words as words
from freight.places import Place, PlaceKind

ORIGIN, DESTINATION = "origin", "destination"


@dataclass(frozen=True)
class Spot:
    """A place at `start:end` with its role while roles are being worked out."""

    start: int
    end: int
    place: Place
    role: str | None = None


def contains(whole: Place, part: Place) -> bool:
    """澳大利亚|布里斯班, 广西|凭祥: a country or province and a place in its country."""
    large = (PlaceKind.COUNTRY, PlaceKind.REGION)
    return whole.kind in large and part.country == whole.country and part.kind not in large


@dataclass
class _Reading:
    """A message while it is read. `closed` places (transit, offices, what it is not) get no role."""

    spots: list[Spot]
    text: str
    roles: list[str | None]
    transit: list[bool]
    closed: list[bool]

    @cached_property
    def sends(self) -> bool:
        """Whether something is sent, somewhere in the message."""
        return bool(words.SENDS.search(self.text))

    @cached_property
    def tracks(self) -> bool:
        """Whether the message asks where goods are."""
        return bool(words.TRACKING.search(self.text))

    @cached_property
    def names_terms(self) -> bool:
        """Whether Incoterms in the message tell a lane: it asks for a price or orders, and not what a term means."""
        return bool(words.PRICE_OR_ORDER.search(self.text)) and not words.TERM_ASKED.search(self.text)

    def gap(self, index: int) -> str:
        """What stands between a place and the next."""
        return self.text[self.spots[index].end : self.spots[index + 1].start]

    def before(self, index: int, signs: int) -> str:
        """Up to `signs` signs before a place."""
        return self.text[max(0, self.spots[index].start - signs) : self.spots[index].start]

    def after(self, index: int, signs: int) -> str:
        """Up to `signs` signs behind a place."""
        return self.text[self.spots[index].end : self.spots[index].end + signs]


def with_roles(spots: list[Spot], text: str) -> list[Spot]:
    """Give roles by the words around each place, then by its neighbours, then by what is left."""
    count = len(spots)
    read = _Reading(spots, text, [None] * count, [False] * count, [False] * count)
    for index in range(count):
        read.transit[index] = _is_transit(read, index)
        read.closed[index] = read.transit[index] or _has_no_role(read, index)
        if not read.closed[index]:
            read.roles[index] = _by_words(read, index)
    for index in range(count - 1):
        _by_neighbour(read, index)
    _share_roles(read)
    for index in range(count - 1):
        _misrouted(read, index)
    _bare_pair(read)
    _by_question(read)
    return [replace(spot, role=role) for spot, role in zip(spots, read.roles, strict=True)]


def _by_words(read: _Reading, index: int) -> str | None:
    before, after = read.before(index, 36), read.after(index, 14)
    relative = words.TO_RELATIVE_BEFORE.search(before) and read.sends
    if relative or words.NEW_ADDRESS_BEFORE.search(before):
        return DESTINATION
    if words.FROM_BEFORE.search(before):
        return _where_it_is(read, before, after) if words.NOT_FROM.search(before) else ORIGIN
    if words.PICK_UP_BEFORE.search(before) or words.LOADED_AFTER.match(after):
        return ORIGIN
    if words.TO_BEFORE.search(before):
        return DESTINATION
    return _by_what_follows(read, before, after)


def _by_what_follows(read: _Reading, before: str, after: str) -> str | None:
    if words.FROM_AFTER.match(after):
        return ORIGIN
    return DESTINATION if words.TO_AFTER.match(after) else _by_term(read, before)


def _where_it_is(read: _Reading, before: str, after: str) -> str | None:
    """货在东莞 is the origin where goods are to be moved, 在德国的儿子 the destination; where somebody is tells nothing."""
    if words.GOODS_AT.search(before) and not words.WAITING.match(after) and not read.tracks:
        return ORIGIN
    if words.TO_RELATIVE_AFTER.match(after):
        return DESTINATION
    return ORIGIN if words.PICKED_UP.match(after) else None


def _by_term(read: _Reading, before: str) -> str | None:
    """FOB 厦门 is the origin, DDP Toronto the destination; not where the term itself is asked about."""
    if not read.names_terms:
        return None
    if words.SELLER_TERM_BEFORE.search(before):
        return ORIGIN
    return DESTINATION if words.BUYER_TERM_BEFORE.search(before) else None


def _has_no_role(read: _Reading, index: int) -> bool:
    """Whether a place is an office, where a person is, or what it is not (不是上海, 原来是上海)."""
    before, after = read.before(index, 12), read.after(index, 10)
    if index + 1 < len(read.spots) and words.REPLACED_AFTER.match(read.gap(index)):
        return True
    if words.NOT_THIS_BEFORE.search(before) or words.OFFICE_AFTER.match(after):
        return True
    if words.YOURS_BEFORE.search(before) and not words.SENT_AFTER.match(after):
        return True
    return bool(words.HERE_BEFORE.search(before) and words.HERE_AFTER.match(after))


def _is_transit(read: _Reading, index: int) -> bool:
    """Whether goods only pass: 经新加坡, 釜山中转, or the middle of A到B转C."""
    before, after = read.before(index, 8), read.after(index, 6)
    onward = index + 1 < len(read.spots) and words.ONWARD.match(read.gap(index))
    if onward and (index or words.TO_SIMPLE_BEFORE.search(before)):
        return True
    if words.TRANSIT_AFTER.match(after) or words.PASSED.search(before + "|" + after):
        return True
    if not words.TRANSIT_BEFORE.search(before):
        return False
    return not (index and words.ONWARD.match(read.gap(index - 1)))


def _by_neighbour(read: _Reading, index: int) -> None:
    """Roles of two places in a row from what stands between them: 上海|到|汉堡, 澳洲||墨尔本."""
    gap, roles = read.gap(index), read.roles
    if not gap and contains(read.spots[index].place, read.spots[index + 1].place):
        roles[index + 1] = roles[index + 1] or roles[index]
    if read.transit[index + 1] or read.transit[index]:
        _across_transit(read, index)
    elif words.REPLACED_AFTER.match(gap):
        roles[index + 1] = roles[index + 1] or DESTINATION
    elif not (read.closed[index] or read.closed[index + 1]):
        sent = words.CONNECTED.match(gap) or words.SENT_ON.match(gap)
        between = roles[index] is None and roles[index + 1] is None and words.MODE_BETWEEN.match(gap)
        if (sent and roles[index] != DESTINATION) or between:
            roles[index], roles[index + 1] = ORIGIN, DESTINATION
        elif roles[index] == ORIGIN and roles[index + 1] is None and words.FAR_CONNECTED.match(gap):
            roles[index + 1] = DESTINATION


def _across_transit(read: _Reading, index: int) -> None:
    """Look past a transit place: in A经B到C and A到B转C, A is the origin and C the destination."""
    roles, transit = read.roles, read.transit
    if transit[index + 1] and roles[index] is None and not transit[index] and index + 2 < len(roles):
        roles[index] = ORIGIN
    if transit[index] and roles[index + 1] is None and not transit[index + 1]:
        gap = read.gap(index)
        if words.ONWARD.match(gap) or words.CONNECTED.match(gap):
            roles[index + 1] = DESTINATION


def _misrouted(read: _Reading, index: int) -> None:
    """西安的货拉去了西宁: meant for the first, ended up in the second. A complaint tells no origin."""
    gap = read.gap(index)
    before, after = read.before(index, 10), read.after(index + 1, 12)
    if words.FROM_SIMPLE_BEFORE.search(before) or words.SHOULD_HAVE.search(gap):
        if words.WENT_AFTER.match(read.after(index, 4)) and words.SHOULD_HAVE.search(gap):
            read.roles[index], read.roles[index + 1] = None, DESTINATION
        return
    meant = words.SHOULD_HAVE.search(before) or words.ITS_GOODS.match(gap)
    went = meant and words.WENT_THERE.search(gap) and words.BLAME.search(before + gap + after)
    if words.WENT_WRONG.search(gap) or went:
        read.roles[index], read.roles[index + 1] = DESTINATION, None


_GAP_OF_PAIR = re.compile(r"^[ ,]{0,2}$")


def _bare_pair(read: _Reading) -> None:
    """深圳 洛杉矶 空运: two places side by side and nothing else are a lane."""
    if read.roles == [None, None] and not any(read.transit):
        first, second = read.spots
        if _GAP_OF_PAIR.match(read.gap(0)) and first.place.country != second.place.country:
            read.roles[:] = ORIGIN, DESTINATION


def _share_roles(read: _Reading) -> None:
    """上海、宁波到汉堡: places in a row have one role."""
    roles = read.roles
    for index in range(len(roles) - 1):
        first, second = read.spots[index], read.spots[index + 1]
        if first.end == second.start and contains(first.place, second.place):
            roles[index] = roles[index + 1] = roles[index] or roles[index + 1]
    for index in range(len(roles) - 2, -1, -1):
        joined = words.JOINED.match(read.gap(index)) and not read.closed[index]
        if joined and roles[index] is None and roles[index + 1] == ORIGIN:
            roles[index] = ORIGIN
    for index in range(len(roles) - 1):
        if words.JOINED.match(read.gap(index)) and not read.closed[index + 1]:
            roles[index + 1] = roles[index + 1] or roles[index]


def _by_question(read: _Reading) -> None:
    """What a question about a price leaves open: the place at home is the origin, the one abroad the destination."""
    priced = bool(words.PRICE.search(read.text))
    if words.NO_LANE.search(read.text) or not (priced or words.TRANSIT_TIME.search(read.text)):
        return
    for index, spot in enumerate(read.spots):
        if read.roles[index] is not None or read.closed[index]:
            continue
        if spot.place.country not in AT_HOME:
            if DESTINATION not in read.roles and (priced or spot.place.kind is not PlaceKind.COUNTRY):
                _give(read, index, DESTINATION)
        elif priced and len(read.spots) > 1 and ORIGIN not in read.roles and (DESTINATION in read.roles or not index):
            _give(read, index, ORIGIN)


AT_HOME = ("CN", "HK", "TW", "MO")


def _give(read: _Reading, index: int, role: str) -> None:
    """Give a role to a place and to one joined to it (开罗和亚历山大)."""
    read.roles[index] = role
    following = index + 1
    if following < len(read.roles) and read.roles[following] is None and words.JOINED.match(read.gap(index)):
        read.roles[following] = role
