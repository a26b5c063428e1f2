"""The person complained about never gets or keeps the case, whatever staff, shifts, accusations, claims and changes there are."""

import asyncio
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from conversations.models import Conversation
from crm.appointments.models import Appointment, AppointmentState, Way
from crm.clock import FixedClock
from crm.complaints.changes.models import MoveKind, Place
from crm.complaints.changes.service import Meeting
from crm.complaints.models import ComplaintCard
from crm.errors import Refusal
from crm.promises.models import Promise, PromiseState
from crm.staff.departments import Department
from crm.staff.models import Role
from database.session import Database
from tests.integration.changes.scene import HOUR, Scene
from tests.integration.complaints.house import MONDAY

CODES = ("s0", "s1", "s2", "s3")
LEAD = "lead"
"""Decides, and is never complained about: else little would happen in most examples."""
WHO = st.sampled_from(CODES)
KINDS = ("claim", "take", "accuse", "written_past", "person", "place", "time", "book", "move", "later")
STEPS = st.lists(st.tuples(st.sampled_from(KINDS), WHO, st.integers(1, 7)), min_size=12, max_size=16)
PEOPLE = st.lists(
    st.tuples(
        st.sampled_from((Role.AGENT, Role.AGENT, Role.DEPARTMENT, Role.SUPERVISOR, Role.ADMIN)),
        st.sampled_from((Department.SERVICE, Department.OPERATIONS, Department.MANAGEMENT)),
    ),
    min_size=len(CODES),
    max_size=len(CODES),
)
SHIFTS = st.lists(st.tuples(WHO, st.integers(-2, 8), st.integers(1, 10)), max_size=3)


class World(Scene):
    """A customer with a complaint, and the steps that staff try."""

    number = ""

    async def open(self, shifts: list[tuple[str, int, int]]) -> None:
        """The roster, a complaint, and an account without one."""
        for who, starts, length in shifts:
            try:
                async with self.crm() as crm:
                    await crm.shifts.plan(who, MONDAY + starts * HOUR, MONDAY + (starts + length) * HOUR, LEAD)
            except Refusal:
                continue
        self.number = await self.complains()

    async def step(self, kind: str, who: str, n: int) -> None:
        """One try; what is refused has not happened."""
        try:
            await getattr(self, f"try_{kind}")(who, n)
        except Refusal:
            return

    async def try_claim(self, who: str, _n: int) -> None:
        """Whoever has it gives it back before; a message shows that who claims may write."""
        conversation = await self.conversation()
        if conversation.agent_code is not None:
            await self.desk.return_to_bot(conversation.id, conversation.agent_code)
        await self.desk.claim(conversation.id, who, who)
        await self.desk.reply(conversation.id, who, "您好")

    async def try_take(self, who: str, _n: int) -> None:
        async with self.crm() as crm:
            await crm.complaint_desk.take(self.number, self.staff[who])

    async def try_accuse(self, who: str, _n: int) -> None:
        await self.changes.accuse(self.number, self.staff[LEAD], [who])

    async def try_written_past(self, who: str, _n: int) -> None:
        """Named by other code: the watch follows at once."""
        card = await self.card(self.number)
        await self.set_card(self.number, accused=sorted({*card.accused, who}))
        await self.watch.run_once()

    async def try_person(self, who: str, n: int) -> None:
        move = await self.proposed(self.number, MoveKind.PERSON, LEAD)
        await self.changes.change_person(move, self.staff[LEAD], who if n % 2 else None)

    async def try_place(self, _who: str, n: int) -> None:
        move = await self.proposed(self.number, MoveKind.PLACE, LEAD)
        meeting = Meeting(self.clock.now() + n * HOUR, address="外高桥") if n > 2 else None
        await self.changes.change_place(move, self.staff[LEAD], list(Place)[n % 4], meeting)

    async def try_time(self, who: str, n: int) -> None:
        move = await self.proposed(self.number, MoveKind.TIME, LEAD)
        meeting = Meeting(self.clock.now() + n * HOUR, Way.CALL)
        await self.changes.change_time(move, self.staff[LEAD], meeting, who if n % 2 else None)

    async def try_book(self, who: str, n: int) -> None:
        wanted = await self.booking(who, self.clock.now() + n * HOUR)
        await self.book.book(wanted, self.staff[LEAD])

    async def try_move(self, who: str, n: int) -> None:
        for found in await self.rows(Appointment):
            async with self.crm() as crm:
                await crm.appointments.move(found.id, self.clock.now() + n * HOUR, to_staff=who)

    async def try_later(self, _who: str, n: int) -> None:
        self.clock.move(timedelta(minutes=10 * n))
        await self.watch.run_once()

    async def check(self) -> None:
        """Nothing of this customer is in the hands of anybody the complaint is about."""
        async with self.database.reading() as session:
            card = (await session.scalars(select(ComplaintCard))).one()
            accused = set(card.accused)
            assert card.taken_by not in accused
            assert not accused & set(await session.scalars(select(Conversation.agent_code)))
            planned = select(Appointment.staff_code).where(Appointment.state == AppointmentState.PLANNED)
            assert not accused & set(await session.scalars(planned))
            promised = select(Promise.by_whom).where(Promise.state == PromiseState.OPEN)
            assert not accused & set(await session.scalars(promised))
        for one in accused:
            assert await self.desk.queue(one) == []
            assert await self.desk.mine(one) == []


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> Path:
    """A file for the database, made anew for each example."""
    return tmp_path_factory.mktemp("never") / "never.db"


# Without shrinking: a failure would be made smaller for minutes.
@settings(max_examples=15, deadline=None, derandomize=True, phases=(Phase.explicit, Phase.generate))
@given(people=PEOPLE, shifts=SHIFTS, steps=STEPS)
def test_the_person_complained_about_never_gets_or_keeps_the_case(
    place: Path,
    empty_database: Path,
    people: list[tuple[Role, Department]],
    shifts: list[tuple[str, int, int]],
    steps: list[tuple[str, str, int]],
) -> None:
    async def run() -> None:
        for left in place.parent.glob("never.db*"):
            left.unlink()
        shutil.copy(empty_database, place)
        database = Database(f"sqlite+aiosqlite:///{place}")
        world = World(database, FixedClock(MONDAY))
        await world.hire({LEAD: (Role.ADMIN, Department.MANAGEMENT), **dict(zip(CODES, people, strict=True))})
        await world.open(shifts)
        for step in steps:
            await world.step(*step)
            await world.check()
        await database.close()

    asyncio.run(run())
