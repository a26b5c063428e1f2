"""Who is asking: the log-in behind every route of the console."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends, HTTPException, status
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from crm.clock import Clock
from crm.staff.models import Staff
from crm.staff.service import StaffService
from database.session import Database

Asking = Callable[..., Awaitable[Staff]]
"""A dependency: the member of staff whose token came with the request."""


def logged_in(database: Database, clock: Clock) -> Asking:
    """Asks for `Authorization: Bearer TOKEN`; 401 without a valid one."""
    bearer = HTTPBearer(auto_error=False)

    async def staff(given: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]) -> Staff:
        async with database.reading() as session:
            found = await StaffService(session, clock).who(given.credentials) if given else None
        if found is None:
            raise HTTPException(status.HTTP_401_UNAUTHORIZED, "log in first", headers={"WWW-Authenticate": "Bearer"})
        return found

    return staff
