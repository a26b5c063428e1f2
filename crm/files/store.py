"""Where the bytes are: `files/ab/<sha256>` in the data folder. Nothing that came from outside is part of a path."""

import asyncio
import hashlib
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from crm.clock import Clock
from crm.files.errors import StorageFull, TooLarge
from crm.files.kinds import HEAD, Kind, begins_as, checked_type
from crm.files.names import cleaned

MEBIBYTE = 1 << 20
WRITTEN_AT_ONCE = 256 * 1024
LEFT_FREE = 512 * MEBIBYTE
"""Bytes of the disk that files may not take: the database lives there too."""
INCOMING = "incoming"
SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Limits:
    """The most bytes of one file, by kind, and of all files of one account within a day."""

    image: int = 10 * MEBIBYTE
    document: int = 20 * MEBIBYTE
    audio: int = 10 * MEBIBYTE
    video: int = 50 * MEBIBYTE
    per_day: int = 200 * MEBIBYTE

    def of(self, kind: Kind) -> int:
        """The most bytes of one file of a kind."""
        return {
            Kind.IMAGE: self.image,
            Kind.DOCUMENT: self.document,
            Kind.AUDIO: self.audio,
            Kind.VIDEO: self.video,
        }[kind]

    @property
    def largest(self) -> int:
        """The most bytes of any file."""
        return max(self.image, self.document, self.audio, self.video)


@dataclass(frozen=True, slots=True)
class Received:
    """A whole file that has been checked, waiting in a temporary place."""

    temporary: Path
    name: str
    """As sent, cleaned; empty: it had none."""
    media_type: str
    size: int
    sha256: str


class Upload:
    """A file on its way in: written as it comes, given up at the first byte too many."""

    def __init__(self, temporary: Path, name: str, limits: Limits) -> None:
        self._temporary = temporary
        self._name = cleaned(name)
        self._limits = limits
        self._limit: int | None = None
        self._waiting = bytearray()
        self._size = 0
        self._digest = hashlib.sha256()

    async def write(self, chunk: bytes) -> None:
        """Takes more bytes. Raises UnknownKind as soon as it is seen, and TooLarge."""
        self._waiting += chunk
        self._size += len(chunk)
        if self._limit is None and self._size >= HEAD:
            self._limit = self._limits.of(begins_as(bytes(self._waiting[:HEAD])))
        limit = self._limits.largest if self._limit is None else self._limit
        if self._size > limit:
            raise TooLarge(limit)
        if len(self._waiting) >= WRITTEN_AT_ONCE:
            await self._flush()

    async def finish(self) -> Received:
        """The whole file, on the disk and checked. Raises a FileRefused that says what is wrong with it."""
        if self._limit is None:
            self._limit = self._limits.of(begins_as(bytes(self._waiting)))
        if self._size > self._limit:
            raise TooLarge(self._limit)
        await self._flush(last=True)
        media_type = await asyncio.to_thread(checked_type, self._temporary)
        return Received(self._temporary, self._name, media_type, self._size, self._digest.hexdigest())

    def give_up(self) -> None:
        """Takes away what has come so far; nothing happens when it has been placed already."""
        self._temporary.unlink(missing_ok=True)

    async def _flush(self, *, last: bool = False) -> None:
        block, self._waiting = bytes(self._waiting), bytearray()
        await asyncio.to_thread(self._append, block, last)

    def _append(self, block: bytes, last: bool) -> None:
        self._digest.update(block)
        with self._temporary.open("ab") as file:
            file.write(block)
            if last:
                file.flush()
                os.fsync(file.fileno())


class FileStore:
    """The folder of the bytes. Equal files are kept once."""

    def __init__(self, root: Path, clock: Clock, limits: Limits | None = None) -> None:
        """`root`: made when the first file comes. `limits`: None takes the usual ones."""
        self._root = root
        self._clock = clock
        self.limits = limits or Limits()

    def begin(self, name: str) -> Upload:
        """A place for a file that is about to come. Raises StorageFull."""
        folder = self._root / INCOMING
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if shutil.disk_usage(folder).free < LEFT_FREE + self.limits.largest:
            raise StorageFull("too little room on the disk")
        # Its age stands in the name: the disk's own time is not the desk's when the clock has been moved.
        temporary = folder / f"{int(self._clock.now().timestamp())}-{uuid4().hex}"
        os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        return Upload(temporary, name, self.limits)

    def path(self, sha256: str) -> Path:
        """Where the bytes with this checksum are or would be. Raises ValueError when it is none."""
        if not SHA256.fullmatch(sha256):
            raise ValueError("not a SHA-256")
        return self._root / sha256[:2] / sha256

    def has(self, sha256: str) -> bool:
        """Whether these bytes are there."""
        return self.path(sha256).is_file()

    def place(self, received: Received) -> None:
        """Moves a file to where it stays, in one step; when this returns it outlives a loss of power."""
        target = self.path(received.sha256)
        new_folder = not target.parent.exists()
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        now = self._clock.now().timestamp()
        os.utime(received.temporary, (now, now))
        received.temporary.replace(target)
        _remember(target.parent)
        if new_folder:
            _remember(self._root)

    def older_than(self, instant: datetime) -> Iterator[str]:
        """Checksums of the bytes that were placed before an instant, and not again since."""
        for path in sorted(self._root.glob("[0-9a-f][0-9a-f]/*")):
            if SHA256.fullmatch(path.name) and self.is_older(path.name, instant):
                yield path.name

    def is_older(self, sha256: str, instant: datetime) -> bool:
        """Whether bytes were placed before an instant, and not again since; not when they are gone."""
        try:
            return self.path(sha256).stat().st_mtime < instant.timestamp()
        except FileNotFoundError:
            return False

    def remove(self, sha256: str) -> None:
        """Takes bytes away; nothing happens when they are gone."""
        self.path(sha256).unlink(missing_ok=True)

    def remove_unfinished(self, before: datetime) -> int:
        """Takes away what was begun before an instant and never placed; how many there were."""
        gone = 0
        for path in (self._root / INCOMING).glob("*-*"):
            if int(path.name.partition("-")[0]) < before.timestamp():
                path.unlink(missing_ok=True)
                gone += 1
        return gone


def _remember(folder: Path) -> None:
    """Makes a renaming in a folder last: without this it may be gone after a loss of power."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
