"""What the desk itself says to a customer (the bot failed, a person comes in): the same `domain.yml` the bot speaks from."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from conversations.agents import Choice, Saying

Variant = Mapping[str, Any]


class Texts:
    """Responses by name, each with its variations."""

    def __init__(
        self,
        responses: Mapping[str, Sequence[Variant]],
        pick: Callable[[Sequence[Variant]], Variant] = secrets.choice,
    ) -> None:
        self._responses = responses
        self._pick = pick

    @classmethod
    def from_domain(cls, path: Path) -> "Texts":
        """Reads `responses` of a Rasa domain file. Raises OSError or YAMLError when it cannot be read."""
        return cls(YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))["responses"])

    def say(self, response: str, /, **values: str | int) -> Saying:
        """One variation of a response, filled in. Raises KeyError for an unknown name or a missing value."""
        variant = self._pick(self._responses[response])
        choices = tuple(Choice(b["title"], b["payload"].format(**values)) for b in variant.get("buttons", ()))
        return Saying(str(variant["text"]).format(**values).strip(), choices)
