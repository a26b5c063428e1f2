"""A firm with staff of every rank, and a complaint whose customer was told what happens next."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select

from crm.clock import SHANGHAI, FixedClock
from crm.complaints.desk.service import Cause
from crm.complaints.models import ComplaintCard, ComplaintEvent, ComplaintState
from crm.complaints.service import ComplaintFacts
from crm.crm import CrmFactory, crm_factory
from crm.staff.departments import Department
from crm.staff.models import Role, Staff
from database.session import Database

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=SHANGHAI)
STAFF = {
    "lin": (Role.AGENT, Department.SERVICE),
    "mei": (Role.AGENT, Department.SERVICE),
    "wang": (Role.DEPARTMENT, Department.OPERATIONS),
    "chen": (Role.SUPERVISOR, Department.SERVICE_LEAD),
    "boss": (Role.ADMIN, Department.MANAGEMENT),
    "coach": (Role.TRAINER, Department.SERVICE),
}
CAUSE = Cause("舱位没有提前确认", Department.OPERATIONS, "订舱后两小时内复核")


@dataclass
class House:
    """The database, and who works there."""

    database: Database
    clock: FixedClock
    staff: dict[str, Staff] = field(default_factory=dict)

    @property
    def crm(self) -> CrmFactory:
        """Opens a transaction."""
        return crm_factory(self.database, self.clock)

    async def furnish(self) -> "House":
        """Hires everybody; it is Monday morning."""
        self.clock.at = MONDAY
        async with self.database.transaction() as session:
            for code, (role, department) in STAFF.items():
                person = Staff(
                    code=code,
                    name=code,
                    role=role.value,
                    department=department.value,
                    password_hash="none",
                    skills=[],
                    created_at=self.clock.now(),
                )
                session.add(person)
                self.staff[code] = person
        return self

    async def complaint(self, text: str = "货晚了五天还没到", intent: str = "complain_delay") -> str:
        """The number of a new card of a stranger, who was told of it."""
        async with self.crm() as crm:
            identity = await crm.customers.identify("web", uuid4().hex)
            dialogue = await crm.customers.open_dialogue(identity, uuid4())
            card = await crm.complaints.open(dialogue.id, uuid4(), ComplaintFacts(intent, text))
            await crm.complaints.tell(dialogue.id, uuid4(), card.number)
        return card.number

    async def does(self, who: str | None, verb: str, number: str, *given: Any) -> Any:
        """Somebody does something to a card in a transaction of its own."""
        async with self.crm() as crm:
            return await getattr(crm.complaint_desk, verb)(number, self.staff.get(who or ""), *given)

    async def brought_to(self, state: ComplaintState) -> str:
        """A new card in a state, in the hand of lin from checking on."""
        number = await self.complaint()
        steps: list[tuple[str, tuple[Any, ...]]] = [
            ("take", ()),
            ("start_acting", ()),
            ("answer", ("货今天已经送到",)),
            ("close", (CAUSE,)),
        ]
        for verb, given in steps[: list(ComplaintState).index(state)]:
            await self.does("lin", verb, number, *given)
        return number

    async def card(self, number: str) -> ComplaintCard:
        """The card as it stands."""
        async with self.database.reading() as session:
            return (await session.scalars(select(ComplaintCard).where(ComplaintCard.number == number))).one()

    async def history(self, number: str) -> list[ComplaintEvent]:
        """Everything that happened to a card."""
        query = select(ComplaintEvent).join(ComplaintCard).where(ComplaintCard.number == number)
        async with self.database.reading() as session:
            return list(await session.scalars(query.order_by(ComplaintEvent.position)))

    async def rows(self, model: type[Any]) -> list[Any]:
        """All rows of a table, oldest first where they tell."""
        async with self.database.reading() as session:
            return list(await session.scalars(select(model)))

    async def dialogue_of(self, number: str) -> UUID:
        """Where a card was made."""
        return (await self.card(number)).dialogue_id
