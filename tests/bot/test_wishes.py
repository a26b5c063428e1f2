"""Several wishes in one message: where it is cut, and what is left in one piece."""

from __future__ import annotations

import pytest

from bot.nlu.text import normalise
from bot.nlu.wishes import Reading, Span, Strength, Wish, cuts, find, kind_of, main_of, reading_of

#: A reader for tests: the first word that is found says what a part means.
WORDS = (
    ("转人工", "request_human"),
    ("多少钱", "ask_price"),
    ("什么价", "ask_price"),
    ("报个", "ask_price"),
    ("how much", "ask_price"),
    ("晚了", "complain_delay"),
    ("赔", "ask_claim"),
    ("坏", "complain_damage"),
    ("什么时候到", "ask_eta"),
    ("到哪", "track_shipment"),
    ("where", "track_shipment"),
    ("催", "urge_delivery"),
    ("提单", "ask_pod"),
    ("通知", "subscribe_updates"),
    ("下班", "faq/business_hours"),
    ("发票", "faq/invoice"),
    ("谢谢", "thank"),
    ("你好", "greet"),
)


def wishes(message: str, sure: float = 0.97) -> list[str]:
    """The labels of the wishes found; none where there is one at most."""
    return [wish.name for wish in found(message, sure)]


def found(message: str, sure: float = 0.97) -> list[Wish]:
    text = normalise(message).text

    def read(span: Span) -> Reading:
        part = text[slice(*span)]
        return next((label for word, label in WORDS if word in part), "out_of_scope"), sure

    lines = [place for place, sign in enumerate(message) if sign == "\n"]
    return find(text, read, lines)


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("货晚了三天，还有下一票到洛杉矶多少钱", ["complain_delay", "ask_price"]),
        ("貨晚了三天，還有下一票到洛杉磯多少錢", ["complain_delay", "ask_price"]),
        ("我那票到哪了还有下一票到洛杉矶多少钱", ["track_shipment", "ask_price"]),
        ("MSKU1234565到哪了，另外报个上海到汉堡的价", ["track_shipment", "ask_price"]),
        ("1. 查一下货到哪了 2. 报个去汉堡的价", ["track_shipment", "ask_price"]),
        ("货到哪里了，到港了通知我一声", ["track_shipment", "subscribe_updates"]),
        ("货到哪了\n到汉堡高柜什么价", ["track_shipment", "ask_price"]),
        ("where is MSKU1234565? also how much to LA", ["track_shipment", "ask_price"]),
        ("催一下这票，顺便把提单发我", ["urge_delivery", "ask_pod"]),
        ("货到哪了？另外提单发我，还有你们几点下班", ["track_shipment", "ask_pod", "faq/business_hours"]),
        ("货晚了三天，另外MSKU1234565现在到哪了", ["complain_delay", "track_shipment"]),
        ("转人工，我的货晚了一个星期了", ["request_human", "complain_delay"]),
    ],
)
def test_several_wishes_are_found_in_their_order(message: str, expected: list[str]) -> None:
    assert wishes(message) == expected


@pytest.mark.parametrize(
    "message",
    [
        "我的货到哪了",
        "货晚了三天，客户要索赔，你们怎么赔",
        "到哪了，什么时候到",
        "你好，帮我查一下货到哪了",
        "帮我看看到哪了，谢谢",
        "货晚了三天，还有箱子也坏了",
        "货晚了三天，另外帮我催一下",
        "货晚了三天，另外到底什么时候到",
        "不是问多少钱，我问到哪了",
        "上海到汉堡多少钱，另外什么价能走",
        "好",
        "",
        "货坏了，" + "真的很着急，" * 60 + "另外去汉堡多少钱",
    ],
)
def test_one_wish_stays_in_one_piece(message: str) -> None:
    assert wishes(message) == []


def test_doubt_about_a_part_leaves_the_message_whole() -> None:
    assert wishes("货到哪了，到港了通知我", sure=0.8) == [], "nothing but a comma"
    assert wishes("货到哪了，另外到港了通知我", sure=0.8) == ["track_shipment", "subscribe_updates"]
    assert wishes("货到哪了，另外到港了通知我", sure=0.4) == []


def test_a_part_is_told_without_the_word_that_leads_to_it() -> None:
    message = "货晚了三天，还有，去洛杉矶多少钱？"
    first, second = found(message)
    assert (message[first.start : first.end], message[second.start : second.end]) == (
        "货晚了三天",
        "去洛杉矶多少钱？",
    )


def test_another_shipment_stays_another() -> None:
    text = "提单发我，另外一票到哪了"
    assert [text[wish.start : wish.end] for wish in found(text)] == ["提单发我", "另外一票到哪了"]


def test_a_turn_is_the_strongest_cut() -> None:
    assert [cut.strength for cut in cuts("货到哪了,另外报价。谢谢你们了")] == [Strength.TURN, Strength.STOP]


def test_a_person_goes_before_a_complaint_and_that_before_the_rest() -> None:
    price, late, person = (Wish(name, 0.9, 0, 1) for name in ("ask_price", "complain_delay", "request_human"))
    assert main_of([price, late, person], "ask_price") is person
    assert main_of([price, late], "ask_price") is late
    assert main_of([price, Wish("track_shipment", 0.9, 2, 3)], "ask_eta").name == "track_shipment"


def test_a_reading_counts_labels_of_one_kind_together() -> None:
    labels = ["ask_eta", "ask_price", "track_shipment"]
    assert reading_of(labels, [0.3, 0.4, 0.3]) == ("track_shipment", pytest.approx(0.6))
    assert kind_of("complain_loss") == kind_of("ask_claim")
