"""Prices step by step, quotes, orders."""

from bot.actions import facts
from bot.actions.base import DeskAction
from bot.actions.turn import Reply, Turn
from bot.actions.wording import by_when, quote_lines, quote_values
from crm.crm import Crm
from crm.customers.models import Contact
from crm.orders.errors import NeedsPerson, OrderNotFound, OrderNotOpen
from crm.orders.service import CustomerOrder
from crm.pricing.errors import QuoteAlreadyAccepted, QuoteExpired, QuoteNotFound, QuoteNotOpen
from crm.pricing.request import QuoteRequest
from crm.pricing.service import NoRate, Quoted, QuoteOutcome
from crm.pricing.views import CustomerQuote
from crm.promises.models import PromiseKind
from crm.staff.departments import Department
from freight.places import name_zh

QUOTE = "quote"
"""Topic: values for a price are being gathered."""
OFFER = "offer"
"""Topic: a quote lies before the customer."""
CONFIRM_ORDER = "confirm_order"
CANCEL = "cancel_order"
COUNTRY_LENGTH = 2


async def contact_of(turn: Turn, crm: Crm) -> Contact | None:
    """Who is speaking; None: a stranger."""
    return (await crm.customers.dialogue(turn.dialogue_id)).identity.contact


async def continue_request(turn: Turn, crm: Crm) -> Reply:
    """Adds what was said to the request; asks for the next value, or gives the price."""
    said = facts.said_now(turn)
    fresh = turn.topic != QUOTE and said.origin is not None and said.destination is not None
    request = said if fresh else facts.request_before(turn).merged(said)
    if missing := request.missing():
        return _ask(turn, request, missing[0], understood=said != QuoteRequest())
    contact = await contact_of(turn, crm)
    outcome = await crm.pricing.quote(
        request,
        turn.dialogue_id,
        turn.turn_id,
        contact.customer_id if contact else None,
        contact.id if contact else None,
        replaces=turn.slot("quote_no") if turn.topic == OFFER else None,
    )
    reply = await tell_outcome(turn, crm, outcome)
    return reply.remember(**facts.remembered(request))


def _ask(turn: Turn, request: QuoteRequest, slot: str, *, understood: bool) -> Reply:
    reply = Reply().remember(**facts.remembered(request)).about(QUOTE, slot)
    if turn.topic == QUOTE and turn.asked == slot and not understood and turn.intent == "inform":
        reply.say("utter_value_not_understood")
    place = {"origin": request.origin, "destination": request.destination}.get(slot)
    if place is not None and len(place) == COUNTRY_LENGTH:
        return reply.say(f"utter_ask_{slot}_city", country=name_zh(place))
    return reply.say(f"utter_ask_{slot}")


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
            reply.say("utter_no_rate", quote_no=quote.number, due=by_when(due, crm.clock.now()))
            return reply.about(None).remember(quote_no=quote.number)


def tell_quote(reply: Reply, quote: CustomerQuote) -> Reply:
    """A quote that can be accepted."""
    accept = ("按这个价下单", f'/accept_quote{{"quote_no": "{quote.number}"}}')
    reply.say("utter_quote", quote_values(quote)).say("utter_quote_offer", buttons=[accept])
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


async def accept(turn: Turn, crm: Crm, number: str) -> Reply:
    """The order of a quote, or why there is none."""
    contact = await contact_of(turn, crm)
    customer_id, contact_id = (contact.customer_id, contact.id) if contact else (None, None)
    try:
        order = await crm.pricing.accept(number, turn.dialogue_id, turn.turn_id, customer_id, contact_id)
    except QuoteNotFound:
        return Reply().say("utter_quote_not_found").about(None).remember(quote_no=None)
    except QuoteAlreadyAccepted as done:
        return Reply().say("utter_quote_accepted_before", quote_no=number, order_no=done.order_number).about(None)
    except QuoteExpired:
        anew = await crm.pricing.requote(number, turn.dialogue_id, turn.turn_id, customer_id, contact_id)
        told = await tell_outcome(turn, crm, anew)
        told.utterances.insert(0, ("utter_quote_expired", {"quote_no": number}, ()))
        return told
    except QuoteNotOpen:
        return Reply().say("utter_quote_not_open", quote_no=number).about(None)
    return await _tell_order(crm, order)


async def _tell_order(crm: Crm, order: CustomerOrder) -> Reply:
    tasks = await crm.orders.tasks_for(order.number)
    names = "、".join(dict.fromkeys(Department(task.department).name_zh for task in tasks))
    due = max(task.due_at for task in tasks)
    reply = Reply().remember(**facts.forgotten()).remember(order_no=order.number).about(None)
    return reply.say("utter_ordered", order_no=order.number, departments=names, due=by_when(due, crm.clock.now()))


