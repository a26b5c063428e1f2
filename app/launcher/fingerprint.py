"""Which model fits the data: a SHA-256 over everything that training reads."""

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

SOURCES = ("bot/data", "domain.yml", "config.yml", "bot/nlu", "freight", "bot/uv.lock")
PROGRAM = ("bot/data/rules", "bot/data/stories", *(source for source in SOURCES if source != "bot/data"))
"""All of it but the sentences: with these the actions and the rest of the program have to agree."""
SHORT = 12
"""Characters of the fingerprint that name an archive."""


def files(root: Path, sources: Iterable[str] = SOURCES) -> Iterator[Path]:
    """All files below the sources in a fixed order; compiled Python and hidden files left out, missing sources skipped."""
    for source in sources:
        path = root / source
        if path.is_file():
            yield path
        elif path.is_dir():
            yield from sorted(file for file in path.rglob("*") if file.is_file() and _matters(file.relative_to(root)))


def fingerprint(root: Path, sources: Iterable[str] = SOURCES) -> str:
    """64 hexadecimal digits. Changes with any content, and when a file is added, removed or renamed; not with its date."""
    digest = hashlib.sha256()
    for file in files(root, sources):
        content = file.read_bytes()
        digest.update(f"{file.relative_to(root).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def of_file(path: Path) -> str:
    """SHA-256 of one file's content."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _matters(path: Path) -> bool:
    return path.suffix != ".pyc" and not any(part.startswith(".") or part == "__pycache__" for part in path.parts)
