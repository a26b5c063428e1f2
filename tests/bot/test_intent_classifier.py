"""The classifier: what it learns, how it doubts, what it stores."""

from __future__ import annotations

import json
import tarfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bot.nlu.doubt import Thresholds, weigh
from bot.nlu.encoder import DIMENSIONS, HEAD, TAIL, encode, encode_one
from bot.nlu.intent_classifier import response_selector
from bot.nlu.label_model import LabelModel, Training, train
from bot.nlu.understanding import present, understand

BAGS = [["货", "哪"], ["货", "到"], ["价", "钱"], ["价", "报"], ["险", "保"], ["险", "买"]]
LABELS = ["track", "track", "price", "price", "faq/insurance", "faq/insurance"]
HOW = Training(min_count=1)
NO_VECTOR = np.zeros(DIMENSIONS, dtype=np.float32)


def trained(bags: list, labels: list) -> LabelModel:
    """A model of bags alone."""
    return train(bags, np.zeros((len(bags), DIMENSIONS), dtype=np.float32), labels, HOW)


def test_the_model_tells_labels_apart_and_probabilities_sum_to_one() -> None:
    model = trained(BAGS, LABELS)
    for bag, label in zip(BAGS, LABELS, strict=True):
        probabilities = model.probabilities(bag, NO_VECTOR)
        assert probabilities.sum() == pytest.approx(1.0)
        assert model.labels[int(probabilities.argmax())] == label


def test_training_twice_gives_the_same_model() -> None:
    one, two = trained(BAGS, LABELS), trained(BAGS, LABELS)
    assert one.vocabulary == two.vocabulary
    assert np.array_equal(one.weights, two.weights)


@pytest.mark.parametrize("bag", [[], ["从未见过"]])
def test_where_nothing_is_known_no_label_is_preferred(bag: list) -> None:
    assert trained(BAGS, LABELS).probabilities(bag, NO_VECTOR) == pytest.approx([1 / 3, 1 / 3, 1 / 3])


def test_the_sentence_counts_where_its_words_are_new() -> None:
    said = ["我的货到哪里了", "查一下物流", "你们几点上班", "周末营业吗"]
    model = train([[f"w{n}"] for n in range(4)], encode(said), ["track", "track", "hours", "hours"], HOW)
    new = encode(["包裹现在在什么位置", "星期天开门不开门"])
    best = [model.labels[int(model.probabilities(["w0", "w2"], vector).argmax())] for vector in new]
    assert best == ["track", "hours"]


def test_vectors_have_length_one_and_blank_texts_none() -> None:
    vectors = encode(["到哪了", "  ", "到哪了"])
    assert vectors.shape == (3, DIMENSIONS)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1.0, 0.0, 1.0], abs=1e-5)
    assert np.array_equal(vectors[0], vectors[2])


def test_a_text_asked_for_again_is_not_encoded_again() -> None:
    assert encode_one("到哪了") is encode_one("到哪了")
    assert np.array_equal(encode_one("到哪了"), encode(["到哪了"])[0])


def test_of_a_long_text_the_two_ends_are_read() -> None:
    head, tail = "货" * HEAD, "催" * TAIL
    assert np.array_equal(encode([head + "中间" * 2000 + tail])[0], encode([head + tail])[0])


def test_two_labels_are_enough_and_one_is_not() -> None:
    model = trained(BAGS[:4], LABELS[:4])
    assert model.labels[int(model.probabilities(["价"], NO_VECTOR).argmax())] == "price"
    assert model.labels[int(model.probabilities(["货"], NO_VECTOR).argmax())] == "track"
    with pytest.raises(ValueError, match="two intents"):
        trained(BAGS[:2], LABELS[:2])


def test_probabilities_are_sharpened_on_examples_held_back() -> None:
    bags = [[label, f"noise{n % 7}"] for n in range(200) for label in ("a", "b", "c")]
    model = trained(bags, [bag[0] for bag in bags])
    assert model.sharpness > 1.0


