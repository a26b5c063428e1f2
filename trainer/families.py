"""Labels as the training files group them: a family is the file in which most sentences of a label stand."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from trainer.training_data import Sentence

TITLES = {
    "shipment": "货物",
    "price": "价格与下单",
    "complaint": "投诉",
    "people": "找人",
    "faq": "常见问题",
    "account": "账号与隐私",
    "conversation": "闲聊与应答",
    "out_of_scope": "业务之外",
}
"""How trainers read the names of the files, in the order in which they are shown; others follow under their own name."""


def families(sentences: Iterable[Sentence]) -> dict[str, str]:
    """Label -> name of its file without the ending."""
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for sentence in sentences:
        counted[sentence.intent][sentence.path.stem] += 1
    return {label: files.most_common(1)[0][0] for label, files in counted.items()}


def title(family: str) -> str:
    """The family as trainers read it; an unknown one keeps its name."""
    return TITLES.get(family, family)


def in_order(labels: Iterable[str], of: Mapping[str, str]) -> list[str]:
    """Labels side by side with those of their family; labels without one come last."""
    known: Sequence[str] = list(TITLES)

    def place(label: str) -> tuple[int, str, str]:
        family = of.get(label, "")
        return (known.index(family) if family in known else len(known) + (not family), family, label)

    return sorted(set(labels), key=place)
