"""Which words of a message name goods: a conditional random field over words, since no list holds all that is shipped.

The lists and patterns of `trade.py` are among what it looks at, so a word that a trainer adds to `commodities.csv` counts at
once, and the sentence decides whether it is goods here (冰箱 is not in 冰箱不制冷了).
"""

from __future__ import annotations

import os
import re
import tempfile
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pycrfsuite

from bot.nlu.entities.roles import AT_HOME
from bot.nlu.entities.spans import Span, Taken

COMMODITY, PLACE = "commodity", "place"
OUTSIDE, BEGIN, INSIDE = "O", "B", "I"
REACH = 3
"""Words looked at on either side."""
ENOUGH_FOR_RULES = 0.25
"""How probable goods must be for the model where the rules found them: 0.5 to 0.15 differ by 0.4 points of F1."""

#: L-BFGS, elastic net; 0.05 each was best of 0.02-0.2 in fourfold cross-validation.
_PARAMETERS = {"c1": 0.05, "c2": 0.05, "max_iterations": 60, "feature.possible_transitions": True}

Word = tuple[str, int]
"""A word of the tokenizer and where it starts."""


@dataclass(frozen=True)
class Reading:
    """A normalised message as far as it is understood: its words, the values that rules found, and its full label.

    Words and values stand from left to right, and no two values overlap.
    """

    text: str
    words: Sequence[Word]
    found: Sequence[Span]
    meaning: str

    @cached_property
    def places(self) -> list[Span]:
        """The places among the values."""
        return [span for span in self.found if span.entity == PLACE]

    @cached_property
    def homes(self) -> Counter[str]:
        """How many of the places are at home, abroad, or of no known country."""
        return Counter(map(home_of, self.places))


def home_of(place: Span) -> str:
    """Whether a place is at home, abroad, or of no known country."""
    if not place.value:
        return "unknown"
    return "home" if str(place.value)[:2] in AT_HOME else "abroad"


