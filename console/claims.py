"""`/api/complaints/NUMBER/claim`, `/api/claims`: claim files. What stands in them of law is information, not advice."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from console.access import Asking, logged_in
from console.refusals import refusals
from crm.claims import views
from crm.claims.models import ENDED, ClaimState
from crm.claims.regimes import Regime, Trouble
from crm.clock import Clock
from crm.crm import Crm, CrmFactory, crm_factory
from crm.promises.business_time import BusinessCalendar
from crm.staff.models import Staff
from database.session import Database


class FactsBody(BaseModel):
    """What a person has checked; what is left out stays as it is. A day of null: not known."""

    regime: Regime = Regime.UNDETERMINED
    trouble: Trouble = Trouble.HIDDEN
    container: bool = False
    delivered_on: date | None = None
    at_disposal_on: date | None = None


class TickBody(BaseModel):
    """Whether a document has come, and the stored file it is kept in (null: on paper, or elsewhere)."""

    received: bool
    stored_file_id: UUID | None = None


class NoticeBody(BaseModel):
    """The day on which notice was given in writing."""

    given_on: date


class EndBody(BaseModel):
    """How it ended: settled, or refused (`settled` false), in words."""

    settled: bool
    outcome: str = Field(min_length=1, max_length=1000)


class DocumentView(BaseModel):
    """One line of the check list. `received_at` null: still wanted."""

    code: str
    name: str
    optional: bool
    received_at: datetime | None
    received_by: str
    stored_file_id: UUID | None


class RegimeView(BaseModel):
    """The law as the desk knows it, with its source."""

    code: Regime
    name: str
    limit: str
    action: str
    source: str


class ClaimView(BaseModel):
    """A claim file. `notice_by` null: not known, `notice_why` says what to do; `checked` false: ask a lawyer."""

    complaint: str
    state: ClaimState
    regime: RegimeView
    trouble: Trouble
    container: bool
    delivered_on: date | None
    at_disposal_on: date | None
    facts_by: str
    notice_by: date | None
    notice_why: str
    checked: bool
    notice_given_on: date | None
    documents: list[DocumentView]
    opened_by: str
    opened_at: datetime
    submitted_at: datetime | None
    outcome: str
    ended_at: datetime | None


def claims_router(database: Database, clock: Clock, calendar: BusinessCalendar | None = None) -> APIRouter:
    """The routes. Who is complained about finds no such complaint (404); trainers have no business here (403)."""
    router = APIRouter(prefix="/api", tags=["claims"])
    staff, days = logged_in(database, clock), calendar or BusinessCalendar()
    router.include_router(_work_router(staff, crm_factory(database, clock, days)))

    @router.get("/claims")
    async def claims(
        me: Annotated[Staff, Depends(staff)], state: Annotated[list[ClaimState] | None, Query()] = None
    ) -> list[ClaimView]:
        """Claims in these states (without any: those that have not ended), the most urgent notice first."""
        wanted = state or [one for one in ClaimState if one not in ENDED]
        with refusals(hides=True):
            async with database.reading() as session:
                return [view_of(one) for one in await Crm(session, clock, days).claims.in_states(me, wanted)]

    @router.get("/complaints/{number}/claim")
    async def claim(number: str, me: Annotated[Staff, Depends(staff)]) -> ClaimView:
        """The claim file of a complaint; 404 when there is none."""
        with refusals(hides=True):
            async with database.reading() as session:
                return view_of(await Crm(session, clock, days).claims.read(number, me))

    return router


def _work_router(staff: Asking, open_crm: CrmFactory) -> APIRouter:
    """What is done with the claim file of a complaint."""
    router = APIRouter()

    @router.post("/complaints/{number}/claim")
    async def open_claim(number: str, me: Annotated[Staff, Depends(staff)]) -> ClaimView:
        """Opens the claim file; where there is one, gives that."""
        with refusals(hides=True):
            async with open_crm() as crm:
                return view_of(await crm.claims.open_by(number, me))

    @router.patch("/complaints/{number}/claim")
    async def facts(number: str, body: FactsBody, me: Annotated[Staff, Depends(staff)]) -> ClaimView:
        """Regime, trouble and days as a person has checked them; the last day for notice is counted anew."""
        with refusals(hides=True):
            async with open_crm() as crm:
                return view_of(await crm.claims.set_facts(number, me, **body.model_dump(exclude_unset=True)))

    @router.put("/complaints/{number}/claim/documents/{code}")
    async def tick(number: str, code: str, body: TickBody, me: Annotated[Staff, Depends(staff)]) -> ClaimView:
        """A document has come, or has not after all."""
        with refusals(hides=True):
            async with open_crm() as crm:
                file = body.stored_file_id
                return view_of(await crm.claims.tick(number, code, me, received=body.received, stored_file_id=file))

    @router.put("/complaints/{number}/claim/notice")
    async def notice(number: str, body: NoticeBody, me: Annotated[Staff, Depends(staff)]) -> ClaimView:
        """Notice was given in writing: the warnings stop."""
        with refusals(hides=True):
            async with open_crm() as crm:
                return view_of(await crm.claims.give_notice(number, body.given_on, me))

    @router.post("/complaints/{number}/claim/submission")
    async def submit(number: str, me: Annotated[Staff, Depends(staff)]) -> ClaimView:
        """Handed in; 409 while a document is wanted."""
        with refusals(hides=True):
            async with open_crm() as crm:
                return view_of(await crm.claims.submit(number, me))

    @router.post("/complaints/{number}/claim/end")
    async def end(number: str, body: EndBody, me: Annotated[Staff, Depends(staff)]) -> ClaimView:
        """Settled or refused, by the claims department or a supervisor."""
        with refusals(hides=True):
            async with open_crm() as crm:
                return view_of(await crm.claims.end(number, me, body.outcome, settled=body.settled))

    return router


def view_of(one: views.ClaimView) -> ClaimView:
    """A claim as the API gives it."""
    law = one.regime
    fields = {
        **vars(one),
        "complaint": one.number,
        "regime": RegimeView(code=law.code, name=law.name_zh, limit=law.limit, action=law.action, source=law.source),
        "documents": [_document(row) for row in one.documents],
    }
    del fields["number"]
    return ClaimView(**fields)


def _document(row: views.DocumentView) -> DocumentView:
    fields = {**vars(row), "name": row.name_zh}
    del fields["name_zh"]
    return DocumentView(**fields)
