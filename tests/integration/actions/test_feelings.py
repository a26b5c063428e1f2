"""Praise, moods, and words within a complaint that sound like something else."""

from uuid import uuid4

from crm.alerts.models import Alert
from crm.customers.models import ContactRequest
from tests.integration.actions.complaining import card, employ
from tests.integration.actions.conftest import Firm
from tests.integration.actions.talk import Talk


async def test_praise_reaches_people_once(firm: Firm, stranger: Talk) -> None:
    await employ(firm, ("lin", "林小雨", "客服小林"), ("chen", "陈思远", "客服小陈"))
    turn = uuid4()
    for _ in range(2):
        assert (await stranger.says("praise", "小林真好，帮了我大忙", turn=turn)).names == ["utter_praise"]
    (request,) = await firm.rows(ContactRequest)
    assert request.detail == {"words": "小林真好，帮了我大忙", "praised": ["lin"]}
    alerts = {(alert.to_staff or alert.to_department): alert.text for alert in await firm.rows(Alert)}
    assert set(alerts) == {"lin", "service_lead"}
    assert "林小雨" in alerts["service_lead"]


async def test_praise_of_nobody_in_particular_reaches_the_supervisors(firm: Firm, stranger: Talk) -> None:
    await employ(firm, ("lin", "林小雨", "客服小林"))
    await stranger.says("praise", "你们服务真不错")
    assert [alert.to_department for alert in await firm.rows(Alert)] == ["service_lead"]


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
    asked = await stranger.says("nlu_fallback", "搞什么！！像话吗！！", ranking=ranking, mood="angry")
    title = next(title for title, payload in asked.buttons.items() if payload == "/complain_delay")
    await stranger.presses(asked, title)
    assert (await card(firm)).emotion == "angry"
    assert stranger.slots["doubtful_mood"] is None


async def test_words_within_a_complaint_that_sound_like_something_else_are_part_of_it(
    firm: Firm, stranger: Talk
) -> None:
    await stranger.says("complain_fee", "账单比报价多了八百，没人跟我说过")
    for intent, words in (("change_delivery", "麻烦核对一下，把多收的退回来"), ("negotiate_price", "给我免掉")):
        said = await stranger.says(intent, words, ranking=[(intent, 0.6)])
        assert said.names == ["utter_complaint_joined"], words
        assert words in (await card(firm)).facts
    assert "退回来" in (await card(firm)).wish


async def test_what_is_surely_something_else_is_answered_within_a_complaint(firm: Firm, stranger: Talk) -> None:
    await stranger.says("complain_fee", "账单比报价多了八百，没人跟我说过")
    said = await stranger.says("request_human", "给我转人工", ranking=[("request_human", 0.99)])
    assert said.handoff is not None
