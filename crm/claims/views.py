"""A claim as its customer and as staff may see it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from crm.claims.documents import documents
from crm.claims.models import ClaimDocument, ClaimFile, ClaimState
from crm.claims.notice import Notice
from crm.claims.regimes import Regime, RegimeRow, Trouble, regimes


@dataclass(frozen=True)
class CustomerClaim:
    """All that a customer may hear. `opened`: just now; False: there was a claim file already."""

    number: str
    """Of the complaint."""
    notice_by: date | None
    """The last day for notice in writing, today or later; None: nothing is said about a day."""
    documents: tuple[str, ...]
    """Names of the responses for what is still wanted, in order; empty: everything is there."""
    opened: bool


@dataclass(frozen=True)
class DocumentView:
    """One line of the check list. `received_at` None: still wanted."""

    code: str
    name_zh: str
    optional: bool
    received_at: datetime | None
    received_by: str
    stored_file_id: UUID | None


@dataclass(frozen=True)
class ClaimView:
    """A claim for staff. The law in it is information, not advice; `checked` False: ask a lawyer."""

    number: str
    state: ClaimState
    regime: RegimeRow
    trouble: Trouble
    container: bool
    delivered_on: date | None
    at_disposal_on: date | None
    facts_by: str
    notice_by: date | None
    notice_why: str
    checked: bool
    notice_given_on: date | None
    documents: tuple[DocumentView, ...]
    opened_by: str
    opened_at: datetime
    submitted_at: datetime | None
    outcome: str
    ended_at: datetime | None


def view_of(number: str, file: ClaimFile, wanted: Sequence[ClaimDocument], notice: Notice) -> ClaimView:
    """The staff's view. `notice` as counted now."""
    return ClaimView(
        number=number,
        state=ClaimState(file.state),
        regime=regimes()[Regime(file.regime)],
        trouble=Trouble(file.trouble),
        container=file.container,
        delivered_on=file.delivered_on,
        at_disposal_on=file.at_disposal_on,
        facts_by=file.facts_by,
        notice_by=notice.last_day,
        notice_why=notice.why,
        checked=notice.checked,
        notice_given_on=file.notice_given_on,
        documents=tuple(_document(one) for one in wanted),
        opened_by=file.opened_by,
        opened_at=file.opened_at,
        submitted_at=file.submitted_at,
        outcome=file.outcome,
        ended_at=file.ended_at,
    )


def customer_view(
    number: str, file: ClaimFile, wanted: Sequence[ClaimDocument], today: date, *, opened: bool
) -> CustomerClaim:
    """The customer's view: no day that has passed, none once notice was given, no law, no amount."""
    told = file.notice_by if file.notice_by is not None and file.notice_given_on is None else None
    return CustomerClaim(
        number=number,
        notice_by=told if told is not None and told >= today else None,
        documents=tuple(documents()[one.code].response for one in wanted if one.received_at is None),
        opened=opened,
    )


def _document(row: ClaimDocument) -> DocumentView:
    known = documents()[row.code]
    return DocumentView(row.code, known.name_zh, known.optional, row.received_at, row.received_by, row.stored_file_id)
