"""Where a shipment is, pushing it, its documents, being told of changes."""

from datetime import datetime

from bot.actions.base import DeskAction
from bot.actions.turn import Reply, Turn
from bot.actions.wording import by_when
from crm.crm import Crm
from crm.customers.models import Dialogue
from crm.orders.models import TaskKind
from crm.promises.models import PromiseKind
from crm.shipments.models import Shipment
from crm.shipments.results import Found, Invalid, Locked, LookUp, NeedsTail, Suggestions, Unknown
from crm.shipments.status import StatusView
from crm.shipments.wording import describe
from crm.staff.departments import Department
from freight.milestones import Phase

STATUS = "status"
MOST_BUTTONS = 5


def track_payload(number: str) -> str:
    """The meaning of a button that asks for one shipment."""
    return f'/track_shipment{{"shipment_no": "{number}"}}'


def number_asked(turn: Turn) -> str | None:
    """The number in this message, else the one talked about before; None: no shipment was named yet."""
    number: str | None = turn.first("shipment_no") or turn.slot("shipment_no")
    return number


async def show_status(turn: Turn, crm: Crm, *, tail: str | None = None) -> Reply:
    """Answers where a shipment is, asking for what is needed to know which one, and who asks."""
    dialogue = await crm.customers.dialogue(turn.dialogue_id)
    number = number_asked(turn)
    tail = tail or turn.first("phone_tail")
    if number is None:
        return await _ask_which(dialogue, crm)
    if tail is None:
        found = await crm.shipments.look_up(number, dialogue)
    else:
        found = await crm.shipments.look_up_with_tail(number, str(tail), dialogue, turn.turn_id)
    return await _tell(turn, crm, found)


async def _ask_which(dialogue: Dialogue, crm: Crm) -> Reply:
    contact = dialogue.identity.contact
    if contact is None:
        return Reply().say("utter_ask_shipment_no").about(STATUS, "shipment_no")
    mine = await crm.shipments.mine(contact)
    if not mine:
        return Reply().say("utter_no_open_shipments").about(STATUS, "shipment_no")
    if len(mine) == 1:
        (view,) = await crm.shipments.statuses(mine)
        return _offer_updates(tell_view(Reply(), view), view)
    views = await crm.shipments.statuses(mine[:MOST_BUTTONS])
    buttons = [(f"{view.code} {view.origin}→{view.destination}", track_payload(view.code)) for view in views]
    return Reply().say("utter_ask_which_shipment", buttons=buttons).about(STATUS, "shipment_no")


async def _tell(turn: Turn, crm: Crm, found: LookUp) -> Reply:
    if isinstance(found, Found):
        reply = tell_view(Reply(), found.view, found.others)
        if found.view.needs_check:
            await _have_checked(reply, turn, crm, found.view)
        return _offer_updates(reply, found.view)
    return _tell_not_found(found, crm.clock.now())


def _tell_not_found(found: NeedsTail | Invalid | Suggestions | Locked | Unknown, now: datetime) -> Reply:
    reply = Reply()
    match found:
        case NeedsTail(reference):
            reply.say("utter_ask_phone_tail", reference=reference)
            return reply.about(STATUS, "phone_tail").remember(shipment_no=reference)
        case Invalid() as invalid:
            return _tell_invalid(reply, invalid)
        case Suggestions(reference, numbers):
            buttons = [(number, track_payload(number)) for number in numbers]
            reply.say("utter_shipment_suggest", reference=reference, buttons=buttons)
            return reply.about(STATUS, "shipment_no").remember(shipment_no=None)
        case Locked(reference, until):
            reply.say("utter_shipment_locked", reference=reference, until=by_when(until, now))
        case Unknown(reference, tries_left) if tries_left > 0:
            reply.say("utter_shipment_unknown", reference=reference, tries_left=tries_left)
            return reply.about(STATUS, "phone_tail")
        case Unknown(reference, _):
            reply.say("utter_shipment_unknown_last", reference=reference)
    return reply.about(None).remember(shipment_no=None)


def _tell_invalid(reply: Reply, invalid: Invalid) -> Reply:
    buttons = [(number, track_payload(number)) for number in invalid.suggestions]
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
    if view.last is None:
        reply.say("utter_status_plain", said)
    else:
        reply.say("utter_status", said)
    if view.exception is not None:
        reply.say("utter_status_exception", said)
    _tell_time(reply, view, said)
    if others:
        reply.say("utter_status_others", others="、".join(others))
    return reply.remember(shipment_no=view.reference).about(STATUS)


def _tell_time(reply: Reply, view: StatusView, said: dict[str, str]) -> None:
    if view.phase in (Phase.DELIVERED.value, Phase.CLOSED.value):
        reply.say("utter_status_delivered", said)
        return
    if view.late and said["delay_days"] and said["promised"]:
        reply.say("utter_status_delay", said)
    if view.reason:
        reply.say(f"utter_reason_{view.reason}", said)
    if view.arrived_at is not None:
        reply.say("utter_status_arrived", said)
    else:
        reply.say(f"utter_eta_{view.confidence.value}", said)


