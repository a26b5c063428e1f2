"""Where a shipment is, and pushing it: questions of their own, or part of a complaint."""

from bot.actions.base import DeskAction
from bot.actions.price import tell_transit
from bot.actions.shipment_named import known_shipment
from bot.actions.status import show_status
from bot.actions.story import add_to_complaint, puts_right, take_complaint
from bot.actions.topics import COMPLAINT, UPDATES
from bot.actions.turn import Reply, Turn
from crm.complaints.models import Emotion
from crm.complaints.words.blame import blames
from crm.crm import Crm


async def _hear_blame(turn: Turn, crm: Crm) -> Reply:
    """The complaint first, then what was asked, as far as it can be told without asking back; one question at the end."""
    told = await take_complaint(turn, crm, "complain_delay")
    status = await show_status(turn, crm)
    if status.remembered.get("asked") in (None, UPDATES) and not told.remembered.get("listening"):
        status.rename("utter_status_delay", "utter_status_late")
        answers = [one for one in status.utterances if one[0] != "utter_status_offer"]
        told.utterances[-1:-1] = answers
        told.remember(shipment_no=status.remembered.get("shipment_no", turn.slot("shipment_no")))
    return told


def _blames(turn: Turn) -> bool:
    return turn.topic != COMPLAINT and blames(turn.text, heated=turn.mood != Emotion.CALM)


class ActionTrack(DeskAction):
    """track_shipment, ask_eta."""

    action_name = "action_track"

    async def answer(self, turn: Turn, crm: Crm) -> Reply:
        """The status, or the question that leads to it; 那几天到 below a price asks how long that way takes."""
        if puts_right(turn):
            return await add_to_complaint(turn, crm)
        if _blames(turn):
            return await _hear_blame(turn, crm)
        told = await tell_transit(turn, crm) if turn.intent == "ask_eta" else None
        return told or await show_status(turn, crm)


class ActionUrge(DeskAction):
    """urge_delivery."""

    action_name = "action_urge"

    async def answer(self, turn: Turn, crm: Crm) -> Reply:
        """Pushes the shipment, once it is known which; in the middle of a complaint the words go onto its card as well."""
        if _blames(turn):
            return await _hear_blame(turn, crm)
        if turn.topic != COMPLAINT:
            return await show_status(turn, crm)
        told = await add_to_complaint(turn, crm)
        if await known_shipment(turn, crm) is None:
            return told
        pushed = await show_status(turn, crm)
        return told.with_words_of(pushed)