async def cancel(turn: Turn, crm: Crm, number: str) -> Reply:
    """Cancels an order as far as the customer may; no reproach."""
    contact = await contact_of(turn, crm)
    try:
        order = await crm.orders.cancel(
            number, turn.dialogue_id, turn.turn_id, contact.customer_id if contact else None, turn.text[:200]
        )
    except NeedsPerson:
        reply = Reply().say("utter_cancel_needs_person", order_no=number)
        return reply.hand_over("cancel_order", priority=1, order=number, wish=turn.text)
    except (OrderNotFound, OrderNotOpen):
        return Reply().say("utter_cancel_nothing").about(None)
    return Reply().say("utter_order_cancelled", order_no=order.number).about(None).remember(order_no=None)


async def tell_quote_status(turn: Turn, crm: Crm) -> Reply:
    """The quote if there is a price, else honestly how long it still takes."""
    quote = await named_quote(turn, crm)
    if quote is None:
        return Reply().say("utter_quote_not_found" if turn.first("quote_no") else "utter_quote_none").about(None)
    if quote.open:
        return tell_quote(Reply(), quote)
    values = quote_values(quote)
    if not quote.awaited or quote.answer_due_at is None:
        return Reply().say("utter_quote_status_other", values).about(None)
    now = crm.clock.now()
    response = "utter_quote_status_late" if quote.answer_due_at < now else "utter_quote_status_awaited"
    reply = Reply().say(response, values, due=by_when(quote.answer_due_at, now)).about(None)
    if quote.answer_due_at < now:
        reply.hand_over("quote_late", priority=1, quote=quote.number)
    return reply


class ActionPrice(DeskAction):
    """ask_price."""

    action_name = "action_price"

    async def answer(self, turn: Turn, crm: Crm) -> Reply:
        """The next question, or the price."""
        return await continue_request(turn, crm)


class ActionBook(DeskAction):
    """book_shipment: with a quote at hand it is taken, else a price comes first."""

    action_name = "action_book"

    async def answer(self, turn: Turn, crm: Crm) -> Reply:
        """A question for confirmation, or the way to a price."""
        if not facts.mentions_request(turn) and turn.topic != QUOTE:
            contact = await contact_of(turn, crm)
            quote = await crm.pricing.latest_open(
                dialogue_id=turn.dialogue_id, customer_id=contact.customer_id if contact else None
            )
            if quote is not None:
                return confirm_order(quote)
        return await continue_request(turn, crm)


def confirm_order(quote: CustomerQuote) -> Reply:
    """Names quote and price once more before an order is made of it: a bare 好的 is no acceptance."""
    accept_button = ("确认下单", f'/accept_quote{{"quote_no": "{quote.number}"}}')
    reply = Reply().say("utter_quote_confirm", quote_values(quote), buttons=[accept_button])
    return reply.about(CONFIRM_ORDER).remember(quote_no=quote.number)


class ActionAcceptQuote(DeskAction):
    """accept_quote."""

    action_name = "action_accept_quote"

    async def answer(self, turn: Turn, crm: Crm) -> Reply:
        """An order when the quote was named (typed or by its button); else the quote is named back first."""
        named: str | None = turn.first("quote_no")
        if named is not None:
            return await accept(turn, crm, named)
        quote = await named_quote(turn, crm)
        if quote is None:
            return Reply().say("utter_quote_none").about(None)
        if not quote.open:
            return await accept(turn, crm, quote.number)
        return confirm_order(quote)


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
        reply = Reply().say("utter_negotiate")
        return reply.hand_over("negotiation", wish=turn.text, quote=quote.number, target=turn.first("money"))


class ActionCancelOrder(DeskAction):
    """cancel_order."""

    action_name = "action_cancel_order"

    async def answer(self, turn: Turn, crm: Crm) -> Reply:
        """Names the order back before it is cancelled."""
        contact = await contact_of(turn, crm)
        running = await crm.orders.running(
            dialogue_id=turn.dialogue_id, customer_id=contact.customer_id if contact else None
        )
        named = turn.first("shipment_no")
        order = next((one for one in running if named in (None, one.number)), None)
        if order is None:
            return Reply().say("utter_cancel_nothing").about(None)
        lane = f"{order.origin_name}→{order.destination_name}"
        reply = Reply().say("utter_cancel_confirm", order_no=order.number, lane=lane, buttons=YES_NO)
        return reply.about(CANCEL).remember(order_no=order.number)


YES_NO = (("是的", "/affirm"), ("先不用", "/deny"))
