"""A desk in a process of its own, and a browser in front of it."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.async_api import Browser, Page, async_playwright

from app.launcher.page import ensure_pages
from app.launcher.project import Project
from app.launcher.screen import Screen
from settings import ROOT

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
PHONE, DESKTOP = (360, 720), (1280, 860)
STARTS_WITHIN = 30.0
HARMLESS = re.compile("Failed to load resource|WebSocket connection")
"""What the browser itself writes to its console while the server is away."""

OpenPage = Callable[..., Awaitable[Page]]


class DeskProcess:
    """The app with the bot of `server.py`. Killed and started again it has the same data and the same address."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def running(self) -> bool:
        """Whether the process is there."""
        return self._process is not None

    def start(self) -> None:
        """Returns when it answers. Raises RuntimeError with its output when it does not."""
        command = [sys.executable, "-m", "tests.browser.server", str(self.port), str(self._folder)]
        log = self._folder / "server.log"
        with log.open("ab") as output:
            self._process = subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT)
        end = time.monotonic() + STARTS_WITHIN
        while time.monotonic() < end and self._process.poll() is None:
            try:
                if httpx.get(f"{self.url}/healthz").is_success:
                    return
            except httpx.TransportError:
                time.sleep(0.1)
        self.kill()
        raise RuntimeError(f"the desk did not start: {log.read_text()[-2000:]}")

    def kill(self) -> None:
        """Ends it without a word, as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def does(self, verb: str, **arguments: str) -> None:
        """What a person at the desk does: claim, reply (text), close."""
        httpx.post(f"{self.url}/test/{verb}", params=arguments).raise_for_status()


@pytest.fixture(scope="session")
def built_page() -> None:
    """The page as it is now, built."""
    ensure_pages(Project(ROOT, ROOT / "data"), Screen())


@pytest.fixture(scope="session")
def desk_process(built_page: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskProcess]:
    """One for all tests: each is another customer, and it takes seconds to start."""
    process = DeskProcess(tmp_path_factory.mktemp("desk"))
    yield process
    process.kill()


@pytest.fixture
def desk(desk_process: DeskProcess) -> DeskProcess:
    """A running desk; started again where the test before left it dead."""
    if not desk_process.running:
        desk_process.start()
    return desk_process


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """Chromium."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        await browser.close()


@pytest.fixture
async def open_page(desk: DeskProcess, browser: Browser) -> AsyncIterator[OpenPage]:
    """Opens the chat page as a new customer. At the end: no error may have appeared in any of the pages."""
    errors: list[str] = []

    async def open_page(size: tuple[int, int] = PHONE, **options: Any) -> Page:
        context = await browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            is_mobile=size == PHONE,
            has_touch=size == PHONE,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            **options,
        )
        page = await context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda message: _note(errors, message.type, message.text))
        await page.goto(desk.url)
        await page.get_by_text("在线 · 可随时转人工").wait_for()
        return page

    yield open_page
    assert errors == []


def _note(errors: list[str], kind: str, text: str) -> None:
    if kind == "error" and not HARMLESS.search(text):
        errors.append(text)
