"""Remedies carried out by tasks of the departments, and decided by several people at once."""

import asyncio

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm.clock import FixedClock
from crm.crm import Crm, crm_factory
from crm.orders.models import DepartmentTask, TaskState
from crm.remedies.errors import (
    NoSay,
    NotFit,
    WrongRemedyMove,
)
from crm.remedies.models import RemedyState
from crm.remedies.views import RemedyView
from crm.staff.departments import Department
from database.session import Database
from tests.integration.repair_data import (
    CHEN,
    GAO,
    LEI,
    LIN,
    SUN,
    WANG,
    ZHOU,
    alerts,
    complain,
    crm,
    employ,
    history,
    number,
    person,
    tasks,
    wish,
)

S = RemedyState


__all__ = ["crm", "number"]


# ---------------------------------------------------------------- carried out


async def test_finishing_the_task_anywhere_carries_the_remedy_out(crm: Crm, session: AsyncSession, number: str) -> None:
    made = await crm.remedies.propose(number, wish("priority", None), person(LIN))
    (task,) = await tasks(session)
    await crm.tasks.move(task.id, TaskState.TAKEN, "wu")
    await crm.tasks.move(task.id, TaskState.DONE, "wu", "排到周四的船")
    (found,) = await crm.remedies.of_card(number, person(LIN))
    assert (found.id, found.state, found.result) == (made.id, S.CARRIED_OUT, "排到周四的船")
    assert (await history(session, number))[-1] == ("wu", "优先安排：已落实（排到周四的船）")
    await crm.tasks.move(task.id, TaskState.DONE, "wu", "again")
    assert len(await history(session, number)) == 3


async def test_two_departments_check_a_bill_and_both_have_to_be_done(
    crm: Crm, session: AsyncSession, clock: FixedClock, number: str
) -> None:
    made = await crm.remedies.propose(number, wish("bill_check", None), person(LIN))
    assert [task.department for task in await tasks(session)] == ["finance", "international"]
    half = await crm.remedies.report(made.id, "海运费无误", person(SUN), done=True)
    assert half.state is S.APPROVED
    with pytest.raises(NoSay):
        await crm.remedies.report(made.id, "", person(SUN), done=True)
    with pytest.raises(NoSay):
        await crm.remedies.report(made.id, "", person(LIN), done=True)
    whole = await crm.remedies.report(made.id, "文件费多收一次", person(ZHOU), done=True)
    assert (whole.state, whole.result) == (S.CARRIED_OUT, "文件费多收一次；海运费无误")
    with pytest.raises(WrongRemedyMove):
        await crm.remedies.report(made.id, "", person(ZHOU), done=True)


async def test_what_one_department_can_not_do_fails_and_its_proposer_hears_of_it(
    crm: Crm, session: AsyncSession, number: str
) -> None:
    made = await crm.remedies.propose(number, wish("bill_check", None), person(LIN))
    with pytest.raises(NotFit):
        await crm.remedies.report(made.id, "", person(SUN), done=False)
    failed = await crm.remedies.report(made.id, "找不到原始报价", person(SUN), done=False)
    assert (failed.state, failed.result) == (S.FAILED, "找不到原始报价")
    assert {task.state for task in await tasks(session)} == {TaskState.REJECTED}
    assert await alerts(session) == [("remedy_decided", LIN)]


async def test_a_task_of_something_else_changes_no_remedy(crm: Crm, session: AsyncSession, number: str) -> None:
    await crm.remedies.propose(number, wish(), person(LIN))
    other = await crm.tasks.open("voucher", Department.SERVICE, {})
    await crm.tasks.move(other.id, TaskState.DONE, "wu")
    (found,) = await crm.remedies.of_card(number, person(LIN))
    assert found.state is S.APPROVED


async def test_a_claim_file_as_a_remedy_shares_the_task_of_the_claim(
    crm: Crm, session: AsyncSession, number: str
) -> None:
    await crm.claims.open_for(number)
    made = [await crm.remedies.propose(number, wish("claim_file", None), person(LIN)) for _ in range(2)]
    assert len(await tasks(session)) == 1
    await crm.remedies.report(made[0].id, "已立档", person(WANG), done=True)
    assert {one.state for one in await crm.remedies.of_card(number, person(LIN))} == {S.CARRIED_OUT}
    again = await crm.remedies.propose(number, wish("claim_file", None), person(LIN))
    assert again.state is S.APPROVED
    assert len(await tasks(session)) == 2


# ---------------------------------------------------------------- two at once


async def test_of_two_approvals_at_once_one_wins(database: Database, clock: FixedClock) -> None:
    async with database.transaction() as session:
        await employ(session, clock)
        number = await complain(session, clock)
    open_crm = crm_factory(database, clock)
    async with open_crm() as crm:
        made = await crm.remedies.propose(number, wish(amount="1000"), person(LIN))

    async def approve(code: str) -> RemedyView | None:
        try:
            async with open_crm() as crm:
                return await crm.remedies.approve(made.id, person(code))
        except WrongRemedyMove:
            return None

    found = await asyncio.gather(*(approve(code) for code in (ZHOU, GAO, LEI)))
    assert len([one for one in found if one is not None]) == 1
    async with database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(DepartmentTask)) == 1


async def test_of_two_grants_at_once_only_what_fits_goes_through(database: Database, clock: FixedClock) -> None:
    """Each alone is within the limit, together they are not."""
    async with database.transaction() as session:
        await employ(session, clock)
        number = await complain(session, clock)
    open_crm = crm_factory(database, clock)

    async def propose(code: str) -> RemedyState:
        async with open_crm() as crm:
            return (await crm.remedies.propose(number, wish(amount="150"), person(code))).state

    found = await asyncio.gather(*(propose(code) for code in (LIN, CHEN, LIN, CHEN)))
    assert sorted(found) == [S.APPROVED, *[S.AWAITING_APPROVAL] * 3]
