"""`POST /webhooks/rest/files`: a file for a message that follows."""

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request

from connectors.rest.access import KeyCheck
from connectors.rest.messages import CHANNEL, LONGEST_SENDER, account
from connectors.uploads import Uploads, answer_of
from crm.files.form import Form
from crm.staff.models import ApiKey

FORM = {
    "multipart/form-data": {
        "schema": {
            "type": "object",
            "required": ["sender", "file"],
            "properties": {"sender": {"type": "string"}, "file": {"type": "string", "format": "binary"}},
        }
    }
}
"""For the description at `/docs`: the body is read as it comes, so the framework does not know its fields."""


def rest_files_router(uploads: Uploads, key_check: KeyCheck) -> APIRouter:
    """The route. The form has the fields `sender` and `file`; the answer's `id` goes into `metadata.files`."""
    router = APIRouter(prefix="/webhooks/rest", tags=["rest"])

    @router.post("/files", status_code=201, openapi_extra={"requestBody": {"required": True, "content": FORM}})
    async def take(request: Request, key: Annotated[ApiKey, Depends(key_check)]) -> dict[str, str | int]:
        """Keeps a file of a sender; 413 too large, 415 not a kind that is taken, 429 too much for one day."""

        def account_of(form: Form) -> str:
            sender = form.fields.get("sender", "")
            if not sender.strip() or len(sender) > LONGEST_SENDER:
                raise HTTPException(422, f"sender: 1 to {LONGEST_SENDER} characters are needed")
            return account(key.name, sender)

        return answer_of(await uploads.take(request, CHANNEL, account_of))

    return router
