"""A complaint as it is told: onto its card word by word, apologised for, summed up, with by whom and when the reply comes."""

import re
from datetime import timedelta
from uuid import UUID

from bot.actions import survey
from bot.actions.handing_over import call_person
from bot.actions.hearing import listen, listens_on, tell
from bot.actions.shipment_named import known_shipment, number_asked
from bot.actions.topics import COMPLAINT
from bot.actions.turn import Reply, Turn
from crm.complaints.apology import apology
from crm.complaints.models import Emotion, Severity, stronger
from crm.complaints.service import BOT, ComplaintFacts
from crm.complaints.telling import values_of
from crm.complaints.views import CardView
from crm.complaints.words.story import read, retell
from crm.crm import Crm
from crm.files.kinds import IN_WORDS, Kind, kind_of
from crm.shipments.models import Shipment
from crm.wording import day_words
from freight.modes import TransportMode

HEARD_BESIDE = 0.12
"""How likely a matter must be beside `complain_other`: with 58 meanings, several times what chance would give it."""
SAYS_COMPLAINT = re.compile(r"投诉|投訴|客诉|客訴|抱怨|举报|舉報|complain", re.IGNORECASE)
PUTS_RIGHT = re.compile(
    r"^(?:不好意思|抱歉|哎呀?|诶|啊|哦|噢|對不起|对不起)*\W*(?:不对|不是(?:的|这样)|错了|[你您]?(?:们)?(?:记|弄|搞|理解|说)错|写错|更正|纠正|改一下|我(?:说|讲)的是|应该是|應該是|不對|記錯|"
    r"不是.{1,12}?[,，]?(?:是|而是))"
)
"""How somebody begins who puts right what we summed up."""
TAKES_BACK = re.compile(r"算了|没事了?|不投诉|不用了|当我没说|沒事|不用管")
"""How somebody ends who has not told anything after all."""
OWN_WORDS = frozenset(
    {"vent", "ask_claim", "ask_complaint_status", "inform", "affirm", "deny", "stop", "urge_delivery"}
)
"""Meanings that know by themselves what to do within a complaint."""
SURE = 0.85
"""Above this a message within a complaint is about what it says, and not part of the story."""
LONGEST_QUOTE = 40
MOST_DOCUMENTS = 5
"""So many are named at once; the rest is told by the person who calls."""


def goes_on(turn: Turn) -> bool:
    """Whether words within a complaint belong to its story, though they were taken for something else (给我免掉: a price?).

    Not when that is sure, when they are about the complaint anyway, or when they tell and wish nothing.
    """
    if turn.topic != COMPLAINT or turn.intent.startswith("complain_") or turn.intent in OWN_WORDS:
        return False
    sure = turn.ranking[0][1] if turn.ranking else 1.0
    story = read(turn.text)
    return sure < SURE and bool(story.wishes or story.facts or story.consequences)


def puts_right(turn: Turn) -> bool:
    """Whether the customer comes back to a complaint that was told and done with, to correct it."""
    return turn.topic is None and turn.slot("complaint_no") is not None and PUTS_RIGHT.search(turn.text) is not None


async def take_complaint(turn: Turn, crm: Crm, intent: str) -> Reply:
    """Opens a card (or adds to the one of the same matter), and listens on or says what happens next."""
    shipment = await known_shipment(turn, crm)
    facts = await _facts(turn, crm, matter_heard(turn, intent), shipment)
    card = await crm.complaints.open(turn.dialogue_id, turn.turn_id, facts)
    reference = (number_asked(turn) or shipment.code) if shipment else ""
    claim = intent == "ask_claim"
    if card.answered and not claim:
        reply = await _not_solved(turn, crm, card)
    elif card.raised:
        reply = _heard_again(turn, crm, card)
    elif card.told:
        reply = Reply().say("utter_claim_joined" if claim else "utter_complaint_joined", complaint_no=card.number)
    elif not claim and listens_on(turn, card):
        reply = listen(card)
    else:
        reply = await tell(turn, crm, card, reference)
        if claim:
            await say_what_a_claim_needs(crm, card, reply)
        ask_more(turn, reply, known=bool(reference) or turn.first("shipment_no") is not None)
    await attach(turn, crm, card, reply)
    await _wake(crm, card)
    reply.remember(topic=COMPLAINT, complaint_no=card.number)
    reply.remembered.setdefault("asked", None)
    if reference:
        reply.remember(shipment_no=reference)
    return await call_if_urgent(turn, crm, reply, card)


