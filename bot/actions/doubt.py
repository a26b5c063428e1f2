"""What is not understood well enough to act on, and what is none of our business."""

from bot.actions import facts, faq, survey
from bot.actions.base import DeskAction
from bot.actions.conversation import VALUES, digits_given
from bot.actions.handing_over import call_person
from bot.actions.status import show_status
from bot.actions.story import add_to_complaint, puts_right, take_complaint
from bot.actions.topics import CALLBACK, COMPLAINT, FAQ, QUOTE, STATUS, SURVEY
from bot.actions.turn import Reply, Turn
from crm.complaints.categories import OTHER, categories, category_over
from crm.complaints.words.blame import grave
from crm.complaints.words.story import read
from crm.crm import Crm

MISUNDERSTANDINGS_BEFORE_PERSON = 2
MEANINGS_OFFERED = 2
NOT_OFFERED = frozenset({"out_of_scope", "inform", "affirm", "deny", "chitchat", "stop", "nlu_fallback", "vent"})
REMEMBERED_AS_SAID = ("shipment_no", "quote_no", "complaint_no", "phone")
MEDIA = {"[图片]": "图片", "[视频]": "视频", "[语音]": "语音", "[文件]": "文件", "[表情]": "表情", "[位置]": "位置"}
"""What channels write in place of what is no text."""


def answers_open_question(turn: Turn) -> bool:
    """Whether a message whose meaning is in doubt gives what was asked for."""
    if turn.topic == STATUS and turn.asked == "phone_tail":
        return turn.first("phone_tail") is not None or digits_given(turn) is not None
    if turn.topic == QUOTE and turn.asked:
        return facts.answers_question(turn) or facts.leaves_open_what(turn)
    if turn.topic == CALLBACK:
        return turn.first("phone") is not None
    if turn.topic == FAQ:
        return faq.verdict_heard(turn) is not None
    if turn.topic == SURVEY:
        return survey.heard(turn)
    # 改成3个高柜: corrections of what lies before the customer.
    return turn.topic in VALUES and bool(turn.entities)


async def heard_all_the_same(turn: Turn, crm: Crm) -> Reply | None:
    """What needs no meaning of its own: part of a complaint, the answer to our question, words too grave to ask back."""
    if turn.topic == COMPLAINT or puts_right(turn):
        return await add_to_complaint(turn, crm)
    if answers_open_question(turn):
        return await VALUES[turn.topic or ""](turn, crm)
    likely = next((name for name, _ in turn.ranking[:MEANINGS_OFFERED] if name.startswith("complain_")), None)
    # Nobody who complains is asked what is meant, as long as there is a story in the words.
    if grave(turn.text) or (likely is not None and read(turn.text).facts):
        # Where what was understood is doubtful, the words say better what it is about.
        about = category_over([("", turn.text)], OTHER)
        return await take_complaint(
            turn, crm, likely or "complain_other" if about == OTHER else categories()[about].intent
        )
    return None


class ActionClarify(DeskAction):
    """nlu_fallback: not sure enough to act; offers the likely meanings."""

    action_name = "action_clarify"

    async def answer(self, turn: Turn, crm: Crm) -> Reply:
        """An answer to our question if it is one, else the two likely meanings, and the second time in a row a person."""
        heard = await heard_all_the_same(turn, crm)
        if heard is not None:
            return heard
        if turn.first("shipment_no") is not None and not _sounds_like_complaint(turn):
            # Whoever names a shipment wants to know of it, whatever else: the status answers most, and harms nobody.
            return await show_status(turn, crm)
        count = misunderstandings(turn)
        if count >= MISUNDERSTANDINGS_BEFORE_PERSON:
            return await not_understood(turn, crm)
        reply = Reply().remember(misunderstandings=count, doubtful=turn.text, doubtful_mood=turn.mood)
        reply.remember(**_found(turn))
        likely = [name for name, _ in turn.ranking if name.partition("/")[0] not in NOT_OFFERED]
        offered = [name for name in dict.fromkeys(likely) if _title(turn, name)][:MEANINGS_OFFERED]
        if not offered:
            return reply.say("utter_out_of_scope")
        buttons = [(_title(turn, name), f"/{name}") for name in [*offered, "request_human"] if name not in offered[2:]]
        return reply.say("utter_clarify", buttons=list(dict.fromkeys(buttons)))


def _sounds_like_complaint(turn: Turn) -> bool:
    return bool(turn.ranking) and turn.ranking[0][0].startswith(("complain_", "ask_claim", "ask_complaint", "vent"))


def _title(turn: Turn, meaning: str) -> str:
    """What a meaning is called on a button; empty: it has no name."""
    return turn.words.get(f"utter_clarify_{meaning.replace('/', '_')}", "")


def _found(turn: Turn) -> dict[str, object]:
    """The values of this message as slots: a pressed button brings none of them along."""
    named = {kind: turn.first(kind) for kind in REMEMBERED_AS_SAID if turn.first(kind) is not None}
    return {**facts.remembered(facts.request_now(turn)), **named} if facts.mentions_request(turn) else dict(named)


def misunderstandings(turn: Turn) -> int:
    """How many in a row, with this one. What was understood in between by a plain response counts too."""
    in_a_row = turn.done_before & {ActionClarify.action_name, ActionOutOfScope.action_name}
    return (int(turn.slot("misunderstandings") or 0) if in_a_row else 0) + 1


async def not_understood(turn: Turn, crm: Crm) -> Reply:
    """Two misunderstandings in a row: a person."""
    reply = Reply().say("utter_not_understood_handing_over").remember(misunderstandings=0)
    return await call_person(turn, crm, reply, "not_understood")


class ActionOutOfScope(DeskAction):
    """out_of_scope: says what we can do; the second time in a row calls a person."""

    action_name = "action_out_of_scope"

    async def answer(self, turn: Turn, crm: Crm) -> Reply:
        """Within a complaint everything is part of the story."""
        heard = await heard_all_the_same(turn, crm)
        if heard is not None:
            return heard
        media = MEDIA.get(turn.text.strip().partition("\n")[0])
        if media is not None:
            return Reply().say("utter_media", what=media)
        count = misunderstandings(turn)
        if count >= MISUNDERSTANDINGS_BEFORE_PERSON:
            return await not_understood(turn, crm)
        return Reply().say("utter_out_of_scope").remember(misunderstandings=count)
