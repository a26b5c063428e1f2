"""What the bot may know and tell of a complaint card."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from crm.complaints.categories import categories
from crm.complaints.models import ComplaintCard, ComplaintState, Severity
from crm.staff.departments import Department


class NextStep(StrEnum):
    """What happens next; the texts for the customer go by it."""

    MANAGER_CALLS = "manager_calls"
    """A manager gets in touch at once, day or night (S1)."""
    CALL_BACK = "call_back"
    FIRST_REPLY = "first_reply"
    CHECKING = "checking"
    ACTING = "acting"
    CONFIRM_SOLVED = "confirm_solved"
    CLOSED = "closed"


@dataclass(frozen=True)
class CardView:
    """A complaint as its customer may see it; `severity` steers the bot and is not to be shown."""

    number: str
    category: str
    """Chinese name."""
    category_code: str
    severity: Severity
    state: ComplaintState
    next_step: NextStep
    department: str
    """Chinese name."""
    due_at: datetime | None
    """When the next step is due; None: nothing is due from the firm."""
    created_at: datetime
    joined: bool
    """True: the words went onto a card that was open already."""


def view_of(card: ComplaintCard, *, joined: bool = False) -> CardView:
    """The view of a card."""
    category = categories()[card.category]
    return CardView(
        number=card.number,
        category=category.name_zh,
        category_code=category.code,
        severity=Severity(card.severity),
        state=ComplaintState(card.state),
        next_step=_next_step(card),
        department=Department(card.department).name_zh,
        due_at=_due_at(card),
        created_at=card.created_at,
        joined=joined,
    )


def _next_step(card: ComplaintCard) -> NextStep:
    if card.state != ComplaintState.RECEIVED:
        return {
            ComplaintState.CHECKING: NextStep.CHECKING,
            ComplaintState.ACTING: NextStep.ACTING,
            ComplaintState.ANSWERED: NextStep.CONFIRM_SOLVED,
            ComplaintState.CLOSED: NextStep.CLOSED,
        }[ComplaintState(card.state)]
    if card.severity == Severity.S1:
        return NextStep.MANAGER_CALLS
    return NextStep.CALL_BACK if card.category == "no_response" else NextStep.FIRST_REPLY


def _due_at(card: ComplaintCard) -> datetime | None:
    if card.state == ComplaintState.RECEIVED:
        return card.first_reply_due
    return card.resolve_due if card.state in (ComplaintState.CHECKING, ComplaintState.ACTING) else None
