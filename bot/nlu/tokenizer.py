"""Words of a Chinese freight message: jieba with the trade's own dictionary; numbers and codes stay whole."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jieba
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.training_data.message import Message

from freight import places, references

_WORDS = Path(__file__).parent / "data" / "words.txt"
_PLACE_FREQUENCY = 1000
"""Weight of a place name: enough to hold 鹿特丹 together, too little to tear 家里|加急 into 里加."""

_WHOLE = re.compile(
    r"\d+(?:[.,:]\d+)*\s?(?:kgs?|cbm|ctns?|pcs|plts?|lbs?|cft|cm|mm|m3|hq|gp|hc|ot|fr|rf|rh|tk"
    r"|尺|公斤|千克|斤|吨|立方米?|方|箱|托|件|米|元|块)(?![a-z])"
    r"|[a-z]+(?:[&'/\-+.][a-z0-9]+)*\d*[a-z0-9]*"
    r"|\d+(?:[.,:/\-]\d+)*%?",
    re.IGNORECASE,
)


@cache
def _jieba() -> jieba.Tokenizer:
    """A tokenizer of our own: no shared state, no cache file in the temporary folder, no chatter on the log."""
    logging.getLogger("jieba").setLevel(logging.WARNING)
    tokenizer = jieba.Tokenizer()
    tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
    tokenizer.initialized = True
    for name in places.vocabulary():
        if not name.isascii() and tokenizer.FREQ.get(name, 0) < _PLACE_FREQUENCY:
            tokenizer.add_word(name, _PLACE_FREQUENCY)
    for line in _WORDS.read_text(encoding="utf-8").splitlines():
        word, _, frequency = line.partition(" ")
        if word and not word.startswith("#"):
            tokenizer.add_word(word, int(frequency or 3000))
    return tokenizer


def words(text: str) -> list[tuple[str, int]]:
    """Return the words of a text with their start; spaces are dropped, numbers with units and codes stay whole."""
    found: list[tuple[str, int]] = []
    position = 0
    for start, end in _whole_spans(text):
        found += _cut(text, position, start)
        found.append((text[start:end], start))
        position = end
    return found + _cut(text, position, len(text))


def _cut(text: str, start: int, end: int) -> list[tuple[str, int]]:
    cut = []
    position = start
    for word in _jieba().cut(text[start:end], HMM=False):
        if not word.isspace():
            cut.append((word, position))
        position += len(word)
    return cut


def _whole_spans(text: str) -> Iterator[tuple[int, int]]:
    """Spans that jieba must not see: reference numbers, numbers with units, Latin words."""
    last = 0
    numbers = [(found.start, found.end) for found in references.find(text)]
    others = [match.span() for match in _WHOLE.finditer(text)]
    for start, end in sorted([*numbers, *others], key=lambda span: (span[0], -span[1])):
        if start >= last:
            yield start, end
            last = end


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class FreightTokenizer(Tokenizer):
    """Rasa's tokenizer over `words`."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Settings of the base class: intents are not split."""
        return {"intent_tokenization_flag": False, "intent_split_symbol": "_", "token_pattern": None}

    @staticmethod
    def required_packages() -> list[str]:
        """Packages that must be importable."""
        return ["jieba"]

    @staticmethod
    def supported_languages() -> list[str]:
        """Chinese, with English mixed in."""
        return ["zh"]

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        """Return the tokens of an attribute of a message; none for an empty text."""
        return [Token(word, start) for word, start in words(message.get(attribute) or "")]
