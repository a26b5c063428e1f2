"""Who is calling: the key of a firm's other program."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends, HTTPException, status
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from crm.clock import Clock
from crm.staff.models import ApiKey
from crm.staff.service import ApiKeyService
from database.session import Database

KeyCheck = Callable[..., Awaitable[ApiKey]]
"""A dependency: the key that came with the request."""


def api_key(database: Database, clock: Clock) -> KeyCheck:
    """Asks for `Authorization: Bearer KEY`; 401 without a valid one."""
    bearer = HTTPBearer(auto_error=False)

    async def key(given: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]) -> ApiKey:
        async with database.reading() as session:
            found = await ApiKeyService(session, clock).verify(given.credentials) if given else None
        if found is None:
            raise HTTPException(
                status.HTTP_401_UNAUTHORIZED,
                "a valid key is needed: Authorization: Bearer KEY (wenhuo keys create)",
                headers={"WWW-Authenticate": "Bearer"},
            )
        return found

    return key