async def _have_checked(reply: Reply, turn: Turn, crm: Crm, view: StatusView) -> None:
    """Nothing heard for too long, or no estimate to stand on: operations look into it, and the customer hears by when."""
    due = await promise_answer(turn, crm, TaskKind.CHECK, view.reference)
    reply.say("utter_status_silent", due=by_when(due, crm.clock.now()))


def _offer_updates(reply: Reply, view: StatusView) -> Reply:
    if view.phase in (Phase.DELIVERED.value, Phase.CLOSED.value):
        return reply
    return reply.say("utter_status_offer")


async def promise_answer(turn: Turn, crm: Crm, kind: TaskKind, reference: str) -> datetime:
    """A task for operations and the promise of an answer by the time it is due (UTC)."""
    task = await crm.tasks.open(
        kind,
        Department.OPERATIONS,
        {"reference": reference, "words": turn.text},
        dialogue_id=turn.dialogue_id,
        turn_id=turn.turn_id,
    )
    await crm.promises.make(
        turn.dialogue_id,
        turn.turn_id,
        PromiseKind.OTHER,
        text=f"{kind.value}：{reference}",
        by_whom=Department.OPERATIONS.value,
        due_at=task.due_at,
    )
    return task.due_at


async def known_shipment(turn: Turn, crm: Crm) -> Shipment | None:
    """The shipment this message is about, if this person may see it: named now, named before, or the only one."""
    dialogue = await crm.customers.dialogue(turn.dialogue_id)
    number = number_asked(turn)
    if number is not None:
        return await crm.shipments.visible(number, dialogue)
    contact = dialogue.identity.contact
    mine = await crm.shipments.mine(contact) if contact else []
    return mine[0] if len(mine) == 1 else None


async def subscribe(turn: Turn, crm: Crm) -> Reply:
    """Notices of the shipment talked about, else of all of the own company."""
    dialogue = await crm.customers.dialogue(turn.dialogue_id)
    number = number_asked(turn)
    if number is not None:
        shipment = await crm.shipments.visible(number, dialogue)
        if shipment is None:
            return await show_status(turn, crm)
        await crm.shipments.subscribe(dialogue.identity, shipment.id)
        return Reply().say("utter_subscribed", reference=number).about(None)
    if dialogue.identity.contact is None:
        return Reply().say("utter_ask_shipment_no").about(STATUS, "shipment_no")
    await crm.shipments.subscribe(dialogue.identity, None)
    return Reply().say("utter_subscribed_all").about(None)


class ActionTrack(DeskAction):
    """track_shipment, ask_eta."""

    action_name = "action_track"

    async def answer(self, turn: Turn, crm: Crm) -> Reply:
        """The status, or the question that leads to it."""
        return await show_status(turn, crm)


class ActionUrge(DeskAction):
    """urge_delivery."""

    action_name = "action_urge"

    async def answer(self, turn: Turn, crm: Crm) -> Reply:
        """Pushes the shipment: a task for operations and a promised answer."""
        shipment = await known_shipment(turn, crm)
        if shipment is None:
            return await show_status(turn, crm)
        (view,) = await crm.shipments.statuses([shipment])
        reply = Reply().remember(shipment_no=number_asked(turn) or shipment.code).about(STATUS)
        if view.phase in (Phase.DELIVERED.value, Phase.CLOSED.value):
            return reply.say("utter_urge_delivered")
        due = await promise_answer(turn, crm, TaskKind.URGE, shipment.code)
        return reply.say("utter_urged", due=by_when(due, crm.clock.now()))


class ActionPod(DeskAction):
    """ask_pod."""

    action_name = "action_pod"

    async def answer(self, turn: Turn, crm: Crm) -> Reply:
        """Documents carry names and addresses: only for the own company's shipments."""
        dialogue = await crm.customers.dialogue(turn.dialogue_id)
        if dialogue.identity.contact is None:
            return Reply().say("utter_pod_needs_contact").about(None)
        shipment = await known_shipment(turn, crm)
        if shipment is None:
            return await show_status(turn, crm)
        due = await promise_answer(turn, crm, TaskKind.DOCUMENT, shipment.code)
        reply = Reply().remember(shipment_no=number_asked(turn) or shipment.code).about(STATUS)
        return reply.say("utter_pod_requested", due=by_when(due, crm.clock.now()))


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
        return Reply().say("utter_unsubscribed" if ended else "utter_nothing_subscribed").about(None)


class ActionChangeDelivery(DeskAction):
    """change_delivery: only the entitled party may redirect goods, so a person checks."""

    action_name = "action_change_delivery"

    async def answer(self, turn: Turn, crm: Crm) -> Reply:
        """To a person, with what was said."""
        shipment = await known_shipment(turn, crm)
        code = shipment.code if shipment else number_asked(turn)
        reply = Reply().say("utter_change_delivery").hand_over("change_delivery", wish=turn.text, shipment=code)
        return reply.remember(shipment_no=number_asked(turn))
