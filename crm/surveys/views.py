"""A survey as the bot, the desk and a supervisor see it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from crm.complaints.desk.service import Reopened


@dataclass(frozen=True)
class Waiting:
    """A complaint whose result its customer has not been told."""

    card_id: UUID
    identity_id: UUID
    number: str


@dataclass(frozen=True)
class Result:
    """What is to be told now."""

    number: str
    text: str
    """The result in the words of who has answered."""
    survey_id: UUID
    ask: bool
    """Whether it is asked if that solves the matter; False: that was asked after an earlier result."""


@dataclass(frozen=True)
class SurveyView:
    """What was asked and said. None and empty: not said."""

    id: UUID
    number: str
    """Of the complaint."""
    asked_at: datetime
    solved: bool | None
    score: int | None
    reason: str
    answered_at: datetime | None


@dataclass(frozen=True)
class Verdict:
    """A survey after something was said to it."""

    survey: SurveyView
    reopened: Reopened | None
    """Set when the customer is not satisfied: the complaint is open, and who calls by when. None: satisfied, or so-so."""


@dataclass(frozen=True)
class SurveyFigures:
    """Of a time. None: nothing to count from."""

    asked: int
    answered: int
    response_rate: Decimal | None
    """Share of those asked that said something (0 to 1): a score means little where few answer."""
    solved_rate: Decimal | None
    """Share of those that said whether it is solved (0 to 1)."""
    average: Decimal | None
    """Of the scores."""
    scores: Mapping[int, int]
    """1 to 5 -> how often it was given."""
