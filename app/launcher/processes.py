"""Starting programs under the guard of child.py, for long services and for steps that end."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

GUARD = str(Path(__file__).with_name("child.py"))
TERMINATED = 128
LOG_LIMIT = 10_000_000
"""Bytes; a longer log is set aside as `.log.1` when its process starts."""


@dataclass(frozen=True)
class Service:
    """One long-running program. Times are seconds."""

    name: str
    command: Sequence[str]
    cwd: Path
    environment: Mapping[str, str]
    log: Path
    health: str
    """URL that answers with a status below 400 when the program can work; empty: started is healthy."""
    start_timeout: float = 180.0
    hang_timeout: float = 30.0
    """After so long without an answer a healthy service counts as hung and is started again."""
    grace: float = 8.0
    """Between SIGTERM and SIGKILL."""


@dataclass
class Running:
    """A started service. The lifeline is the pipe whose end tells the guard that the launcher is gone."""

    process: asyncio.subprocess.Process
    lifeline: int
    started: float = field(default_factory=time.monotonic)

    async def wait(self) -> int:
        """Waits for the end; whatever of its group is left is killed. Returns the exit code."""
        code = await self.process.wait()
        self.clear()
        return code

    async def stop(self) -> None:
        """Asks for the end and waits for it; the guard kills after the service's grace."""
        with suppress(ProcessLookupError):
            self.process.terminate()
        await self.wait()

    def clear(self) -> None:
        """Ends what a killed guard may have left in its group; harmless to repeat."""
        if self.lifeline >= 0:
            os.close(self.lifeline)
            self.lifeline = -1
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)


async def start(service: Service) -> Running:
    """Starts the service under its guard; output is appended to its log."""
    reading, writing = os.pipe()
    try:
        with _opened(service.log) as log:
            process = await asyncio.create_subprocess_exec(
                *_guarded(reading, service.grace, service.command),
                cwd=service.cwd,
                env=dict(service.environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                pass_fds=(reading,),
                start_new_session=True,
            )
    except BaseException:
        os.close(writing)
        raise
    finally:
        os.close(reading)
    return Running(process, writing)


def run_step(
    command: Sequence[str],
    cwd: Path,
    environment: Mapping[str, str],
    log: Path,
    tick: Callable[[float], None],
) -> int:
    """Runs a program to its end with its output in `log` (started anew); calls `tick` with the seconds gone, 5 times a second.

    Returns the exit code. Nothing of it is left when this returns or raises.
    """
    reading, writing = os.pipe()
    started = time.monotonic()
    with log.open("wb") as output:
        process = subprocess.Popen(
            _guarded(reading, 5.0, command),
            cwd=cwd,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            pass_fds=(reading,),
            start_new_session=True,
        )
    os.close(reading)
    try:
        while True:
            with suppress(subprocess.TimeoutExpired):
                return process.wait(timeout=0.2)
            tick(time.monotonic() - started)
    finally:
        os.close(writing)
        process.wait()


def tail(log: Path, lines: int = 20) -> str:
    """The last lines of a log; empty when there is none."""
    if not log.exists():
        return ""
    with log.open("rb") as file:
        file.seek(max(0, file.seek(0, os.SEEK_END) - 20_000))
        text = file.read().decode(errors="replace")
    return "\n".join(text.rstrip().splitlines()[-lines:])


def reason(code: int) -> str:
    """An exit code in words."""
    number = -code if code < 0 else code - TERMINATED
    if number > 0:
        with suppress(ValueError):
            return f"killed by {signal.Signals(number).name}"
    return f"exit code {code}"


def _guarded(lifeline: int, grace: float, command: Sequence[str]) -> list[str]:
    return [sys.executable, "-I", "-S", GUARD, str(lifeline), str(grace), *command]


def _opened(log: Path) -> BinaryIO:
    if log.exists() and log.stat().st_size > LOG_LIMIT:
        log.replace(log.with_suffix(".log.1"))
    return log.open("ab")
