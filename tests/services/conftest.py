"""Two app processes on one PostgreSQL, joined by Redis: each with its own pool, queue, relay, socket server and port."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import pytest
import socketio
import uvicorn

from app.bootstrap import Container, build
from app.main import create_app
from settings import Settings
from tests import postgresql
from tests.fakes import EchoBot

REDIS = "redis://127.0.0.1:6379/0"
ENOUGH = 20
"""Seconds that nothing takes, even when all tests of the machine run beside it."""


@pytest.fixture
def postgres(postgresql_url: str) -> str:
    """An empty PostgreSQL database with every table."""
    postgresql.run_apart(postgresql.empty_tables(postgresql_url))
    return postgresql_url


@dataclass
class App:
    """One app process."""

    parts: Container
    bot: EchoBot
    address: str


@pytest.fixture
async def apps(postgres: str, tmp_path: Path) -> AsyncIterator[list[App]]:
    """Two of them."""
    settings = Settings(
        data_dir=tmp_path, database_url=postgres, redis_url=REDIS, burst_quiet=0.05, log_level="WARNING"
    )
    async with _serving(settings) as first, _serving(settings) as second:
        yield [first, second]


@asynccontextmanager
async def _serving(settings: Settings) -> AsyncIterator[App]:
    bot = EchoBot()
    parts = build(settings, bot=bot)
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    config = uvicorn.Config(create_app(container=parts), log_config=None, timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    await _until(lambda: server.started)
    yield App(parts, bot, f"http://127.0.0.1:{listener.getsockname()[1]}")
    server.should_exit = True
    await serving
    await _stop_listening(parts.socket_server.manager)
    listener.close()


async def _until(true: Callable[[], bool]) -> None:
    while not true():  # noqa: ASYNC110 (neither uvicorn nor the client says when)
        await asyncio.sleep(0.02)


async def _stop_listening(manager: socketio.AsyncRedisManager) -> None:
    """The library listens to Redis until the process ends; here that would outlive the loop."""
    # Made by the first connection; a test may have had none.
    listening: asyncio.Task[None] | None = getattr(manager, "thread", None)
    if listening is not None:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
    if manager.redis is not None:
        await manager.pubsub.aclose()
        await manager.redis.aclose()


@dataclass
class Window:
    """A web client: a browser's window on the chat."""

    client: socketio.AsyncClient
    token: str = ""
    heard: list[dict[str, Any]] = field(default_factory=list)
    typing: int = 0

    async def say(self, text: str) -> dict[str, Any]:
        """Sends a message and returns its acknowledgement."""
        acknowledged: dict[str, Any] = await self.client.call("user_uttered", {"message": text}, timeout=ENOUGH)
        return acknowledged

    @property
    def texts(self) -> list[str]:
        """What was said to the customer, in the order in which it came."""
        return [message["text"] for message in self.heard]

    async def hears(self, text: str, within: float = ENOUGH) -> None:
        """Waits for a message; raises TimeoutError."""
        async with asyncio.timeout(within):
            await _until(lambda: text in self.texts)

    async def confirm(self) -> Self:
        """Sends the receipt for everything heard."""
        await self.client.emit("receipt", {"seq": max(message["seq"] for message in self.heard)})
        return self


OpenWindow = Callable[..., Any]


@pytest.fixture
async def open_window() -> AsyncIterator[OpenWindow]:
    """Opens windows: `await open_window(app, token=…, receipts=…)`; closes them at the end."""
    opened: list[Window] = []

    async def open_one(app: App, token: str | None = None, *, receipts: bool = False) -> Window:
        client = socketio.AsyncClient(reconnection=False)
        window = Window(client)
        confirmed: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        client.on("session_confirm", confirmed.set_result)
        client.on("bot_uttered", window.heard.append)

        async def typing(_data: Any) -> None:
            window.typing += 1

        client.on("typing", typing)
        await client.connect(app.address, wait_timeout=ENOUGH)
        await client.emit("session_request", {"session_id": token, "receipts": receipts})
        window.token = await asyncio.wait_for(confirmed, ENOUGH)
        opened.append(window)
        return window

    yield open_one
    for window in opened:
        await window.client.disconnect()
