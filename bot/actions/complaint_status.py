"""我的投诉怎么样了: answered from the card, honestly, also when it is late."""

from bot.actions.base import DeskAction
from bot.actions.handing_over import call_person
from bot.actions.hearing import tell
from bot.actions.status import show_status
from bot.actions.topics import COMPLAINT
from bot.actions.turn import Reply, Turn
from crm.complaints.models import ComplaintState
from crm.complaints.telling import values_of
from crm.complaints.views import CardView
from crm.crm import Crm

STATE_WORDS = {
    ComplaintState.RECEIVED: "已登记，等待核查",
    ComplaintState.CHECKING: "正在核查",
    ComplaintState.ACTING: "正在处理",
}

LATE = "_late"


async def _tell_no_card(turn: Turn, crm: Crm) -> Reply:
    """Where nothing was complained about, a question with a shipment's number is about the shipment."""
    if turn.first("complaint_no") is not None:
        return Reply().say("utter_complaint_status_unknown").about(COMPLAINT)
    if turn.first("shipment_no") is not None:
        return await show_status(turn, crm)
    return Reply().say("utter_complaint_status_none").about(COMPLAINT)


async def tell_complaint_status(turn: Turn, crm: Crm) -> Reply:
    """How it stands."""
    named = turn.first("complaint_no")
    card = await crm.complaints.status(turn.dialogue_id, named or turn.slot("complaint_no"))
    if card is None:
        return await _tell_no_card(turn, crm)
    if not card.told:
        return (await tell(turn, crm, card)).about(COMPLAINT)
    reply, values = Reply().remember(complaint_no=card.number).about(COMPLAINT), values_of(card, crm.clock.now())
    step = _step(card, crm)
    reply.say(f"utter_complaint_status{step}", values, state=STATE_WORDS.get(card.state, ""), what=card.waits_for)
    if step == LATE:
        return await call_person(turn, crm, reply, "complaint_late", priority=2, complaint=card.number)
    return reply


def _step(card: CardView, crm: Crm) -> str:
    """The end of the name of the response that fits."""
    if card.state is ComplaintState.CLOSED:
        return "_closed"
    if card.state is ComplaintState.ANSWERED or card.due_at is None:
        return "_answered"
    if card.waits_for:
        return "_waiting"
    return LATE if card.due_at < crm.clock.now() else ""


class ActionComplaintStatus(DeskAction):
    """ask_complaint_status."""

    action_name = "action_complaint_status"

    async def answer(self, turn: Turn, crm: Crm) -> Reply:
        """See `tell_complaint_status`."""
        return await tell_complaint_status(turn, crm)
