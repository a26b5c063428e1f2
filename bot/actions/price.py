"""Prices step by step, quotes, orders."""

import re
from dataclasses import replace

from bot.actions import facts
from bot.actions.base import DeskAction
from bot.actions.handing_over import call_person
from bot.actions.questions import ask
from bot.actions.topics import CONFIRM_ORDER, INQUIRY, OFFER, QUOTE
from bot.actions.turn import Reply, Turn
from crm.crm import Crm
from crm.customers.models import Contact
from crm.pricing.errors import QuoteNotFound
from crm.pricing.request import QuoteRequest
from crm.pricing.service import NoRate, Quoted, QuoteOutcome
from crm.pricing.views import CustomerQuote
from crm.pricing.wording import quote_lines, quote_values
from crm.promises.models import PromiseKind
from crm.staff.departments import Department
from crm.wording import by_when

CORRECTABLE = (OFFER, CONFIRM_ORDER, INQUIRY)
"""Topics in which new values correct the quote or inquiry talked about."""
OFFERED_TYPES = ("20GP", "40GP", "40HQ")
OWN_SHIPMENT = re.compile(r"[货票单柜箱它]")
"""Below a price, 那几天到 is about the way; with one of these it is about something that is under way."""
SAME_AGAIN = re.compile(
    r"上一?[次回]|照[旧舊]|老[样樣]子|一[样樣]的?再[来來报報]|[跟和同与與照按像]着?[上前]一?[次回票单單个個]|同上"
)
"""Everything that `bot/nlu/context.py` takes for a wish for the price of last time, in the customer's own spelling."""


async def contact_of(turn: Turn, crm: Crm) -> Contact | None:
    """Who is speaking; None: a stranger."""
    return (await crm.customers.dialogue(turn.dialogue_id)).identity.contact


async def continue_request(turn: Turn, crm: Crm) -> Reply:
    """Adds what was said to the request; asks for the next value, or gives the price."""
    request = facts.request_now(turn)
    if facts.leaves_open_what(turn):
        return Reply().say("utter_ask_commodity_which").about(QUOTE, "commodity")
    if missing := request.missing():
        return _ask(turn, request, missing[0])
    outcome = await price(turn, crm, request)
    return (await tell_outcome(turn, crm, outcome)).remember(**facts.remembered(request))


async def price(turn: Turn, crm: Crm, request: QuoteRequest) -> QuoteOutcome:
    """The price of a complete request. What corrects the quote on the table replaces it; another mode stands beside it."""
    contact = await contact_of(turn, crm)
    before = facts.request_before(turn)
    corrects = facts.price_topic(turn) in CORRECTABLE and not facts.begins_anew(turn, facts.said_now(turn))
    same_mode = before.effective_mode is request.effective_mode
    return await crm.pricing.quote(
        request,
        turn.dialogue_id,
        turn.turn_id,
        contact.customer_id if contact else None,
        contact.id if contact else None,
        replaces=turn.slot("quote_no") if corrects and same_mode else None,
    )


def _ask(turn: Turn, request: QuoteRequest, slot: str) -> Reply:
    reply = Reply().remember(**facts.remembered(request))
    count = facts.counted_only(turn)
    if slot == "container" and count is not None:
        kinds = [(f"{count}×{kind}", _container_payload(kind, count)) for kind in OFFERED_TYPES]
        reply.say("utter_ask_container_type", count=count, buttons=kinds)
        return reply.about(QUOTE, slot).remember(counted=count)
    again = turn.topic == QUOTE and turn.asked == slot and facts.said_now(turn) == QuoteRequest()
    if again and facts.is_not_known(turn):
        reply.say("utter_value_roughly")
    elif again and turn.intent in facts.BARE_ANSWERS:
        reply.say("utter_value_not_understood")
    return ask(reply, request, slot)


def _container_payload(kind: str, count: int) -> str:
    return f'/inform{{"container": {{"type": "{kind}", "count": {count}}}}}'


async def tell_outcome(turn: Turn, crm: Crm, outcome: QuoteOutcome) -> Reply:
    """The quote with the button that accepts it, or by when the pricing department answers (a tracked promise)."""
    reply = Reply()
    match outcome:
        case Quoted(quote):
            return tell_quote(reply, quote)
        case NoRate(quote):
            due = quote.answer_due_at or crm.clock.now()
            await crm.promises.make(
                turn.dialogue_id,
                turn.turn_id,
                PromiseKind.QUOTE,
                text=f"询价 {quote.number}：国际事业部给出报价",
                by_whom=Department.INTERNATIONAL.value,
                due_at=due,
            )
            special = bool(quote.request.get("dangerous"))
            response = "utter_no_rate_dangerous" if special else "utter_no_rate"
            reply.say(response, quote_no=quote.number, due=by_when(due, crm.clock.now()))
            return reply.about(INQUIRY).remember(quote_no=quote.number)


def tell_quote(reply: Reply, quote: CustomerQuote) -> Reply:
    """A quote that can be accepted."""
    reply.say("utter_quote", quote_values(quote)).say("utter_quote_offer", quote_no=quote.number)
    return reply.about(OFFER).remember(quote_no=quote.number)


