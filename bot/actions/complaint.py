"""Complaints: an apology that names the matter, a numbered card, and by whom and when the first reply comes."""

from datetime import timedelta

from bot.actions.base import DeskAction
from bot.actions.status import known_shipment, number_asked
from bot.actions.turn import Reply, Turn
from bot.actions.wording import by_when
from crm.complaints.categories import category_of
from crm.complaints.models import ComplaintState, Severity
from crm.complaints.service import ComplaintFacts
from crm.complaints.views import CardView, NextStep
from crm.crm import Crm
from crm.shipments.models import Shipment
from freight.modes import TransportMode

COMPLAINT = "complaint"
STATE_WORDS = {
    ComplaintState.RECEIVED: "已登记，等待核查",
    ComplaintState.CHECKING: "正在核查",
    ComplaintState.ACTING: "正在处理",
}


async def take_complaint(turn: Turn, crm: Crm, intent: str) -> Reply:
    """Opens a card (or adds to the one of the same matter) and says so."""
    shipment = await known_shipment(turn, crm)
    facts = await _facts(turn, crm, intent, shipment)
    card = await crm.complaints.open(turn.dialogue_id, turn.turn_id, facts)
    reply = Reply()
    if intent == "ask_claim":
        return _tell_claim(reply, card, crm)
    if card.joined:
        return _tell_joined(reply, card, crm)
    reply.say(f"utter_{category_of(intent).intent.replace('complain_', 'complaint_')}")
    _tell_recorded(reply, card, crm)
    if shipment is None and turn.first("shipment_no") is None:
        reply.say("utter_complaint_which_shipment").about(COMPLAINT, "shipment_no")
    else:
        reply.say("utter_complaint_more").about(COMPLAINT)
    reply.remember(complaint_no=card.number)
    if card.severity is Severity.S1:
        reply.hand_over("complaint_urgent", priority=3, complaint=card.number, words=turn.text)
    return reply


async def _facts(turn: Turn, crm: Crm, intent: str, shipment: Shipment | None) -> ComplaintFacts:
    delay, express = None, False
    if shipment is not None:
        (view,) = await crm.shipments.statuses([shipment])
        delay = timedelta(hours=view.delay_hours) if view.delay_hours is not None else None
        express = view.mode is TransportMode.EXPRESS
    return ComplaintFacts(
        intent=intent,
        text=turn.text,
        shipment_id=shipment.id if shipment else None,
        delay=delay,
        express=express,
    )


def _due(card: CardView, crm: Crm) -> str:
    return by_when(card.due_at or crm.clock.now(), crm.clock.now())


def _tell_recorded(reply: Reply, card: CardView, crm: Crm) -> None:
    urgent = card.next_step is NextStep.MANAGER_CALLS
    response = "utter_complaint_recorded_urgent" if urgent else "utter_complaint_recorded"
    reply.say(response, complaint_no=card.number, department=card.department, due=_due(card, crm))


def _tell_joined(reply: Reply, card: CardView, crm: Crm) -> Reply:
    reply.say("utter_complaint_joined", complaint_no=card.number, due=_due(card, crm))
    return reply.about(COMPLAINT).remember(complaint_no=card.number)


def _tell_claim(reply: Reply, card: CardView, crm: Crm) -> Reply:
    values = {"complaint_no": card.number, "department": card.department, "due": _due(card, crm)}
    reply.say("utter_claim_recorded", values).say("utter_claim_keep")
    return reply.about(COMPLAINT).remember(complaint_no=card.number)


async def add_to_complaint(turn: Turn, crm: Crm) -> Reply:
    """Whatever comes while a complaint is being told goes onto its card."""
    shipment = await known_shipment(turn, crm) if turn.first("shipment_no") else None
    card = await crm.complaints.add_facts(turn.dialogue_id, turn.turn_id, turn.text, shipment.id if shipment else None)
    if card is None:
        return await take_complaint(turn, crm, "complain_other")
    if shipment is not None:
        reply = Reply().say("utter_complaint_linked", reference=number_asked(turn), complaint_no=card.number)
        return reply.about(COMPLAINT).remember(shipment_no=number_asked(turn))
    return _tell_joined(Reply(), card, crm)


def complaint_noted(turn: Turn) -> Reply:
    """The customer has nothing to add."""
    return Reply().say("utter_complaint_noted", complaint_no=turn.slot("complaint_no") or "").about(None)


class ActionComplain(DeskAction):
    """complain_*."""

    action_name = "action_complain"

    async def answer(self, turn: Turn, crm: Crm) -> Reply:
        """A card for the category that was heard."""
        return await take_complaint(turn, crm, turn.intent)


class ActionClaim(DeskAction):
    """ask_claim: recorded like a complaint; what the claim needs is said by a person."""

    action_name = "action_claim"

    async def answer(self, turn: Turn, crm: Crm) -> Reply:
        """A card and what to keep."""
        return await take_complaint(turn, crm, "ask_claim")


class ActionComplaintStatus(DeskAction):
    """ask_complaint_status."""

    action_name = "action_complaint_status"

    async def answer(self, turn: Turn, crm: Crm) -> Reply:
        """How it stands, also when it is late."""
        card = await crm.complaints.status(turn.dialogue_id, turn.first("complaint_no"))
        if card is None:
            return Reply().say("utter_complaint_status_none").about(COMPLAINT)
        reply = Reply().remember(complaint_no=card.number).about(COMPLAINT)
        values = {"complaint_no": card.number, "category": card.category, "department": card.department}
        if card.state is ComplaintState.CLOSED:
            return reply.say("utter_complaint_status_closed", values)
        if card.state is ComplaintState.ANSWERED or card.due_at is None:
            return reply.say("utter_complaint_status_answered", values)
        if card.due_at < crm.clock.now():
            reply.say("utter_complaint_status_late", values, due=_due(card, crm))
            return reply.hand_over("complaint_late", priority=2, complaint=card.number)
        return reply.say("utter_complaint_status", values, state=STATE_WORDS[card.state], due=_due(card, crm))


class ActionVent(DeskAction):
    """vent: listens; onto the card when there is one, a person when it goes on."""

    action_name = "action_vent"

    async def answer(self, turn: Turn, crm: Crm) -> Reply:
        """An apology and an open ear."""
        if turn.topic == COMPLAINT:
            await crm.complaints.add_facts(turn.dialogue_id, turn.turn_id, turn.text)
            reply = Reply().say("utter_vent_again")
            return reply.hand_over("angry", priority=2, complaint=turn.slot("complaint_no"), words=turn.text)
        return Reply().say("utter_vent").about(COMPLAINT)


class ActionPraise(DeskAction):
    """praise: it reaches those who are praised."""

    action_name = "action_praise"

    async def answer(self, turn: Turn, crm: Crm) -> Reply:
        """Recorded, and thanked for."""
        dialogue = await crm.customers.dialogue(turn.dialogue_id)
        await crm.customers.request(dialogue, turn.turn_id, "praise", {"words": turn.text})
        return Reply().say("utter_praise").about(None)
