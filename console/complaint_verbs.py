"""`POST /api/complaints/NUMBER/…`: what staff do with a card. Each answers with the card's file as it is then."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import APIRouter, Depends

from console.access import Asking
from console.complaint_bodies import (
    AnswerBody,
    CategoryBody,
    CauseBody,
    ClosingBody,
    DepartmentBody,
    LinkBody,
    ReasonBody,
    SeverityBody,
    TextBody,
)
from console.whole_card import WholeCard
from crm.complaints.desk.service import Cause, ComplaintDesk
from crm.staff.models import Staff

Verb = Callable[[ComplaintDesk], Awaitable[object]]
Doing = Callable[[str, Staff, Verb], Awaitable[WholeCard]]
"""Does something to the card of a number for a person, in one transaction; gives the file after it."""


def moves_router(staff: Asking, do: Doing) -> APIRouter:
    """The verbs that move a card."""
    router = APIRouter()

    @router.post("/{number}/take")
    async def take(number: str, me: Annotated[Staff, Depends(staff)]) -> WholeCard:
        """I take it; 409 when somebody else was first, 403 below the card's level."""
        return await do(number, me, lambda desk: desk.take(number, me))

    @router.post("/{number}/act")
    async def act(number: str, me: Annotated[Staff, Depends(staff)]) -> WholeCard:
        """What happened is clear; it is being put right."""
        return await do(number, me, lambda desk: desk.start_acting(number, me))

    @router.post("/{number}/pause")
    async def pause(number: str, body: ReasonBody, me: Annotated[Staff, Depends(staff)]) -> WholeCard:
        """Waits for the customer: the time of the result stands still."""
        return await do(number, me, lambda desk: desk.pause(number, me, body.reason))

    @router.post("/{number}/resume")
    async def resume(number: str, me: Annotated[Staff, Depends(staff)]) -> WholeCard:
        """What was waited for has come."""
        return await do(number, me, lambda desk: desk.resume(number, me))

    @router.post("/{number}/answer")
    async def answer(number: str, body: AnswerBody, me: Annotated[Staff, Depends(staff)]) -> WholeCard:
        """The result: told to the customer in the chat, who is asked whether that solves it."""
        return await do(number, me, lambda desk: desk.answer(number, me, body.result, body.remedy))

    @router.post("/{number}/close")
    async def close(number: str, body: ClosingBody, me: Annotated[Staff, Depends(staff)]) -> WholeCard:
        """422 without root cause, its department and prevention; 403 for an agent from level 1 on.

        409 while an approved remedy or a claim is under way, unless a supervisor says why in `despite`.
        """
        cause = Cause(body.root_cause.strip(), body.cause_department, body.prevention.strip())
        return await do(number, me, lambda desk: desk.close(number, me, cause, body.despite))

    @router.post("/{number}/reopen")
    async def reopen(number: str, body: ReasonBody, me: Annotated[Staff, Depends(staff)]) -> WholeCard:
        """One level up, with a call back by a supervisor."""
        return await do(number, me, lambda desk: desk.reopen(number, me, body.reason))

    @router.post("/{number}/called-back")
    async def called_back(number: str, body: TextBody, me: Annotated[Staff, Depends(staff)]) -> WholeCard:
        """A supervisor has called the customer: the promised call is kept."""
        return await do(number, me, lambda desk: desk.called_back(number, me, body.text))

    return router


def edits_router(staff: Asking, do: Doing) -> APIRouter:
    """The verbs that leave a card where it is."""
    router = APIRouter()

    @router.post("/{number}/notes")
    async def note(number: str, body: TextBody, me: Annotated[Staff, Depends(staff)]) -> WholeCard:
        """A word for colleagues."""
        return await do(number, me, lambda desk: desk.note(number, me, body.text))

    @router.post("/{number}/facts")
    async def add_facts(number: str, body: TextBody, me: Annotated[Staff, Depends(staff)]) -> WholeCard:
        """What the customer said elsewhere."""
        return await do(number, me, lambda desk: desk.add_facts(number, me, body.text))

    @router.post("/{number}/category")
    async def category(number: str, body: CategoryBody, me: Annotated[Staff, Depends(staff)]) -> WholeCard:
        """Another category, and with it another department."""
        return await do(number, me, lambda desk: desk.change_category(number, me, body.category, body.reason))

    @router.post("/{number}/severity")
    async def severity(number: str, body: SeverityBody, me: Annotated[Staff, Depends(staff)]) -> WholeCard:
        """Graver or milder, as a person sees it."""
        return await do(number, me, lambda desk: desk.change_severity(number, me, body.severity, body.reason))

    @router.post("/{number}/link")
    async def link(number: str, body: LinkBody, me: Annotated[Staff, Depends(staff)]) -> WholeCard:
        """Shipment, order and quote it is about."""

        async def all_given(desk: ComplaintDesk) -> None:
            if body.shipment is not None:
                await desk.link_shipment(number, me, body.shipment)
            if body.order is not None:
                await desk.link_order(number, me, body.order)
            if body.quote is not None:
                await desk.link_quote(number, me, body.quote)

        return await do(number, me, all_given)

    @router.post("/{number}/accused/{code}/clearing")
    async def clear_accused(
        number: str, code: str, body: ReasonBody, me: Annotated[Staff, Depends(staff)]
    ) -> WholeCard:
        """Somebody was named wrongly; for supervisors (403)."""
        return await do(number, me, lambda desk: desk.clear_accused(number, me, code, body.reason))

    @router.post("/{number}/ask-cause")
    async def ask_cause(number: str, body: DepartmentBody, me: Annotated[Staff, Depends(staff)]) -> WholeCard:
        """Asks a department for root cause and prevention."""
        return await do(number, me, lambda desk: desk.ask_cause(number, me, body.department))

    @router.post("/{number}/cause")
    async def cause(number: str, body: CauseBody, me: Annotated[Staff, Depends(staff)]) -> WholeCard:
        """The department's answer."""
        return await do(number, me, lambda desk: desk.report_cause(number, me, body.root_cause, body.prevention))

    return router
