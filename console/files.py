"""Files at the desk: evidence, and what came in a conversation. Never for who is complained about."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, HTTPException, Request
from pydantic import BaseModel
from starlette.requests import ClientDisconnect

from console.access import logged_in
from console.refusals import IN_CHAT, refusals
from conversations.desk import Desk
from crm.clock import Clock
from crm.files.form import read_form
from crm.files.links import FileLinks
from crm.files.service import FileService
from crm.files.store import FileStore
from crm.files.views import Evidence
from crm.staff.models import Staff
from database.session import Database


class EvidenceView(BaseModel):
    """A file on a complaint card. `url` opens for 15 minutes, without a log-in."""

    id: UUID
    name: str
    media_type: str
    size: int
    uploaded_by: str
    uploaded_at: datetime
    added_at: datetime
    by_whom: str
    url: str


class SentView(BaseModel):
    """A file of a message. `seq`: the line of the log. `url` opens for 15 minutes, without a log-in."""

    seq: int
    id: UUID
    name: str
    media_type: str
    url: str


def console_files_router(database: Database, clock: Clock, desk: Desk, store: FileStore, links: FileLinks) -> APIRouter:
    """The routes. Each asks for `Authorization: Bearer TOKEN`."""
    router = APIRouter(prefix="/api", tags=["complaints"])
    staff = logged_in(database, clock)

    @router.get("/complaints/{number}/evidence")
    async def evidence(number: str, me: Annotated[Staff, Depends(staff)]) -> list[EvidenceView]:
        """The files of a card, oldest first; 404 for whoever is complained about on it, as for a card that is not there.

        Whoever asks for the links has looked at the files: it stands in the audit record.
        """
        with refusals():
            async with database.transaction() as session:
                return _views(await FileService(session, clock).open_evidence(number, me), links)

    @router.get("/conversations/{conversation_id}/files")
    async def of_conversation(conversation_id: UUID, me: Annotated[Staff, Depends(staff)]) -> list[SentView]:
        """What came in a conversation, oldest first; 409 for whoever an open complaint of this customer is about.

        It stands in the audit record like the files of a card.
        """
        with refusals(words=IN_CHAT):
            _, lines = await desk.read(conversation_id, 0, me.code)
        found = [(line.seq, file) for line in lines for file in links.with_urls(line.content.get("files", ()))]
        async with database.transaction() as session:
            ids = [file["id"] for _, file in found]
            await FileService(session, clock).note_opened(conversation_id, ids, me)
        return [SentView(seq=seq, **file) for seq, file in found]

    @router.post("/complaints/{number}/evidence", status_code=201)
    async def add(number: str, request: Request, me: Annotated[Staff, Depends(staff)]) -> EvidenceView:
        """Puts a file (field `file` of a form) to a card; 404, 413, 415 as for customers."""
        with refusals():
            async with database.reading() as session:
                card = await FileService(session, clock).card_for(number, me)
            headers = request.headers
            try:
                form = await read_form(
                    headers.get("content-type"), headers.get("content-length"), request.stream(), store
                )
            except ClientDisconnect:
                # Nobody hears this any more; it keeps what is no fault of ours out of the log of errors.
                raise HTTPException(400, "the upload was broken off") from None
            try:
                async with database.transaction() as session:
                    added = await FileService(session, clock).add_by_staff(card, form.file, store, me)
            finally:
                form.file.temporary.unlink(missing_ok=True)
        return _views([added], links)[0]

    return router


def _views(found: Sequence[Evidence], links: FileLinks) -> list[EvidenceView]:
    return [
        EvidenceView(
            id=one.file.id,
            name=one.file.name,
            media_type=one.file.media_type,
            size=one.file.size,
            uploaded_by=one.file.uploaded_by,
            uploaded_at=one.file.created_at,
            added_at=one.added_at,
            by_whom=one.by_whom,
            url=links.url(one.file.id),
        )
        for one in found
    ]
