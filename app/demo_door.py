"""Demo mode only: lets whoever tries the page be one of the demo company's customers. Not there in production."""

from datetime import timedelta

from fastapi import APIRouter
from pydantic import BaseModel
from sqlalchemy import select

from connectors.web.tokens import WebTokens
from crm.clock import Clock
from crm.customers.models import Contact
from database.session import Database

MOST_SHOWN = 12


class DemoIdentity(BaseModel):
    """A contact to try the desk as, with the token that the firm's own site would sign."""

    code: str
    name: str
    company: str
    token: str


def demo_router(database: Database, clock: Clock, tokens: WebTokens) -> APIRouter:
    """`GET /demo/identities`."""
    router = APIRouter(prefix="/demo", include_in_schema=False)

    @router.get("/identities")
    async def identities() -> list[DemoIdentity]:
        """Some contacts of the demo company."""
        async with database.reading() as session:
            contacts = (await session.scalars(select(Contact).order_by(Contact.code).limit(MOST_SHOWN))).all()
        now = clock.now()
        return [
            DemoIdentity(
                code=contact.code,
                name=contact.name,
                company=contact.customer.short_name or contact.customer.name,
                token=tokens.customer(contact.code, now, timedelta(days=1)).token,
            )
            for contact in contacts
        ]

    return router
