"""How probable it is that a message is none of our business, weighed by more than the label it looks most like.

`out_of_scope` is a label with sentences of its own, but nobody can write down everything that is none of our business.
So what decides is learned from sentences that the model had not seen, and half of those out of scope are kept from it by
whole groups of alike ones: it learns how a kind of message looks that it knows nothing of.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from scipy.special import expit, log_softmax, logit, softmax
from sklearn.cluster import KMeans
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from bot.nlu.doubt import OUT_OF_SCOPE
from bot.nlu.features import EDGES, WORD
from bot.nlu.label_model import LARGE, Floats, LabelModel, Training, Whole, train
from bot.nlu.side_by_side import side_by_side

REFUSAL_FILE = "refusal.json"

FOLDS = 2
GROUPS = 40
"""Kinds of out-of-scope messages told apart by their sentence vectors; some forty sentences each."""
LEAST_OUTSIDE = 2 * GROUPS
"""With fewer sentences out of scope nothing is learned about refusing: the label alone decides."""
KNOWN_FROM = 2
"""In how many sentences in scope a run of characters must stand to be known."""
SURE = 1e-6
"""Probabilities are kept this far from 0 and 1."""


@dataclass(frozen=True)
class Refusal:
    """A logistic model over `signals`; `known` are the runs of two and three characters that messages in scope have."""

    weights: tuple[float, ...]
    bias: float
    known: frozenset[str]

    def probability(self, model: LabelModel, scores: Floats, bag: Sequence[str]) -> float:
        """How probable it is that a message with these scores and features is out of scope."""
        return float(expit(self.bias + signals(model, scores, bag, self.known) @ np.array(self.weights)))

    def save(self, folder: Path) -> None:
        """Write it into an existing folder."""
        stored = {"weights": self.weights, "bias": self.bias, "known": sorted(self.known)}
        (folder / REFUSAL_FILE).write_text(json.dumps(stored, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Refusal | None:
        """Read what `save` wrote; None where nothing was learned. Raises ValueError if it is not whole."""
        if not (folder / REFUSAL_FILE).exists():
            return None
        stored = json.loads((folder / REFUSAL_FILE).read_text(encoding="utf-8"))
        return cls(tuple(stored["weights"]), float(stored["bias"]), frozenset(stored["known"]))


def probabilities(model: LabelModel, refusal: Refusal | None, bag: Sequence[str], vector: Floats) -> Floats:
    """Return one probability a label, summing to 1: that of `out_of_scope` by `refusal`, the rest shared by the others.

    Where no feature was ever trained on, the message is out of scope.
    """
    if OUT_OF_SCOPE not in model.labels:
        return model.probabilities(bag, vector)
    outside = model.labels.index(OUT_OF_SCOPE)
    if not model.knows(bag):
        # Not 1: that certain is only what was pressed.
        nothing = np.full(len(model.labels), SURE / (len(model.labels) - 1))
        nothing[outside] = 1.0 - SURE
        return nothing
    scores = model.scores(bag, vector)
    plain = np.asarray(softmax(model.sharpness * scores))
    if refusal is None:
        return plain
    share = refusal.probability(model, scores, bag)
    plain[outside] = 0.0
    shared = plain * ((1.0 - share) / max(float(plain.sum()), SURE))
    shared[outside] = share
    return shared


def signals(model: LabelModel, scores: Floats, bag: Sequence[str], known: frozenset[str]) -> Floats:
    """What is weighed: log-odds of the label, its score, the best score in scope, share of known runs of 2 and 3."""
    outside = model.labels.index(OUT_OF_SCOPE)
    label = np.clip(np.exp(log_softmax(model.sharpness * scores)[outside]), SURE, 1.0 - SURE)
    runs = _runs(bag)
    shares = [_share([run in known for run in runs if len(run) == length]) for length in (2, 3)]
    return np.array([logit(label), scores[outside], np.delete(scores, outside).max(), *shares])


def learn(
    bags: Sequence[Sequence[str]], vectors: Floats, labels: Sequence[str], how: Training, sharpness: float
) -> Refusal | None:
    """Learn from each half of the examples as a model of the other sees it; None with too few out of scope."""
    said = np.array(labels)
    outside = said == OUT_OF_SCOPE
    if outside.sum() < LEAST_OUTSIDE:
        return None
    folds = _folds(vectors, said, how.seed)
    seen = np.zeros((len(bags), 5))
    kept_of = [np.flatnonzero(folds != fold) for fold in range(FOLDS)]
    alone = replace(how, sharpen=False)
    tasks = [([bags[i] for i in kept], vectors[kept], said[kept].tolist(), alone) for kept in kept_of]
    models = side_by_side(train, tasks, large=len(bags) >= LARGE)
    for fold, (kept, fitted) in enumerate(zip(kept_of, models, strict=True)):
        model = replace(fitted, sharpness=sharpness)
        known = _known(bags[i] for i in kept if not outside[i])
        for i in np.flatnonzero(folds == fold):
            seen[i] = signals(model, model.scores(bags[i], vectors[i]), bags[i], known)
    mean, spread = seen.mean(axis=0), seen.std(axis=0) + SURE
    weighed = LogisticRegression(max_iter=500).fit((seen - mean) / spread, outside)
    weights = weighed.coef_[0] / spread
    known = _known(bag for bag, out in zip(bags, outside, strict=True) if not out)
    return Refusal(tuple(map(float, weights)), float(weighed.intercept_[0] - mean @ weights), known)


def _folds(vectors: Floats, labels: np.ndarray, seed: int) -> Whole:
    """The half that each example is in: by chance, but every other group of those out of scope together."""
    folds = np.zeros(len(labels), dtype=np.int64)
    inside, outside = np.flatnonzero(labels != OUT_OF_SCOPE), np.flatnonzero(labels == OUT_OF_SCOPE)
    chance = StratifiedKFold(FOLDS, shuffle=True, random_state=seed).split(inside, labels[inside])
    for fold, (_, held) in enumerate(chance):
        folds[inside[held]] = fold
    groups = KMeans(GROUPS, n_init=1, random_state=seed).fit_predict(vectors[outside])
    filled = np.zeros(FOLDS, dtype=np.int64)
    folds[outside] = np.random.default_rng(seed).integers(0, FOLDS, len(outside))
    for group, size in Counter(groups.tolist()).most_common()[::2]:
        emptiest = int(filled.argmin())
        folds[outside[groups == group]] = emptiest
        filled[emptiest] += size
    return folds


def _known(bags: Iterable[Sequence[str]]) -> frozenset[str]:
    counts = Counter(run for bag in bags for run in _runs(bag))
    return frozenset(run for run, count in counts.items() if count >= KNOWN_FROM)


def _runs(bag: Sequence[str]) -> set[str]:
    return {run for run in bag if 2 <= len(run) <= 3 and not run.startswith(WORD) and run.strip(EDGES)}


def _share(hits: Sequence[bool]) -> float:
    return sum(hits) / len(hits) if hits else 0.0
