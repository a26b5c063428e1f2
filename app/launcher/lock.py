"""One launcher per data folder, one training per project."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.launcher.errors import LauncherError


class Held(LauncherError):
    """Somebody else has the lock; `note` is what that process wrote into it (may be empty)."""

    def __init__(self, note: str) -> None:
        super().__init__(note)
        self.note = note


@contextmanager
def locked(path: Path, note: str, *, wait: bool = False) -> Iterator[None]:
    """Holds the file's lock. The kernel gives it back when this process ends, however it ends; a left file is harmless.

    Raises Held if another process has it, unless `wait`.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError as error:
        written = os.read(handle, 1000).decode(errors="replace").strip()
        os.close(handle)
        raise Held(written) from error
    try:
        os.ftruncate(handle, 0)
        os.write(handle, f"{note}\n".encode())
        yield
    finally:
        os.close(handle)
