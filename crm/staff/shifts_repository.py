"""All queries on the duty roster."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm.staff.models import Staff
from crm.staff.shifts_models import StaffShift
from database.writing import take_turns


class ShiftRepository:
    """Shifts of one session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def hold(self, staff_id: UUID) -> None:
        """Lets nobody else plan for this person until the transaction ends."""
        await take_turns(self._session, f"shifts:{staff_id}")

    async def add(self, shift: StaffShift) -> None:
        """Adds and flushes, so that the database checks it now."""
        self._session.add(shift)
        await self._session.flush()

    async def get(self, shift_id: UUID) -> StaffShift | None:
        """A shift by its key."""
        return await self._session.get(StaffShift, shift_id)

    async def delete(self, shift: StaffShift) -> None:
        """Takes a shift out of the roster."""
        await self._session.delete(shift)
        await self._session.flush()

    async def overlapping(self, starts_at: datetime, ends_at: datetime) -> Sequence[tuple[StaffShift, Staff]]:
        """Shifts that touch a span, with whose they are, by their start and the person's code."""
        query = (
            select(StaffShift, Staff)
            .join(Staff, Staff.id == StaffShift.staff_id)
            .where(StaffShift.starts_at < ends_at, StaffShift.ends_at > starts_at)
            .order_by(StaffShift.starts_at, Staff.code)
        )
        return [(row[0], row[1]) for row in await self._session.execute(query)]

    async def of(self, staff_id: UUID, starts_at: datetime, ends_at: datetime) -> Sequence[StaffShift]:
        """Shifts of one person that touch a span, by their start."""
        query = select(StaffShift).where(
            StaffShift.staff_id == staff_id, StaffShift.starts_at < ends_at, StaffShift.ends_at > starts_at
        )
        return (await self._session.scalars(query.order_by(StaffShift.starts_at))).all()

    async def at_work(self, now: datetime) -> set[UUID]:
        """Keys of those whose shift an instant lies in."""
        query = select(StaffShift.staff_id).where(StaffShift.starts_at <= now, StaffShift.ends_at > now)
        return set(await self._session.scalars(query))

    async def rostered(self) -> set[UUID]:
        """Keys of the people who have any shift, past ones too."""
        return set(await self._session.scalars(select(StaffShift.staff_id).distinct()))

    async def active(self) -> Sequence[Staff]:
        """Everybody who works here, by code."""
        return (await self._session.scalars(select(Staff).where(Staff.active).order_by(Staff.code))).all()

    async def person(self, code: str) -> Staff | None:
        """Somebody who works here; None: nobody of this code, or somebody who left."""
        return await self._session.scalar(select(Staff).where(Staff.code == code, Staff.active))
