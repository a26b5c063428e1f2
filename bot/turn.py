"""One turn of a conversation inside Rasa, as a function of what was said and what is remembered.

Rasa's own loop (`MessageProcessor.handle_message`) keeps a tracker per conversation for ever, replays all of it on every
action, and goes on in silence when an action fails. Here the tracker is built from the little that the app remembers,
the same model, policies and actions are asked through Rasa's public methods, and a failure ends the turn and is told.
Reminders are not scheduled: promises to customers live in the app's database, not in this process.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from jsonschema import ValidationError
from rasa.core.actions.action import Action, ActionExecutionRejection
from rasa.core.agent import Agent
from rasa.core.channels.channel import OutputChannel
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.processor import MessageProcessor
from rasa.exceptions import ActionLimitReached
from rasa.shared.core.constants import (
    ACTION_LISTEN_NAME,
    ACTION_SESSION_START_NAME,
    REQUESTED_SLOT,
    SESSION_START_METADATA_SLOT,
)
from rasa.shared.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    BotUttered,
    Event,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.exceptions import RasaException

from bot.nlu.context import choice, intent_in_context
from bot.nlu.doubt import RETRIEVAL_SEPARATOR
from bot.nlu.intent_classifier import MEANING, response_selector
from bot.nlu.parts import ALSO
from bot.nlu.understanding import present, understand

logger = logging.getLogger(__name__)

#: Turns remembered: one more than the policies look back (`max_history` in config.yml).
RECENT_TURNS = 4
#: Slots of Rasa's own that say nothing about the conversation.
NOT_REMEMBERED = (REQUESTED_SLOT, SESSION_START_METADATA_SLOT)
#: The app sends one turn of a conversation at a time, so a wait is rare; Rasa's own step of a second would be felt.
LOCK_POLL_S = 0.02

ACTION_FAILED = "action_failed"
TOO_SLOW = "too_slow"

#: What a custom action's call can end in: refused or broken connection, error status, an answer that is not one.
#: Anything else is a defect of ours and is not to be mistaken for a failing action.
ACTION_ERRORS = (
    RasaException,
    ValidationError,
    aiohttp.ClientError,
    asyncio.TimeoutError,
    ValueError,
    KeyError,
    TypeError,
)

_PAYLOAD = re.compile(r"/(?P<intent>[^\s{@]+)(?P<entities>\{.*\})?", re.DOTALL)


class BadPayload(ValueError):
    """A payload is not "/intent" or "/intent{json object}", or names an intent that the model does not have."""


@dataclass(frozen=True)
class PastTurn:
    """A turn as the policies need to know it. `by_rule` turns are hidden from policies that learn from stories."""

    intent: str
    actions: list[str]
    by_rule: bool = False

    def as_dict(self) -> dict[str, Any]:
        """The shape kept in `memory.recent`."""
        return {"intent": self.intent, "actions": self.actions, "by_rule": self.by_rule}


@dataclass(frozen=True)
class Memory:
    """What the app keeps of a conversation between turns; empty at its beginning."""

    slots: dict[str, Any] = field(default_factory=dict)
    recent: list[PastTurn] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """The shape of `memory` in requests and answers."""
        return {"slots": self.slots, "recent": [turn.as_dict() for turn in self.recent]}


@dataclass(frozen=True)
class TurnRequest:
    """What was said: `payload` where a button was pressed (it counts then, not the text), else `text`."""

    conversation: str
    turn: str
    text: str
    payload: str | None
    memory: Memory
    files: list[dict[str, str]] = field(default_factory=list)
    """What came with the words: opaque ids and media types."""
    answered_by: list[str] = field(default_factory=list)
    """Codes of the staff who answered this customer lately."""


class Collected(OutputChannel):
    """Keeps what the bot says, one entry an utterance: text, buttons, image, custom (Rasa's collector splits them)."""

    KEPT = ("text", "buttons", "image", "custom")

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []

    @classmethod
    def name(cls) -> str:
        """The name under which channel-specific responses can be written in the domain."""
        return "desk"

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Keep one utterance; an empty one is dropped."""
        kept = {key: message[key] for key in self.KEPT if message.get(key)}
        if kept:
            self.messages.append(kept)


class Turn:
    """Runs one turn; what was reached stays readable when it has to be broken off."""

    def __init__(self, processor: MessageProcessor, request: TurnRequest) -> None:
        self._processor = processor
        self._request = request
        self._output = Collected()
        self._tracker = rebuilt(processor, request)
        self._parsed: dict[str, Any] | None = None
        self._past: list[PastTurn] = []
        self._actions: list[str] = []
        self._by_rule = False
        self._intent = ""

    async def run(self) -> str | None:
        """Understand, then act until the bot listens again; returns what went wrong, if anything did."""
        request = self._request
        self._parsed = await self._understood()
        self._intent = self._parsed["intent"]["name"]
        self._tracker.update(self._said(self._parsed), self._processor.domain)
        # Does nothing for slots with custom mappings only, but keeps a domain with Rasa's own mappings working.
        await self._processor.run_action_extract_slots(self._output, self._tracker)
        while True:
            try:
                action, prediction = self._processor.predict_next_with_tracker_if_should(self._tracker)
            except ActionLimitReached:
                logger.error("Conversation %s: the actions %s did not end.", request.conversation, self._actions)
                return ACTION_FAILED
            try:
                events = await action.run(self._output, self._processor.nlg, self._tracker, self._processor.domain)
            except ActionExecutionRejection:
                self._tracker.update(ActionExecutionRejected(action.name(), prediction.policy_name))
                continue
            except ACTION_ERRORS as error:
                # No traceback: the text of Rasa's error holds the whole conversation.
                logger.error("Conversation %s: %s failed (%s).", request.conversation, action.name(), _kind(error))
                return ACTION_FAILED
            await self._take(action, prediction, events)
            if action.name() == ACTION_LISTEN_NAME:
                return None

    async def _understood(self) -> dict[str, Any]:
        """What was said or pressed, in view of what was said before."""
        request, intents = self._request, self._processor.domain.intents
        if request.payload is not None:
            return pressed(request.payload, intents)
        slots = request.memory.slots
        chosen = choice(request.text, slots.get("offered") or (), slots.get("asked"))
        if chosen is not None:
            return {**pressed(chosen, intents), "text": request.text}
        parsed = await understand(self._processor, request.text)
        before = request.memory.recent[-1].intent if request.memory.recent else None
        meant = None if ALSO in parsed else intent_in_context(request.text, parsed["entities"], slots, before)
        return parsed if meant is None or meant not in intents else as_meant(parsed, meant)

    def answer(self, error: str | None) -> dict[str, Any]:
        """The answer to the app, as far as the turn came."""
        answer: dict[str, Any] = {"messages": self._output.messages, "memory": self._remembered().as_dict()}
        if self._parsed is not None:
            answer["parse"] = present(self._parsed, self._request.text)
        if error is not None:
            answer["error"] = error
        return answer

    def _said(self, parsed: dict[str, Any]) -> UserUttered:
        return UserUttered(
            parsed["text"],
            parsed["intent"],
            parsed["entities"],
            parsed,
            input_channel=Collected.name(),
            message_id=self._request.turn,
            # A pressed button's text is its payload: actions that record the customer's words need its title.
            metadata={
                "turn": self._request.turn,
                "said": self._request.text,
                "files": self._request.files,
                "answered_by": self._request.answered_by,
            },
        )

    async def _take(self, action: Action, prediction: PolicyPrediction, events: list[Event]) -> None:
        """Enter an action and its events into the tracker as Rasa does, and collect what it says."""
        domain = self._processor.domain
        self._tracker.update_with_events(prediction.events, domain)
        self._tracker.update(action.event_for_successful_execution(prediction), domain)
        self._tracker.update_with_events(events, domain)
        if action.name() != ACTION_LISTEN_NAME:
            self._actions.append(action.name())
            self._by_rule = bool(prediction.hide_rule_turn)
        for event in events:
            if isinstance(event, BotUttered):
                await self._output.send_response(self._request.conversation, event.message())
            elif isinstance(event, UserUttered):
                # Another wish of the customer follows as a message of its own.
                self._past.append(self._done())
                self._intent, self._actions, self._by_rule = str(event.intent_name), [], False

    def _done(self) -> PastTurn:
        return PastTurn(self._intent, self._actions, self._by_rule)

    def _remembered(self) -> Memory:
        slots = {
            name: value
            for name, value in self._tracker.current_slot_values().items()
            if value is not None and name not in NOT_REMEMBERED
        }
        recent = list(self._request.memory.recent)
        if self._parsed is not None:
            recent += [*self._past, self._done()]
        return Memory(slots, recent[-RECENT_TURNS:])


async def take_turn(agent: Agent, request: TurnRequest, within_s: float) -> dict[str, Any]:
    """Run one turn, one at a time in a conversation; after `within_s` seconds it is broken off and says so.

    Raises BadPayload. The agent must be ready.
    """
    turn = Turn(agent.processor, request)

    async def in_order() -> str | None:
        async with agent.lock_store.lock(request.conversation, wait_time_in_seconds=LOCK_POLL_S):
            return await turn.run()

    try:
        error = await asyncio.wait_for(in_order(), within_s)
    except asyncio.TimeoutError:
        logger.error("Conversation %s: broken off after %.1f s.", request.conversation, within_s)
        error = TOO_SLOW
    return turn.answer(error)


def rebuilt(processor: MessageProcessor, request: TurnRequest) -> DialogueStateTracker:
    """A tracker as it would stand after the remembered turns; slots the model does not have are ignored."""
    domain = processor.domain
    tracker = DialogueStateTracker(request.conversation, domain.slots)
    tracker.model_id = processor.model_metadata.model_id
    tracker.assistant_id = processor.model_metadata.assistant_id
    past: list[Event] = [
        ActionExecuted(ACTION_SESSION_START_NAME),
        SessionStarted(),
        ActionExecuted(ACTION_LISTEN_NAME),
    ]
    past += [SlotSet(name, value) for name, value in request.memory.slots.items() if name in tracker.slots]
    for turn in request.memory.recent[-RECENT_TURNS:]:
        past.append(UserUttered(intent={"name": turn.intent, "confidence": 1.0}))
        actions = [name for name in turn.actions if name in domain.action_names_or_texts]
        past += [ActionExecuted(name, hide_rule_turn=turn.by_rule) for name in [*actions, ACTION_LISTEN_NAME]]
    tracker.update_with_events(past, domain)
    return tracker


def pressed(payload: str, intents: list[str]) -> dict[str, Any]:
    """Parse data of a pressed button; raises BadPayload."""
    match = _PAYLOAD.fullmatch(payload.strip())
    if match is None:
        raise BadPayload('a payload is "/intent" or "/intent{json object}"')
    label = match["intent"]
    intent = label.split(RETRIEVAL_SEPARATOR)[0]
    if intent not in intents:
        raise BadPayload(f"the model has no intent {intent!r}")
    parsed: dict[str, Any] = {
        "text": payload,
        "intent": {"name": intent, "confidence": 1.0},
        "intent_ranking": [{"name": label, "confidence": 1.0}],
        "entities": _entities(match["entities"]),
        MEANING: {"name": label, "confidence": 1.0, "unsure": False},
    }
    if label != intent:
        parsed["response_selector"] = response_selector(label, 1.0)
    return parsed


def as_meant(parsed: dict[str, Any], intent: str) -> dict[str, Any]:
    """Parse data with the intent that follows from the context; what the words mean by themselves stays in the ranking."""
    sure = {"name": intent, "confidence": 1.0}
    return {**parsed, "intent": sure, "response_selector": {}, MEANING: {**sure, "unsure": False}}


def _entities(written: str | None) -> list[dict[str, Any]]:
    try:
        values = json.loads(written) if written else {}
    except ValueError as error:
        raise BadPayload("the entities of the payload are not JSON") from error
    return [{"entity": name, "value": value, "extractor": "payload"} for name, value in values.items()]


def _kind(error: BaseException) -> str:
    cause = error.__cause__ or error.__context__
    return type(error).__name__ + (f" from {type(cause).__name__}" if cause else "")
