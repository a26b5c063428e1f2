"""Frequent questions: the firm's answer or the default, where it comes from, and now and then whether it helped."""

import re
from typing import Any
from uuid import UUID

from bot.actions.base import DeskAction
from bot.actions.handing_over import call_person
from bot.actions.topics import FAQ
from bot.actions.turn import Reply, Turn
from crm.crm import Crm
from crm.faq.defaults import PREFIX
from crm.faq.errors import UnknownLabel
from crm.faq.views import Answer

HELPED, NOT_HELPED = "helped", "not_helped"
"""What a pressed verdict brings along, each with the id of the asking; HELPED is also the value of `asked`."""
OTHER, PERSON = "other", "person"
"""Values of the slot `asked`: another meaning, or a person, has been offered instead."""
CALL_PERSON = ("转人工", "/request_human")
ANSWERS_WITHOUT_ASKING = 2
"""After it was asked whether an answer helped, so many further answers are not asked about."""
MEANINGS_KEPT = 2
LEAST_LIKELY = 0.02
"""A meaning less likely than this is a guess, and worse than a person."""
LONGEST_VERDICT = 20
"""Characters; a longer message is about something."""
ANGRY = "angry"

DID_NOT_HELP = re.compile(
    r"没用|没有用|没解决|没有解决|没帮|没说清|没讲清|没说到|没回答|没答|没看懂|没听懂|没懂|看不懂|听不懂|不明白|不清楚|不懂|"
    r"答非所问|不对|不是(?:这个|这样|我要|我问|我想)|问的不是|没有[。!！~ ]*$"
)
DID_HELP = re.compile(r"有帮助|有用|清楚了|明白了|了解了|懂了|知道了|解决了")
LETS_GO = re.compile(r"不用|不必|不需要|算了|没事|没关系")


async def tell(turn: Turn, crm: Crm, label: str) -> Reply:
    """The answer with its source and day, and now and then, when nothing else is under way, whether it helped."""
    try:
        answer = await crm.faq.answer(label)
    except UnknownLabel:
        return Reply().say("utter_inform_unclear")
    reply = _said(answer, expired=crm.faq.has_expired(answer))
    busy = turn.topic not in (None, FAQ) or turn.slot("interrupted") is not None
    if busy or turn.others or turn.slot("open_wishes"):
        return reply
    quiet = int(_memory(turn).get("quiet", 0))
    asking = None
    if quiet == 0 and turn.mood != ANGRY:
        asking = await crm.faq.ask_whether_it_helped(turn.dialogue_id, turn.turn_id, answer, _others(turn, label))
    if asking is None:
        return reply.about(None).remember(faq={"quiet": max(quiet - 1, 0)})
    buttons = [("有帮助", _payload(HELPED, asking)), ("没解决", _payload(NOT_HELPED, asking))]
    reply.say("utter_faq_ask_helped", buttons=buttons).about(FAQ, HELPED)
    return reply.remember(faq={"quiet": ANSWERS_WITHOUT_ASKING, "asking": str(asking)})


def _others(turn: Turn, label: str) -> list[str]:
    """What the question may have meant instead, likeliest first."""
    likely = [name for name, sure in turn.ranking if name.startswith(PREFIX) and sure >= LEAST_LIKELY]
    return [name for name in likely if name != label][:MEANINGS_KEPT]


def _said(answer: Answer, *, expired: bool) -> Reply:
    reply = Reply()
    if answer.own:
        reply.say("utter_faq_own", answer=answer.text)
    else:
        reply.say(f"utter_{answer.label}")
    month = f"{answer.as_of.year}年{answer.as_of.month}月"
    return reply.say("utter_faq_note_expired" if expired else "utter_faq_note", source=answer.source, as_of=month)


def _payload(verdict: str, asking: UUID) -> str:
    return f'/faq{{"{verdict}": "{asking}"}}'


def _memory(turn: Turn) -> dict[str, Any]:
    """How many answers go without asking, and what was asked last; empty: nothing yet."""
    memory: dict[str, Any] = turn.slot("faq") or {}
    return memory


