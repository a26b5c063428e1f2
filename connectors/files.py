"""`GET /files/{id}`: hands a file to whoever has a signed link to it, in a way that no browser runs what is in it."""

import asyncio
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, HTTPException, Query
from fastapi.responses import FileResponse

from crm.clock import Clock
from crm.files.kinds import Kind, kind_of
from crm.files.links import PATH, FileLinks
from crm.files.names import to_save_as
from crm.files.service import FileService
from crm.files.store import FileStore
from database.session import Database

HEADERS = {
    "Cache-Control": "private, no-store",
    "Content-Security-Policy": "default-src 'none'; media-src 'self'; img-src 'self'; sandbox; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def files_router(database: Database, clock: Clock, store: FileStore, links: FileLinks) -> APIRouter:
    """The route. There is no log-in: the link is the right, and whoever made it has checked it."""
    router = APIRouter(tags=["files"])

    @router.get(PATH + "{file_id}", response_class=FileResponse)
    async def hand_out(
        file_id: str,
        expires: Annotated[str, Query(max_length=20)] = "",
        signature: Annotated[str, Query(max_length=100)] = "",
    ) -> FileResponse:
        """The file; 404 for a link that is wrong, altered or too old, as for a file that is not there."""
        wanted = _id(file_id)
        if wanted is None or not links.opens(wanted, expires, signature):
            raise HTTPException(404, "no such file")
        async with database.reading() as session:
            file = await FileService(session, clock).get(wanted)
        if file is None or not await asyncio.to_thread(store.has, file.sha256):
            raise HTTPException(404, "no such file")
        # Pictures, sound and film are shown where they stand; a document is only ever saved.
        shown = kind_of(file.media_type) is not Kind.DOCUMENT
        return FileResponse(
            store.path(file.sha256),
            media_type=file.media_type,
            filename=to_save_as(file.name, file.media_type),
            content_disposition_type="inline" if shown else "attachment",
            headers=HEADERS,
        )

    return router


def _id(written: str) -> UUID | None:
    """The id in an address; None: it is none."""
    try:
        return UUID(written)
    except ValueError:
        return None
