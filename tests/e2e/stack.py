"""The real desk for tests: Rasa, action server and app as processes on free ports, on a fresh SQLite database.

One stack serves all tests of a run. Every test makes its own people (`person`) and uses its own senders.
"""

import asyncio
import socket
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import Select, create_engine, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

import crm.models  # noqa: F401 (completes the metadata)
from app.launcher.prepare import prepare
from app.launcher.processes import Service
from app.launcher.project import Project
from app.launcher.screen import Screen
from app.launcher.services import services
from app.launcher.training import ensure_model
from conversations.models import Conversation, Message, Turn
from crm.clock import Clock
from database.session import Database
from settings import ROOT, Settings
from tests.e2e.firm import MONDAY, Person, furnish, make_person
from tests.e2e.processes import Processes

QUIET = 0.1
"""Seconds that end a burst in these tests; the real setting only makes them wait."""
WEBHOOK, FETCH = "/webhooks/rest/webhook", "/webhooks/rest/messages"


@dataclass(frozen=True)
class Said:
    """One message to the customer. `buttons`: words -> opaque id."""

    text: str
    author: str
    seq: int
    buttons: Mapping[str, str]


class Stack:
    """The running desk as a customer's program, and as somebody who may read its database."""

    def __init__(self, settings: Settings, processes: Processes, keys: Mapping[str, str]) -> None:
        self.settings = settings
        self.processes = processes
        self.keys = keys
        self.url = f"http://127.0.0.1:{settings.port}"
        self._engine = create_engine(settings.database.replace("+aiosqlite", ""))
        self._clock = Clock(settings.now, settings.now_since)

    # ------------------------------------------------------------ talking

    def post(self, sender: str, words: str, *, key: str = "desk", **metadata: str | None) -> httpx.Response:
        """The bare call of the REST channel."""
        body = {"sender": sender, "message": words, "metadata": {k: v for k, v in metadata.items() if v is not None}}
        return httpx.post(self.url + WEBHOOK, json=body, headers=self.key(key), timeout=20, trust_env=False)

    def say(self, sender: str, words: str, contact: str | None = None) -> list[Said]:
        """Says one message and returns what is answered. `contact`: code of who it is; None: as before, or a stranger."""
        answer = self.post(sender, words, contact=contact)
        assert answer.status_code == httpx.codes.OK, answer.text
        return [_said(message) for message in answer.json()]

    def text(self, sender: str, words: str, contact: str | None = None) -> str:
        """As `say`, everything answered as one text."""
        return "\n".join(one.text for one in self.say(sender, words, contact))

    def fetch(self, sender: str, after: int = 0, *, key: str = "desk") -> list[Said]:
        """What was said later, by bot or person."""
        answer = httpx.get(
            self.url + FETCH,
            params={"sender": sender, "after": after},
            headers=self.key(key),
            timeout=20,
            trust_env=False,
        )
        assert answer.status_code == httpx.codes.OK, answer.text
        return [_said(message) for message in answer.json()]

    def key(self, name: str) -> dict[str, str]:
        """The header of one of the keys."""
        return {"Authorization": f"Bearer {self.keys[name]}"}

    # ------------------------------------------------------------ making and reading

    def person(self, parcels: int = 0) -> Person:
        """A new customer with a contact and this many shipments under way."""
        return self.work(lambda session: make_person(session, self._clock, parcels))

    def work[Result](self, job: Callable[[AsyncSession], Awaitable[Result]]) -> Result:
        """Does something with the database in a transaction of this process."""
        return in_database(self.settings, job)

    def rows[Row](self, query: Select[Row]) -> list[Row]:
        """The rows as they stand now."""
        with Session(self._engine, expire_on_commit=False) as session:
            return list(session.scalars(query))

    def damage(self) -> list[str]:
        """What SQLite finds broken in its file; empty: nothing."""
        with self._engine.connect() as connection:
            return [str(row[0]) for row in connection.execute(text("PRAGMA integrity_check")) if row[0] != "ok"]

    def conversation(self, sender: str, key: str = "e2e") -> Conversation:
        """The newest conversation of a sender."""
        query = select(Conversation).where(Conversation.account == f"{key}:{sender}")
        return self.rows(query.order_by(Conversation.opened_at.desc()))[0]

    def of[Row](self, table: type[Row], sender: str) -> list[Row]:
        """Rows of a table of the crm that were made in the sender's conversation."""
        dialogue: Any = table
        return self.rows(select(table).where(dialogue.dialogue_id == self.conversation(sender).id))

    def log(self, sender: str) -> list[Message]:
        """Both sides in order."""
        conversation_id = self.conversation(sender).id
        return self.rows(select(Message).where(Message.conversation_id == conversation_id).order_by(Message.seq))

    def turns(self, sender: str) -> list[Turn]:
        """The turns in order."""
        conversation_id: UUID = self.conversation(sender).id
        return self.rows(select(Turn).where(Turn.conversation_id == conversation_id).order_by(Turn.first_seq))

    def close(self) -> None:
        """Stops everything. Raises AssertionError when a process is left."""
        self._engine.dispose()
        self.processes.close()


