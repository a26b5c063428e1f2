"""A person, a call back, and what only a person may do with an account."""

from datetime import timedelta

from bot.actions.base import DeskAction
from bot.actions.calls import time_wished
from bot.actions.handing_over import CALLBACK_HOURS, call_person, promise_contact
from bot.actions.topics import CALLBACK
from bot.actions.turn import Reply, Turn
from crm.crm import Crm
from crm.promises.models import PromiseKind
from crm.staff.departments import Department
from crm.wording import by_when

ACCOUNT_HOURS = 8
CALL_WITHIN = timedelta(minutes=30)
"""A call wished for at a time comes at most so much later."""
LONGEST_TEXT = 200


class ActionHandOver(DeskAction):
    """request_human, request_supervisor."""

    action_name = "action_hand_over"

    async def answer(self, turn: Turn, crm: Crm) -> Reply:
        """To a person; a supervisor goes first."""
        supervisor = turn.intent == "request_supervisor"
        reply = Reply().say("utter_handoff_supervisor" if supervisor else "utter_handoff")
        return await call_person(
            turn, crm, reply, "supervisor" if supervisor else "requested", priority=2 if supervisor else 0
        )


async def promise_callback(turn: Turn, crm: Crm) -> Reply:
    """A promised call, once there is a number to call; at the time that was wished for if somebody is there then."""
    dialogue = await crm.customers.dialogue(turn.dialogue_id)
    contact = dialogue.identity.contact
    phone = turn.first("phone") or turn.slot("phone") or (contact.phone if contact else None)
    now, wish = crm.clock.now(), f"{turn.slot('call_wish') or ''} {turn.text}".strip()[:LONGEST_TEXT]
    if phone is None:
        again = turn.topic == CALLBACK and turn.intent != "request_callback" and time_wished(turn.text, now) is None
        reply = Reply().say("utter_phone_wanted" if again else "utter_ask_phone")
        # The time may come with the wish or alone, and the number in the next message.
        return reply.about(CALLBACK, "phone").remember(call_wish=wish)
    at = time_wished(wish, now)
    kept = at is not None and crm.calendar.is_open(at)
    due = at + CALL_WITHIN if at is not None and kept else crm.calendar.due(max(at or now, now), CALLBACK_HOURS)
    await promise_contact(turn, crm, PromiseKind.CALLBACK, due, f"给客户回电：{wish}")
    await crm.customers.request(dialogue, turn.turn_id, CALLBACK, {"phone": phone, "words": wish})
    reply = Reply().finish().remember(phone=phone, call_wish=None)
    if at is not None and kept:
        return reply.say("utter_callback_promised_at", at=by_when(at, now), phone=_hidden(phone))
    if at is not None:
        reply.say("utter_callback_closed_then")
    return reply.say("utter_callback_promised", due=by_when(due, now), phone=_hidden(phone))


def _hidden(phone: str) -> str:
    """尾号1234: enough to know which of one's own numbers is meant."""
    return f"尾号{phone[-4:]}的号码"


class ActionCallback(DeskAction):
    """request_callback."""

    action_name = "action_callback"

    async def answer(self, turn: Turn, crm: Crm) -> Reply:
        """A promise, or the question for a number."""
        return await promise_callback(turn, crm)


class ActionAccount(DeskAction):
    """bind_account, update_contact, delete_my_data: recorded for a person, who checks the identity first."""

    action_name = "action_account"

    async def answer(self, turn: Turn, crm: Crm) -> Reply:
        """A request and the promise of an answer."""
        dialogue = await crm.customers.dialogue(turn.dialogue_id)
        await crm.customers.request(dialogue, turn.turn_id, turn.intent, {"words": turn.text})
        now = crm.clock.now()
        due = crm.calendar.due(now, ACCOUNT_HOURS)
        await crm.promises.make(
            turn.dialogue_id,
            turn.turn_id,
            PromiseKind.OTHER,
            text=f"账号与隐私请求（{turn.intent}）：核实身份并答复",
            by_whom=Department.SERVICE.value,
            due_at=due,
        )
        return Reply().say("utter_account_requested", due=by_when(due, now)).finish()
