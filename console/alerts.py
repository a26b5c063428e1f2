"""`/api/alerts`: what the desk itself tells its staff. Everybody sees what goes to them and to their department."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, HTTPException
from pydantic import BaseModel

from console.access import logged_in
from crm.alerts.models import Alert
from crm.alerts.service import AlertService
from crm.clock import Clock
from crm.staff.models import Staff
from database.session import Database


class AlertView(BaseModel):
    """One alert. `subject_kind` and `subject_id` say what to open; empty and null: nothing."""

    id: UUID
    kind: str
    text: str
    to_staff: str
    to_department: str
    subject_kind: str
    subject_id: UUID | None
    created_at: datetime


def alerts_router(database: Database, clock: Clock) -> APIRouter:
    """The routes."""
    router = APIRouter(prefix="/api", tags=["alerts"])
    staff = logged_in(database, clock)

    @router.get("/alerts")
    async def alerts(me: Annotated[Staff, Depends(staff)]) -> list[AlertView]:
        """What nobody has looked at yet, oldest first."""
        async with database.reading() as session:
            return [_view(alert) for alert in await AlertService(session, clock).unseen(me)]

    @router.post("/alerts/{alert_id}/seen", status_code=204)
    async def seen(alert_id: UUID, me: Annotated[Staff, Depends(staff)]) -> None:
        """Looked at, for the whole department if it went to one; 404 when there is no such alert for me, or no longer."""
        async with database.transaction() as session:
            found = await AlertService(session, clock).see(me, alert_id)
        if not found:
            raise HTTPException(404, "没有这条提醒，或已经有人看过了")

    return router


def _view(alert: Alert) -> AlertView:
    return AlertView.model_validate(alert, from_attributes=True)
