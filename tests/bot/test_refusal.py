"""What is none of our business: learned, asked, stored."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bot.nlu import refusal
from bot.nlu.doubt import OUT_OF_SCOPE
from bot.nlu.label_model import LabelModel, Training, train
from bot.nlu.refusal import LEAST_OUTSIDE, Refusal, learn, probabilities

HOW = Training(min_count=1)
NOTHING = np.zeros(8)
KINDS = 20


@pytest.fixture(scope="module")
def examples() -> tuple:
    """Two wishes, and many kinds of other talk that share no runs with them."""
    chance = np.random.default_rng(5)
    bags, labels, vectors = [], [], []
    for n in range(300):
        label = ("track", "price", OUT_OF_SCOPE)[n % 3]
        kind = {"track": "货到", "price": "报价"}.get(label, f"闲{chr(0x5000 + n % KINDS)}")
        vector = np.zeros(8)
        vector[hash_of(kind)] = 1.0
        bags.append([*kind, kind, f"了{kind}"[-3:], f"w:{kind}"])
        labels.append(label)
        vectors.append(vector + chance.normal(0, 0.05, 8))
    return bags, np.array(vectors), labels


def hash_of(kind: str) -> int:
    """A place in the vector."""
    return sum(map(ord, kind)) % 8


@pytest.fixture(scope="module")
def model(examples: tuple) -> LabelModel:
    """A model of the examples."""
    return train(*examples, HOW)


@pytest.fixture(scope="module")
def learned(examples: tuple, model: LabelModel) -> Refusal:
    """What refuses, learned from the examples."""
    found = learn(*examples, HOW, model.sharpness)
    assert found is not None
    return found


def test_probabilities_are_one_distribution_and_rank_the_wishes_as_the_model_does(
    examples: tuple, model: LabelModel, learned: Refusal
) -> None:
    outside = model.labels.index(OUT_OF_SCOPE)
    for bag, vector in zip(examples[0][:9], examples[1][:9], strict=True):
        plain, found = model.probabilities(bag, vector), probabilities(model, learned, bag, vector)
        assert found.sum() == pytest.approx(1.0)
        assert np.delete(found, outside).argmax() == np.delete(plain, outside).argmax()


def test_a_kind_never_seen_is_refused_more_than_a_wish(examples: tuple, model: LabelModel, learned: Refusal) -> None:
    outside = model.labels.index(OUT_OF_SCOPE)
    unseen = probabilities(model, learned, ["闲", "㐅", "闲㐅", "了闲㐅"], NOTHING)[outside]
    wish = probabilities(model, learned, examples[0][0], examples[1][0])[outside]
    assert unseen > 0.5 > wish


def test_what_nothing_is_known_of_is_out_of_scope(model: LabelModel, learned: Refusal) -> None:
    for refusing in (learned, None):
        found = probabilities(model, refusing, ["㐅"], NOTHING)
        assert found.sum() == pytest.approx(1.0)
        assert 0.9999 < found[model.labels.index(OUT_OF_SCOPE)] < 1.0


def test_with_few_sentences_out_of_scope_the_label_alone_decides(examples: tuple, model: LabelModel) -> None:
    few = [i for i, label in enumerate(examples[2]) if label != OUT_OF_SCOPE or i < LEAST_OUTSIDE]
    bags, vectors, labels = [examples[0][i] for i in few], examples[1][few], [examples[2][i] for i in few]
    assert learn(bags, vectors, labels, HOW, 1.0) is None
    plain = model.probabilities(bags[0], vectors[0])
    assert np.array_equal(probabilities(model, None, bags[0], vectors[0]), plain)


def test_without_such_a_label_nothing_changes(examples: tuple) -> None:
    model = train([["货"], ["价"]], np.zeros((2, 8)), ["track", "price"], HOW)
    assert np.array_equal(probabilities(model, None, ["㐅"], NOTHING), [0.5, 0.5])


def test_learning_twice_and_storing_give_the_same(
    examples: tuple, model: LabelModel, learned: Refusal, tmp_path: Path
) -> None:
    learned.save(tmp_path)
    assert Refusal.load(tmp_path) == learned == learn(*examples, HOW, model.sharpness)
    assert [path.suffix for path in tmp_path.iterdir()] == [".json"]


def test_where_none_was_stored_there_is_none(tmp_path: Path) -> None:
    assert Refusal.load(tmp_path) is None


def test_signals_are_finite_however_sure_the_label_is(examples: tuple, model: LabelModel, learned: Refusal) -> None:
    surest = replace(model, sharpness=1e6)
    for scores in (np.array([9.0, -9.0, -9.0]), np.array([-9.0, 9.0, 9.0])):
        assert np.isfinite(refusal.signals(surest, scores, [], learned.known)).all()
