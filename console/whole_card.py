"""Everything about a complaint in one answer: the card, and what other areas have on it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from console.changes import ChangeView
from console.changes import view_of as change_view
from console.claims import ClaimView
from console.claims import view_of as claim_view
from console.remedies import RemedyView
from console.remedies import view_of as remedy_view
from crm.complaints.desk.card_file import ComplaintFiles
from crm.complaints.desk.views import CardFile
from crm.crm import Crm
from crm.files.views import Evidence
from crm.staff.models import Staff
from crm.surveys.views import SurveyView


@dataclass(frozen=True)
class EvidenceLine:
    """A file on the card; `/evidence` gives the links to open it, and writes down who asked for them."""

    id: UUID
    name: str
    media_type: str
    size: int
    """Bytes."""
    uploaded_by: str
    added_at: datetime
    by_whom: str


@dataclass(frozen=True)
class WholeCard(CardFile):
    """The file of a card with its changes, remedies, claim, evidence and survey. Empty and null: nothing yet."""

    changes: list[ChangeView]
    remedies: list[RemedyView]
    claim: ClaimView | None
    evidence: list[EvidenceLine]
    survey: SurveyView | None


async def whole_card(crm: Crm, files: ComplaintFiles, number: str, me: Staff) -> WholeCard:
    """However much there is on a card, the number of queries is the same. Raises ComplaintNotFound."""
    file = await files.file(number, me)
    claim = await crm.claims.of_card(number, me)
    return WholeCard(
        **vars(file),
        changes=[change_view(move) for move in await crm.changes.of_card(file.id, me)],
        remedies=[remedy_view(remedy) for remedy in await crm.remedies.of_card(number, me)],
        claim=claim_view(claim) if claim else None,
        evidence=[_line(one) for one in await crm.files.evidence(file.id)],
        survey=await crm.surveys.of_card(file.id),
    )


def _line(one: Evidence) -> EvidenceLine:
    file = one.file
    return EvidenceLine(file.id, file.name, file.media_type, file.size, file.uploaded_by, one.added_at, one.by_whom)
