"""A value found in a message, and which of two overlapping ones stays."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Span:
    """`entity` found at `start:end` of the normalised text; `value` is its normal form.

    `rank` breaks ties between spans of one length: small wins. `role` is None where the entity has none.
    """

    entity: str
    start: int
    end: int
    value: Any
    role: str | None = None
    rank: int = 5
    dangerous: bool = False


def without_overlaps(spans: Iterable[Span]) -> list[Span]:
    """Keep the best of overlapping spans: lower rank class 0 (reference numbers) first, then longest, then rank."""
    chosen: list[Span] = []
    order = sorted(spans, key=lambda span: (span.rank > 0, span.start - span.end, span.rank, span.start))
    for span in order:
        if all(span.end <= other.start or other.end <= span.start for other in chosen):
            chosen.append(span)
    return sorted(chosen, key=lambda span: span.start)
