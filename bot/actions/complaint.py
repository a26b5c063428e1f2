"""Complaints and claims: what starts a story. How it is told is in `story.py`, `hearing.py`."""

from bot.actions import survey
from bot.actions.base import DeskAction
from bot.actions.story import take_complaint
from bot.actions.turn import Reply, Turn
from crm.crm import Crm


class ActionComplain(DeskAction):
    """complain_*."""

    action_name = "action_complain"

    async def answer(self, turn: Turn, crm: Crm) -> Reply:
        """A card for the category that was heard."""
        if survey.tells_what_is_missing(turn):
            return await survey.take_reason(turn, crm)
        return await take_complaint(turn, crm, turn.intent)


class ActionClaim(DeskAction):
    """ask_claim: recorded like a complaint; what the claim needs is said by a person."""

    action_name = "action_claim"

    async def answer(self, turn: Turn, crm: Crm) -> Reply:
        """A card and what to keep."""
        return await take_complaint(turn, crm, "ask_claim")
