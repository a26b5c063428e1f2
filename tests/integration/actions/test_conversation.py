"""Yes, no, values out of the blue, doubt, courtesy in between, and failures."""

from typing import Any

import pytest
import structlog.testing
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from bot.actions.__main__ import ACTIONS
from bot.actions.base import DeskAction
from bot.actions.turn import Reply, Turn
from crm.complaints.models import ComplaintCard
from crm.crm import Crm
from crm.customers.models import ContactRequest
from tests.integration.actions.conftest import CONTAINER, OURS, TAIL, Firm
from tests.integration.actions.talk import Found, Talk, domain, rules

LANE: tuple[Found, ...] = (("place", "CNSHA", "origin"), ("place", "DEHAM", "destination"))
AIR: Found = ("transport_mode", "air")
SECRET = "机密的话13812345678"
PLAIN = sorted({name for actions in rules().values() for name in actions if name.startswith("utter_")})


def test_every_action_of_the_rules_has_a_class_and_stands_in_the_domain() -> None:
    named = {action.action_name for action in ACTIONS}
    in_domain = {name if isinstance(name, str) else next(iter(name)) for name in domain()["actions"]}
    assert {name for actions in rules().values() for name in actions if name.startswith("action_")} <= named
    assert named == in_domain
    assert set(PLAIN) <= set(domain()["responses"])


INSTEAD = {"faq/business_hours": ["utter_faq/business_hours", "utter_faq_note"]}
"""What is said to a word in between, where it is more than one response."""
TOPICS = [
    "status",
    "quote",
    "offer",
    "inquiry",
    "confirm_order",
    "cancel_order",
    "complaint",
    "callback",
    "faq",
    "other",
]


@pytest.mark.parametrize("topic", [None, *TOPICS])
async def test_no_intent_fails_in_any_topic(stranger: Talk, topic: str | None) -> None:
    for intent in rules():
        stranger.slots, stranger.events = {"topic": topic}, []
        said = await stranger.says(intent, "随便什么", ranking=[("track_shipment", 0.3), ("faq/insurance", 0.2)])
        assert said.failed is None, intent
        assert said.names, f"{intent}: every turn is answered"


@pytest.mark.parametrize("intent", ["affirm", "deny"])
async def test_yes_and_no_to_nothing(stranger: Talk, intent: str) -> None:
    assert (await stranger.says(intent, "好的")).names == ["utter_ok"]


async def test_values_out_of_the_blue(stranger: Talk) -> None:
    assert (await stranger.says("inform", OURS, ("shipment_no", OURS))).names == ["utter_ask_phone_tail"]
    stranger.slots.clear()
    assert (await stranger.says("inform", "上海到汉堡", *LANE)).names == ["utter_ask_transport_mode"]
    stranger.slots.clear()
    assert (await stranger.says("inform", "", ("quote_no", "QT26010100019"))).names == ["utter_quote_not_found"]
    assert (await stranger.says("inform", "", ("complaint_no", "CP26010100019"))).names == [
        "utter_complaint_status_unknown"
    ]
    stranger.slots.clear()
    assert (await stranger.says("inform", "张三")).names == ["utter_inform_unclear"]


async def test_a_shipments_number_in_the_middle_of_a_price(ours: Talk) -> None:
    await ours.says("ask_price", "", *LANE, AIR)
    said = await ours.says("inform", OURS, ("shipment_no", OURS))
    assert said.names[0] == "utter_status"
    assert said.names[-2:] == ["utter_resume_quote", "utter_ask_weight"]
    assert "utter_status_offer" not in said.names, "one question at a time"
    assert (await ours.says("inform", "500")).names == ["utter_ask_volume"]


async def test_a_question_of_a_stranger_in_between_is_gone_back_from(stranger: Talk) -> None:
    await stranger.says("ask_price", "", *LANE, AIR)
    assert (await stranger.says("track_shipment", "", ("shipment_no", CONTAINER))).names == ["utter_ask_phone_tail"]
    assert stranger.slots["interrupted"] == "quote"
    said = await stranger.says("inform", TAIL)
    assert said.names[-1] == "utter_ask_weight"
    assert stranger.slots["interrupted"] is None


