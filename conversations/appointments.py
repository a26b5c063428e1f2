"""Appointments as the desk makes them: each verb is one transaction in which the customer is told too."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from conversations.passing_on import tell
from conversations.texts import Texts
from crm.appointments.models import Appointment
from crm.appointments.service import Booking
from crm.appointments.wording import appointment_values, ics_for_customer, ics_for_staff, known_as, times_told
from crm.clock import Clock
from crm.complaints.changes.assignment import SUPERVISOR, rank
from crm.complaints.errors import TooJunior
from crm.complaints.models import ComplaintCard
from crm.crm import Crm
from crm.promises.business_time import BusinessCalendar
from crm.staff.models import Staff
from database.session import Database

COMING = timedelta(days=60)


class AppointmentDesk:
    """The appointment book as staff use it."""

    def __init__(
        self, database: Database, clock: Clock, calendar: BusinessCalendar, texts: Texts, wake: Callable[[], None]
    ) -> None:
        """`wake` is called when there is something to send."""
        self._database = database
        self._clock = clock
        self._calendar = calendar
        self._texts = texts
        self._wake = wake

    async def mine(self, me: Staff) -> Sequence[Appointment]:
        """What I have planned in the next sixty days, by its start."""
        async with self._database.reading() as session:
            return await self._crm(session).appointments.coming(me.code, COMING)

    async def of_day(
        self, day: date, me: Staff, staff_code: str | None = None
    ) -> Sequence[tuple[Appointment, ComplaintCard | None]]:
        """The book of a day (of one person, when named), without what is about a complaint against me."""
        async with self._database.reading() as session:
            return await self._crm(session).appointments.of_day(day, me, staff_code)

    async def free_times(self, staff_code: str, day: date, length: timedelta) -> list[datetime]:
        """Up to three times to propose. Raises StaffUnknown."""
        async with self._database.reading() as session:
            return await self._crm(session).appointments.free_times(staff_code, day, length)

    async def offer(self, dialogue_id: UUID, staff_code: str, day: date, length: timedelta) -> list[datetime]:
        """Asks the customer which of up to three times suits; [] (and nothing is said) when there is none.

        Raises StaffUnknown, PersonComplainedAbout, DialogueUnknown.
        """
        async with self._database.transaction() as session:
            crm = self._crm(session)
            await crm.appointments.refuse_accused(dialogue_id, staff_code)
            times = await crm.appointments.free_times(staff_code, day, length)
            if times:
                name = known_as(await crm.shifts.find(staff_code))
                told = self._texts.say("utter_appointment_offered", name=name, times=times_told(times))
                await tell(session, self._clock, dialogue_id, told)
        self._wake()
        return times

    async def book(self, wanted: Booking, me: Staff) -> Appointment:
        """Agrees a time and tells the customer. Raises what AppointmentService.book raises, and DialogueUnknown."""
        async with self._database.transaction() as session:
            made = await self._crm(session).appointments.book(wanted, me.code)
            await self._say(session, "utter_appointment_booked", made)
        self._wake()
        return made

    async def move(self, appointment_id: UUID, me: Staff, starts_at: datetime, reason: str) -> Appointment:
        """Another time, told to the customer. Raises what AppointmentService.move raises, and TooJunior."""
        async with self._database.transaction() as session:
            await self._mine(session, appointment_id, me)
            moved = await self._crm(session).appointments.move(appointment_id, starts_at, reason)
            await self._say(session, "utter_appointment_moved", moved)
        self._wake()
        return moved

    async def cancel(self, appointment_id: UUID, me: Staff, reason: str) -> Appointment:
        """Calls it off and tells the customer. Raises what AppointmentService.cancel raises, and TooJunior."""
        async with self._database.transaction() as session:
            await self._mine(session, appointment_id, me)
            cancelled = await self._crm(session).appointments.cancel(appointment_id, reason)
            await self._say(session, "utter_appointment_cancelled", cancelled)
        self._wake()
        return cancelled

    async def keep(self, appointment_id: UUID, me: Staff, began_at: datetime | None) -> Appointment:
        """It took place. Raises what AppointmentService.keep raises, and TooJunior."""
        async with self._database.transaction() as session:
            await self._mine(session, appointment_id, me)
            return await self._crm(session).appointments.keep(appointment_id, began_at)

    async def miss(self, appointment_id: UUID, me: Staff, reason: str) -> Appointment:
        """It did not take place. Raises what AppointmentService.miss raises, and TooJunior."""
        async with self._database.transaction() as session:
            await self._mine(session, appointment_id, me)
            return await self._crm(session).appointments.miss(appointment_id, reason)

    async def calendar_file(self, appointment_id: UUID, me: Staff, firm: str, *, for_customer: bool) -> bytes:
        """The appointment as an .ics file, for staff or to be handed to the customer. Raises AppointmentNotFound."""
        async with self._database.reading() as session:
            crm = self._crm(session)
            found, card = await crm.appointments.get(appointment_id, me)
            if for_customer:
                return ics_for_customer(found, await crm.shifts.find(found.staff_code), firm)
            return ics_for_staff(found, card.number if card else "", firm)

    async def _mine(self, session: AsyncSession, appointment_id: UUID, me: Staff) -> None:
        """Only who keeps or made it, and supervisors, change it. Raises AppointmentNotFound, TooJunior."""
        found, _ = await self._crm(session).appointments.get(appointment_id, me)
        if me.code not in (found.staff_code, found.created_by) and rank(me) < SUPERVISOR:
            raise TooJunior("预约的负责人或主管")

    async def _say(self, session: AsyncSession, response: str, appointment: Appointment) -> None:
        staff = await self._crm(session).shifts.find(appointment.staff_code)
        values = appointment_values(appointment, staff)
        await tell(session, self._clock, appointment.dialogue_id, self._texts.say(response, **values))

    def _crm(self, session: AsyncSession) -> Crm:
        return Crm(session, self._clock, self._calendar)
