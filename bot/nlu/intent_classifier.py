"""One classifier over all labels, retrieval intents included, as a Rasa component.

Rasa's usual way is two models (an intent classifier, then a response selector among the answers of `faq`) and a third
component for doubt. One model over the full labels needs one decision: `faq/insurance` competes with `ask_claim`
directly, and the response selector's output is only written in its shape so that `utter_faq` works unchanged.
"""

from __future__ import annotations

import logging
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, INTENT_RESPONSE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu import encoder, refusal
from bot.nlu.doubt import RETRIEVAL_SEPARATOR, Meaning, Thresholds, weigh
from bot.nlu.features import features
from bot.nlu.label_model import Floats, LabelModel, Training, train
from bot.nlu.parts import ALSO, as_said, meaning_with, wishes_in
from bot.nlu.refusal import Refusal
from bot.nlu.wishes import Wish, main_of

logger = logging.getLogger(__name__)

#: Output property holding {"name", "confidence", "unsure"}: the full label, which `intent` cannot hold in Rasa. In a
#: message of several wishes also {"start", "end"}: where the words of this one stand.
MEANING = "meaning"
RESPONSE_SELECTOR = "response_selector"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class FreightIntentClassifier(IntentClassifier, GraphComponent):
    """A linear model over characters, words and the whole sentence, with two thresholds of doubt (see `bot.nlu.doubt`)."""

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
        """`unsure` and `refuse` are probabilities; the rest is described in `bot.nlu.label_model.Training`."""
        return {
            "unsure": 0.45,
            "refuse": 0.25,
            "ranking_length": 5,
            "strength": Training.strength,
            "min_count": Training.min_count,
            "vector_share": Training.vector_share,
            "balance": 1.0,
            "random_seed": Training.seed,
        }

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource) -> None:
        """Raises ValueError if the thresholds are out of order."""
        self._config = config
        self._thresholds = Thresholds(float(config["unsure"]), float(config["refuse"]))
        self._storage = storage
        self._resource = resource
        self._model: LabelModel | None = None
        self._refusal: Refusal | None = None

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> FreightIntentClassifier:
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
    ) -> FreightIntentClassifier:
        """Load what `train` stored; a model without it is broken and raises, rather than answering at random."""
        component = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            component._model = LabelModel.load(folder)
            component._refusal = Refusal.load(folder)
        return component

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from every example that has a text and an intent, and store the model."""
        examples = [example for example in training_data.intent_examples if example.get(TEXT) and example.get(INTENT)]
        how = Training(
            strength=float(self._config["strength"]),
            min_count=int(self._config["min_count"]),
            vector_share=float(self._config["vector_share"]),
            balance=float(self._config["balance"]),
            seed=int(self._config["random_seed"]),
        )
        labels = [full_label(example) for example in examples]
        bags, vectors = [features(example) for example in examples], encoder.encode([e.get(TEXT) for e in examples])
        self._model = train(bags, vectors, labels, how)
        self._refusal = refusal.learn(bags, vectors, labels, how, self._model.sharpness)
        logger.info("Learned %d labels from %d examples.", len(self._model.labels), len(examples))
        with self._storage.write_to(self._resource) as folder:
            self._model.save(folder)
            if self._refusal is not None:
                self._refusal.save(folder)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Write intent, ranking and meaning into the messages, and what else they want."""
        model, length = self._trained(), int(self._config["ranking_length"])
        for message in messages:
            meaning = weigh(model.labels, self._probabilities(message), self._thresholds, length)
            wishes = wishes_in(message, model.labels, self._probabilities)
            main = main_of(wishes, meaning.name) if wishes else None
            write_meaning(message, meaning if main is None else meaning_with(main, meaning))
            if main is not None:
                write_wishes(message, main, [wish for wish in wishes if wish is not main])
        return messages

    def _trained(self) -> LabelModel:
        if self._model is None:
            raise RuntimeError("the intent classifier is asked before it was trained")
        return self._model

    def _probabilities(self, message: Message) -> Floats:
        vector = encoder.encode_one(message.get(TEXT) or "")
        return refusal.probabilities(self._trained(), self._refusal, features(message), vector)


def write_meaning(message: Message, meaning: Meaning) -> None:
    """Write a meaning where Rasa's policies and `utter_faq` look for it, and where our parse output does."""
    intent = {"name": meaning.intent, "confidence": meaning.confidence}
    full = {"name": meaning.name, "confidence": meaning.confidence, "unsure": meaning.unsure}
    message.set(INTENT, intent, add_to_output=True)
    message.set(INTENT_RANKING_KEY, meaning.ranking, add_to_output=True)
    message.set(MEANING, full, add_to_output=True)
    if RETRIEVAL_SEPARATOR in meaning.name:
        message.set(RESPONSE_SELECTOR, response_selector(meaning.name, meaning.confidence), add_to_output=True)


def write_wishes(message: Message, main: Wish, others: list[Wish]) -> None:
    """Write where the main wish of several stands, and the others; the message has its meaning already."""
    said = as_said(message, main)
    message.set(MEANING, {**message.get(MEANING), "start": said["start"], "end": said["end"]}, add_to_output=True)
    message.set(ALSO, [as_said(message, wish) for wish in others], add_to_output=True)


def response_selector(label: str, confidence: float) -> dict[str, Any]:
    """Return what Rasa's ResponseSelector would for a full retrieval label such as `faq/insurance`.

    `responses` stays empty: `utter_faq` looks them up in the domain by `utter_action`, and the tracker stays small.
    """
    intent = label.split(RETRIEVAL_SEPARATOR, maxsplit=1)[0]
    chosen = {
        "responses": [],
        "confidence": confidence,
        "intent_response_key": label,
        "utter_action": f"utter_{label}",
    }
    return {"all_retrieval_intents": [intent], intent: {"response": chosen, "ranking": []}}


def full_label(example: Message) -> str:
    """The full label: Rasa splits `faq/x` into the intent and this key when it reads training data."""
    return str(example.get(INTENT_RESPONSE_KEY) or example.get(INTENT))