@pytest.mark.parametrize("intent", ["faq/business_hours", "greet", "thank", "chitchat", "bot_challenge"])
async def test_a_word_in_between_keeps_the_question_open(stranger: Talk, intent: str) -> None:
    await stranger.says("ask_price", "", *LANE, AIR)
    before = {name: value for name, value in stranger.slots.items() if value is not None}
    said = await stranger.says(intent, "在吗")
    assert said.names[-2:] == ["utter_resume_quote", "utter_ask_weight"]
    assert said.names[:-2] == INSTEAD.get(intent, said.names[:1])
    assert {name: value for name, value in stranger.slots.items() if value is not None} == before


async def test_a_word_in_between_that_holds_the_answer(stranger: Talk) -> None:
    await stranger.says("ask_price", "", *LANE, AIR)
    assert (await stranger.says("thank", "谢谢，500公斤", ("weight", 500))).names == ["utter_thank", "utter_ask_volume"]
    assert (await stranger.says("rate_service", "2")).names == ["utter_ask_commodity"]


async def test_a_word_in_between_with_nothing_open(stranger: Talk, ours: Talk) -> None:
    said = await stranger.says("faq/business_hours", "几点下班")
    assert said.names == ["utter_faq/business_hours", "utter_faq_note", "utter_faq_ask_helped"]
    assert (await stranger.says("greet", "你好")).names == ["utter_greet"]
    await ours.says("track_shipment", "", ("shipment_no", OURS))
    assert (await ours.says("greet", "在吗")).names == ["utter_greet_again"]


async def test_the_digits_are_asked_for_again_after_a_word_in_between(stranger: Talk) -> None:
    await stranger.says("track_shipment", "", ("shipment_no", CONTAINER))
    said = await stranger.says("faq/transit_time", "要多久")
    assert said.names == ["utter_faq/transit_time", "utter_faq_note", "utter_ask_phone_tail"]


async def test_rating_is_recorded(firm: Firm, stranger: Talk) -> None:
    assert (await stranger.says("rate_service", "5分")).names == ["utter_rate_thanks"]
    (request,) = await firm.rows(ContactRequest)
    assert (request.kind, request.detail) == ("rating", {"words": "5分"})


async def test_doubt_offers_two_meanings_and_a_person(stranger: Talk) -> None:
    ranking = [("inform", 0.3), ("track_shipment", 0.2), ("faq/transit_time", 0.15), ("ask_price", 0.1)]
    said = await stranger.says("nlu_fallback", "那个柜子", ranking=ranking)
    assert said.names == ["utter_clarify"]
    assert list(said.buttons.values()) == ["/track_shipment", "/faq/transit_time", "/request_human"]
    assert (await stranger.presses(said, "查货物到哪了")).names == ["utter_ask_shipment_no"]


async def test_doubt_about_a_named_shipment_is_answered_with_its_status(ours: Talk, stranger: Talk) -> None:
    ranking = [("track_shipment", 0.3), ("book_shipment", 0.2)]
    said = await ours.says("nlu_fallback", "我那票咋还没动静", ("shipment_no", OURS), ranking=ranking)
    assert "utter_status" in said.names
    complaint = [("complain_delay", 0.3), ("track_shipment", 0.2)]
    said = await stranger.says("nlu_fallback", "这票真行", ("shipment_no", CONTAINER), ranking=complaint)
    assert said.names == ["utter_clarify"]


async def test_values_said_in_doubt_reach_the_meaning_that_is_pressed(stranger: Talk) -> None:
    said = await stranger.says(
        "nlu_fallback", "上海汉堡空运500公斤那种", *LANE, AIR, ("weight", 500), ranking=[("ask_price", 0.3)]
    )
    assert said.names == ["utter_clarify"]
    assert (await stranger.presses(said, "问运价")).names == ["utter_ask_volume"]


async def test_words_said_in_doubt_reach_the_complaint(firm: Firm, stranger: Talk) -> None:
    said = await stranger.says("nlu_fallback", "唉，纸箱啊", ranking=[("complain_damage", 0.3)])
    await stranger.presses(said, "货物破损")
    (card,) = await firm.rows(ComplaintCard)
    assert card.facts == "唉，纸箱啊\n货物破损"
    await stranger.says("complain_fee", "还多收钱")
    assert [one.facts for one in await firm.rows(ComplaintCard) if one.category == "fee"] == ["还多收钱"]


