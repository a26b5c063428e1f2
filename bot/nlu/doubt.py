"""What follows from how probable each label is: act on the best, ask again, or say that this is not our business."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bot.nlu.label_model import Floats

OUT_OF_SCOPE = "out_of_scope"
#: Rasa's own name for "not understood well enough": the rule for it asks the customer which of two meanings is right.
FALLBACK = "nlu_fallback"
#: Retrieval intents are written `faq/transit_time`; Rasa's policies know only the part before the slash.
RETRIEVAL_SEPARATOR = "/"


@dataclass(frozen=True)
class Thresholds:
    """Probabilities from 0 to 1.

    From `refuse` on that a message is out of scope, the bot says it cannot help; where the best meaning in scope is less
    probable than `unsure`, it asks again.
    """

    unsure: float
    refuse: float

    def __post_init__(self) -> None:
        if not (0.0 <= self.unsure <= 1.0 and 0.0 < self.refuse <= 1.0):
            raise ValueError(f"thresholds must be 0 <= unsure <= 1 and 0 < refuse <= 1, got {self}")


@dataclass(frozen=True)
class Meaning:
    """What a message is taken to mean.

    `name` is the full label the bot would act on (`faq/transit_time`, `out_of_scope` where refused), `unsure` says that
    it is only the best guess. `ranking` holds the labels as the model ranked them, best first.
    """

    name: str
    confidence: float
    unsure: bool
    ranking: list[dict[str, object]]

    @property
    def intent(self) -> str:
        """The intent that Rasa's policies are given."""
        return FALLBACK if self.unsure else self.name.split(RETRIEVAL_SEPARATOR)[0]


def weigh(labels: Sequence[str], probabilities: Floats, thresholds: Thresholds, ranking_length: int) -> Meaning:
    """Turn the model's probabilities into a meaning."""
    order = np.argsort(-probabilities, kind="stable")
    ranking = [_ranked(labels[i], probabilities[i]) for i in order[:ranking_length]]
    outside = next((float(probabilities[i]) for i in order if labels[i] == OUT_OF_SCOPE), 0.0)
    if outside >= thresholds.refuse:
        return Meaning(OUT_OF_SCOPE, round(outside, 6), False, ranking)
    best = next(i for i in order if labels[i] != OUT_OF_SCOPE)
    confidence = round(float(probabilities[best]), 6)
    return Meaning(labels[best], confidence, confidence < thresholds.unsure, ranking)


def _ranked(label: str, probability: float) -> dict[str, object]:
    return {"name": label, "confidence": round(float(probability), 6)}
