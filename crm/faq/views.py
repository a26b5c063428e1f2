"""An answer as it is said now, and as staff see it."""

from dataclasses import dataclass
from datetime import date, datetime

from crm.faq.defaults import Default
from crm.faq.models import FaqAnswer

DEFAULT_VERSION = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said to one question now: the firm's answer, or the default."""

    label: str
    title: str
    text: str
    source: str
    as_of: date
    valid_until: date | None
    """None: no end is known."""
    own: bool
    """False: the default."""
    version: int
    """The newest version, withdrawn or not: what a change has to name. 0: never changed."""
    changed_by: str = ""
    """Empty, with `changed_at` None: never changed."""
    changed_at: datetime | None = None

    @property
    def said_version(self) -> int:
        """The version that customers hear; 0: the default."""
        return self.version if self.own else DEFAULT_VERSION

    def expired(self, today: date) -> bool:
        """Whether its last day has passed."""
        return self.valid_until is not None and self.valid_until < today


@dataclass(frozen=True, slots=True)
class Verdicts:
    """How many customers said that an answer helped, and that it did not."""

    helped: int = 0
    not_helped: int = 0

    @classmethod
    def of(cls, counts: dict[bool, int] | None) -> "Verdicts":
        """From counts by verdict; None: nobody has said anything."""
        return cls((counts or {}).get(True, 0), (counts or {}).get(False, 0))


def answer_of(default: Default, newest: FaqAnswer | None) -> Answer:
    """What is said now."""
    if newest is None:
        return Answer(default.label, default.title, default.text, default.source, default.as_of, None, False, 0)
    said = default if newest.withdrawn else newest
    return Answer(
        label=default.label,
        title=default.title,
        text=said.text,
        source=said.source,
        as_of=said.as_of,
        valid_until=None if newest.withdrawn else newest.valid_until,
        own=not newest.withdrawn,
        version=newest.version,
        changed_by=newest.changed_by,
        changed_at=newest.changed_at,
    )
