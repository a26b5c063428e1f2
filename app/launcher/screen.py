"""What the launcher shows: one line per event, and a moving line while something is being waited for."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.status import Status

QUIET_INTERVAL = 15.0
"""Seconds between signs of life where the output is a file and no line can move."""


class Screen:
    """Writes to the terminal; `console` may write to standard error where standard output belongs to somebody else."""

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(highlight=False)

    @classmethod
    def on_stderr(cls) -> "Screen":
        """For commands whose standard output is their result."""
        return cls(Console(stderr=True, highlight=False))

    def say(self, text: str) -> None:
        """One finished line. Square brackets are text, not markup."""
        self.console.print(escape(text), soft_wrap=True)

    def done(self, text: str) -> None:
        """A step that worked."""
        self.console.print(f"[green]✓[/] {escape(text)}", soft_wrap=True)

    def warn(self, text: str) -> None:
        """Something a person should know."""
        self.console.print(f"[yellow]![/] {escape(text)}", soft_wrap=True)

    @contextmanager
    def waiting(self, text: str) -> Iterator["Waiting"]:
        """A line that moves while something long runs, then disappears."""
        if not self.console.is_terminal:
            self.say(f"{text} …")
            yield Waiting(self, text, None)
            return
        with self.console.status(escape(text)) as status:
            yield Waiting(self, text, status)


class Waiting:
    """The moving line of one long step."""

    def __init__(self, screen: Screen, text: str, status: Status | None) -> None:
        self._screen, self._text, self._status = screen, text, status
        self._started = self._told = time.monotonic()

    def tick(self, _elapsed: float = 0.0, *, detail: str = "") -> None:
        """Shows the seconds gone; cheap enough to be called many times a second."""
        now = time.monotonic()
        line = f"{self._text} … {now - self._started:.0f} s{detail and '  ' + detail}"
        if self._status:
            self._status.update(escape(line))
        elif now - self._told >= QUIET_INTERVAL:
            self._told = now
            self._screen.say(line)
