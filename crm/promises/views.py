"""Promises as staff see them, and the figures of how many were kept."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Shown(StrEnum):
    """Which promises a list shows. `open` are all that run, those due soon and overdue among them."""

    OPEN = "open"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"
    BROKEN = "broken"
    KEPT = "kept"


@dataclass(frozen=True)
class PromiseView:
    """One promise in a list of staff."""

    id: UUID
    what: str
    kind: str
    owner: str
    """A staff code or the code of a department."""
    owner_name: str
    """The Chinese name of a department, or the staff code."""
    state: str
    due_at: datetime
    minutes_left: int | None
    """By the promise's own clock, working minutes unless it runs round the clock; below zero: late by so many.

    None: it is settled, or waits for the customer.
    """
    waiting_for_customer: bool
    due_soon: bool
    overdue: bool
    customer: str
    """The name of the contact with all but the first sign hidden; empty: nobody we know."""
    company: str
    """Empty: nobody we know. A private person's is hidden like the name of a contact."""
    conversation_id: UUID
    again: bool
    """It stands in the place of one that was not kept."""
    told_late_at: datetime | None
    created_at: datetime
    settled_at: datetime | None


@dataclass(frozen=True)
class PromiseFigures:
    """Of the promises that fall due in a time; those called void do not count."""

    kept: int
    broken: int
    open: int
    share_kept: float | None
    """kept / (kept + broken); None: no data."""
