"""Words of the trade found by spaCy: places, transport modes, load types, Incoterms and what is shipped.

A blank Chinese pipeline splits text into signs, so phrases match anywhere; `_fits` then refuses what cuts a Latin word.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import spacy
from spacy.language import Language
from spacy.matcher import PhraseMatcher

from freight import incoterms, modes, places

_DATA = Path(__file__).parent.parent / "data"
_NOT_INCOTERM_WORDS = frozenset(("双清包税", "包税双清", "双清"))
"""Sales phrases that only imply a term."""


class Hit(NamedTuple):
    """A phrase of one vocabulary at `start:end`; `key` is the phrase in lower case."""

    kind: str
    start: int
    end: int
    key: str


@cache
def commodities() -> dict[str, bool]:
    """What is shipped -> whether the word hints at dangerous goods."""
    with (_DATA / "commodities.csv").open(encoding="utf-8", newline="") as handle:
        return {row["word"].lower(): row["dangerous"] == "yes" for row in csv.DictReader(handle)}


@cache
def vocabularies() -> dict[str, frozenset[str]]:
    """All phrases by kind."""
    return {
        "place": frozenset(places.vocabulary()),
        "mode": frozenset(modes.MODE_WORDS),
        "load": frozenset(modes.LOAD_WORDS),
        "incoterm": frozenset(incoterms.WORDS) - _NOT_INCOTERM_WORDS,
        "commodity": frozenset(commodities()),
        "not": _not_words(),
    }


def _not_words() -> frozenset[str]:
    """Phrases in which a word of a vocabulary means something else (快递员, 满口, 火车站)."""
    lines = (_DATA / "not_entities.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(line.strip().lower() for line in lines if line.strip() and not line.startswith("#"))


@cache
def _pipeline() -> tuple[Language, PhraseMatcher]:
    language = spacy.blank("zh")
    matcher = PhraseMatcher(language.vocab, attr="ORTH")
    for kind, phrases in vocabularies().items():
        matcher.add(kind, [language.make_doc(phrase) for phrase in sorted(phrases)])
    return language, matcher


def hits(text: str) -> Iterator[Hit]:
    """All phrases of all vocabularies in a text; they may overlap."""
    language, matcher = _pipeline()
    folded = "".join(sign.lower() if len(sign.lower()) == 1 else sign for sign in text)
    document = language.make_doc(folded)
    for kind, first, last in matcher(document):
        start = document[first].idx
        end = document[last - 1].idx + 1
        name = language.vocab.strings[kind]
        key = _phrase(folded[start:end], vocabularies()[name])
        if key is not None and _fits(folded, start, end):
            yield Hit(name, start, end, key)


def _phrase(written: str, phrases: frozenset[str]) -> str | None:
    """The phrase a hit stands for. The matcher skips spaces: 上 海 is 上海, but "m an" (in "I'm an") is no Manchester."""
    if written in phrases:
        return written
    joined = written.replace(" ", "")
    return joined if joined in phrases and not joined.isascii() else None


_LATIN = re.compile(r"[a-z0-9]")


def _fits(text: str, start: int, end: int) -> bool:
    """Whether a Latin phrase stands alone: "la" is not found in "class"."""
    before = text[start - 1] if start else ""
    after = text[end] if end < len(text) else ""
    if _LATIN.match(text[start]) and _LATIN.match(before):
        return False
    return not (_LATIN.match(text[end - 1]) and _LATIN.match(after))
