"""The classifier: what it learns, how it doubts, what it stores."""

from __future__ import annotations

import json
import tarfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bot.nlu.doubt import Thresholds, weigh
from bot.nlu.intent_classifier import response_selector
from bot.nlu.label_model import LabelModel, Training, train
from bot.nlu.understanding import present, understand

BAGS = [["货", "哪"], ["货", "到"], ["价", "钱"], ["价", "报"], ["险", "保"], ["险", "买"]]
LABELS = ["track", "track", "price", "price", "faq/insurance", "faq/insurance"]
HOW = Training(min_count=1)


def test_the_model_tells_labels_apart_and_probabilities_sum_to_one() -> None:
    model = train(BAGS, LABELS, HOW)
    for bag, label in zip(BAGS, LABELS, strict=True):
        probabilities = model.probabilities(bag)
        assert probabilities.sum() == pytest.approx(1.0)
        assert model.labels[int(probabilities.argmax())] == label


def test_training_twice_gives_the_same_model() -> None:
    one, two = train(BAGS, LABELS, HOW), train(BAGS, LABELS, HOW)
    assert one.vocabulary == two.vocabulary
    assert np.array_equal(one.weights, two.weights)


@pytest.mark.parametrize("bag", [[], ["从未见过"]])
def test_where_nothing_is_known_no_label_is_preferred(bag: list) -> None:
    assert train(BAGS, LABELS, HOW).probabilities(bag) == pytest.approx([1 / 3, 1 / 3, 1 / 3])


def test_two_labels_are_enough_and_one_is_not() -> None:
    model = train(BAGS[:4], LABELS[:4], HOW)
    assert model.labels[int(model.probabilities(["价"]).argmax())] == "price"
    assert model.labels[int(model.probabilities(["货"]).argmax())] == "track"
    with pytest.raises(ValueError, match="two intents"):
        train(BAGS[:2], LABELS[:2], HOW)


def test_probabilities_are_sharpened_on_examples_held_back() -> None:
    bags = [[label, f"noise{n % 7}"] for n in range(200) for label in ("a", "b", "c")]
    model = train(bags, [bag[0] for bag in bags], HOW)
    assert model.sharpness > 1.0


def test_what_is_saved_is_loaded_the_same_and_holds_no_pickle(tmp_path: Path) -> None:
    model = train(BAGS, LABELS, HOW)
    model.save(tmp_path)
    again = LabelModel.load(tmp_path)
    assert np.array_equal(again.probabilities(["货", "险"]), model.probabilities(["货", "险"]))
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".json", ".npz"]
    with np.load(tmp_path / "label_model.npz", allow_pickle=False) as arrays:
        assert sorted(arrays.files) == ["bias", "idf", "weights"]


def test_a_model_that_is_not_whole_is_refused(tmp_path: Path) -> None:
    train(BAGS, LABELS, HOW).save(tmp_path)
    described = json.loads((tmp_path / "label_model.json").read_text(encoding="utf-8"))
    described["features"].pop()
    (tmp_path / "label_model.json").write_text(json.dumps(described), encoding="utf-8")
    with pytest.raises(ValueError, match="not whole"):
        LabelModel.load(tmp_path)


@pytest.mark.parametrize(
    ("probabilities", "name", "intent", "unsure"),
    [
        ([0.8, 0.1, 0.1], "faq/insurance", "faq", False),
        ([0.45, 0.45, 0.1], "faq/insurance", "nlu_fallback", True),
        ([0.1, 0.45, 0.45], "out_of_scope", "out_of_scope", False),
        ([0.4, 0.25, 0.35], "faq/insurance", "nlu_fallback", True),
        ([0.39, 0.22, 0.389], "out_of_scope", "out_of_scope", False),
    ],
)
def test_doubt(probabilities: list, name: str, intent: str, unsure: bool) -> None:
    labels = ["faq/insurance", "out_of_scope", "track_shipment"]
    meaning = weigh(labels, np.array(probabilities), Thresholds(unsure=0.5, refuse=0.4), ranking_length=2)
    assert (meaning.name, meaning.intent, meaning.unsure) == (name, intent, unsure)
    assert len(meaning.ranking) == 2
    assert meaning.ranking[0]["confidence"] == max(probabilities)


@pytest.mark.parametrize(("unsure", "refuse"), [(0.2, 0.4), (1.1, 0.1), (0.5, -0.1)])
def test_thresholds_out_of_order_are_refused(unsure: float, refuse: float) -> None:
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
