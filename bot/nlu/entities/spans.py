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


class Taken:
    """Which signs of a text are taken by values: asking takes as long with a thousand values as with one."""

    def __init__(self, spans: Iterable[tuple[int, int]] = ()) -> None:
        self._signs = bytearray()
        for start, end in spans:
            self.take(start, end)

    def take(self, start: int, end: int) -> None:
        """Take the signs from `start` up to `end`; some may be taken already."""
        self._signs.extend(bytes(max(0, end - len(self._signs))))
        self._signs[start:end] = b"\1" * (end - start)

    def is_free(self, start: int, end: int) -> bool:
        """Whether nothing between `start` and `end` is taken."""
        return self._signs.find(1, start, end) < 0


def without_overlaps(spans: Iterable[Span]) -> list[Span]:
    """Keep the best of overlapping spans: lower rank class 0 (reference numbers) first, then longest, then rank."""
    chosen: list[Span] = []
    taken = Taken()
    order = sorted(spans, key=lambda span: (span.rank > 0, span.start - span.end, span.rank, span.start))
    for span in order:
        if taken.is_free(span.start, span.end):
            taken.take(span.start, span.end)
            chosen.append(span)
    return sorted(chosen, key=lambda span: span.start)
