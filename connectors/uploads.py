"""Taking a file from a request: what every channel's upload route does."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from fastapi import HTTPException, Request
from starlette.requests import ClientDisconnect

from crm.clock import Clock
from crm.customers.service import CustomerService
from crm.files.errors import FileRefused
from crm.files.form import Form, read_form
from crm.files.service import FileService
from crm.files.store import FileStore
from crm.files.views import FileView
from database.session import Database


class Uploads:
    """The files of customers on their way in."""

    def __init__(self, database: Database, clock: Clock, store: FileStore) -> None:
        self._database = database
        self._clock = clock
        self._store = store

    async def take(self, request: Request, channel: str, account_of: Callable[[Form], str]) -> FileView:
        """Reads the form and keeps its file for an account of a channel. `account_of` may raise HTTPException.

        Raises HTTPException with {"code", "reason"} for a file that is refused.
        """
        async with form_of(request, self._store) as form:
            account = account_of(form)
            async with self._database.transaction() as session:
                identity = await CustomerService(session, self._clock).identify(channel, account)
                return await FileService(session, self._clock).keep(identity.id, form.file, self._store)


@asynccontextmanager
async def form_of(request: Request, store: FileStore) -> AsyncIterator[Form]:
    """The form of a request; a refusal becomes its HTTP status, and what is not kept is taken away."""
    headers = request.headers
    try:
        form = await read_form(headers.get("content-type"), headers.get("content-length"), request.stream(), store)
        try:
            yield form
        finally:
            form.file.temporary.unlink(missing_ok=True)
    except ClientDisconnect:
        # Nobody hears this any more; it keeps what is no fault of ours out of the log of errors.
        raise HTTPException(400, "the upload was broken off") from None
    except FileRefused as refused:
        raise HTTPException(refused.status, {"code": refused.code, "reason": str(refused)}) from None


def answer_of(file: FileView) -> dict[str, str | int]:
    """What a channel answers to an upload."""
    return {"id": str(file.id), "media_type": file.media_type, "size": file.size, "name": file.name}
