"""`/api/complaints/NUMBER/remedies`, `/api/remedies`: what is done for a customer who complained. For staff only."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from console.access import logged_in
from console.refusals import refusals
from crm.clock import Clock
from crm.crm import Crm, crm_factory
from crm.pricing.money import CNY, Money
from crm.promises.business_time import BusinessCalendar
from crm.remedies import views
from crm.remedies.models import RemedyKind
from crm.remedies.rules import Proposal
from crm.remedies.wishes import Wish
from crm.staff.models import Staff
from database.session import Database

AMOUNT = r"^\d{1,9}(\.\d{1,2})?$"
LONGEST = 300


class WishBody(BaseModel):
    """What is to be done. `amount` (exact, as text) with `currency`, or `days`, as the kind has it.

    `id`: made by the client, so that a request sent twice is one remedy.
    """

    id: UUID | None = None
    kind: RemedyKind
    amount: str | None = Field(default=None, pattern=AMOUNT)
    currency: str = Field(default=CNY, pattern=r"^[A-Z]{3}$")
    days: int | None = Field(default=None, ge=1, le=3650)
    reason: str = Field(min_length=1, max_length=LONGEST)


class RefusalBody(BaseModel):
    """Why not."""

    reason: str = Field(min_length=1, max_length=LONGEST)


class ReportBody(BaseModel):
    """What became of it. `done` false: it could not be done, `result` says why."""

    done: bool = True
    result: str = Field(default="", max_length=LONGEST)


class ProposalView(BaseModel):
    """A suggestion. `amount` null: no money belongs to it, or a person finds out how much. `extra`: the little more."""

    kind: RemedyKind
    name: str
    amount: str | None
    currency: str | None
    days: int | None
    reason: str
    extra: bool


class RemedyView(BaseModel):
    """A remedy and how far it is."""

    id: UUID
    complaint: str
    kind: RemedyKind
    name: str
    amount: str | None
    currency: str | None
    days: int | None
    reason: str
    state: str
    proposed_by: str
    proposed_at: datetime
    decided_by: str
    decided_at: datetime | None
    decision: str
    result: str
    settled_at: datetime | None


class CardRemedies(BaseModel):
    """What the rules suggest, and what was proposed, oldest first."""

    suggested: list[ProposalView]
    remedies: list[RemedyView]


def remedies_router(database: Database, clock: Clock, calendar: BusinessCalendar | None = None) -> APIRouter:
    """The routes. Who is complained about finds no such complaint (404); trainers have no say (403)."""
    router = APIRouter(prefix="/api", tags=["remedies"])
    staff, days = logged_in(database, clock), calendar or BusinessCalendar()
    open_crm = crm_factory(database, clock, days)

    @router.get("/complaints/{number}/remedies")
    async def of_card(number: str, me: Annotated[Staff, Depends(staff)]) -> CardRemedies:
        """Suggestions and remedies of a complaint."""
        with refusals(hides=True):
            async with database.reading() as session:
                remedies = Crm(session, clock, days).remedies
                suggested = await remedies.suggested(number, me)
                found = await remedies.of_card(number, me)
        return CardRemedies(suggested=[_proposal(one) for one in suggested], remedies=[view_of(one) for one in found])

    @router.post("/complaints/{number}/remedies", status_code=201)
    async def propose(number: str, body: WishBody, me: Annotated[Staff, Depends(staff)]) -> RemedyView:
        """Within the own limit it is granted at once, else supervisors or the management are asked."""
        amount = Money(Decimal(body.amount), body.currency) if body.amount is not None else None
        with refusals(hides=True):
            async with open_crm() as crm:
                wish = Wish(body.kind, body.reason, amount, body.days)
                return view_of(await crm.remedies.propose(number, wish, me, remedy_id=body.id))

    @router.get("/remedies/awaiting")
    async def awaiting(me: Annotated[Staff, Depends(staff)]) -> list[RemedyView]:
        """What I may decide now, oldest first; empty for who approves nothing."""
        async with database.reading() as session:
            return [view_of(one) for one in await Crm(session, clock, days).remedies.awaiting(me)]

    @router.post("/remedies/{remedy_id}/approval")
    async def approve(remedy_id: UUID, me: Annotated[Staff, Depends(staff)]) -> RemedyView:
        """Lets it be done; 403 for the own one or over the limit, 409 when somebody else has decided."""
        with refusals(hides=True):
            async with open_crm() as crm:
                return view_of(await crm.remedies.approve(remedy_id, me))

    @router.post("/remedies/{remedy_id}/refusal")
    async def refuse(remedy_id: UUID, body: RefusalBody, me: Annotated[Staff, Depends(staff)]) -> RemedyView:
        """Says no, with the reason; who proposed it hears of it."""
        with refusals(hides=True):
            async with open_crm() as crm:
                return view_of(await crm.remedies.refuse(remedy_id, body.reason, me))

    @router.post("/remedies/{remedy_id}/report")
    async def report(remedy_id: UUID, body: ReportBody, me: Annotated[Staff, Depends(staff)]) -> RemedyView:
        """My department has done its part, or could not; supervisors report for every department."""
        with refusals(hides=True):
            async with open_crm() as crm:
                return view_of(await crm.remedies.report(remedy_id, body.result, me, done=body.done))

    return router


def view_of(one: views.RemedyView) -> RemedyView:
    """A remedy as the API gives it."""
    fields = {**vars(one), "name": one.name_zh, "state": one.state.value, **_money(one.amount)}
    del fields["name_zh"]
    return RemedyView(**fields)


def _proposal(one: Proposal) -> ProposalView:
    return ProposalView(
        kind=one.kind, name=one.name_zh, days=one.days, reason=one.reason, extra=one.extra, **_money(one.amount)
    )


def _money(money: Money | None) -> dict[str, str | None]:
    if money is None:
        return {"amount": None, "currency": None}
    return {"amount": f"{money.rounded().amount:f}", "currency": money.currency}
