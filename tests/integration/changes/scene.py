"""A firm on a Monday morning, a customer who talks, complains, and is told; and everything staff do about it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from conversations.appointments import AppointmentDesk
from conversations.change_watch import ChangeWatch
from conversations.changes import ChangeDesk
from conversations.desk import Desk
from conversations.inbox import Inbox
from conversations.models import Conversation, Message
from crm.alerts.models import Alert
from crm.appointments.models import Appointment, Way
from crm.appointments.service import Booking
from crm.clock import FixedClock
from crm.complaints.changes.models import ComplaintMove, MoveKind
from crm.complaints.models import ComplaintCard
from crm.complaints.service import ComplaintFacts
from crm.crm import Crm
from crm.customers.models import ChannelIdentity
from crm.promises.business_time import BusinessCalendar
from crm.promises.models import Promise
from crm.staff.departments import Department
from crm.staff.models import Role, Staff
from database.session import Database
from tests.integration.complaints.house import MONDAY
from tests.integration.conversations.conftest import line, texts

STAFF = {
    "lin": (Role.AGENT, Department.SERVICE),
    "mei": (Role.AGENT, Department.SERVICE),
    "wang": (Role.DEPARTMENT, Department.OPERATIONS),
    "chen": (Role.SUPERVISOR, Department.SERVICE_LEAD),
    "zhao": (Role.SUPERVISOR, Department.SERVICE_LEAD),
    "boss": (Role.ADMIN, Department.MANAGEMENT),
    "coach": (Role.TRAINER, Department.SERVICE),
}
CALENDAR = BusinessCalendar()
HOUR = timedelta(hours=1)


class Scene:
    """The database, the clock, and the desks of staff."""

    def __init__(self, database: Database, clock: FixedClock) -> None:
        clock.at = MONDAY
        self.database = database
        self.clock = clock
        self.woken: list[int] = []
        self.staff: dict[str, Staff] = {}
        given = (database, clock, CALENDAR, texts(), lambda: self.woken.append(1))
        self.changes = ChangeDesk(*given)
        self.book = AppointmentDesk(*given)
        self.watch = ChangeWatch(*given)
        self.desk = Desk(database, clock, texts(), lambda: None)

    async def hire(self, staff: dict[str, tuple[Role, Department]] | None = None) -> "Scene":
        """Everybody of STAFF, or others."""
        async with self.database.transaction() as session:
            for code, (role, department) in (staff or STAFF).items():
                person = Staff(
                    code=code,
                    name=f"{code}真名",
                    display_name=f"客服{code}",
                    role=role,
                    department=department,
                    password_hash="none",
                    created_at=self.clock.now(),
                )
                session.add(person)
                self.staff[code] = person
        return self

    @asynccontextmanager
    async def crm(self) -> AsyncIterator[Crm]:
        """One transaction."""
        async with self.database.transaction() as session:
            yield self.crm_of(session)

    def crm_of(self, session: AsyncSession) -> Crm:
        """The services of a transaction."""
        return Crm(session, self.clock, CALENDAR)

    async def talks(self, account: str = "u1", text: str = "在吗") -> UUID:
        """A line of the customer; gives the conversation."""
        incoming = line(text, f"{account} {self.clock.now().isoformat()} {text}", account)
        return (await Inbox(self.database, self.clock, 2000).receive(incoming)).conversation_id

    async def complains(
        self, account: str = "u1", text: str = "说好周三到现在都没影", intent: str = "complain_delay", owner: str = ""
    ) -> str:
        """A new card of the account (or more on its open one), whose customer was told; perhaps in somebody's hands."""
        conversation = await self.talks(account, text)
        async with self.crm() as crm:
            card = await crm.complaints.open(conversation, uuid4(), ComplaintFacts(intent, text))
            await crm.complaints.tell(conversation, uuid4(), card.number)
        if owner:
            await self.set_card(card.number, taken_by=owner)
        return card.number

    async def set_card(self, number: str, **changed: Any) -> None:
        """Fields of a card as given."""
        async with self.database.transaction() as session:
            found = await session.scalar(select(ComplaintCard).where(ComplaintCard.number == number))
            for name, value in changed.items():
                setattr(found, name, value)

    async def card(self, number: str) -> ComplaintCard:
        """The card as it stands."""
        found: ComplaintCard = next(card for card in await self.rows(ComplaintCard) if card.number == number)
        return found

    async def proposed(self, number: str, kind: MoveKind, by: str = "chen") -> UUID:
        """A change that waits for a decision."""
        made: UUID = (await self.changes.propose(number, self.staff[by], kind, "客户不满意")).id
        return made

    async def moves(self, number: str) -> list[tuple[str, str, str]]:
        """(kind, trigger, state) of every change of a card."""
        card = await self.card(number)
        found = [move for move in await self.rows(ComplaintMove) if move.card_id == card.id]
        found.sort(key=lambda move: (move.created_at, list(MoveKind).index(MoveKind(move.kind))))
        return [(move.kind, move.trigger, move.state) for move in found]

    async def booking(self, staff: str, starts_at: datetime, account: str = "u1", **more: Any) -> Booking:
        """A call about something else, in the account's conversation."""
        return Booking(await self.talks(account), staff, starts_at, Way.CALL, "聊聊下季度的舱位", **more)

    async def booked(self, staff: str, starts_at: datetime, account: str = "u1", **more: Any) -> Appointment:
        """The same, agreed."""
        return await self.book.book(await self.booking(staff, starts_at, account, **more), self.staff[staff])

    async def conversation(self, account: str = "u1") -> Conversation:
        """The account's open conversation."""
        found: list[Conversation] = await self.rows(Conversation)
        (held,) = [one for one in found if one.account == account and one.status != "closed"]
        return held

    async def heard(self, account: str = "u1") -> list[str]:
        """What an account was told, oldest first."""
        query = select(Message.text).join(Conversation).where(Conversation.account == account)
        async with self.database.reading() as session:
            return list(await session.scalars(query.where(Message.author != "customer").order_by(Message.seq)))

    async def alerts(self) -> list[tuple[str, str]]:
        """(addressee, text) of every alert."""
        return [(one.to_staff or one.to_department, one.text) for one in await self.rows(Alert)]

    async def promises(self) -> list[Promise]:
        """Every promise, by its making."""
        return sorted(await self.rows(Promise), key=lambda one: (one.created_at, one.due_at))

    async def rows(self, model: type[Any]) -> list[Any]:
        """All rows of a table."""
        async with self.database.reading() as session:
            return list(await session.scalars(select(model)))

    async def binds(self, account: str, contact_id: UUID) -> None:
        """An account speaks for a contact."""
        async with self.database.transaction() as session:
            found = await session.scalar(select(ChannelIdentity).where(ChannelIdentity.account == account))
            assert found is not None
            found.contact_id = contact_id
