"""Whatever is proposed, split, approved, refused and reported in whatever order: nobody grants more than they may."""

import asyncio
import shutil
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from uuid import UUID

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncSession

from crm.clock import SHANGHAI, FixedClock
from crm.crm import Crm
from crm.errors import Refusal
from crm.pricing.money import Money
from crm.promises.business_time import BusinessCalendar
from crm.remedies.authority import APPROVERS, limits, rank_of
from crm.remedies.models import GRANTED, Remedy, RemedyKind, RemedyState
from crm.remedies.repository import RemedyRepository
from crm.remedies.wishes import Wish
from database.session import Database
from tests.integration.repair_data import GAO, LEI, LIN, PEOPLE, ZHOU, card_of, complain, employ, person

ACCUSED = GAO
COUNTED = (RemedyKind.VOUCHER, RemedyKind.CREDIT_NOTE, RemedyKind.REDELIVERY, RemedyKind.FREE_STORAGE)


@dataclass(frozen=True)
class Step:
    """One attempt of somebody. `which`: the remedy it is about, counted from the first, around and around."""

    verb: str
    who: str
    kind: RemedyKind
    amount: Decimal
    days: int
    which: int


STEPS = st.lists(
    st.builds(
        Step,
        verb=st.sampled_from([*["propose"] * 4, *["approve"] * 4, "refuse", "done", "failed"]),
        who=st.sampled_from([LIN, ZHOU, LEI, LIN, ZHOU, LEI, *sorted(PEOPLE)]),
        kind=st.sampled_from([RemedyKind.VOUCHER, *COUNTED]),
        amount=st.sampled_from(["0.01", "150", "200", "1500", "2999.99", "30000"]).map(Decimal),
        days=st.sampled_from([1, 2, 3, 8, 15, 40]),
        which=st.integers(0, 9),
    ),
    min_size=10,
    max_size=30,
)


@given(STEPS)
@settings(max_examples=15, phases=[Phase.generate], deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_path_lets_anybody_grant_more_than_they_may(empty_database: Path, steps: list[Step]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "path.db"
        shutil.copy(empty_database, path)
        asyncio.run(walk(f"sqlite+aiosqlite:///{path}", steps))


async def walk(url: str, steps: list[Step]) -> None:
    """Goes the steps one after the other, looking after each."""
    database, clock = Database(url), FixedClock(datetime(2026, 11, 23, 10, tzinfo=SHANGHAI))
    try:
        async with database.transaction() as session:
            await employ(session, clock)
            number = await complain(session, clock, accused=(ACCUSED,))
            crm, before = Crm(session, clock, BusinessCalendar()), dict[UUID, str]()
            for step in steps:
                with suppress(Refusal):
                    await go(crm, session, number, step)
                before = look(await remedies(session, number), before)
    finally:
        await database.close()


async def go(crm: Crm, session: AsyncSession, number: str, step: Step) -> None:
    """One attempt; raises a Refusal where it is not allowed."""
    who = person(step.who)
    if step.verb == "propose":
        days = step.days if step.kind is RemedyKind.FREE_STORAGE else None
        money = None if days else Money(step.amount)
        await crm.remedies.propose(number, Wish(step.kind, "理由", money, days), who)
        return
    made = await remedies(session, number)
    if not made:
        return
    about = made[step.which % len(made)].id
    if step.verb == "approve":
        await crm.remedies.approve(about, who)
    elif step.verb == "refuse":
        await crm.remedies.refuse(about, "不行", who)
    else:
        await crm.remedies.report(about, "结果", who, done=step.verb == "done")


async def remedies(session: AsyncSession, number: str) -> list[Remedy]:
    card = await card_of(session, number)
    return list(await RemedyRepository(session).of_card(card.id))


def look(made: list[Remedy], before: dict[UUID, str]) -> dict[UUID, str]:
    """What holds at every moment; `before` and what is given back: the state of each remedy."""
    granted = [one for one in made if one.state in GRANTED]
    money, days = (
        sum(((one.value_cny or Decimal(0)) for one in granted), Decimal(0)),
        sum(one.days or 0 for one in granted),
    )
    for one in granted:
        rank = rank_of(person(one.decided_by))
        assert rank is not None
        assert one.decided_by != ACCUSED
        assert RemedyKind(one.kind) not in limits()[rank].never
        assert one.value_cny is None or one.value_cny <= limits()[rank].cny
        asked = before.get(one.id) == RemedyState.AWAITING_APPROVAL
        assert not asked or (one.decided_by != one.proposed_by and rank in APPROVERS)
        if before.get(one.id) not in GRANTED:
            # Decided just now: with everything granted before, whoever granted it.
            assert one.value_cny is None or money <= limits()[rank].cny
            assert one.days is None or days <= limits()[rank].days
    return {one.id: one.state for one in made}
