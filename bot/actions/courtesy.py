"""A word in between (a greeting, a thank you, a rating), and going back to the question that was open."""

from bot.actions import facts, faq, price, survey
from bot.actions.base import DeskAction
from bot.actions.questions import ask_again
from bot.actions.topics import FAQ, QUOTE, STATUS
from bot.actions.turn import Reply, Turn
from crm.crm import Crm


async def resume(turn: Turn, crm: Crm, reply: Reply) -> Reply:
    """After a word in between: takes the answer that it held, else puts the open question again."""
    if facts.answers_question(turn):
        answered = await price.continue_request(turn, crm)
        answered.utterances[:0] = reply.utterances
        return answered
    if turn.topic == QUOTE and turn.asked:
        return ask_again(turn, reply)
    if turn.topic == STATUS and turn.asked == "phone_tail":
        return reply.say("utter_ask_phone_tail", reference=turn.slot("shipment_no") or "")
    return reply


class ActionResume(DeskAction):
    """After a plain response (an FAQ, a joke, a thank you): goes back to the question that was open, if one was."""

    action_name = "action_resume"

    async def answer(self, turn: Turn, crm: Crm) -> Reply:
        """See `resume`. 谢谢 to the question whether an answer helped says that it did; 解决了谢谢 answers a survey."""
        if turn.topic == FAQ and turn.intent == "thank":
            return await faq.take_thanks(turn, crm)
        if survey.heard_in_passing(turn) and turn.intent == "thank":
            return await survey.take_answer(turn, crm)
        return await resume(turn, crm, Reply())


class ActionGreet(DeskAction):
    """greet: a welcome, or a nod in the middle of something."""

    action_name = "action_greet"

    async def answer(self, turn: Turn, crm: Crm) -> Reply:
        """Greets, and goes on where a question is open."""
        if turn.topic in (None, FAQ):
            return Reply().say("utter_greet")
        return await resume(turn, crm, Reply().say("utter_greet_again"))


class ActionRate(DeskAction):
    """rate_service: a bare 5 may also be the answer to how many."""

    action_name = "action_rate"

    async def answer(self, turn: Turn, crm: Crm) -> Reply:
        """Recorded with the survey it belongs to, if one was asked; and thanked for."""
        if survey.pressed(turn):
            return await survey.take_press(turn, crm)
        if facts.answers_question(turn):
            return await price.continue_request(turn, crm)
        if survey.heard(turn):
            return await survey.take_answer(turn, crm)
        helped = faq.verdict_heard(turn)
        if helped is not None:
            return await faq.take_verdict(turn, crm, helped=helped)
        score, asked = survey.score_said(turn.text), await survey.survey_open(turn, crm)
        if score is not None and asked is not None:
            return await survey.take_score(turn, crm, score, str(asked.id))
        dialogue = await crm.customers.dialogue(turn.dialogue_id)
        await crm.customers.request(dialogue, turn.turn_id, "rating", {"words": turn.text})
        return Reply().say("utter_rate_thanks")
