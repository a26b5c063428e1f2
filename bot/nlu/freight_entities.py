"""Finds the values in a message: every entity of the project, in its normal form, where the customer wrote it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.entities import cargo, dates, lanes, measures, money, numbers, trade, vocabulary
from bot.nlu.entities.spans import Span, without_overlaps
from bot.nlu.normalizer import normalised


def find_spans(text: str, word_starts: Sequence[int], now: date | None = None) -> list[Span]:
    """Return the values in a normalised text, without overlaps, from left to right.

    `word_starts` are the starts of the tokenizer's words. Relative dates count from `now` (today in Shanghai when None).
    """
    hits = list(vocabulary.hits(text))
    blocked = [Span("", hit.start, hit.end, None, rank=1) for hit in hits if hit.kind == "not"]
    spans = [
        *blocked,
        *numbers.shipments(text),
        *numbers.phones(text),
        *numbers.phone_tails(text),
        *measures.weights(text),
        *measures.volumes(text),
        *measures.dimensions(text),
        *money.money(text),
        *cargo.containers(text),
        *cargo.pieces(text),
        *dates.dates(text, now),
        *trade.vocabulary_spans(text, hits),
        *trade.pattern_goods(text),
        *trade.single_goods(text),
        *lanes.place_spans(text, hits, word_starts),
    ]
    return [span for span in without_overlaps(spans) if span.entity]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class FreightEntityExtractor(GraphComponent, EntityExtractorMixin):
    """Rasa's extractor over `find_spans`; it learns nothing, its knowledge is in `freight` and `bot/nlu/data`."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> FreightEntityExtractor:
        """Create the component and read its vocabularies, so that the first message is not slow."""
        find_spans("上海", [0])
        return cls()

    @staticmethod
    def required_packages() -> list[str]:
        """Packages that must be importable."""
        return ["spacy", "jieba"]

    def process(self, messages: list[Message]) -> list[Message]:
        """Add entities to messages. A pressed button brings its own and is left alone."""
        for message in messages:
            text = message.get(TEXT)
            if isinstance(text, str) and text and not text.startswith("/"):
                entities = [*(message.get(ENTITIES) or []), *self._entities(message)]
                message.set(ENTITIES, entities, add_to_output=True)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Leave training examples as they are: their entities were annotated by hand."""
        return training_data

    def _entities(self, message: Message) -> list[dict[str, Any]]:
        normal = normalised(message)
        tokens = message.get(TOKENS_NAMES[TEXT]) or []
        found = find_spans(normal.text, [token.start for token in tokens])
        entities = []
        for span in found:
            start, end = normal.original_span(span.start, span.end)
            entity = {
                "entity": span.entity,
                "start": start,
                "end": end,
                "text": normal.original[start:end],
                "value": span.value,
            }
            if span.role:
                entity["role"] = span.role
            if span.dangerous:
                entity["dangerous"] = True
            entities.append(entity)
        return self.add_extractor_name(entities)