def verdict_heard(turn: Turn) -> bool | None:
    """What the words say right after it was asked whether an answer helped; None: they say nothing of it."""
    text = turn.text.strip()
    if not _just_asked(turn) or len(text) > LONGEST_VERDICT or turn.entities:
        return None
    if DID_NOT_HELP.search(text):
        return False
    return True if DID_HELP.search(text) else None


def _just_asked(turn: Turn) -> bool:
    return turn.topic == FAQ and turn.asked == HELPED and ActionFaq.action_name in turn.done_before


async def take_verdict(turn: Turn, crm: Crm, *, helped: bool, asking: str | None = None) -> Reply:
    """Records it; when it did not help, offers what else may have been meant, or a person.

    `asking`: id of the asking; None: the last one.
    """
    found = await _record(turn, crm, asking or str(_memory(turn).get("asking")), helped=helped)
    reply = Reply()
    if helped or found is None:
        return _aside(turn, reply.say("utter_faq_helped" if helped else "utter_ok"), None)
    meanings = crm.faq.named(found)
    if not meanings:
        return _aside(turn, reply.say("utter_faq_not_helped_person", buttons=[CALL_PERSON]), PERSON)
    buttons = [(title, f"/{label}") for label, title in meanings]
    (other, title), *_ = meanings
    reply.say("utter_faq_not_helped", other=title, buttons=[*buttons, CALL_PERSON])
    return _aside(turn, reply, OTHER).remember(faq={**_memory(turn), "other": other})


async def _record(turn: Turn, crm: Crm, asking: str, *, helped: bool) -> list[str] | None:
    """What the question may have meant instead; None: nothing was asked in this dialogue under this id."""
    try:
        asking_id = UUID(asking)
    except ValueError:
        return None
    found = await crm.faq.verdict(turn.dialogue_id, asking_id, helped=helped)
    return None if found is None else found.others


def _aside(turn: Turn, reply: Reply, asked: str | None) -> Reply:
    """A button pressed late, in the middle of something else, changes nothing about that."""
    if turn.topic not in (None, FAQ):
        return reply
    return reply.about(FAQ if asked else None, asked)


async def take_thanks(turn: Turn, crm: Crm) -> Reply:
    """A thank you, which has been answered: it helped, unless the words say otherwise."""
    if not _just_asked(turn):
        return Reply()
    if verdict_heard(turn) is False:
        return await take_verdict(turn, crm, helped=False)
    await _record(turn, crm, str(_memory(turn).get("asking")), helped=True)
    return Reply().about(None)


async def say_yes(turn: Turn, crm: Crm) -> Reply:
    """好的 to what was asked last."""
    if _just_asked(turn):
        return await take_verdict(turn, crm, helped=True)
    other = str(_memory(turn).get("other", ""))
    if turn.asked == OTHER and other:
        return await tell(turn, crm, other)
    if turn.asked == PERSON:
        return await _call(turn, crm)
    return Reply().say("utter_ok").about(None)


async def say_no(turn: Turn, crm: Crm) -> Reply:
    """不是, 没有 to what was asked last."""
    if LETS_GO.search(turn.text):
        return Reply().say("utter_ok").about(None)
    if _just_asked(turn):
        return await take_verdict(turn, crm, helped=False)
    if turn.asked == OTHER:
        return await _call(turn, crm)
    return Reply().say("utter_ok").about(None)


async def _call(turn: Turn, crm: Crm) -> Reply:
    return await call_person(turn, crm, Reply().say("utter_handoff"), "faq_not_helped")


class ActionFaq(DeskAction):
    """faq: an answer, or a pressed verdict on one."""

    action_name = "action_faq"
    ends_turn = False

    async def answer(self, turn: Turn, crm: Crm) -> Reply:
        """See `tell` and `take_verdict`."""
        for verdict in (HELPED, NOT_HELPED):
            asking = turn.first(verdict)
            if asking is not None:
                return await take_verdict(turn, crm, helped=verdict == HELPED, asking=str(asking))
        named = (turn.meaning, *(name for name, _ in turn.ranking))
        return await tell(turn, crm, next((name for name in named if name.startswith(PREFIX)), ""))
