"""The queries behind what staff do with complaint cards."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm.complaints.models import ComplaintCard, ComplaintPause, ComplaintState
from crm.customers.models import Dialogue
from crm.orders.models import DepartmentTask, Order, OrderState
from crm.pricing.models import Quote
from crm.promises.models import Promise, SubjectKind
from crm.shipments.models import Shipment

ORDERS_DONE = (OrderState.DELIVERED, OrderState.COMPLETED, OrderState.BILLED, OrderState.CLOSED)
FINISHED = (ComplaintState.ANSWERED, ComplaintState.CLOSED)


@dataclass(frozen=True)
class CardFilter:
    """Which cards are listed. None and False: not filtered by that."""

    state: str | None = None
    category: str | None = None
    severity: str | None = None
    taken_by: str | None = None
    overdue: bool = False
    """Only those whose next time has passed: the first reply of one nobody has begun with, else the result."""


class DeskRepository:
    """Cards of one session, as staff see them."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def listed(self, wanted: CardFilter, now: datetime, limit: int) -> Sequence[ComplaintCard]:
        """Cards, the gravest first, of one severity the one that is due first."""
        due = next_due()
        query = select(ComplaintCard).order_by(ComplaintCard.severity, due, ComplaintCard.number)
        columns: Mapping[str, str | None] = {
            "state": wanted.state,
            "category": wanted.category,
            "severity": wanted.severity,
            "taken_by": wanted.taken_by,
        }
        query = query.filter_by(**{name: value for name, value in columns.items() if value is not None})
        if wanted.overdue:
            query = query.where(ComplaintCard.state.not_in(FINISHED), due < now)
        return (await self._session.scalars(query.limit(limit))).all()

    async def of_contact(self, card: ComplaintCard) -> Dialogue:
        """The dialogue of a card, with account, contact and customer."""
        return (await self._session.scalars(select(Dialogue).where(Dialogue.id == card.dialogue_id))).one()

    async def pauses(self, card_id: UUID) -> Sequence[ComplaintPause]:
        """All pauses of a card, oldest first."""
        query = select(ComplaintPause).where(ComplaintPause.card_id == card_id).order_by(ComplaintPause.started_at)
        return (await self._session.scalars(query)).all()

    async def add_pause(self, pause: ComplaintPause) -> None:
        """Adds and flushes, so that the database checks it now."""
        self._session.add(pause)
        await self._session.flush()

    async def flush(self) -> None:
        """Sends what was changed."""
        await self._session.flush()

    async def promises(self, card_id: UUID) -> Sequence[Promise]:
        """Every promise about a card, oldest first."""
        query = select(Promise).where(Promise.subject_kind == SubjectKind.COMPLAINT, Promise.subject_id == card_id)
        return (await self._session.scalars(query.order_by(Promise.created_at, Promise.due_at))).all()

    async def tasks(self, card: ComplaintCard, kinds: Sequence[str]) -> Sequence[DepartmentTask]:
        """Tasks of these kinds about a card, the most urgent first."""
        # A call back is asked for where the customer says so, which may be another dialogue of the same account.
        accounts = select(Dialogue.identity_id).where(Dialogue.id == card.dialogue_id).scalar_subquery()
        query = (
            select(DepartmentTask)
            .join(Dialogue, Dialogue.id == DepartmentTask.dialogue_id)
            .where(Dialogue.identity_id == accounts, DepartmentTask.kind.in_(kinds))
            .order_by(DepartmentTask.due_at)
        )
        return [one for one in await self._session.scalars(query) if one.facts.get("card_id") == str(card.id)]

    async def shipment(self, code: str) -> UUID | None:
        """The key of the shipment with our number."""
        return await self._session.scalar(select(Shipment.id).where(Shipment.code == code))

    async def order(self, number: str) -> UUID | None:
        """The key of the order of this number."""
        return await self._session.scalar(select(Order.id).where(Order.number == number))

    async def quote(self, number: str) -> UUID | None:
        """The key of the quote of this number."""
        return await self._session.scalar(select(Quote.id).where(Quote.number == number))

    async def number_of(self, model: type[Shipment | Order | Quote], key: UUID | None) -> str:
        """The number of a linked thing; empty: nothing is linked."""
        if key is None:
            return ""
        column = Shipment.code if model is Shipment else Order.number if model is Order else Quote.number
        return await self._session.scalar(select(column).where(model.id == key)) or ""

    async def made_between(self, since: datetime, until: datetime) -> Sequence[ComplaintCard]:
        """Cards made from a moment on and before another."""
        query = select(ComplaintCard).where(ComplaintCard.created_at >= since, ComplaintCard.created_at < until)
        return (await self._session.scalars(query)).all()

    async def orders_done(self, since: datetime, until: datetime) -> int:
        """Orders of this time that were delivered."""
        states = [state.value for state in ORDERS_DONE]
        query = select(func.count()).where(Order.created_at >= since, Order.created_at < until, Order.state.in_(states))
        return await self._session.scalar(query) or 0


def next_due() -> ColumnElement[datetime]:
    """When something is due on a card next: the first reply, or the call after it was opened again, then the result."""
    not_begun = or_(
        ComplaintCard.state == ComplaintState.RECEIVED,
        and_(ComplaintCard.reopened > 0, ComplaintCard.taken_by.is_(None)),
    )
    return case((not_begun, ComplaintCard.first_reply_due), else_=ComplaintCard.resolve_due)
