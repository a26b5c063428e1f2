"""First component of the pipeline: gives every later component the normal form of the message.

The customer's text is kept beside it in the message as `original_text`, with `offsets` back into it. The extractor reports
entities where they stand in the original; the channel returns the original text.
"""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.text import Normalised, normalise

ORIGINAL_TEXT = "original_text"
OFFSETS = "offsets"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class Normalizer(GraphComponent):
    """Replaces the text of messages and training examples by its normal form (see `bot.nlu.text`)."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> Normalizer:
        """Create the component; it has no settings and nothing to load."""
        return cls()

    @staticmethod
    def required_packages() -> list[str]:
        """Packages that must be importable."""
        return ["opencc"]

    def process(self, messages: list[Message]) -> list[Message]:
        """Normalise incoming messages in place. A pressed button ("/intent{…}") is a command and stays as it is."""
        for message in messages:
            text = message.get(TEXT)
            if isinstance(text, str) and not text.startswith("/"):
                _apply(message, normalise(text))
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Normalise training examples; annotated entities move with their text."""
        for message in training_data.training_examples:
            text = message.get(TEXT)
            if not isinstance(text, str) or ORIGINAL_TEXT in message.data:
                continue
            normal = normalise(text)
            _apply(message, normal)
            if message.get(ENTITIES):
                message.set(ENTITIES, _moved(message.get(ENTITIES), normal))
        return training_data


def _apply(message: Message, normal: Normalised) -> None:
    message.set(ORIGINAL_TEXT, normal.original)
    message.set(OFFSETS, [normal.starts, normal.ends])
    message.set(TEXT, normal.text)


def _moved(entities: list[dict[str, Any]], normal: Normalised) -> list[dict[str, Any]]:
    """Entities with offsets in the normal form; one whose text vanished is dropped."""
    spans = [(entity, normal.normal_span(entity["start"], entity["end"])) for entity in entities]
    return [{**entity, "start": span[0], "end": span[1]} for entity, span in spans if span]


def normalised(message: Message) -> Normalised:
    """Return the normal form kept in a message, or make it where the normalizer did not run."""
    text = message.get(TEXT) or ""
    if OFFSETS not in message.data:
        positions = list(range(len(text)))
        return Normalised(text, text, positions, [position + 1 for position in positions])
    starts, ends = message.get(OFFSETS)
    return Normalised(text, message.get(ORIGINAL_TEXT), starts, ends)
