"""The reading and judging of written complaints, without the desk."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.conversations.complaints_judge import (
    apologies,
    data_questions,
    more_questions,
    percentile,
    problems,
    shares,
    spoken_in,
    table,
    until_the_number,
    verdicts,
    without_echo,
)
from tests.conversations.complaints_of import CODES, Complaint, Spoken, WantedCard, all_complaints
from tests.conversations.complaints_run import Card, Line, Run
from tests.e2e.words import Words

RESPONSES = {"utter_sorry_delay_1": ["非常抱歉，让您久等了。"], "utter_sorry_fee_1": ["账没算清，对不起。"]}
NUMBER = "CP2611230012"
CARD = Card(NUMBER, "delay", "S3", 1, "annoyed", "昨天该到的", "", "快点", ())
WANTED = WantedCard(("delay",), ("S3",), 1, ("delay",), ("calm", "annoyed"), ("昨天该到",), (), ("快点",))
GOOD = f"非常抱歉，让您久等了。\n跟您核对一下：昨天该到的没到。\n投诉单 {NUMBER}，今天16:30前联系您。\n还有要补充的吗？"
ONE = """
- name: 一
  as: contact
  parcels: 1
  talk: [货没到, {says: [一, 二], complains: true}]
  card: {category: delay, severity: S3, shipment: container, facts: [没到]}
