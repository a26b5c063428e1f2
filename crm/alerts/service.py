"""Telling staff something, once."""

from collections.abc import Sequence
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from crm.alerts.models import Alert, AlertKind
from crm.alerts.repository import AlertRepository
from crm.clock import Clock
from crm.staff.departments import Department
from crm.staff.models import Role, Staff


class AlertService:
    """Alerts to staff."""

    def __init__(self, session: AsyncSession, clock: Clock) -> None:
        self._alerts = AlertRepository(session)
        self._clock = clock

    async def tell(
        self,
        key: str,
        kind: AlertKind,
        to: str,
        text: str,
        *,
        subject_kind: str = "",
        subject_id: UUID | None = None,
    ) -> bool:
        """Tells a person or a department, unless the same key was told before; says whether it was told now.

        `to`: a staff code or the value of a Department (supervisors are `service_lead`). `key`: unique for one thing
        told to one addressee, for example `promise:<id>:due_soon:lin`.
        """
        department = to in {one.value for one in Department}
        return await self._alerts.insert(
            id=uuid4(),
            key=key,
            kind=kind.value,
            to_staff="" if department else to,
            to_department=to if department else "",
            text=text,
            subject_kind=subject_kind,
            subject_id=subject_id,
            created_at=self._clock.now(),
        )

    async def unseen(self, staff: Staff) -> Sequence[Alert]:
        """What waits to be looked at by this person, oldest first."""
        return await self._alerts.unseen(staff.code, _departments(staff))

    async def see(self, staff: Staff, alert_id: UUID) -> bool:
        """Marks as seen; False when there is no such unseen alert for this person."""
        return await self._alerts.mark_seen(alert_id, staff.code, _departments(staff), self._clock.now())


def _departments(staff: Staff) -> list[str]:
    """Whose alerts somebody sees: the own department's, a supervisor those of the supervisors too."""
    leads = [Department.SERVICE_LEAD.value] if staff.role in (Role.SUPERVISOR, Role.ADMIN) else []
    return [staff.department, *leads]
