"""What has no topic of its own: values, yes and no, and stop."""

import re
from collections.abc import Awaitable, Callable, Mapping

from bot.actions import facts, faq, orders, price, status, survey
from bot.actions.base import DeskAction
from bot.actions.complaint_status import tell_complaint_status
from bot.actions.people import promise_callback
from bot.actions.story import add_to_complaint, end_complaint, puts_right
from bot.actions.topics import (
    CALLBACK,
    CANCEL,
    COMPLAINT,
    CONFIRM_ORDER,
    FAQ,
    INQUIRY,
    OFFER,
    QUOTE,
    STATUS,
    SURVEY,
    UPDATES,
)
from bot.actions.turn import Reply, Turn
from crm.chinese import fold
from crm.complaints.words.story import read
from crm.crm import Crm

DIGITS_OF_TAIL = 4
NOT_AT_HAND = re.compile(r"没|找不|不知|不清|不记|唔记|唔知|忘")
"""How somebody answers who was asked for a number and has none; in a message of its own see status.NO_NUMBER."""
LONGEST_NOTHING_MORE = 8
"""Characters of a 没有了谢谢; a longer no within a complaint, or one with a fact in it, is part of the story."""

Step = Callable[[Turn, Crm], Awaitable[Reply]]


def digits_given(turn: Turn) -> str | None:
    """The last four digits of a phone: bare, or the end of a whole number; None: neither was said."""
    phone: str | None = turn.first("phone")
    digits = phone[-DIGITS_OF_TAIL:] if phone else "".join(sign for sign in turn.text if sign.isdigit())
    return digits if len(digits) == DIGITS_OF_TAIL else None


async def _status_value(turn: Turn, crm: Crm) -> Reply:
    """A number, or the four digits of a phone; when neither was asked for, also values of a price."""
    given = turn.first("phone_tail") is not None or turn.first("shipment_no") is not None
    if turn.asked not in ("phone_tail", "shipment_no") and not given:
        return await _value_without_topic(turn, crm)
    if turn.asked != "phone_tail" or given:
        return await status.show_status(turn, crm)
    digits = digits_given(turn)
    if digits is None:
        return Reply().say("utter_tail_wanted").about(STATUS, "phone_tail")
    return await status.show_status(turn, crm, tail=digits)


async def _value_without_topic(turn: Turn, crm: Crm) -> Reply:
    """Values out of the blue mean what they are good for."""
    if turn.first("shipment_no") is not None:
        return await status.show_status(turn, crm)
    if turn.first("quote_no") is not None:
        return await price.tell_quote_status(turn, crm)
    if turn.first("complaint_no") is not None:
        return await tell_complaint_status(turn, crm)
    if facts.mentions_request(turn):
        return await price.continue_request(turn, crm)
    return Reply().say("utter_inform_unclear")


async def _price_value(turn: Turn, crm: Crm) -> Reply:
    """A value of the request, or a correction of the quote; a number of something else is about that."""
    if turn.topic != QUOTE or (turn.first("shipment_no") and not facts.mentions_request(turn)):
        return await _value_without_topic(turn, crm)
    return await price.continue_request(turn, crm)


async def _cancel_value(turn: Turn, crm: Crm) -> Reply:
    step = orders.ask_cancel if turn.first("shipment_no") else _value_without_topic
    return await step(turn, crm)


async def _complaint_value(turn: Turn, crm: Crm) -> Reply:
    """Part of the story; a bare number before any story was told is just asked about."""
    bare = turn.intent == "inform" and turn.slot("complaint_no") is None and turn.first("shipment_no") is not None
    return await (_value_without_topic if bare else add_to_complaint)(turn, crm)


async def _callback_value(turn: Turn, crm: Crm) -> Reply:
    named = turn.first("shipment_no") is not None and turn.first("phone") is None
    return await (_value_without_topic if named else promise_callback)(turn, crm)


async def _faq_value(turn: Turn, crm: Crm) -> Reply:
    """没解决, 清楚了 in words that are no plain yes or no."""
    helped = faq.verdict_heard(turn)
    return await (_value_without_topic(turn, crm) if helped is None else faq.take_verdict(turn, crm, helped=helped))


async def _survey_value(turn: Turn, crm: Crm) -> Reply:
    """5分, 还没解决 in words that are no plain yes or no; or why."""
    return await (survey.take_answer if survey.heard(turn) else _value_without_topic)(turn, crm)


async def _confirm(turn: Turn, crm: Crm) -> Reply:
    return await orders.accept(turn, crm, turn.slot("quote_no") or "")


async def _offer_yes(turn: Turn, crm: Crm) -> Reply:
    """好的 below a quote: it is named back before it counts as an order."""
    quote = await price.named_quote(turn, crm)
    if quote is None:
        return Reply().say("utter_quote_none").about(None)
    return orders.confirm_order(quote) if quote.open else await orders.accept(turn, crm, quote.number)


