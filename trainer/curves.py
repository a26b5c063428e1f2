"""Figures over thresholds: how far confidence can be believed, what refusing costs, what asking back buys."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from trainer.measures import BINS, OUT_OF_SCOPE, Parse, understood
from trainer.messages import LabelledMessage

REFUSAL_FIELD = "out_of_scope_score"
"""Where a parse may carry a score of its own for "none of our business"; higher means more surely so."""


@dataclass(frozen=True)
class Bin:
    """Messages whose confidence lies from `low` up to `high`; `confidence` and `accuracy` are their means. Never empty."""

    low: float
    high: float
    count: int
    confidence: float
    accuracy: float


@dataclass(frozen=True)
class RefusalPoint:
    """What happens when every message with at least this refusal score is refused. Shares between 0 and 1."""

    threshold: float
    recall: float
    """Out-of-scope messages refused."""
    refused_wrongly: float
    """In-scope messages refused."""


@dataclass(frozen=True)
class CoveragePoint:
    """What happens when the bot acts only on messages with at least this confidence. Shares between 0 and 1."""

    threshold: float
    coverage: float
    """Messages acted on."""
    accuracy: float
    """Of those, how many were understood."""


def calibration_bins(messages: Sequence[LabelledMessage], parses: Sequence[Parse], bins: int = BINS) -> list[Bin]:
    """Bins of equal width over confidence, from the least sure up; empty ones are left out."""
    inside: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for confidence, right in _sure_and_right(messages, parses):
        inside[min(int(confidence * bins), bins - 1)].append((confidence, right))
    return [
        Bin(
            low=number / bins,
            high=(number + 1) / bins,
            count=len(found),
            confidence=sum(confidence for confidence, _ in found) / len(found),
            accuracy=sum(right for _, right in found) / len(found),
        )
        for number, found in sorted(inside.items())
    ]


def refusal_score(parse: Parse) -> float:
    """How surely a message is none of our business.

    The parse's own score, else the probability of `out_of_scope`; where that is not among the likeliest, what they leave over.
    A message refused because no label fits has the confidence of that.
    """
    own = parse.get(REFUSAL_FIELD)
    if isinstance(own, (int, float)) and not isinstance(own, bool):
        return float(own)
    ranked = {str(one["name"]): float(one["confidence"]) for one in parse["intent_ranking"]}
    likely = ranked.get(OUT_OF_SCOPE, max(0.0, 1.0 - sum(ranked.values())))
    return max(likely, float(parse["intent"]["confidence"])) if understood(parse) == OUT_OF_SCOPE else likely


def refusal_curve(
    messages: Sequence[LabelledMessage], parses: Sequence[Parse], score: Callable[[Parse], float] = refusal_score
) -> list[RefusalPoint]:
    """From refusing nothing to refusing everything. Empty where one of both sides has no message."""
    scored = sorted(
        ((score(parse), m.intent == OUT_OF_SCOPE) for m, parse in zip(messages, parses, strict=True)), reverse=True
    )
    outside = sum(is_outside for _, is_outside in scored)
    inside = len(scored) - outside
    if not outside or not inside:
        return []
    points, caught, wrong = [RefusalPoint(float("inf"), 0.0, 0.0)], 0, 0
    for threshold, group in groupby(scored, key=lambda pair: pair[0]):
        for _, is_outside in group:
            caught, wrong = caught + is_outside, wrong + (not is_outside)
        points.append(RefusalPoint(threshold, caught / outside, wrong / inside))
    return points


def area(points: Sequence[RefusalPoint]) -> float | None:
    """The area under recall over wrong refusals (AUROC): 1 perfect, 0.5 chance. None for an empty curve."""
    if not points:
        return None
    steps = pairwise(points)
    return sum((b.refused_wrongly - a.refused_wrongly) * (a.recall + b.recall) / 2 for a, b in steps)


def recall_at(points: Sequence[RefusalPoint], refused_wrongly: float) -> float | None:
    """The best recall among thresholds that refuse at most this share of in-scope messages. None for an empty curve."""
    return max((point.recall for point in points if point.refused_wrongly <= refused_wrongly), default=None)


def coverage_curve(messages: Sequence[LabelledMessage], parses: Sequence[Parse]) -> list[CoveragePoint]:
    """From acting on the surest messages alone to acting on all of them."""
    pairs = sorted(_sure_and_right(messages, parses), reverse=True)
    points, acted, right = [], 0, 0
    for threshold, group in groupby(pairs, key=lambda pair: pair[0]):
        for _, was_right in group:
            acted, right = acted + 1, right + was_right
        points.append(CoveragePoint(threshold, acted / len(pairs), right / acted))
    return points


def _sure_and_right(messages: Sequence[LabelledMessage], parses: Sequence[Parse]) -> list[tuple[float, bool]]:
    return [
        (float(parse["intent"]["confidence"]), understood(parse) == message.intent)
        for message, parse in zip(messages, parses, strict=True)
    ]