async def say_what_a_claim_needs(crm: Crm, card: CardView, reply: Reply) -> None:
    """Opens the claim file, and says by when to give notice and what to collect; how it is done is told by a person."""
    claim = await crm.claims.open_for(card)
    if claim.documents:
        reply.say("utter_claim_documents")
        for name in claim.documents[:MOST_DOCUMENTS]:
            reply.say(name)
    if claim.notice_by is not None:
        reply.say("utter_claim_notice_by", date=day_words(claim.notice_by))
    reply.say("utter_claim_keep")


async def _wake(crm: Crm, card: CardView) -> None:
    """Words of the customer are what a paused card waited for."""
    if card.joined and card.waits_for:
        await crm.complaint_desk.resume(card.number, None)


async def attach(turn: Turn, crm: Crm, card: CardView, reply: Reply) -> None:
    """Photos, voice and documents that came with the words are evidence."""
    if not turn.files:
        return
    await crm.files.add_evidence(
        card.harm.card_id, [file.id for file in turn.files], BOT, turn.dialogue_id, turn.turn_id
    )
    kinds = dict.fromkeys(kind_of(file.media_type) for file in turn.files)
    reply.utterances = [one for one in reply.utterances if one[0] != "utter_complaint_joined"]
    if Kind.AUDIO in kinds:
        reply.say_first("utter_evidence_voice")
    seen = [IN_WORDS[kind].strip("[]") for kind in kinds if kind is not Kind.AUDIO]
    if seen:
        reply.say_first("utter_evidence_received", what="、".join(seen))


def matter_heard(turn: Turn, intent: str) -> str:
    """我要投诉, 说好周三到的: a matter heard beside the wish to complain, or to be compensated, is what it is about."""
    wishes_only = intent == "ask_claim" or (intent == "complain_other" and SAYS_COMPLAINT.search(turn.text))
    if not wishes_only:
        return intent
    named = (name for name, likely in turn.ranking if name.startswith("complain_") and likely >= HEARD_BESIDE)
    return next((name for name in named if name != "complain_other"), intent)


def ask_more(turn: Turn, reply: Reply, *, known: bool) -> None:
    """The one question whether there is more; where it was put already, only that corrections are welcome."""
    if turn.slot("listening") is not None or turn.slot("sorry"):
        reply.say("utter_complaint_correct")
    elif known:
        reply.say("utter_complaint_more")
    else:
        reply.say("utter_complaint_which_shipment").remember(asked="shipment_no")


def _heard_again(turn: Turn, crm: Crm, card: CardView) -> Reply:
    """A second complaint on the same matter: it goes one step up, and the customer hears that it does."""
    said = list(turn.slot("sorry") or ())
    sorry = apology(card.harm, said)
    reply = Reply().remember(sorry=[*said, *sorry])
    for name in sorry:
        reply.say(name)
    return reply.say("utter_complaint_raised", values_of(card, crm.clock.now()))


async def _not_solved(turn: Turn, crm: Crm, card: CardView) -> Reply:
    """A complaint after the result: the card is open again, and the customer hears who calls by when."""
    reopened = await crm.complaint_desk.not_solved(card.number, "答复以后客户又来投诉", await survey.said_in(turn, crm))
    return await survey.open_again(turn, crm, card.number, reopened)


