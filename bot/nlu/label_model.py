"""A linear model over bags of features and sentence vectors: trained with scikit-learn, asked with numpy alone.

Asking means adding up a few hundred rows of one matrix, so a message costs some tens of microseconds. What is stored
is plain JSON and npz arrays: loading a model never runs code (pickle would).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix, hstack
from scipy.special import log_softmax, softmax
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.model_selection import StratifiedShuffleSplit
from sklearn.svm import LinearSVC

from bot.nlu.side_by_side import side_by_side

Floats = npt.NDArray[np.floating[Any]]
Whole = npt.NDArray[np.int64]

WORDS_FILE = "label_model.json"
ARRAYS_FILE = "label_model.npz"

#: A fifth of the examples tells how sharp the probabilities may be; with less data than this, nothing is held back.
HELD_OUT = 0.2
LEAST_EXAMPLES_TO_SHARPEN = 500
#: How exactly the weights are found: scores differ by less than 0.003 from those at 0.0001, in half the time.
TOLERANCE = 0.01
#: Examples from which on two models are worth two processes.
LARGE = 2000


@dataclass(frozen=True)
class Training:
    """How a model is trained.

    `strength` is the inverse regularisation (scikit-learn's C). A feature seen in fewer than `min_count` examples is
    left out: halves the matrix and gains 1-2 points of accuracy. `vector_share` weighs the sentence vector against the
    bag of features, which has length 1: 0.75 was best of 0.5-2 on messages nobody was trained on. `balance` evens out
    how much a label counts: 0 by the number of its examples, 1 all labels alike. Without `sharpen` nothing is held back,
    and `sharpness` stays 1.
    """

    strength: float = 1.0
    min_count: int = 2
    vector_share: float = 0.75
    balance: float = 0.0
    sharpen: bool = True
    seed: int = 20240501


@dataclass(frozen=True)
class LabelModel:
    """Labels (sorted) with weights of shape (features, labels); `sharpness` multiplies scores before the softmax.

    `vector_weights` has the shape (dimensions of a sentence vector, labels), with `vector_share` multiplied in.
    """

    labels: list[str]
    vocabulary: dict[str, int]
    idf: Floats
    weights: Floats
    vector_weights: Floats
    bias: Floats
    sharpness: float

    def probabilities(self, features: Sequence[str], vector: Floats) -> Floats:
        """Return one probability a label, summing to 1; where no feature was ever trained on, all are alike."""
        if not self.knows(features):
            return np.full(len(self.labels), 1.0 / len(self.labels))
        return np.asarray(softmax(self.sharpness * self.scores(features, vector)))

    def knows(self, features: Sequence[str]) -> bool:
        """Whether any of these features was trained on."""
        return any(feature in self.vocabulary for feature in features)

    def scores(self, features: Sequence[str], vector: Floats) -> Floats:
        """Return how far on its side of the margin each label is; about -1 to 1."""
        counts = Counter(self.vocabulary[feature] for feature in features if feature in self.vocabulary)
        if not counts:
            return np.asarray(self.bias + vector @ self.vector_weights)
        rows = np.fromiter(counts.keys(), dtype=np.int64, count=len(counts))
        values = (1.0 + np.log(np.fromiter(counts.values(), dtype=np.float64, count=len(counts)))) * self.idf[rows]
        shares = values / np.sqrt((values**2).sum())
        return np.asarray(self.bias + shares @ self.weights[rows] + vector @ self.vector_weights)

    def save(self, folder: Path) -> None:
        """Write the model into an existing folder."""
        words = sorted(self.vocabulary, key=self.vocabulary.__getitem__)
        described = {"labels": self.labels, "features": words, "sharpness": self.sharpness}
        (folder / WORDS_FILE).write_text(json.dumps(described, ensure_ascii=False), encoding="utf-8")
        arrays = {"idf": self.idf, "weights": self.weights, "vector_weights": self.vector_weights, "bias": self.bias}
        np.savez_compressed(folder / ARRAYS_FILE, **arrays)

    @classmethod
    def load(cls, folder: Path) -> LabelModel:
        """Read what `save` wrote; raises OSError or ValueError if it is not there or not whole."""
        described = json.loads((folder / WORDS_FILE).read_text(encoding="utf-8"))
        with np.load(folder / ARRAYS_FILE, allow_pickle=False) as arrays:
            idf, weights, bias = arrays["idf"], arrays["weights"], arrays["bias"]
            vector_weights = arrays["vector_weights"]
        labels, features = described["labels"], described["features"]
        if weights.shape != (len(features), len(labels)) or idf.shape != (len(features),):
            raise ValueError(f"label model in {folder} is not whole: {weights.shape} weights")
        vocabulary = {feature: row for row, feature in enumerate(features)}
        return cls(labels, vocabulary, idf, weights, vector_weights, bias, float(described["sharpness"]))


def train(bags: Sequence[Sequence[str]], vectors: Floats, labels: Sequence[str], how: Training) -> LabelModel:
    """Train on one bag of features, one sentence vector and one label an example.

    `vectors` has the shape (examples, dimensions). Raises ValueError with fewer than two labels.
    """
    names = sorted(set(labels))
    if len(names) < 2:
        raise ValueError(f"at least two intents are needed, got {names}")
    vectorizer = TfidfVectorizer(analyzer=lambda bag: bag, sublinear_tf=True, min_df=how.min_count)
    bag_matrix = vectorizer.fit_transform(bags)
    matrix = hstack([bag_matrix, csr_matrix(how.vector_share * vectors)]).tocsr()
    wanted = np.searchsorted(np.array(names), np.array(labels))
    split = _split(wanted, how) if how.sharpen else None
    parts = [np.arange(len(wanted))] + ([] if split is None else [split[0]])
    fitted = side_by_side(
        _fit, [(matrix[part], wanted[part], how) for part in parts], large=len(wanted) >= LARGE and len(parts) > 1
    )
    weights, bias = _both_sides(fitted[0])
    known = bag_matrix.shape[1]
    return LabelModel(
        labels=names,
        vocabulary={feature: int(row) for feature, row in vectorizer.vocabulary_.items()},
        idf=vectorizer.idf_.astype(np.float32),
        weights=weights[:known].astype(np.float32),
        vector_weights=(how.vector_share * weights[known:]).astype(np.float32),
        bias=bias.astype(np.float32),
        sharpness=1.0 if split is None else _sharpness(fitted[1], matrix[split[1]], wanted[split[1]]),
    )


def _fit(matrix: csr_matrix, wanted: Whole, how: Training) -> LinearSVC:
    # With the sentence vectors the margin beats logistic regression by 1-2 points, in a tenth of the time.
    sizes = np.bincount(wanted)
    counts = (sizes.mean() / np.maximum(sizes, 1)) ** how.balance
    classifier = LinearSVC(
        C=how.strength, random_state=how.seed, tol=TOLERANCE, class_weight=dict(enumerate(counts.tolist()))
    )
    return classifier.fit(matrix, wanted)


def _both_sides(classifier: LinearSVC) -> tuple[Floats, Floats]:
    """Weights (features, labels) and bias; scikit-learn keeps one column only where there are two labels."""
    if len(classifier.classes_) == 2:
        return (
            np.vstack([-classifier.coef_, classifier.coef_]).T,
            np.concatenate([-classifier.intercept_, classifier.intercept_]),
        )
    return classifier.coef_.T, classifier.intercept_


def _split(wanted: Whole, how: Training) -> tuple[Whole, Whole] | None:
    """Places of the examples to learn from and of those held back; None if there are too few to hold any back."""
    if len(wanted) < LEAST_EXAMPLES_TO_SHARPEN or int(np.bincount(wanted).min()) < 2:
        return None
    split = StratifiedShuffleSplit(n_splits=1, test_size=HELD_OUT, random_state=how.seed)
    learned, held = next(split.split(wanted, wanted))
    return learned, held


def _sharpness(classifier: LinearSVC, matrix: csr_matrix, truth: Whole) -> float:
    """The factor under which examples that the classifier has not seen are most probable (temperature scaling)."""
    weights, bias = _both_sides(classifier)
    scores = matrix @ weights + bias

    def loss(factor: float) -> float:
        return -float(log_softmax(factor * scores, axis=1)[np.arange(len(truth)), truth].mean())

    return float(minimize_scalar(loss, bounds=(0.1, 20.0), method="bounded").x)
