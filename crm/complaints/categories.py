"""The categories of complaints, read from categories.json."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

from crm.chinese import fold
from crm.complaints.words.story import events_told
from crm.staff.departments import Department

OTHER = "other"
OTHER_INTENT, DELAY_INTENT = "complain_other", "complain_delay"
_NO_SPACE = re.compile(r"[没无冇](?:有)?[舱位]|爆舱|甩柜|取消(?:了)?舱位|舱位(?:被)?取消")
_TOLD_LATE = re.compile(r"才(?:说|讲|通知|告诉|知道|开口)|临(?:截|时|门)|[截结]关前|截单前|截止前|先至(?:同我)?讲")
PROMISE = "promise"
"""The kind of event (story_words.json) that a promise was broken."""
PROMISE = "promise"
"""The kind of event (story_words.json) that a promise was broken."""

WEIGHT = {"other": 0, "no_response": 1, "attitude": 2, "delay": 3, "fee": 3, "misdelivery": 4, "loss": 4, "damage": 4}
"""Which category outweighs which in one story: goods in strange hands, gone or broken before late ones and money, any
matter before how somebody behaved, anything before silence and what nobody can sort yet."""
OF_EVENT = {
    "damage": "damage", "loss": "loss", "misdelivery": "misdelivery", "fee": "fee", "late": "delay", "promise": "delay",
    "attitude": "attitude", "no_response": "no_response",
}  # fmt: skip
"""Categories of the kinds of events in story_words.json; 不发 and the like (not_done) may be any."""


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


def category_over(heard: Sequence[tuple[str, str]], now: str) -> str:
    """The category of the whole story: `now` is that of the card so far, `heard` (intent, text) of each message since.

    The weightiest wins (`WEIGHT`), the earlier one among equals: nothing that is said beside a matter moves it to another
    department. Only where the intents tell nothing at all, the words themselves are looked at (我要投诉 … 木箱裂了). Intents
    that are no complaint count for nothing. Raises KeyError for an unknown `now`.
    """
    known = {row.intent: row.code for row in categories().values()}
    found = _weightiest([now, *(known[_kept(intent, text)] for intent, text in heard if intent in known)])
    if found != OTHER:
        return found
    return _weightiest([found, *(code for _, text in heard for code in categories_told(text))])


def _kept(intent: str, text: str) -> str:
    """The intent, but for one that the words put right: no space, told too late (截关前才说没舱), is no lateness of goods."""
    folded = fold(text)
    no_space = _NO_SPACE.search(folded) is not None and _TOLD_LATE.search(folded) is not None
    return OTHER_INTENT if no_space and intent == DELAY_INTENT else intent


def categories_told(text: str) -> Sequence[str]:
    """The categories that the words of a text speak of, whatever was understood."""
    events = events_told(text)
    # A broken word may be about anything (承诺用环保包装): it is about time where nothing else is told.
    counted = [event for event in events if event != PROMISE] or events
    return [OF_EVENT[event] for event in counted if event in OF_EVENT]


def _weightiest(codes: Sequence[str]) -> str:
    return max(codes, key=WEIGHT.__getitem__)
