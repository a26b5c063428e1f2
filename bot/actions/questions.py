"""Asking for what a price still needs, and going back to it when something else came in between."""

from bot.actions import facts
from bot.actions.topics import COMPLAINT, INQUIRY, OFFER, QUOTE, RESUMABLE, STATUS
from bot.actions.turn import Reply, Turn
from crm.pricing.request import COUNTRY_LENGTH, QuoteRequest
from freight.places import name_zh


def ask(reply: Reply, request: QuoteRequest, slot: str) -> Reply:
    """Puts the question for one value of a request."""
    reply.about(QUOTE, slot)
    place = {"origin": request.origin, "destination": request.destination}.get(slot)
    if place is not None and len(place) == COUNTRY_LENGTH:
        return reply.say(f"utter_ask_{slot}_city", country=name_zh(place))
    return reply.say(f"utter_ask_{slot}")


def ask_again(turn: Turn, reply: Reply) -> Reply:
    """Puts the open question of a request once more; says nothing when nothing is missing."""
    request = facts.request_before(turn)
    slot = turn.asked if turn.topic == QUOTE and turn.asked else next(iter(request.missing()), None)
    return reply if slot is None else ask(reply.say("utter_resume_quote"), request, slot)


def settle(turn: Turn, reply: Reply) -> None:
    """Remembers a price that something else came in between, and goes back to it when that is over."""
    if "topic" not in reply.remembered:
        return
    if reply.remembered["topic"] != STATUS:
        # What was wished with a shipment is not done when the customer turned to something else.
        reply.remember(wish=None)
    left = turn.topic if turn.topic in RESUMABLE else turn.slot("interrupted")
    topic = reply.remembered["topic"]
    reply.remember(interrupted=None)
    if left is None or topic in (*RESUMABLE, INQUIRY) or reply.handoff is not None:
        return
    if not reply.over:
        # A topic that was ended on purpose (an order, a stop) leaves nothing to go back to.
        reply.remember(interrupted=left if topic is not None else None)
    elif left == QUOTE:
        reply.utterances = [one for one in reply.utterances if one[0] != "utter_status_offer"]
        ask_again(turn, reply)
    elif turn.topic == COMPLAINT and turn.slot("quote_no"):
        reply.say("utter_resume_offer", quote_no=turn.slot("quote_no")).about(OFFER)
    else:
        reply.remember(interrupted=left)
