"""The mood of every message, as a Rasa component: learned from `bot/data/mood/sentences.tsv` beside the intents.

The same linear model as for the intents, over characters, words and the sentence as a whole, with the kinds of mood words
and signs (`bot.nlu.mood`) as further features. Sentences of plain wishes (a price, an address) are learned as calm ones.
"""

from __future__ import annotations

import csv
import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.constants import INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu import encoder
from bot.nlu.doubt import OUT_OF_SCOPE
from bot.nlu.features import WORD, features
from bot.nlu.intent_classifier import full_label
from bot.nlu.label_model import LabelModel, Training, train
from bot.nlu.mood import ANGRY, ANNOYED, CALM, Mood, hear, raising
from bot.nlu.normalizer import Normalizer, normalised
from bot.nlu.tokenizer import FreightTokenizer

MOOD = "mood"
SENTENCES = Path(__file__).parents[1] / "data" / "mood" / "sentences.tsv"

TIMES_COUNTED = 4
"""A kind of words counts as often as four characters; between 4 and 10 cross-validation does not differ."""
MOST_WORDS = 2
"""Words named as a basis where none is in the lexicon."""

ANY_MOOD = frozenset(
    (
        *("request_human", "request_supervisor", "bot_challenge", "unsubscribe_updates", "stop", "vent", OUT_OF_SCOPE),
        *("track_shipment", "ask_eta", "urge_delivery", "ask_complaint_status", "ask_claim", "cancel_order"),
        "rate_service",
    )
)
"""Meanings that go with any mood, as complaints do. All others are plain wishes."""
PLAIN_WISH = 1.0
"""Log-odds that a message loses which is surely a plain wish, as logistic regression on cross-validated scores has it."""

Heard = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Limits:
    """Where the moods begin, in probability.

    `angry`: against calm alone, since an annoyed customer taken for an angry one does little harm, but at least
    `angry_at_all` of what is not calm. `annoyed`: of not being calm.
    """

    angry: float
    angry_at_all: float
    annoyed: float

    def mood(self, chances: Mapping[str, float]) -> str:
        """The mood that follows from the probabilities of the three, or from anything in proportion to them."""
        raised = chances[ANNOYED] + chances[ANGRY]
        surely = chances[ANGRY] >= self.angry * (chances[ANGRY] + chances[CALM])
        if surely and chances[ANGRY] >= self.angry_at_all * raised:
            return ANGRY
        return ANNOYED if raised >= self.annoyed * (raised + chances[CALM]) else CALM


def read_sentences(path: Path) -> list[tuple[str, str]]:
    """(text, mood) of each labelled sentence."""
    with path.open(encoding="utf-8", newline="") as file:
        return [(row["text"], row["mood"]) for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)]


def messages_of(texts: Sequence[str]) -> list[Message]:
    """Messages as the pipeline hands them to the component."""
    messages = Normalizer().process([Message.build(text) for text in texts])
    return FreightTokenizer(FreightTokenizer.get_default_config()).process(messages)


def plain_wishes(examples: Sequence[Message], most: int) -> list[Message]:
    """About `most` sentences of plain wishes, of every meaning the same share."""
    wishes = [example for example in examples if example.get(TEXT) and is_plain(full_label(example))]
    return wishes[:: max(1, len(wishes) // most)]


def bag(message: Message, heard: Heard) -> list[str]:
    """What the model looks at beside the sentence vector."""
    return [*features(message), *(f"kind:{kind}" for kind in heard for _ in range(TIMES_COUNTED))]


def learn(messages: Sequence[Message], moods: Sequence[str], how: Training | None = None) -> LabelModel:
    """The model of messages whose moods are known."""
    bags = [bag(message, _heard(message)) for message in messages]
    vectors = encoder.encode([message.get(TEXT) for message in messages])
    return train(bags, vectors, moods, how or Training())


def judge(model: LabelModel, limits: Limits, message: Message) -> Mood:
    """The mood of a message; the likely meanings, where it has any, are heard too."""
    heard = _heard(message)
    found = bag(message, heard)
    if not model.knows(found):
        return Mood()
    vector = encoder.encode_one(message.get(TEXT) or "")
    chances = dict(zip(model.labels, map(float, model.probabilities(found, vector)), strict=True))
    chances[CALM] *= math.exp(PLAIN_WISH * _plain(message))
    mood = limits.mood(chances)
    return Mood() if mood == CALM else Mood(mood, raising(heard) or _weightiest(model, mood, message))


def is_plain(label: str) -> bool:
    """Whether a meaning is a plain wish."""
    return label not in ANY_MOOD and not label.startswith("complain_")


def _plain(message: Message) -> float:
    """How probable it is that a message is a plain wish, from 0 to 1."""
    return sum(one["confidence"] for one in message.get(INTENT_RANKING_KEY) or () if is_plain(one["name"]))


def _heard(message: Message) -> Heard:
    return hear(normalised(message).original)


def _weightiest(model: LabelModel, mood: str, message: Message) -> tuple[str, ...]:
    """The customer's words that speak most for a mood and against calm."""
    raised, calm = model.labels.index(mood), model.labels.index(CALM)
    normal, found = normalised(message), []
    for token in message.get(TOKENS_NAMES[TEXT]) or []:
        row = model.vocabulary.get(f"{WORD}{token.text.lower()}")
        margin = 0.0 if row is None else float(model.idf[row] * (model.weights[row, raised] - model.weights[row, calm]))
        if len(token.text) > 1 and margin > 0:
            start, end = normal.original_span(token.start, token.end)
            found.append((margin, normal.original[start:end]))
    return tuple(dict.fromkeys(word for _, word in sorted(found, reverse=True)[:MOST_WORDS]))


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class MoodClassifier(IntentClassifier, GraphComponent):
    """Writes `{"mood", "basis"}` into every message; it gives no intent."""

    @classmethod
    def required_components(cls) -> list[type]:
        """Words come from a tokenizer that runs before."""
        return [Tokenizer]

    @staticmethod
    def required_packages() -> list[str]:
        """Names as Rasa checks them at start."""
        return ["sklearn", "scipy"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The limits are described in `Limits`."""
        return {"angry": 0.14, "angry_at_all": 0.1, "annoyed": 0.2}

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """The sentences are not among Rasa's training data: its cache has to know them."""
        return hashlib.sha256(SENTENCES.read_bytes()).hexdigest()

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource) -> None:
        self._limits = Limits(float(config["angry"]), float(config["angry_at_all"]), float(config["annoyed"]))
        self._storage = storage
        self._resource = resource
        self._model: LabelModel | None = None

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> MoodClassifier:
        """Create a component that has yet to be trained; Rasa has merged the default config in."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> MoodClassifier:
        """Load what `train` stored; a model without it is broken and raises."""
        component = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            component._model = LabelModel.load(folder)
        return component

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from the mood sentences and from as many plain wishes, and store the model."""
        texts, moods = zip(*read_sentences(SENTENCES), strict=True)
        wishes = plain_wishes(training_data.intent_examples, len(texts))
        self._model = learn([*messages_of(texts), *wishes], [*moods, *(CALM for _ in wishes)])
        with self._storage.write_to(self._resource) as folder:
            self._model.save(folder)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Write the mood into the messages."""
        if self._model is None:
            raise RuntimeError("the mood is asked for before it was learned")
        for message in messages:
            message.set(MOOD, judge(self._model, self._limits, message).as_dict(), add_to_output=True)
        return messages
