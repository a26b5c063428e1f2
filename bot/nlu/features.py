"""What the intent classifier looks at: runs of one to three characters, and words."""

from __future__ import annotations

import re

from rasa.nlu.constants import TOKENS_NAMES
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

LONGEST_RUN = 3
WORD = "w:"
"""Written before a word, so that it differs from the same run of characters."""

#: Nobody types these: they let a run at the beginning or the end differ from the same one in the middle.
START, END = "\u0002", "\u0003"
EDGES = START + END

#: Stand for numbers of at least five digits in one word of letters and digits: our complaints and quotes, public hotlines,
#: and all others (waybills, containers, telephones). Which kind of number is written says much about the wish.
COMPLAINT_NO, QUOTE_NO, HOTLINE, REFERENCE = "℀", "₡", "℡", "№"
_KINDS = (
    (re.compile("(?:CP|TS|KS)[0-9-]+", re.IGNORECASE), COMPLAINT_NO),
    (re.compile("(?:QT|BJ)[0-9-]+", re.IGNORECASE), QUOTE_NO),
    # Authorities (12315) and service numbers (95338). 12306 sells train tickets; 12300 and 95000 are amounts.
    (re.compile("(?:123(?!06)|95[0-9])(?!00)[0-9]{2}"), HOTLINE),
)
_POLICE = "110"
"""Too short to be a reference, and no amount either: kept as it is."""
_NUMBER = re.compile(r"(?=(?:[^0-9]*[0-9]){5})[0-9A-Za-z-]+")
_DIGIT = re.compile("[0-9]")


def features(message: Message) -> list[str]:
    """Return the bag of features of a message that a tokenizer has gone over; which number was written never counts."""
    words = [_masked(token.text) for token in message.get(TOKENS_NAMES[TEXT]) or []]
    text = START + _joined(words) + END
    runs = [text[at : at + length] for length in range(1, LONGEST_RUN + 1) for at in range(len(text) - length + 1)]
    return [run for run in runs if run.strip(EDGES)] + [f"{WORD}{word}" for word in words]


def _masked(word: str) -> str:
    if word == _POLICE:
        return word
    if not _NUMBER.fullmatch(word):
        return _DIGIT.sub("0", word.lower())
    return next((sign for kind, sign in _KINDS if kind.fullmatch(word)), REFERENCE)


def _joined(words: list[str]) -> str:
    """Chinese words written together, Latin ones apart, whatever spaces the customer put."""
    pieces: list[str] = []
    for word in words:
        if pieces and pieces[-1][-1:].isascii() and word[:1].isascii():
            pieces.append(" ")
        pieces.append(word)
    return "".join(pieces)
