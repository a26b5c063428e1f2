"""A remedy as staff see it. Nothing here is for customers: an amount reaches them through a person."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from crm.pricing.money import Money
from crm.remedies.models import Remedy, RemedyKind, RemedyState
from crm.remedies.rules import kinds


@dataclass(frozen=True)
class RemedyView:
    """See `Remedy`; `amount` and `days` None: none belongs to the kind."""

    id: UUID
    complaint: str
    """Number of the card."""
    kind: RemedyKind
    name_zh: str
    amount: Money | None
    days: int | None
    reason: str
    state: RemedyState
    proposed_by: str
    proposed_at: datetime
    decided_by: str
    decided_at: datetime | None
    decision: str
    result: str
    settled_at: datetime | None


def view_of(remedy: Remedy, complaint: str) -> RemedyView:
    """The view of a remedy on the card of this number."""
    return RemedyView(
        id=remedy.id,
        complaint=complaint,
        kind=RemedyKind(remedy.kind),
        name_zh=kinds()[RemedyKind(remedy.kind)].name_zh,
        amount=amount_of(remedy),
        days=remedy.days,
        reason=remedy.reason,
        state=RemedyState(remedy.state),
        proposed_by=remedy.proposed_by,
        proposed_at=remedy.proposed_at,
        decided_by=remedy.decided_by,
        decided_at=remedy.decided_at,
        decision=remedy.decision,
        result=remedy.result,
        settled_at=remedy.settled_at,
    )


def amount_of(remedy: Remedy) -> Money | None:
    """Its money; None: none belongs to the kind."""
    return None if remedy.amount is None else Money(remedy.amount, remedy.currency)


def in_words(remedy: Remedy) -> str:
    """What it is, for staff: 代金券 CNY 150.00, 免仓租 5 天."""
    name, money = kinds()[RemedyKind(remedy.kind)].name_zh, amount_of(remedy)
    if money is not None:
        return f"{name} {money.currency} {money.rounded().amount}"
    return name if remedy.days is None else f"{name} {remedy.days} 天"
