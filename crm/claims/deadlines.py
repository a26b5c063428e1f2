"""Warning staff before the period of notice runs out: each step once, whatever day the watch comes by."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from crm.alerts.models import AlertKind
from crm.alerts.service import AlertService
from crm.staff.departments import Department

DAYS_BEFORE = (1, 2, 5)
"""Days before the last one on which staff are warned, the shortest first."""
MISSED = "missed"


@dataclass(frozen=True)
class Deadline:
    """The last day for notice on one claim."""

    file_id: UUID
    number: str
    """Of the complaint."""
    last_day: date
    why: str


async def warn(alerts: AlertService, deadline: Deadline, today: date, owner: str) -> int:
    """Tells claims and the owner what they were not told yet; returns how many alerts were written.

    A watch that comes late tells the step that has been reached, not those it has missed. `owner` empty: the supervisors
    in that place.
    """
    left = (deadline.last_day - today).days
    step = next((str(days) for days in DAYS_BEFORE if left <= days), "")
    if left < 0:
        step = MISSED
    if not step:
        return 0
    told = 0
    for to in dict.fromkeys((Department.CLAIMS.value, owner or Department.SERVICE_LEAD.value)):
        told += await alerts.tell(
            f"claim:{deadline.file_id}:{deadline.last_day}:{step}:{to}",
            AlertKind.CLAIM_NOTICE,
            to,
            _text(deadline, left),
            subject_kind="claim",
            subject_id=deadline.file_id,
        )
    return told


def _text(deadline: Deadline, left: int) -> str:
    last = f"{deadline.last_day:%m-%d}"
    if left < 0:
        return f"投诉 {deadline.number}：书面通知的期限 {last} 已经过了，还没有收到书面通知，请马上补发并问律师。{deadline.why}"
    when = f"还有 {left} 天" if left else "今天是最后一天"
    return f"投诉 {deadline.number}：{last} 前要书面通知，{when}，还没有收到书面通知。{deadline.why}"
