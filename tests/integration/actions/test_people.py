"""A person, a call, an account; and out of hours."""

from uuid import uuid4

import pytest

from crm.customers.models import ContactRequest
from crm.promises.models import Promise
from tests.integration.actions.conftest import OURS, SUNDAY, Firm
from tests.integration.actions.talk import Talk

PHONE = ("phone", "+8613812345678")


@pytest.mark.parametrize(
    ("intent", "response", "case"),
    [
        ("request_human", "utter_handoff", ("requested", 0)),
        ("request_supervisor", "utter_handoff_supervisor", ("supervisor", 2)),
    ],
)
async def test_a_person(firm: Firm, stranger: Talk, intent: str, response: str, case: tuple[str, int]) -> None:
    said = await stranger.says(intent, "转人工")
    assert said.names == [response]
    assert said.handoff is not None
    assert (said.handoff["reason"], said.handoff["priority"]) == case
    assert await firm.count(Promise) == 0
    firm.clock.at = SUNDAY
    later = await stranger.says(intent, "转人工")
    assert later.names == [response, "utter_handoff_after_hours"]
    (promise,) = await firm.rows(Promise)
    assert later.values["due"] == "明天10:00"
    assert promise.kind == "first_reply"


async def test_a_call_to_a_number_that_is_given(firm: Firm, stranger: Talk) -> None:
    turn = uuid4()
    for _ in range(2):
        said = await stranger.says("request_callback", "回电13812345678", PHONE, turn=turn)
        assert said.names == ["utter_callback_promised"]
        stranger.forget_turn()
    assert "5678" in said.text
    assert "138123" not in said.text, "a number is not repeated in full"
    (promise,), (request,) = await firm.rows(Promise), await firm.rows(ContactRequest)
    assert said.values["due"] == "今天11:00"
    assert "138" not in promise.text.replace("13812345678", ""), promise.text
    assert request.detail["phone"] == PHONE[1]


async def test_a_call_once_the_number_is_known(firm: Firm, stranger: Talk) -> None:
    assert (await stranger.says("request_callback", "给我回个电话")).names == ["utter_ask_phone"]
    assert (await stranger.says("inform", "1381234")).names == ["utter_phone_wanted"]
    assert (await stranger.says("inform", "明天上午十点")).names == ["utter_ask_phone"]
    said = await stranger.says("inform", "13812345678", PHONE)
    assert said.names == ["utter_callback_promised_at"]
    assert said.values["at"] == "明天10:00"
    assert await firm.count(Promise) == 1
    assert stranger.slots["call_wish"] is None


async def test_a_known_contact_is_not_asked_for_the_number(ours: Talk) -> None:
    said = await ours.says("request_callback", "下午三点打给我")
    assert said.names == ["utter_callback_promised_at"]
    assert (said.values["at"], said.values["phone"]) == ("今天15:00", "尾号1111的号码")


async def test_nobody_is_there_at_the_time_wished_for(ours: Talk) -> None:
    said = await ours.says("request_callback", "今晚八点打给我")
    assert said.names == ["utter_callback_closed_then", "utter_callback_promised"]
    assert said.values["due"] == "明天10:00"


async def test_within_a_call_back_other_things_are_heard(ours: Talk, stranger: Talk) -> None:
    await stranger.says("request_callback", "回电")
    assert (await stranger.says("inform", OURS, ("shipment_no", OURS))).names == ["utter_ask_phone_tail"]
    await stranger.says("request_callback", "回电")
    assert (await stranger.says("deny", "不用了")).names == ["utter_ok"]


@pytest.mark.parametrize("intent", ["bind_account", "update_contact", "delete_my_data"])
async def test_accounts_are_for_people(firm: Firm, stranger: Talk, intent: str) -> None:
    turn = uuid4()
    for _ in range(2):
        assert (await stranger.says(intent, "我是华信电子的", turn=turn)).names == ["utter_account_requested"]
    (request,), (promise,) = await firm.rows(ContactRequest), await firm.rows(Promise)
    assert (request.kind, request.state) == (intent, "open")
    assert promise.kind == "other"
