"""Hearing a complaint out: when enough is told, what is said then, and that nobody leaves without a number."""

from bot.actions.topics import COMPLAINT
from bot.actions.turn import Reply, Turn
from crm.complaints.models import Severity
from crm.complaints.telling import telling
from crm.complaints.views import CardView
from crm.crm import Crm


def listens_on(turn: Turn, card: CardView) -> bool:
    """Whether to let the customer go on before anything is summed up: a first thin word, and nothing urgent in it.

    Whoever was asked already whether there is more, about this or another matter, is not asked again.
    """
    asked = turn.slot("listening") is not None or turn.slot("sorry")
    return not (card.told or card.enough or card.severity is Severity.S1 or asked)


def listen(card: CardView) -> Reply:
    """An open ear, and the one question whether there is more."""
    return Reply().say(f"utter_listen_{card.category_code}").about(COMPLAINT).remember(listening=card.number)


async def tell(turn: Turn, crm: Crm, card: CardView, reference: str = "") -> Reply:
    """We are sorry, this is what we noted, this happens next: the customer has the number from now on."""
    told = await crm.complaints.tell(turn.dialogue_id, turn.turn_id, card.number) or card
    said = list(turn.slot("sorry") or ())
    answer = telling(told, crm.clock.now(), said, reference)
    reply = Reply()
    for name, values in answer.lines:
        reply.say(name, values)
    return reply.remember(sorry=[*said, *answer.sorry], listening=None, complaint_no=card.number)


async def before_leaving(turn: Turn, crm: Crm, reply: Reply) -> None:
    """Who turns to something else, or is given to a person, while we were listening, hears the number first."""
    number = turn.slot("listening")
    if number is None and not turn.slot("sorry"):
        return
    # Once is sincere: what is late is told without another apology.
    reply.rename("utter_status_delay", "utter_status_late")
    leaves = reply.handoff is not None or reply.remembered.get("topic", turn.topic) != COMPLAINT
    if number is None or "listening" in reply.remembered or not leaves:
        return
    card = await crm.complaints.status(turn.dialogue_id, number)
    if card is not None:
        reply.with_words_of(await tell(turn, crm, card, turn.slot("shipment_no") or ""))
    reply.remember(listening=None)
