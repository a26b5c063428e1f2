"""What the extractor finds, in which form, and where in the customer's own text."""

from __future__ import annotations

import itertools
import time
from datetime import date
from typing import Any

import pytest
from colloquial_cases import COLLOQUIAL
from entity_cases import CASES as USUAL
from entity_cases import Expected
from rasa.nlu.constants import TOKENS_NAMES
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.entities import dates
from bot.nlu.entities.spans import Span, Taken, without_overlaps
from bot.nlu.freight_entities import FreightEntityExtractor
from bot.nlu.normalizer import Normalizer
from bot.nlu.tokenizer import FreightTokenizer

CASES = [*USUAL, *COLLOQUIAL]
NOW = "2026-11-21T10:00:00+08:00"


@pytest.fixture(scope="module")
def pipeline() -> list[Any]:
    """Normalizer, tokenizer and extractor as Rasa makes them."""
    tokenizer = FreightTokenizer(FreightTokenizer.get_default_config())
    return [
        Normalizer.create({}, None, None, None),
        tokenizer,
        FreightEntityExtractor.create({}, None, None, None),
    ]


def _entities(pipeline: list[Any], text: str) -> list[dict[str, Any]]:
    message = Message(data={TEXT: text})
    for component in pipeline:
        component.process([message])
    return message.get(ENTITIES) or []


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[text for text, _ in CASES])
def test_messages(pipeline: list[Any], text: str, expected: Expected, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WENHUO_NOW", NOW)
    found = _entities(pipeline, text)
    shown = [
        (entity["entity"] + (f"/{entity['role']}" if "role" in entity else ""), entity["text"], entity["value"])
        for entity in found
    ]
    assert shown == expected
    assert all(text[entity["start"] : entity["end"]] == entity["text"] for entity in found)
    assert all(entity["extractor"] == "FreightEntityExtractor" for entity in found)


def test_dangerous_goods_are_hinted(pipeline: list[Any]) -> None:
    assert [entity.get("dangerous") for entity in _entities(pipeline, "锂电池和沙发")] == [True, None]


def test_entities_never_overlap(pipeline: list[Any]) -> None:
    for text, _ in CASES:
        found = _entities(pipeline, text)
        assert all(one["end"] <= two["start"] for one, two in itertools.pairwise(found)), text


def test_longest_span_stays_and_numbers_win() -> None:
    short, long = Span("place", 2, 4, "a"), Span("commodity", 0, 4, "b")
    number = Span("shipment_no", 3, 9, "c", rank=0)
    assert without_overlaps([short, long]) == [long]
    assert without_overlaps([long, number]) == [number]


def test_taken_signs_are_not_free() -> None:
    taken = Taken([(2, 4)])
    taken.take(6, 9)
    free = [(0, 2), (4, 6), (9, 20)]
    assert [span for span in [*free, (1, 3), (3, 4), (0, 20), (5, 7), (8, 9)] if taken.is_free(*span)] == free


def test_bare_numbers_are_no_entities(pipeline: list[Any]) -> None:
    assert _entities(pipeline, "3") == []
    assert _entities(pipeline, "大概12") == []
    assert _entities(pipeline, "12345") == []


def test_buttons_and_empty_messages_are_left_alone(pipeline: list[Any]) -> None:
    assert _entities(pipeline, '/accept_quote{"quote_no":"QT26112100427"}') == []
    assert _entities(pipeline, "") == []
    assert _entities(pipeline, "😀😀") == []


def test_the_normal_form_carries_the_tokens(pipeline: list[Any]) -> None:
    message = Message(data={TEXT: "鹽田到洛杉磯"})
    for component in pipeline:
        component.process([message])
    assert [token.text for token in message.get(TOKENS_NAMES[TEXT])] == ["盐田", "到", "洛杉矶"]


def test_training_examples_keep_their_annotations(pipeline: list[Any]) -> None:
    annotated = [{"entity": "place", "start": 3, "end": 5, "value": "CNSHA"}]
    data = TrainingData([Message(data={TEXT: "我在　上海", ENTITIES: list(annotated)})])
    for component in pipeline:
        component.process_training_data(data)
    message = data.training_examples[0]
    assert [(entity["start"], entity["end"]) for entity in message.get(ENTITIES)] == [(3, 5)]


def test_today_comes_from_the_clock_of_the_replay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WENHUO_NOW", "2026-11-21T20:00:00Z")
    assert dates.today() == date(2026, 11, 22)
    monkeypatch.delenv("WENHUO_NOW")
    assert dates.today() >= date(2026, 1, 1)


REPEATED = (
    *(
        "1",
        "一",
        "从上海到",
        "*1",
        "a-",
        "MSKU 1 ",
        "上海到汉堡",
        "上海,",
        "FOB上海。",
        "货在上海",
        "沪到甬 深-穗 ",
        "SHA-LAX HKG>NYC ",
    ),
    *(
        "長灘港到芝加哥機場,",
        "绑上海凯锐科技",
        "3个高柜 500公斤 12方 ",
        "赔说好三千二 4500 ",
        "第一1箱",
        "三个碗 电饭煲一个 ",
    ),
    *(
        "家具沙发锂电池,",
        "长3宽2高",
        "MSKU1234565 CP20261121001 ",
        "单号12345 ",
        "尾号1234 ",
        "13800138000 021-62345678 ",
    ),
    *("下周三 8月6号 25号 ", "11/5 ", "说好周三到", "快递 ", "另外", "，", "👍", "\x01", "㌖"),
)


@pytest.mark.parametrize("text", REPEATED)
def test_hostile_messages_take_bounded_time(pipeline: list[Any], text: str) -> None:
    long = text * (5000 // len(text))
    start = time.process_time()
    _entities(pipeline, long)
    assert time.process_time() - start < 2.0


def test_a_usual_message_takes_little_time(pipeline: list[Any]) -> None:
    text = "你好，帮我报下上海到汉堡3个高柜，货是家具，下周三出，12吨"
    _entities(pipeline, text)
    start = time.perf_counter()
    for _ in range(50):
        _entities(pipeline, text)
    assert (time.perf_counter() - start) / 50 < 0.02
