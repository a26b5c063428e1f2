"""Where is it, push it, its papers, and being told of changes."""

from datetime import timedelta
from uuid import uuid4

import pytest

from crm.customers.models import UpdateSubscription
from crm.orders.models import DepartmentTask
from crm.promises.models import Promise
from crm.shipments.models import AccessAttempt
from tests.integration.actions.conftest import (
    CONTAINER,
    DELIVERED,
    MAWB,
    MBL,
    OURS,
    OURS_BY_AIR,
    SUNDAY,
    TAIL,
    THEIR_CONTAINER,
    THEIRS,
    WRONG_TAIL,
    Firm,
)
from tests.integration.actions.talk import Talk


@pytest.mark.parametrize("number", [OURS, CONTAINER, MBL])
async def test_a_contact_asks_by_any_number(ours: Talk, number: str) -> None:
    said = await ours.says("track_shipment", f"{number} 到哪了", ("shipment_no", number))
    assert said.names == ["utter_status", "utter_status_delay", "utter_eta_medium", "utter_status_offer"]
    assert said.values["reference"] == number
    assert "上海→汉堡" in said.text
    assert ours.slots["shipment_no"] == number
    assert said.text.count("抱歉") <= 2, "one apology in each variation of one text"


async def test_by_air_waybill_operations_look_into_it(firm: Firm, ours: Talk) -> None:
    said = await ours.says("track_shipment", MAWB, ("shipment_no", MAWB))
    assert "utter_status_silent" in said.names
    (task,), (promise,) = await firm.rows(DepartmentTask), await firm.rows(Promise)
    assert task.kind == "check"
    assert promise.due_at == task.due_at
    assert "今天15:00前" in said.text
    again = await ours.says("track_shipment", "有消息了吗")
    assert "utter_status_checking" in again.names
    assert await firm.count(DepartmentTask) == 1, "a second question starts no second check"
    firm.clock.move(timedelta(days=1))
    late = await ours.says("track_shipment", "还没消息？")
    assert "utter_promise_late" in late.names
    assert late.handoff is not None
    assert late.handoff["reason"] == "promise_late"


async def test_which_of_several(ours: Talk) -> None:
    said = await ours.says("track_shipment", "我的货到哪了")
    assert said.names == ["utter_ask_which_shipment"]
    assert len(said.buttons) == 2
    told = await ours.presses(said, OURS)
    assert told.values["reference"] == OURS


async def test_the_other_one(ours: Talk) -> None:
    await ours.says("track_shipment", OURS, ("shipment_no", OURS))
    said = await ours.says("track_shipment", "那另一票呢")
    assert said.values["reference"] == OURS_BY_AIR


async def test_when_after_a_status_tells_the_time_only(ours: Talk) -> None:
    await ours.says("track_shipment", OURS, ("shipment_no", OURS))
    said = await ours.says("ask_eta", "几号到港")
    assert said.names == ["utter_status_delay", "utter_eta_medium", "utter_status_offer"]


async def test_the_only_shipment_needs_no_number(theirs: Talk) -> None:
    said = await theirs.says("ask_eta", "我的货几号到")
    assert said.values["reference"] == THEIRS


@pytest.mark.parametrize("number", [THEIR_CONTAINER, "HLXU8000009"])
async def test_a_stranger_is_asked_the_same_for_every_number(firm: Firm, stranger: Talk, number: str) -> None:
    said = await stranger.says("track_shipment", number, ("shipment_no", number))
    assert said.names == ["utter_ask_phone_tail"]
    wrong = await stranger.says("inform", WRONG_TAIL)
    assert wrong.names == ["utter_shipment_unknown"]
    assert await firm.count(AccessAttempt) == 1
    assert stranger.slots["asked"] == "phone_tail"


async def test_a_stranger_gets_in_with_the_tail_and_sees_less(stranger: Talk) -> None:
    await stranger.says("track_shipment", OURS, ("shipment_no", OURS))
    assert (await stranger.says("inform", "12")).names == ["utter_tail_wanted"]
    said = await stranger.says("inform", TAIL)
    assert "utter_status" in said.names
    assert "utter_status_delay" not in said.names, "what was promised is between us and the customer"
    after = await stranger.says("track_shipment", "到哪了")
    assert "utter_status" in after.names, "once opened it needs no digits again"


