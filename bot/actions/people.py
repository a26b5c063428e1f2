"""A person, a call back, and what only a person may do with an account."""

from datetime import datetime

from bot.actions.base import DeskAction
from bot.actions.turn import Reply, Turn
from bot.actions.wording import by_when
from crm.crm import Crm
from crm.promises.models import PromiseKind
from crm.staff.departments import Department

CALLBACK = "callback"
CALLBACK_HOURS = 1
ACCOUNT_HOURS = 8


def hand_over(turn: Turn, crm: Crm, reason: str, *, priority: int = 0, response: str = "utter_handoff") -> Reply:
    """Calls a person; out of working hours says when somebody is there again."""
    now = crm.clock.now()
    reply = Reply()
    if crm.calendar.is_open(now):
        reply.say(response)
    else:
        opening = crm.calendar.due(now, CALLBACK_HOURS)
        reply.say("utter_handoff_after_hours", due=by_when(opening, now))
    return reply.hand_over(reason, priority=priority, wish=turn.text)


class ActionHandOver(DeskAction):
    """request_human, request_supervisor."""

    action_name = "action_hand_over"

    async def answer(self, turn: Turn, crm: Crm) -> Reply:
        """To a person; a supervisor goes first."""
        if turn.intent == "request_supervisor":
            reply = hand_over(turn, crm, "supervisor", priority=2, response="utter_handoff_supervisor")
        else:
            reply = hand_over(turn, crm, "requested")
        if not crm.calendar.is_open(crm.clock.now()):
            due = crm.calendar.due(crm.clock.now(), CALLBACK_HOURS)
            await _promise_call(turn, crm, due, "非工作时间转人工，上班后联系客户")
        return reply


async def promise_callback(turn: Turn, crm: Crm) -> Reply:
    """A promised call, once there is a number to call."""
    dialogue = await crm.customers.dialogue(turn.dialogue_id)
    contact = dialogue.identity.contact
    phone = turn.first("phone") or turn.slot("phone") or (contact.phone if contact else None)
    if phone is None:
        return Reply().say("utter_ask_phone").about(CALLBACK, "phone")
    now = crm.clock.now()
    due = crm.calendar.due(now, CALLBACK_HOURS)
    await _promise_call(turn, crm, due, f"给客户回电：{turn.text[:200]}")
    await crm.customers.request(dialogue, turn.turn_id, CALLBACK, {"phone": phone, "words": turn.text})
    reply = Reply().say("utter_callback_promised", due=by_when(due, now), phone=_hidden(phone))
    return reply.about(None).remember(phone=phone)


async def _promise_call(turn: Turn, crm: Crm, due: datetime, text: str) -> None:
    await crm.promises.make(
        turn.dialogue_id,
        turn.turn_id,
        PromiseKind.CALLBACK,
        text=text,
        by_whom=Department.SERVICE.value,
        due_at=due,
    )


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
        return Reply().say("utter_account_requested", due=by_when(due, now)).about(None)
