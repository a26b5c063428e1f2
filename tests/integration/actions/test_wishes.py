"""Several wishes in one message: which is answered first, which waits, and when it is taken up."""

import pytest

from crm.complaints.models import ComplaintCard
from crm.orders.models import DepartmentTask
from crm.promises.models import Promise
from tests.integration.actions.conftest import CONTAINER, OURS, OURS_BY_AIR, TAIL, Firm
from tests.integration.actions.talk import Found, Other, Talk

LANE: list[Found] = [("place", "CNSHA", "origin"), ("place", "DEHAM", "destination")]
BOX: Found = ("container", {"count": 1, "type": "40HQ"})
PRICE: Other = ("ask_price", "下一票上海到汉堡一个高柜多少钱", [*LANE, BOX, ("commodity", "普货")])
STATUS: Other = ("track_shipment", "我那票到哪了", [("shipment_no", OURS)])


async def test_a_complaint_is_heard_first_and_the_price_told_after_it(firm: Firm, ours: Talk) -> None:
    said = await ours.says("complain_delay", "货晚了三天", ("shipment_no", OURS), also=[PRICE])
    assert said.names[0].startswith("utter_sorry_delay_")
    assert said.names[-1] == "utter_also_kept"
    assert "去汉堡的运价" in said.text
    (card,) = await firm.rows(ComplaintCard)
    assert card.facts == "货晚了三天", "the price is no part of the complaint"
    said = await ours.says("deny", "没有了")
    assert said.names == ["utter_complaint_noted", "utter_also_later", "utter_quote", "utter_quote_offer"]
    assert ours.slots["open_wishes"] is None
    assert ours.slots["topic"] == "offer"


async def test_the_answer_to_the_question_of_the_complaint_is_enough(ours: Talk) -> None:
    said = await ours.says("complain_attitude", "司机骂人还摔我的货，前台小姑娘都吓哭了，请给个说法", also=[PRICE])
    assert "utter_complaint_which_shipment" in said.names
    said = await ours.says("inform", OURS_BY_AIR, ("shipment_no", OURS_BY_AIR))
    assert said.names[1] == "utter_also_later"
    assert "utter_quote" in said.names


async def test_what_is_told_while_the_complaint_waits_for_an_answer_goes_onto_its_card(firm: Firm, ours: Talk) -> None:
    await ours.says("complain_damage", "木箱裂了货全湿了", ("shipment_no", OURS), also=[PRICE])
    said = await ours.says("inform", "一共三箱，都湿了")
    assert said.names[:2] == ["utter_complaint_joined", "utter_also_later"]
    (card,) = await firm.rows(ComplaintCard)
    assert "都湿了" in card.facts


async def test_status_and_price_are_answered_at_once(ours: Talk) -> None:
    said = await ours.says("track_shipment", "到哪了", ("shipment_no", OURS), also=[PRICE])
    assert said.names[0] == "utter_status"
    assert said.names[-3:] == ["utter_also_now", "utter_quote", "utter_quote_offer"]
    assert "utter_status_offer" not in said.names, "one question at a time"
    assert ours.slots["shipment_no"] == OURS
    assert ours.slots["topic"] == "offer"


async def test_what_needs_one_answer_goes_before_what_needs_many(ours: Talk) -> None:
    said = await ours.says("ask_price", "上海到汉堡多少钱", *LANE, also=[STATUS])
    assert said.names[0] == "utter_status"
    assert said.names[-2:] == ["utter_also_now", "utter_ask_transport_mode"]
    assert ours.slots["open_wishes"] is None


async def test_a_question_in_answer_to_the_first_lets_the_second_wait(stranger: Talk) -> None:
    said = await stranger.says("track_shipment", "到哪了", ("shipment_no", CONTAINER), also=[PRICE])
    assert said.names == ["utter_ask_phone_tail", "utter_also_kept"]
    said = await stranger.says("inform", "9999", ("phone_tail", "9999"))
    assert said.names == ["utter_shipment_unknown"], "still open, and not promised twice"
    said = await stranger.says("inform", TAIL, ("phone_tail", TAIL))
    assert said.names[0] == "utter_status"
    assert said.names[-3:] == ["utter_also_later", "utter_quote", "utter_quote_offer"]


async def test_a_frequent_question_besides(ours: Talk) -> None:
    asked: Other = ("faq/business_hours", "你们几点下班", [])
    said = await ours.says("track_shipment", "到哪了", ("shipment_no", OURS), also=[asked])
    assert said.names[-3:] == ["utter_also_now", "utter_faq/business_hours", "utter_faq_note"]
    assert "utter_faq_ask_helped" not in said.names, "one question at a time"
    assert "营业时间" in said.text


async def test_a_person_gets_all_of_it(firm: Firm, ours: Talk) -> None:
    said = await ours.says("request_human", "转人工", also=[PRICE])
    assert said.names == ["utter_handoff", "utter_also_with_person"]
    assert said.handoff is not None
    assert said.handoff["summary"]["also"] == [PRICE[1]]
    assert said.handoff["summary"]["wish"] == "转人工"
    assert ours.slots["open_wishes"] is None


async def test_three_wishes_one_after_the_other(ours: Talk) -> None:
    hours: Other = ("faq/business_hours", "几点下班", [])
    said = await ours.says("ask_price", "上海到汉堡多少钱", *LANE, also=[STATUS, hours])
    faq = "utter_faq/business_hours"
    order = ["utter_status", "utter_also_now", faq, "utter_also_now", "utter_ask_transport_mode"]
    assert [name for name in said.names if name in order] == order


async def test_each_wish_makes_its_own_promise(firm: Firm, ours: Talk) -> None:
    document: Other = ("ask_pod", "提单发我", [])
    await ours.says("urge_delivery", "催一下", ("shipment_no", OURS), also=[document])
    assert {task.kind for task in await firm.rows(DepartmentTask)} == {"urge", "document"}
    assert await firm.count(Promise) == 2


async def test_a_price_in_the_making_is_gone_back_to_after_the_last_wish(ours: Talk) -> None:
    await ours.says("ask_price", "", *LANE, ("transport_mode", "air"))
    document: Other = ("ask_pod", "提单发我", [])
    said = await ours.says("track_shipment", "到哪了", ("shipment_no", OURS), also=[document])
    assert said.names[-2:] == ["utter_resume_quote", "utter_ask_weight"]
    assert said.names.count("utter_ask_weight") == 1
    assert "utter_pod_requested" in said.names


@pytest.mark.parametrize("intent", ["stop", "deny"])
async def test_stop_lets_go_of_the_rest(stranger: Talk, intent: str) -> None:
    await stranger.says("track_shipment", "到哪了", ("shipment_no", CONTAINER), also=[PRICE])
    said = await stranger.says(intent, "算了")
    assert ("utter_also_later" in said.names) is (intent == "deny"), "no to one question is not no to the other"
    assert stranger.slots["open_wishes"] is None
