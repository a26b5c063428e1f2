"""What the bot remembers of a conversation, as far as the app has to touch it: the slots of `domain.yml`."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from database.base import JsonObject

FORGET_TOPIC_AFTER = timedelta(hours=2)
ANSWERED_WITHIN = timedelta(minutes=10)
"""So long a question is left to the customer; then something else may be said."""
LISTENED_FOR = timedelta(minutes=1)
"""So long the customer may add to a complaint that was told before something else is said."""
COMPLAINT = "complaint"
STATUS, OFFER, CONFIRM_ORDER, INQUIRY = "status", "offer", "confirm_order", "inquiry"
COMPLAINT, SURVEY, SOLVED = "complaint", "survey", "solved"
"""Values of the slots `topic` and (SOLVED) `asked`, as in `bot/actions/topics.py`."""
NOTHING_AWAITED = (None, STATUS, INQUIRY)
"""Topics in which the customer has nothing to answer, unless a value was asked for."""


def recalled(memory: Mapping[str, Any], at: datetime) -> JsonObject:
    """After a long silence the bot keeps what it knows but no longer waits for the answer to its last question."""
    kept = dict(memory)
    said_at = kept.pop("said_at", None)
    if said_at and at.timestamp() - float(said_at) > FORGET_TOPIC_AFTER.total_seconds():
        kept["slots"] = {**kept.get("slots", {}), "topic": None, "asked": None, "open_wishes": None}
        kept["recent"] = []
    return kept


def remembered(memory: Mapping[str, Any], at: datetime) -> JsonObject:
    """Memory as it is stored when something was said at `at`."""
    return {**memory, "said_at": at.timestamp()}


def slots_of(memory: Mapping[str, Any]) -> JsonObject:
    """The slots; one that is not there was never set."""
    return dict(memory.get("slots", {}))


def question_open(memory: Mapping[str, Any], at: datetime) -> bool:
    """Whether the bot has asked something lately: a value, a yes or no, or what was meant."""
    said_at, slots = memory.get("said_at"), slots_of(memory)
    # Whether there is more to a complaint is asked by the way: nobody waits ten minutes for an answer to that.
    told = slots.get("topic") == COMPLAINT and slots.get("listening") is None
    left = LISTENED_FOR if told else ANSWERED_WITHIN
    if not said_at or at.timestamp() - float(said_at) >= left.total_seconds():
        return False
    asked = any(slots.get(name) is not None for name in ("asked", "doubtful"))
    return asked or slots.get("topic") not in NOTHING_AWAITED


def with_shipment(memory: Mapping[str, Any], number: str, at: datetime) -> JsonObject:
    """Memory after a shipment was told about: 它 is that one, unless something else is being talked about."""
    kept = recalled(memory, at)
    slots = slots_of(kept)
    if not number or _in_progress(slots):
        return dict(memory)
    if slots.get("shipment_no") not in (None, number):
        slots["shipment_before"] = slots["shipment_no"]
    # What lay under the message before can no longer be meant by 第一个.
    slots |= {"shipment_no": number, "offered": None}
    return remembered({"recent": [], **kept, "slots": slots}, at)


def with_offer(memory: Mapping[str, Any], quote_no: str, at: datetime) -> JsonObject:
    """Memory after the price of an inquiry was told: 好的 is about it, unless something else is being talked about."""
    return _after_answer(memory, quote_no, at, OFFER)


def with_refusal(memory: Mapping[str, Any], quote_no: str, at: datetime) -> JsonObject:
    """Memory after the customer was told that there will be no price: there is nothing left to wait for."""
    return _after_answer(memory, quote_no, at, None)


def with_survey(memory: Mapping[str, Any], survey_id: str, complaint_no: str, at: datetime) -> JsonObject:
    """Memory after it was asked whether a complaint is solved, unless something else is being talked about.

    That the complaint itself was talked about last is no obstacle, unless its story is still being told.
    """
    kept = recalled(memory, at)
    slots = slots_of(kept)
    told_out = slots.get("topic") == COMPLAINT and slots.get("listening") is None
    if _in_progress({**slots, "topic": None} if told_out else slots):
        return dict(memory)
    slots |= {"topic": SURVEY, "asked": SOLVED, "survey": survey_id, "complaint_no": complaint_no, "offered": None}
    return remembered({"recent": [], **kept, "slots": slots}, at)


def has_offer(memory: Mapping[str, Any], quote_no: str) -> bool:
    """The customer has asked and seen this price already."""
    slots = slots_of(memory)
    return slots.get("topic") in (OFFER, CONFIRM_ORDER) and slots.get("quote_no") == quote_no


def with_complaint_told(memory: Mapping[str, Any], number: str, sorry: Sequence[str], at: datetime) -> JsonObject:
    """Memory after somebody who fell silent was told what was noted: more words still belong to the complaint."""
    slots = slots_of(memory)
    slots |= {"complaint_no": number, "listening": None, "sorry": [*(slots.get("sorry") or ()), *sorry]}
    return remembered({"recent": [], **memory, "slots": slots}, at)


def _after_answer(memory: Mapping[str, Any], quote_no: str, at: datetime, topic: str | None) -> JsonObject:
    kept = recalled(memory, at)
    slots = slots_of(kept)
    waits_for_it = slots.get("topic") == INQUIRY and slots.get("quote_no") == quote_no
    if _in_progress(slots) and not waits_for_it:
        return dict(memory)
    slots |= {"quote_no": quote_no, "topic": topic, "asked": None, "offered": None}
    return remembered({"recent": [], **kept, "slots": slots}, at)


def _in_progress(slots: Mapping[str, Any]) -> bool:
    """Something is being talked about, is to be gone back to, or is still to be answered. A status once told is over."""
    over = slots.get("topic") == STATUS and slots.get("asked") is None
    left = any(slots.get(name) is not None for name in ("interrupted", "open_wishes"))
    return left or (slots.get("topic") is not None and not over)
