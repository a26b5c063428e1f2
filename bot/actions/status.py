"""Where a shipment is, pushing it, its documents, being told of changes."""

import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

from bot.actions import facts
from bot.actions.base import DeskAction
from bot.actions.handing_over import call_person
from bot.actions.price import continue_request
from bot.actions.shipment_named import OTHER_ONE, known_shipment, number_asked
from bot.actions.tasks import own_up, task_for
from bot.actions.topics import RESUMABLE, STATUS, UPDATES
from bot.actions.turn import Reply, Turn
from crm.chinese import fold
from crm.crm import Crm
from crm.customers.models import Dialogue
from crm.orders.models import TaskKind
from crm.shipments.models import Shipment
from crm.shipments.results import Found, Invalid, Locked, LookUp, NeedsTail, Suggestions, Unknown
from crm.shipments.status import StatusView
from crm.shipments.wording import describe
from crm.wording import by_when
from freight.milestones import Phase

MOST_BUTTONS = 5
NOT_A_RECEIPT = re.compile(r"提单|电放|箱单|装箱|发票|报关|产地证|运单|B/?L", re.IGNORECASE)
"""Documents that there are before the goods are delivered."""
NO_NUMBER = re.compile(
    r"(?:单号|运单|提单|柜号|箱号|号码|哪一?[票单]).{0,8}?(?:不记得|唔记得|记不|不知道|唔知|忘|找不|揾唔到|丢|弄没|没了|不在)"
    r"|(?:不记得|记不[得住清起]|忘了?|找不[到着]|没有?|不知道|弄丢了?|丢了).{0,4}?(?:单号|运单号|提单号|柜号|箱号)"
)
"""A question of somebody who says that the number is not at hand: it is not asked for once more."""
ENDED = frozenset({Phase.DELIVERED.value, Phase.CLOSED.value})


def _wish(turn: Turn) -> str:
    """What is to be done with the shipment once it is known: this message's meaning, or that of the one before a question."""
    wish = turn.intent if turn.intent in WISHES else turn.slot("wish") if turn.intent not in ASKS_STATUS else None
    return wish or "track_shipment"


async def show_status(turn: Turn, crm: Crm, *, tail: str | None = None) -> Reply:
    """Answers where a shipment is (or does what was wished with it), asking for what is needed to know which, and who asks."""
    dialogue = await crm.customers.dialogue(turn.dialogue_id)
    number = number_asked(turn)
    tail = tail or turn.first("phone_tail")
    if number is None:
        reply = await _ask_which(turn, dialogue, crm)
    else:
        if tail is None:
            found = await crm.shipments.look_up(number, dialogue)
        else:
            found = await crm.shipments.look_up_with_tail(number, str(tail), dialogue, turn.turn_id)
        reply = await _tell(turn, crm, found)
    waiting = reply.remembered.get("asked") in ("shipment_no", "phone_tail")
    return reply.remember(wish=_wish(turn) if waiting else None)


async def _ask_which(turn: Turn, dialogue: Dialogue, crm: Crm) -> Reply:
    contact = dialogue.identity.contact
    if contact is None and turn.slot("shipment_before") and OTHER_ONE.search(turn.text):
        return await _tell(turn, crm, await crm.shipments.look_up(turn.slot("shipment_before"), dialogue))
    if contact is None:
        question = "utter_no_number" if NO_NUMBER.search(fold(turn.text)) else "utter_ask_shipment_no"
        return Reply().say(question).about(STATUS, "shipment_no")
    mine = await crm.shipments.mine(contact)
    if OTHER_ONE.search(turn.text) and turn.slot("shipment_no"):
        seen = await crm.shipments.visible(turn.slot("shipment_no"), dialogue)
        mine = [shipment for shipment in mine if seen is None or shipment.id != seen.id]
    of_documents = _wish(turn) == "ask_pod"
    if of_documents:
        mine = [*await crm.shipments.finished(contact), *mine]
    if not mine:
        return Reply().say("utter_no_open_shipments").about(STATUS, "shipment_no")
    if len(mine) == 1:
        return await _tell(turn, crm, await crm.shipments.look_up(mine[0].code, dialogue))
    views = await crm.shipments.statuses(mine[:MOST_BUTTONS])
    buttons = [(f"{view.code} {view.origin}→{view.destination}", payload(_wish(turn), view.code)) for view in views]
    question = "utter_ask_which_document" if of_documents else "utter_ask_which_shipment"
    return Reply().say(question, buttons=buttons).about(STATUS, "shipment_no")


def payload(intent: str, number: str) -> str:
    """The meaning of a button that does something with one shipment."""
    return f'/{intent}{{"shipment_no": "{number}"}}'


