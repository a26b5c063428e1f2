"""The gravest complaints: supervisors hear of them at once."""

from crm.alerts.models import AlertKind
from crm.alerts.service import AlertService
from crm.complaints.categories import categories
from crm.complaints.models import ComplaintCard, Severity
from crm.promises.models import SubjectKind
from crm.staff.departments import Department


async def alert_if_urgent(alerts: AlertService, card: ComplaintCard, why: str) -> None:
    """Tells supervisors of a card of S1, once, with the reason; nothing for any other."""
    if card.severity == Severity.S1:
        await alerts.tell(
            f"complaint:{card.id}:urgent",
            AlertKind.COMPLAINT_URGENT,
            Department.SERVICE_LEAD,
            f"紧急投诉 {card.number}（{categories()[card.category].name_zh}）：{why}",
            subject_kind=SubjectKind.COMPLAINT,
            subject_id=card.id,
        )
