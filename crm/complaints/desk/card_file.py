"""Looking at cards: the list, and everything about one."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from crm.clock import Clock
from crm.complaints.changes.assignment import AGENT, eligible, rank
from crm.complaints.desk.lifecycle import BY_WHO_HAS_IT, VERBS, may_see
from crm.complaints.desk.repository import CardFilter, DeskRepository
from crm.complaints.desk.views import (
    CardFile,
    CardLine,
    customer_of,
    event_line,
    hidden,
    line_of,
    pause_line,
    promise_line,
    task_line,
)
from crm.complaints.errors import ComplaintNotFound
from crm.complaints.models import ComplaintCard
from crm.complaints.repository import ComplaintRepository
from crm.orders.models import Order, TaskKind
from crm.pricing.models import Quote
from crm.shipments.models import Shipment
from crm.staff.models import Staff

MOST_LISTED = 200
TASKS = (TaskKind.FIND_CAUSE.value, TaskKind.CALL_BACK_COMPLAINT.value)


class ComplaintFiles:
    """Cards for reading."""

    def __init__(self, session: AsyncSession, clock: Clock) -> None:
        self._cards = DeskRepository(session)
        self._history = ComplaintRepository(session)
        self._clock = clock

    async def listed(self, staff: Staff, wanted: CardFilter) -> Sequence[CardLine]:
        """Cards this person may see, the gravest first; at most MOST_LISTED are looked through."""
        now = self._clock.now()
        cards = await self._cards.listed(wanted, now, MOST_LISTED)
        return [line_of(card, now) for card in cards if may_see(card, staff)]

    async def card(self, number: str, staff: Staff) -> ComplaintCard:
        """Raises ComplaintNotFound for a card there is not, and for one this person may not see."""
        card = await self._history.card_numbered(number)
        if not may_see(card, staff):
            raise ComplaintNotFound
        return card

    async def file(self, number: str, staff: Staff) -> CardFile:
        """Everything about a card. Raises ComplaintNotFound as `card` does."""
        card = await self.card(number, staff)
        contact = (await self._cards.of_contact(card)).identity.contact
        tasks = await self._cards.tasks(card, TASKS)
        return CardFile(
            line=line_of(card, self._clock.now()),
            id=card.id,
            dialogue_id=card.dialogue_id,
            customer=customer_of(card.channel, contact),
            facts=hidden(card.facts),
            consequences=hidden(card.consequences),
            wish=hidden(card.wish),
            severity_reasons=[{**reason, "basis": hidden(reason["basis"])} for reason in card.severity_reasons],
            accused=list(card.accused),
            shipment=await self._cards.number_of(Shipment, card.shipment_id),
            order=await self._cards.number_of(Order, card.order_id),
            quote=await self._cards.number_of(Quote, card.quote_id),
            told_at=card.told_at,
            answered_at=card.answered_at,
            closed_at=card.closed_at,
            result=card.result,
            root_cause=card.root_cause,
            cause_department=card.cause_department,
            prevention=card.prevention,
            history=[event_line(event) for event in await self._history.history(card.id)],
            pauses=[pause_line(pause) for pause in await self._cards.pauses(card.id)],
            promises=[promise_line(promise) for promise in await self._cards.promises(card.id)],
            tasks=[task_line(task) for task in tasks],
            verbs=await self._verbs(card, staff),
        )

    async def _verbs(self, card: ComplaintCard, staff: Staff) -> list[str]:
        """What the person may do; a supervisor who stands in for nobody above is offered less than is allowed."""
        waits = await self._history.open_pause(card.id) is not None
        return [
            verb
            for verb, (_, states) in VERBS.items()
            if card.state in states and may_do(card, staff, verb) and _fits(card, verb, waits=waits)
        ]


def may_do(card: ComplaintCard, staff: Staff, verb: str) -> bool:
    """Whether a person's place and rank allow a verb on a card."""
    high_enough = eligible(staff, accused=card.accused, level=card.level)
    if verb == "take":
        return high_enough
    if verb in ("called_back", "clear_accused"):
        return rank(staff) > AGENT
    return verb not in BY_WHO_HAS_IT or (high_enough and (card.taken_by == staff.code or rank(staff) > AGENT))


def _fits(card: ComplaintCard, verb: str, *, waits: bool) -> bool:
    if verb == "take":
        return card.taken_by is None
    if verb == "clear_accused":
        return bool(card.accused)
    return waits if verb == "resume" else not waits if verb == "pause" else True
