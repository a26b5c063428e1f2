"""The three changes as the desk makes them: decided, carried out, and told to the customer, in one transaction each."""

from collections.abc import Callable, Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from conversations.passing_on import pass_on, tell, uphold
from conversations.texts import Texts
from crm.appointments.wording import appointment_values, known_as, told_at
from crm.clock import Clock
from crm.complaints.changes.models import ComplaintMove, MoveKind, Place
from crm.complaints.changes.service import Done, Meeting
from crm.crm import Crm
from crm.promises.business_time import BusinessCalendar
from crm.staff.models import Staff
from database.session import Database


class ChangeDesk:
    """The three changes as staff use them. Verbs raise what those of ChangeService raise."""

    def __init__(
        self, database: Database, clock: Clock, calendar: BusinessCalendar, texts: Texts, wake: Callable[[], None]
    ) -> None:
        """`wake` is called when there is something to send."""
        self._database = database
        self._clock = clock
        self._calendar = calendar
        self._texts = texts
        self._wake = wake

    async def of_card(self, number: str, me: Staff) -> Sequence[ComplaintMove]:
        """All changes of a card, oldest first."""
        async with self._database.reading() as session:
            changes = self._crm(session).changes
            return await changes.of_card((await changes.card_numbered(number, me)).id, me)

    async def propose(self, number: str, me: Staff, kind: MoveKind, reason: str) -> ComplaintMove:
        """I think a change is right."""
        async with self._database.transaction() as session:
            changes = self._crm(session).changes
            return await changes.propose((await changes.card_numbered(number, me)).id, kind, reason, me)

    async def change_person(self, move_id: UUID, me: Staff, to: str | None) -> ComplaintMove:
        """Another person has it from now on; a conversation the one before holds waits for the next."""
        async with self._database.transaction() as session:
            crm = self._crm(session)
            done = await crm.changes.change_person(move_id, me, to)
            name = known_as(await crm.shifts.find(done.move.to_staff or ""))
            told = self._texts.say("utter_change_person", name=name)
            await pass_on(session, self._clock, done.card.dialogue_id, done.move.from_staff, told)
        self._wake()
        return done.move

    async def change_place(self, move_id: UUID, me: Staff, place: Place, meeting: Meeting | None) -> ComplaintMove:
        """Talk goes on elsewhere."""
        async with self._database.transaction() as session:
            done = await self._crm(session).changes.change_place(move_id, me, place, meeting)
            await self._tell(session, done)
        self._wake()
        return done.move

    async def change_time(self, move_id: UUID, me: Staff, meeting: Meeting, staff_code: str | None) -> ComplaintMove:
        """An appointment with somebody one rank higher."""
        async with self._database.transaction() as session:
            done = await self._crm(session).changes.change_time(move_id, me, meeting, staff_code)
            await self._tell(session, done)
        self._wake()
        return done.move

    async def decline(self, move_id: UUID, me: Staff, reason: str) -> ComplaintMove:
        """No change, and why."""
        async with self._database.transaction() as session:
            return await self._crm(session).changes.decline(move_id, me, reason)

    async def accuse(self, number: str, me: Staff, codes: Sequence[str]) -> None:
        """Writes down who is complained about; whatever they have of this customer is taken from them at once.

        Raises what ComplaintDesk.name_accused raises.
        """
        async with self._database.transaction() as session:
            changed = await self._crm(session).complaint_desk.name_accused(number, me, codes)
            await uphold(session, self._clock, self._texts, changed)
        self._wake()

    async def _tell(self, session: AsyncSession, done: Done) -> None:
        """What the customer hears: the appointment, or until when the call comes; nothing of a mere private chat."""
        crm, move = self._crm(session), done.move
        if done.appointment is not None:
            staff = await crm.shifts.find(done.appointment.staff_code)
            told = self._texts.say("utter_appointment_booked", **appointment_values(done.appointment, staff))
        elif move.at_time is not None:
            name = known_as(await crm.shifts.find(move.from_staff or ""))
            told = self._texts.say("utter_change_call", name=name, due=told_at(move.at_time))
        else:
            return
        await tell(session, self._clock, done.card.dialogue_id, told)

    def _crm(self, session: AsyncSession) -> Crm:
        return Crm(session, self._clock, self._calendar)
