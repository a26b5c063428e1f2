"""The bot: one private HTTP call per turn, with a deadline. Rasa gets text and an opaque id, never a customer."""

import asyncio
from collections.abc import Iterator
from typing import Any

import httpx

from conversations.agents import Answer, Choice, Handoff, Saying, TurnInput
from conversations.errors import BotFailed

TURN_PATH = "/webhooks/desk/turn"


class RasaAgent:
    """Asks Rasa through the desk's own channel in it (`bot/channel.py`)."""

    def __init__(self, client: httpx.AsyncClient, url: str, deadline: float) -> None:
        """`url`: base URL of Rasa. `deadline`: seconds for the whole call; then the bot has failed."""
        self._client = client
        self._url = url + TURN_PATH
        self._deadline = deadline

    async def answer(self, turn: TurnInput) -> Answer:
        """Rasa's answer. Raises BotFailed on errors, empty answers, and after the deadline."""
        body = {
            "conversation": str(turn.conversation_id),
            "turn": str(turn.turn_id),
            "text": turn.text,
            "payload": turn.payload,
            "memory": turn.memory,
            "files": turn.details.get("files", []),
            "answered_by": turn.details.get("answered_by", []),
        }
        try:
            async with asyncio.timeout(self._deadline):
                response = await self._client.post(self._url, json=body)
        except TimeoutError:
            raise BotFailed("deadline") from None
        except httpx.HTTPError as error:
            raise BotFailed(f"unreachable: {type(error).__name__}") from error
        if response.status_code != httpx.codes.OK:
            raise BotFailed(f"status {response.status_code}")
        try:
            return read_answer(response.json())
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise BotFailed(f"unreadable answer: {type(error).__name__}") from error


def read_answer(body: dict[str, Any]) -> Answer:
    """The channel's JSON -> Answer. Raises BotFailed when it reports an error or says nothing, KeyError etc. when malformed."""
    if body.get("error"):
        raise BotFailed(str(body["error"])[:200])
    sayings: list[Saying] = []
    handoff: Handoff | None = None
    for message in body["messages"]:
        custom = message.get("custom") or {}
        if "failed" in custom:
            raise BotFailed(f"action {custom['failed']}"[:200])
        if "handoff" in custom:
            wish = custom["handoff"]
            handoff = Handoff(str(wish["reason"]), int(wish.get("priority", 0)), dict(wish.get("summary", {})))
        saying = _saying(message, {key: value for key, value in custom.items() if key != "handoff"})
        if saying.text or saying.image or saying.card:
            sayings.append(saying)
    if not sayings and handoff is None:
        raise BotFailed("empty answer")
    return Answer(tuple(_joined(sayings)), body["parse"], body["memory"], handoff)


def _joined(sayings: list[Saying]) -> Iterator[Saying]:
    """Texts that follow each other as one bubble: people read one message, and channels count them."""
    waiting: Saying | None = None
    for saying in sayings:
        if waiting is not None and _plain(waiting) and _plain(saying):
            waiting = Saying(f"{waiting.text}\n{saying.text}", waiting.choices + saying.choices)
            continue
        if waiting is not None:
            yield waiting
        waiting = saying
    if waiting is not None:
        yield waiting


def _plain(saying: Saying) -> bool:
    return bool(saying.text) and not saying.image and not saying.card


def _saying(message: dict[str, Any], card: dict[str, Any]) -> Saying:
    choices = tuple(Choice(str(b["title"]), str(b["payload"])) for b in message.get("buttons") or ())
    return Saying(str(message.get("text") or ""), choices, str(message.get("image") or ""), card)
