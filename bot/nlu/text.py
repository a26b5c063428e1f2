"""One spelling for what customers write, with the way back to their own text.

NFKC, Simplified Chinese, no control characters, known emoji as words, no noise from repetition. Every sign of the normal
form knows the piece of the original it came from, so that entities are reported where the customer wrote them.
"""

from __future__ import annotations

import csv
import difflib
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import opencc

LONGEST_MESSAGE = 5000
"""Signs of a message that are looked at; a longer one is cut (a typing customer stays far below)."""

LONGEST_ALIGNED = 300
"""Signs that are aligned in one piece where a word changes its length: the time grows with their square and more."""
LONGEST_WORD = 20
LONGEST_FOLD = 4
"""Signs that one sign may stand for (㍿ is four); what stands for more is a picture of a phrase, ﷺ, and says nothing here."""

_DATA = Path(__file__).parent / "data"
_HAN = re.compile(r"[㐀-鿿]+")
_NUMERALS = "零〇一二三四五六七八九十百千万两"


@dataclass(frozen=True)
class Normalised:
    """The normal form `text` of `original`; sign i of it came from `original[starts[i]:ends[i]]`."""

    text: str
    original: str
    starts: list[int]
    ends: list[int]

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """Return where `text[start:end]` stands in the original. The span must not be empty."""
        return self.starts[start], self.ends[end - 1]

    def normal_span(self, start: int, end: int) -> tuple[int, int] | None:
        """Return where `original[start:end]` stands in the normal form; None when nothing of it is left."""
        inside = [
            i for i, (low, high) in enumerate(zip(self.starts, self.ends, strict=True)) if low < end and start < high
        ]
        return (inside[0], inside[-1] + 1) if inside else None


_Signs = list[tuple[str, int, int]]
"""Pieces of the normal form while it is made: one sign, start and end in the original."""


def normalise(original: str) -> Normalised:
    """Return the normal form of a message. Takes time in proportion to at most `LONGEST_MESSAGE` signs.

    The result never begins with a slash unless the message does: Rasa reads such a text as a command, and "／restart"
    is only text. An empty result means that nothing readable was written.
    """
    signs = _fold(original[:LONGEST_MESSAGE])
    signs = _simplify(signs)
    signs = _replace_words(signs)
    signs = _tidy(signs)
    if not original.startswith("/"):
        while signs and signs[0][0] in "/ ":
            del signs[0]
    return Normalised(
        "".join(sign for sign, _, _ in signs),
        original,
        [start for _, start, _ in signs],
        [end for _, _, end in signs],
    )


def _fold(text: str) -> _Signs:
    """NFKC sign by sign; known emoji become words, others and control characters a space."""
    signs: _Signs = []
    emoji = _emoji()
    position = 0
    while position < len(text):
        sign = text[position]
        if "一" <= sign <= "鿿" or (sign.isascii() and sign.isalnum()):
            signs.append((sign, position, position + 1))
            position += 1
            continue
        known = next((code for code in emoji.get(sign, ()) if text.startswith(code, position)), None)
        if known:
            end = position + len(known)
            signs.append((" ", position, end))
            signs.extend((letter, position, end) for letter in emoji[sign][known])
            position = end
            continue
        signs.extend((folded, position, position + 1) for folded in _fold_sign(sign))
        position += 1
    return signs


def _fold_sign(sign: str) -> str:
    category = unicodedata.category(sign)
    if category in ("Cf", "Mn", "Me"):
        return ""
    if category[0] == "C" or (category in ("So", "Sk") and not unicodedata.normalize("NFKC", sign).isalnum()):
        return " "
    if sign in "‐‑‒–—―−":
        return "-"
    folded = unicodedata.normalize("NFKC", sign)
    return folded if len(folded) <= LONGEST_FOLD else " "


@cache
def _emoji() -> dict[str, dict[str, str]]:
    """First sign -> code -> word."""
    table: dict[str, dict[str, str]] = {}
    with (_DATA / "emoji.csv").open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            table.setdefault(row["sign"][0], {})[row["sign"]] = row["meaning"]
    return table


@cache
def _converters() -> tuple[opencc.OpenCC, opencc.OpenCC, opencc.OpenCC]:
    return opencc.OpenCC("t2s"), opencc.OpenCC("tw2sp"), opencc.OpenCC("hk2s")


