"""Waiting for the customer, closing a card, and opening it again."""

from datetime import timedelta

import pytest

from crm.alerts.models import Alert
from crm.complaints.desk.service import Cause
from crm.complaints.errors import (
    CauseMissing,
    StillToDo,
    TooJunior,
)
from crm.complaints.models import ComplaintPause, ComplaintState, EventKind, Severity
from crm.orders.models import DepartmentTask, TaskState
from crm.promises.models import Promise, PromiseKind, PromiseState
from crm.remedies.models import RemedyKind
from crm.remedies.wishes import Wish
from crm.staff.departments import Department
from tests.integration.complaints.house import CAUSE, MONDAY, House

S = ComplaintState
RESULT = "货今天下午送到您仓库"

# ---------------------------------------------------------------- closing


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        (Cause(), ("root_cause", "cause_department", "prevention")),
        (Cause("漏订舱"), ("cause_department", "prevention")),
        (Cause("漏订舱", Department.OPERATIONS), ("prevention",)),
        (Cause("漏订舱", Department.OPERATIONS, "  "), ("prevention",)),
    ],
)
async def test_without_cause_and_prevention_nothing_is_closed(
    house: House, given: Cause, missing: tuple[str, ...]
) -> None:
    number = await house.brought_to(S.ANSWERED)
    with pytest.raises(CauseMissing) as refused:
        await house.does("lin", "close", number, given)
    assert refused.value.missing == missing
    assert (await house.card(number)).closed_at is None


async def test_what_the_department_has_found_out_closes_it(house: House) -> None:
    number = await house.brought_to(S.ANSWERED)
    first = await house.does("lin", "ask_cause", number, Department.OPERATIONS)
    again = await house.does("chen", "ask_cause", number, Department.OPERATIONS)
    assert first.id == again.id
    assert first.facts["complaint_no"] == number
    await house.does("wang", "report_cause", number, "漏订舱", "双人复核")
    (task,) = await house.rows(DepartmentTask)
    assert (task.state, task.taken_by, task.result) == (TaskState.DONE, "wang", "漏订舱")
    await house.does("lin", "close", number, Cause())
    card = await house.card(number)
    assert (card.root_cause, card.cause_department, card.prevention) == ("漏订舱", "operations", "双人复核")


async def test_what_was_granted_is_done_before_it_is_closed(house: House) -> None:
    number = await house.brought_to(S.ANSWERED)
    async with house.crm() as crm:
        made = await crm.remedies.propose(number, Wish(RemedyKind.APOLOGY_CALL, "客户很失望"), house.staff["chen"])
        await crm.claims.open_for(number)
    assert made.state == "approved"
    with pytest.raises(StillToDo) as refused:
        await house.does("lin", "close", number, CAUSE)
    assert "理赔（收集资料）" in str(refused.value)
    with pytest.raises(TooJunior):
        await house.does("lin", "close", number, CAUSE, "客户等不及")
    assert (await house.card(number)).state == S.ANSWERED
    await house.does("chen", "close", number, CAUSE, "客户同意理赔另外跟进")
    assert (await house.card(number)).state == S.CLOSED
    notes = [event.new or "" for event in await house.history(number) if event.what == EventKind.NOTE]
    assert [one for one in notes if "客户同意理赔另外跟进" in one and "理赔（收集资料）" in one]


async def test_what_is_done_or_refused_holds_up_nothing(house: House) -> None:
    number = await house.brought_to(S.ANSWERED)
    async with house.crm() as crm:
        made = await crm.remedies.propose(number, Wish(RemedyKind.APOLOGY_CALL, "客户很失望"), house.staff["chen"])
        await crm.remedies.report(made.id, "打过了", house.staff["chen"], done=True)
        await crm.claims.open_for(number)
        await crm.claims.end(number, house.staff["chen"], "客户撤回", settled=False)
    await house.does("lin", "close", number, CAUSE)


# ---------------------------------------------------------------- opening again


