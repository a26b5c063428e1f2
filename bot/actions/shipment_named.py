"""Which shipment a message is about."""

import re

from bot.actions.turn import Turn
from crm.crm import Crm
from crm.shipments.models import Shipment

OTHER_ONE = re.compile(
    r"另外?[一那这這]?[票单單批柜櫃个個件]|(?:其他|其它|[别別])的|(?:其他|其它)[货貨票单單]|[还還]有[一那][票单單批]|下一[票单單]"
    r"|不是[这這那]一?[个個票单單批柜櫃]|剩下的?[一那]?[票单單批柜櫃个個]"
)
ONE_BEFORE = re.compile(r"(?:前面|之前|刚才|刚刚|先前|上面|前头|頭先|刚那|前|上)(?:说的|问的|的)?[那一这]?[票单批柜个]")
"""前面那票: the one talked about before the last."""


def number_asked(turn: Turn) -> str | None:
    """The number in this message, else the one talked about before; None: no shipment was named yet."""
    named: str | None = turn.first("shipment_no")
    if named is not None:
        return named
    if turn.slot("shipment_before") and ONE_BEFORE.search(turn.text):
        before: str = turn.slot("shipment_before")
        return before
    if OTHER_ONE.search(turn.text):
        return None
    remembered: str | None = turn.slot("shipment_no")
    return remembered


async def known_shipment(turn: Turn, crm: Crm) -> Shipment | None:
    """The shipment this message is about, if this person may see it: named now, named before, or the only one."""
    dialogue = await crm.customers.dialogue(turn.dialogue_id)
    number = number_asked(turn)
    if number is not None:
        return await crm.shipments.visible(number, dialogue)
    contact = dialogue.identity.contact
    mine = await crm.shipments.mine(contact) if contact else []
    return mine[0] if len(mine) == 1 else None
