"""What follows from how probable the best label is: act on it, ask again, or say that this is not our business."""

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
    """Probabilities from 0 to 1: under `unsure` the bot asks again, under `refuse` it says it cannot help."""

    unsure: float
    refuse: float

    def __post_init__(self) -> None:
        if not 0.0 <= self.refuse <= self.unsure <= 1.0:
            raise ValueError(f"thresholds must be 0 <= refuse <= unsure <= 1, got {self}")


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
    """Turn the model's probabilities into a meaning.

    A refused message is given the confidence that no label fits (1 minus the best), since it is acted on as such.
    """
    order = np.argsort(-probabilities, kind="stable")
    ranking = [_ranked(labels[i], probabilities[i]) for i in order[:ranking_length]]
    best, confidence = labels[order[0]], round(float(probabilities[order[0]]), 6)
    if best != OUT_OF_SCOPE and confidence < thresholds.refuse:
        return Meaning(OUT_OF_SCOPE, round(1.0 - confidence, 6), False, ranking)
    unsure = best != OUT_OF_SCOPE and confidence < thresholds.unsure
    return Meaning(best, confidence, unsure, ranking)


def _ranked(label: str, probability: float) -> dict[str, object]:
    return {"name": label, "confidence": round(float(probability), 6)}
