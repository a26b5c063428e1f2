"""`POST /webhooks/rest/webhook` and `GET /webhooks/rest/messages`."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Query, status

from connectors.desk import Intake
from connectors.rest.access import api_key
from connectors.rest.messages import CHANNEL, RestMessage, account, outgoing
from crm.clock import Clock
from crm.customers.errors import BoundToAnother, ContactUnknown
from crm.files.errors import FileUnknown
from crm.files.links import FileLinks
from crm.staff.models import ApiKey
from database.session import Database

ANSWER_WITHIN = 10.5
"""Seconds a POST waits for its turn: longest burst plus the bot's deadline. What comes later is fetched."""


def rest_router(intake: Intake, database: Database, clock: Clock, links: FileLinks) -> APIRouter:
    """The routes of the channel."""
    router = APIRouter(prefix="/webhooks/rest", tags=["rest"])
    checked = api_key(database, clock)

    @router.post("/webhook")
    async def receive(body: RestMessage, key: Annotated[ApiKey, Depends(checked)]) -> list[dict[str, Any]]:
        """Takes a message and answers with what the bot says to it; [] when a person has the conversation."""
        if body.metadata.contact is not None and not key.trusted:
            raise HTTPException(status.HTTP_403_FORBIDDEN, "only a trusted key may name the contact")
        try:
            receipt = await intake.receive(body.incoming(key.name))
        except ContactUnknown:
            raise HTTPException(422, "metadata.contact: no such contact (code, phone or e-mail)") from None
        except BoundToAnother:
            raise HTTPException(status.HTTP_409_CONFLICT, "this sender already speaks for another contact") from None
        except FileUnknown:
            raise HTTPException(422, "metadata.files: no such file of this sender") from None
        await intake.settled(receipt, ANSWER_WITHIN)
        answers = await intake.answers_to(receipt)
        if answers:
            await intake.fetched(receipt.conversation_id, answers[-1].seq)
        return [outgoing(body.sender, message, links) for message in answers]

    @router.get("/messages")
    async def fetch(
        key: Annotated[ApiKey, Depends(checked)],
        sender: Annotated[str, Query(min_length=1, max_length=100)],
        after: Annotated[int, Query(ge=0)] = 0,
    ) -> list[dict[str, Any]]:
        """What bot or person said behind `after` (a `seq`), oldest first, 200 at most; go on with the last `seq`."""
        conversation = await intake.conversation_of(CHANNEL, account(key.name, sender))
        if conversation is None:
            return []
        said = await intake.log_after(conversation, after, with_customer=False)
        if said:
            await intake.fetched(conversation.id, said[-1].seq)
        return [outgoing(sender, message, links) for message in said]

    return router
