"""Finds the values in a message: every entity of the project, in its normal form, where the customer wrote it.

Rules and lists find them. Two small models then look at what only the sentence can tell: which words are goods, and which place
is origin or destination (`bot.nlu.entities.learned`).
"""

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
from bot.nlu.entities.goods_model import COMMODITY, Reading
from bot.nlu.entities.learned import Example, Learned, learn
from bot.nlu.entities.spans import Span, without_overlaps
from bot.nlu.intent_classifier import MEANING, full_label
from bot.nlu.normalizer import normalised
from bot.nlu.text import Normalised


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
    clear = without_overlaps(spans)
    goods = [span for span in clear if span.entity == COMMODITY]
    return [span for span in without_overlaps([*clear, *cargo.pieces_of_goods(text, goods)]) if span.entity]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class FreightEntityExtractor(GraphComponent, EntityExtractorMixin):
    """Rasa's extractor over `find_spans` and what was learned beside it; untrained, the rules stand alone."""

    def __init__(self, storage: ModelStorage, resource: Resource, learned: Learned | None = None) -> None:
        self._storage = storage
        self._resource = resource
        self._learned = learned

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> FreightEntityExtractor:
        """Create a component that has yet to be trained, and read its vocabularies, so that the first message is not slow."""
        find_spans("上海", [0])
        return cls(model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> FreightEntityExtractor:
        """Load what `train` stored; a model without it is broken and raises."""
        component = cls.create(config, model_storage, resource, execution_context)
        with model_storage.read_from(resource) as folder:
            component._learned = Learned.load(folder)
        return component

    def train(self, training_data: TrainingData) -> Resource:
        """Learn goods and roles from the annotations, and store the models."""
        learned = learn([_example(message) for message in training_data.intent_examples if message.get(TEXT)])
        with self._storage.write_to(self._resource) as folder:
            learned.save(folder)
        self._learned = learned
        return self._resource

    @staticmethod
    def required_packages() -> list[str]:
        """Packages that must be importable; crfsuite's is called otherwise than its distribution, and Rasa asks for both."""
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
        reading = _reading(message, normal.text, (message.get(MEANING) or {}).get("name", ""))
        entities = []
        for span in self._learned.revised(reading) if self._learned else reading.found:
            start, end = normal.original_span(span.start, span.end)
            entity = {
                "entity": span.entity,
                "start": start,
                "end": end,
                "text": normal.original[start:end],
                "value": _as_said(span, normal),
            }
            if span.role:
                entity["role"] = span.role
            if span.dangerous:
                entity["dangerous"] = True
            entities.append(entity)
        return self.add_extractor_name(entities)


def _as_said(span: Span, normal: Normalised) -> Any:
    """The normal form; goods and measure words are given in the customer's own signs (嬰兒床, 兩個)."""
    if span.entity == COMMODITY:
        return _written(normal, span.start, span.end)
    if span.entity == "pieces":
        return {**span.value, "type": _written(normal, span.end - len(span.value["type"]), span.end)}
    return span.value


def _written(normal: Normalised, start: int, end: int) -> str:
    return normal.original[slice(*normal.original_span(start, end))]


def _reading(message: Message, text: str, meaning: str) -> Reading:
    words = [(token.text, token.start) for token in message.get(TOKENS_NAMES[TEXT]) or []]
    return Reading(text, words, find_spans(text, [start for _, start in words]), meaning)


def _example(message: Message) -> Example:
    """A training sentence; the annotator's values stand in its normal form, where the normalizer has put them."""
    marked = [Span(e["entity"], e["start"], e["end"], None, e.get("role")) for e in message.get(ENTITIES) or []]
    return Example(_reading(message, message.get(TEXT), full_label(message)), marked)
