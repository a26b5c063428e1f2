"""Taking a quote, and taking an order back."""

from dataclasses import replace

from bot.actions import facts
from bot.actions.base import DeskAction
from bot.actions.handing_over import call_person
from bot.actions.price import contact_of, continue_request, named_quote, tell_outcome, tell_quote, tell_state
from bot.actions.shipment_named import known_shipment
from bot.actions.topics import CANCEL, CONFIRM_ORDER, OFFER, QUOTE, RESUMABLE
from bot.actions.turn import Reply, Turn
from crm.crm import Crm
from crm.orders.errors import NeedsPerson, OrderNotFound, OrderNotOpen
from crm.orders.service import CustomerOrder
from crm.pricing.errors import QuoteAlreadyAccepted, QuoteExpired, QuoteNotFound, QuoteNotOpen
from crm.pricing.request import QuoteRequest
from crm.pricing.service import Quoted
from crm.pricing.views import CustomerQuote
from crm.pricing.wording import quote_values
from crm.promises.models import PromiseKind
from crm.staff.departments import Department
from crm.wording import by_when

YES_NO = (("是的", "/affirm"), ("先不用", "/deny"))


def confirm_order(quote: CustomerQuote) -> Reply:
    """Names quote and price once more before an order is made of it: a bare 好的 is no acceptance."""
    accept_button = ("确认下单", f'/accept_quote{{"quote_no": "{quote.number}"}}')
    reply = Reply().say("utter_quote_confirm", quote_values(quote), buttons=[accept_button])
    return reply.about(CONFIRM_ORDER).remember(quote_no=quote.number)


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
        return await _tell_not_open(turn, crm, number)
    return await _tell_order(turn, crm, order)


async def _tell_not_open(turn: Turn, crm: Crm, number: str) -> Reply:
    """The quote that took its place, else how it stands."""
    contact = await contact_of(turn, crm)
    customer_id = contact.customer_id if contact else None
    quote = await crm.pricing.status(number, dialogue_id=turn.dialogue_id, customer_id=customer_id)
    newest = await crm.pricing.latest_open(dialogue_id=turn.dialogue_id, customer_id=customer_id)
    if quote.awaited or newest is None:
        return await tell_state(turn, crm, quote)
    return tell_quote(Reply().say("utter_quote_superseded", quote_no=number), newest)


async def _tell_order(turn: Turn, crm: Crm, order: CustomerOrder) -> Reply:
    due = max(task.due_at for task in await crm.orders.tasks_for(order.number))
    await crm.promises.make(
        turn.dialogue_id,
        turn.turn_id,
        PromiseKind.OTHER,
        text=f"订单 {order.number}：与客户确认操作细节",
        by_whom=Department.OPERATIONS.value,
        due_at=due,
    )
    reply = Reply().remember(**facts.forgotten()).remember(order_no=order.number).about(None)
    return reply.say("utter_ordered", order_no=order.number, due=by_when(due, crm.clock.now()))


async def cancel(turn: Turn, crm: Crm, number: str) -> Reply:
    """Cancels an order as far as the customer may; no reproach."""
    contact = await contact_of(turn, crm)
    try:
        order = await crm.orders.cancel(
            number, turn.dialogue_id, turn.turn_id, contact.customer_id if contact else None, turn.text[:200]
        )
    except NeedsPerson:
        return await _stop_by_person(turn, crm, number)
    except (OrderNotFound, OrderNotOpen):
        return Reply().say("utter_cancel_nothing").about(None)
    return Reply().say("utter_order_cancelled", order_no=order.number).about(None).remember(order_no=None)


async def _stop_by_person(turn: Turn, crm: Crm, number: str) -> Reply:
    """Goods under way are stopped by people only."""
    reply = Reply().say("utter_cancel_needs_person", order_no=number)
    return await call_person(turn, crm, reply, "cancel_order", priority=1, order=number)


class ActionBook(DeskAction):
    """book_shipment: with a quote at hand it is taken, else a price comes first."""

    action_name = "action_book"

    async def answer(self, turn: Turn, crm: Crm) -> Reply:
        """A question for confirmation, or the way to a price."""
        said = facts.said_now(turn)
        only_when = said == QuoteRequest(ready_date=said.ready_date)
        if not only_when or turn.topic == QUOTE:
            return await continue_request(turn, crm)
        contact = await contact_of(turn, crm)
        quote = await crm.pricing.latest_open(
            dialogue_id=turn.dialogue_id, customer_id=contact.customer_id if contact else None
        )
        if quote is None:
            return await continue_request(turn, crm)
        if said.ready_date is None:
            return confirm_order(quote)
        return await self._confirm_for_day(turn, crm, quote, said)

    async def _confirm_for_day(self, turn: Turn, crm: Crm, quote: CustomerQuote, said: QuoteRequest) -> Reply:
        """The same quote with the day on which the goods are ready, then the question for confirmation."""
        request = QuoteRequest.from_facts(quote.request).merged(said)
        contact = await contact_of(turn, crm)
        ids = (contact.customer_id, contact.id) if contact else (None, None)
        outcome = await crm.pricing.quote(request, turn.dialogue_id, turn.turn_id, *ids, replaces=quote.number)
        known = facts.remembered(replace(request, commodity_asked=True))
        if isinstance(outcome, Quoted):
            return confirm_order(outcome.quote).remember(**known)
        return (await tell_outcome(turn, crm, outcome)).remember(**known)


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


def let_go_of_price(turn: Turn) -> Reply:
    """No, thank you. A quote stays valid: no reproach, and the way back stays open."""
    if turn.slot("quote_no") is None or facts.price_topic(turn) == QUOTE:
        return Reply().say("utter_stopped").about(None).remember(**facts.forgotten())
    said = "utter_order_not_yet" if turn.topic == CONFIRM_ORDER else "utter_quote_kept"
    return Reply().say(said, quote_no=turn.slot("quote_no")).about(OFFER)


async def ask_cancel(turn: Turn, crm: Crm) -> Reply:
    """Names the order back before it is cancelled; a shipment under way goes to a person."""
    contact = await contact_of(turn, crm)
    running = await crm.orders.running(
        dialogue_id=turn.dialogue_id, customer_id=contact.customer_id if contact else None
    )
    named = turn.first("shipment_no")
    order = next((one for one in running if named in (None, one.number)), None)
    if order is not None:
        lane = f"（{order.origin_name}→{order.destination_name}）" if order.origin_name else ""
        reply = Reply().say("utter_cancel_confirm", order_no=order.number, lane=lane, buttons=YES_NO)
        return reply.about(CANCEL).remember(order_no=order.number)
    if named is None and facts.price_topic(turn) in RESUMABLE:
        # Nothing was ordered yet: what is not wanted is the price that is being talked about.
        return let_go_of_price(turn)
    shipment = await known_shipment(turn, crm) if named is not None else None
    if shipment is not None:
        return await _stop_by_person(turn, crm, shipment.code)
    return Reply().say("utter_cancel_nothing").about(CANCEL, "order_no").remember(order_no=None)


class ActionCancelOrder(DeskAction):
    """cancel_order."""

    action_name = "action_cancel_order"

    async def answer(self, turn: Turn, crm: Crm) -> Reply:
        """See `ask_cancel`."""
        return await ask_cancel(turn, crm)