def _said(message: Mapping[str, Any]) -> Said:
    buttons = {button["title"]: button["payload"] for button in message.get("buttons", ())}
    return Said(message["text"], message["author"], message["seq"], buttons)


def in_database[Result](settings: Settings, job: Callable[[AsyncSession], Awaitable[Result]]) -> Result:
    """Runs a job in one transaction on the stack's database."""

    async def run() -> Result:
        database = Database(settings.database)
        try:
            async with database.transaction() as session:
                return await job(session)
        finally:
            await database.close()

    return asyncio.run(run())


@contextmanager
def running_stack(folder: Path, burst_quiet: float = QUIET) -> Iterator[Stack]:
    """A stack of its own in an empty folder, stopped at the end."""
    told = _told(folder, burst_quiet)
    settings = Settings(_env_file=None, **told)
    project = Project(ROOT, settings.data_dir)
    model = ensure_model(project, Screen.on_stderr())
    prepare(settings, Screen.on_stderr())
    clock = Clock(settings.now, settings.now_since)
    keys = in_database(settings, lambda session: furnish(session, clock))
    processes = Processes()
    stack = Stack(settings, processes, keys)
    try:
        for service in services(settings, project, model):
            processes.start(_alone(service, told))
        processes.wait_ready()
        yield stack
    finally:
        stack.close()


def _told(folder: Path, burst_quiet: float) -> dict[str, Any]:
    """All settings that matter, so that none of the developer's own gets in (a database, say)."""
    return {
        "mode": "demo",
        "data_dir": folder,
        "database_url": f"sqlite+aiosqlite:///{folder / 'wenhuo.db'}",
        "redis_url": "",
        "host": "127.0.0.1",
        "port": free_port(),
        "rasa_port": free_port(),
        "actions_port": free_port(),
        "rasa_url": "",
        "actions_url": "",
        "now": MONDAY.isoformat(),
        "now_since": time.time(),
        "burst_quiet": burst_quiet,
        "log_level": "WARNING",
    }


def _alone(service: Service, told: Mapping[str, Any]) -> Service:
    """The service with our settings and none of the surroundings'."""
    if service.name == "rasa":
        return service
    kept = {
        name: value
        for name, value in service.environment.items()
        if not name.startswith("WENHUO_") or name == "WENHUO_SECRET"
    }
    ours = {f"WENHUO_{name.upper()}": str(value) for name, value in told.items()}
    return replace(service, environment=kept | ours)


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port: int = trial.getsockname()[1]
        return port


_STACK = pytest.StashKey[Stack]()


@pytest.fixture(scope="session")
def stack(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Stack:
    """The one stack of this run, whichever folder's tests ask first; it is stopped when the run ends."""
    if _STACK not in request.config.stash:
        running = running_stack(tmp_path_factory.mktemp("stack"))
        request.config.stash[_STACK] = running.__enter__()
        request.session.addfinalizer(lambda: running.__exit__(None, None, None))
    return request.config.stash[_STACK]


@pytest.fixture
def sender() -> str:
    """Somebody who has never written before."""
    return f"sender-{uuid4().hex[:12]}"
