"""The firm's answers: versions, who may change them, and what is left of each change."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm.audit.models import AuditEntry
from crm.clock import FixedClock
from crm.customers.service import CustomerService
from crm.faq.defaults import shipped
from crm.faq.desk import FaqDesk
from crm.faq.errors import (
    AnswersAreAppendOnly,
    NoSuchVersion,
    NotAnEditor,
    UnfitAnswer,
    UnknownLabel,
    VersionConflict,
)
from crm.faq.models import FaqAnswer
from crm.faq.service import AnswerService, Draft
from crm.faq.views import Verdicts
from crm.orders.models import DepartmentTask, TaskState
from crm.orders.tasks import TaskService
from crm.promises.business_time import BusinessCalendar
from crm.staff.models import Role, Staff
from database.session import Database

LABEL = "faq/invoice"
TODAY = date(2026, 11, 21)
FIRST = Draft("票开好发邮箱。", "财务制度 2.1", TODAY)
SECOND = Draft("票三天内发邮箱。", "财务制度 2.2", TODAY, date(2027, 12, 31))


def somebody(role: Role = Role.TRAINER) -> Staff:
    """A member of staff; never stored, the service asks for nothing but role and code."""
    return Staff(code=role.value, role=role.value)


@pytest.fixture
def answers(session: AsyncSession, clock: FixedClock) -> AnswerService:
    return AnswerService(session, clock)


async def test_every_question_has_an_answer_from_the_beginning(answers: AnswerService) -> None:
    listed = await answers.all()
    assert [one.label for one, _ in listed] == list(shipped())
    assert len(listed) == 15
    assert all(not one.own and one.version == 0 and one.text and one.source for one, _ in listed)


async def test_each_change_is_a_version_with_its_author_and_nothing_is_lost(
    answers: AnswerService, clock: FixedClock
) -> None:
    await answers.change(LABEL, FIRST, 0, somebody())
    clock.move(timedelta(hours=1))
    now = await answers.change(LABEL, SECOND, 1, somebody(Role.SUPERVISOR))
    assert (now.text, now.version, now.own, now.said_version) == (SECOND.text, 2, True, 2)
    assert [(v.version, v.text, v.changed_by) for v, _ in await answers.history(LABEL)] == [
        (2, SECOND.text, "staff:supervisor"),
        (1, FIRST.text, "staff:trainer"),
    ]
    assert await answers.change(LABEL, SECOND, 2, somebody()) == now, "what is said already is no new version"
    assert (await answers.change("faq/packaging", _as_shipped("faq/packaging"), 0, somebody())).own is False


def _as_shipped(label: str) -> Draft:
    default = shipped()[label]
    return Draft(f" {default.text}\n", default.source, default.as_of)


async def test_a_restored_version_is_a_new_one(answers: AnswerService) -> None:
    await answers.change(LABEL, FIRST, 0, somebody())
    await answers.change(LABEL, SECOND, 1, somebody())
    now = await answers.restore(LABEL, 1, 2, somebody())
    assert (now.text, now.version) == (FIRST.text, 3)
    newest, _ = (await answers.history(LABEL))[0]
    assert newest.restored_from == 1


async def test_a_withdrawn_answer_leaves_the_default_and_its_versions(answers: AnswerService) -> None:
    await answers.change(LABEL, FIRST, 0, somebody())
    now = await answers.withdraw(LABEL, 1, somebody())
    assert (now.text, now.own, now.version, now.said_version) == (shipped()[LABEL].text, False, 2, 0)
    assert await answers.withdraw(LABEL, 2, somebody()) == now, "twice is once"
    with pytest.raises(NoSuchVersion):
        await answers.restore(LABEL, 2, 2, somebody())
    assert (await answers.restore(LABEL, 1, 2, somebody())).text == FIRST.text


async def test_who_read_an_older_version_is_refused(answers: AnswerService) -> None:
    await answers.change(LABEL, FIRST, 0, somebody())
    editor = somebody()
    tries: list[Callable[[], Awaitable[object]]] = [
        lambda: answers.change(LABEL, SECOND, 0, editor),
        lambda: answers.restore(LABEL, 1, 0, editor),
        lambda: answers.withdraw(LABEL, 7, editor),
    ]
    for attempt in tries:
        with pytest.raises(VersionConflict) as refused:
            await attempt()
        assert refused.value.current == 1
    assert len(await answers.history(LABEL)) == 1


async def test_of_two_who_save_at_once_one_wins(database: Database, clock: FixedClock) -> None:
    async def save(text: str) -> bool:
        try:
            async with database.transaction() as session:
                await AnswerService(session, clock).change(LABEL, Draft(text, "手册", TODAY), 0, somebody())
        except VersionConflict:
            return False
        return True

    assert sorted(await asyncio.gather(*(save(f"第{n}个人写的") for n in range(5)))) == [False] * 4 + [True]
    async with database.reading() as session:
        assert len((await session.scalars(select(FaqAnswer))).all()) == 1


@pytest.mark.parametrize("role", [Role.AGENT, Role.DEPARTMENT])
async def test_not_everybody_may_change_answers(answers: AnswerService, role: Role) -> None:
    await answers.change(LABEL, FIRST, 0, somebody(Role.ADMIN))
    with pytest.raises(NotAnEditor):
        await answers.change(LABEL, SECOND, 1, somebody(role))
    with pytest.raises(NotAnEditor):
        await answers.restore(LABEL, 1, 1, somebody(role))
    with pytest.raises(NotAnEditor):
        await answers.withdraw(LABEL, 1, somebody(role))
    assert (await answers.current(LABEL)).version == 1


async def test_what_is_not_fit_is_told_field_by_field(answers: AnswerService) -> None:
    with pytest.raises(UnfitAnswer) as refused:
        await answers.change(LABEL, Draft(" ", "手册{3}", date(2026, 11, 22)), 0, somebody())
    assert set(refused.value.problems) == {"text", "source", "as_of"}


async def test_a_question_that_was_never_trained_is_refused_with_what_to_do(answers: AnswerService) -> None:
    with pytest.raises(UnknownLabel, match=r"faq/weekend_pickup.*写例句.*训练"):
        await answers.change("faq/weekend_pickup", FIRST, 0, somebody())
    for look in (answers.current, answers.history, answers.of_default):
        with pytest.raises(UnknownLabel):
            await look("faq/weekend_pickup")


async def test_every_change_is_in_the_audit_record(answers: AnswerService, session: AsyncSession) -> None:
    await answers.change(LABEL, FIRST, 0, somebody())
    await answers.change(LABEL, SECOND, 1, somebody())
    await answers.restore(LABEL, 1, 2, somebody())
    await answers.withdraw(LABEL, 3, somebody())
    entries = (await session.scalars(select(AuditEntry).order_by(AuditEntry.sequence))).all()
    assert [(one.subject, one.action, one.fields) for one in entries] == [
        ("faq:invoice", "change", "text,source"),
        ("faq:invoice", "change", "text,source,valid_until"),
        ("faq:invoice", "restore", ""),
        ("faq:invoice", "withdraw", ""),
    ]
    assert {one.actor for one in entries} == {"staff:trainer"}
    assert entries[2].detail == {"version": 3, "before": 2, "restored_from": 1}


async def test_a_version_is_never_changed(database: Database, clock: FixedClock) -> None:
    async with database.transaction() as session:
        await AnswerService(session, clock).change(LABEL, FIRST, 0, somebody())
    with pytest.raises(AnswersAreAppendOnly):
        async with database.transaction() as session:
            (await session.scalars(select(FaqAnswer))).one().text = "别的"
    with pytest.raises(AnswersAreAppendOnly):
        async with database.transaction() as session:
            await session.delete((await session.scalars(select(FaqAnswer))).one())
    async with database.reading() as session:
        assert (await session.scalars(select(FaqAnswer.text))).all() == [FIRST.text]


def desk(session: AsyncSession, clock: FixedClock) -> FaqDesk:
    due = BusinessCalendar().due
    return FaqDesk(session, clock, TaskService(session, clock, due), due)


async def _dialogue(session: AsyncSession, clock: FixedClock) -> UUID:
    customers = CustomerService(session, clock)
    return (await customers.open_dialogue(await customers.identify("web", str(uuid4())), uuid4())).id


async def _says(session: AsyncSession, clock: FixedClock, *heard: bool) -> None:
    """A customer in a new conversation hears the answer and says these verdicts, one after the other."""
    faq, dialogue = desk(session, clock), await _dialogue(session, clock)
    asking = await faq.ask_whether_it_helped(dialogue, uuid4(), await faq.answer(LABEL), ["faq/insurance", LABEL, "?"])
    assert asking is not None
    for helped in heard:
        found = await faq.verdict(dialogue, asking, helped=helped)
        assert found is not None
        assert found.others == ["faq/insurance"]
    assert await faq.ask_whether_it_helped(dialogue, uuid4(), await faq.answer(LABEL), []) is None
    assert await faq.verdict(await _dialogue(session, clock), asking, helped=True) is None


async def test_verdicts_are_counted_by_version_and_each_customer_once(
    answers: AnswerService, session: AsyncSession, clock: FixedClock
) -> None:
    await _says(session, clock, True)
    await answers.change(LABEL, FIRST, 0, somebody())
    await _says(session, clock, False, True, True)
    await _says(session, clock, False)
    await _says(session, clock)
    await answers.change(LABEL, SECOND, 1, somebody())
    assert await answers.verdicts(await answers.current(LABEL)) == Verdicts(0, 0)
    assert [(v.version, told) for v, told in await answers.history(LABEL)] == [(2, Verdicts()), (1, Verdicts(1, 1))]
    assert (await answers.of_default(LABEL))[1] == Verdicts(1, 0)


async def test_an_answer_that_has_run_out_is_looked_at_again_when_it_was_not_put_right(
    answers: AnswerService, session: AsyncSession, clock: FixedClock
) -> None:
    await answers.change(LABEL, Draft("旧的", "旧手册", date(2026, 1, 1), date(2026, 11, 20)), 0, somebody())
    faq = desk(session, clock)

    async def tasks_after_asking() -> int:
        assert (await faq.answer(LABEL)).text == "旧的"
        return len((await session.scalars(select(DepartmentTask))).all())

    assert [await tasks_after_asking() for _ in range(2)] == [1, 1]
    task = (await session.scalars(select(DepartmentTask))).one()
    await TaskService(session, clock, BusinessCalendar().due).move(task.id, TaskState.DONE, "zhou", "看过")
    await session.flush()
    assert await tasks_after_asking() == 1
    clock.move(timedelta(days=8))
    assert await tasks_after_asking() == 2
    await answers.change(LABEL, FIRST, 1, somebody())
    clock.move(timedelta(days=30))
    await faq.answer(LABEL)
    assert len((await session.scalars(select(DepartmentTask))).all()) == 2
