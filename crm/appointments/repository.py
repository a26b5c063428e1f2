"""All queries on appointments."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm.appointments.models import Appointment, AppointmentState
from crm.complaints.models import ComplaintCard
from database.writing import take_turns


class AppointmentRepository:
    """Appointments of one session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def hold(self, staff_code: str) -> None:
        """Lets nobody else book this person until the transaction ends."""
        await take_turns(self._session, f"appointments:{staff_code}")

    async def add(self, appointment: Appointment) -> None:
        """Adds and flushes, so that the database checks it now."""
        self._session.add(appointment)
        await self._session.flush()

    async def flush(self) -> None:
        """Sends what was changed, so that the database checks it now."""
        await self._session.flush()

    async def get(self, appointment_id: UUID, *, lock: bool = False) -> Appointment | None:
        """An appointment as it stands now; `lock`: until the transaction ends."""
        query = select(Appointment).where(Appointment.id == appointment_id).execution_options(populate_existing=True)
        return await self._session.scalar(query.with_for_update() if lock else query)

    async def card(self, card_id: UUID) -> ComplaintCard | None:
        """The complaint that an appointment is about."""
        return await self._session.get(ComplaintCard, card_id)

    async def planned(
        self, staff_code: str, starts_at: datetime, ends_at: datetime, other_than: UUID | None = None
    ) -> Sequence[Appointment]:
        """What a person has planned that touches a span, by its start."""
        query = select(Appointment).where(
            Appointment.staff_code == staff_code,
            Appointment.state == AppointmentState.PLANNED,
            Appointment.starts_at < ends_at,
            Appointment.ends_at > starts_at,
        )
        if other_than is not None:
            query = query.where(Appointment.id != other_than)
        return (await self._session.scalars(query.order_by(Appointment.starts_at))).all()

    async def between(
        self, starts_at: datetime, ends_at: datetime, staff_code: str | None = None
    ) -> Sequence[tuple[Appointment, ComplaintCard | None]]:
        """All appointments that touch a span (of one person, when named), whatever their state, with their complaint."""
        query = (
            select(Appointment, ComplaintCard)
            .outerjoin(ComplaintCard, ComplaintCard.id == Appointment.card_id)
            .where(Appointment.starts_at < ends_at, Appointment.ends_at > starts_at)
            .order_by(Appointment.starts_at, Appointment.staff_code)
        )
        if staff_code is not None:
            query = query.where(Appointment.staff_code == staff_code)
        return [(row[0], row[1]) for row in await self._session.execute(query)]

    async def planned_with(self, dialogue_ids: Collection[UUID], codes: Collection[str]) -> Sequence[Appointment]:
        """What these people have planned with the customer of these dialogues, locked, by its start."""
        query = select(Appointment).where(
            Appointment.dialogue_id.in_(dialogue_ids),
            Appointment.staff_code.in_(codes),
            Appointment.state == AppointmentState.PLANNED,
        )
        return (await self._session.scalars(query.order_by(Appointment.starts_at).with_for_update())).all()

    async def planned_of_card(self, card_id: UUID) -> Sequence[Appointment]:
        """What is planned about a complaint, by its start."""
        query = select(Appointment).where(Appointment.card_id == card_id, Appointment.state == AppointmentState.PLANNED)
        return (await self._session.scalars(query.order_by(Appointment.starts_at))).all()
