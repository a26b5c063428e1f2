"""Labelled messages to measure with: YAML (text, intent, mood, entities) or a table (text, intent, mood if judged)."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError


class UnreadableMessages(Exception):
    """A file of messages cannot be used; the text says where and why."""


@dataclass(frozen=True)
class GoldEntity:
    """A value in a message as a person marked it. `role` and `value` are None where there is none."""

    entity: str
    text: str
    role: str | None = None
    value: Any = None


@dataclass(frozen=True)
class LabelledMessage:
    """A message and what it means. `mood` empty: nobody judged it."""

    text: str
    intent: str
    mood: str = ""
    entities: tuple[GoldEntity, ...] = ()
    marked: bool = False
    """Whether somebody has looked for entities; a table without them says nothing about them."""


def read_messages(path: Path) -> list[LabelledMessage]:
    """The messages of one file. Raises UnreadableMessages."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableMessages(f"{path}: {error}") from error
    if path.suffix in (".yml", ".yaml"):
        return _from_yaml(path, text)
    return _from_table(path, text)


def _from_yaml(path: Path, text: str) -> list[LabelledMessage]:
    try:
        rows = YAML(typ="safe", pure=True).load(text)
        return [_from_row(row) for row in rows]
    except (YAMLError, KeyError, TypeError, AttributeError) as error:
        raise UnreadableMessages(f"{path}: a list of text, intent and entities is needed ({error})") from error


def _from_row(row: dict[str, Any]) -> LabelledMessage:
    entities = tuple(
        GoldEntity(e["entity"], str(e["text"]), e.get("role"), e.get("value")) for e in row.get("entities") or ()
    )
    return LabelledMessage(
        str(row["text"]), str(row["intent"]), str(row.get("mood") or ""), entities, marked="entities" in row
    )


def _from_table(path: Path, text: str) -> list[LabelledMessage]:
    lines = text.splitlines()
    delimiter = "\t" if lines and "\t" in lines[0] else ","
    rows: Iterable[dict[str, str]] = csv.DictReader(lines, delimiter=delimiter)
    try:
        return [LabelledMessage(row["text"], row["intent"], row.get("mood") or "") for row in rows]
    except KeyError as error:
        raise UnreadableMessages(f"{path}: the first line must name the columns text and intent") from error
