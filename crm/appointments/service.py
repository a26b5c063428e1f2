"""The appointment book: what can be booked, moving, cancelling, and what became of it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from crm.appointments.errors import (
    AppointmentNotFound,
    AppointmentSettled,
    InThePast,
    NotOnDuty,
    NotYetBegun,
    OutsideBusinessHours,
    PlaceMissing,
    TimeTaken,
    UnfitLength,
)
from crm.appointments.models import Appointment, AppointmentState, Way
from crm.appointments.repository import AppointmentRepository
from crm.appointments.rules import (
    LONGEST,
    SHORTEST,
    USUAL_LENGTH,
    day_of,
    fits_business_hours,
    open_starts,
    spread,
)
from crm.clock import SHANGHAI, Clock
from crm.complaints.changes.assignment import RANK_NAMES, eligible, rank
from crm.complaints.changes.assignment_repository import AssignmentRepository
from crm.complaints.errors import PersonComplainedAbout, TooJunior
from crm.complaints.models import ComplaintCard
from crm.promises.business_time import BusinessCalendar
from crm.promises.models import PromiseKind, PromiseState, SubjectKind
from crm.promises.service import PromiseService, Subject
from crm.staff.models import Staff
from crm.staff.shifts import ShiftService

TO_THE_MINUTE = timedelta(minutes=1)
"""Who begins within this time after the one agreed has kept it."""


@dataclass(frozen=True)
class Booking:
    """What is to be agreed."""

    dialogue_id: UUID
    staff_code: str
    starts_at: datetime
    way: Way
    subject: str
    card_id: UUID | None = None
    length: timedelta = USUAL_LENGTH
    place: str = ""
    at_least: int = 0
    """The least rank of the person (for a change of time one higher than the owner's)."""


class AppointmentService:
    """Appointments of one transaction."""

    def __init__(
        self,
        session: AsyncSession,
        clock: Clock,
        promises: PromiseService,
        calendar: BusinessCalendar,
        shifts: ShiftService | None = None,
    ) -> None:
        """`shifts`: None takes the roster of the same session."""
        self._book = AppointmentRepository(session)
        self._assigned = AssignmentRepository(session)
        self._clock = clock
        self._promises = promises
        self._calendar = calendar
        self._shifts = shifts or ShiftService(session, clock, calendar)

    async def book(self, wanted: Booking, by_whom: str) -> Appointment:
        """Agrees a time and promises it.

        Raises StaffUnknown, PersonComplainedAbout, TooJunior, and what `check` raises.
        """
        person = await self._fit_person(wanted)
        ends_at = wanted.starts_at + wanted.length
        await self._check(person, wanted.starts_at, ends_at, None)
        if wanted.way is Way.VISIT and not wanted.place.strip():
            raise PlaceMissing
        now = self._clock.now()
        appointment = Appointment(
            id=uuid4(),
            dialogue_id=wanted.dialogue_id,
            card_id=wanted.card_id,
            staff_code=person.code,
            starts_at=wanted.starts_at,
            ends_at=ends_at,
            way=wanted.way,
            place=wanted.place.strip(),
            subject=wanted.subject.strip(),
            state=AppointmentState.PLANNED,
            created_by=by_whom,
            created_at=now,
            changes=0,
            changed_at=now,
        )
        await self._book.add(appointment)
        await self._promise(appointment)
        return appointment

    async def move(
        self, appointment_id: UUID, starts_at: datetime, reason: str = "", *, to_staff: str | None = None
    ) -> Appointment:
        """Another time (of the same length), perhaps with somebody else who stands no lower; a new promise replaces the old.

        Raises AppointmentNotFound, AppointmentSettled and what `book` raises.
        """
        appointment = await self._planned(appointment_id)
        length = appointment.ends_at - appointment.starts_at
        before = await self._shifts.find(appointment.staff_code)
        person = await self._fit_person(
            Booking(
                appointment.dialogue_id,
                to_staff or appointment.staff_code,
                starts_at,
                Way(appointment.way),
                appointment.subject,
                appointment.card_id,
                at_least=rank(before) if before else 0,
            )
        )
        await self._check(person, starts_at, starts_at + length, appointment.id)
        appointment.staff_code = person.code
        appointment.starts_at, appointment.ends_at = starts_at, starts_at + length
        self._changed(appointment, reason)
        await self._book.flush()
        await self._void_promise(appointment)
        await self._promise(appointment)
        return appointment

    async def cancel(self, appointment_id: UUID, reason: str) -> Appointment:
        """Calls it off. Raises AppointmentNotFound, AppointmentSettled."""
        appointment = await self._planned(appointment_id)
        await self._settle(appointment, AppointmentState.CANCELLED, reason)
        await self._void_promise(appointment)
        return appointment

    async def keep(self, appointment_id: UUID, began_at: datetime | None = None) -> Appointment:
        """It took place. `began_at`: when it really began (None: at the minute agreed); later than that breaks the promise.

        Raises AppointmentNotFound, AppointmentSettled, and NotYetBegun more than ten minutes before its time.
        """
        appointment = await self._planned(appointment_id)
        now = self._clock.now()
        if now < appointment.starts_at - SHORTEST:
            raise NotYetBegun
        began = min(began_at or appointment.starts_at, now)
        await self._settle(appointment, AppointmentState.KEPT, "")
        in_time = began <= appointment.starts_at + TO_THE_MINUTE
        await self._settle_promise(appointment, PromiseState.KEPT if in_time else PromiseState.BROKEN)
        return appointment

    async def miss(self, appointment_id: UUID, reason: str = "") -> Appointment:
        """It did not take place, and nobody said so before. Raises AppointmentNotFound, AppointmentSettled, NotYetBegun."""
        appointment = await self._planned(appointment_id)
        if self._clock.now() < appointment.starts_at:
            raise NotYetBegun
        await self._settle(appointment, AppointmentState.MISSED, reason)
        await self._settle_promise(appointment, PromiseState.BROKEN)
        return appointment

    async def get(self, appointment_id: UUID, reader: Staff) -> tuple[Appointment, ComplaintCard | None]:
        """One appointment with its complaint. Raises AppointmentNotFound, also for somebody complained about."""
        appointment = await self._book.get(appointment_id)
        if appointment is None:
            raise AppointmentNotFound
        card = await self._book.card(appointment.card_id) if appointment.card_id else None
        if card is not None and reader.code in card.accused:
            raise AppointmentNotFound
        return appointment, card

    async def of_day(
        self, day: date, reader: Staff, staff_code: str | None = None
    ) -> Sequence[tuple[Appointment, ComplaintCard | None]]:
        """What is in the book on a day in Shanghai (of one person, when named), by its start.

        Without what is about a complaint against the reader.
        """
        found = await self._book.between(*day_of(day), staff_code)
        return [(one, card) for one, card in found if card is None or reader.code not in card.accused]

    async def coming(self, staff_code: str, within: timedelta) -> Sequence[Appointment]:
        """What somebody has planned from now on, by its start."""
        now = self._clock.now()
        return await self._book.planned(staff_code, now, now + within)

    async def planned_with(self, dialogue_ids: Collection[UUID], codes: Collection[str]) -> Sequence[Appointment]:
        """What these people have planned with the customer of these dialogues, by its start."""
        return await self._book.planned_with(dialogue_ids, codes)

    async def free_times(self, staff_code: str, day: date, length: timedelta = USUAL_LENGTH) -> list[datetime]:
        """Up to three times of a day at which somebody can be met, early to late; [] when there is none.

        Raises StaffUnknown.
        """
        person = await self._shifts.person(staff_code)
        taken = [(one.starts_at, one.ends_at) for one in await self._book.planned(person.code, *day_of(day))]
        starts = [
            at
            for at in open_starts(self._calendar, day, length, taken, self._clock.now())
            if await self._shifts.covers(person, at, at + length)
        ]
        return spread(starts)

    async def refuse_accused(self, dialogue_id: UUID, staff_code: str) -> None:
        """Raises PersonComplainedAbout when an open complaint of the customer of this dialogue is about the person."""
        await self._assigned.hold(dialogue_id)
        if await self._assigned.complained_about(dialogue_id, staff_code):
            raise PersonComplainedAbout

    async def is_free(self, person: Staff, starts_at: datetime, ends_at: datetime) -> bool:
        """Whether somebody is on duty and has nothing else then."""
        on_duty = await self._shifts.covers(person, starts_at, ends_at)
        return on_duty and not await self._book.planned(person.code, starts_at, ends_at)

    async def _fit_person(self, wanted: Booking) -> Staff:
        """Raises StaffUnknown, PersonComplainedAbout, TooJunior."""
        await self.refuse_accused(wanted.dialogue_id, wanted.staff_code)
        person = await self._shifts.person(wanted.staff_code)
        card = await self._book.card(wanted.card_id) if wanted.card_id else None
        level = max(wanted.at_least, card.level if card else 0)
        if not eligible(person, accused=(), level=level):
            raise TooJunior(RANK_NAMES[level])
        return person

    async def _check(self, person: Staff, starts_at: datetime, ends_at: datetime, moved: UUID | None) -> None:
        """Raises UnfitLength, InThePast, OutsideBusinessHours, NotOnDuty, TimeTaken."""
        if not SHORTEST <= ends_at - starts_at <= LONGEST:
            raise UnfitLength
        if starts_at <= self._clock.now():
            raise InThePast
        if not fits_business_hours(self._calendar, starts_at, ends_at):
            raise OutsideBusinessHours
        if not await self._shifts.covers(person, starts_at, ends_at):
            raise NotOnDuty
        await self._book.hold(person.code)
        if await self._book.planned(person.code, starts_at, ends_at, moved):
            raise TimeTaken

    async def _planned(self, appointment_id: UUID) -> Appointment:
        appointment = await self._book.get(appointment_id, lock=True)
        if appointment is None:
            raise AppointmentNotFound
        if appointment.state != AppointmentState.PLANNED:
            raise AppointmentSettled
        return appointment

    def _changed(self, appointment: Appointment, reason: str) -> None:
        appointment.changes += 1
        appointment.changed_at = self._clock.now()
        appointment.reason = reason.strip()

    async def _settle(self, appointment: Appointment, state: AppointmentState, reason: str) -> None:
        appointment.state, appointment.settled_at = state, self._clock.now()
        self._changed(appointment, reason)
        await self._book.flush()

    async def _promise(self, appointment: Appointment) -> None:
        at = appointment.starts_at.astimezone(SHANGHAI)
        await self._promises.make(
            appointment.dialogue_id,
            uuid4(),
            PromiseKind.APPOINTMENT,
            text=f"预约：{at:%m-%d %H:%M} {Way(appointment.way).name_zh}，{appointment.subject}",
            by_whom=appointment.staff_code,
            due_at=appointment.starts_at,
            subject=Subject(SubjectKind.APPOINTMENT, appointment.id),
        )

    async def _void_promise(self, appointment: Appointment) -> None:
        for promise in await self._promises.open_about(Subject(SubjectKind.APPOINTMENT, appointment.id)):
            await self._promises.cancel(promise.id)

    async def _settle_promise(self, appointment: Appointment, state: PromiseState) -> None:
        # Said afterwards, as it must be, `PromiseService.keep` would call each of them broken.
        for promise in await self._promises.open_about(Subject(SubjectKind.APPOINTMENT, appointment.id)):
            promise.state, promise.settled_at = state, self._clock.now()
