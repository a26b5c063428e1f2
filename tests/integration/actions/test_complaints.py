"""Listening, the card, and when a person takes over."""

from datetime import timedelta
from uuid import uuid4

import pytest

from crm.claims.models import ClaimFile
from crm.complaints.models import ComplaintCard, ComplaintEvent, EventKind
from crm.orders.models import DepartmentTask
from crm.promises.models import Promise
from crm.shipments.models import Shipment
from tests.integration.actions.complaining import card, sorry
from tests.integration.actions.conftest import CONTAINER, OURS, OURS_BY_AIR, SUNDAY, THEIR_CONTAINER, THEIRS, Firm
from tests.integration.actions.talk import Found, Talk, domain

KINDS = sorted(intent for intent in domain()["intents"] if str(intent).startswith("complain_"))


@pytest.mark.parametrize("intent", KINDS)
async def test_every_kind_is_listened_to_then_apologised_for_recorded_and_promised(
    firm: Firm, stranger: Talk, intent: str
) -> None:
    category = intent.removeprefix("complain_")
    said = await stranger.says(intent, "你们太差劲了")
    assert said.names == [f"utter_listen_{category}"]
    assert (await firm.rows(Promise), (await card(firm)).told_at) == ([], None)

    said = await stranger.says("deny", "没了")
    found, promises = await card(firm), await firm.rows(Promise)
    assert said.names[0].startswith(f"utter_sorry_{category}_")
    assert said.names[-2:] == ["utter_complaint_recorded", "utter_complaint_correct"]
    assert {promise.due_at for promise in promises} == {found.first_reply_due, found.resolve_due}
    assert found.number in said.text
    assert "{" not in said.text


async def test_a_whole_story_is_answered_at_once(firm: Firm, stranger: Talk) -> None:
    said = await stranger.says("complain_delay", "说好上周五到的，到现在还没到，客户要罚我们款，麻烦今天给个准信")
    assert sorry(said, "delay")
    assert "utter_complaint_summary_consequence_wish" in said.names
    assert said.names[-2:] == ["utter_complaint_recorded", "utter_complaint_which_shipment"]
    assert "您希望" in said.text
    assert (await card(firm)).consequences
    assert (await card(firm)).wish


async def test_whether_there_is_more_is_asked_once(stranger: Talk) -> None:
    asking = {"utter_complaint_more", "utter_complaint_which_shipment"}
    story = ["你们太慢了", "说好上周五到的到现在没到", "客户天天催", "没有了"]
    names = [name for text in story for name in (await stranger.says("complain_delay", text)).names]
    asked = [name for name in names if name in asking or name.startswith("utter_listen_")]
    assert asked == ["utter_listen_delay"]


@pytest.mark.parametrize(
    ("beside", "heard"),
    [(("complain_delay", 0.3), "delay"), (("complain_delay", 0.05), "other"), (("vent", 0.3), "other")],
)
async def test_a_matter_heard_beside_the_wish_to_complain_counts(
    firm: Firm, stranger: Talk, beside: tuple[str, float], heard: str
) -> None:
    await stranger.says("complain_other", "我要投诉，你们怎么回事", ranking=[("complain_other", 0.6), beside])
    assert (await card(firm)).category == heard


async def test_a_known_shipment_is_linked_named_and_not_asked_for(firm: Firm, theirs: Talk) -> None:
    said = await theirs.says("complain_damage", "木箱裂了，里面的机器也砸坏了，没法装线")
    assert said.names[-1] == "utter_complaint_more"
    shipments = {shipment.code: shipment.id for shipment in await firm.rows(Shipment)}
    assert (await card(firm)).shipment_id == shipments[THEIRS]
    assert THEIRS in said.values["facts"]