async def test_who_tells_a_story_of_harm_is_not_asked_what_is_meant(firm: Firm, stranger: Talk) -> None:
    await stranger.says("nlu_fallback", "纸箱烂得一塌糊涂", ranking=[("complain_damage", 0.3)])
    (card,) = await firm.rows(ComplaintCard)
    assert (card.category, card.facts) == ("damage", "纸箱烂得一塌糊涂")


@pytest.mark.parametrize("second", ["nlu_fallback", "out_of_scope"])
async def test_not_understood_twice_calls_a_person(stranger: Talk, second: str) -> None:
    assert (await stranger.says("out_of_scope", "量子力学")).names == ["utter_out_of_scope"]
    said = await stranger.says(second, "相对论", ranking=[("track_shipment", 0.3)])
    assert said.names == ["utter_not_understood_handing_over"]
    assert said.handoff is not None
    assert said.handoff["reason"] == "not_understood"


async def test_understood_in_between_starts_counting_anew(stranger: Talk) -> None:
    await stranger.says("out_of_scope", "量子力学")
    await stranger.says("chitchat", "哈哈")
    assert (await stranger.says("out_of_scope", "相对论")).names == ["utter_out_of_scope"]


async def test_pictures_without_a_word(stranger: Talk) -> None:
    said = await stranger.says("out_of_scope", "[图片]")
    assert said.names == ["utter_media"]
    assert "图片" in said.text


async def test_stop(stranger: Talk) -> None:
    assert (await stranger.says("stop", "算了")).names == ["utter_nothing_to_stop"]
    await stranger.says("track_shipment", "")
    assert (await stranger.says("stop", "算了")).names == ["utter_stopped"]
    await stranger.says("complain_delay", "说好上周到的，客户要罚款了")
    assert (await stranger.says("stop", "先这样")).names == ["utter_complaint_noted"]
    assert stranger.slots["topic"] is None


class Failing(DeskAction):
    """Breaks down with the customer's words in the error."""

    action_name = "action_track"

    async def answer(self, turn: Turn, crm: Crm) -> Reply:
        dialogue = await crm.customers.dialogue(turn.dialogue_id)
        await crm.customers.request(dialogue, turn.turn_id, "praise", {"words": turn.text})
        raise ValueError(turn.text)


def message(**changed: Any) -> dict[str, Any]:
    """What Rasa sends of the last message."""
    known = {"text": SECRET, "intent": {"name": "track_shipment"}, "entities": [], "metadata": {"turn": "0" * 32}}
    return {**known, **changed}


@pytest.mark.parametrize("sent", [message(), message(metadata={}), message(entities=[{"no": "entity"}])])
async def test_a_failure_tells_the_app_and_nothing_of_the_customer(
    firm: Firm, stranger: Talk, sent: dict[str, Any]
) -> None:
    dispatcher = CollectingDispatcher()
    tracker = Tracker(str(stranger.dialogue_id), {}, sent, [], False, None, {}, "action_listen")
    with structlog.testing.capture_logs() as logged:
        events = await Failing(firm.crm).run(dispatcher, tracker, {})
    assert events == []
    assert [spoken.get("custom") for spoken in dispatcher.messages] == [{"failed": "action_track"}]
    (entry,) = logged
    assert entry["conversation"] == str(stranger.dialogue_id)
    assert SECRET not in str(entry)
    assert "13812345678" not in str(entry)
    assert await firm.count(ContactRequest) == 0, "rolled back"


def test_a_buttons_payload_is_never_taken_for_words() -> None:
    sent = message(text='/track_shipment{"shipment_no": "X"}')
    assert Turn.of(_tracker(sent), None).text == ""
    sent["metadata"]["said"] = "查这一票"
    assert Turn.of(_tracker(sent), None).text == "查这一票"


def _tracker(sent: dict[str, Any]) -> Tracker:
    return Tracker("0" * 32, {}, sent, [], False, None, {}, "action_listen")