async def named_quote(turn: Turn, crm: Crm) -> CustomerQuote | None:
    """The quote this message is about: named now, named before, or the newest; None: there is none to be seen."""
    contact = await contact_of(turn, crm)
    number = turn.first("quote_no") or turn.slot("quote_no")
    try:
        return await crm.pricing.status(
            number, dialogue_id=turn.dialogue_id, customer_id=contact.customer_id if contact else None
        )
    except QuoteNotFound:
        return None


async def tell_quote_status(turn: Turn, crm: Crm) -> Reply:
    """The quote if there is a price, else honestly how long it still takes."""
    quote = await named_quote(turn, crm)
    if quote is None and turn.first("quote_no"):
        return Reply().say("utter_quote_not_found").about(None)
    if quote is None:
        return Reply().say("utter_quote_none").about(QUOTE, "origin")
    if quote.open:
        return tell_quote(Reply(), quote)
    return await tell_state(turn, crm, quote)


async def tell_state(turn: Turn, crm: Crm, quote: CustomerQuote) -> Reply:
    """How a quote stands that cannot be accepted. One that is late is nothing to wait for any longer: a person goes on."""
    values, reply = quote_values(quote), Reply().remember(quote_no=quote.number)
    if not quote.awaited or quote.answer_due_at is None:
        return reply.say("utter_quote_status_other", values).about(None)
    now = crm.clock.now()
    due = by_when(quote.answer_due_at, now)
    if quote.answer_due_at >= now:
        return reply.say("utter_quote_status_awaited", values, due=due).about(INQUIRY)
    reply.say("utter_quote_status_late", values, due=due)
    return await call_person(turn, crm, reply, "quote_late", priority=1, quote=quote.number)


async def tell_transit(turn: Turn, crm: Crm) -> Reply | None:
    """How long the way takes that a price lies before the customer for; None: that is not what is asked."""
    if turn.topic not in (OFFER, CONFIRM_ORDER) or turn.entities or OWN_SHIPMENT.search(turn.text):
        return None
    quote = await named_quote(turn, crm)
    if quote is None or quote.transit_days is None:
        return None
    return Reply().say("utter_quote_transit", quote_values(quote))


async def price_as_before(turn: Turn, crm: Crm) -> Reply | None:
    """跟上次一样: the newest quote once more, with what is said to be different now; None: there is none."""
    quote = await named_quote(turn, crm)
    if quote is None:
        return None
    said = facts.said_now(turn)
    request = QuoteRequest.from_facts(quote.request).merged(said)
    request = replace(request, ready_date=said.ready_date, commodity_asked=True)
    if request.missing():
        return None
    return (await tell_outcome(turn, crm, await price(turn, crm, request))).remember(**facts.remembered(request))


class ActionPrice(DeskAction):
    """ask_price."""

    action_name = "action_price"

    async def answer(self, turn: Turn, crm: Crm) -> Reply:
        """The next question, or the price."""
        again = await price_as_before(turn, crm) if SAME_AGAIN.search(turn.text) else None
        return again or await continue_request(turn, crm)


class ActionQuoteStatus(DeskAction):
    """ask_quote_status."""

    action_name = "action_quote_status"

    async def answer(self, turn: Turn, crm: Crm) -> Reply:
        """See `tell_quote_status`."""
        return await tell_quote_status(turn, crm)


class ActionPriceBreakdown(DeskAction):
    """ask_price_breakdown."""

    action_name = "action_price_breakdown"

    async def answer(self, turn: Turn, crm: Crm) -> Reply:
        """The selling lines of the quote."""
        quote = await named_quote(turn, crm)
        if quote is None or not quote.lines:
            return Reply().say("utter_quote_none").about(None)
        values = quote_values(quote) | {"lines": quote_lines(quote.lines)}
        reply = Reply().say("utter_breakdown", values).say("utter_breakdown_at_cost")
        return reply.about(OFFER if quote.open else None).remember(quote_no=quote.number)


class ActionNegotiate(DeskAction):
    """negotiate_price: the bot may not; a person hears what is wanted."""

    action_name = "action_negotiate"

    async def answer(self, turn: Turn, crm: Crm) -> Reply:
        """To a person, with the quote; without one the price comes first."""
        quote = await named_quote(turn, crm)
        if quote is None:
            return await continue_request(turn, crm)
        summary = {"quote": quote.number, "target": turn.first("money")}
        if not quote.open:
            return await call_person(turn, crm, Reply().say("utter_negotiate"), "negotiation", **summary)
        contact = await contact_of(turn, crm)
        due = await crm.pricing.ask_lower(
            quote.number, turn.dialogue_id, turn.turn_id, contact.customer_id if contact else None, turn.text
        )
        await crm.promises.make(
            turn.dialogue_id,
            turn.turn_id,
            PromiseKind.QUOTE,
            text=f"报价 {quote.number}：客户希望降价，答复客户",
            by_whom=Department.INTERNATIONAL.value,
            due_at=due,
        )
        reply = Reply().say("utter_negotiate_by", due=by_when(due, crm.clock.now())).remember(quote_no=quote.number)
        return await call_person(turn, crm, reply, "negotiation", told_when=True, **summary)
