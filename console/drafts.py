"""What an agent is about to send, read before it goes: what makes a complaint worse, and what promises something."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from console.access import logged_in
from console.refusals import IN_CHAT, refusals
from conversations.errors import WrongMove
from conversations.repository import ConversationRepository
from crm.clock import Clock
from crm.complaints.changes.assignment_repository import AssignmentRepository
from crm.complaints.errors import PersonComplainedAbout
from crm.complaints.repository import ComplaintRepository
from crm.complaints.words.order_guard import check
from crm.promises.business_time import BusinessCalendar
from crm.promises.spoken import spoken_promises
from crm.staff.models import Staff
from database.session import Database


class Draft(BaseModel):
    """What stands in the field."""

    text: str = Field(max_length=5000)


class FindingView(BaseModel):
    """Words that make a complaint worse, and what to say instead."""

    rule: str
    words: str
    advice: str


class PromiseFound(BaseModel):
    """What seems to be promised. `exact` false: the words leave the time open, and a usual one was taken."""

    words: str
    text: str
    due_at: datetime
    exact: bool


class DraftView(BaseModel):
    """Both lists in the order of the text; empty: nothing was found."""

    findings: list[FindingView]
    promises: list[PromiseFound]


def drafts_router(database: Database, clock: Clock, calendar: BusinessCalendar) -> APIRouter:
    """The route."""
    router = APIRouter(prefix="/api", tags=["console"])
    staff = logged_in(database, clock)

    @router.post("/conversations/{conversation_id}/drafts")
    async def draft(conversation_id: UUID, body: Draft, me: Annotated[Staff, Depends(staff)]) -> DraftView:
        """Reads a message before it is sent; nothing is kept. 409 unless I have the conversation."""
        with refusals(words=IN_CHAT | {WrongMove: "只有正在接待这位客户的同事可以写回复"}):
            listening = await _listening(database, conversation_id, me.code)
        return DraftView(
            findings=[
                FindingView(rule=found.rule, words=found.words, advice=found.advice)
                for found in check(body.text, card_exists=not listening)
            ],
            promises=[
                PromiseFound(words=found.words, text=found.text, due_at=found.due_at, exact=found.exact)
                for found in spoken_promises(body.text, clock.now(), calendar)
            ],
        )

    return router


async def _listening(database: Database, conversation_id: UUID, agent_code: str) -> bool:
    """Whether the customer is still telling: of an open complaint neither a number was told, nor has anybody taken it.

    A customer who complained of nothing may be asked for a number and told a reason. Raises as Desk.reply does.
    """
    async with database.reading() as session:
        conversation = await ConversationRepository(session).get(conversation_id)
        if conversation.agent_code != agent_code:
            raise WrongMove("draft")
        if await AssignmentRepository(session).complained_about(conversation_id, agent_code):
            raise PersonComplainedAbout
        complaints = ComplaintRepository(session)
        cards = await complaints.open_of(await complaints.speaker(conversation_id))
    return any(card.told_at is None and card.taken_by is None for card in cards)
