"""`/api/shifts`: the duty roster, for supervisors and administrators."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, HTTPException, Query
from pydantic import AwareDatetime, BaseModel, Field

from console.access import logged_in
from console.refusals import refusals
from crm.clock import Clock
from crm.promises.business_time import BusinessCalendar
from crm.staff.models import Role, Staff
from crm.staff.shifts import ShiftService
from crm.staff.shifts_models import StaffShift
from database.session import Database

PLANNERS = frozenset({Role.SUPERVISOR, Role.ADMIN})


class ShiftBody(BaseModel):
    """Who is on duty from when until when."""

    staff: str = Field(min_length=1, max_length=32)
    starts_at: AwareDatetime
    ends_at: AwareDatetime


class ShiftView(BaseModel):
    """One shift."""

    id: UUID
    staff: str
    name: str
    starts_at: datetime
    ends_at: datetime


def shifts_router(database: Database, clock: Clock, calendar: BusinessCalendar) -> APIRouter:
    """The routes; 403 for everybody but supervisors and administrators."""
    router = APIRouter(prefix="/api/shifts", tags=["staff"])
    asking = logged_in(database, clock)

    async def planner(me: Annotated[Staff, Depends(asking)]) -> Staff:
        if me.role not in PLANNERS:
            raise HTTPException(403, "只有主管和管理员可以排班")
        return me

    Me = Annotated[Staff, Depends(planner)]  # noqa: N806 (a type)

    @router.get("")
    async def between(
        me: Me, after: Annotated[AwareDatetime, Query(alias="from")], until: Annotated[AwareDatetime, Query()]
    ) -> list[ShiftView]:
        """Shifts that touch a span, by their start."""
        del me
        async with database.reading() as session:
            found = await ShiftService(session, clock, calendar).between(after, until)
        return [_view(shift, person) for shift, person in found]

    @router.get("/on-duty")
    async def on_duty(me: Me) -> list[str]:
        """Codes of those who are on duty now."""
        del me
        async with database.reading() as session:
            return sorted(await ShiftService(session, clock, calendar).on_duty(clock.now()))

    @router.post("", status_code=201)
    async def plan(body: ShiftBody, me: Me) -> ShiftView:
        """Puts somebody on the roster; 409 when it overlaps, 422 for somebody unknown or an end before the start."""
        with refusals():
            async with database.transaction() as session:
                shifts = ShiftService(session, clock, calendar)
                shift = await shifts.plan(body.staff, body.starts_at, body.ends_at, me.code)
                return _view(shift, await shifts.person(body.staff))

    @router.delete("/{shift_id}", status_code=204)
    async def remove(shift_id: UUID, me: Me) -> None:
        """Takes a shift out of the roster; 404 when it is not there."""
        del me
        async with database.transaction() as session:
            if not await ShiftService(session, clock, calendar).remove(shift_id):
                raise HTTPException(404, "没有这个班次")

    return router


def _view(shift: StaffShift, person: Staff) -> ShiftView:
    return ShiftView(id=shift.id, staff=person.code, name=person.name, starts_at=shift.starts_at, ends_at=shift.ends_at)
