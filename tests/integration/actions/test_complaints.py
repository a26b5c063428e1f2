"""Listening, the card, and when a person takes over."""

from datetime import timedelta
from uuid import uuid4

import pytest

from crm.complaints.models import ComplaintCard
from crm.customers.models import ContactRequest
from crm.orders.models import DepartmentTask
from crm.promises.models import Promise
from crm.shipments.models import Shipment
from tests.integration.actions.conftest import CONTAINER, OURS, OURS_BY_AIR, SUNDAY, THEIR_CONTAINER, THEIRS, Firm
from tests.integration.actions.talk import Found, Talk, domain

KINDS = sorted(intent for intent in domain()["intents"] if str(intent).startswith("complain_"))


async def card(firm: Firm) -> ComplaintCard:
    """The only card."""
    (only,) = await firm.rows(ComplaintCard)
    assert isinstance(only, ComplaintCard)
    return only


@pytest.mark.parametrize("intent", KINDS)
async def test_every_kind_is_heard_recorded_and_promised(firm: Firm, stranger: Talk, intent: str) -> None:
    said = await stranger.says(intent, "说的是这件事")
    apology, recorded, question = said.names
    assert apology == f"utter_{intent.replace('complain_', 'complaint_')}"
    assert (recorded, question) == ("utter_complaint_recorded", "utter_complaint_which_shipment")
    found, (promise,) = await card(firm), await firm.rows(Promise)
    assert (found.facts, promise.due_at) == ("说的是这件事", found.first_reply_due)
    assert found.number in said.text
    assert "{" not in said.text


@pytest.mark.parametrize(
    ("beside", "heard"),
    [(("complain_delay", 0.3), "delay"), (("complain_delay", 0.05), "other"), (("vent", 0.3), "other")],
)
async def test_a_matter_heard_beside_the_wish_to_complain_counts(
    firm: Firm, stranger: Talk, beside: tuple[str, float], heard: str
) -> None:
    said = await stranger.says("complain_other", "我要投诉，说好上周到的", ranking=[("complain_other", 0.6), beside])
    assert said.names[0] == f"utter_complaint_{heard}"
    assert (await card(firm)).category == heard


async def test_a_known_shipment_is_linked_and_not_asked_for(firm: Firm, theirs: Talk) -> None:
    said = await theirs.says("complain_damage", "木箱裂了")
    assert said.names[-1] == "utter_complaint_more"
    shipments = {shipment.code: shipment.id for shipment in await firm.rows(Shipment)}
    assert (await card(firm)).shipment_id == shipments[THEIRS]


async def test_the_story_over_several_messages(firm: Firm, ours: Talk) -> None:
    await ours.says("complain_damage", "木箱裂了")
    story: list[tuple[str, str, list[Found]]] = [
        ("out_of_scope", "[图片]", []),
        ("inform", "一共3箱", [("pieces", {"count": 3, "type": "箱"})]),
        ("nlu_fallback", "客户那边都停产了", []),
        ("deny", "不是叉车弄的，外面是好的里面坏了", []),
        ("complain_delay", "而且还晚了两天", []),
    ]
    for intent, text, found in story:
        said = await ours.says(intent, text, *found)
        assert said.names == ["utter_complaint_joined"], text
        assert text in (await card(firm)).facts
    linked = await ours.says("inform", OURS, ("shipment_no", OURS))
    assert linked.names[0] == "utter_complaint_linked"
    other = await ours.says("inform", f"不对，是{OURS_BY_AIR}", ("shipment_no", OURS_BY_AIR))
    shipments = {shipment.id: shipment.code for shipment in await firm.rows(Shipment)}
    assert "utter_complaint_linked" in other.names
    linked_to = (await card(firm)).shipment_id
    assert linked_to is not None
    assert shipments[linked_to] == OURS_BY_AIR, "the last word counts"
    assert (await ours.says("deny", "没有了")).names == ["utter_complaint_noted"]
    assert ours.slots["topic"] is None


