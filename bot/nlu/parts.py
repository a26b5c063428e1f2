"""Reads the parts of a message with the classifier of whole messages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.tokenizers.tokenizer import Token
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.doubt import Meaning
from bot.nlu.label_model import Floats
from bot.nlu.normalizer import normalised
from bot.nlu.wishes import Reading, Span, Wish, find, kind_of, reading_of

#: Output property: what else is wanted, [{"name", "confidence", "start", "end"}], offsets in the customer's text.
ALSO = "also"


def wishes_in(message: Message, labels: Sequence[str], read: Callable[[Message], Floats]) -> list[Wish]:
    """Return the wishes of a tokenized message, offsets in its normal form; none where it holds one at most."""
    text: str = message.get(TEXT) or ""
    normal = normalised(message)
    lines = [place for place, start in enumerate(normal.starts) if normal.original[start] == "\n"]

    def reading(span: Span) -> Reading:
        return reading_of(labels, read(_part(message, span)).tolist())

    return find(text, reading, lines)


def meaning_with(main: Wish, meaning: Meaning) -> Meaning:
    """Return the meaning of a message of several wishes, of which `main` gives the label."""
    if kind_of(main.name) == kind_of(meaning.name) and not meaning.unsure:
        return meaning
    first = {"name": main.name, "confidence": round(main.confidence, 6)}
    ranking = [first, *(one for one in meaning.ranking if one["name"] != main.name)][: max(1, len(meaning.ranking))]
    return Meaning(main.name, round(main.confidence, 6), False, ranking)


def as_said(message: Message, wish: Wish) -> dict[str, Any]:
    """Return a wish as it stands in the parse: {"name", "confidence", "start", "end"}, offsets in the customer's text."""
    start, end = normalised(message).original_span(wish.start, wish.end)
    return {"name": wish.name, "confidence": round(wish.confidence, 6), "start": start, "end": end}


def _part(message: Message, span: Span) -> Message:
    start, end = span
    tokens: list[Token] = message.get(TOKENS_NAMES[TEXT]) or []
    inside = [Token(token.text, token.start - start) for token in tokens if start <= token.start < end]
    return Message(data={TEXT: (message.get(TEXT) or "")[start:end], TOKENS_NAMES[TEXT]: inside})
