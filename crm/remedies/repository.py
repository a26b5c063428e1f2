"""All queries on remedies and the tasks that carry them out."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm.complaints.models import ComplaintCard
from crm.customers.models import Customer
from crm.orders.models import DepartmentTask
from crm.pricing.models import ExchangeRate, Quote
from crm.remedies.authority import Granted
from crm.remedies.models import GRANTED, Remedy, RemedyState, RemedyTask
from crm.staff.models import Staff


class RemedyRepository:
    """Remedies of one session. Writers lock the card first: its remedies are decided one after the other."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, remedy: Remedy) -> None:
        """Adds and flushes, so that the database checks it now."""
        self._session.add(remedy)
        await self._session.flush()

    async def flush(self) -> None:
        """Writes what was changed, so that the database checks it now."""
        await self._session.flush()

    async def get(self, remedy_id: UUID) -> Remedy | None:
        """A remedy as it stands now, whatever the session remembers."""
        query = select(Remedy).where(Remedy.id == remedy_id).execution_options(populate_existing=True)
        return (await self._session.scalars(query)).one_or_none()

    async def number_of(self, remedy_id: UUID) -> str | None:
        """The number of the card of a remedy; None: no such remedy."""
        query = select(ComplaintCard.number).join(Remedy, Remedy.card_id == ComplaintCard.id)
        return (await self._session.scalars(query.where(Remedy.id == remedy_id))).one_or_none()

    async def of_card(self, card_id: UUID) -> Sequence[Remedy]:
        """All remedies of a card, oldest first."""
        query = select(Remedy).where(Remedy.card_id == card_id).order_by(Remedy.proposed_at, Remedy.id)
        return (await self._session.scalars(query)).all()

    async def awaiting(self) -> Sequence[tuple[Remedy, ComplaintCard]]:
        """What waits for somebody's approval with its card, oldest first."""
        query = (
            select(Remedy, ComplaintCard)
            .join(ComplaintCard, ComplaintCard.id == Remedy.card_id)
            .where(Remedy.state == RemedyState.AWAITING_APPROVAL)
            .order_by(Remedy.proposed_at, Remedy.id)
        )
        return [(remedy, card) for remedy, card in (await self._session.execute(query)).all()]

    async def granted(self, card_id: UUID) -> Granted:
        """What a card has been granted; refused and failed remedies do not count."""
        query = select(Remedy).where(Remedy.card_id == card_id, Remedy.state.in_(GRANTED))
        total = Granted()
        # Added up here, because SQLite has amounts as text.
        for remedy in (await self._session.scalars(query)).all():
            total += Granted(remedy.value_cny or Decimal(0), remedy.days or 0)
        return total

    async def link(self, remedy_id: UUID, task_id: UUID) -> None:
        """Notes that a task carries out a remedy; one task may carry out several."""
        self._session.add(RemedyTask(task_id=task_id, remedy_id=remedy_id))
        await self._session.flush()

    async def tasks_of(self, remedy_id: UUID) -> Sequence[DepartmentTask]:
        """The tasks of a remedy as they stand now; empty before it is approved."""
        query = (
            select(DepartmentTask)
            .join(RemedyTask, RemedyTask.task_id == DepartmentTask.id)
            .where(RemedyTask.remedy_id == remedy_id)
            .order_by(DepartmentTask.department)
        )
        return (await self._session.scalars(query.execution_options(populate_existing=True))).all()

    async def of_task(self, task_id: UUID) -> Sequence[UUID]:
        """The remedies that a task carries out; empty: it is some other task."""
        return (await self._session.scalars(select(RemedyTask.remedy_id).where(RemedyTask.task_id == task_id))).all()

    async def class_of(self, card: ComplaintCard) -> str | None:
        """The class of the card's customer; None: nobody we know."""
        if card.customer_id is None:
            return None
        return await self._session.scalar(select(Customer.class_code).where(Customer.id == card.customer_id))

    async def freight_of(self, card: ComplaintCard) -> Decimal | None:
        """What the customer pays for the freight in CNY; None: the card names no quote, or it has no price in CNY."""
        if card.quote_id is None:
            return None
        return await self._session.scalar(select(Quote.cny_total).where(Quote.id == card.quote_id))

    async def exchange_rate(self, currency: str, since: date, until: date) -> Decimal | None:
        """CNY for one unit by the newest rate between two days, both included; None: there is none."""
        query = (
            select(ExchangeRate.rate)
            .where(ExchangeRate.currency == currency, ExchangeRate.day >= since, ExchangeRate.day <= until)
            .order_by(ExchangeRate.day.desc())
            .limit(1)
        )
        return await self._session.scalar(query)

    async def people(self, codes: Sequence[str]) -> Sequence[Staff]:
        """Members of staff by their codes."""
        return (await self._session.scalars(select(Staff).where(Staff.code.in_(codes)))).all()
