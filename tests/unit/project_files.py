"""The project's own files, read once for the tests of its rules."""

import ast
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from settings import ROOT

PASSED_OVER = {"node_modules", "dist", "__pycache__"}


def files(folder: Path) -> Iterator[Path]:
    """Files below a folder, without environments, caches and what is built (never walked through: they are large)."""
    for where, folders, names in os.walk(folder):
        folders[:] = [
            name for name in folders if name not in PASSED_OVER and (name == ".ci" or not name.startswith("."))
        ]
        yield from (Path(where) / name for name in names)


@cache
def sources(*folders: str) -> tuple[Path, ...]:
    """Our Python files."""
    return tuple(path for folder in folders for path in files(ROOT / folder) if path.suffix == ".py")


@cache
def tree(path: Path) -> ast.Module:
    """A parsed file."""
    return ast.parse(path.read_text(encoding="utf-8"))


def place(path: Path, node: ast.AST | None = None) -> str:
    """file:line for a message."""
    line = getattr(node, "lineno", None)
    return f"{path.relative_to(ROOT)}" + (f":{line}" if line else "")
