"""What the bot may know and tell of a complaint card."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from crm.complaints.apology import Harm
from crm.complaints.categories import categories
from crm.complaints.models import ComplaintCard, ComplaintState, Emotion, Severity
from crm.complaints.words.story import Retold, read, retell, told_enough
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
    resolve_due: datetime
    """When the result is due at the latest."""
    created_at: datetime
    joined: bool
    """True: the words went onto a card that was open already."""
    told: bool
    """The customer was given number, next step and time; False: we are still listening."""
    raised: bool
    """This turn is a second complaint on a matter the customer was told about before."""
    answered: bool
    """The words of this turn came after the result was told: it is not solved."""
    enough: bool
    """So much of the story is told that it can be summed up."""
    waits_for: str
    """What the customer is to bring; empty: nothing is waited for."""
    retold: Retold
    """The story in a sentence or two, turned round for saying it back."""
    harm: Harm
    """What there is to apologise for."""


def view_of(
    card: ComplaintCard,
    *,
    joined: bool = False,
    raised: bool = False,
    told: bool | None = None,
    answered: bool = False,
    waits_for: str = "",
    due_at: datetime | None = None,
) -> CardView:
    """The view of a card. `told` and `due_at` None: as the card says."""
    category, story = categories()[card.category], read(card.facts)
    rules = frozenset(reason["rule"] for reason in card.severity_reasons)
    return CardView(
        number=card.number,
        category=category.name_zh,
        category_code=category.code,
        severity=Severity(card.severity),
        state=ComplaintState(card.state),
        next_step=_next_step(card),
        department=Department(card.department).name_zh,
        due_at=due_at or _due_at(card),
        resolve_due=card.resolve_due,
        created_at=card.created_at,
        joined=joined,
        told=card.told_at is not None if told is None else told,
        raised=raised,
        answered=answered,
        enough=told_enough(story, messages=card.facts.count("\n") + 1),
        waits_for=waits_for,
        retold=retell(story),
        harm=Harm(
            card_id=card.id,
            category=category.code,
            effect=story.effect,
            rules=rules,
            again=raised or "repeated" in rules,
            angry=card.emotion == Emotion.ANGRY,
        ),
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
