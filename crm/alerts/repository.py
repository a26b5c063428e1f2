"""All queries on alerts."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from crm.alerts.models import Alert
from database.writing import insert_once


class AlertRepository:
    """Alerts of one session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def insert(self, **values: object) -> bool:
        """Writes an alert unless its key is there already; says whether it was written."""
        return await insert_once(self._session, Alert, **values)

    async def unseen(self, staff_code: str, departments: Sequence[str]) -> Sequence[Alert]:
        """What nobody has looked at yet of what goes to this person or one of these departments, oldest first."""
        query = select(Alert).where(
            or_(Alert.to_staff == staff_code, Alert.to_department.in_(departments)), Alert.seen_at.is_(None)
        )
        return (await self._session.execute(query.order_by(Alert.created_at, Alert.key))).scalars().all()

    async def mark_seen(self, alert_id: UUID, staff_code: str, departments: Sequence[str], at: datetime) -> bool:
        """Whoever is first; False: no such unseen alert for this person."""
        statement = (
            update(Alert)
            .where(
                Alert.id == alert_id,
                Alert.seen_at.is_(None),
                or_(Alert.to_staff == staff_code, Alert.to_department.in_(departments)),
            )
            .values(seen_at=at, seen_by=staff_code)
            .returning(Alert.id)
        )
        return (await self._session.execute(statement)).first() is not None
