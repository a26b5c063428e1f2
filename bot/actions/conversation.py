"""What has no topic of its own: values, yes and no, doubt, and what is none of our business."""

from collections.abc import Awaitable, Callable, Mapping

from bot.actions import facts, price, status
from bot.actions.base import DeskAction
from bot.actions.complaint import COMPLAINT, add_to_complaint, complaint_noted
from bot.actions.people import CALLBACK, hand_over, promise_callback
from bot.actions.turn import Reply, Turn
from crm.crm import Crm

MISUNDERSTANDINGS_BEFORE_PERSON = 2
MEANINGS_OFFERED = 2
DIGITS_OF_TAIL = 4
NOT_OFFERED = frozenset({"out_of_scope", "inform", "affirm", "deny", "chitchat", "stop", "nlu_fallback", "vent"})

Step = Callable[[Turn, Crm], Awaitable[Reply]]


async def _status_value(turn: Turn, crm: Crm) -> Reply:
    """A number, or the four digits of a phone."""
    given = turn.first("phone_tail") is not None or turn.first("shipment_no") is not None
    if turn.asked != "phone_tail" or given:
        return await status.show_status(turn, crm)
    digits = "".join(sign for sign in turn.text if sign.isdigit())
    if len(digits) != DIGITS_OF_TAIL:
        return Reply().say("utter_tail_wanted").about(status.STATUS, "phone_tail")
    return await status.show_status(turn, crm, tail=digits)


async def _value_without_topic(turn: Turn, crm: Crm) -> Reply:
    """Values out of the blue mean what they are good for."""
    if turn.first("shipment_no") is not None:
        return await status.show_status(turn, crm)
    if turn.first("quote_no") is not None:
        return await price.tell_quote_status(turn, crm)
    if turn.first("complaint_no") is not None:
        return await add_to_complaint(turn, crm)
    if facts.mentions_request(turn):
        return await price.continue_request(turn, crm)
    return Reply().say("utter_inform_unclear")


async def _offer_value(turn: Turn, crm: Crm) -> Reply:
    """A correction of the quote before the customer, or something else."""
    if facts.mentions_request(turn):
        return await price.continue_request(turn, crm)
    return await _value_without_topic(turn, crm)


async def _confirm(turn: Turn, crm: Crm) -> Reply:
    return await price.accept(turn, crm, turn.slot("quote_no") or "")


async def _offer_yes(turn: Turn, crm: Crm) -> Reply:
    """好的 below a quote: it is named back before it counts as an order."""
    quote = await price.named_quote(turn, crm)
    if quote is None or not quote.open:
        return Reply().say("utter_quote_none").about(None)
    return price.confirm_order(quote)


async def _cancel_yes(turn: Turn, crm: Crm) -> Reply:
    return await price.cancel(turn, crm, turn.slot("order_no") or "")


async def _subscribe_yes(turn: Turn, crm: Crm) -> Reply:
    return await status.subscribe(turn, crm)


async def _let_go(turn: Turn, crm: Crm) -> Reply:
    del crm
    if turn.topic == COMPLAINT:
        return complaint_noted(turn)
    return Reply().say("utter_stopped" if turn.topic else "utter_what_next").about(None)


VALUES: Mapping[str, Step] = {
    status.STATUS: _status_value,
    price.QUOTE: price.continue_request,
    price.OFFER: _offer_value,
    price.CONFIRM_ORDER: _offer_value,
    COMPLAINT: add_to_complaint,
    CALLBACK: promise_callback,
}
"""Topic -> what a value means in it."""
YES: Mapping[str, Step] = {
    status.STATUS: _subscribe_yes,
    price.QUOTE: price.continue_request,
    price.OFFER: _offer_yes,
    price.CONFIRM_ORDER: _confirm,
    price.CANCEL: _cancel_yes,
    COMPLAINT: _let_go,
    CALLBACK: promise_callback,
}
"""Topic -> what 好的 means in it."""
SKIPPABLE = frozenset({"commodity"})
"""Questions that may be answered with 不方便说."""


