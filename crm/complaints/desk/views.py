"""A complaint card as staff see it: everything on it, with numbers that belong to one person hidden."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from crm.complaints.categories import categories
from crm.complaints.desk.lifecycle import STATE_NAMES
from crm.complaints.models import ComplaintCard, ComplaintEvent, ComplaintPause, ComplaintState
from crm.customers.masking import mask_name, mask_phone
from crm.customers.models import Contact
from crm.customers.personal_numbers import bank_cards, identity_cards, mobile_numbers
from crm.orders.models import DepartmentTask
from crm.promises.models import Promise
from crm.staff.departments import Department


@dataclass(frozen=True)
class CardLine:
    """A card in a list. Empty texts and None: not known, or not yet."""

    number: str
    category: str
    category_zh: str
    severity: str
    state: str
    state_zh: str
    department: str
    department_zh: str
    level: int
    emotion: str
    taken_by: str | None
    first_reply_due: datetime
    resolve_due: datetime
    overdue: bool
    """The next time on it has passed, and it is not answered."""
    reopened: int
    created_at: datetime
    summary: str
    """The first words of the customer."""


@dataclass(frozen=True)
class CustomerOfCard:
    """Who complains. Empty: not known to us; all empty but the channel: a stranger."""

    channel: str
    company: str
    class_code: str
    contact: str
    """Masked."""
    phone: str
    """Masked."""


@dataclass(frozen=True)
class EventLine:
    """One change of a card."""

    position: int
    what: str
    by_whom: str
    at: datetime
    old: str | None
    new: str | None


@dataclass(frozen=True)
class PauseLine:
    """A time in which the card waited for its customer. `ended_at` None: still waiting."""

    reason: str
    started_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True)
class PromiseLine:
    """What the customer was promised. `told_late_at` None: not told that it is late."""

    id: UUID
    kind: str
    text: str
    by_whom: str
    due_at: datetime
    state: str
    settled_at: datetime | None
    told_late_at: datetime | None


@dataclass(frozen=True)
class TaskLine:
    """What a department does for the card."""

    id: UUID
    kind: str
    department: str
    due_at: datetime
    state: str
    result: str


@dataclass(frozen=True)
class CardFile:
    """Everything about a card. Empty texts and lists: nothing yet."""

    line: CardLine
    id: UUID
    dialogue_id: UUID
    customer: CustomerOfCard
    facts: str
    consequences: str
    wish: str
    severity_reasons: Sequence[Mapping[str, str]]
    accused: Sequence[str]
    shipment: str
    """Our number of the shipment."""
    order: str
    quote: str
    told_at: datetime | None
    answered_at: datetime | None
    closed_at: datetime | None
    result: str
    root_cause: str
    cause_department: str
    prevention: str
    history: Sequence[EventLine]
    pauses: Sequence[PauseLine]
    promises: Sequence[PromiseLine]
    tasks: Sequence[TaskLine]
    verbs: Sequence[str]
    """What this person may do to it now."""


SUMMARY_LENGTH = 60


def line_of(card: ComplaintCard, now: datetime) -> CardLine:
    """The card in a list."""
    return CardLine(
        number=card.number,
        category=card.category,
        category_zh=categories()[card.category].name_zh,
        severity=card.severity,
        state=card.state,
        state_zh=STATE_NAMES[ComplaintState(card.state)],
        department=card.department,
        department_zh=Department(card.department).name_zh,
        level=card.level,
        emotion=card.emotion,
        taken_by=card.taken_by,
        first_reply_due=card.first_reply_due,
        resolve_due=card.resolve_due,
        overdue=is_overdue(card, now),
        reopened=card.reopened,
        created_at=card.created_at,
        summary=hidden(card.facts.split("\n", 1)[0])[:SUMMARY_LENGTH],
    )


def is_overdue(card: ComplaintCard, now: datetime) -> bool:
    """Whether the next time on a card has passed (as `desk_repository.next_due` says)."""
    if card.state in (ComplaintState.ANSWERED, ComplaintState.CLOSED):
        return False
    not_begun = card.state == ComplaintState.RECEIVED or (card.reopened > 0 and card.taken_by is None)
    return (card.first_reply_due if not_begun else card.resolve_due) < now


def customer_of(channel: str, contact: Contact | None) -> CustomerOfCard:
    """Who complains."""
    if contact is None:
        return CustomerOfCard(channel, "", "", "", "")
    return CustomerOfCard(
        channel=channel,
        company=contact.customer.name,
        class_code=contact.customer.class_code,
        contact=mask_name(contact.name),
        phone=mask_phone(contact.phone),
    )


def event_line(event: ComplaintEvent) -> EventLine:
    """A change; numbers of persons in what was written are hidden."""
    return EventLine(event.position, event.what, event.by_whom, event.at, _hidden(event.old), _hidden(event.new))


def pause_line(pause: ComplaintPause) -> PauseLine:
    """A pause."""
    return PauseLine(hidden(pause.reason), pause.started_at, pause.ended_at)


def promise_line(promise: Promise) -> PromiseLine:
    """A promise."""
    return PromiseLine(
        promise.id,
        promise.kind,
        promise.text,
        promise.by_whom,
        promise.due_at,
        promise.state,
        promise.settled_at,
        promise.told_late_at,
    )


def task_line(task: DepartmentTask) -> TaskLine:
    """A task."""
    return TaskLine(task.id, task.kind, task.department, task.due_at, task.state, hidden(task.result))


def hidden(text: str) -> str:
    """A text without numbers of identity cards, bank cards and mobile phones."""
    for number in (*identity_cards(text), *bank_cards(text)):
        text = text.replace(number, f"{number[:4]}{'*' * (len(number) - 4)}")
    for number in mobile_numbers(text):
        text = text.replace(number, mask_phone(number))
    return text


def _hidden(text: str | None) -> str | None:
    return None if text is None else hidden(text)
