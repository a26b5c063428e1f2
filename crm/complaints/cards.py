"""What can be said of a card and what a customer adds to it, without a database."""

from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from crm.complaints.categories import Category, categories, same_family
from crm.complaints.models import ComplaintCard, Severity
from crm.complaints.severity import FIRST_REPLY_HOURS, FIRST_REPLY_HOURS_OF_CLASS, Assessment, Reason
from crm.complaints.words.story import read
from crm.promises.business_time import BusinessCalendar
from crm.staff.departments import Department

AGAIN_AFTER = timedelta(minutes=30)
"""Who complains so long after having been told what happens next, does it a second time; before, the story goes on."""
AGAIN = Reason(Severity.S2, "again", "same matter")
"""A second complaint on one matter: it was not enough what was done about the first."""


class Named(Protocol):
    """What a complaint names."""

    @property
    def shipment_id(self) -> UUID | None:
        """None: no shipment."""

    @property
    def order_id(self) -> UUID | None:
        """None: no order."""

    @property
    def quote_id(self) -> UUID | None:
        """None: no quote."""


def comes_again(card: ComplaintCard, at: datetime) -> bool:
    """Whether a complaint at this moment is a second one: the customer was told long ago what happens next."""
    return card.told_at is not None and at - card.told_at > AGAIN_AFTER


def understand(card: ComplaintCard) -> None:
    """Consequences and wish as they stand in all the words so far."""
    story = read(card.facts)
    card.consequences, card.wish = "\n".join(story.consequences), "\n".join(story.wishes)


def _named(card: ComplaintCard, facts: Named) -> list[tuple[UUID | None, UUID | None]]:
    return [(card.shipment_id, facts.shipment_id), (card.order_id, facts.order_id), (card.quote_id, facts.quote_id)]


def names_the_same(card: ComplaintCard, facts: Named) -> bool:
    """Both are about the same shipment, order or quote."""
    return any(one is not None and one == other for one, other in _named(card, facts))


def same_matter(card: ComplaintCard, facts: Named, category: Category) -> bool:
    """Nothing both sides name differs, and the categories go together."""
    differ = any(one is not None and other is not None and one != other for one, other in _named(card, facts))
    return not differ and same_family(categories()[card.category], category)


def first_to_reply(card: ComplaintCard) -> Department:
    """Who gives the first reply: the department of the matter, a supervisor for the gravest."""
    return Department.SERVICE_LEAD if card.severity == Severity.S1 else Department(card.department)


def first_reply_due(
    calendar: BusinessCalendar, now: datetime, severity: Severity, category: Category, class_code: str | None = None
) -> datetime:
    """By when the customer gets a first reply: in working hours, but day and night for the gravest.

    `class_code` None: nobody we know, or counted when the card was made, whose time can only come nearer.
    """
    hours = FIRST_REPLY_HOURS[severity]
    if severity == Severity.S1:
        return now + timedelta(hours=hours)
    of_class = FIRST_REPLY_HOURS_OF_CLASS.get(class_code or "", hours)
    return calendar.due(now, min(hours, category.first_reply_hours, of_class))


def stored(found: Assessment) -> list[dict[str, str]]:
    """The reasons as the card keeps them."""
    return [{"severity": reason.severity, "rule": reason.rule, "basis": reason.basis} for reason in found.reasons]
