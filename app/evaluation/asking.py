"""Programs of the trainer that run in Rasa's environment: lines in, JSON lines out, with a sign of life meanwhile."""

import json
import os
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import IO, Any

from app.launcher.environment import ONE_THREAD, clock_anchor, rasa_environment
from app.launcher.errors import LauncherError
from app.launcher.project import Project
from app.launcher.screen import Screen, Waiting
from settings import Settings

DATES_FROM = "2026-11-21T10:00:00+08:00"
"""The day from which the dates in our own test messages count."""
TICK = 0.2
"""Seconds between two movements of the line that says how far it is."""


@dataclass(frozen=True)
class Answer:
    """One message as a model understood it, the milliseconds that took, and the memory of its process in bytes."""

    parse: Mapping[str, Any]
    ms: float
    resident: int


class Asking:
    """Asks programs of this installation. The clock stands on the day from which the test messages count."""

    def __init__(self, project: Project, settings: Settings, screen: Screen) -> None:
        self._project, self._screen = project, screen
        fixed = {"WENHUO_NOW": DATES_FROM} if settings.now is None else {}
        self._environment = rasa_environment(os.environ) | ONE_THREAD | clock_anchor(settings) | fixed

    def understand(self, model: Path, texts: Sequence[str], *, usual: bool = False) -> list[Answer]:
        """Each text as the model understands it, in order. Raises LauncherError when it cannot be asked."""
        command = ["trainer.rasa_side.understand", "--model", str(model), *(["--usual"] if usual else [])]
        # The first line says that the model is loaded.
        _, *lines = self._talk("Understanding the messages", command, texts, more=1)
        return [Answer(line["parse"], line["ms"], line["resident"]) for line in lines]

    def other_script(self, texts: Sequence[str]) -> list[tuple[str, str] | None]:
        """Of each text its script, `hans` or `hant`, and itself in the other; None where both write it alike."""
        lines = self._talk("Writing them in the other script", ["trainer.rasa_side.script"], texts)
        return [None if line is None else (line[0], line[1]) for line in lines]

    def _talk(self, what: str, command: Sequence[str], texts: Sequence[str], more: int = 0) -> list[Any]:
        if not texts:
            return [{}] * more
        with tempfile.TemporaryFile() as problems, self._screen.waiting(what) as waiting:
            process = subprocess.Popen(
                [self._project.bot_python, "-m", *command],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=problems,
                env=self._environment,
                cwd=self._project.root,
            )
            try:
                lines = _exchange(process, texts, len(texts) + more, waiting)
                code = process.wait()
            finally:
                process.kill()
                process.wait()
            if code or len(lines) != len(texts) + more:
                raise LauncherError(f"The bot could not be asked: {_end(problems)}")
        return [json.loads(line) for line in lines]


def _exchange(process: "subprocess.Popen[bytes]", texts: Sequence[str], expected: int, waiting: Waiting) -> list[bytes]:
    """All lines that the process writes while it is given the texts."""
    arrived: SimpleQueue[bytes] = SimpleQueue()
    # Both sides at once: a process whose answers nobody reads would stop reading ours.
    Thread(target=_give, args=(process.stdin, texts), daemon=True).start()
    Thread(target=_take, args=(process.stdout, arrived), daemon=True).start()
    lines: list[bytes] = []
    while True:
        try:
            line = arrived.get(timeout=TICK)
        except Empty:
            waiting.tick(detail=f"{len(lines)} of {expected}" if lines else "")
            continue
        if not line:
            return lines
        lines.append(line)
        waiting.tick(detail=f"{len(lines)} of {expected}")


def _give(stdin: IO[bytes], texts: Sequence[str]) -> None:
    try:
        with stdin:
            for text in texts:
                stdin.write(json.dumps(text).encode() + b"\n")
    except BrokenPipeError:
        return  # It ended early; what it wrote to standard error is told.


def _take(stdout: IO[bytes], arrived: "SimpleQueue[bytes]") -> None:
    with stdout:
        for line in stdout:
            arrived.put(line)
    arrived.put(b"")


def _end(problems: IO[bytes]) -> str:
    problems.seek(0)
    return problems.read().decode(errors="replace").strip()[-300:]
