"""`/api/appointments`: the appointment book. Staff who deal with customers see and make appointments; trainers do not."""

from datetime import date, datetime, timedelta
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from pydantic import AwareDatetime, BaseModel, Field

from console.access import Asking, serving
from console.refusals import refusals
from conversations.appointments import AppointmentDesk
from crm.appointments.models import Appointment, Way
from crm.appointments.service import Booking
from crm.clock import Clock
from crm.complaints.models import ComplaintCard
from crm.staff.models import Staff
from database.session import Database

Minutes = Annotated[int, Field(ge=10, le=240)]


class BookBody(BaseModel):
    """What is to be agreed. `staff`: me without it. `place`: the address of a visit."""

    dialogue_id: UUID
    card_id: UUID | None = None
    staff: str = Field(default="", max_length=32)
    starts_at: AwareDatetime
    minutes: Minutes = 30
    way: Way
    place: str = Field(default="", max_length=200)
    subject: str = Field(min_length=1, max_length=200)


class OfferBody(BaseModel):
    """Of which day times are proposed to the customer, and with whom (me without it)."""

    dialogue_id: UUID
    staff: str = Field(default="", max_length=32)
    day: date
    minutes: Minutes = 30


class MoveBody(BaseModel):
    """The new time, and why (for staff)."""

    starts_at: AwareDatetime
    reason: str = Field(default="", max_length=300)


class ReasonBody(BaseModel):
    """Why (for staff)."""

    reason: str = Field(default="", max_length=300)


class KeptBody(BaseModel):
    """When it really began; without it at the minute agreed."""

    began_at: AwareDatetime | None = None


class AppointmentView(BaseModel):
    """One appointment."""

    id: UUID
    dialogue_id: UUID
    card_id: UUID | None
    complaint: str
    """Number of the complaint; empty: about none, or not looked up."""
    staff_code: str
    starts_at: datetime
    ends_at: datetime
    way: str
    place: str
    subject: str
    state: str
    created_by: str
    reason: str


def appointments_router(database: Database, clock: Clock, book: AppointmentDesk, firm: str) -> APIRouter:
    """The routes. `firm`: the name that stands in calendar files."""
    staff = serving(database, clock)
    router = APIRouter(prefix="/api/appointments", tags=["appointments"])
    # "" is no path that a router without a prefix may hold, so the routes are put onto this one.
    _show(router, staff, book, firm)
    _change(router, staff, book)
    return router


def _show(router: APIRouter, staff: Asking, book: AppointmentDesk, firm: str) -> None:
    """What is planned, what is free, and the file for a calendar."""
    Me = Annotated[Staff, Depends(staff)]  # noqa: N806 (a type)

    @router.get("")
    async def mine(me: Me) -> list[AppointmentView]:
        """What I have planned in the next sixty days."""
        return [_view(one) for one in await book.mine(me)]

    @router.get("/day/{day}")
    async def of_day(
        day: date, me: Me, staff_code: Annotated[str | None, Query(alias="staff", max_length=32)] = None
    ) -> list[AppointmentView]:
        """Everything of a day, or of one person; without what is about a complaint against me."""
        return [_view(one, card) for one, card in await book.of_day(day, me, staff_code)]

    @router.get("/free")
    async def free(
        me: Me, day: date, who: Annotated[str, Query(alias="staff", max_length=32)] = "", minutes: Minutes = 30
    ) -> list[datetime]:
        """Up to three times to propose, with me or with somebody else."""
        with refusals():
            return await book.free_times(who or me.code, day, timedelta(minutes=minutes))

    @router.get("/{appointment_id}.ics", response_class=Response)
    async def calendar_file(
        appointment_id: UUID, me: Me, reader: Annotated[Literal["staff", "customer"], Query(alias="for")] = "staff"
    ) -> Response:
        """The appointment for a calendar; `for=customer`: the file to hand to the customer."""
        with refusals():
            file = await book.calendar_file(appointment_id, me, firm, for_customer=reader == "customer")
        headers = {"Content-Disposition": 'attachment; filename="appointment.ics"'}
        return Response(file, media_type="text/calendar; charset=utf-8", headers=headers)


def _change(router: APIRouter, staff: Asking, book: AppointmentDesk) -> None:
    """Making an appointment, and what becomes of it."""
    Me = Annotated[Staff, Depends(staff)]  # noqa: N806 (a type)

    @router.post("/offers")
    async def offer(body: OfferBody, me: Me) -> list[datetime]:
        """Asks the customer which of up to three times suits; an empty list: there is none, nothing was said."""
        with refusals():
            length = timedelta(minutes=body.minutes)
            return await book.offer(body.dialogue_id, body.staff or me.code, body.day, length)

    @router.post("", status_code=201)
    async def make(body: BookBody, me: Me) -> AppointmentView:
        """Agrees a time and tells the customer; 409 when it was taken, 422 when it does not fit."""
        wanted = Booking(
            dialogue_id=body.dialogue_id,
            staff_code=body.staff or me.code,
            starts_at=body.starts_at,
            way=body.way,
            subject=body.subject,
            card_id=body.card_id,
            length=timedelta(minutes=body.minutes),
            place=body.place,
        )
        with refusals():
            return _view(await book.book(wanted, me))

    @router.post("/{appointment_id}/move")
    async def move(appointment_id: UUID, body: MoveBody, me: Me) -> AppointmentView:
        """Another time, told to the customer."""
        with refusals():
            return _view(await book.move(appointment_id, me, body.starts_at, body.reason))

    @router.post("/{appointment_id}/cancel")
    async def cancel(appointment_id: UUID, body: ReasonBody, me: Me) -> AppointmentView:
        """Calls it off, told to the customer."""
        with refusals():
            return _view(await book.cancel(appointment_id, me, body.reason))

    @router.post("/{appointment_id}/kept")
    async def kept(appointment_id: UUID, body: KeptBody, me: Me) -> AppointmentView:
        """It took place; later than the minute agreed the promise counts as broken."""
        with refusals():
            return _view(await book.keep(appointment_id, me, body.began_at))

    @router.post("/{appointment_id}/missed")
    async def missed(appointment_id: UUID, body: ReasonBody, me: Me) -> AppointmentView:
        """It did not take place."""
        with refusals():
            return _view(await book.miss(appointment_id, me, body.reason))


def _view(appointment: Appointment, card: ComplaintCard | None = None) -> AppointmentView:
    told = {name: getattr(appointment, name) for name in AppointmentView.model_fields if name != "complaint"}
    return AppointmentView(**told, complaint=card.number if card else "")
