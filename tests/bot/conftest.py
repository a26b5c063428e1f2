"""Tests of what runs inside Rasa. They need Rasa's environment; a test run of the main one passes them by."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

if sys.version_info >= (3, 11):
    collect_ignore_glob = ["*"]

# Read by Rasa when it is imported, which the fixtures do.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
os.environ.setdefault("RASA_MAX_CACHE_SIZE", "0")

HERE = Path(__file__).parent
TINY = HERE / "tiny"
ROOT = HERE.parent.parent
#: With thirty sentences every feature counts and probabilities are flatter.
FOR_FEW_EXAMPLES = {"min_count": 1, "unsure": 0.3, "refuse": 0.3}

Asked = dict[str, Any]
Answered = dict[str, Any]


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of a few intents (tests/bot/tiny), trained in seconds with the pipeline and policies of config.yml."""
    import ruamel.yaml
    from rasa.model_training import train

    folder = tmp_path_factory.mktemp("tiny")
    yaml = ruamel.yaml.YAML(typ="safe")
    config = yaml.load(ROOT / "config.yml")
    for component in config["pipeline"]:
        if component["name"].endswith("FreightIntentClassifier"):
            component.update(FOR_FEW_EXAMPLES)
    yaml.dump(config, folder / "config.yml")
    trained = train(
        domain=str(TINY / "domain.yml"),
        config=str(folder / "config.yml"),
        training_files=[str(TINY / "nlu.yml"), str(TINY / "rules.yml")],
        output=str(folder),
        fixed_model_name="tiny",
        force_training=True,
    )
    assert trained.model is not None
    return Path(trained.model)


class FakeActions:
    """An action server on loopback: `answers` maps an action to its answer, `asked` keeps what it was sent."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.answers: dict[str, Callable[[Asked], Awaitable[Any]]] = {}
        self.url = ""

    def says(self, action: str, answer: dict[str, Any], after_s: float = 0.0) -> None:
        """Let an action answer {"events", "responses"}, `after_s` seconds late."""

        async def respond(asked: Asked) -> Any:
            from aiohttp import web

            await asyncio.sleep(after_s)
            return web.json_response(answer)

        self.answers[action] = respond

    def fails(self, action: str, status: int = 500, body: str = "broken") -> None:
        """Let an action answer an error status, or something that is not an action's answer."""

        async def respond(asked: Asked) -> Any:
            from aiohttp import web

            return web.Response(status=status, text=body)

        self.answers[action] = respond

    async def receive(self, request: Any) -> Any:
        """Handle one call of Rasa's."""
        asked = await request.json()
        self.asked.append(asked)
        return await self.answers[asked["next_action"]](asked)


@pytest.fixture
async def actions() -> AsyncIterator[FakeActions]:
    """A running fake action server."""
    from aiohttp import web

    fake = FakeActions()
    app = web.Application()
    app.router.add_post("/webhook", fake.receive)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = site._server.sockets[0].getsockname()[1]
    fake.url = f"http://127.0.0.1:{port}/webhook"
    yield fake
    await runner.cleanup()


@pytest.fixture
def agent(tiny_model: Path, actions: FakeActions) -> Any:
    """Rasa's agent with the tiny model, calling the fake actions."""
    from rasa.core.agent import Agent
    from rasa.utils.endpoints import EndpointConfig

    return Agent.load(tiny_model, action_endpoint=EndpointConfig(actions.url, enable_selective_domain=True))
