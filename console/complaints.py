"""`/api/complaints`: the cards, for whoever works with customers; one who is complained about does not find the card."""

from datetime import date, datetime, time, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query
from pydantic import BaseModel

from console.access import Asking, logged_in
from console.complaint_bodies import AccusedBody
from console.complaint_verbs import Verb, edits_router, moves_router
from console.refusals import refusals
from console.whole_card import WholeCard, whole_card
from conversations.changes import ChangeDesk
from crm.clock import SHANGHAI, Clock
from crm.complaints.desk.card_file import ComplaintFiles
from crm.complaints.desk.figures import TARP, ComeBack, ComplaintFigures, FiguresService
from crm.complaints.desk.repository import CardFilter
from crm.complaints.desk.views import CardLine
from crm.complaints.models import ComplaintState, Severity
from crm.crm import Crm, crm_factory
from crm.promises.business_time import BusinessCalendar
from crm.staff.models import Role, Staff
from crm.surveys.views import SurveyFigures, SurveyView
from database.session import Database

WATCHING = (Role.SUPERVISOR, Role.ADMIN)
FIGURES_DAYS = 30


class FiguresView(BaseModel):
    """Of the cards made on the days from `since` to `until`, both counted. None: no data."""

    since: date
    until: date
    complaints: ComplaintFigures
    surveys: SurveyFigures
    tarp: list[ComeBack]


def complaints_router(
    database: Database, clock: Clock, changes: ChangeDesk, calendar: BusinessCalendar | None = None
) -> APIRouter:
    """The routes. `changes`: takes from people what they must not have. `calendar`: None takes the firm's own."""
    router = APIRouter(prefix="/api/complaints", tags=["complaints"])
    staff, days = logged_in(database, clock), calendar or BusinessCalendar()
    open_crm = crm_factory(database, clock, days)

    async def look(number: str, me: Staff) -> WholeCard:
        with refusals(hides=True):
            async with database.reading() as session:
                return await whole_card(Crm(session, clock, days), ComplaintFiles(session, clock), number, me)

    async def do(number: str, me: Staff, verb: Verb) -> WholeCard:
        with refusals(hides=True):
            async with open_crm() as crm:
                await verb(crm.complaint_desk)
        return await look(number, me)

    @router.get("")
    async def cards(
        me: Annotated[Staff, Depends(staff)],
        wanted: Annotated[CardFilter, Depends(_wanted)],
        mine: Annotated[bool, Query()] = False,
    ) -> list[CardLine]:
        """The gravest first, of one severity the one due first; at most 200. `mine`: what I have taken."""
        _works_with_customers(me)
        if mine:
            wanted = CardFilter(wanted.state, wanted.category, wanted.severity, me.code, wanted.overdue)
        async with database.reading() as session:
            return list(await ComplaintFiles(session, clock).listed(me, wanted))

    # Before the card, or "figures" would be taken for a number.
    router.include_router(_figures_router(database, clock, days, staff))

    @router.get("/{number}")
    async def card(number: str, me: Annotated[Staff, Depends(staff)]) -> WholeCard:
        """Everything about a card; 404 also for whoever is complained about."""
        return await look(number, me)

    @router.post("/{number}/accused", status_code=204)
    async def accused(number: str, body: AccusedBody, me: Annotated[Staff, Depends(staff)]) -> None:
        """Who is complained about: the card is not there for them any more, and what they have of it goes to others."""
        with refusals(hides=True):
            await changes.accuse(number, me, body.codes)

    @router.get("/{number}/survey")
    async def survey(number: str, me: Annotated[Staff, Depends(staff)]) -> SurveyView | None:
        """What the customer was asked and said; null: not asked yet."""
        with refusals(hides=True):
            async with database.reading() as session:
                found = await ComplaintFiles(session, clock).card(number, me)
                return await Crm(session, clock, days).surveys.of_card(found.id)

    router.include_router(moves_router(staff, do))
    router.include_router(edits_router(staff, do))
    return router


def _figures_router(database: Database, clock: Clock, days: BusinessCalendar, staff: Asking) -> APIRouter:
    """What supervisors watch."""
    router = APIRouter()

    @router.get("/figures")
    async def figures(
        me: Annotated[Staff, Depends(staff)],
        since: Annotated[date | None, Query()] = None,
        until: Annotated[date | None, Query()] = None,
    ) -> FiguresView:
        """For supervisors (403). Days in Shanghai; the last 30 days without them."""
        if me.role not in WATCHING:
            raise HTTPException(403, "只有主管和管理员能看投诉统计")
        last = until or clock.today()
        first = since or last - timedelta(days=FIGURES_DAYS - 1)
        between = _midnight(first), _midnight(last + timedelta(days=1))
        async with database.reading() as session:
            crm = Crm(session, clock, days)
            return FiguresView(
                since=first,
                until=last,
                complaints=await FiguresService(session).figures(*between),
                surveys=await crm.surveys.figures(*between),
                tarp=list(TARP),
            )

    return router


def _wanted(
    state: Annotated[ComplaintState | None, Query()] = None,
    category: Annotated[str | None, Query(max_length=16)] = None,
    severity: Annotated[Severity | None, Query()] = None,
    overdue: Annotated[bool, Query()] = False,
) -> CardFilter:
    return CardFilter(
        state=state.value if state else None,
        category=category,
        severity=severity.value if severity else None,
        overdue=overdue,
    )


def _works_with_customers(me: Staff) -> None:
    if me.role == Role.TRAINER:
        raise HTTPException(403, "训练师不处理投诉")


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)
