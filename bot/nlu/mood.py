"""How a customer sounds: calm, annoyed or angry, and the words and signs of it.

Words and their kinds stand in `data/mood.csv` (regular expressions, simplified or traditional). What they amount to in a
sentence is learned (`bot.nlu.mood_classifier`). Nothing but the standard library is used, so that it is tested without Rasa.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from unicodedata import normalize

CALM, ANNOYED, ANGRY = MOODS = ("calm", "annoyed", "angry")
"""Each stronger than the one before."""

RAISING = ("abuse", "fury", "threat", "leaving", "reproach", "sarcasm", "count", "neglect", "impatience", "dismay")
SOOTHING = ("courtesy", "calm", "joy")
SIGNS = {
    "exclaimed": re.compile(r"(?<![!?])!(?![!?])"),
    "shouted": re.compile(r"[!?]*(?:!{2,}|!\?|\?!)[!?]*"),
    "asked_hard": re.compile(r"\?{2,}"),
    # Whole sentences in capitals; terms of the trade stand alone or between numbers.
    "capitals": re.compile(r"(?<![A-Z0-9])[A-Z']{2,}(?:[ ,]+[A-Z']+){2,}(?![A-Z0-9])"),
    "drawn_out": re.compile(r"([^\W\d哈嗯呜嘿啦嘻w])\1{2,}|(人呢|排队|投诉|骗子|退钱|赔钱|快点|回话|回复)\2+"),
}
KINDS = (*RAISING, *SOOTHING, *SIGNS)
NEGATIONS = ("没", "不", "别", "未", "没有")
"""Before a word of fury: 我可没发火."""

_DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Mood:
    """A mood and the customer's words and signs it rests on.

    `basis` is empty where the message is calm, and where only the sentence as a whole tells.
    """

    mood: str = CALM
    basis: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The shape in a parse."""
        return {"mood": self.mood, "basis": list(self.basis)}


def hear(text: str) -> Mapping[str, tuple[str, ...]]:
    """The words and signs of a message by their kind, as the customer wrote them; kinds that were not heard are missing."""
    said = normalize("NFKC", text)
    plain = said.translate(_simplified())
    heard: dict[str, list[str]] = {}
    for kind, pattern in _lexicon():
        for place in pattern.finditer(plain):
            if not (kind == "fury" and plain.endswith(NEGATIONS, 0, place.start())):
                heard.setdefault(kind, []).append(said[place.start() : place.end()])
    return {kind: tuple(words) for kind, words in heard.items()}


def raising(heard: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """The words and signs that raise a mood, each once."""
    return tuple(dict.fromkeys(word for kind in (*RAISING, *SIGNS) for word in heard.get(kind, ())))


def _fold(text: str) -> str:
    """Text as the lexicon is matched against: one width, simplified; as long as its NFKC form."""
    return normalize("NFKC", text).translate(_simplified())


@cache
def _simplified() -> Mapping[int, str]:
    with (_DATA / "traditional.csv").open(encoding="utf-8", newline="") as file:
        return {ord(row["traditional"]): row["simplified"] for row in csv.DictReader(file)}


@cache
def _lexicon() -> Sequence[tuple[str, re.Pattern[str]]]:
    """(kind, pattern): the words of one kind as one pattern, and the signs."""
    alike: dict[str, list[str]] = {}
    with (_DATA / "mood.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            alike.setdefault(row["kind"], []).append(_fold(row["pattern"]))
    unknown = alike.keys() - {*RAISING, *SOOTHING}
    if unknown:
        raise ValueError(f"mood.csv has kinds that nothing is known of: {sorted(unknown)}")
    return [*((kind, re.compile("|".join(words), re.IGNORECASE)) for kind, words in alike.items()), *SIGNS.items()]
