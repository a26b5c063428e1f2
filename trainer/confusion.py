"""Which label is taken for which: counts, figures of each label, and of the families that labels form."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from trainer.measures import OUT_OF_SCOPE, Parse, understood
from trainer.messages import LabelledMessage

Confusions = Counter[tuple[str, str]]
"""How many messages of the first label were understood as the second."""


@dataclass(frozen=True)
class LabelFigures:
    """One label. `support` messages have it, `said` were given it, `right` both. Shares are None where nothing was there."""

    support: int
    said: int
    right: int
    precision: float | None
    recall: float | None
    f1: float | None


def confusion_counts(messages: Sequence[LabelledMessage], parses: Sequence[Parse]) -> Confusions:
    """Counts over messages and how they were understood, in the same order; right ones included."""
    return Counter((m.intent, understood(parse)) for m, parse in zip(messages, parses, strict=True))


def label_figures(counts: Confusions) -> dict[str, LabelFigures]:
    """Figures of every label that was wanted or given, in alphabetical order."""
    support, said = Counter[str](), Counter[str]()
    for (wanted, given), count in counts.items():
        support[wanted] += count
        said[given] += count
    return {
        label: _figures(support[label], said[label], counts[label, label]) for label in sorted(support.keys() | said)
    }


def family_accuracy(counts: Confusions, families: Mapping[str, str]) -> float | None:
    """In-scope messages understood as some label of the right family; a label without a family is one of its own."""
    inside = {pair: count for pair, count in counts.items() if pair[0] != OUT_OF_SCOPE}
    total = sum(inside.values())
    right = sum(count for (wanted, given), count in inside.items() if _of(families, wanted) == _of(families, given))
    return right / total if total else None


def commonest(counts: Confusions, number: int) -> list[tuple[str, str, int]]:
    """The commonest mistakes: wanted, given, how often; ties in alphabetical order."""
    wrong = [(wanted, given, count) for (wanted, given), count in counts.items() if wanted != given]
    return sorted(wrong, key=lambda one: (-one[2], one[0], one[1]))[:number]


def _figures(support: int, said: int, right: int) -> LabelFigures:
    return LabelFigures(
        support=support,
        said=said,
        right=right,
        precision=right / said if said else None,
        recall=right / support if support else None,
        f1=2 * right / (support + said) if support else None,
    )


def _of(families: Mapping[str, str], label: str) -> str:
    return families.get(label, label)
