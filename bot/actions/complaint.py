"""Complaints: an apology that names the matter, a numbered card, and by whom and when the first reply comes."""

from datetime import timedelta

from bot.actions.base import DeskAction
from bot.actions.people import call_person
from bot.actions.status import known_shipment, number_asked, show_status
from bot.actions.topics import COMPLAINT
from bot.actions.turn import Reply, Turn
from bot.actions.wording import by_when
from crm.complaints.categories import category_of
from crm.complaints.models import ComplaintState, Emotion, Severity, stronger
from crm.complaints.service import ComplaintFacts
from crm.complaints.views import CardView, NextStep
from crm.crm import Crm
from crm.shipments.models import Shipment
from freight.modes import TransportMode

STATE_WORDS = {
    ComplaintState.RECEIVED: "已登记，等待核查",
    ComplaintState.CHECKING: "正在核查",
    ComplaintState.ACTING: "正在处理",
}
HEARD_BESIDE = 0.12
"""How likely a matter must be beside `complain_other`: with 58 meanings, several times what chance would give it."""


async def take_complaint(turn: Turn, crm: Crm, intent: str) -> Reply:
    """Opens a card (or adds to the one of the same matter) and says so."""
    shipment = await known_shipment(turn, crm)
    card = await crm.complaints.open(turn.dialogue_id, turn.turn_id, await _facts(turn, crm, intent, shipment))
    reply = Reply().remember(complaint_no=card.number)
    if shipment is not None:
        reply.remember(shipment_no=number_asked(turn) or shipment.code)
    claim = intent == "ask_claim"
    if card.joined:
        reply.say("utter_claim_joined" if claim else "utter_complaint_joined", complaint_no=card.number)
        reply.about(COMPLAINT)
    elif claim:
        reply.say("utter_claim_recorded", _values(card, crm)).say("utter_claim_keep").about(COMPLAINT)
    else:
        reply.say(f"utter_{category_of(intent).intent.replace('complain_', 'complaint_')}")
        urgent = card.next_step is NextStep.MANAGER_CALLS
        reply.say("utter_complaint_recorded_urgent" if urgent else "utter_complaint_recorded", _values(card, crm))
        _ask_more(reply, known=shipment is not None or turn.first("shipment_no") is not None)
    return await _call_if_urgent(turn, crm, reply, card)


def _ask_more(reply: Reply, *, known: bool) -> None:
    if known:
        reply.say("utter_complaint_more").about(COMPLAINT)
    else:
        reply.say("utter_complaint_which_shipment").about(COMPLAINT, "shipment_no")


async def _call_if_urgent(turn: Turn, crm: Crm, reply: Reply, card: CardView) -> Reply:
    """A manager is called once for a card of the highest severity, also when it became that grave only now."""
    if card.severity is not Severity.S1 or turn.slot("escalated") == card.number:
        return reply
    if card.joined:
        reply.say("utter_complaint_recorded_urgent", _values(card, crm))
    await call_person(
        turn, crm, reply, "complaint_urgent", priority=3, told_when=True, complaint=card.number, words=_words(turn)
    )
    return reply.about(COMPLAINT).remember(escalated=card.number)


def _words(turn: Turn) -> str:
    """The customer's words; with those that were not understood, when a button told what they mean."""
    doubtful = turn.slot("doubtful") if _clarified(turn) else None
    return "\n".join(part for part in (doubtful, turn.text) if part)


def _emotion(turn: Turn) -> Emotion:
    """How these words sound."""
    doubtful = turn.slot("doubtful_mood") if _clarified(turn) else None
    return stronger(Emotion(turn.mood), Emotion(doubtful or Emotion.CALM))


def _clarified(turn: Turn) -> bool:
    return "action_clarify" in turn.done_before


async def _facts(turn: Turn, crm: Crm, intent: str, shipment: Shipment | None) -> ComplaintFacts:
    delay, express = None, False
    if shipment is not None:
        (view,) = await crm.shipments.statuses([shipment])
        delay = timedelta(hours=view.delay_hours) if view.delay_hours is not None else None
        express = view.mode is TransportMode.EXPRESS
    return ComplaintFacts(
        intent=intent,
        text=_words(turn),
        emotion=_emotion(turn),
        shipment_id=shipment.id if shipment else None,
        delay=delay,
        express=express,
    )


def _values(card: CardView, crm: Crm) -> dict[str, str]:
    due = by_when(card.due_at or crm.clock.now(), crm.clock.now())
    return {"complaint_no": card.number, "category": card.category, "department": card.department, "due": due}