async def _tell(turn: Turn, crm: Crm, found: LookUp) -> Reply:
    if not isinstance(found, Found):
        return _tell_not_found(turn, found, crm.clock.now())
    view = found.view
    wish = WISHES.get(_wish(turn))
    if wish is not None:
        dialogue = await crm.customers.dialogue(turn.dialogue_id)
        shipment = await crm.shipments.visible(view.reference, dialogue)
        if shipment is not None:
            return (await wish(turn, crm, shipment)).remember(shipment_no=view.reference)
    reply = Reply()
    if turn.intent == "ask_eta" and turn.topic == STATUS and turn.slot("shipment_no") == view.reference:
        # The rest was told a moment ago.
        _tell_time(reply, view, describe(view))
        reply.finish(STATUS, UPDATES)
    else:
        tell_view(reply, view, found.others)
    if view.needs_check:
        await _have_checked(reply, turn, crm, view)
    if view.phase not in ENDED and not reply.handoff:
        reply.say("utter_status_offer")
    return reply


def _tell_not_found(turn: Turn, found: NeedsTail | Invalid | Suggestions | Locked | Unknown, now: datetime) -> Reply:
    reply = Reply()
    match found:
        case NeedsTail(reference):
            reply.say("utter_ask_phone_tail", reference=reference)
            return reply.about(STATUS, "phone_tail").remember(shipment_no=reference)
        case Invalid() as invalid:
            return _tell_invalid(turn, reply, invalid)
        case Suggestions(reference, numbers):
            buttons = [(number, payload(_wish(turn), number)) for number in numbers]
            reply.say("utter_shipment_suggest", reference=reference, buttons=buttons)
            return reply.about(STATUS, "shipment_no").remember(shipment_no=None)
        case Locked(reference, until):
            reply.say("utter_shipment_locked", reference=reference, until=by_when(until, now))
        case Unknown(reference, tries_left) if tries_left > 0:
            reply.say("utter_shipment_unknown", reference=reference, tries_left=tries_left)
            return reply.about(STATUS, "phone_tail").remember(shipment_no=reference)
        case Unknown(reference, _):
            reply.say("utter_shipment_unknown_last", reference=reference)
    return reply.about(None).remember(shipment_no=None)


def _tell_invalid(turn: Turn, reply: Reply, invalid: Invalid) -> Reply:
    buttons = [(number, payload(_wish(turn), number)) for number in invalid.suggestions]
    if invalid.expected:
        reply.say(
            "utter_shipment_invalid",
            reference=invalid.reference,
            position=invalid.position,
            expected=invalid.expected,
            buttons=buttons,
        )
    else:
        reply.say("utter_shipment_invalid_unknown_digit", reference=invalid.reference, buttons=buttons)
    return reply.about(STATUS, "shipment_no").remember(shipment_no=None)


def tell_view(reply: Reply, view: StatusView, others: tuple[str, ...] = ()) -> Reply:
    """Says the status: where, what lies over it, delay with an apology and its reason, and when it will be there."""
    said = describe(view)
    said["route"] = " ".join(part for part in (said["lane"], said["mode"]) if part)
    if view.last is None:
        reply.say("utter_status_plain", said)
    else:
        reply.say("utter_status", said)
    if view.exception is not None and not (view.exception.code == "delayed" and _says_delay(view, said)):
        reply.say("utter_status_exception", said)
    _tell_time(reply, view, said)
    if others:
        reply.say("utter_status_others", others="、".join(others))
    reply.remember(shipment_no=view.reference)
    return reply.finish(STATUS) if view.phase in ENDED else reply.finish(STATUS, UPDATES)


def _says_delay(view: StatusView, said: dict[str, str]) -> bool:
    """How late it is can be said in days, against what was promised."""
    return view.late and bool(said["delay_days"]) and bool(said["promised"])


def _tell_time(reply: Reply, view: StatusView, said: dict[str, str]) -> None:
    if view.phase in (Phase.DELIVERED.value, Phase.CLOSED.value):
        reply.say("utter_status_delivered", said)
        return
    if _says_delay(view, said):
        reply.say("utter_status_delay", said)
    if view.reason:
        reply.say(f"utter_reason_{view.reason}", said)
    if view.arrived_at is not None:
        reply.say("utter_status_arrived", said)
    else:
        reply.say(f"utter_eta_{view.confidence.value}", said)


async def _have_checked(reply: Reply, turn: Turn, crm: Crm, view: StatusView) -> None:
    """Nothing heard for too long, or no estimate to stand on: operations look into it, and the customer hears by when."""
    task, again = await task_for(turn, crm, TaskKind.CHECK, view.reference)
    if again and task.due_at < crm.clock.now():
        await own_up(reply, turn, crm, task, view.reference)
        return
    response = "utter_status_checking" if again else "utter_status_silent" if view.silent else "utter_status_check"
    reply.say(response, due=by_when(task.due_at, crm.clock.now()))


