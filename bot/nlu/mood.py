"""How a customer sounds: calm, annoyed or angry, and the words and signs it rests on.

Words and their kinds stand in `data/mood.csv` (regular expressions, simplified or traditional; `weight` is how much one
of them says within its kind), the weights of the kinds in `data/mood_weights.json`, which `bot.nlu.mood_training` writes.
Nothing but the standard library is used, so that it runs and is tested without Rasa.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator, Mapping, Sequence
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
MEANINGS = ("vent", "complaint", "neutral")
"""What the likely meanings of the message add, each between 0 and 1."""
FRIENDLY = ("praise", "thank", "greet", "goodbye", "affirm")
OPEN = ("request_human", "request_supervisor", "bot_challenge", "unsubscribe_updates", "out_of_scope")
"""Meanings that go with any mood."""
FEATURES = (*RAISING, *SOOTHING, *SIGNS, *MEANINGS)
MOST_OF_A_KIND = 6.0
"""A long message says everything several times; more than so much of one kind adds nothing."""

SIGNS_ALONE = 0.4
"""How much a sign counts that no raising word goes with."""
NEGATIONS = ("没", "不", "别", "未", "没有")
"""Before a word of fury: 我可没发火."""

_DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Mood:
    """A mood and the customer's words and signs it rests on; the name of a meaning where that alone decided.

    Calm rests on nothing.
    """

    mood: str = CALM
    basis: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The shape in a parse."""
        return {"mood": self.mood, "basis": list(self.basis)}


@dataclass(frozen=True)
class Heard:
    """The features of a message, those that are 0 left out, and what was heard for each."""

    strength: Mapping[str, float]
    words: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Line:
    """Where one mood begins: log-odds over the features, above 0 it is reached."""

    bias: float
    weights: Mapping[str, float]

    def reached(self, strength: Mapping[str, float]) -> bool:
        """Whether a message is at least in this mood."""
        return self.bias + sum(self.weights[name] * value for name, value in strength.items()) > 0


def mood_of(text: str, likely: Sequence[tuple[str, float]] = ()) -> Mood:
    """The mood of a message. `likely`: its likely meanings with their probabilities, best first; none: words alone count."""
    heard = hear(text, likely)
    annoyed, angry = _lines()
    if not (annoyed.reached(heard.strength) or angry.reached(heard.strength)):
        return Mood()
    spoken = [word for kind in (*RAISING, *SIGNS) for word in heard.words.get(kind, ())]
    basis = spoken or [name for name, _ in likely[:1]]
    return Mood(ANGRY if angry.reached(heard.strength) else ANNOYED, tuple(dict.fromkeys(basis)))


def hear(text: str, likely: Sequence[tuple[str, float]] = ()) -> Heard:
    """What a message says about its mood."""
    said = normalize("NFKC", text)
    plain = said.translate(_simplified())
    strength: dict[str, float] = {}
    words: dict[str, list[str]] = {}
    for kind, weight, pattern in _lexicon():
        places = [m for m in pattern.finditer(plain) if not (kind == "fury" and plain[: m.start()].endswith(NEGATIONS))]
        found = [said[place.start() : place.end()] for place in places]
        if found:
            words.setdefault(kind, []).extend(found)
            strength[kind] = min(strength.get(kind, 0.0) + weight * len(set(found)), MOST_OF_A_KIND)
    alone = not any(kind in strength for kind in RAISING)
    for sign, pattern in SIGNS.items():
        signs = [match.group() for match in pattern.finditer(plain)]
        if signs:
            words[sign] = signs
            # 到了！！ may be joy, and Ningbo!!! haste.
            strength[sign] = (1.0 if len(signs) == 1 else 1.5) * (SIGNS_ALONE if alone else 1.0)
    strength |= {name: value for name, value in _meant(likely) if value}
    if "sarcasm" in strength:
        # 佩服, 厉害了: meant as they are said, if the rest of the message is.
        strength["sarcasm"] *= 1.0 - sum(share for name, share in likely if name in FRIENDLY)
    return Heard(strength, {kind: tuple(found) for kind, found in words.items()})


def _meant(likely: Sequence[tuple[str, float]]) -> Iterator[tuple[str, float]]:
    yield "vent", sum(share for name, share in likely if name == "vent")
    yield "complaint", sum(share for name, share in likely if name.startswith("complain_"))
    yield "neutral", sum(share for name, share in likely if _is_neutral(name))


def _is_neutral(name: str) -> bool:
    return name not in (*OPEN, "vent") and not name.startswith("complain_")


def fold(text: str) -> str:
    """Text as the lexicon is matched against: one width, simplified; as long as its NFKC form."""
    return normalize("NFKC", text).translate(_simplified())


@cache
def _simplified() -> Mapping[int, str]:
    with (_DATA / "traditional.csv").open(encoding="utf-8", newline="") as file:
        return {ord(row["traditional"]): row["simplified"] for row in csv.DictReader(file)}


@cache
def _lexicon() -> Sequence[tuple[str, float, re.Pattern[str]]]:
    """(kind, weight, pattern): the words of one kind and weight as one pattern."""
    alike: dict[tuple[str, float], list[str]] = {}
    with (_DATA / "mood.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            alike.setdefault((row["kind"], float(row["weight"])), []).append(fold(row["pattern"]))
    unknown = {kind for kind, _ in alike} - {*RAISING, *SOOTHING}
    if unknown:
        raise ValueError(f"mood.csv has kinds that nothing is known of: {sorted(unknown)}")
    return [(kind, weight, re.compile("|".join(words), re.IGNORECASE)) for (kind, weight), words in alike.items()]


@cache
def _lines() -> tuple[Line, Line]:
    """Where annoyed and angry begin."""
    stored = json.loads((_DATA / "mood_weights.json").read_text(encoding="utf-8"))
    return line_of(stored[ANNOYED]), line_of(stored[ANGRY])


def line_of(stored: Mapping[str, Any]) -> Line:
    """A line as it is stored; features without a weight say nothing."""
    return Line(float(stored["bias"]), {name: float(stored["weights"].get(name, 0.0)) for name in FEATURES})