async def test_pressing_in_the_middle_of_a_complaint_is_part_of_it_and_pushes_the_shipment(
    firm: Firm, ours: Talk
) -> None:
    await ours.says("complain_delay", "说好上周到的", ("shipment_no", OURS))
    said = await ours.says("urge_delivery", "客户天天催我，再不到就要罚款了")
    assert said.names == ["utter_urged", "utter_complaint_joined"]
    assert "罚款" in (await card(firm)).facts
    assert ours.slots["topic"] == "complaint"
    (task,) = await firm.rows(DepartmentTask)
    assert task.kind == "urge"


async def test_pressing_without_a_known_shipment_goes_onto_the_card(firm: Firm, stranger: Talk) -> None:
    await stranger.says("complain_delay", "说好上周到的")
    said = await stranger.says("urge_delivery", "今天必须送到")
    assert said.names == ["utter_complaint_joined"]
    assert "今天必须送到" in (await card(firm)).facts


async def test_somebody_elses_shipment_is_not_linked(firm: Firm, ours: Talk) -> None:
    await ours.says("complain_damage", "木箱裂了")
    said = await ours.says("inform", THEIR_CONTAINER, ("shipment_no", THEIR_CONTAINER))
    assert said.names == ["utter_complaint_joined"]
    assert (await card(firm)).shipment_id is None


async def test_the_same_turn_twice(firm: Firm, stranger: Talk) -> None:
    first, second = uuid4(), uuid4()
    for _ in range(2):
        stranger.slots.clear()
        said = await stranger.says("complain_loss", "少了两箱", turn=first)
        assert said.names[0] == "utter_complaint_loss"
    for _ in range(2):
        await stranger.says("inform", "是红色的箱子", turn=second)
        stranger.forget_turn()
    assert (await firm.count(ComplaintCard), await firm.count(Promise)) == (1, 1)
    assert (await card(firm)).facts.count("红色") == 1


async def test_a_claim(firm: Firm, stranger: Talk) -> None:
    said = await stranger.says("ask_claim", "你们赔多少")
    assert said.names == ["utter_claim_recorded", "utter_claim_keep"]
    assert (await stranger.says("ask_claim", "到底赔不赔")).names == ["utter_claim_joined"]
    assert await firm.count(ComplaintCard) == 1


async def test_the_gravest_goes_to_a_manager_once(firm: Firm, stranger: Talk) -> None:
    said = await stranger.says("complain_damage", "货砸下来有人受伤了，正送医院")
    assert "utter_complaint_recorded_urgent" in said.names
    assert said.handoff is not None
    assert (said.handoff["priority"], said.handoff["summary"]["complaint"]) == (3, (await card(firm)).number)
    more = await stranger.says("inform", "在3号仓", ("place", "CNSHA"))
    assert more.handoff is None
    assert more.names == ["utter_complaint_joined"]


async def test_grave_only_by_what_is_added(stranger: Talk) -> None:
    calm = await stranger.says("complain_damage", "木箱裂了")
    assert calm.handoff is None
    said = await stranger.says("inform", "砸伤了人，送医院了")
    assert said.names == ["utter_complaint_joined", "utter_complaint_recorded_urgent"]
    assert said.handoff is not None


async def test_on_a_sunday_a_manager_still_comes_at_once(firm: Firm, stranger: Talk) -> None:
    firm.clock.at = SUNDAY
    said = await stranger.says("complain_damage", "有人受伤了，送医院")
    assert "utter_handoff_after_hours" not in said.names
    assert "今天" in said.values["due"]


async def test_how_it_stands(firm: Firm, stranger: Talk) -> None:
    none = await stranger.says("ask_complaint_status", "我的投诉怎么样了")
    assert none.names == ["utter_complaint_status_none"]
    unknown = await stranger.says("ask_complaint_status", "", ("complaint_no", "CP26010100019"))
    assert unknown.names == ["utter_complaint_status_unknown"]
    await stranger.says("complain_fee", "账单多了八百")
    number = (await card(firm)).number
    for found in ([], [("complaint_no", number)]):
        said = await stranger.says("ask_complaint_status", "怎么样了", *found)
        assert said.names == ["utter_complaint_status"]
        assert number in said.text
    assert (await stranger.says("inform", number, ("complaint_no", number))).names == ["utter_complaint_joined"]
    firm.clock.move(timedelta(days=1))
    late = await stranger.says("ask_complaint_status", "怎么样了")
    assert late.names == ["utter_complaint_status_late"]
    assert late.handoff is not None
    assert late.text.count("非常抱歉") == 1


