"""Sentences with their file and line: the training files of Rasa and our own test files, read without Rasa."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

from trainer.messages import UnreadableMessages

ANNOTATION = re.compile(r"\[(?P<words>[^\[\]]+)\](?:\((?P<short>[^()]*)\)|(?P<long>\{[^{}]*\}))")
"""`[上海](place)` or `[上海]{"entity": "place", "role": "origin"}`, as Rasa reads it."""
HALF_ANNOTATION = re.compile(r"\]\s*[({]")
"""A bracket that begins an annotation and is never closed, or with a space that Rasa does not allow."""
BULLET = re.compile(r"\s*-(?: +|$)")


@dataclass(frozen=True)
class Annotation:
    """A value marked in a sentence. `start` and `end` count characters of the text without markup; no role is None."""

    kind: str
    role: str | None
    words: str
    start: int
    end: int


@dataclass(frozen=True)
class Sentence:
    """One labelled sentence. `line` counts from 1; `text` has no markup; `problems` says what of the markup is wrong."""

    path: Path
    line: int
    intent: str
    text: str
    annotations: tuple[Annotation, ...] = ()
    problems: tuple[str, ...] = ()


def read_training(path: Path) -> list[Sentence]:
    """The sentences of one file of Rasa's NLU data; lookup tables, patterns and synonyms are passed over.

    Raises UnreadableMessages where it is no YAML or has no `nlu`. What is wrong in one sentence stands in its problems.
    """
    entries = _fields(_root(path)).get("nlu")
    if not isinstance(entries, SequenceNode):
        raise UnreadableMessages(f"{path}: a list under nlu is needed")
    return [sentence for entry in entries.value for sentence in _examples(path, _fields(entry))]


def read_tests(path: Path) -> list[Sentence]:
    """The messages of one file of tests/nlu, with their lines. Raises UnreadableMessages."""
    root = _root(path)
    if not isinstance(root, SequenceNode):
        raise UnreadableMessages(f"{path}: a list of messages is needed")
    found = []
    for row in map(_fields, root.value):
        text, intent = row.get("text"), row.get("intent")
        if not isinstance(text, ScalarNode) or not isinstance(intent, ScalarNode):
            raise UnreadableMessages(f"{path}: every message needs text and intent")
        found.append(Sentence(path, text.start_mark.line + 1, str(intent.value), str(text.value)))
    return found


def parse_markup(marked: str) -> tuple[str, tuple[Annotation, ...], tuple[str, ...]]:
    """A sentence with inline annotations as plain text, annotations and what is wrong with them."""
    text, annotations, problems, position = "", [], [], 0
    for match in ANNOTATION.finditer(marked):
        text += marked[position : match.start()]
        position = match.end()
        words, start = match["words"], len(text)
        text += words
        kind, role, problem = _meaning(match)
        if words != words.strip():
            problem = problem or f"spaces inside the brackets of [{words}]"
        if problem:
            problems.append(problem)
        else:
            annotations.append(Annotation(kind, role, words, start, len(text)))
    text += marked[position:]
    left = ANNOTATION.sub("", marked)
    if HALF_ANNOTATION.search(left) or left.count("[") != left.count("]"):
        problems.append("an annotation that is not closed")
    return text, tuple(annotations), tuple(problems)


def _meaning(match: re.Match[str]) -> tuple[str, str | None, str]:
    """Kind, role and what is wrong (empty: nothing)."""
    if match["short"] is not None:
        kind = match["short"].partition(":")[0]
        return kind, None, "" if kind else f"no kind of entity after [{match['words']}]"
    try:
        said: dict[str, Any] = json.loads(match["long"])
    except json.JSONDecodeError as error:
        return "", None, f"{match['long']} cannot be read ({error.msg})"
    if not isinstance(said.get("entity"), str):
        return "", None, f"{match['long']} names no entity"
    return said["entity"], said.get("role"), ""


def _examples(path: Path, entry: dict[str, Any]) -> Iterator[Sentence]:
    intent, block = entry.get("intent"), entry.get("examples")
    if intent is None:
        return
    label, line = str(intent.value), intent.start_mark.line + 1
    if not isinstance(block, ScalarNode) or block.style != "|":
        yield Sentence(path, line, label, "", problems=("examples must be a block of lines after `examples: |`",))
        return
    # A literal block keeps its lines: the first one stands below the sign |.
    for number, row in enumerate(block.value.split("\n"), start=block.start_mark.line + 2):
        bullet = BULLET.match(row)
        if bullet is None:
            if row.strip():
                yield Sentence(path, number, label, row, problems=("a line that does not begin with `- `",))
            continue
        text, annotations, problems = parse_markup(row[bullet.end() :].rstrip())
        yield Sentence(path, number, label, text, annotations, problems if text else ("an empty sentence",))


def _root(path: Path) -> Any:
    try:
        return YAML(typ="safe", pure=True).compose(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, YAMLError) as error:
        raise UnreadableMessages(f"{path}: {error}") from error


def _fields(node: Any) -> dict[str, Any]:
    """The values of a mapping by their names; empty for anything else."""
    if not isinstance(node, MappingNode):
        return {}
    return {str(name.value): value for name, value in node.value}
