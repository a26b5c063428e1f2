"""The words and signs of a mood, and the sentences it is learned from. What is learned: tests/bot/test_mood.py."""

import csv
from collections import Counter
from time import perf_counter

import pytest

from bot.nlu.mood import KINDS, MOODS, Mood, hear, raising
from settings import ROOT

SENTENCES = ROOT / "bot" / "data" / "mood" / "sentences.tsv"
LEAST_OF_A_MOOD = 500


@pytest.mark.parametrize(
    ("text", "kind", "word"),
    [
        ("垃圾公司", "abuse", "垃圾"),
        ("你們這些騙子", "abuse", "騙子"),
        ("艹，又甩柜", "abuse", "艹"),
        ("气死我了", "fury", "气死"),
        ("😡什么情况", "fury", "😡"),
        ("明天不到就打12315", "threat", "12315"),
        ("再也不用你们了", "leaving", "再也不用"),
        ("什么态度", "reproach", "什么态度"),
        ("呵呵，随你", "sarcasm", "呵呵"),
        ("第三次了还没到", "count", "第三次"),
        ("打电话没人接", "neglect", "没人接"),
        ("到底什么时候到", "impatience", "到底"),
        ("有点失望", "dismay", "失望"),
        ("請問到哪了", "courtesy", "請問"),
        ("不着急", "calm", "不着急"),
        ("太棒了", "joy", "太棒了"),
        ("到了!", "exclaimed", "!"),
        ("货呢！！！", "shouted", "!!!"),
        ("人呢？？", "asked_hard", "??"),
        ("WHERE IS MY CARGO", "capitals", "WHERE IS MY CARGO"),
        ("快快快快", "drawn_out", "快快快快"),
    ],
)
def test_words_and_signs_are_heard_as_they_were_written(text: str, kind: str, word: str) -> None:
    assert word in hear(text)[kind]


@pytest.mark.parametrize(
    "text",
    [
        "订舱号EBKG12345678",
        "电话0571-66661234",
        "滚筒洗衣机三台，滚装船能走吗",
        "垃圾分类箱200个到鹿特丹",
        "空气炸锅能走海派吗",
        "我妈的地址变了",
        "你们操作部的电话是多少",
        "草莓苗可以寄吗",
        "我可没发火",
        "",
    ],
)
def test_goods_numbers_and_terms_raise_nothing(text: str) -> None:
    assert raising(hear(text)) == ()


def test_what_raises_a_mood_is_named_once_and_courtesy_is_not() -> None:
    assert raising(hear("骗子！！请问，骗子！！")) == ("骗子", "!!")


@pytest.mark.parametrize("unit", ["哈", "3", "又", "A ", "拖了", "!", "😡", "(?", "不退我", "绕了", "谢谢你们"])
def test_the_time_for_a_long_message_stays_bounded(unit: str) -> None:
    """A turn has three seconds; a pattern that looks back at every place would need more."""
    hear(unit)
    begun = perf_counter()
    hear(unit * (5000 // len(unit)))
    assert perf_counter() - begun < 1.0


def test_as_shown_in_a_parse() -> None:
    assert Mood("angry", ("骗子",)).as_dict() == {"mood": "angry", "basis": ["骗子"]}
    assert Mood().as_dict() == {"mood": "calm", "basis": []}


def test_the_sentences_are_usable() -> None:
    with SENTENCES.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    assert len({row["text"] for row in rows}) == len(rows)
    counted = Counter(row["mood"] for row in rows)
    assert set(counted) == set(MOODS)
    assert min(counted.values()) >= LEAST_OF_A_MOOD


def test_kinds_are_named_once() -> None:
    assert len(set(KINDS)) == len(KINDS)


def test_every_row_of_the_lexicon_is_whole() -> None:
    """A comma in a pattern needs quotes, else half of it is lost."""
    with (ROOT / "bot" / "nlu" / "data" / "mood.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert [row for row in rows if len(row) != 2] == []
    assert len({tuple(row) for row in rows}) == len(rows)
