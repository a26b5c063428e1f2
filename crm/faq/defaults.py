"""The answers that come with the project: text, source and day stand under `utter_faq/<name>` in `domain.yml`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

DOMAIN = Path(__file__).resolve().parents[2] / "domain.yml"
PREFIX = "faq/"
RESPONSE = "utter_"
"""In front of the label: the name of the response."""
TITLE = "utter_clarify_"


@dataclass(frozen=True, slots=True)
class Default:
    """One answer as shipped."""

    label: str
    title: str
    """What the question is called on a button (问上班时间)."""
    text: str
    source: str
    as_of: date


Defaults = Mapping[str, Default]
"""Label -> answer, in the order of `domain.yml`."""


@cache
def shipped(domain: Path = DOMAIN) -> Defaults:
    """The shipped answers. Raises KeyError or ValueError where one lacks its title, its source or its day."""
    responses = YAML(typ="safe", pure=True).load(domain.read_text(encoding="utf-8"))["responses"]
    labels = [name.removeprefix(RESPONSE) for name in responses if name.startswith(RESPONSE + PREFIX)]
    return {label: _default(label, responses) for label in labels}


def _default(label: str, responses: Mapping[str, Any]) -> Default:
    answer = responses[RESPONSE + label][0]
    about = answer["metadata"]
    return Default(
        label=label,
        title=responses[TITLE + label.replace("/", "_")][0]["text"],
        text=answer["text"],
        source=about["source"],
        as_of=date.fromisoformat(about["as_of"]),
    )
