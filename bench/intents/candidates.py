"""The candidates. Each returns log-probabilities (up to one factor), shape (asked, labels), labels in sorted order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix, hstack
from scipy.special import log_softmax
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier
from sklearn.svm import LinearSVC

from bench.intents.examples import Examples
from bot.nlu.label_model import TOLERANCE, Floats

Fit = Callable[[csr_matrix, csr_matrix, Sequence[str]], Floats]
Look = Callable[[Examples, Examples], tuple[csr_matrix, csr_matrix]]
SEED = 20240501
NEIGHBOURS, NEARNESS = 20, 20.0


@dataclass(frozen=True)
class Candidate:
    """A way to find the meaning: what it looks at (`parts` are the costs it has for each message) and how it learns."""

    name: str
    parts: tuple[str, ...]
    ask: Callable[[Examples, Examples], Floats]


def bags(learn: Examples, ask: Examples) -> tuple[csr_matrix, csr_matrix]:
    """Runs of characters and words."""
    return _counted(learn.bags, ask.bags)


def bags_vectors(learn: Examples, ask: Examples) -> tuple[csr_matrix, csr_matrix]:
    """The same with the sentence vector beside it."""
    return _beside(bags(learn, ask), _vectors(learn, ask))


def bags_vectors_kinds(learn: Examples, ask: Examples) -> tuple[csr_matrix, csr_matrix]:
    """The same with the kinds of the entities found among the counts."""
    joined = [[*bag, *kinds] for bag, kinds in zip(learn.bags, learn.kinds, strict=True)]
    asked = [[*bag, *kinds] for bag, kinds in zip(ask.bags, ask.kinds, strict=True)]
    return _beside(_counted(joined, asked), _vectors(learn, ask))


def bags_vectors_pinyin(learn: Examples, ask: Examples) -> tuple[csr_matrix, csr_matrix]:
    """The same with runs of one to three syllables, which survive a wrong character of the same sound."""
    sounds = _counted([syllables(text) for text in learn.texts], [syllables(text) for text in ask.texts])
    return _beside(bags_vectors(learn, ask), (0.5 * sounds[0], 0.5 * sounds[1]))


def syllables(text: str) -> list[str]:
    """Runs of one to three syllables without tones. Needs the package pypinyin, which nothing else here does."""
    from pypinyin import lazy_pinyin  # noqa: PLC0415 (see above)

    said = ["^", *lazy_pinyin(text), "$"]
    return [" ".join(said[at : at + size]) for size in (1, 2, 3) for at in range(len(said) - size + 1)]


def svm(learn: csr_matrix, ask: csr_matrix, labels: Sequence[str]) -> Floats:
    """One linear support vector machine a label."""
    return np.asarray(_svm(None).fit(learn, labels).decision_function(ask))


def balanced_svm(learn: csr_matrix, ask: csr_matrix, labels: Sequence[str]) -> Floats:
    """The same, all labels alike however many sentences they have."""
    return np.asarray(_svm("balanced").fit(learn, labels).decision_function(ask))


def regression(learn: csr_matrix, ask: csr_matrix, labels: Sequence[str]) -> Floats:
    """Logistic regression over all labels together."""
    return np.asarray(LogisticRegression(C=20, max_iter=200).fit(learn, labels).predict_log_proba(ask))


def network(learn: Examples, ask: Examples) -> Floats:
    """A small network over the sentence vector and 200 directions of the counts."""
    counted, asked = bags(learn, ask)
    turned = TruncatedSVD(200, random_state=SEED).fit(counted)
    model = MLPClassifier((256,), early_stopping=True, max_iter=40, random_state=SEED)
    model.fit(np.hstack([turned.transform(counted), learn.vectors]), learn.labels)
    return np.asarray(model.predict_log_proba(np.hstack([turned.transform(asked), ask.vectors])))


def prototypes(learn: Examples, ask: Examples) -> Floats:
    """The nearest mean vector of a label."""
    said = np.array(learn.labels)
    means = np.vstack([learn.vectors[said == name].mean(axis=0) for name in sorted(set(learn.labels))])
    return np.asarray(ask.vectors @ (means / np.linalg.norm(means, axis=1, keepdims=True)).T)


def neighbours(learn: Examples, ask: Examples) -> Floats:
    """Votes of the twenty nearest sentences, by nearness."""
    names = sorted(set(learn.labels))
    said = np.searchsorted(np.array(names), np.array(learn.labels))
    votes = np.full((len(ask.texts), len(names)), 1e-3)
    for row, near in enumerate(ask.vectors @ learn.vectors.T):
        nearest = np.argpartition(-near, NEIGHBOURS)[:NEIGHBOURS]
        weights = np.exp(NEARNESS * (near[nearest] - 1.0))
        np.add.at(votes[row], said[nearest], weights / weights.sum())
    return np.log(votes)


def svm_and_neighbours(learn: Examples, ask: Examples) -> Floats:
    """Four parts the linear model over counts and vector, one part the neighbours."""
    linear = log_softmax(5.0 * svm(*bags_vectors(learn, ask), learn.labels), axis=1)
    return np.asarray(0.8 * linear + 0.2 * log_softmax(neighbours(learn, ask), axis=1))


def two_stages(learn: Examples, ask: Examples) -> Floats:
    """First the topic, then the meaning within it, each by a linear model."""
    known, asked = bags_vectors(learn, ask)
    names, families = sorted(set(learn.labels)), learn.families
    topics = np.array([families[label] for label in learn.labels])
    stems = sorted(set(topics))
    topic = log_softmax(5.0 * svm(known, asked, topics.tolist()), axis=1)
    found = np.full((len(ask.texts), len(names)), 0.0)
    for column, stem in enumerate(stems):
        inside = np.flatnonzero(topics == stem)
        labels = [learn.labels[i] for i in inside]
        mine = sorted(set(labels))
        within = log_softmax(5.0 * svm(known[inside], asked, labels), axis=1) if len(mine) > 2 else 0.0
        found[:, [names.index(name) for name in mine]] = topic[:, [column]] + within
    return found


def linear(look: Look, fit: Fit) -> Callable[[Examples, Examples], Floats]:
    """A candidate of one matrix and one model."""

    def ask(learn: Examples, asked: Examples) -> Floats:
        known, wanted = look(learn, asked)
        return fit(known, wanted, learn.labels)

    return ask


CANDIDATES = [
    Candidate("n-grams, SVM", ("bag",), linear(bags, svm)),
    Candidate("n-grams + vector, SVM", ("bag", "vector"), linear(bags_vectors, svm)),
    Candidate("n-grams + vector, SVM, labels alike", ("bag", "vector"), linear(bags_vectors, balanced_svm)),
    Candidate("+ kinds of entities", ("bag", "vector", "kinds"), linear(bags_vectors_kinds, balanced_svm)),
    Candidate("+ pinyin", ("bag", "vector"), linear(bags_vectors_pinyin, balanced_svm)),
    Candidate("vector, prototypes", ("vector",), prototypes),
    Candidate("vector, neighbours", ("vector",), neighbours),
    Candidate("SVM and neighbours", ("bag", "vector"), svm_and_neighbours),
    Candidate("topic, then meaning", ("bag", "vector"), two_stages),
    Candidate("small network", ("bag", "vector"), network),
    Candidate("n-grams, logistic regression", ("bag",), linear(bags, regression)),
]


def _svm(weights: str | None) -> LinearSVC:
    return LinearSVC(C=1.0, random_state=SEED, tol=TOLERANCE, class_weight=weights)


def _counted(learn: Sequence[Sequence[str]], ask: Sequence[Sequence[str]]) -> tuple[csr_matrix, csr_matrix]:
    counter = TfidfVectorizer(analyzer=lambda bag: bag, sublinear_tf=True, min_df=2)
    return counter.fit_transform(learn).tocsr(), counter.transform(ask).tocsr()


def _vectors(learn: Examples, ask: Examples) -> tuple[csr_matrix, csr_matrix]:
    return csr_matrix(0.75 * learn.vectors), csr_matrix(0.75 * ask.vectors)


def _beside(one: tuple[csr_matrix, csr_matrix], two: tuple[csr_matrix, csr_matrix]) -> tuple[csr_matrix, csr_matrix]:
    return hstack([one[0], two[0]]).tocsr(), hstack([one[1], two[1]]).tocsr()
