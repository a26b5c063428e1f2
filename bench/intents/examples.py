"""What is learned from and measured on: sentences as every candidate may look at them."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.loading import load_data
from rasa.shared.nlu.training_data.message import Message
from ruamel.yaml import YAML

from bot.nlu import encoder
from bot.nlu.features import features
from bot.nlu.freight_entities import find_spans
from bot.nlu.intent_classifier import full_label
from bot.nlu.label_model import Floats
from bot.nlu.normalizer import Normalizer
from bot.nlu.tokenizer import FreightTokenizer, words

TIMED = 200
"""Messages that a way of looking is timed on."""


@dataclass(frozen=True)
class Examples:
    """Sentences with label, source (name of the file) and what was found in them; `vectors` has one row each."""

    texts: list[str]
    labels: list[str]
    sources: list[str]
    bags: list[list[str]]
    kinds: list[list[str]]
    vectors: Floats

    @property
    def families(self) -> dict[str, str]:
        """Label -> file that it stands in, which is its topic."""
        return dict(zip(self.labels, self.sources, strict=True))


def learned(folder: Path) -> Examples:
    """Training sentences of a folder."""
    found = [
        (str(one.get(TEXT)), full_label(one), path.stem)
        for path in sorted(folder.glob("*.yml"))
        for one in load_data(str(path)).intent_examples
    ]
    return _seen(found)


def measured(folder: Path) -> Examples:
    """Test messages of a folder."""
    yaml = YAML(typ="safe", pure=True)
    found = [
        (str(row["text"]), str(row["intent"]), path.stem)
        for path in sorted(folder.glob("*.yml"))
        for row in yaml.load(path.read_text(encoding="utf-8"))
    ]
    return _seen(found)


def _seen(found: Sequence[tuple[str, str, str]]) -> Examples:
    messages = [read(text) for text, _, _ in found]
    texts = [str(message.get(TEXT)) for message in messages]
    return Examples(
        texts=texts,
        labels=[label for _, label, _ in found],
        sources=[source for _, _, source in found],
        bags=[features(message) for message in messages],
        kinds=[kinds_in(text) for text in texts],
        vectors=encoder.encode(texts),
    )


def read(text: str) -> Message:
    """A message as the pipeline hands it to the classifier."""
    message = Message(data={TEXT: text})
    Normalizer().process([message])
    FreightTokenizer(FreightTokenizer.get_default_config()).process([message])
    return message


def kinds_in(text: str) -> list[str]:
    """Kinds of the entities in a normalised text."""
    spans = find_spans(text, [start for _, start in words(text)])
    return sorted({f"e:{span.entity}" for span in spans})


def costs(examples: Examples) -> dict[str, float]:
    """Median milliseconds of each way of looking at a message."""
    return {
        "bag": _median(lambda text: features(read(text)), examples.texts),
        "vector": _median(lambda text: encoder.encode([text]), examples.texts),
        "kinds": _median(kinds_in, examples.texts),
    }


def _median(look: Callable[[str], object], texts: Sequence[str]) -> float:
    took = []
    for text in texts[:TIMED]:
        start = time.perf_counter()
        look(text)
        took.append((time.perf_counter() - start) * 1000)
    return float(np.median(took))
