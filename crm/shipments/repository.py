"""All queries about shipments, their numbers, events and estimates."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm.customers.models import UpdateSubscription
from crm.shipments.models import EtaEstimate, MilestoneEvent, Shipment, ShipmentReference
from database.writing import insert_once


def _goes_by(number: str) -> ColumnElement[bool]:
    """Whether a shipment goes by this (normalised) number, whatever its kind."""
    referenced = select(ShipmentReference.shipment_id).where(ShipmentReference.number == number)
    return or_(Shipment.code == number, Shipment.id.in_(referenced))


class ShipmentRepository:
    """Shipments as rows. Lists are newest first, open ones before closed ones where that matters."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get(self, shipment_id: UUID) -> Shipment | None:
        """A shipment by id."""
        return await self._session.get(Shipment, shipment_id)

    async def by_code(self, code: str) -> Shipment | None:
        """A shipment by our waybill number."""
        return (await self._session.execute(select(Shipment).where(Shipment.code == code))).scalar_one_or_none()

    async def by_number(self, number: str, *, customer_id: UUID | None = None) -> list[Shipment]:
        """Shipments that go by a number, of one customer or of all; open ones first, then newest first."""
        query = select(Shipment).where(_goes_by(number))
        if customer_id is not None:
            query = query.where(Shipment.customer_id == customer_id)
        return await self._all(query.order_by(Shipment.closed_at.is_not(None), Shipment.created_at.desc(), Shipment.id))

    async def of_customer(self, customer_id: UUID, phases: Collection[str], limit: int) -> list[Shipment]:
        """A customer's shipments in these phases, newest first."""
        query = select(Shipment).where(Shipment.customer_id == customer_id, Shipment.phase.in_(phases))
        return await self._all(query.order_by(Shipment.created_at.desc(), Shipment.id).limit(limit))

    async def open_numbers(self, customer_id: UUID) -> list[str]:
        """Every number of a customer's open shipments, newest shipment first, without doubles."""
        open_ones = (Shipment.customer_id == customer_id, Shipment.closed_at.is_(None))
        codes = select(Shipment.code, Shipment.created_at).where(*open_ones)
        others = select(ShipmentReference.number, Shipment.created_at).join_from(
            ShipmentReference, Shipment, ShipmentReference.shipment_id == Shipment.id
        )
        rows = [*await self._session.execute(codes), *await self._session.execute(others.where(*open_ones))]
        rows.sort(key=lambda row: row[1], reverse=True)
        return list(dict.fromkeys(row[0] for row in rows))

    async def _all(self, query: Any) -> list[Shipment]:
        return list((await self._session.execute(query)).scalars())

    async def events(self, shipment_ids: Sequence[UUID]) -> list[MilestoneEvent]:
        """All events of some shipments, retracted ones too, as learned."""
        query = select(MilestoneEvent).where(MilestoneEvent.shipment_id.in_(shipment_ids))
        return list((await self._session.execute(query.order_by(MilestoneEvent.created_at))).scalars())

    async def event(self, event_id: UUID) -> MilestoneEvent | None:
        """An event by id."""
        return await self._session.get(MilestoneEvent, event_id)

    async def estimates(self, shipment_ids: Sequence[UUID]) -> list[EtaEstimate]:
        """All estimates of some shipments, as given."""
        query = select(EtaEstimate).where(EtaEstimate.shipment_id.in_(shipment_ids))
        return list((await self._session.execute(query.order_by(EtaEstimate.created_at))).scalars())

    async def add_shipment(self, shipment_id: UUID, **values: Any) -> bool:
        """Insert a shipment unless its code is taken; say whether it was inserted."""
        return await insert_once(self._session, Shipment, id=shipment_id, **values)

    async def add_reference(self, shipment_id: UUID, kind: str, number: str) -> bool:
        """Insert a number of a shipment unless it is there."""
        return await insert_once(self._session, ShipmentReference, shipment_id=shipment_id, kind=kind, number=number)

    async def add_event(self, **values: Any) -> bool:
        """Insert an event unless the same one is there; say whether it was inserted."""
        return await insert_once(self._session, MilestoneEvent, **values)

    async def add_estimate(self, **values: Any) -> bool:
        """Insert an estimate unless the same one is there."""
        return await insert_once(self._session, EtaEstimate, **values)

    async def subscribe(
        self, identity_id: UUID, shipment_id: UUID | None, reference: str, created_at: datetime
    ) -> bool:
        """Insert a subscription unless it is there."""
        return await insert_once(
            self._session,
            UpdateSubscription,
            identity_id=identity_id,
            shipment_id=shipment_id,
            reference=reference,
            created_at=created_at,
        )

    async def subscriptions(self, identity_id: UUID) -> list[UpdateSubscription]:
        """All subscriptions of an account."""
        query = select(UpdateSubscription).where(UpdateSubscription.identity_id == identity_id)
        return list((await self._session.execute(query)).scalars())

    async def remove(self, subscriptions: Sequence[UpdateSubscription]) -> None:
        """Delete subscriptions."""
        for subscription in subscriptions:
            await self._session.delete(subscription)
        await self._session.flush()

    async def flush(self) -> None:
        """Send changed rows to the database (the transaction stays open)."""
        await self._session.flush()
