"""What the extractor learns from annotated sentences: goods and the roles of places; saved, loaded, and without data."""

from __future__ import annotations

import itertools
import re
import time
from pathlib import Path
from typing import Any

import pytest
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.entities import goods_model, role_model
from bot.nlu.entities.goods_model import Reading
from bot.nlu.entities.learned import GOODS_FILE, ROLES_FOLDER, Example, Learned, learn
from bot.nlu.entities.spans import Span
from bot.nlu.freight_entities import FreightEntityExtractor, find_spans
from bot.nlu.normalizer import Normalizer
from bot.nlu.tokenizer import FreightTokenizer, words

_MARK = re.compile(r"\[(?P<words>[^\]]+)\]\((?P<kind>[a-z]+)(?:/(?P<role>[a-z]+))?\)")

SENTENCES = [
    ("ask_price", "寄一箱[兰花盆]({0})到[伦敦](place/destination)多少钱"),
    ("ask_price", "想把[樟木箱]({0})寄去[悉尼](place/destination)"),
    ("ask_price", "从[宁波](place/origin)发一批[竹编篮]({0})到[汉堡](place/destination)"),
    ("ask_price", "运一车[青石板]({0})去[武汉](place/destination)要多少"),
    ("ask_price", "寄一箱[山核桃油]({0})去[长沙](place/destination)多少钱"),
    ("complain_damage", "我的[冰箱]({0})门凹了一块"),
    ("complain_damage", "[瓷板画]({0})全碎了"),
    ("complain_loss", "货在[上海](place)丢了，少了一箱[绣球]({0})"),
    ("track_shipment", "[上海](place)那边清关了吗"),
    ("track_shipment", "货到[青岛](place)了没"),
    ("ask_price", "[青岛](place/origin)出，到[釜山](place/destination)"),
    ("ask_price", "从[深圳](place/origin)走，价格报一下"),
    ("out_of_scope", "冰箱不制冷了怎么修"),
    ("out_of_scope", "冰箱一天几度电"),
    ("out_of_scope", "洗衣机不转了怎么修"),
    ("out_of_scope", "空调一天几度电"),
    ("greet", "你好"),
    ("thank", "谢谢你们"),
    ("request_human", "转人工"),
]
UNSEEN = [
    ("ask_price", "寄一箱核桃糕去悉尼多少钱"),
    ("out_of_scope", "冰箱一天几度电"),
    ("track_shipment", "货到汉堡了没"),
    ("ask_price", "从青岛到伦敦"),
    ("greet", ""),
]


def _reading(text: str, meaning: str) -> Reading:
    cut = words(text)
    return Reading(text, cut, find_spans(text, [start for _, start in cut]), meaning)


def _marked(sentence: str, goods: str) -> tuple[str, list[Span]]:
    """A sentence without its marks, and the marked values; goods get the kind `goods`."""
    text, spans, position = "", [], 0
    source = sentence.format(goods)
    for match in _MARK.finditer(source):
        text += source[position : match.start()]
        spans.append(Span(match["kind"], len(text), len(text) + len(match["words"]), None, match["role"]))
        text += match["words"]
        position = match.end()
    return text + source[position:], spans


def _examples(goods: str = "commodity") -> list[Example]:
    marked = [(meaning, *_marked(sentence, goods)) for meaning, sentence in SENTENCES]
    return [Example(_reading(text, meaning), spans) for meaning, text, spans in marked]


@pytest.fixture(scope="module")
def learned() -> Learned:
    return learn(_examples())


def _answers(learned: Learned) -> list[list[Span]]:
    return [learned.revised(_reading(text, meaning)) for meaning, text in UNSEEN]


def _goods(learned: Learned, text: str, meaning: str) -> list[str]:
    return [
        text[span.start : span.end] for span in learned.revised(_reading(text, meaning)) if span.entity == "commodity"
    ]


def test_a_word_of_no_list_is_goods_where_the_sentence_says_so(learned: Learned) -> None:
    assert _goods(learned, "寄一箱核桃糕去悉尼多少钱", "ask_price") == ["核桃糕"]


def test_a_word_of_the_list_is_none_where_the_sentence_is_no_business_of_ours(learned: Learned) -> None:
    assert _goods(learned, "冰箱一天几度电", "out_of_scope") == []


@pytest.mark.parametrize(
    ("text", "cut", "name"), [("扔花盆里", ["扔", "花盆里"], "花盆"), ("寄花盆架去", ["寄", "花盆架", "去"], "花盆架")]
)
def test_a_name_ends_where_the_goods_end(text: str, cut: list[str], name: str) -> None:
    known = Span("commodity", 1, 3, "花盆")
    reading = Reading(text, [(word, text.index(word)) for word in cut], [known], "")
    start, end = goods_model._trimmed(1, 4, reading)
    assert text[start:end] == name


