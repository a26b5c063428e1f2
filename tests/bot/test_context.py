"""A few words in view of what was said before."""

from __future__ import annotations

from typing import Any

import pytest

from bot.nlu.context import choice, intent_in_context

OFFER = {"topic": "offer", "quote_no": "QT26112300016"}
STATUS = {"topic": "status", "asked": "updates", "shipment_no": "MSKU1234565"}
OFFERED = ['/track_shipment{"shipment_no": "A"}', '/track_shipment{"shipment_no": "B"}', "/request_human"]


def value(text: str, words: str, kind: str) -> dict[str, Any]:
    return {"entity": kind, "start": text.index(words), "end": text.index(words) + len(words)}


@pytest.mark.parametrize(
    ("text", "words", "kind"),
    [
        ("那空运呢", "空运", "transport_mode"),
        ("那到汉堡呢", "汉堡", "place"),
        ("那宁波出呢", "宁波", "place"),
        ("换成小柜呢", "小柜", "container"),
        ("換成小櫃呢？", "小櫃", "container"),
        ("那到鹿特丹多少钱", "鹿特丹", "place"),
    ],
)
def test_another_value_below_a_price_asks_for_another_price(text: str, words: str, kind: str) -> None:
    assert intent_in_context(text, [value(text, words, kind)], OFFER, "ask_price") == "ask_price"
    assert intent_in_context(text, [value(text, words, kind)], STATUS, "track_shipment") is None


def test_more_than_a_value_means_what_it_says() -> None:
    for text in ("空运能寄电池吗", "你们空运几点截单", "空运那票到哪了"):
        assert intent_in_context(text, [value(text, "空运", "transport_mode")], OFFER, "ask_price") is None
    number = "那MSKU1234565呢"
    assert intent_in_context(number, [value(number, "MSKU1234565", "shipment_no")], OFFER, "ask_price") is None


@pytest.mark.parametrize("text", ["3个呢", "那三个呢", "要是5个的话", "改成2个柜子", "两个多少钱"])
def test_another_count_below_a_price(text: str) -> None:
    assert intent_in_context(text, [], OFFER, "ask_price") == "ask_price"


@pytest.mark.parametrize("text", ["3个", "三个", "大概500", "2", "一共10箱"])
def test_a_bare_number_answers_the_question_that_is_open(text: str) -> None:
    for asked in ("container", "weight", "volume", "pieces"):
        assert intent_in_context(text, [], {"topic": "quote", "asked": asked}, "ask_price") == "inform"
    assert intent_in_context(text, [], {"topic": "complaint"}, "complain_other") is None


@pytest.mark.parametrize(
    "text",
    ["那另一票呢", "那另外一票呢？", "另一票到哪了", "那其他的呢", "不是这个", "不对，我说的不是这票", "那別的呢"],
)
def test_the_other_shipment(text: str) -> None:
    assert intent_in_context(text, [], STATUS, "track_shipment") == "track_shipment"
    assert intent_in_context(text, [], STATUS, "faq") == "track_shipment"
    assert intent_in_context(text, [], {"topic": "status", "asked": "shipment_no"}, "track_shipment") is None


def test_the_same_for_the_other_shipment() -> None:
    assert intent_in_context("另一票也发我", [], STATUS, "ask_pod") == "ask_pod"
    assert intent_in_context("那票另外再收费吗", [], STATUS, "ask_pod") is None


@pytest.mark.parametrize(
    "text", ["跟上次一样", "跟上次一样再报一个", "照旧", "老样子", "和上票一樣", "这次还是照旧吧，谢谢", "同上"]
)
def test_the_same_as_before(text: str) -> None:
    assert intent_in_context(text, [], {"quote_no": "QT26112300016"}, "accept_quote") == "ask_price"
    assert intent_in_context(text, [], {"topic": "complaint", "quote_no": "QT26112300016"}, None) is None


def test_the_same_with_another_value() -> None:
    text = "跟上次一样，到鹿特丹"
    assert intent_in_context(text, [value(text, "鹿特丹", "place")], OFFER, "ask_price") == "ask_price"


@pytest.mark.parametrize(
    "text",
    [
        "跟上次一样又发错了",
        "和上次一样又晚了",
        "跟上回一样少了一件",
        "下单！跟上次一样",
        "合同上次就寄了",
        "另外两个照旧，那个作废",
    ],
)
def test_a_comparison_means_what_it_says(text: str) -> None:
    assert intent_in_context(text, [], {"quote_no": "QT26112300016"}, "accept_quote") is None


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("第二个", 1),
        ("第一個", 0),
        ("那第一个呢", 0),
        ("要第2个吧", 1),
        ("最后一个", 2),
        ("上面那个", 0),
        ("2", 1),
        ("第三票", 2),
    ],
)
def test_a_choice_by_its_place(text: str, place: int) -> None:
    assert choice(text, OFFERED, "shipment_no") == OFFERED[place]


def test_what_is_no_choice() -> None:
    assert choice("第二个", [], "shipment_no") is None
    assert choice("第四个", OFFERED, "shipment_no") is None
    assert choice("2", OFFERED, "weight") is None
    assert choice("第二个柜子坏了", OFFERED, "shipment_no") is None
    assert choice("好", OFFERED, "shipment_no") is None
    assert choice("", OFFERED, "shipment_no") is None
    assert choice("第二个，" * 1000, OFFERED, "shipment_no") is None


def test_signs_drawn_out_do_not_make_a_message_long() -> None:
    assert choice("第二个吧" + "吧" * 40, OFFERED, "shipment_no") == OFFERED[1]
    assert intent_in_context("那另一票呢" + "？" * 40, [], STATUS, "track_shipment") == "track_shipment"


@pytest.mark.parametrize("text", ["", "  ", "那另一票呢" * 1000])
def test_nothing_and_very_much_mean_what_they_say(text: str) -> None:
    assert intent_in_context(text, [], STATUS, "track_shipment") is None


SURVEY = {"topic": "survey", "asked": "solved", "survey": "…"}


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("还没解决", "deny"),
        ("没有", "deny"),
        ("还没呢", "deny"),
        ("沒解決", "deny"),
        ("问题还是没解决", "deny"),
        ("没处理好", "deny"),
        ("解决了谢谢", "affirm"),
        ("解决了", "affirm"),
        ("已经解决了，辛苦了", "affirm"),
        ("都搞定了", "affirm"),
        ("5分", "rate_service"),
        ("给五分吧", "rate_service"),
        ("满分", "rate_service"),
        ("3", "rate_service"),
    ],
)
def test_a_few_words_answer_whether_a_complaint_is_solved(text: str, intent: str) -> None:
    assert intent_in_context(text, [], SURVEY, "inform") == intent
    assert intent_in_context(text, [], {"topic": None}, "inform") is None


@pytest.mark.parametrize(
    "text", ["转人工", "货到哪了", "没人给我打电话，还要等多久", "为什么没解决", "我要投诉你们主管", "还有一票没到"]
)
def test_other_words_after_a_survey_mean_what_they_say(text: str) -> None:
    assert intent_in_context(text, [], SURVEY, "inform") is None


def test_a_no_is_no_score_once_a_score_is_asked_for() -> None:
    asked = {**SURVEY, "asked": "score"}
    assert intent_in_context("没有", [], asked, "rate_service") is None
    assert intent_in_context("4分", [], asked, "rate_service") == "rate_service"
