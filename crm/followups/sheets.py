"""What is asked at each moment, read from sheets.json."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from crm.followups.models import Moment


@dataclass(frozen=True)
class Question:
    """One thing to ask."""

    code: str
    text: str


@dataclass(frozen=True)
class Sheet:
    """The form for one moment. `hours`: working hours after the moment until somebody is to get in touch."""

    moment: Moment
    name_zh: str
    hours: float
    purpose: str
    opening: str
    """How to begin; `{number}` is the waybill, quote or complaint."""
    questions: tuple[Question, ...]


@cache
def sheets() -> Mapping[Moment, Sheet]:
    """Every sheet by its moment."""
    rows = json.loads(files(__package__).joinpath("sheets.json").read_text(encoding="utf-8"))["sheets"]
    made = (
        Sheet(
            Moment(row["moment"]),
            row["name_zh"],
            row["hours"],
            row["purpose"],
            row["opening"],
            tuple(Question(**question) for question in row["questions"]),
        )
        for row in rows
    )
    return {sheet.moment: sheet for sheet in made}