def test_other_values_stay_and_are_never_cut_by_goods(learned: Learned) -> None:
    spans = learned.revised(_reading("从青岛到伦敦，3个高柜", "ask_price"))
    assert [span.entity for span in spans if span.entity != "commodity"] == ["place", "place", "container"]
    assert all(one.end <= two.start for one, two in itertools.pairwise(spans))


def test_a_count_of_goods_goes_with_the_goods(learned: Learned) -> None:
    kinds = {span.entity for span in learned.revised(_reading("一个冰箱一天几度电", "out_of_scope"))}
    assert "commodity" in kinds or "pieces" not in kinds


def test_saved_and_loaded_it_answers_the_same(learned: Learned, tmp_path: Path) -> None:
    learned.save(tmp_path)
    assert _answers(Learned.load(tmp_path)) == _answers(learned)


@pytest.mark.parametrize("broken", [GOODS_FILE, f"{ROLES_FOLDER}/label_model.json", f"{ROLES_FOLDER}/label_model.npz"])
def test_a_broken_file_is_refused(learned: Learned, tmp_path: Path, broken: str) -> None:
    learned.save(tmp_path)
    (tmp_path / broken).write_bytes(b"not a model")
    with pytest.raises((OSError, ValueError)):
        Learned.load(tmp_path)


def test_without_annotated_goods_the_rules_stand_alone(tmp_path: Path) -> None:
    learned = learn(_examples("weight"))
    assert learned.goods is None
    assert _goods(learned, "冰箱坏了", "complain_damage") == ["冰箱"]
    learned.save(tmp_path)
    assert Learned.load(tmp_path).goods is None


def test_without_two_kinds_of_roles_the_rules_give_them() -> None:
    learned = learn([example for example in _examples() if not any(span.entity == "place" for span in example.marked)])
    assert learned.roles is None
    spans = learned.revised(_reading("从青岛到汉堡", "ask_price"))
    assert [span.role for span in spans] == ["origin", "destination"]


def test_rules_and_model_vote_on_a_role(learned: Learned) -> None:
    reading = _reading("从青岛到伦敦", "ask_price")
    assert learned.roles is not None
    places = [span for span in reading.found if span.entity == "place"]
    assert [role_model.role_of(learned.roles, reading, place) for place in places] == ["origin", "destination"]


def test_what_stands_around_a_place_is_seen_as_in_the_whole_text() -> None:
    reading = _reading("上海,宁波到汉堡的货,还有深圳青岛釜山和洛杉矶,从厦门海运到伦敦要多久啊" * 3, "ask_price")
    text, places, most = reading.text, reading.places, role_model.REACH
    assert len(places) > 2 * most
    for at, place in enumerate(places):
        before, after = role_model._around(text, places, at)
        assert before[-most:] == role_model._masked(text[: place.start], places, 0)[-most:]
        assert after[:most] == role_model._masked(text[place.end :], places, place.end)[:most]


@pytest.mark.parametrize(
    "text", ["上海到汉堡", "沪到甬 深-穗 ", "青岛,", "冰箱沙发,", "釜山冰箱3个", "SHA-LAX HKG>NYC "]
)
def test_many_values_take_bounded_time(learned: Learned, text: str) -> None:
    reading = _reading(text * (5000 // len(text)), "ask_price")
    start = time.process_time()
    learned.revised(reading)
    assert time.process_time() - start < 2.0


def test_nothing_to_learn_from() -> None:
    assert learn([]) == Learned(None, None)


def test_the_component_trains_and_loads(tmp_path: Path) -> None:
    storage, resource = LocalModelStorage(tmp_path), Resource("extractor")
    before = [Normalizer.create({}, storage, resource, None), FreightTokenizer(FreightTokenizer.get_default_config())]
    data = TrainingData([_message(meaning, *_marked(sentence, "commodity")) for meaning, sentence in SENTENCES])
    for component in before:
        component.process_training_data(data)
    FreightEntityExtractor.create({}, storage, resource, None).train(data)
    message = Message(data={TEXT: "寄一箱核桃糕去悉尼多少錢"})
    loaded = FreightEntityExtractor.load({}, storage, resource, None)
    for component in (*before, loaded):
        component.process([message])
    assert {"commodity": "核桃糕", "place": "AUSYD"}.items() <= {
        e["entity"]: e["value"] for e in message.get(ENTITIES)
    }.items()


def _message(meaning: str, text: str, spans: list[Span]) -> Message:
    entities: list[dict[str, Any]] = [
        {"entity": span.entity, "start": span.start, "end": span.end, "value": text[span.start : span.end]}
        | ({"role": span.role} if span.role else {})
        for span in spans
    ]
    return Message(data={TEXT: text, INTENT: meaning, ENTITIES: entities})
