"""All queries about customers, contacts, accounts and dialogues."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm.customers.models import ChannelIdentity, Contact, ContactRequest, Dialogue
from database.base import JsonObject
from database.writing import insert_once

_ENOUGH_TO_BE_AMBIGUOUS = 2


class CustomerRepository:
    """Customers as rows."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add_identity(self, channel: str, account: str, created_at: datetime) -> None:
        """Insert the account unless it is there."""
        await insert_once(self._session, ChannelIdentity, channel=channel, account=account, created_at=created_at)

    async def identity(self, channel: str, account: str) -> ChannelIdentity | None:
        """The account of a channel; None when it never wrote."""
        query = select(ChannelIdentity).where(ChannelIdentity.channel == channel, ChannelIdentity.account == account)
        return (await self._session.execute(query)).scalar_one_or_none()

    async def add_dialogue(self, dialogue_id: UUID, identity_id: UUID, opened_at: datetime) -> None:
        """Insert the dialogue unless it is there."""
        await insert_once(self._session, Dialogue, id=dialogue_id, identity_id=identity_id, opened_at=opened_at)

    async def dialogue(self, dialogue_id: UUID) -> Dialogue | None:
        """A dialogue with its account, contact and customer loaded."""
        return await self._session.get(Dialogue, dialogue_id)

    async def contact_by_code(self, code: str) -> Contact | None:
        """The contact with this code, whatever the case of its letters."""
        query = select(Contact).where(func.lower(Contact.code) == code.lower())
        return await self._the_only(query)

    async def contact_by_phone(self, e164: str) -> Contact | None:
        """The contact with this number; None also when several share it."""
        return await self._the_only(select(Contact).where(Contact.phone == e164))

    async def contact_by_email(self, email: str) -> Contact | None:
        """The contact with this address (case does not matter); None also when several share it."""
        return await self._the_only(select(Contact).where(func.lower(Contact.email) == email.lower()))

    async def _the_only(self, query: Any) -> Contact | None:
        found: list[Contact] = list((await self._session.execute(query.limit(_ENOUGH_TO_BE_AMBIGUOUS))).scalars())
        return found[0] if len(found) == 1 else None

    async def add_request(
        self, dialogue_id: UUID, turn_id: UUID, kind: str, detail: JsonObject, created_at: datetime
    ) -> ContactRequest:
        """The request of this turn and kind, inserted unless it is there."""
        await insert_once(
            self._session,
            ContactRequest,
            dialogue_id=dialogue_id,
            turn_id=turn_id,
            kind=kind,
            detail=detail,
            state="open",
            created_at=created_at,
        )
        query = select(ContactRequest).where(
            ContactRequest.dialogue_id == dialogue_id, ContactRequest.turn_id == turn_id, ContactRequest.kind == kind
        )
        return (await self._session.execute(query)).scalar_one()

    async def flush(self) -> None:
        """Send changed rows to the database (the transaction stays open)."""
        await self._session.flush()
