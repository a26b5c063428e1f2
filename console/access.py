"""Who is asking: the log-in behind every route of the console."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends, HTTPException, status
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from crm.clock import Clock
from crm.staff.models import Role, Staff
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


def serving(database: Database, clock: Clock) -> Asking:
    """Like `logged_in`, and 403 for trainers: they teach the bot, and have no business with customers' matters."""
    asking = logged_in(database, clock)

    async def staff(me: Annotated[Staff, Depends(asking)]) -> Staff:
        if me.role == Role.TRAINER:
            raise HTTPException(status.HTTP_403_FORBIDDEN, "训练师不处理客户的事")
        return me

    return staff