async def subscribe(turn: Turn, crm: Crm) -> Reply:
    """Notices of the shipment talked about, else of all of the own company."""
    dialogue = await crm.customers.dialogue(turn.dialogue_id)
    if number_asked(turn) is not None or dialogue.identity.contact is None:
        shipment = await known_shipment(turn, crm)
        return await (show_status(turn, crm) if shipment is None else _subscribe(turn, crm, shipment))
    await crm.shipments.subscribe(dialogue.identity, None)
    return Reply().say("utter_subscribed_all").finish()


async def _subscribe(turn: Turn, crm: Crm, shipment: Shipment) -> Reply:
    dialogue = await crm.customers.dialogue(turn.dialogue_id)
    reference = number_asked(turn) or shipment.code
    await crm.shipments.subscribe(dialogue.identity, shipment.id, reference)
    return Reply().say("utter_subscribed", reference=reference).finish(STATUS)


async def _urge(turn: Turn, crm: Crm, shipment: Shipment) -> Reply:
    """A task for operations and a promised answer; the second time what was promised, and a person when that is late."""
    (view,) = await crm.shipments.statuses([shipment])
    reply = Reply().finish(STATUS)
    if view.phase in ENDED:
        return reply.say("utter_urge_delivered")
    task, again = await task_for(turn, crm, TaskKind.URGE, shipment.code)
    if again and task.due_at < crm.clock.now():
        return await own_up(reply, turn, crm, task, shipment.code)
    return reply.say("utter_urged_again" if again else "utter_urged", due=by_when(task.due_at, crm.clock.now()))


async def _send_document(turn: Turn, crm: Crm, shipment: Shipment) -> Reply:
    (view,) = await crm.shipments.statuses([shipment])
    reply = Reply().finish(STATUS)
    if view.phase not in ENDED and not NOT_A_RECEIPT.search(turn.text):
        return reply.say("utter_pod_not_yet")
    task, again = await task_for(turn, crm, TaskKind.DOCUMENT, shipment.code)
    if again and task.due_at < crm.clock.now():
        return await own_up(reply, turn, crm, task, shipment.code)
    return reply.say("utter_pod_requested", due=by_when(task.due_at, crm.clock.now()))


WISHES: Mapping[str, Callable[[Turn, Crm, Shipment], Awaitable[Reply]]] = {
    "urge_delivery": _urge,
    "ask_pod": _send_document,
    "subscribe_updates": _subscribe,
}
"""Intent -> what is done with the shipment once it is known which, and that this person may see it."""
ASKS_STATUS = frozenset({"track_shipment", "ask_eta"})


class ActionPod(DeskAction):
    """ask_pod."""

    action_name = "action_pod"

    async def answer(self, turn: Turn, crm: Crm) -> Reply:
        """Documents carry names and addresses: only for the own company's shipments; for others a person checks who asks."""
        dialogue = await crm.customers.dialogue(turn.dialogue_id)
        if dialogue.identity.contact is None:
            reply = Reply().say("utter_pod_needs_contact")
            return await call_person(turn, crm, reply, "document", shipment=number_asked(turn))
        return await show_status(turn, crm)


class ActionSubscribe(DeskAction):
    """subscribe_updates."""

    action_name = "action_subscribe"

    async def answer(self, turn: Turn, crm: Crm) -> Reply:
        """See `subscribe`."""
        return await subscribe(turn, crm)


class ActionUnsubscribe(DeskAction):
    """unsubscribe_updates."""

    action_name = "action_unsubscribe"

    async def answer(self, turn: Turn, crm: Crm) -> Reply:
        """Ends all notices of this account."""
        dialogue = await crm.customers.dialogue(turn.dialogue_id)
        ended = await crm.shipments.unsubscribe(dialogue.identity)
        return Reply().say("utter_unsubscribed" if ended else "utter_nothing_subscribed").finish()


class ActionChangeDelivery(DeskAction):
    """change_delivery: only the entitled party may redirect goods, so a person checks."""

    action_name = "action_change_delivery"

    async def answer(self, turn: Turn, crm: Crm) -> Reply:
        """To a person, with what was said; 改成两个 below an offer corrects the offer."""
        if facts.price_topic(turn) in RESUMABLE and facts.mentions_request(turn):
            return await continue_request(turn, crm)
        shipment = await known_shipment(turn, crm)
        code = shipment.code if shipment else number_asked(turn)
        reply = Reply().say("utter_change_delivery").remember(shipment_no=code)
        return await call_person(turn, crm, reply, "change_delivery", shipment=code)
