"""Asking for a person, and the promise that one gets in touch."""

from datetime import datetime

from bot.actions.turn import Reply, Turn
from crm.crm import Crm
from crm.promises.models import PromiseKind
from crm.staff.departments import Department
from crm.wording import by_when

CALLBACK_HOURS = 1
"""Working hours until a person gets in touch."""


async def call_person(
    turn: Turn, crm: Crm, reply: Reply, reason: str, *, priority: int = 0, told_when: bool = False, **summary: object
) -> Reply:
    """Asks for a person. Out of working hours the customer hears by when one gets in touch, which is then a promise.

    `told_when`: what is said already names a time that is tracked.
    """
    now = crm.clock.now()
    if not told_when and not crm.calendar.is_open(now):
        due = crm.calendar.due(now, CALLBACK_HOURS)
        # Kept by the first answer of a person in this conversation.
        await promise_contact(turn, crm, PromiseKind.FIRST_REPLY, due, f"非工作时间转人工（{reason}），上班后联系客户")
        reply.say("utter_handoff_after_hours", due=by_when(due, now))
    return reply.hand_over(reason, priority=priority, **{"wish": turn.text, **summary})


async def promise_contact(turn: Turn, crm: Crm, kind: PromiseKind, due: datetime, text: str) -> None:
    """Records that somebody gets in touch by a moment; the same turn makes one promise of a kind."""
    await crm.promises.make(
        turn.dialogue_id,
        turn.turn_id,
        kind,
        text=text,
        by_whom=Department.SERVICE.value,
        due_at=due,
    )
