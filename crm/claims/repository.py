"""All queries on claim files and what they are judged by."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm.claims.models import ENDED, ClaimDocument, ClaimFile, ClaimState
from crm.complaints.models import ComplaintCard
from crm.customers.models import Customer
from crm.orders.models import DepartmentTask
from crm.shipments.models import Classifier, MilestoneEvent, Shipment
from database.base import Base


class ClaimRepository:
    """Claims of one session. Writers lock the card first."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, row: Base) -> None:
        """Adds and flushes, so that the database checks it now."""
        self._session.add(row)
        await self._session.flush()

    async def flush(self) -> None:
        """Writes what was changed, so that the database checks it now."""
        await self._session.flush()

    async def of_card(self, card_id: UUID) -> ClaimFile | None:
        """The claim file of a card as it stands now."""
        query = select(ClaimFile).where(ClaimFile.card_id == card_id).execution_options(populate_existing=True)
        return (await self._session.scalars(query)).one_or_none()

    async def documents(self, file_id: UUID) -> Sequence[ClaimDocument]:
        """What is to be collected, in order."""
        query = select(ClaimDocument).where(ClaimDocument.file_id == file_id).order_by(ClaimDocument.position)
        return (await self._session.scalars(query)).all()

    async def open_numbers(self) -> Sequence[str]:
        """Numbers of the complaints whose claims have not ended, those first whose notice falls due first."""
        query = (
            select(ComplaintCard.number)
            .join(ClaimFile, ClaimFile.card_id == ComplaintCard.id)
            .where(ClaimFile.state.not_in(ENDED))
            .order_by(ClaimFile.notice_by.is_(None), ClaimFile.notice_by, ComplaintCard.number)
        )
        return (await self._session.scalars(query)).all()

    async def files(self, states: Collection[ClaimState]) -> Sequence[tuple[ClaimFile, ComplaintCard]]:
        """Claims in these states with their cards; those first whose notice falls due first."""
        query = (
            select(ClaimFile, ComplaintCard)
            .join(ComplaintCard, ComplaintCard.id == ClaimFile.card_id)
            .where(ClaimFile.state.in_(states))
            .order_by(ClaimFile.notice_by.is_(None), ClaimFile.notice_by, ComplaintCard.number)
        )
        return [(file, card) for file, card in (await self._session.execute(query)).all()]

    async def shipment(self, shipment_id: UUID) -> Shipment | None:
        """The shipment that a card is about."""
        return await self._session.get(Shipment, shipment_id)

    async def first_happened(self, shipment_id: UUID, codes: Collection[str]) -> datetime | None:
        """When the first of these steps happened; None: none has, as far as is known. What was taken back does not count."""
        query = select(func.min(MilestoneEvent.event_time)).where(
            MilestoneEvent.shipment_id == shipment_id,
            MilestoneEvent.code.in_(codes),
            MilestoneEvent.classifier == Classifier.ACTUAL,
            MilestoneEvent.retracted_at.is_(None),
        )
        return await self._session.scalar(query)

    async def task(self, task_id: UUID) -> DepartmentTask | None:
        """A department's task."""
        return await self._session.get(DepartmentTask, task_id, populate_existing=True)

    async def owner_of_customer(self, card: ComplaintCard) -> str:
        """Who looks after the card's customer; empty: nobody in particular, or nobody we know."""
        if card.customer_id is None:
            return ""
        return await self._session.scalar(select(Customer.owner_code).where(Customer.id == card.customer_id)) or ""