def _simplify(signs: _Signs) -> _Signs:
    """Traditional to Simplified with the words of Taiwan and Hong Kong; Simplified text passes untouched."""
    text = "".join(sign for sign, _, _ in signs)
    simple = _converters()[0].convert(text)
    if simple == text:
        return signs
    converted = _unwanted_undone(simple, _converted(text))
    if len(converted) == len(signs):
        return [(new, start, end) for new, (_, start, end) in zip(converted, signs, strict=True)]
    if len(signs) > LONGEST_ALIGNED:
        middle = _gap(text)
        return [*_simplify(signs[:middle]), *_simplify(signs[middle:])]
    return _align(signs, simple, converted)


def _gap(text: str) -> int:
    """Near the middle of a text, where no word is cut if that can be helped: both sides are converted as the whole is."""
    middle = len(text) // 2
    near = (
        (text[at - LONGEST_WORD : at], text[at : at + LONGEST_WORD], at)
        for at in range(middle, middle - LONGEST_WORD, -1)
    )
    return next((at for low, high, at in near if _converted(low) + _converted(high) == _converted(low + high)), middle)


def _converted(text: str) -> str:
    _, taiwan, hong_kong = _converters()
    return hong_kong.convert(taiwan.convert(text))


def _unwanted_undone(simple: str, converted: str) -> str:
    """Put back words that the Taiwan table turns into computer talk: 文件 are papers here, not 文档."""
    if len(simple) != len(converted) or "文件" not in simple:
        return converted
    return "".join(new if old + new not in ("件档",) else old for old, new in zip(simple, converted, strict=True))


def _align(signs: _Signs, simple: str, converted: str) -> _Signs:
    """Carry offsets over where a word changed its length; `simple` is the sign-by-sign conversion."""
    if len(simple) != len(signs):
        return signs
    aligned: _Signs = []
    matcher = difflib.SequenceMatcher(None, simple, converted, autojunk=False)
    for _, low, high, new_low, new_high in matcher.get_opcodes():
        if high - low == new_high - new_low:
            pairs = zip(converted[new_low:new_high], signs[low:high], strict=True)
            aligned.extend((new, start, end) for new, (_, start, end) in pairs)
        elif new_high > new_low:
            start = signs[min(low, len(signs) - 1)][1]
            end = signs[max(low, high - 1)][2] if high > low else start
            aligned.extend((new, start, max(start, end)) for new in converted[new_low:new_high])
    return aligned


@cache
def _colloquial() -> tuple[re.Pattern[str], dict[str, str]]:
    with (_DATA / "colloquial.csv").open(encoding="utf-8", newline="") as handle:
        words = {row["said"]: row["meant"] for row in csv.DictReader(handle)}
    return re.compile("|".join(map(re.escape, sorted(words, key=len, reverse=True)))), words


def _replace_words(signs: _Signs) -> _Signs:
    """Put colloquial, Cantonese and slang words into standard ones (点解 → 为什么)."""
    pattern, words = _colloquial()
    text = "".join(sign for sign, _, _ in signs)
    replaced: _Signs = []
    position = 0
    for match in pattern.finditer(text):
        replaced += signs[position : match.start()]
        start, end = signs[match.start()][1], signs[match.end() - 1][2]
        replaced += [(sign, start, end) for sign in words[match.group()]]
        position = match.end()
    return replaced + signs[position:]


def _tidy(signs: _Signs) -> _Signs:
    """One space for many, and at most two of a repeated sign (哈哈哈哈 → 哈哈); digits and numerals stay."""
    tidy: _Signs = []
    run = 0
    for sign in signs:
        letter = " " if sign[0].isspace() else sign[0]
        run = run + 1 if tidy and tidy[-1][0] == letter else 1
        if letter == " " and (not tidy or run > 1):
            continue
        if run > _longest_run(letter):
            tidy[-1] = (letter, tidy[-1][1], sign[2])
            continue
        tidy.append((letter, sign[1], sign[2]))
    if tidy and tidy[-1][0] == " ":
        del tidy[-1]
    return tidy


def _longest_run(letter: str) -> int:
    if letter.isdigit() or letter in _NUMERALS:
        return LONGEST_MESSAGE
    return 3 if letter.isascii() and letter.isalnum() else 2