async def test_somebody_elses_complaint_is_not_told(firm: Firm, stranger: Talk, ours: Talk) -> None:
    await stranger.says("complain_fee", "账单多了八百")
    number = (await card(firm)).number
    said = await ours.says("ask_complaint_status", number, ("complaint_no", number))
    assert said.names == ["utter_complaint_status_unknown"]


async def test_asking_for_a_complaint_by_a_shipments_number_without_one(ours: Talk) -> None:
    said = await ours.says("ask_complaint_status", f"{CONTAINER}处理了吗", ("shipment_no", CONTAINER))
    assert "utter_status" in said.names


async def test_anger_is_heard_then_a_person_comes(firm: Firm, stranger: Talk) -> None:
    first = await stranger.says("vent", "垃圾公司")
    assert (first.names, first.handoff) == (["utter_vent"], None)
    assert (await stranger.says("deny", "没什么")).names == ["utter_listening"]
    await stranger.says("vent", "垃圾公司")
    again = await stranger.says("vent", "气死了")
    assert again.names == ["utter_vent_again"]
    assert again.handoff is not None
    assert await firm.count(ComplaintCard) == 0
    firm.clock.at = SUNDAY
    later = await stranger.says("vent", "人呢")
    assert later.names == ["utter_vent_again", "utter_handoff_after_hours"]


async def test_anger_within_a_complaint_goes_on_the_card(firm: Firm, stranger: Talk) -> None:
    await stranger.says("complain_delay", "还没到")
    said = await stranger.says("vent", "呵呵，真有你们的")
    assert said.handoff is not None
    assert said.handoff["summary"]["complaint"] == (await card(firm)).number
    assert "呵呵" in (await card(firm)).facts


async def test_in_the_middle_of_a_price(stranger: Talk) -> None:
    await stranger.says("ask_price", "上海到汉堡空运", ("place", "CNSHA", "origin"), ("place", "DEHAM", "destination"),
                        ("transport_mode", "air"))  # fmt: skip
    said = await stranger.says("complain_delay", "上次的货现在还没到")
    assert said.names[-1] == "utter_complaint_which_shipment", "heard first"
    await stranger.says("inform", "就是上个月那票")
    back = await stranger.says("deny", "没有了")
    assert back.names == ["utter_complaint_noted", "utter_resume_quote", "utter_ask_weight"]
    assert (
        await stranger.says(
            "inform",
            "200",
        )
    ).names == ["utter_ask_volume"]
    assert stranger.slots["interrupted"] is None


async def test_praise_reaches_people_once(firm: Firm, stranger: Talk) -> None:
    turn = uuid4()
    for _ in range(2):
        assert (await stranger.says("praise", "小王真好", turn=turn)).names == ["utter_praise"]
    (request,) = await firm.rows(ContactRequest)
    assert request.detail == {"words": "小王真好"}


async def test_how_it_sounds_stands_on_the_card_and_only_gets_stronger(firm: Firm, stranger: Talk) -> None:
    for mood, expected in (("annoyed", "annoyed"), ("calm", "annoyed"), ("angry", "angry"), ("annoyed", "angry")):
        await stranger.says("complain_delay", "还没到", mood=mood)
        assert (await card(firm)).emotion == expected


async def test_further_words_and_abuse_bring_their_mood(firm: Firm, stranger: Talk) -> None:
    await stranger.says("complain_delay", "还没到")
    await stranger.says("nlu_fallback", "真是服了", mood="annoyed")
    assert (await card(firm)).emotion == "annoyed"
    await stranger.says("vent", "骗子", mood="angry")
    assert (await card(firm)).emotion == "angry"


async def test_words_that_a_button_explains_keep_their_mood(firm: Firm, stranger: Talk) -> None:
    ranking = (("complain_delay", 0.3), ("track_shipment", 0.2))
    asked = await stranger.says("nlu_fallback", "搞什么！！三天了！！", ranking=ranking, mood="angry")
    title = next(title for title, payload in asked.buttons.items() if payload == "/complain_delay")
    await stranger.presses(asked, title)
    assert (await card(firm)).emotion == "angry"
    assert stranger.slots["doubtful_mood"] is None
