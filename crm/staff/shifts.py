"""Who is on duty when: by the roster, and by the firm's business hours for those who are not on it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from crm.clock import Clock
from crm.errors import Refusal
from crm.promises.business_time import BusinessCalendar
from crm.staff.models import Staff
from crm.staff.shifts_models import StaffShift
from crm.staff.shifts_repository import ShiftRepository


class StaffUnknown(Refusal):
    """Nobody of this code works here (any more)."""

    code = "staff_unknown"

    def __init__(self, code: str) -> None:
        super().__init__(f"没有在岗的同事“{code}”")


class ShiftOverlaps(Refusal):
    """This person has a shift within this span already."""

    code = "shift_overlaps"

    def __init__(self) -> None:
        super().__init__("这段时间已经排了班")


class ShiftEndsBeforeItStarts(Refusal):
    """The end of a shift has to lie after its start."""

    code = "shift_upside_down"

    def __init__(self) -> None:
        super().__init__("下班时间要晚于上班时间")


class ShiftService:
    """The duty roster."""

    def __init__(self, session: AsyncSession, clock: Clock, calendar: BusinessCalendar) -> None:
        self._shifts = ShiftRepository(session)
        self._clock = clock
        self._calendar = calendar

    async def plan(self, staff_code: str, starts_at: datetime, ends_at: datetime, by_whom: str) -> StaffShift:
        """Puts somebody on the roster. Raises StaffUnknown, ShiftEndsBeforeItStarts, ShiftOverlaps.

        From the first shift on a person works by the roster only, no longer the business hours.
        """
        person = await self.person(staff_code)
        if ends_at <= starts_at:
            raise ShiftEndsBeforeItStarts
        await self._shifts.hold(person.id)
        if await self._shifts.of(person.id, starts_at, ends_at):
            raise ShiftOverlaps
        shift = StaffShift(
            staff_id=person.id,
            starts_at=starts_at,
            ends_at=ends_at,
            planned_by=by_whom,
            created_at=self._clock.now(),
        )
        await self._shifts.add(shift)
        return shift

    async def remove(self, shift_id: UUID) -> bool:
        """Takes a shift out of the roster; False when it is not there."""
        shift = await self._shifts.get(shift_id)
        if shift is None:
            return False
        await self._shifts.delete(shift)
        return True

    async def between(self, starts_at: datetime, ends_at: datetime) -> Sequence[tuple[StaffShift, Staff]]:
        """Shifts that touch a span, with whose they are, by their start."""
        return await self._shifts.overlapping(starts_at, ends_at)

    async def on_duty(self, now: datetime) -> frozenset[str]:
        """Staff codes of those who are on duty at an instant."""
        rostered = await self._shifts.rostered()
        working = await self._shifts.at_work(now)
        usual = self._calendar.is_open(now)
        return frozenset(
            one.code for one in await self._shifts.active() if (one.id in working if one.id in rostered else usual)
        )

    async def covers(self, staff: Staff, starts_at: datetime, ends_at: datetime) -> bool:
        """Whether somebody is on duty the whole time from one moment to another."""
        if staff.id not in await self._shifts.rostered():
            return self._calendar.elapsed(starts_at, ends_at) == ends_at - starts_at
        reached = starts_at
        for shift in await self._shifts.of(staff.id, starts_at, ends_at):
            if shift.starts_at > reached:
                return False
            reached = shift.ends_at
        return reached >= ends_at

    async def person(self, code: str) -> Staff:
        """Somebody who works here. Raises StaffUnknown."""
        found = await self._shifts.person(code)
        if found is None:
            raise StaffUnknown(code)
        return found

    async def find(self, code: str) -> Staff | None:
        """Somebody who works here; None: nobody of this code, or somebody who left."""
        return await self._shifts.person(code)

    async def everybody(self) -> Sequence[Staff]:
        """All who work here, by code."""
        return await self._shifts.active()
