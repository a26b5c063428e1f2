"""Bot and person are two answers to one small question: what do we say to this turn?"""

from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID

from database.base import JsonObject


@dataclass(frozen=True, slots=True)
class Choice:
    """A button: what the customer reads, and what it means (Rasa's `/intent{json}`; never sent out)."""

    title: str
    payload: str


@dataclass(frozen=True, slots=True)
class Saying:
    """One message to the customer. Empty `text` only with an image."""

    text: str = ""
    choices: tuple[Choice, ...] = ()
    image: str = ""
    card: JsonObject = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Handoff:
    """The bot asks for a person. `summary` becomes the head of the case packet."""

    reason: str
    priority: int = 0
    summary: JsonObject = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """What one turn leads to. No sayings: nothing is said now (a person will answer)."""

    sayings: tuple[Saying, ...] = ()
    parse: JsonObject | None = None
    memory: JsonObject | None = None
    """What to remember from now on; None: memory stays as it is."""
    handoff: Handoff | None = None
    resume: bool = False
    """The customer would rather go on with the bot than wait for a person."""


@dataclass(frozen=True, slots=True)
class TurnInput:
    """One turn as an agent gets it: several lines of the customer are joined by line breaks."""

    conversation_id: UUID
    turn_id: UUID
    text: str
    payload: str | None
    """What a pressed button means; None: the customer typed."""
    memory: JsonObject
    details: dict[str, Any] = field(default_factory=dict)
    """`files`: what came with the lines, [{"id", "media_type"}]; missing or []: nothing."""


class Agent(Protocol):
    """Whoever answers."""

    async def answer(self, turn: TurnInput) -> Answer:
        """The answer to one turn. Raises BotFailed when there is none to be had."""
        ...
