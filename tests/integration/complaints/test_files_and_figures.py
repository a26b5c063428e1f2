"""What staff see of cards, and the figures of a supervisor."""

from datetime import timedelta
from decimal import Decimal

import pytest

from crm.complaints.desk.card_file import ComplaintFiles
from crm.complaints.desk.figures import TARP, FiguresService
from crm.complaints.desk.repository import CardFilter
from crm.complaints.desk.views import CardFile, CardLine
from crm.complaints.errors import ComplaintNotFound
from crm.complaints.models import ComplaintState, EventKind, Severity
from crm.orders.models import Order
from crm.promises.models import PromiseKind
from crm.staff.departments import Department
from tests.integration.complaints.house import MONDAY, House

S = ComplaintState


async def file_of(house: House, number: str, who: str = "lin") -> CardFile:
    async with house.database.reading() as session:
        return await ComplaintFiles(session, house.clock).file(number, house.staff[who])


async def listed(house: House, wanted: CardFilter, who: str = "lin") -> list[CardLine]:
    async with house.database.reading() as session:
        return list(await ComplaintFiles(session, house.clock).listed(house.staff[who], wanted))


async def test_the_file_has_everything(house: House) -> None:
    number = await house.brought_to(S.CHECKING)
    await house.does("lin", "pause", number, "等照片")
    await house.does("lin", "ask_cause", number, Department.OPERATIONS)
    found = await file_of(house, number)
    assert (found.line.number, found.line.state, found.line.taken_by) == (number, S.CHECKING, "lin")
    assert [event.what for event in found.history][:2] == [EventKind.OPENED, EventKind.CUSTOMER_TOLD]
    assert [pause.ended_at for pause in found.pauses] == [None]
    assert {promise.kind for promise in found.promises} == {PromiseKind.FIRST_REPLY, PromiseKind.RESOLUTION}
    assert [task.kind for task in found.tasks] == ["find_cause"]
    assert {"answer", "resume", "start_acting"} <= set(found.verbs)
    assert not {"take", "pause", "close", "reopen", "called_back"} & set(found.verbs)
    assert "answer" not in (await file_of(house, number, "mei")).verbs


async def test_numbers_of_persons_are_hidden(house: House) -> None:
    number = await house.complaint("货没到，打我电话13812345678，身份证110101199003078515，卡6222021234567890128")
    await house.does("lin", "note", number, "客户电话 13812345678")
    found = await file_of(house, number)
    shown = "\n".join((found.facts, found.line.summary, *(event.new or "" for event in found.history)))
    assert "13812345678" not in shown
    assert "110101199003078515" not in shown
    assert "138******78" in shown


@pytest.mark.parametrize("who", ["lin", "chen", "boss"])
async def test_who_is_complained_about_does_not_find_it(house: House, who: str) -> None:
    number = await house.complaint()
    assert [line.number for line in await listed(house, CardFilter(), who)] == [number]
    await house.does("mei", "name_accused", number, [who])
    with pytest.raises(ComplaintNotFound):
        await file_of(house, number, who)
    assert await listed(house, CardFilter(), who) == []
    assert len(await listed(house, CardFilter(), "mei")) == 1


async def test_the_list_is_filtered_and_in_order(house: House) -> None:
    late = await house.complaint()
    await house.does("lin", "take", late)
    fee = await house.complaint("多收了三百", "complain_fee")
    hurt = await house.complaint("有人受伤了", "complain_other")
    assert next(iter(await listed(house, CardFilter()))).number == hurt
    assert [line.number for line in await listed(house, CardFilter(category="fee"))] == [fee]
    assert [line.number for line in await listed(house, CardFilter(taken_by="lin"))] == [late]
    assert [line.number for line in await listed(house, CardFilter(state=S.CHECKING))] == [late]
    assert [line.number for line in await listed(house, CardFilter(severity=Severity.S1))] == [hurt]
    assert await listed(house, CardFilter(overdue=True)) == []
    house.clock.move(timedelta(hours=1))
    overdue = await listed(house, CardFilter(overdue=True))
    assert [(line.number, line.overdue) for line in overdue] == [(hurt, True)]
    assert [line.overdue for line in await listed(house, CardFilter(category="fee"))] == [False]


async def test_one_opened_again_is_overdue_when_the_call_is(house: House) -> None:
    number = await house.brought_to(S.ANSWERED)
    assert await listed(house, CardFilter(overdue=True)) == []
    await house.does("lin", "reopen", number, "还没好")
    house.clock.move(timedelta(hours=4))
    assert [line.number for line in await listed(house, CardFilter(overdue=True))] == [number]
    await house.does("chen", "take", number)
    assert await listed(house, CardFilter(overdue=True)) == []


async def test_without_cards_there_are_no_figures(house: House) -> None:
    async with house.database.reading() as session:
        found = await FiguresService(session).figures(MONDAY, MONDAY + timedelta(days=1))
    assert (found.made, found.median_resolution, found.quickly, found.in_time, found.per_mille) == (
        0,
        None,
        None,
        None,
        None,
    )


async def test_figures(house: House) -> None:
    await house.complaint()
    for hours in (10, 30, 50):
        house.clock.at = MONDAY
        number = await house.brought_to(S.ACTING)
        house.clock.at = MONDAY + timedelta(hours=hours)
        await house.does("lin", "answer", number, "已送到")
    async with house.database.reading() as session:
        service = FiguresService(session)
        found = await service.figures(MONDAY, MONDAY + timedelta(days=1))
        assert (await service.figures(MONDAY + timedelta(days=1), MONDAY + timedelta(days=9))).made == 0
    assert found.made == 4
    assert (found.by_state["answered"], found.by_state["received"]) == (3, 1)
    assert found.by_category == {"delay": 4}
    assert found.median_resolution == timedelta(hours=30)
    # S2 (five days late): three days, half of them is 36 hours.
    assert found.quickly == Decimal("0.667")
    assert found.in_time == 1
    assert found.per_mille is None
    assert [(one.least, one.most) for one in TARP] == [(9, 37), (19, 46), (54, 70), (82, 95)]


@pytest.mark.parametrize(
    ("states", "per_mille"),
    [
        (["submitted", "cancelled"], None),
        (["delivered"] * 3 + ["submitted"], Decimal("333.3")),
        (["billed"], Decimal(1000)),
    ],
)
async def test_the_rate_is_by_orders_that_were_delivered(
    house: House, states: list[str], per_mille: Decimal | None
) -> None:
    await house.complaint()
    async with house.database.transaction() as session:
        for place, state in enumerate(states):
            session.add(Order(number=f"SO{place}", state=state, created_at=house.clock.now()))
        session.add(Order(number="SO-OLD", state="delivered", created_at=MONDAY - timedelta(days=9)))
    async with house.database.reading() as session:
        found = await FiguresService(session).figures(MONDAY, MONDAY + timedelta(days=1))
    assert found.per_mille == per_mille
