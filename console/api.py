"""`/api`: log in, see the queue, claim, reply, give back, close. OpenAPI describes it at `/docs`."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, HTTPException, Query, status
from pydantic import AwareDatetime, BaseModel, Field

from console.access import logged_in
from console.refusals import IN_CHAT, refusals
from conversations.desk import Desk
from conversations.given_word import GivenWord
from conversations.models import HandoffCase, Message
from crm.clock import Clock
from crm.staff.errors import LoginLocked
from crm.staff.models import Staff
from crm.staff.service import StaffService
from database.session import Database


class Login(BaseModel):
    """Staff code and password."""

    code: str = Field(min_length=1, max_length=32)
    password: str = Field(min_length=1, max_length=200)


class GivenWordBody(BaseModel):
    """Something the message promises, and the moment by which it is due."""

    text: str = Field(min_length=1, max_length=1000)
    due_at: AwareDatetime


class Reply(BaseModel):
    """What an agent writes. `promises`: what of it is to be tracked."""

    text: str = Field(min_length=1, max_length=5000)
    promises: list[GivenWordBody] = Field(default=[], max_length=10)


class CaseView(BaseModel):
    """A case in the queue, with its packet."""

    id: UUID
    conversation_id: UUID
    reason: str
    priority: int
    state: str
    agent_code: str | None
    created_at: datetime
    packet: dict[str, Any]


class LineView(BaseModel):
    """One line of the log."""

    seq: int
    author: str
    author_code: str | None
    text: str
    content: dict[str, Any]
    created_at: datetime


class ConversationView(BaseModel):
    """Who has a conversation, and its log."""

    id: UUID
    status: str
    agent_code: str | None
    lines: list[LineView]


def console_router(database: Database, clock: Clock, desk: Desk) -> APIRouter:
    """The routes. Every one but the log-in asks for `Authorization: Bearer TOKEN`."""
    router = APIRouter(prefix="/api", tags=["console"])
    staff = logged_in(database, clock)

    router.include_router(_session_router(database, clock))

    @router.get("/cases")
    async def cases(me: Annotated[Staff, Depends(staff)], mine: Annotated[bool, Query()] = False) -> list[CaseView]:
        """The queue, or with `mine=true` what I have."""
        found = await desk.mine(me.code) if mine else await desk.queue(me.code)
        return [_case(case) for case in found]

    @router.get("/conversations/{conversation_id}")
    async def conversation(
        conversation_id: UUID, me: Annotated[Staff, Depends(staff)], after: Annotated[int, Query(ge=0)] = 0
    ) -> ConversationView:
        """Who has it, and the log behind a place; 409 for whoever an open complaint of this customer is about."""
        with refusals(words=IN_CHAT):
            found, lines = await desk.read(conversation_id, after, me.code)
        return ConversationView(
            id=found.id, status=found.status, agent_code=found.agent_code, lines=[_line(line) for line in lines]
        )

    @router.post("/conversations/{conversation_id}/claim", status_code=204)
    async def claim(conversation_id: UUID, me: Annotated[Staff, Depends(staff)]) -> None:
        """Takes it; 409 when somebody else was first."""
        with refusals(words=IN_CHAT):
            await desk.claim(conversation_id, me.code, me.display_name or me.name)

    @router.post("/conversations/{conversation_id}/replies", status_code=201)
    async def reply(conversation_id: UUID, body: Reply, me: Annotated[Staff, Depends(staff)]) -> LineView:
        """Writes to the customer; 409 unless I have the conversation, 422 for a promise whose time has passed."""
        promises = [GivenWord(word.text, word.due_at) for word in body.promises]
        with refusals(words=IN_CHAT):
            name = me.display_name or me.name
            return _line(await desk.reply(conversation_id, me.code, body.text, name, promises))

    @router.post("/conversations/{conversation_id}/return", status_code=204)
    async def give_back(conversation_id: UUID, me: Annotated[Staff, Depends(staff)]) -> None:
        """Gives it back to the bot; 409 unless I have it."""
        with refusals(words=IN_CHAT):
            await desk.return_to_bot(conversation_id, me.code)

    @router.post("/conversations/{conversation_id}/close", status_code=204)
    async def close(conversation_id: UUID, me: Annotated[Staff, Depends(staff)]) -> None:
        """Ends it; 409 unless I have it."""
        with refusals(words=IN_CHAT):
            await desk.close(conversation_id, me.code)

    return router


def _session_router(database: Database, clock: Clock) -> APIRouter:
    """The way in."""
    router = APIRouter()

    @router.post("/session")
    async def log_in(body: Login) -> dict[str, str]:
        """A session token; 401 for a wrong code or password, 429 after too many."""
        try:
            async with database.transaction() as session:
                token = await StaffService(session, clock).login(body.code, body.password)
        except LoginLocked:
            raise HTTPException(429, "too many wrong passwords: try again in 15 minutes") from None
        if token is None:
            raise HTTPException(status.HTTP_401_UNAUTHORIZED, "wrong code or password")
        return {"token": token}

    return router


def _case(case: HandoffCase) -> CaseView:
    return CaseView.model_validate(case, from_attributes=True)


def _line(message: Message) -> LineView:
    return LineView.model_validate(message, from_attributes=True)