async def add_to_complaint(turn: Turn, crm: Crm) -> Reply:
    """Whatever comes while a complaint is being told goes onto its card."""
    shipment = await known_shipment(turn, crm) if turn.first("shipment_no") else None
    card = await crm.complaints.add_facts(
        turn.dialogue_id, turn.turn_id, turn.text, shipment.id if shipment else None, emotion=Emotion(turn.mood)
    )
    if card is None:
        return await take_complaint(turn, crm, "complain_other")
    reply = Reply().about(COMPLAINT).remember(complaint_no=card.number)
    if shipment is None:
        reply.say("utter_complaint_joined", complaint_no=card.number)
    else:
        # The last word on which shipment it is counts, also when the card names another.
        await crm.complaints.link_shipment(turn.dialogue_id, turn.turn_id, shipment.id)
        reply.say("utter_complaint_linked", reference=number_asked(turn), complaint_no=card.number)
        reply.remember(shipment_no=number_asked(turn))
    return await _call_if_urgent(turn, crm, reply, card)


def complaint_noted(turn: Turn) -> Reply:
    """The customer has nothing to add."""
    number = turn.slot("complaint_no")
    if number is None:
        return Reply().say("utter_listening").finish()
    return Reply().say("utter_complaint_noted", complaint_no=number).finish()


async def _tell_no_card(turn: Turn, crm: Crm) -> Reply:
    """Where nothing was complained about, a question with a shipment's number is about the shipment."""
    if turn.first("complaint_no") is not None:
        return Reply().say("utter_complaint_status_unknown").about(COMPLAINT)
    if turn.first("shipment_no") is not None:
        return await show_status(turn, crm)
    return Reply().say("utter_complaint_status_none").about(COMPLAINT)


async def tell_complaint_status(turn: Turn, crm: Crm) -> Reply:
    """How it stands, also when it is late."""
    named = turn.first("complaint_no")
    card = await crm.complaints.status(turn.dialogue_id, named or turn.slot("complaint_no"))
    if card is None:
        return await _tell_no_card(turn, crm)
    reply, values = Reply().remember(complaint_no=card.number).about(COMPLAINT), _values(card, crm)
    if card.state is ComplaintState.CLOSED:
        return reply.say("utter_complaint_status_closed", values)
    if card.state is ComplaintState.ANSWERED or card.due_at is None:
        return reply.say("utter_complaint_status_answered", values)
    if card.due_at < crm.clock.now():
        reply.say("utter_complaint_status_late", values)
        return await call_person(turn, crm, reply, "complaint_late", priority=2, complaint=card.number)
    return reply.say("utter_complaint_status", values, state=STATE_WORDS[card.state])


class ActionComplain(DeskAction):
    """complain_*."""

    action_name = "action_complain"

    async def answer(self, turn: Turn, crm: Crm) -> Reply:
        """A card for the category that was heard."""
        return await take_complaint(turn, crm, _matter(turn))


def _matter(turn: Turn) -> str:
    """我要投诉, 说好周三到的: a matter that is heard beside the wish to complain is what the complaint is about."""
    if turn.intent != "complain_other":
        return turn.intent
    named = (name for name, likely in turn.ranking if name.startswith("complain_") and likely >= HEARD_BESIDE)
    return next((name for name in named if name != "complain_other"), turn.intent)


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
        """See `tell_complaint_status`."""
        return await tell_complaint_status(turn, crm)


class ActionVent(DeskAction):
    """vent: listens; onto the card when there is one, a person when it goes on."""

    action_name = "action_vent"

    async def answer(self, turn: Turn, crm: Crm) -> Reply:
        """An apology and an open ear; once we have apologised in vain, another person (换当事人)."""
        if turn.topic != COMPLAINT:
            return Reply().say("utter_vent").about(COMPLAINT)
        card = await crm.complaints.add_facts(turn.dialogue_id, turn.turn_id, turn.text, emotion=Emotion(turn.mood))
        number = card.number if card else None
        reply = Reply().say("utter_vent_again")
        await call_person(turn, crm, reply, "angry", priority=2, complaint=number)
        return reply.about(COMPLAINT)


class ActionPraise(DeskAction):
    """praise: it reaches those who are praised."""

    action_name = "action_praise"

    async def answer(self, turn: Turn, crm: Crm) -> Reply:
        """Recorded, and thanked for."""
        dialogue = await crm.customers.dialogue(turn.dialogue_id)
        await crm.customers.request(dialogue, turn.turn_id, "praise", {"words": turn.text})
        return Reply().say("utter_praise").finish()