async def _cancel_yes(turn: Turn, crm: Crm) -> Reply:
    if turn.slot("order_no") is None:
        return Reply().say("utter_cancel_nothing").about(CANCEL, "order_no")
    return await orders.cancel(turn, crm, turn.slot("order_no"))


async def _status_yes(turn: Turn, crm: Crm) -> Reply:
    """Yes to the notices that were offered; without an offer just a 好的."""
    if turn.asked == UPDATES:
        return await status.subscribe(turn, crm)
    return await (_fine if turn.asked is None else status.show_status)(turn, crm)


async def _fine(turn: Turn, crm: Crm) -> Reply:
    del turn, crm
    return Reply().say("utter_ok").about(None)


async def _price_no(turn: Turn, crm: Crm) -> Reply:
    """还没称 is answered with the question again; a plain no lets go of the request, or of the quote."""
    if turn.topic == QUOTE and (facts.is_not_known(turn) or turn.asked == "commodity"):
        return await price.continue_request(turn, crm)
    return orders.let_go_of_price(turn)


async def _cancel_no(turn: Turn, crm: Crm) -> Reply:
    if turn.slot("order_no") is None:
        return await _fine(turn, crm)
    return Reply().say("utter_cancel_kept", order_no=turn.slot("order_no")).about(None)


async def _status_no(turn: Turn, crm: Crm) -> Reply:
    """No number at hand: a person can look it up by other things. Or just no, thank you."""
    if turn.asked in ("shipment_no", "phone_tail") and NOT_AT_HAND.search(fold(turn.text)):
        return Reply().say("utter_no_number").about(None)
    return await _fine(turn, crm)


async def _complaint_end(turn: Turn, crm: Crm) -> Reply:
    nothing = len(turn.text) <= LONGEST_NOTHING_MORE and not read(turn.text).facts
    return await (end_complaint if nothing else add_to_complaint)(turn, crm)


VALUES: Mapping[str, Step] = {
    STATUS: _status_value,
    QUOTE: _price_value,
    OFFER: _price_value,
    INQUIRY: _price_value,
    CONFIRM_ORDER: _price_value,
    CANCEL: _cancel_value,
    COMPLAINT: _complaint_value,
    CALLBACK: _callback_value,
    FAQ: _faq_value,
    SURVEY: _survey_value,
}
"""Topic -> what a value means in it."""
YES: Mapping[str, Step] = {
    STATUS: _status_yes,
    QUOTE: price.continue_request,
    OFFER: _offer_yes,
    CONFIRM_ORDER: _confirm,
    CANCEL: _cancel_yes,
    COMPLAINT: _complaint_end,
    CALLBACK: promise_callback,
    FAQ: faq.say_yes,
    SURVEY: survey.say_yes,
}
"""Topic -> what 好的 means in it."""
NO: Mapping[str, Step] = {
    STATUS: _status_no,
    QUOTE: _price_no,
    OFFER: _price_no,
    CONFIRM_ORDER: _price_no,
    CANCEL: _cancel_no,
    COMPLAINT: _complaint_end,
    FAQ: faq.say_no,
    SURVEY: survey.say_no,
}
"""Topic -> what 不用了 means in it."""


async def go_on(turn: Turn, crm: Crm) -> Reply:
    """What a value, a yes or a no means in the topic."""
    topic = turn.topic or ""
    if puts_right(turn):
        return await add_to_complaint(turn, crm)
    if turn.intent in ("affirm", "deny") and not facts.mentions_request(turn):
        return await (YES if turn.intent == "affirm" else NO).get(topic, _fine)(turn, crm)
    # 不对，是到汉堡: a no that brings the right value along is a correction.
    return await VALUES.get(topic, _value_without_topic)(turn, crm)


class ActionContinue(DeskAction):
    """inform, affirm, deny: means what it means in the topic."""

    action_name = "action_continue"

    async def answer(self, turn: Turn, crm: Crm) -> Reply:
        """See `go_on`."""
        return await go_on(turn, crm)


class ActionStop(DeskAction):
    """stop: ends the question in progress."""

    action_name = "action_stop"

    async def answer(self, turn: Turn, crm: Crm) -> Reply:
        """Lets go of the topic, and of a half-made request; what is recorded or offered stays."""
        helped = faq.verdict_heard(turn)
        if helped is not None:
            return await faq.take_verdict(turn, crm, helped=helped)
        if survey.heard_in_passing(turn):
            return await survey.take_answer(turn, crm)
        if turn.topic in (None, FAQ):
            return Reply().say("utter_nothing_to_stop").remember(interrupted=None, topic=None, asked=None)
        if turn.topic in (OFFER, CONFIRM_ORDER, CANCEL, COMPLAINT):
            return (await NO[turn.topic](turn, crm)).about(OFFER if turn.topic == CONFIRM_ORDER else None)
        return Reply().say("utter_stopped").about(None).remember(**facts.forgotten(), wish=None)