async def call_if_urgent(turn: Turn, crm: Crm, reply: Reply, card: CardView) -> Reply:
    """A manager is called once for a card of the highest severity, also when it became that grave only now."""
    if card.severity is not Severity.S1 or turn.slot("escalated") == card.number:
        return reply
    if card.told and not reply.says("utter_complaint_recorded_urgent"):
        reply.say("utter_complaint_recorded_urgent", values_of(card, crm.clock.now()))
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
    order_id, quote_id = await _papers(turn, crm)
    return ComplaintFacts(
        intent=intent,
        text=_words(turn),
        emotion=_emotion(turn),
        shipment_id=shipment.id if shipment else None,
        order_id=order_id,
        quote_id=quote_id,
        delay=delay,
        express=express,
        answered_by=turn.answered_by,
    )


async def _papers(turn: Turn, crm: Crm) -> tuple[UUID | None, UUID | None]:
    """The order and the quote that these words name, as far as they are the customer's own."""
    order, quote = turn.first("shipment_no"), turn.first("quote_no")
    if order is None and quote is None:
        return None, None
    contact = (await crm.customers.dialogue(turn.dialogue_id)).identity.contact
    asker = turn.dialogue_id, contact.customer_id if contact else None
    return (
        await crm.orders.key_of(order, *asker) if order else None,
        await crm.pricing.key_of(quote, *asker) if quote else None,
    )


async def add_to_complaint(turn: Turn, crm: Crm) -> Reply:
    """Whatever comes while a complaint is being told goes onto its card."""
    shipment = await known_shipment(turn, crm) if turn.first("shipment_no") else None
    facts = await _facts(turn, crm, "complain_other", shipment)
    card = await crm.complaints.add_facts(
        turn.dialogue_id,
        turn.turn_id,
        facts,
        number=turn.slot("complaint_no"),
        corrects=PUTS_RIGHT.search(turn.text) is not None,
    )
    if card is None:
        return await take_complaint(turn, crm, "complain_other")
    reference = (number_asked(turn) or "") if shipment else ""
    if shipment is not None:
        # The last word on which shipment it is counts, also when the card names another.
        await crm.complaints.link_shipment(turn.dialogue_id, turn.turn_id, shipment.id, card.number)
    if card.told:
        reply = _noted(turn, card, reference)
    else:
        reply = await tell(turn, crm, card, reference or turn.slot("shipment_no") or "")
        ask_more(turn, reply, known=True)
    await attach(turn, crm, card, reply)
    await _wake(crm, card)
    reply.remember(topic=COMPLAINT, asked=None, complaint_no=card.number)
    if reference:
        reply.remember(shipment_no=reference)
    return await call_if_urgent(turn, crm, reply, card)


def _noted(turn: Turn, card: CardView, reference: str) -> Reply:
    """A short word that it stands on the card: which shipment, a correction, or more of the story."""
    if reference:
        return Reply().say("utter_complaint_linked", reference=reference, complaint_no=card.number)
    if PUTS_RIGHT.search(turn.text):
        words = retell(read(turn.text)).facts or turn.text.strip()[:LONGEST_QUOTE]
        return Reply().say("utter_complaint_corrected", words=words, complaint_no=card.number)
    return Reply().say("utter_complaint_joined", complaint_no=card.number)


async def end_complaint(turn: Turn, crm: Crm) -> Reply:
    """The customer has nothing to add."""
    number = turn.slot("complaint_no")
    if number is None:
        return Reply().say("utter_listening").finish()
    if turn.slot("listening") is not None:
        if TAKES_BACK.search(turn.text) and await crm.complaints.withdraw(turn.dialogue_id, turn.turn_id, number):
            return Reply().say("utter_complaint_withdrawn").finish().remember(listening=None, complaint_no=None)
        card = await crm.complaints.status(turn.dialogue_id, number)
        if card is not None:
            reply = await tell(turn, crm, card, turn.slot("shipment_no") or "")
            return reply.say("utter_complaint_correct").finish(COMPLAINT)
    return Reply().say("utter_complaint_noted", complaint_no=number).finish()
