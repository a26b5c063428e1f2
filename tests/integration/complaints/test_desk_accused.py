"""Naming who is complained about, and taking a name off again."""

from uuid import uuid4

import pytest
from sqlalchemy import update

from crm.alerts.models import Alert
from crm.complaints.errors import (
    PersonComplainedAbout,
    TooJunior,
    UnfitValue,
)
from crm.complaints.models import ComplaintState, EventKind
from crm.complaints.service import ComplaintFacts
from crm.promises.models import Promise, PromiseKind
from crm.staff.departments import Department
from tests.integration.complaints.house import House

S = ComplaintState
RESULT = "货今天下午送到您仓库"


async def test_naming_who_has_it_gives_it_to_another_at_once(house: House) -> None:
    number = await house.brought_to(S.ACTING)
    await house.does("mei", "name_accused", number, ["lin"])
    card = await house.card(number)
    assert (card.taken_by, card.accused) == ("chen", ["lin"])
    told = {alert.to_department or alert.to_staff for alert in await house.rows(Alert)}
    assert told == {Department.SERVICE_LEAD, "chen"}
    assert [event.what for event in await house.history(number)][-2:] == [EventKind.ACCUSED_NAMED, EventKind.MOVED]


async def test_a_customer_who_names_who_has_it_is_rid_of_them_at_once(house: House) -> None:
    number = await house.brought_to(S.ACTING)
    dialogue_id = await house.dialogue_of(number)
    async with house.database.transaction() as session:
        await session.execute(update(Promise).where(Promise.kind == PromiseKind.RESOLUTION).values(by_whom="lin"))
    facts = ComplaintFacts("complain_service", "工号lin那个客服态度太差了，骂人", answered_by=["lin"])
    async with house.crm() as crm:
        await crm.complaints.add_facts(dialogue_id, uuid4(), facts, number=number)
    card = await house.card(number)
    assert (card.accused, card.taken_by) == (["lin"], "chen")
    assert {one.by_whom for one in await house.rows(Promise) if one.kind == PromiseKind.RESOLUTION} == {"chen"}


async def test_a_supervisor_takes_a_name_off_again_and_says_why(house: House) -> None:
    number = await house.complaint()
    await house.does("mei", "name_accused", number, ["lin", "wang"])
    with pytest.raises(TooJunior):
        await house.does("mei", "clear_accused", number, "lin", "记错了人")
    with pytest.raises(PersonComplainedAbout):
        await house.does("wang", "clear_accused", number, "wang", "不是我")
    for code, reason in (("mei", "记错了人"), ("lin", "  ")):
        with pytest.raises(UnfitValue):
            await house.does("chen", "clear_accused", number, code, reason)
    await house.does("chen", "clear_accused", number, "lin", "客户说的是另一家的小林")
    assert (await house.card(number)).accused == ["wang"]
    last = (await house.history(number))[-1]
    assert (last.what, last.by_whom, last.old) == (EventKind.ACCUSED_CLEARED, "chen", "lin")
    assert last.new == "客户说的是另一家的小林"
    await house.does("lin", "take", number)
