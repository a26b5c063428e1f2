"""Stand-ins at the edges: a bot that answers as told, a channel that records what it sends."""

import asyncio
from collections.abc import Awaitable, Callable

from conversations.agents import Answer, Saying, TurnInput
from conversations.errors import BotFailed
from conversations.outbox import NotReachable, Outgoing, Sent, TryAgain


class EchoBot:
    """Says what was said to it, and remembers how often it was asked."""

    def __init__(self) -> None:
        self.turns: list[TurnInput] = []

    async def answer(self, turn: TurnInput) -> Answer:
        """The customer's words, and a memory that counts."""
        self.turns.append(turn)
        await asyncio.sleep(0)
        count = int(turn.memory.get("count", 0)) + 1
        return Answer((Saying(f"收到：{turn.text}"),), parse={"text": turn.text}, memory={"count": count})


class ScriptedBot:
    """Answers with a function."""

    def __init__(self, script: Callable[[TurnInput], Awaitable[Answer]]) -> None:
        self._script = script

    async def answer(self, turn: TurnInput) -> Answer:
        """What the script says."""
        return await self._script(turn)


class DeadBot:
    """Fails each time."""

    async def answer(self, turn: TurnInput) -> Answer:
        """Raises BotFailed."""
        del turn
        raise BotFailed("dead")


class RecordingChannel:
    """Sends into a list; can be told to be away or to fail."""

    def __init__(self, name: str = "test") -> None:
        self.name = name
        self.sent: list[Outgoing] = []
        self.away = False
        self.failures = 0

    async def send(self, message: Outgoing) -> Sent:
        """Records the message unless away or failing."""
        if self.away:
            raise NotReachable
        if self.failures:
            self.failures -= 1
            raise TryAgain("told to fail")
        self.sent.append(message)
        return Sent.CONFIRMED
