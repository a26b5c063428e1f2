"""The categories of complaints, read from categories.json."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

from crm.staff.departments import Department

OTHER = "other"


class Family(StrEnum):
    """Which complaints belong together (see `same_family`)."""

    GOODS = "goods"
    MONEY = "money"
    SERVICE = "service"
    GENERAL = "general"


@dataclass(frozen=True)
class Category:
    """One kind of complaint: who works on it, and how many working hours until the first reply."""

    code: str
    intent: str
    name_zh: str
    family: Family
    department: Department
    first_reply_hours: int
    remedy: str
    """A hint for the agent; never told to the customer."""


@cache
def categories() -> Mapping[str, Category]:
    """Every category by its code."""
    table = json.loads(files(__package__).joinpath("categories.json").read_text(encoding="utf-8"))["categories"]
    rows = [
        Category(**{**row, "family": Family(row["family"]), "department": Department(row["department"])})
        for row in table
    ]
    return {row.code: row for row in rows}


def category_of(intent: str) -> Category:
    """The category of a message's intent; 'other' for an intent without one: a person sorts it, and no complaint is lost."""
    known = categories()
    return next((row for row in known.values() if row.intent == intent), known[OTHER])


def same_family(earlier: Category, later: Category) -> bool:
    """Whether a later complaint may be about the same matter as an earlier one, judged by category alone.

    How somebody behaved, or that nobody answers, comes on top of any matter. Goods after a word about behaviour is a
    matter of its own, because another department must act.
    """
    return (
        earlier.family == later.family
        or Family.GENERAL in (earlier.family, later.family)
        or (later.family == Family.SERVICE)
    )
