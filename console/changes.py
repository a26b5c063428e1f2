"""`/api/complaints/NUMBER/changes`: another person, place or time. Staff propose, supervisors decide."""

from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import AwareDatetime, BaseModel, Field

from console.access import serving
from console.refusals import refusals
from conversations.changes import ChangeDesk
from crm.appointments.models import Way
from crm.clock import Clock
from crm.complaints.changes.models import ComplaintMove, MoveKind, Place, Trigger
from crm.complaints.changes.service import Meeting
from crm.staff.models import Staff
from database.session import Database


class ProposeBody(BaseModel):
    """Which change, and why."""

    kind: MoveKind
    reason: str = Field(min_length=1, max_length=500)


class PersonBody(BaseModel):
    """Who gets it; without it whoever is best."""

    to: str | None = Field(default=None, max_length=32)


class MeetingBody(BaseModel):
    """When and how to meet."""

    starts_at: AwareDatetime
    minutes: int = Field(default=30, ge=10, le=240)
    way: Way = Way.CALL
    address: str = Field(default="", max_length=200)
    subject: str = Field(default="沟通您反映的问题", min_length=1, max_length=200)


class PlaceBody(BaseModel):
    """Where to talk on; a visit and a meeting at the office need a time."""

    place: Place
    meeting: MeetingBody | None = None


class TimeBody(BaseModel):
    """The appointment; `staff`: with whom, without it whoever of a higher rank is free."""

    meeting: MeetingBody
    staff: str | None = Field(default=None, max_length=32)


class DeclineBody(BaseModel):
    """Why not."""

    reason: str = Field(min_length=1, max_length=500)


class ChangeView(BaseModel):
    """One change, proposed or decided. `name` and `because` in Chinese."""

    id: UUID
    kind: str
    name: str
    trigger: str
    because: str
    reason: str
    state: str
    from_staff: str | None
    to_staff: str | None
    place: str
    at_time: datetime | None
    proposed_by: str
    decided_by: str | None
    created_at: datetime
    settled_at: datetime | None


def changes_router(database: Database, clock: Clock, desk: ChangeDesk) -> APIRouter:
    """The routes. Deciding is for supervisors and above (403); who is complained about finds no such card (404)."""
    router = APIRouter(prefix="/api", tags=["complaints"])
    staff = serving(database, clock)
    Me = Annotated[Staff, Depends(staff)]  # noqa: N806 (a type)

    @router.get("/complaints/{number}/changes")
    async def of_card(number: str, me: Me) -> list[ChangeView]:
        """All changes of a card, oldest first."""
        with refusals():
            return [view_of(one) for one in await desk.of_card(number, me)]

    @router.post("/complaints/{number}/changes", status_code=201)
    async def propose(number: str, body: ProposeBody, me: Me) -> ChangeView:
        """I think a change is right; supervisors are told."""
        with refusals():
            return view_of(await desk.propose(number, me, body.kind, body.reason))

    @router.post("/changes/{move_id}/person")
    async def person(move_id: UUID, body: PersonBody, me: Me) -> ChangeView:
        """Another person has it from now on; the customer is told."""
        with refusals():
            return view_of(await desk.change_person(move_id, me, body.to))

    @router.post("/changes/{move_id}/place")
    async def place(move_id: UUID, body: PlaceBody, me: Me) -> ChangeView:
        """Talk goes on elsewhere."""
        with refusals():
            return view_of(
                await desk.change_place(move_id, me, body.place, _meeting(body.meeting) if body.meeting else None)
            )

    @router.post("/changes/{move_id}/time")
    async def time(move_id: UUID, body: TimeBody, me: Me) -> ChangeView:
        """An appointment with somebody one rank higher; the customer is told."""
        with refusals():
            meeting = _meeting(body.meeting)
            return view_of(await desk.change_time(move_id, me, meeting, body.staff))

    @router.post("/changes/{move_id}/decline")
    async def decline(move_id: UUID, body: DeclineBody, me: Me) -> ChangeView:
        """No change, and why."""
        with refusals():
            return view_of(await desk.decline(move_id, me, body.reason))

    return router


def _meeting(body: MeetingBody) -> Meeting:
    return Meeting(body.starts_at, body.way, body.address, timedelta(minutes=body.minutes), body.subject)


def view_of(move: ComplaintMove) -> ChangeView:
    """A change as the API gives it."""
    told = {name: getattr(move, name) for name in ChangeView.model_fields if name not in ("name", "because")}
    return ChangeView(**told, name=MoveKind(move.kind).name_zh, because=Trigger(move.trigger).name_zh)
