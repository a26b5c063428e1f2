"""`/api/follow-ups`: the sheets that wait, and filling them in."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from console.access import serving
from console.refusals import refusals
from crm.clock import Clock
from crm.crm import CrmFactory
from crm.followups.models import FollowUpSheet, Moment
from crm.followups.sheets import sheets
from crm.staff.models import Staff
from database.session import Database

LONGEST = 2000


class QuestionView(BaseModel):
    """What to ask."""

    code: str
    text: str


class SheetView(BaseModel):
    """One sheet, with how to begin and what to ask."""

    id: UUID
    moment: Moment
    name: str
    purpose: str
    opening: str
    questions: list[QuestionView]
    subject_id: UUID
    subject_number: str
    due_at: datetime
    state: str
    answers: dict[str, str]
    outcome: str
    next_step: str
    settled_by: str
    settled_at: datetime | None


class FilledIn(BaseModel):
    """What the customer said, by the codes of the questions; not every question needs an answer."""

    answers: dict[str, Annotated[str, Field(max_length=LONGEST)]]
    outcome: str = Field(min_length=1, max_length=LONGEST)
    next_step: str = Field(default="", max_length=LONGEST)


class Dropped(BaseModel):
    """Why nobody is asked."""

    reason: str = Field(min_length=1, max_length=LONGEST)


def followups_router(database: Database, clock: Clock, open_crm: CrmFactory) -> APIRouter:
    """The routes; 403 for trainers. What follows a complaint is not there for whoever it was about."""
    router = APIRouter(prefix="/api/follow-ups", tags=["follow-ups"])
    staff = serving(database, clock)

    @router.get("")
    async def waiting(me: Annotated[Staff, Depends(staff)]) -> list[SheetView]:
        """What waits to be done, the most urgent first."""
        async with open_crm() as crm:
            return [_view(sheet) for sheet in await crm.followups.open(me.code)]

    @router.post("/{sheet_id}/done")
    async def done(sheet_id: UUID, body: FilledIn, me: Annotated[Staff, Depends(staff)]) -> SheetView:
        """The customer was asked; 409 when the sheet is settled already."""
        with refusals():
            async with open_crm() as crm:
                return _view(await crm.followups.fill_in(sheet_id, me.code, body.answers, body.outcome, body.next_step))

    @router.post("/{sheet_id}/drop")
    async def drop(sheet_id: UUID, body: Dropped, me: Annotated[Staff, Depends(staff)]) -> SheetView:
        """Nobody is asked, with the reason; 409 when the sheet is settled already."""
        with refusals():
            async with open_crm() as crm:
                return _view(await crm.followups.drop(sheet_id, me.code, body.reason))

    return router


def _view(row: FollowUpSheet) -> SheetView:
    sheet = sheets()[Moment(row.moment)]
    return SheetView(
        id=row.id,
        moment=sheet.moment,
        name=sheet.name_zh,
        purpose=sheet.purpose,
        opening=sheet.opening.format(number=row.subject_number),
        questions=[QuestionView(code=question.code, text=question.text) for question in sheet.questions],
        subject_id=row.subject_id,
        subject_number=row.subject_number,
        due_at=row.due_at,
        state=row.state,
        answers=row.answers,
        outcome=row.outcome,
        next_step=row.next_step,
        settled_by=row.settled_by,
        settled_at=row.settled_at,
    )
