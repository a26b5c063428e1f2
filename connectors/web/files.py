"""`POST /web/files`: a file for a line that follows on the socket."""

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request, status
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from connectors.uploads import Uploads, answer_of
from connectors.web.messages import CHANNEL
from connectors.web.tokens import WebTokens
from crm.clock import Clock


def web_files_router(uploads: Uploads, tokens: WebTokens, clock: Clock) -> APIRouter:
    """The route. It asks for the token that `session_confirm` brought; the answer's `id` goes into `files`."""
    router = APIRouter(prefix="/web", tags=["web"])
    bearer = HTTPBearer(auto_error=False)

    @router.post("/files", status_code=201)
    async def take(
        request: Request, given: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]
    ) -> dict[str, str | int]:
        """Keeps a file; 401 without a session, 413 too large, 415 not a kind that is taken, 429 too much for one day."""
        identity = tokens.read(given.credentials, clock.now()) if given else None
        if identity is None:
            raise HTTPException(status.HTTP_401_UNAUTHORIZED, "open a session on the socket first")
        return answer_of(await uploads.take(request, CHANNEL, lambda _form: identity.account))

    return router
