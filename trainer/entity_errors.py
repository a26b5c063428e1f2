"""The values that were missed, invented or read wrongly, one by one, so that a person can see why."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from trainer.measures import Pair, Parse, pair_entities, same_value
from trainer.messages import LabelledMessage

Wrong = Literal["missed", "invented", "value", "role"]


@dataclass(frozen=True)
class EntityError:
    """One mistake of one value. `wanted` and `found` are normal forms (or roles) as JSON has them; None: there is none."""

    text: str
    kind: str
    wrong: Wrong
    words: str
    wanted: Any = None
    found: Any = None


def entity_errors(messages: Sequence[LabelledMessage], parses: Sequence[Parse]) -> list[EntityError]:
    """Every mistake, in the order of the messages; those in which nobody looked for entities are left out."""
    return [
        error
        for message, parse in zip(messages, parses, strict=True)
        if message.marked
        for kind in sorted({e.entity for e in message.entities} | {e["entity"] for e in parse["entities"]})
        for pair in pair_entities(
            [e for e in message.entities if e.entity == kind], [e for e in parse["entities"] if e["entity"] == kind]
        )
        for error in _errors(message.text, kind, pair)
    ]


def _errors(text: str, kind: str, pair: Pair) -> list[EntityError]:
    wanted, found = pair
    if wanted is None:
        return [
            EntityError(text, kind, "invented", str(found and found.get("text")), found=found and found.get("value"))
        ]
    if found is None:
        return [EntityError(text, kind, "missed", wanted.text, wanted=wanted.value)]
    errors = []
    if wanted.value is not None and not same_value(wanted.value, found.get("value")):
        errors.append(EntityError(text, kind, "value", wanted.text, wanted.value, found.get("value")))
    if kind == "place" and wanted.role != found.get("role"):
        errors.append(EntityError(text, kind, "role", wanted.text, wanted.role, found.get("role")))
    return errors
