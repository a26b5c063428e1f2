"""What goes into Rasa's NLU and what comes out of it: the same for the channel, the command line and the trainer."""

from __future__ import annotations

import re
from typing import Any

from rasa.core.channels.channel import UserMessage
from rasa.core.processor import MessageProcessor

from bot.nlu.doubt import OUT_OF_SCOPE
from bot.nlu.intent_classifier import MEANING
from bot.nlu.mood import Mood
from bot.nlu.mood_classifier import MOOD
from bot.nlu.parts import ALSO

#: Characters of one message that are understood. What follows is kept by the app but says nothing new about the wish,
#: and the time for one message stays bounded.
LONGEST_TEXT = 5000

ENTITY_KEYS = ("entity", "role", "start", "end", "text", "value", "extractor", "dangerous")

#: Half of a pair that stands for one character outside the basic plane; alone it cannot be written as UTF-8.
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def spoken(text: str) -> str:
    """Return the customer's text as Rasa may read it: same length at the front, so that offsets hold.

    A leading "/" would be taken as a command with entities of the customer's choice; the full-width "／" is text.
    """
    text = _LONE_SURROGATE.sub("\ufffd", text)
    blank = len(text) - len(text.lstrip())
    if text[blank : blank + 1] == "/":
        text = text[:blank] + "／" + text[blank + 1 :]
    return text[: blank + LONGEST_TEXT]


async def understand(processor: MessageProcessor, text: str) -> dict[str, Any]:
    """Return Rasa's parse data of a customer's text; a blank one means nothing the bot could act on."""
    asked = spoken(text)
    if not asked.strip():
        nothing = {"name": OUT_OF_SCOPE, "confidence": 0.0}
        return {"text": asked, "intent": nothing, "intent_ranking": [], "entities": [], MOOD: Mood().as_dict()}
    parsed: dict[str, Any] = await processor.parse_message(UserMessage(asked))
    blank = len(asked) - len(asked.lstrip())  # Rasa strips the text before it counts.
    if ALSO in parsed:
        others = [_shifted(one, blank) for one in parsed[ALSO]]
        parsed = {**parsed, MEANING: _shifted(parsed[MEANING], blank), ALSO: others}
    return {
        **parsed,
        "text": asked,
        "entities": [_shifted(entity, blank) for entity in parsed["entities"]],
    }


def present(parsed: dict[str, Any], text: str) -> dict[str, Any]:
    """Return a parse as it is shown: the intent the bot would act on, in full, and `unsure` where it is a guess.

    `mood` is missing where a button was pressed: that is not said in any mood. `also` holds further wishes, if there are any.
    """
    meaning = parsed.get(MEANING) or {**parsed["intent"], "unsure": False}
    shown = {
        "text": text,
        "intent": {"name": meaning["name"], "confidence": meaning["confidence"]},
        "intent_ranking": parsed.get("intent_ranking", []),
        "entities": [_presented(entity, text) for entity in parsed["entities"]],
    }
    if meaning["unsure"]:
        shown["unsure"] = True
    if ALSO in parsed:
        shown[ALSO] = parsed[ALSO]
    if MOOD in parsed:
        shown[MOOD] = parsed[MOOD]
    return shown


def _shifted(entity: dict[str, Any], by: int) -> dict[str, Any]:
    if by == 0 or entity.get("start") is None:
        return entity
    return {**entity, "start": entity["start"] + by, "end": entity["end"] + by}


def _presented(entity: dict[str, Any], text: str) -> dict[str, Any]:
    known = {key: entity[key] for key in ENTITY_KEYS if entity.get(key) is not None}
    if "text" not in known and "start" in known:
        known["text"] = text[known["start"] : known["end"]]
    return known