async def _unclear(turn: Turn, crm: Crm) -> Reply:
    del turn, crm
    return Reply().say("utter_what_next").about(None)


class ActionContinue(DeskAction):
    """inform, affirm, deny: means what it means in the topic."""

    action_name = "action_continue"

    async def answer(self, turn: Turn, crm: Crm) -> Reply:
        """Goes on with what is being talked about."""
        topic = turn.topic or ""
        if turn.intent == "deny" and not (topic == price.QUOTE and turn.asked in SKIPPABLE):
            # 不对，是到汉堡: a no that brings the right value along is a correction.
            step = VALUES.get(topic, _let_go) if facts.mentions_request(turn) else _let_go
        elif turn.intent == "affirm" and not facts.mentions_request(turn):
            step = YES.get(topic, _unclear)
        else:
            step = VALUES.get(topic, _value_without_topic)
        return await step(turn, crm)


class ActionStop(DeskAction):
    """stop: ends the question in progress."""

    action_name = "action_stop"

    async def answer(self, turn: Turn, crm: Crm) -> Reply:
        """Lets go of the topic, and of a half-made request."""
        del crm
        if turn.topic is None:
            return Reply().say("utter_nothing_to_stop")
        return Reply().say("utter_stopped").about(None).remember(**facts.forgotten())


class ActionClarify(DeskAction):
    """nlu_fallback: not sure enough to act; offers the likely meanings."""

    action_name = "action_clarify"

    async def answer(self, turn: Turn, crm: Crm) -> Reply:
        """An answer to our question if it is one, else the two likely meanings, and the second time in a row a person."""
        if turn.topic == COMPLAINT:
            return await add_to_complaint(turn, crm)
        if turn.topic in VALUES and (turn.entities or turn.asked in SKIPPABLE or turn.asked == "phone_tail"):
            return await VALUES[turn.topic or ""](turn, crm)
        count = misunderstandings(turn)
        if count >= MISUNDERSTANDINGS_BEFORE_PERSON:
            return not_understood(turn, crm)
        likely = [name.partition("/")[0] for name, _ in turn.ranking if name.partition("/")[0] not in NOT_OFFERED]
        reply = Reply().remember(misunderstandings=count)
        offered = list(dict.fromkeys(likely))[:MEANINGS_OFFERED]
        if not offered:
            return reply.say("utter_out_of_scope")
        buttons = [(turn.words[f"utter_clarify_{name}"], f"/{name}") for name in offered]
        return reply.say(
            "utter_clarify", buttons=[*buttons, (turn.words["utter_clarify_request_human"], "/request_human")]
        )


def misunderstandings(turn: Turn) -> int:
    """How many in a row, with this one. What was understood in between by a plain response counts too."""
    in_a_row = turn.done_before & {ActionClarify.action_name, ActionOutOfScope.action_name}
    return (int(turn.slot("misunderstandings") or 0) if in_a_row else 0) + 1


def not_understood(turn: Turn, crm: Crm) -> Reply:
    """Two misunderstandings in a row: a person."""
    response = "utter_not_understood_handing_over"
    return hand_over(turn, crm, "not_understood", response=response).remember(misunderstandings=0)


class ActionOutOfScope(DeskAction):
    """out_of_scope: says what we can do; the second time in a row calls a person."""

    action_name = "action_out_of_scope"

    async def answer(self, turn: Turn, crm: Crm) -> Reply:
        """Within a complaint everything is part of the story."""
        if turn.topic == COMPLAINT:
            return await add_to_complaint(turn, crm)
        if turn.topic == price.QUOTE and turn.asked in SKIPPABLE:
            return await price.continue_request(turn, crm)
        count = misunderstandings(turn)
        if count >= MISUNDERSTANDINGS_BEFORE_PERSON:
            return not_understood(turn, crm)
        return Reply().say("utter_out_of_scope").remember(misunderstandings=count)
