"""Anger with nothing to act on, and praise."""

from bot.actions import survey
from bot.actions.base import DeskAction
from bot.actions.handing_over import call_person
from bot.actions.story import add_to_complaint
from bot.actions.topics import COMPLAINT
from bot.actions.turn import Reply, Turn
from crm.complaints.models import Emotion
from crm.complaints.service import ComplaintFacts
from crm.crm import Crm


class ActionVent(DeskAction):
    """vent: listens; onto the card when there is one, a person when it goes on."""

    action_name = "action_vent"

    async def answer(self, turn: Turn, crm: Crm) -> Reply:
        """An open ear; once we have apologised in vain, another person (换当事人)."""
        if survey.tells_what_is_missing(turn):
            return await survey.take_reason(turn, crm)
        if turn.slot("listening") is not None:
            return await add_to_complaint(turn, crm)
        if turn.topic != COMPLAINT and not turn.slot("sorry"):
            return Reply().say("utter_vent").about(COMPLAINT)
        facts = ComplaintFacts("vent", turn.text, emotion=Emotion(turn.mood))
        card = await crm.complaints.add_facts(
            turn.dialogue_id,
            turn.turn_id,
            facts,
            number=turn.slot("complaint_no"),
            vents=bool(turn.slot("sorry")),
        )
        reply = Reply().say("utter_vent_again")
        await call_person(turn, crm, reply, "angry", priority=2, complaint=card.number if card else None)
        return reply.about(COMPLAINT)


class ActionPraise(DeskAction):
    """praise: it reaches those who are praised."""

    action_name = "action_praise"

    async def answer(self, turn: Turn, crm: Crm) -> Reply:
        """Recorded, passed on, and thanked for."""
        dialogue = await crm.customers.dialogue(turn.dialogue_id)
        praised = await crm.praise.pass_on(turn.dialogue_id, turn.turn_id, turn.text, turn.answered_by)
        await crm.customers.request(dialogue, turn.turn_id, "praise", {"words": turn.text, "praised": praised})
        return Reply().say("utter_praise").finish()