"""


def complaint(*talk: Spoken, cards: tuple[WantedCard, ...] = (WANTED,)) -> Complaint:
    return Complaint("某人", True, 1, talk or (Spoken(("货昨天该到的，快点",)),), cards)


def ran(*answers: str, cards: tuple[Card, ...] = (CARD,), says: str = "货昨天该到的，快点") -> Run:
    log = [line for turn, text in enumerate(answers) for line in (Line(True, says, turn), Line(False, text, turn))]
    return Run(log, list(cards), [0.5] * len(answers), {"container": "QZQU7300011"})


# ---------------------------------------------------------------- reading


def written(tmp_path: Path, text: str) -> list[Complaint]:
    (tmp_path / "some.yml").write_text(text, "utf-8")
    return all_complaints(tmp_path)


def test_a_conversation_is_read(tmp_path: Path) -> None:
    (read,) = written(tmp_path, ONE)
    assert read.name == "some: 一"
    assert read.talk == (Spoken(("货没到",)), Spoken(("一", "二"), complains=True))
    assert read.cards == (WantedCard(("delay",), ("S3",), 1, ("delay",), facts=("没到",)),)
    assert read.begins == (1,)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("severity: S3", "severety: S3"),
        ("as: contact", "as: friend"),
        ("parcels: 1", "parcel: 1"),
        ("complains: true", "complain: true"),
        ("category: delay", "category: late"),
        ("severity: S3", "severity: S5"),
        ("shipment: container", "shipment: container2"),
        ("shipment: container", "shipment: box"),
        ("facts: [没到]", "facts: 没到"),
        ("facts: [没到]", "emotion: furious"),
        ("says: [一, 二]", "sends: film"),
        ("says: [一, 二], ", ""),
        ("card:", "told: false\n  card:"),
        ("card:", "cards: []\n  card:"),
        ("[货没到,", "[{says: 货, complains: true},"),
    ],
)
def test_what_is_misspelt_is_refused(tmp_path: Path, right: str, wrong: str) -> None:
    assert right in ONE
    with pytest.raises((KeyError, ValueError)):
        written(tmp_path, ONE.replace(right, wrong, 1))


def test_a_name_stands_once(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="twice"):
        written(tmp_path, ONE + ONE)


def test_there_are_sixty_and_five_of_every_category() -> None:
    cards = [card for one in all_complaints() for card in one.cards]
    assert len(cards) >= 60
    assert {code: sum(card.category[0] == code for card in cards) >= 5 for code in CODES} == dict.fromkeys(CODES, True)
    assert {severity for card in cards for severity in card.severity} == {"S1", "S2", "S3", "S4"}


@pytest.mark.parametrize("code", sorted(CODES))
def test_the_apologies_of_every_category_have_the_name_that_is_looked_for(code: str) -> None:
    assert Words().knows(f"utter_sorry_{code}_1")


# ---------------------------------------------------------------- what may not be


def test_a_good_conversation_has_no_problem() -> None:
    assert problems(complaint(), ran(GOOD), RESPONSES) == []


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        (GOOD.replace(NUMBER, "已登记"), "number never told"),
        ("请问您的单号是多少？\n" + GOOD, "asked before the number was told"),
        (GOOD.replace("让您久等了", "让您久等了，都怪司机迟到"), "excuse"),
        (GOOD + "请您谅解。", "understand"),
        (GOOD + "还有别的吗？", "whether there is more"),
        (GOOD + "\n非常抱歉，让您久等了！", "in the same words"),
        (GOOD.replace("非常抱歉，让您久等了", "好的"), "no apology for delay"),
        (GOOD.replace("非常抱歉，让您久等了。", "账没算清，对不起。"), "no apology for delay"),
        (GOOD + "{due}", "said '{'"),
        (GOOD + "None", "said 'None'"),
        (GOOD + "CP2611239999", "a number of no card"),
    ],
)
def test_each_problem_is_found(said: str, problem: str) -> None:
    found = problems(complaint(), ran(said), RESPONSES)
    assert [one for one in found if problem in one], found


def test_one_card_is_wanted_and_not_two() -> None:
    other = Card("CP2611230020", "fee", "S3", 0, "calm", "", "", "", ())
    assert "2 cards, not 1" in problems(complaint(), ran(GOOD + "CP2611230020", cards=(CARD, other)), RESPONSES)
    assert "0 cards, not 1" in problems(complaint(), ran("好的", cards=()), RESPONSES)


def test_data_may_be_asked_before_the_complaint_and_after_the_number() -> None:
    talk = (Spoken(("到哪了",)), Spoken(("货昨天该到的",), complains=True), Spoken(("没了",)))
    run = ran("请问单号是多少？", GOOD, "是哪一票，方便的话发我单号。")
    assert problems(complaint(*talk), run, RESPONSES) == []


def test_what_only_repeats_the_customer_is_not_ours() -> None:
    says = "都是你们司机的责任，害我到处找电话号码"
    said = GOOD.replace("昨天该到的没到", "都是你们司机的责任，害我到处找电话号码，请")
    assert problems(complaint(), ran(said, says=says), RESPONSES) == []
    assert problems(complaint(), ran(said, says="换了话"), RESPONSES) != []


def test_too_little_said_demands_no_number_but_no_form_either() -> None:
    silent = complaint(Spoken(("我要投诉",)), cards=())
    assert problems(silent, ran("您说，我听着。还有别的吗？", cards=()), RESPONSES) == []
    assert problems(silent, ran("您说，请问哪家公司？", cards=()), RESPONSES) != []


def test_what_has_to_be_heard_and_what_not() -> None:
    talk = (Spoken(("货昨天该到的",), hears=("12月",), hears_not=("抱歉",)), Spoken(("没了",)))
    found = problems(complaint(*talk), ran(GOOD, "好的"), RESPONSES)
    assert found == ["not heard from «货昨天该到的» on: 12月", "heard: 抱歉"]
    assert problems(complaint(*talk[1:], Spoken((), "photo", hears=("12月",))), ran(GOOD, "12月3日到"), RESPONSES) == []


@pytest.mark.parametrize(
    "text", ["请问单号是多少？", "麻烦提供一下公司名称。", "方便留个电话吗", "您手机尾号是？", "是哪一票呢？"]
)
def test_questions_for_data(text: str) -> None:
    assert data_questions(text) == [text.removesuffix("。")]


@pytest.mark.parametrize(
    "text", ["电话会打给您。", "您的投诉单号请记一下。", "没有单号也不影响处理，请放心。", "您慢慢说。"]
)
def test_no_questions_for_data(text: str) -> None:
    assert data_questions(text) == []


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("还有别的情况吗？您说", 1),
        ("还有吗？", 1),
        ("还有要补充的吗？还有别的吗？", 2),
        ("有没有漏的？", 1),
        ("还有什么想说的，都可以告诉我。", 0),
        ("还要补充什么随时发我", 0),
    ],
)
def test_questions_whether_there_is_more(text: str, times: int) -> None:
    assert len(more_questions(text)) == times


def test_apologies_are_compared_without_signs_and_figures() -> None:
    assert apologies("非常抱歉，晚了3天。好的。\n非常抱歉，晚了5天！") == ["非常抱歉晚了天"] * 2


def test_an_echo_ends_with_its_sentence() -> None:
    assert without_echo("我记下了：箱子都压扁了。请问", ["苹果箱子都压扁了。请问"]) == "我记下了：……。。请问"
    assert without_echo("箱子扁了", ["箱子扁了"]) == "箱子扁了"


def test_a_variation_is_found_with_its_values() -> None:
    assert spoken_in("好的。\n{} 已登记。".replace("{}", NUMBER), "{complaint_no} 已登记。")
    assert not spoken_in("已登记。", "{complaint_no} 已登记。")


# ---------------------------------------------------------------- what the card holds


def wrong(card: Card) -> list[str]:
    return [one.field for one in verdicts(complaint(), ran(GOOD, cards=(card,))) if not one.right]


def test_a_card_that_holds_everything_is_right() -> None:
    assert wrong(CARD) == []


@pytest.mark.parametrize(
    ("field", "value", "named"),
    [
        ("category", "fee", "category"),
        ("severity", "S2", "severity"),
        ("parcel", 0, "shipment"),
        ("parcel", None, "shipment"),
        ("emotion", "angry", "emotion"),
        ("facts", "没到", "facts"),
        ("wish", "", "wish"),
        ("accused", ("lin",), "accused"),
    ],
)
def test_each_thing_is_judged(field: str, value: object, named: str) -> None:
    values = {name: getattr(CARD, name) for name in Card.__dataclass_fields__} | {field: value}
    assert wrong(Card(**values)) == [named]


def test_a_card_that_is_missing_is_wrong() -> None:
    judged = verdicts(complaint(), ran("好", cards=()))
    assert {one.field for one in judged if not one.right} >= {"category", "severity", "shipment", "facts", "wish"}


def test_a_shipment_that_nobody_named_is_counted_apart() -> None:
    nothing = WantedCard(("delay",), ("S3",), 0, ("delay",))
    judged = verdicts(complaint(cards=(nothing,)), ran(GOOD))
    assert [one.field for one in judged if not one.right] == ["no shipment"]


@pytest.mark.parametrize("kept", [0, 1, 2])
def test_every_file_belongs_to_the_card(kept: int) -> None:
    photo = complaint(Spoken(("货昨天该到的，快点",), "photo"))
    judged = verdicts(photo, ran(GOOD, cards=(replace(CARD, evidence=kept),)))
    assert [one.field for one in judged if not one.right] == ([] if kept == 1 else ["evidence"])


def test_shares_and_the_table() -> None:
    judged = verdicts(complaint(), ran(GOOD)) + verdicts(complaint(), ran("好", cards=()))
    assert shares(judged)["category"] == 0.5
    assert "category      50.0% of 2" in table(judged)
    assert "某人: delay ≠ no card" in table(judged)


def test_seconds_count_to_the_first_telling() -> None:
    run = ran("您说", GOOD, f"投诉单 {NUMBER}")
    run.seconds = [1.0, 2.0, 3.0]
    assert until_the_number([run, ran("好", cards=())]) == [2.0]
    assert [percentile([1.0, 2.0, 3.0, 4.0], share) for share in (0.0, 0.5, 0.95, 1.0)] == [1.0, 2.0, 4.0, 4.0]
