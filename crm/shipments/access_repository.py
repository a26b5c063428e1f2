"""All queries about who was let in to which shipment, and who tried."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm.customers.models import Dialogue
from crm.shipments.models import AccessAttempt, AccessGrant, Shipment
from database.writing import insert_once, take_turns


class AccessRepository:
    """Grants and attempts as rows."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def granted(self, dialogue_id: UUID) -> set[UUID]:
        """Ids of the shipments opened in a dialogue."""
        query = select(AccessGrant.shipment_id).where(AccessGrant.dialogue_id == dialogue_id)
        return set((await self._session.execute(query)).scalars())

    async def granted_to(self, identity_id: UUID, shipment_id: UUID) -> bool:
        """Whether a shipment was opened in any dialogue of an account."""
        query = (
            select(AccessGrant.id)
            .join_from(AccessGrant, Dialogue, AccessGrant.dialogue_id == Dialogue.id)
            .where(Dialogue.identity_id == identity_id, AccessGrant.shipment_id == shipment_id)
            .limit(1)
        )
        return (await self._session.execute(query)).first() is not None

    async def grant(self, dialogue_id: UUID, shipment: Shipment, at: datetime) -> None:
        """Open a shipment to a dialogue."""
        await insert_once(self._session, AccessGrant, dialogue_id=dialogue_id, shipment_id=shipment.id, granted_at=at)

    async def one_at_a_time(self) -> None:
        """Wait until no other transaction is checking digits: limits are counted and used up in one go."""
        await take_turns(self._session, "shipment access")

    async def attempt_of_turn(self, dialogue_id: UUID, turn_id: UUID, reference: str) -> AccessAttempt | None:
        """The attempt on a number already made in this turn."""
        query = select(AccessAttempt).where(
            AccessAttempt.dialogue_id == dialogue_id,
            AccessAttempt.turn_id == turn_id,
            AccessAttempt.reference == reference,
        )
        return (await self._session.execute(query)).scalar_one_or_none()

    async def failures(self, reference: str, since: datetime) -> list[datetime]:
        """Times of the wrong tries on a number by anybody."""
        query = select(AccessAttempt.at).where(
            AccessAttempt.reference == reference,
            AccessAttempt.at > since,
            AccessAttempt.compared.is_(True),
            AccessAttempt.success.is_(False),
        )
        return list((await self._session.execute(query)).scalars())

    async def first_tries(self, identity_id: UUID, since: datetime) -> dict[str, datetime]:
        """The different numbers an account tried, each with its first try since then."""
        query = select(AccessAttempt.reference, AccessAttempt.at).where(
            AccessAttempt.identity_id == identity_id, AccessAttempt.at > since, AccessAttempt.compared.is_(True)
        )
        tries: dict[str, datetime] = {}
        for reference, at in await self._session.execute(query.order_by(AccessAttempt.at)):
            tries.setdefault(reference, at)
        return tries

    async def failures_of_all(self, since: datetime, most: int) -> list[datetime]:
        """Times of the newest wrong tries of all accounts, at most `most`."""
        query = (
            select(AccessAttempt.at)
            .where(AccessAttempt.at > since, AccessAttempt.success.is_(False), AccessAttempt.compared.is_(True))
            .order_by(AccessAttempt.at.desc())
            .limit(most)
        )
        return list((await self._session.execute(query)).scalars())

    async def record(
        self, reference: str, dialogue: Dialogue, turn_id: UUID, at: datetime, *, success: bool, compared: bool
    ) -> None:
        """Keep an attempt."""
        await insert_once(
            self._session,
            AccessAttempt,
            reference=reference,
            identity_id=dialogue.identity_id,
            dialogue_id=dialogue.id,
            turn_id=turn_id,
            at=at,
            success=success,
            compared=compared,
        )
