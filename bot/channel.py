"""The channel over which the app asks Rasa: POST /webhooks/desk/turn and GET /webhooks/desk/health.

Private: it knows no customer and checks no password, so Rasa must listen on loopback or a private network only.
"""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.nlu.understanding import understand
from bot.turn import BadPayload, Memory, PastTurn, TurnRequest, take_turn

logger = logging.getLogger(__name__)

#: Bytes of one request: a long message and a full memory stay far below.
LARGEST_BODY = 256 * 1024
#: Seconds for one turn, below the time after which the app apologises by itself (WENHUO_BOT_DEADLINE, 3.5).
ANSWER_WITHIN_S = 3.0
WARM_UP = "你好，上海到汉堡3个高柜多少钱"


class BadRequest(ValueError):
    """The body is not a turn as docs/rasa.md describes it; the message tells the caller why."""


class TooLarge(BadRequest):
    """The body is larger than LARGEST_BODY."""


class DeskChannel(InputChannel):
    """The app's way in. Configured in credentials.yml; `answer_within_s` bounds one turn."""

    def __init__(self, answer_within_s: float = ANSWER_WITHIN_S) -> None:
        self.answer_within_s = answer_within_s

    @classmethod
    def name(cls) -> str:
        """The part of the route after /webhooks."""
        return "desk"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> DeskChannel:
        """Build it from its part of credentials.yml, which may be empty."""
        return cls(float((credentials or {}).get("answer_within_s", ANSWER_WITHIN_S)))

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """Return the routes. `on_new_message` is not used: Rasa's own handler keeps state and hides failures."""
        routes = Blueprint("desk")

        # Read as a stream, so that a body too large is refused before it is in memory.
        @routes.post("/turn", stream=True)
        async def turn(request: Request) -> HTTPResponse:
            return await self._turn(request)

        routes.add_route(_health, "/health", methods=["GET"])
        routes.exception(Exception)(_failed)
        return routes

    async def _turn(self, request: Request) -> HTTPResponse:
        agent = request.app.ctx.agent
        try:
            asked = read_turn(await _body(request))
            if agent is None or not agent.is_ready():
                return _refused("not_ready", "no model is loaded", 503)
            return _json(await take_turn(agent, asked, self.answer_within_s))
        except TooLarge as error:
            return _refused("too_large", str(error), 413)
        except (BadRequest, BadPayload) as error:
            return _refused("bad_request", str(error), 400)


async def _health(request: Request) -> HTTPResponse:
    agent = request.app.ctx.agent
    ready = agent is not None and agent.is_ready()
    if ready and not getattr(request.app.ctx, "warm", False):
        # The first message takes a second longer than the next (dictionaries are read): not a customer's.
        await understand(agent.processor, WARM_UP)
        request.app.ctx.warm = True
    return _json({"ready": ready, "model": agent.model_id if ready else None})


async def _failed(request: Request, error: Exception) -> HTTPResponse:
    """A defect of ours: logged here in full, told to the app without a word of it."""
    logger.error("A turn failed.", exc_info=error)
    return _refused("internal", "see Rasa's log", 500)


async def _body(request: Request) -> bytes:
    body = b""
    while request.stream is not None and (chunk := await request.stream.read()) is not None:
        body += chunk
        if len(body) > LARGEST_BODY:
            raise TooLarge(f"more than {LARGEST_BODY} bytes")
    return body


def read_turn(body: bytes) -> TurnRequest:
    """Read and check a request; raises BadRequest with the reason."""
    try:
        asked = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadRequest("the body is not JSON") from error
    if not isinstance(asked, dict):
        raise BadRequest("the body is not a JSON object")
    return TurnRequest(
        conversation=_id(asked, "conversation"),
        turn=_id(asked, "turn"),
        text=_of(asked, "text", str),
        payload=_of(asked, "payload", str) if asked.get("payload") is not None else None,
        memory=_memory(asked.get("memory")),
        files=[_file(file) for file in _of(asked, "files", list)] if asked.get("files") is not None else [],
        answered_by=[str(one) for one in asked.get("answered_by") or ()],
    )


def _memory(memory: object) -> Memory:
    """Nothing remembered (null, {}) is the beginning of a conversation."""
    if memory is None or memory == {}:
        return Memory()
    if not isinstance(memory, dict):
        raise BadRequest("memory is not an object")
    return Memory(_of(memory, "slots", dict), [_past(turn) for turn in _of(memory, "recent", list)])


def _file(file: object) -> dict[str, str]:
    if not isinstance(file, dict):
        raise BadRequest("files holds something that is not an object")
    return {"id": _id(file, "id"), "media_type": _of(file, "media_type", str)}


def _past(turn: object) -> PastTurn:
    if not isinstance(turn, dict):
        raise BadRequest("memory.recent holds something that is not an object")
    actions: list[Any] = _of(turn, "actions", list)
    if not all(isinstance(action, str) for action in actions):
        raise BadRequest("actions in memory.recent are not all texts")
    return PastTurn(_of(turn, "intent", str), actions, turn.get("by_rule") is True)


def _id(asked: dict[str, Any], key: str) -> str:
    try:
        return str(uuid.UUID(_of(asked, key, str)))
    except ValueError as error:
        raise BadRequest(f"{key} is not a UUID") from error


def _of(asked: dict[str, Any], key: str, kind: type) -> Any:
    value = asked.get(key)
    if not isinstance(value, kind):
        raise BadRequest(f"{key} is missing or not of type {kind.__name__}")
    return value


def _refused(error: str, reason: str, status: int) -> HTTPResponse:
    return _json({"error": error, "reason": reason}, status)


def _json(body: dict[str, Any], status: int = 200) -> HTTPResponse:
    # Python's own writer, ASCII only: half characters that customers' phones send cannot break the encoding.
    return response.json(body, status=status, dumps=json.dumps)
