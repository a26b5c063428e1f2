"""Several wishes of one customer: which is answered first, which waits, and when it is taken up.

Rasa goes on by itself: an action that takes a wish up ends its own turn and lets the customer's other words follow as a
message of their own (`taken_up`), so that the rule of its meaning answers it.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid5

from rasa_sdk.events import ActionExecuted, EventType, UserUttered

from bot.actions.topics import CANCEL, COMPLAINT, CONFIRM_ORDER, STATUS, UPDATES
from bot.actions.turn import Reply, Turn, Wish
from bot.actions.wording import wish_name

MOST_OPEN = 3
_PERSON = frozenset({"request_human", "request_supervisor"})
_COMPLAINTS = frozenset({"ask_claim", "ask_complaint_status", "vent"})
_ASKS_BACK = frozenset({"ask_price", "book_shipment", "request_callback", "negotiate_price"})
"""May need many answers: what can be answered at once goes before."""
_ENDS = frozenset({"stop", "goodbye"})
_LISTEN = "action_listen"


def rank(label: str) -> int:
    """What is answered before what: a person, a complaint, what needs one answer, what needs many questions."""
    if label in _PERSON:
        return 0
    if label.startswith("complain_") or label in _COMPLAINTS:
        return 1
    return 3 if label in _ASKS_BACK else 2


def first_of(turn: Turn) -> Wish | None:
    """The wish of this message that is to be answered before the one its label names; None: the label's own is first."""
    if not turn.others:
        return None
    before = [wish for wish in turn.others if (rank(wish.label), wish.start) < (rank(turn.intent), turn.start)]
    return min(before, key=lambda wish: (rank(wish.label), wish.start), default=None)


def set_back(turn: Turn, first: Wish) -> list[EventType]:
    """Ends this turn without an answer; its own wish waits behind `first`, which follows as a message."""
    own = Wish(turn.meaning or turn.intent, turn.text, turn.entities_sent, turn.start)
    rest = sorted((own, *(wish for wish in turn.others if wish is not first)), key=lambda w: (rank(w.label), w.start))
    reply = Reply().remember(open_wishes=[wish.as_dict() for wish in rest])
    return [*reply.events(), *taken_up(turn, first, same_message=True)]


def open_now(turn: Turn) -> list[Wish]:
    """What is still to be answered after this turn, oldest first."""
    waiting = [Wish.of(one) for one in turn.slot("open_wishes") or ()]
    return [*waiting, *turn.others][:MOST_OPEN]


def waits(turn: Turn, reply: Reply) -> bool:
    """Whether the customer has to say something before another wish can be taken up."""
    topic = reply.remembered.get("topic", turn.topic)
    asked = reply.remembered.get("asked", turn.asked)
    if reply.remembered.get("misunderstandings") or topic in (CONFIRM_ORDER, CANCEL):
        return True
    if topic == COMPLAINT and turn.topic != COMPLAINT:
        # A complaint is heard first.
        return True
    return asked not in (None, UPDATES)


def go_on(turn: Turn, reply: Reply) -> list[EventType]:
    """Says and remembers what becomes of the open wishes; returns the events that let one follow, if one does."""
    waiting = open_now(turn)
    if not waiting or (turn.intent in _ENDS and turn.topic != COMPLAINT):
        reply.remember(open_wishes=None)
        return []
    if reply.handoff is not None:
        reply.handoff["summary"]["also"] = [wish.text for wish in waiting]
        reply.say("utter_also_with_person", what=_names(waiting)).remember(open_wishes=None)
        return []
    if waits(turn, reply):
        reply.remember(open_wishes=[wish.as_dict() for wish in waiting])
        if turn.others or turn.same_message:
            reply.say("utter_also_kept", what=_names(waiting))
        return []
    wish, *rest = waiting
    _ask_nothing(reply)
    just_said = wish in turn.others or turn.same_message
    reply.say("utter_also_now" if just_said else "utter_also_later", what=_names([wish]))
    reply.remember(open_wishes=[one.as_dict() for one in rest] or None)
    return taken_up(turn, wish, same_message=just_said)


def _names(wishes: Sequence[Wish]) -> str:
    return "、".join(dict.fromkeys(wish_name(wish.label, _destination(wish)) for wish in wishes))


def _destination(wish: Wish) -> str | None:
    places = (one["value"] for one in wish.entities if one["entity"] == "place" and one.get("role") == "destination")
    return next(places, None)


def _ask_nothing(reply: Reply) -> None:
    """One question at a time: notices are offered when nothing else is to be said."""
    if reply.says("utter_status_offer"):
        reply.utterances = [one for one in reply.utterances if one[0] != "utter_status_offer"]
        reply.about(STATUS)


def taken_up(turn: Turn, wish: Wish, *, same_message: bool) -> list[EventType]:
    """The words of a wish as a message of their own, which the rule of its label answers.

    It counts as a turn of its own, whose id follows from this turn's: one turn makes one promise of a kind.
    """
    intent = wish.label.partition("/")[0]
    parsed: dict[str, Any] = {
        "text": wish.text,
        "intent": {"name": intent, "confidence": 1.0},
        "intent_ranking": [{"name": wish.label, "confidence": 1.0}],
        "entities": [dict(one) for one in wish.entities],
        "meaning": {"name": wish.label, "confidence": 1.0, "unsure": False},
        "mood": {"mood": turn.mood, "basis": []},
        "same_message": same_message,
        "metadata": {
            "turn": str(_id_after(turn.turn_id)),
            "said": wish.text,
            # Whatever the photo shows, the wish it belongs to may be answered second.
            "files": [file.as_dict() for file in turn.files] if same_message else [],
        },
    }
    return [ActionExecuted(_LISTEN), UserUttered(wish.text, parse_data=parsed)]


def _id_after(turn_id: UUID) -> UUID:
    return uuid5(turn_id, "next wish")
