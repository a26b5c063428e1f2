"""Which sentences are the same, or nearly, whatever their signs, case and numbers."""

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import chain


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
