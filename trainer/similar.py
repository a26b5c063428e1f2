"""Which sentences are the same, or nearly, whatever their signs, case and numbers."""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from heapq import nlargest
from itertools import chain
from math import log, sqrt

NUMBER = re.compile("0+")


def key(text: str) -> str:
    """What counts of a sentence: letters, digits and pictures after NFKC, in lower case. Bare signs stay as they are."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    counted = "".join(
        sign for sign in plain if unicodedata.category(sign)[0] in "LN" or unicodedata.category(sign) == "So"
    )
    return counted or plain


def masked(counted: str) -> str:
    """A key with every digit as 0: two sentences that differ in their numbers only have the same."""
    return "".join("0" if sign.isdecimal() else sign for sign in counted)


def wording(counted: str) -> float:
    """How much of a key are words and not numbers: characters without digits, a Latin one as half."""
    return sum(0.5 if sign.isascii() else 1.0 for sign in counted if not sign.isdecimal())


def pairs(counted: str) -> frozenset[str]:
    """All runs of two characters; the single character of a shorter key."""
    return frozenset(counted[at : at + 2] for at in range(max(len(counted) - 1, 1)))


def nearest(ours: Sequence[str], theirs: Sequence[str], least: float) -> Iterator[tuple[int, int, float]]:
    """For each key of `ours` the most similar of `theirs`: both positions and Dice's coefficient of their pairs, if `least`."""
    sizes, index = [], defaultdict(list)
    for position, counted in enumerate(theirs):
        found = pairs(counted)
        sizes.append(len(found))
        for pair in found:
            index[pair].append(position)
    for position, counted in enumerate(ours):
        mine = pairs(counted)
        shared = Counter(chain.from_iterable(index.get(pair, ()) for pair in mine))
        scores = ((2 * number / (len(mine) + sizes[other]), other) for other, number in shared.items())
        score, other = max(scores, default=(0.0, -1))
        if score >= least:
            yield position, other, score


class Index:
    """Texts, to be asked which of them are most like another one.

    Measured is the cosine of their pairs of characters, a number being one character and a pair counting the more the
    rarer it is: two sentences that share 叉车 are closer than two that share 什么. One much shorter than the text counts as
    half as long as it, else 好的 would be like everything that holds these two characters.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        bags = [_bag(text) for text in texts]
        self._total = len(bags)
        self._holders: dict[str, list[int]] = defaultdict(list)
        for position, bag in enumerate(bags):
            for pair in bag:
                self._holders[pair].append(position)
        self._lengths = [self._length(bag) for bag in bags]

    def closest(self, text: str, count: int) -> list[tuple[int, float]]:
        """Positions and likeness (over 0, at most 1) of the most similar, best first; fewer where fewer share a pair."""
        mine = _bag(text)
        length, shared = self._length(mine), defaultdict[int, float](float)
        for pair in mine:
            weight = self._weight(pair) ** 2
            for position in self._holders.get(pair, ()):
                shared[position] += weight
        likeness = (
            (found / (length * max(self._lengths[position], length / 2)), -position)
            for position, found in shared.items()
        )
        return [(-position, min(score, 1.0)) for score, position in nlargest(count, likeness)]

    def _weight(self, pair: str) -> float:
        return log((1 + self._total) / (1 + len(self._holders.get(pair, ())))) + 1

    def _length(self, bag: frozenset[str]) -> float:
        return sqrt(sum(self._weight(pair) ** 2 for pair in bag))


def _bag(text: str) -> frozenset[str]:
    return pairs(NUMBER.sub("0", masked(key(text))))