async def test_reopening_goes_one_level_up_and_promises_a_call(house: House) -> None:
    number = await house.brought_to(S.CLOSED)
    await house.does("lin", "reopen", number, "客户说还没收到")
    card = await house.card(number)
    assert (card.state, card.level, card.reopened, card.taken_by) == (S.CHECKING, 1, 1, None)
    assert (card.closed_at, card.answered_at, card.result) == (None, None, "")
    (call,) = [one for one in await house.rows(Promise) if one.kind == PromiseKind.CALLBACK]
    (task,) = [one for one in await house.rows(DepartmentTask) if one.kind == "call_back_complaint"]
    assert call.due_at == task.due_at == card.first_reply_due == MONDAY + timedelta(hours=2)
    assert call.by_whom == task.department == Department.SERVICE_LEAD
    assert [(one.kind, one.to_department) for one in await house.rows(Alert)] == [
        ("complaint_reopened", "service_lead")
    ]
    with pytest.raises(TooJunior):
        await house.does("lin", "take", number)
    with pytest.raises(TooJunior):
        await house.does("lin", "called_back", number, "打过了")
    await house.does("chen", "called_back", number, "约好明天上门")
    kept = [one.state for one in await house.rows(Promise) if one.kind == PromiseKind.CALLBACK]
    assert kept == [PromiseState.KEPT]


async def test_the_second_time_it_goes_to_the_management_and_no_further(house: House) -> None:
    number = await house.brought_to(S.ANSWERED)
    for _ in range(3):
        await house.does("lin", "reopen", number, "还是没好")
        await house.does("boss", "take", number)
        await house.does("boss", "answer", number, RESULT)
    card = await house.card(number)
    assert (card.level, card.reopened) == (2, 3)
    told = [alert.to_department for alert in await house.rows(Alert)]
    assert sorted(told) == ["management", "management", "service_lead"]
    with pytest.raises(TooJunior):
        await house.does("lin", "close", number, CAUSE)


# ---------------------------------------------------------------- waiting for the customer


async def test_the_result_is_due_later_by_the_working_time_of_a_pause(house: House) -> None:
    number = await house.brought_to(S.CHECKING)
    due = (await house.card(number)).resolve_due
    await house.does("lin", "pause", number, "等客户发照片")
    await house.does("lin", "pause", number, "又一次")
    house.clock.move(timedelta(hours=1))
    await house.does("lin", "resume", number)
    await house.does("lin", "resume", number)
    later = (await house.card(number)).resolve_due
    assert later == due + timedelta(hours=1)
    assert [one.reason for one in await house.rows(ComplaintPause)] == ["等客户发照片"]
    (promise,) = [one for one in await house.rows(Promise) if one.kind == PromiseKind.RESOLUTION]
    assert promise.due_at == later
    kinds = [event.what for event in await house.history(number)]
    assert (kinds.count(EventKind.PAUSED), kinds.count(EventKind.RESUMED)) == (1, 1)


async def test_a_night_gives_nothing(house: House) -> None:
    number = await house.brought_to(S.CHECKING)
    due = (await house.card(number)).resolve_due
    house.clock.at = MONDAY.replace(hour=20)
    await house.does("lin", "pause", number, "等客户发照片")
    house.clock.at = MONDAY.replace(hour=23)
    await house.does(None, "resume", number)
    assert (await house.card(number)).resolve_due == due


async def test_of_the_gravest_a_night_counts_too(house: House) -> None:
    number = await house.brought_to(S.CHECKING)
    await house.does("chen", "change_severity", number, Severity.S1, "客户停产")
    due = (await house.card(number)).resolve_due
    house.clock.at = MONDAY.replace(hour=20)
    await house.does("chen", "pause", number, "等客户发照片")
    house.clock.at = MONDAY.replace(hour=23)
    await house.does(None, "resume", number)
    (promise,) = [one for one in await house.rows(Promise) if one.kind == PromiseKind.RESOLUTION]
    assert promise.round_the_clock
    assert promise.due_at == (await house.card(number)).resolve_due == due + timedelta(hours=3)


async def test_answering_ends_the_wait(house: House) -> None:
    number = await house.brought_to(S.ACTING)
    await house.does("lin", "pause", number, "等客户发照片")
    await house.does("lin", "answer", number, RESULT)
    assert [one.ended_at for one in await house.rows(ComplaintPause)] == [house.clock.now()]
