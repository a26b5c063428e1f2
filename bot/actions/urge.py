"""Pushing a shipment, which may be a wish of its own or part of a complaint that is being told."""

from bot.actions.base import DeskAction
from bot.actions.complaint import add_to_complaint
from bot.actions.status import known_shipment, show_status
from bot.actions.topics import COMPLAINT
from bot.actions.turn import Reply, Turn
from crm.crm import Crm


class ActionUrge(DeskAction):
    """urge_delivery."""

    action_name = "action_urge"

    async def answer(self, turn: Turn, crm: Crm) -> Reply:
        """Pushes the shipment, once it is known which; in the middle of a complaint the words go onto its card as well."""
        if turn.topic != COMPLAINT:
            return await show_status(turn, crm)
        told = await add_to_complaint(turn, crm)
        if await known_shipment(turn, crm) is None:
            return told
        pushed = await show_status(turn, crm)
        return told.with_words_of(pushed)