@pytest.mark.parametrize(
    ("text", "found"),
    [(TAIL, []), ("后四位0012", [("phone_tail", TAIL)]), ("13812340012", [("phone", "+8613812340012")])],
)
async def test_the_tail_in_every_form(stranger: Talk, text: str, found: list[tuple[str, str]]) -> None:
    await stranger.says("track_shipment", CONTAINER, ("shipment_no", CONTAINER))
    said = await stranger.says("inform", text, *found)
    assert "utter_status" in said.names


async def test_number_and_wrong_tail_at_once_can_be_corrected(stranger: Talk) -> None:
    await stranger.says("inform", "x", ("shipment_no", CONTAINER), ("phone_tail", WRONG_TAIL))
    said = await stranger.says("inform", TAIL)
    assert "utter_status" in said.names


async def test_three_wrong_tails_lock(firm: Firm, stranger: Talk) -> None:
    await stranger.says("track_shipment", CONTAINER, ("shipment_no", CONTAINER))
    for _ in range(2):
        await stranger.says("inform", WRONG_TAIL)
    assert (await stranger.says("inform", WRONG_TAIL)).names == ["utter_shipment_unknown_last"]
    said = await stranger.says("track_shipment", CONTAINER, ("shipment_no", CONTAINER))
    assert said.names == ["utter_shipment_locked"]
    assert await firm.count(AccessAttempt) == 3


async def test_another_customers_shipment_is_asked_for_like_one_that_is_not_there(ours: Talk) -> None:
    there = await ours.says("track_shipment", THEIR_CONTAINER, ("shipment_no", THEIR_CONTAINER))
    nowhere = await ours.says("track_shipment", "HLXU8000009", ("shipment_no", "HLXU8000009"))
    assert there.names == nowhere.names == ["utter_ask_phone_tail"]


async def test_a_wrong_check_digit(ours: Talk) -> None:
    said = await ours.says("track_shipment", "MSKU1234566", ("shipment_no", "MSKU1234566"))
    assert said.names == ["utter_shipment_invalid"]
    assert CONTAINER in said.buttons
    assert (await ours.presses(said, CONTAINER)).values["reference"] == CONTAINER


async def test_delivered(ours: Talk) -> None:
    said = await ours.says("track_shipment", DELIVERED, ("shipment_no", DELIVERED))
    assert said.names == ["utter_status", "utter_status_delivered"]
    assert (await ours.says("affirm", "好的")).names == ["utter_ok"]


async def test_urging_writes_a_task_and_a_promise_once(firm: Firm, ours: Talk) -> None:
    said = await ours.says("urge_delivery", "帮我催一下", ("shipment_no", OURS))
    assert said.names == ["utter_urged"]
    (task,), (promise,) = await firm.rows(DepartmentTask), await firm.rows(Promise)
    assert (task.kind, task.facts["reference"], promise.due_at) == ("urge", OURS, task.due_at)
    assert (await ours.says("affirm", "好的")).names == ["utter_ok"], "nothing was offered: no notices"
    assert await firm.count(UpdateSubscription) == 0
    assert (await ours.says("urge_delivery", "再催催")).names == ["utter_urged_again"]
    assert await firm.count(DepartmentTask) == 1
    delivered = await ours.says("urge_delivery", "催", ("shipment_no", DELIVERED))
    assert delivered.names == ["utter_urge_delivered"]


async def test_a_strangers_urging_is_not_forgotten_over_the_digits(firm: Firm, stranger: Talk) -> None:
    await stranger.says("urge_delivery", "帮我催一下这个柜", ("shipment_no", CONTAINER))
    assert await firm.count(DepartmentTask) == 0
    said = await stranger.says("inform", TAIL)
    assert said.names == ["utter_urged"]
    assert await firm.count(DepartmentTask) == 1
    assert stranger.slots["wish"] is None


async def test_urging_without_saying_which(ours: Talk) -> None:
    said = await ours.says("urge_delivery", "催一下")
    assert said.names == ["utter_ask_which_shipment"]
    assert (await ours.presses(said, OURS)).names == ["utter_urged"]


async def test_documents(firm: Firm, ours: Talk) -> None:
    not_yet = await ours.says("ask_pod", "回单发我", ("shipment_no", OURS))
    assert not_yet.names == ["utter_pod_not_yet"]
    assert await firm.count(DepartmentTask) == 0
    bill = await ours.says("ask_pod", "提单发我", ("shipment_no", OURS))
    assert bill.names == ["utter_pod_requested"]
    which = await (await firm.talk("OURS")).says("ask_pod", "回单发我一下")
    assert which.names == ["utter_ask_which_document"]
    assert next(iter(which.buttons)).startswith(DELIVERED)


