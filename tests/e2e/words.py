"""Reads what the bot said back into the responses of `domain.yml`, whichever variation it picked."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from settings import ROOT

_VALUE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Spoken:
    """One response with the values that were filled in."""

    response: str
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def _kind(self) -> str:
        """utter_sorry_delay_1 and _2 say the same; which of them is said goes by the card."""
        return self.response.rstrip("_1234") if self.response.startswith("utter_sorry_") else self.response

    def same_as(self, other: "Spoken") -> bool:
        """Whether the same was said: the same response, and no value differs (a variation may leave one out)."""
        shared = self.values.keys() & other.values.keys()
        return self._kind == other._kind and all(self.values[name] == other.values[name] for name in shared)


@dataclass(frozen=True)
class Template:
    """One variation of a response: fixed pieces with values between them."""

    response: str
    pieces: tuple[str, ...]
    names: tuple[str, ...]

    @classmethod
    def of(cls, response: str, text: str) -> "Template":
        """Reads `{name}` as a value."""
        parts = _VALUE.split(text.strip())
        return cls(response, tuple(parts[::2]), tuple(parts[1::2]))

    @property
    def fixed(self) -> int:
        """Characters that are the same each time."""
        return sum(map(len, self.pieces))

    def read(self, text: str) -> dict[str, str] | None:
        """The values when the whole text is this variation, each as short as can be; None: it is another.

        Piece by piece: a regular expression with a dozen values would try all ways to share the text out among them.
        """
        first, *middle = self.pieces
        if not text.startswith(first):
            return None
        values: dict[str, str] = {}
        at = len(first)
        for place, (name, piece) in enumerate(zip(self.names, middle, strict=True), start=1):
            last = place == len(self.names)
            found = len(text) - len(piece) if last else text.find(piece, at)
            if found < at or not text.startswith(piece, found):
                return None
            if values.setdefault(name, text[at:found]) != text[at:found]:
                return None
            at = found + len(piece)
        return values if at == len(text) else None


class Words:
    """All responses of a domain file."""

    def __init__(self, domain: Path = ROOT / "domain.yml") -> None:
        self._domain = domain

    @cached_property
    def _templates(self) -> list[Template]:
        """Those with the most fixed text first."""
        responses: Mapping[str, Sequence[Mapping[str, Any]]]
        responses = YAML(typ="safe", pure=True).load(self._domain.read_text("utf-8"))["responses"]
        found = [Template.of(name, v["text"]) for name, variants in responses.items() for v in variants if "text" in v]
        # One without a fixed text (a firm's own answer) could be anything.
        return sorted((one for one in found if one.fixed), key=lambda one: -one.fixed)

    def knows(self, response: str) -> bool:
        """Whether there is such a response."""
        return any(template.response == response for template in self._templates)

    def named(self, pattern: str) -> Sequence[str]:
        """The response of this name, or with * at the end all that begin so. Never empty."""
        names = {template.response for template in self._templates}
        found = sorted(name for name in names if fnmatchcase(name, pattern))
        assert found, f"domain.yml has no {pattern}"
        return found

    def said(self, text: str, response: str) -> bool:
        """Whether some lines of the text are this response."""
        assert self.knows(response), f"domain.yml has no {response}"
        lines = text.split("\n")
        return any(
            template.read("\n".join(lines[start:end])) is not None
            for template in self._templates
            if template.response == response
            for start in range(len(lines))
            for end in range(start + 1, len(lines) + 1)
        )

    def read(self, text: str) -> Iterator[list[Spoken]]:
        """Every way to read the text as a row of responses; several responses of one turn are joined by line breaks."""
        yield from self._read(text.split("\n"), 0)

    def _read(self, lines: Sequence[str], start: int) -> Iterator[list[Spoken]]:
        if start == len(lines):
            yield []
            return
        for template in self._templates:
            for end in range(start + 1, len(lines) + 1):
                values = template.read("\n".join(lines[start:end]))
                if values is not None:
                    for rest in self._read(lines, end):
                        yield [Spoken(template.response, values), *rest]

    def same(self, one: str, other: str) -> bool:
        """Whether two texts say the same in possibly different variations, with the same numbers, dates and names."""
        if one == other:
            return True
        others = list(self.read(other))
        return any(
            len(reading) == len(second) and all(a.same_as(b) for a, b in zip(reading, second, strict=True))
            for reading in self.read(one)
            for second in others
        )
