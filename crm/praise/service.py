"""Praise reaches the praised and who leads them."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from crm.alerts.models import AlertKind
from crm.alerts.service import AlertService
from crm.complaints.words.accused import StaffName, mentioned
from crm.staff.departments import Department
from crm.staff.models import Staff
from crm.staff.repository import StaffRepository

LONGEST_QUOTE = 300


class PraiseService:
    """Passes kind words on."""

    def __init__(self, session: AsyncSession, alerts: AlertService) -> None:
        self._staff = StaffRepository(session)
        self._alerts = alerts

    async def pass_on(
        self, dialogue_id: UUID, turn_id: UUID, words: str, answered_by: Collection[str] = ()
    ) -> list[str]:
        """Tells those who are named in the words, else those who answered the customer lately, and the supervisors.

        Returns the codes of the praised; [] when it is for the firm as a whole, which the supervisors hear. The same turn
        again tells nobody twice.
        """
        staff = [one for one in await self._staff.everybody() if one.active]
        praised = mentioned(words, [_name(one, answered_by) for one in staff]) or frozenset(answered_by)
        people = [one for one in staff if one.code in praised]
        quote = words.strip()[:LONGEST_QUOTE]
        for one in people:
            await self._tell(turn_id, dialogue_id, one.code, f"客户表扬您：“{quote}”")
        who = "、".join(one.name for one in people) or "我们"
        await self._tell(turn_id, dialogue_id, Department.SERVICE_LEAD, f"客户表扬{who}：“{quote}”")
        return sorted(one.code for one in people)

    async def _tell(self, turn_id: UUID, dialogue_id: UUID, to: str, text: str) -> None:
        key = f"praise:{turn_id}:{to}"
        await self._alerts.tell(key, AlertKind.PRAISE, to, text, subject_kind="dialogue", subject_id=dialogue_id)


def _name(staff: Staff, answered_by: Collection[str]) -> StaffName:
    return StaffName(staff.code, staff.name, staff.display_name, staff.code in answered_by)