async def test_a_stranger_gets_no_documents_but_a_person(firm: Firm, stranger: Talk) -> None:
    await stranger.says("track_shipment", CONTAINER, ("shipment_no", CONTAINER))
    await stranger.says("inform", TAIL)
    said = await stranger.says("ask_pod", "回单发我")
    assert said.names == ["utter_pod_needs_contact"]
    assert said.handoff is not None
    assert await firm.count(DepartmentTask) == 0


async def test_notices(firm: Firm, ours: Talk) -> None:
    said = await ours.says("track_shipment", OURS, ("shipment_no", OURS))
    assert (await ours.presses(said, "有动态通知我")).names == ["utter_subscribed"]
    await ours.says("track_shipment", OURS, ("shipment_no", OURS))
    assert (await ours.says("affirm", "好的")).names == ["utter_subscribed"]
    assert await firm.count(UpdateSubscription) == 1
    assert (await ours.says("unsubscribe_updates", "别发了")).names == ["utter_unsubscribed"]
    assert (await ours.says("unsubscribe_updates", "别发了")).names == ["utter_nothing_subscribed"]
    everything = await (await firm.talk("THEIRS")).says("subscribe_updates", "有动态通知我")
    assert everything.names == ["utter_subscribed_all"]


async def test_a_strangers_notices_need_number_and_digits(firm: Firm, stranger: Talk) -> None:
    assert (await stranger.says("subscribe_updates", "有动态通知我")).names == ["utter_ask_shipment_no"]
    assert (await stranger.says("inform", CONTAINER, ("shipment_no", CONTAINER))).names == ["utter_ask_phone_tail"]
    assert (await stranger.says("inform", TAIL)).names == ["utter_subscribed"]
    assert await firm.count(UpdateSubscription) == 1


async def test_no_number_at_hand(stranger: Talk) -> None:
    await stranger.says("track_shipment", "查货")
    assert (await stranger.says("affirm", "好的")).names == ["utter_ask_shipment_no"]
    assert (await stranger.says("deny", "没有单号")).names == ["utter_no_number"]
    await stranger.says("track_shipment", "查货")
    assert (await stranger.says("deny", "唔記得喇")).names == ["utter_no_number"]
    await stranger.says("track_shipment", "查货")
    assert (await stranger.says("deny", "不用了")).names == ["utter_ok"]


async def test_changing_the_delivery_is_for_people(firm: Firm, ours: Talk) -> None:
    said = await ours.says("change_delivery", "改个地址", ("shipment_no", OURS))
    assert said.names == ["utter_change_delivery"]
    assert said.handoff is not None
    assert said.handoff["summary"] == {"wish": "改个地址", "shipment": OURS}
    firm.clock.at = SUNDAY
    later = await (await firm.talk("OURS")).says("change_delivery", "改个地址", ("shipment_no", OURS))
    assert later.names == ["utter_change_delivery", "utter_handoff_after_hours"]
    assert await firm.count(Promise) == 1, "by when somebody gets in touch is a promise"


async def test_the_same_turn_twice(firm: Firm, ours: Talk, stranger: Talk) -> None:
    turn = uuid4()
    first = await ours.says("urge_delivery", "催", ("shipment_no", OURS), turn=turn)
    ours.forget_turn()
    assert (await ours.says("urge_delivery", "催", ("shipment_no", OURS), turn=turn)).names == first.names
    assert (await firm.count(DepartmentTask), await firm.count(Promise)) == (1, 1)
    await stranger.says("track_shipment", CONTAINER, ("shipment_no", CONTAINER))
    for _ in range(2):
        said = await stranger.says("inform", WRONG_TAIL, turn=turn)
        assert said.values["tries_left"] == 2
        stranger.forget_turn()
    assert await firm.count(AccessAttempt) == 1


@pytest.mark.parametrize(
    "text",
    ["查下货，单号忘了", "我没有单号，货到哪了", "請問我張訂單幾時出貨？單號唔記得咗", "提单找不着了帮我看看到哪了"],
)
async def test_whoever_has_no_number_is_told_where_it_stands_and_offered_a_person(stranger: Talk, text: str) -> None:
    said = await stranger.says("track_shipment", text)
    assert said.names == ["utter_no_number"]
    assert "转人工" in said.buttons


async def test_a_number_that_is_promised_is_waited_for(stranger: Talk) -> None:
    assert (await stranger.says("track_shipment", "货到哪了，单号我找给你")).names == ["utter_ask_shipment_no"]