class GoodsModel:
    """Finds goods with a trained model; `stored` is crfsuite's own file, which holds weights and no code."""

    def __init__(self, stored: bytes) -> None:
        self.stored = stored
        self._tagger = pycrfsuite.Tagger()
        self._tagger.open_inmemory(stored)

    def spans(self, reading: Reading) -> list[tuple[int, int]]:
        """Start and end of each name of goods in the text."""
        marked = _joined(reading.words, self._tagger.tag(features(reading)))
        names = [_trimmed(start, end, reading) for start, end in marked]
        return sorted([*names, *self._likely_enough(reading, names)])

    def _likely_enough(self, reading: Reading, names: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
        """What rules call goods and the model does not think unlikely; asks about the reading that was tagged last."""
        taken = Taken(names)
        for known in reading.found:
            if known.entity == COMMODITY and taken.is_free(known.start, known.end):
                inside = _inside(reading.words, known.start, known.end)
                if inside and all(self._tagger.marginal(OUTSIDE, at) <= 1 - ENOUGH_FOR_RULES for at in inside):
                    yield known.start, known.end


def train(readings: Sequence[Reading], goods: Sequence[Sequence[tuple[int, int]]]) -> GoodsModel:
    """Learn from messages and where in them goods are named (start and end in the text)."""
    trainer = pycrfsuite.Trainer(algorithm="lbfgs", verbose=False)
    trainer.set_params(_PARAMETERS)
    for reading, spans in zip(readings, goods, strict=True):
        if reading.words:
            trainer.append(features(reading), labels(reading.words, spans))
    handle, name = tempfile.mkstemp(suffix=".crfsuite")
    os.close(handle)
    try:
        trainer.train(name)
        return GoodsModel(Path(name).read_bytes())
    finally:
        Path(name).unlink()


def labels(words: Sequence[Word], spans: Sequence[tuple[int, int]]) -> list[str]:
    """One label a word: begin, inside or outside of a name; a word that is cut by a name's end belongs to it."""
    marks = [OUTSIDE] * len(words)
    for start, end in spans:
        inside = _inside(words, start, end)
        for at in inside:
            marks[at] = BEGIN if at == inside[0] else INSIDE
    return marks


def _inside(words: Sequence[Word], start: int, end: int) -> range:
    return range(bisect_right(words, start, key=_end), bisect_left(words, end, key=_start))


def _start(word: Word) -> int:
    return word[1]


def _end(word: Word) -> int:
    return word[1] + len(word[0])


def features(reading: Reading) -> list[list[str]]:
    """What is looked at for each word, as strings."""
    written = ["0" if word.isdigit() else word.lower() for word, _ in reading.words]
    kinds = _kinds(reading)
    outside = f"none of our business={reading.meaning == 'out_of_scope'}"
    return [[outside, *_own(written, kinds, at), *_around(written, kinds, at)] for at in range(len(written))]


def _own(written: Sequence[str], kinds: Sequence[str], at: int) -> Iterator[str]:
    word = written[at]
    yield from (f"w={word}", f"k={kinds[at]}", f"length={min(len(word), 4)}", f"latin={word.isascii()}")
    for length in (1, 2):
        yield f"ends={word[-length:]}"
        yield f"begins={word[:length]}"


def _around(written: Sequence[str], kinds: Sequence[str], at: int) -> Iterator[str]:
    for step in (*range(-REACH, 0), *range(1, REACH + 1)):
        near = at + step
        if not 0 <= near < len(written):
            yield f"edge{step}"
            continue
        yield f"k{step}={kinds[near]}"
        if abs(step) < REACH:
            yield f"w{step}={written[near]}"
    before, after = written[max(0, at - 2) : at], written[at + 1 : at + 2]
    if before:
        yield from (f"w-1w={before[-1]}|{written[at]}", f"w-2-1={'|'.join(before)}", f"touches-={before[-1][-1]}")
    if after:
        yield from (f"ww+1={written[at]}|{after[0]}", f"touches+={after[0][0]}")


def _kinds(reading: Reading) -> list[str]:
    """For each word the kind of value that the rules found there, and whether it begins one."""
    kinds = []
    for word, start in reading.words:
        at = bisect_right(reading.found, start, key=lambda span: span.end)
        span = reading.found[at] if at < len(reading.found) else None
        met = span is not None and span.start < start + len(word)
        kinds.append(f"{'begin' if start <= span.start else 'in'} {span.entity}" if span and met else "-")
    return kinds


_NO_GOODS_BEFORE = re.compile(r"[买卖寄发带装运做把拿放收我你他这那有]+")
_NO_GOODS_BEHIND = re.compile(r"[里上内外中呢了的呀吧啊吗嘛]+")


def _trimmed(start: int, end: int, reading: Reading) -> tuple[int, int]:
    """A name of the list without what the tokenizer joined to it: 花盆 of the word 花盆里, 手机壳 of 买手机|壳."""
    first = bisect_left(reading.found, start, key=lambda span: span.start)
    last = bisect_left(reading.found, end, key=lambda span: span.start)
    for known in reading.found[first:last]:
        if known.entity == COMMODITY and start <= known.start < known.end <= end:
            before, behind = reading.text[start : known.start], reading.text[known.end : end]
            start = known.start if _NO_GOODS_BEFORE.fullmatch(before) else start
            end = known.end if _NO_GOODS_BEHIND.fullmatch(behind) else end
    return start, end


def _joined(words: Sequence[Word], marks: Sequence[str]) -> Iterator[tuple[int, int]]:
    start = end = None
    for (word, begin), mark in zip(words, marks, strict=True):
        if mark != INSIDE and start is not None and end is not None:
            yield start, end
            start = None
        if mark != OUTSIDE:
            start, end = begin if start is None else start, begin + len(word)
    if start is not None and end is not None:
        yield start, end
