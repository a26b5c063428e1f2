"""What can be done to a card in which state, by whom, and what comes of it."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from crm.alerts.models import Alert
from crm.complaints.desk.lifecycle import VERBS
from crm.complaints.errors import (
    AlreadyTaken,
    ComplaintNotFound,
    NotInHand,
    PersonComplainedAbout,
    TooJunior,
    UnfitValue,
    WrongComplaintMove,
)
from crm.complaints.models import ComplaintState, EventKind, Severity
from crm.complaints.service import ComplaintFacts
from crm.promises.models import Promise, PromiseKind, PromiseState
from crm.staff.departments import Department
from tests.integration.complaints.house import CAUSE, MONDAY, House

S = ComplaintState
RESULT = "货今天下午送到您仓库"
# The verbs as a supervisor does them: rank is not what is looked at here.
DONE: dict[str, tuple[str, tuple[Any, ...]]] = {
    "take": ("take", ()),
    "start_acting": ("start_acting", ()),
    "note": ("note", ("客户情绪平稳",)),
    "add_facts": ("add_facts", ("客户电话里说急用",)),
    "change_category": ("change_category", ("fee", "其实是费用")),
    "change_severity": ("change_severity", (Severity.S1, "客户停产")),
    "name_accused": ("name_accused", (["mei"],)),
    "clear_accused": ("clear_accused", ("nobody", "记错了人")),
    "pause": ("pause", ("等客户发照片",)),
    "resume": ("resume", ()),
    "answer": ("answer", (RESULT, "减免派送费")),
    "link": ("link_shipment", ("没有这票",)),
    "ask_cause": ("ask_cause", (Department.OPERATIONS,)),
    "report_cause": ("report_cause", ("漏订舱", "双人复核")),
    "called_back": ("called_back", ("已通话",)),
    "close": ("close", (CAUSE,)),
    "reopen": ("reopen", ("客户说还没收到",)),
}


def test_every_verb_is_tried() -> None:
    assert set(DONE) == set(VERBS)


@pytest.mark.parametrize("state", S)
@pytest.mark.parametrize("verb", VERBS)
async def test_every_verb_in_every_state(house: House, verb: str, state: ComplaintState) -> None:
    number = await house.brought_to(state)
    before, events = (await house.card(number)).state, len(await house.history(number))
    name, given = DONE[verb]
    who = "lin" if verb == "take" else "chen"
    if state not in VERBS[verb][1]:
        with pytest.raises(WrongComplaintMove):
            await house.does(who, name, number, *given)
    elif verb in ("link", "clear_accused"):
        with pytest.raises(UnfitValue):
            await house.does(who, name, number, *given)
    else:
        await house.does(who, name, number, *given)
        return
    assert (await house.card(number)).state == before
    assert len(await house.history(number)) == events, "a refusal leaves no trace"


async def test_a_card_from_the_first_word_to_the_last(house: House) -> None:
    number = await house.complaint()
    await house.does("lin", "take", number)
    assert (await house.card(number)).taken_by == "lin"
    await house.does("lin", "start_acting", number)
    await house.does("lin", "answer", number, RESULT, "减免派送费")
    card = await house.card(number)
    assert (card.state, card.result, card.answered_at) == (S.ANSWERED, RESULT, house.clock.now())
    promises = {one.kind: one.state for one in await house.rows(Promise)}
    assert promises == {PromiseKind.FIRST_REPLY: PromiseState.KEPT, PromiseKind.RESOLUTION: PromiseState.KEPT}
    await house.does("lin", "close", number, CAUSE)
    card = await house.card(number)
    assert (card.state, card.closed_at, card.root_cause) == (S.CLOSED, house.clock.now(), CAUSE.root_cause)
    assert (card.cause_department, card.prevention) == (Department.OPERATIONS, CAUSE.prevention)
    states = [(event.old, event.new) for event in await house.history(number) if event.what == EventKind.STATE_CHANGED]
    assert states == [("received", "checking"), ("checking", "acting"), ("acting", "answered"), ("answered", "closed")]
    assert {event.by_whom for event in await house.history(number)} == {"bot", "lin"}


# ---------------------------------------------------------------- who


async def test_of_many_who_take_it_at_once_one_does(house: House) -> None:
    number = await house.complaint()

    async def take(who: str) -> bool:
        try:
            await house.does(who, "take", number)
        except AlreadyTaken:
            return False
        return True

    taken = await asyncio.gather(*(take(who) for who in ("lin", "mei", "wang", "chen", "boss")))
    assert taken.count(True) == 1
    assert [event.what for event in await house.history(number)].count(EventKind.TAKEN) == 1


async def test_taking_ones_own_again_changes_nothing(house: House) -> None:
    number = await house.complaint()
    await house.does("lin", "take", number)
    events = len(await house.history(number))
    await house.does("lin", "take", number)
    assert len(await house.history(number)) == events


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("who", ["lin", "chen", "boss"])
async def test_who_is_complained_about_can_do_nothing(house: House, verb: str, who: str) -> None:
    number = await house.complaint()
    await house.does("mei", "name_accused", number, [who])
    name, given = DONE[verb]
    with pytest.raises(PersonComplainedAbout):
        await house.does(who, name, number, *given)


async def test_nobody_is_accused_who_does_not_exist(house: House) -> None:
    number = await house.complaint()
    with pytest.raises(UnfitValue):
        await house.does("mei", "name_accused", number, ["lin", "nobody"])
    assert (await house.card(number)).accused == []


@pytest.mark.parametrize(
    ("level", "who", "may"),
    [
        (0, "lin", True),
        (0, "wang", True),
        (1, "lin", False),
        (1, "wang", False),
        (1, "chen", True),
        (1, "boss", True),
        (2, "chen", False),
        (2, "boss", True),
    ],
)
async def test_a_rank_below_the_level_does_not_get_it(house: House, level: int, who: str, may: bool) -> None:
    number = await house.complaint()
    async with house.database.transaction() as session:
        card = await session.merge(await house.card(number))
        card.level = level
    if may:
        await house.does(who, "take", number)
    else:
        with pytest.raises(TooJunior):
            await house.does(who, "take", number)
    assert (await house.card(number)).taken_by == (who if may else None)


async def test_a_supervisor_stands_in_where_nobody_above_is_left(house: House) -> None:
    number = await house.complaint()
    await house.does("mei", "name_accused", number, ["boss"])
    async with house.database.transaction() as session:
        (await session.merge(await house.card(number))).level = 2
    await house.does("chen", "take", number)
    await house.does("chen", "answer", number, RESULT)
    with pytest.raises(TooJunior):
        await house.does("lin", "close", number, CAUSE)


async def test_what_belongs_to_who_has_it_is_not_done_by_another_agent(house: House) -> None:
    number = await house.brought_to(S.ACTING)
    with pytest.raises(NotInHand):
        await house.does("mei", "answer", number, RESULT)
    await house.does("chen", "answer", number, RESULT)


async def test_trainers_see_no_card(house: House) -> None:
    number = await house.complaint()
    with pytest.raises(ComplaintNotFound):
        await house.does("coach", "note", number, "看看")


# ---------------------------------------------------------------- what is written on it


async def test_graver_hastens_and_milder_keeps_what_was_promised(house: House) -> None:
    number = await house.complaint()
    before = await house.card(number)
    await house.does("chen", "change_severity", number, Severity.S1, "客户停产")
    graver = await house.card(number)
    assert graver.first_reply_due == MONDAY + timedelta(minutes=30)
    assert graver.resolve_due == MONDAY + timedelta(days=1) < before.resolve_due
    due = {one.kind: one.due_at for one in await house.rows(Promise)}
    assert due == {PromiseKind.FIRST_REPLY: graver.first_reply_due, PromiseKind.RESOLUTION: graver.resolve_due}
    assert {one.round_the_clock for one in await house.rows(Promise)} == {True}
    assert graver.severity_reasons[-1] == {"severity": "S1", "rule": "by_person", "basis": "客户停产"}
    assert [alert.kind for alert in await house.rows(Alert)] == ["complaint_urgent"]
    await house.does("chen", "change_severity", number, Severity.S4, "核实后没有停产")
    milder = await house.card(number)
    assert (milder.severity, milder.resolve_due) == ("S4", graver.resolve_due)
    kinds = [event.what for event in await house.history(number)]
    assert EventKind.SEVERITY_RAISED in kinds
    assert EventKind.SEVERITY_LOWERED in kinds


async def test_words_of_customer_and_staff_at_once_are_both_kept(house: House) -> None:
    number = await house.complaint()
    dialogue_id = await house.dialogue_of(number)

    async def customer_says(text: str) -> None:
        async with house.crm() as crm:
            await crm.complaints.add_facts(dialogue_id, uuid4(), ComplaintFacts("inform", text), number=number)

    said = [customer_says(f"客户说{n}") for n in range(4)]
    heard = [house.does("lin", "add_facts", number, f"电话里说{n}") for n in range(4)]
    await asyncio.gather(*said, *heard)
    facts = (await house.card(number)).facts.split("\n")
    assert sorted(facts[1:]) == sorted([*(f"客户说{n}" for n in range(4)), *(f"电话里说{n}" for n in range(4))])
    positions = [event.position for event in await house.history(number)]
    assert positions == list(range(1, len(positions) + 1))


async def test_another_category_is_another_department(house: House) -> None:
    number = await house.complaint()
    await house.does("wang", "change_category", number, "fee", "其实是账单不对")
    card = await house.card(number)
    assert (card.category, card.department) == ("fee", "international")
    with pytest.raises(UnfitValue):
        await house.does("wang", "change_category", number, "weather", "没有这一类")


async def test_words_from_the_phone_are_a_line_of_the_facts(house: House) -> None:
    number = await house.complaint("货晚了五天还没到")
    await house.does("lin", "add_facts", number, "客户电话里说\n产线停了")
    assert (await house.card(number)).facts == "货晚了五天还没到\n客户电话里说 产线停了"


@pytest.mark.parametrize(
    "written", [str.lower, lambda number: f" {number} ", lambda number: f"{number[:2]}-{number[2:]}"]
)
async def test_a_number_is_found_however_it_is_written(house: House, written: Callable[[str], str]) -> None:
    number = await house.complaint()
    await house.does("lin", "note", written(number), "看过")
    assert (await house.history(number))[-1].new == "看过"


async def test_a_number_there_is_not(house: House) -> None:
    with pytest.raises(ComplaintNotFound):
        await house.does("lin", "note", "CP0000000000", "看过")
