"""Whether one model is better than another on the same messages, or only luckier."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import comb


@dataclass(frozen=True)
class Paired:
    """The same messages, understood before and now. `better`: wrong before and right now; `worse`: the other way round."""

    compared: int
    right_before: int
    right_now: int
    better: int
    worse: int
    p: float
    """McNemar's exact test, both sides: how probable a difference at least as large is if the models are equally good."""


def paired(results: Iterable[tuple[bool, bool]]) -> Paired:
    """From (right before, right now) of each message."""
    both = list(results)
    better = sum(now and not before for before, now in both)
    worse = sum(before and not now for before, now in both)
    return Paired(
        compared=len(both),
        right_before=sum(before for before, _ in both),
        right_now=sum(now for _, now in both),
        better=better,
        worse=worse,
        p=mcnemar(better, worse),
    )


def mcnemar(better: int, worse: int) -> float:
    """The exact two-sided probability, from 0 to 1, of messages that changed sides; 1 when none did."""
    changed = better + worse
    tail = sum(comb(changed, count) for count in range(min(better, worse) + 1))
    # Divided as whole numbers: of more than a thousand messages each alone is too large for a float.
    return 1.0 if 2 * tail >= 2**changed else (2 * tail) / (2**changed)
