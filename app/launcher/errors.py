"""What the person at the terminal is told instead of a traceback."""


class LauncherError(Exception):
    """Something the person at the terminal can put right. The message is one line that says what to do."""


class ServiceGaveUp(LauncherError):
    """A process of ours died again and again. `tail` holds the last lines of its log; empty when it wrote nothing."""

    def __init__(self, message: str, tail: str) -> None:
        super().__init__(message)
        self.tail = tail


class Stopped(Exception):
    """Ctrl-C, SIGTERM or a closed terminal, while nothing was running yet that needs an orderly stop."""