async def test_the_story_over_several_messages(firm: Firm, ours: Talk) -> None:
    await ours.says("complain_damage", "木箱裂了货全湿了")
    story: list[tuple[str, str, list[Found]]] = [
        ("out_of_scope", "[图片]", []),
        ("inform", "一共3箱", [("pieces", {"count": 3, "type": "箱"})]),
        ("nlu_fallback", "客户那边都停产了", []),
        ("deny", "是叉车叉的，外面是好的里面坏了", []),
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


async def test_what_was_summed_up_wrongly_is_put_right(firm: Firm, stranger: Talk) -> None:
    await stranger.says("complain_loss", "少了两箱货，客户等着要")
    said = await stranger.says("deny", "不对，是少了三箱")
    assert said.names == ["utter_complaint_corrected"]
    assert "三箱" in said.values["words"]
    assert "三箱" in (await card(firm)).facts


async def test_who_asks_something_else_while_we_listen_hears_the_number_first(firm: Firm, ours: Talk) -> None:
    await ours.says("complain_delay", "你们太慢了")
    said = await ours.says("ask_eta", f"{CONTAINER}到底几号到", ("shipment_no", CONTAINER))
    assert said.names.index("utter_complaint_recorded") < said.names.index("utter_status")
    assert (await card(firm)).told_at is not None
    assert ours.slots["listening"] is None


async def test_who_wants_a_person_while_we_listen_hears_the_number_first(firm: Firm, stranger: Talk) -> None:
    await stranger.says("complain_delay", "你们太慢了")
    said = await stranger.says("request_human", "转人工")
    assert said.names.index("utter_complaint_recorded") < said.names.index("utter_handoff")
    assert said.handoff is not None
    assert (await card(firm)).told_at is not None


async def test_who_takes_back_a_complaint_without_a_story_is_left_in_peace(firm: Firm, stranger: Talk) -> None:
    await stranger.says("complain_other", "我要投诉你们")
    said = await stranger.says("deny", "算了，没事了")
    assert said.names == ["utter_complaint_withdrawn"]
    assert (await card(firm)).state == "closed"
    assert await firm.rows(Promise) == []


@pytest.mark.parametrize("intent", ["track_shipment", "ask_eta", "urge_delivery"])
async def test_a_question_full_of_blame_is_heard_as_a_complaint_and_answered(
    firm: Firm, ours: Talk, intent: str
) -> None:
    words = f"{CONTAINER}到底几号能到，说好15号的，一推再推，我怎么跟客户交代"
    said = await ours.says(intent, words, ("shipment_no", CONTAINER), mood="annoyed")
    assert sorry(said, "delay")
    assert said.names.index("utter_complaint_recorded") < len(said.names) - 2
    assert {"utter_status", "utter_urged"} & set(said.names)
    assert said.names[-1] == "utter_complaint_more"
    assert (await card(firm)).category == "delay"


async def test_a_plain_question_is_no_complaint(firm: Firm, ours: Talk) -> None:
    await ours.says("ask_eta", f"{CONTAINER}几号能到，说好15号的", ("shipment_no", CONTAINER))
    assert await firm.count(ComplaintCard) == 0


@pytest.mark.parametrize("intent", ["nlu_fallback", "out_of_scope"])
async def test_grave_words_are_a_complaint_whatever_was_understood(firm: Firm, stranger: Talk, intent: str) -> None:
    said = await stranger.says(intent, "本人为客户的代理律师，限三日内退还，否则依法起诉")
    assert said.handoff is not None
    assert (await card(firm)).severity == "S1"


async def test_a_threat_after_the_story_goes_onto_its_card(firm: Firm, stranger: Talk) -> None:
    await stranger.says("complain_attitude", "你们仓库的人太横了，我的提货员等了三个小时，问一句就被吼")
    await stranger.says("complain_delay", "再这样我换别家了")
    found = await card(firm)
    assert (found.category, found.severity) == ("attitude", "S2")


async def test_the_category_of_a_claim_is_in_its_words(firm: Firm, stranger: Talk) -> None:
    await stranger.says("ask_claim", "柜里摔坏了八台机器，你们怎么赔")
    assert (await card(firm)).category == "damage"


async def test_a_second_complaint_hours_later_goes_one_step_up(firm: Firm, ours: Talk) -> None:
    await ours.says("complain_delay", "说好上周到的，客户要退单了", ("shipment_no", OURS))
    firm.clock.move(timedelta(hours=3))
    said = await ours.says("complain_delay", "还是没到，你们到底管不管", ("shipment_no", OURS))
    assert sorry(said, "delay")
    assert said.names[1:] == ["utter_sorry_again", "utter_complaint_raised"]
    assert (await card(firm)).severity == "S2"


async def test_pressing_in_the_middle_of_a_complaint_is_part_of_it_and_pushes_the_shipment(
    firm: Firm, ours: Talk
) -> None:
    await ours.says("complain_delay", "说好上周到的，到现在还没到", ("shipment_no", OURS))
    said = await ours.says("urge_delivery", "客户天天催我，再不到就要罚款了")
    assert said.names[0] == "utter_urged"
    assert "罚款" in (await card(firm)).facts
    assert ours.slots["topic"] == "complaint"
    (task,) = await firm.rows(DepartmentTask)
    assert task.kind == "urge"


async def test_pressing_without_a_known_shipment_goes_onto_the_card(firm: Firm, stranger: Talk) -> None:
    await stranger.says("complain_delay", "说好上周到的，到现在还没到，客户要罚款")
    said = await stranger.says("urge_delivery", "今天必须送到")
    assert said.names == ["utter_complaint_joined"]
    assert "今天必须送到" in (await card(firm)).facts


async def test_somebody_elses_shipment_is_not_linked(firm: Firm, ours: Talk) -> None:
    await ours.says("complain_damage", "木箱裂了货全湿了")
    said = await ours.says("inform", THEIR_CONTAINER, ("shipment_no", THEIR_CONTAINER))
    assert said.names == ["utter_complaint_joined"]
    assert (await card(firm)).shipment_id is None


async def test_the_same_turn_twice(firm: Firm, stranger: Talk) -> None:
    first, second = uuid4(), uuid4()
    for _ in range(2):
        stranger.slots.clear()
        said = await stranger.says("complain_loss", "少了两箱货，客户等着要", turn=first)
        assert sorry(said, "loss")
    for _ in range(2):
        await stranger.says("inform", "是红色的箱子", turn=second)
        stranger.forget_turn()
    assert (await firm.count(ComplaintCard), await firm.count(Promise)) == (1, 2)
    assert (await card(firm)).facts.count("红色") == 1


async def test_a_claim(firm: Firm, stranger: Talk) -> None:
    said = await stranger.says("ask_claim", "你们赔多少")
    assert said.names[-2:] == ["utter_claim_keep", "utter_complaint_which_shipment"]
    assert said.names.index("utter_complaint_recorded") < said.names.index("utter_claim_keep")
    assert await firm.count(ClaimFile) == 1
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
    calm = await stranger.says("complain_damage", "木箱裂了货全湿了")
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
    await stranger.says("complain_fee", "账单比报价多了八百，没人跟我说过")
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
    assert late.handoff["reason"] == "complaint_late"


async def test_somebody_elses_complaint_is_not_told(firm: Firm, stranger: Talk, ours: Talk) -> None:
    await stranger.says("complain_fee", "账单比报价多了八百，没人跟我说过")
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
    heard = await stranger.says("vent", "什么破公司")
    assert sorry(heard, "delay"), "not apologised yet: the anger is part of the story"
    assert heard.handoff is None
    said = await stranger.says("vent", "呵呵，真有你们的")
    assert said.handoff is not None
    assert said.handoff["summary"]["complaint"] == (await card(firm)).number
    assert "呵呵" in (await card(firm)).facts
    vented = [one.new for one in await firm.rows(ComplaintEvent) if one.what == EventKind.VENTED]
    assert vented == ["呵呵，真有你们的"], "what came before the apology was not anger after it"


async def test_in_the_middle_of_a_price(stranger: Talk) -> None:
    await stranger.says("ask_price", "上海到汉堡空运", ("place", "CNSHA", "origin"), ("place", "DEHAM", "destination"),
                        ("transport_mode", "air"))  # fmt: skip
    said = await stranger.says("complain_delay", "上次的货说好月初到，现在还没到，客户急死了")
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