def test_what_is_saved_is_loaded_the_same_and_holds_no_pickle(tmp_path: Path) -> None:
    model = trained(BAGS, LABELS)
    model.save(tmp_path)
    again = LabelModel.load(tmp_path)
    assert np.array_equal(again.probabilities(["货", "险"], NO_VECTOR), model.probabilities(["货", "险"], NO_VECTOR))
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".json", ".npz"]
    with np.load(tmp_path / "label_model.npz", allow_pickle=False) as arrays:
        assert sorted(arrays.files) == ["bias", "idf", "vector_weights", "weights"]


def test_a_model_that_is_not_whole_is_refused(tmp_path: Path) -> None:
    trained(BAGS, LABELS).save(tmp_path)
    described = json.loads((tmp_path / "label_model.json").read_text(encoding="utf-8"))
    described["features"].pop()
    (tmp_path / "label_model.json").write_text(json.dumps(described), encoding="utf-8")
    with pytest.raises(ValueError, match="not whole"):
        LabelModel.load(tmp_path)


@pytest.mark.parametrize(
    ("probabilities", "name", "intent", "unsure"),
    [
        ([0.8, 0.1, 0.1], "faq/insurance", "faq", False),
        ([0.35, 0.3, 0.35], "faq/insurance", "nlu_fallback", True),
        ([0.1, 0.45, 0.45], "out_of_scope", "out_of_scope", False),
        ([0.45, 0.3, 0.25], "faq/insurance", "nlu_fallback", True),
        ([0.55, 0.4, 0.05], "out_of_scope", "out_of_scope", False),
        ([0.3, 0.39, 0.31], "track_shipment", "nlu_fallback", True),
    ],
)
def test_doubt(probabilities: list, name: str, intent: str, unsure: bool) -> None:
    labels = ["faq/insurance", "out_of_scope", "track_shipment"]
    meaning = weigh(labels, np.array(probabilities), Thresholds(unsure=0.5, refuse=0.4), ranking_length=2)
    assert (meaning.name, meaning.intent, meaning.unsure) == (name, intent, unsure)
    assert len(meaning.ranking) == 2
    assert meaning.ranking[0]["confidence"] == max(probabilities)


def test_without_a_label_for_it_nothing_is_refused() -> None:
    meaning = weigh(["ask_price", "track_shipment"], np.array([0.5, 0.5]), Thresholds(0.6, 0.4), ranking_length=2)
    assert (meaning.name, meaning.unsure) == ("ask_price", True)


@pytest.mark.parametrize(("unsure", "refuse"), [(1.1, 0.1), (-0.1, 0.5), (0.5, 0.0), (0.5, 1.1)])
def test_thresholds_that_are_no_probabilities_are_refused(unsure: float, refuse: float) -> None:
    with pytest.raises(ValueError, match="thresholds"):
        Thresholds(unsure=unsure, refuse=refuse)


def test_the_response_selector_has_the_shape_rasa_reads() -> None:
    made = response_selector("faq/insurance", 0.9)
    assert made["all_retrieval_intents"] == ["faq"]
    assert made["faq"]["response"]["utter_action"] == "utter_faq/insurance"


async def test_a_trained_model_shows_full_retrieval_intents(agent: Any) -> None:
    shown = present(await understand(agent.processor, "保险怎么买呀"), "保险怎么买呀")
    assert shown["intent"]["name"] == "faq/insurance"
    assert shown["intent_ranking"][0]["name"] == "faq/insurance"
    assert "unsure" not in shown


async def test_a_doubtful_message_keeps_its_best_guess(agent: Any) -> None:
    parsed = await understand(agent.processor, "货多少")
    shown = present(parsed, "货多少")
    assert parsed["intent"]["name"] == "nlu_fallback"
    assert shown["unsure"] is True
    assert shown["intent"] == {key: shown["intent_ranking"][0][key] for key in ("name", "confidence")}


async def test_nonsense_is_refused(agent: Any) -> None:
    shown = present(await understand(agent.processor, "㐅㐆㐇"), "㐅㐆㐇")
    assert shown["intent"]["name"] == "out_of_scope"


def test_the_archive_holds_no_pickle_of_ours(tiny_model: Path) -> None:
    with tarfile.open(tiny_model) as archive:
        names = [name for name in archive.getnames() if "FreightIntentClassifier" in name]
    assert any(name.endswith(".npz") for name in names)
    assert not any(name.endswith((".pkl", ".pickle", ".joblib")) for name in names)
