"""Figures of understanding: how many messages are understood, how sure the bot rightly is, which entities it finds."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from trainer.messages import GoldEntity, LabelledMessage

OUT_OF_SCOPE = "out_of_scope"
BINS = 10

Parse = Mapping[str, Any]


@dataclass(frozen=True)
class IntentFigures:
    """Shares between 0 and 1; None where there was nothing to measure. `in_scope`, `out_of_scope`: numbers of messages."""

    in_scope: int
    out_of_scope: int
    accuracy: float | None
    """In-scope messages whose meaning was found."""
    among_two: float | None
    """In-scope messages whose meaning is one of the two likeliest."""
    macro_f1: float | None
    out_of_scope_recall: float | None
    refused_wrongly: float | None
    """In-scope messages taken for out of scope."""
    unsure: float | None
    """All messages about which the bot would ask back."""
    calibration_error: float | None
    """Expected calibration error over ten bins of confidence."""


@dataclass(frozen=True)
class EntityFigures:
    """Entities of one kind (or of all). Found means: same kind, same words."""

    gold: int
    precision: float | None
    recall: float | None
    f1: float | None
    right_value: float | None
    """Of those found and given a normal form by the annotator, how many have it."""
    right_role: float | None
    """Of the places found, how many have the right role."""


@dataclass(frozen=True)
class MoodFigures:
    """Shares between 0 and 1 of the messages whose mood somebody judged; None where there was nothing to measure."""

    judged: int
    accuracy: float | None
    angry_found: float | None
    """Angry messages that were heard as angry."""
    annoyed_found: float | None
    """Annoyed messages that were heard as annoyed or angry."""
    calm_called_angry: float | None
    calm_called_annoyed: float | None


def mood_figures(messages: Sequence[LabelledMessage], parses: Sequence[Parse]) -> MoodFigures:
    """Figures over messages and how they were heard, in the same order. A parse without a mood counts as calm."""
    pairs = [(m.mood, heard_mood(parse)) for m, parse in zip(messages, parses, strict=True) if m.mood]

    def heard(mood: str, *as_moods: str) -> float | None:
        return _share([said in as_moods for wanted, said in pairs if wanted == mood])

    return MoodFigures(
        judged=len(pairs),
        accuracy=_share([wanted == said for wanted, said in pairs]),
        angry_found=heard("angry", "angry"),
        annoyed_found=heard("annoyed", "annoyed", "angry"),
        calm_called_angry=heard("calm", "angry"),
        calm_called_annoyed=heard("calm", "annoyed"),
    )


def intent_figures(messages: Sequence[LabelledMessage], parses: Sequence[Parse]) -> IntentFigures:
    """Figures over messages and how they were understood, in the same order."""
    pairs = [(message.intent, parse) for message, parse in zip(messages, parses, strict=True)]
    inside = [(intent, parse) for intent, parse in pairs if intent != OUT_OF_SCOPE]
    outside = [parse for intent, parse in pairs if intent == OUT_OF_SCOPE]
    return IntentFigures(
        in_scope=len(inside),
        out_of_scope=len(outside),
        accuracy=_share([understood(parse) == intent for intent, parse in inside]),
        among_two=_share([intent in _likeliest(parse, 2) for intent, parse in inside]),
        macro_f1=_macro_f1(pairs),
        out_of_scope_recall=_share([understood(parse) == OUT_OF_SCOPE for parse in outside]),
        refused_wrongly=_share([understood(parse) == OUT_OF_SCOPE for _, parse in inside]),
        unsure=_share([bool(parse.get("unsure")) for _, parse in pairs]),
        calibration_error=_calibration_error(pairs),
    )


def entity_figures(messages: Sequence[LabelledMessage], parses: Sequence[Parse]) -> dict[str, EntityFigures]:
    """Figures by kind, and over all under `all`. Messages in which nobody looked for entities are left out."""
    counts: dict[str, _Counts] = defaultdict(_Counts)
    for message, parse in zip(messages, parses, strict=True):
        if message.marked:
            for kind in {e.entity for e in message.entities} | {e["entity"] for e in parse["entities"]}:
                for counted in (counts[kind], counts["all"]):
                    counted.add(
                        [e for e in message.entities if e.entity == kind],
                        [e for e in parse["entities"] if e["entity"] == kind],
                    )
    return {kind: counted.figures() for kind, counted in sorted(counts.items())}


Pair = tuple[GoldEntity | None, Mapping[str, Any] | None]
"""An entity as marked and as found; None for what is missing on one side."""


def pair_entities(gold: Sequence[GoldEntity], found: Sequence[Mapping[str, Any]]) -> list[Pair]:
    """Pairs entities of one kind and one message by their words, each once: first those marked, then those invented."""
    left, pairs = list(found), list[Pair]()
    for wanted in gold:
        match = next((e for e in left if e.get("text") == wanted.text), None)
        if match is not None:
            left.remove(match)
        pairs.append((wanted, match))
    return pairs + [(None, invented) for invented in left]


def confusions(messages: Sequence[LabelledMessage], parses: Sequence[Parse]) -> list[tuple[LabelledMessage, Parse]]:
    """Messages that were misunderstood, in order."""
    return [(m, p) for m, p in zip(messages, parses, strict=True) if understood(p) != m.intent]


def understood(parse: Parse) -> str:
    """The label that the bot would act on, in doubt its best guess."""
    return str(parse["intent"]["name"])


def heard_mood(parse: Parse) -> str:
    """calm, annoyed or angry; a parse without a mood counts as calm."""
    return str(parse.get("mood", {}).get("mood", "calm"))


def _likeliest(parse: Parse, count: int) -> list[str]:
    return [str(one["name"]) for one in parse["intent_ranking"][:count]]


def _share(hits: Sequence[bool]) -> float | None:
    return sum(hits) / len(hits) if hits else None


def _macro_f1(pairs: Sequence[tuple[str, Parse]]) -> float | None:
    gold = Counter(intent for intent, _ in pairs)
    said = Counter(understood(parse) for _, parse in pairs)
    right = Counter(intent for intent, parse in pairs if understood(parse) == intent)
    scores = [2 * right[intent] / (gold[intent] + said[intent]) for intent in gold]
    return sum(scores) / len(scores) if scores else None


def _calibration_error(pairs: Sequence[tuple[str, Parse]]) -> float | None:
    if not pairs:
        return None
    bins: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for intent, parse in pairs:
        confidence = float(parse["intent"]["confidence"])
        bins[min(int(confidence * BINS), BINS - 1)].append((confidence, understood(parse) == intent))
    gaps = [abs(sum(c for c, _ in inside) - sum(hit for _, hit in inside)) for inside in bins.values()]
    return sum(gaps) / len(pairs)


class _Counts:
    def __init__(self) -> None:
        self.gold = self.found = self.right = self.valued = self.right_value = self.placed = self.right_role = 0

    def add(self, gold: Sequence[GoldEntity], found: Sequence[Mapping[str, Any]]) -> None:
        """Pairs the entities of one message by their words, each once."""
        self.gold += len(gold)
        self.found += len(found)
        for wanted, match in pair_entities(gold, found):
            if wanted is None or match is None:
                continue
            self.right += 1
            if wanted.value is not None:
                self.valued += 1
                self.right_value += same_value(wanted.value, match.get("value"))
            if wanted.entity == "place":
                self.placed += 1
                self.right_role += wanted.role == match.get("role")

    def figures(self) -> EntityFigures:
        """The shares."""
        total = self.gold + self.found
        return EntityFigures(
            gold=self.gold,
            precision=self.right / self.found if self.found else None,
            recall=self.right / self.gold if self.gold else None,
            f1=2 * self.right / total if total else None,
            right_value=self.right_value / self.valued if self.valued else None,
            right_role=self.right_role / self.placed if self.placed else None,
        )


def same_value(wanted: Any, found: Any) -> bool:
    """Whether two normal forms are the same; numbers by value, texts without regard to case."""
    if isinstance(wanted, dict) and isinstance(found, dict):
        return wanted.keys() == found.keys() and all(same_value(wanted[key], found[key]) for key in wanted)
    if isinstance(wanted, list) and isinstance(found, list):
        return len(wanted) == len(found) and all(map(same_value, wanted, found))
    if _is_number(wanted) and _is_number(found):
        return Decimal(str(wanted)) == Decimal(str(found))
    return str(wanted).casefold() == str(found).casefold()


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
