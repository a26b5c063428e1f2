"""`/api/promises`: what was promised to customers. Agents see and settle their own and their department's, supervisors all."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, HTTPException, Query
from pydantic import BaseModel, Field

from console.access import logged_in
from console.refusals import refusals
from crm.clock import Clock
from crm.promises.business_time import BusinessCalendar
from crm.promises.desk import PromiseDesk
from crm.promises.views import PromiseView, Shown
from crm.staff.models import Staff
from database.session import Database


class PromiseLine(BaseModel):
    """One promise. `minutes_left`: working minutes (below zero: late); null when it is settled or waits for the customer."""

    id: UUID
    what: str
    kind: str
    owner: str
    owner_name: str
    state: str
    due_at: datetime
    minutes_left: int | None
    waiting_for_customer: bool
    due_soon: bool
    overdue: bool
    customer: str
    company: str
    conversation_id: UUID
    again: bool
    told_late_at: datetime | None
    created_at: datetime
    settled_at: datetime | None


class CancelBody(BaseModel):
    """Why it is void. The customer knows of it."""

    reason: str = Field(min_length=1, max_length=500)


class FiguresView(BaseModel):
    """Of the promises that fall due in the time. `share_kept` null: no data."""

    kept: int
    broken: int
    open: int
    share_kept: float | None


def promises_router(database: Database, clock: Clock, calendar: BusinessCalendar) -> APIRouter:
    """The routes."""
    router = APIRouter(prefix="/api", tags=["promises"])
    staff = logged_in(database, clock)

    @router.get("/promises")
    async def promises(
        me: Annotated[Staff, Depends(staff)],
        state: Annotated[Shown, Query()] = Shown.OPEN,
        mine: Annotated[bool, Query()] = False,
    ) -> list[PromiseLine]:
        """In the order they fall due, settled ones the latest first; at most 500."""
        async with database.reading() as session:
            found = await PromiseDesk(session, clock, calendar, me).all(state, mine=mine)
        return [_line(view) for view in found]

    @router.get("/promises/figures")
    async def figures(
        me: Annotated[Staff, Depends(staff)],
        first: Annotated[date, Query(alias="from")],
        last: Annotated[date, Query(alias="to")],
    ) -> FiguresView:
        """How many of those I may see were kept; by the day they fall due in Shanghai, both days included."""
        if last < first:
            raise HTTPException(422, "结束日期不能早于开始日期")
        async with database.reading() as session:
            found = await PromiseDesk(session, clock, calendar, me).figures(first, last)
        return FiguresView.model_validate(found, from_attributes=True)

    @router.post("/promises/{promise_id}/kept")
    async def kept(promise_id: UUID, me: Annotated[Staff, Depends(staff)]) -> PromiseLine:
        """It is done; 409 when it is broken or void already. Done too late it counts as broken."""
        with refusals():
            async with database.transaction() as session:
                return _line(await PromiseDesk(session, clock, calendar, me).keep(promise_id))

    @router.post("/promises/{promise_id}/cancel")
    async def cancel(promise_id: UUID, body: CancelBody, me: Annotated[Staff, Depends(staff)]) -> PromiseLine:
        """It is void; 403 for a late one unless I am a supervisor, 409 when it is settled already."""
        with refusals():
            async with database.transaction() as session:
                return _line(await PromiseDesk(session, clock, calendar, me).cancel(promise_id, body.reason))

    return router


def _line(view: PromiseView) -> PromiseLine:
    return PromiseLine.model_validate(view, from_attributes=True)
