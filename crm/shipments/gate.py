"""Lets strangers in by number and phone digits, and keeps guessers out."""

import hmac
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from crm.clock import Clock
from crm.customers.models import Dialogue
from crm.customers.phones import tail_of
from crm.shipments.access import (
    BRAKE_WINDOW,
    AccessLimits,
    brake_until,
    identity_locked_until,
    number_locked_until,
    tries_left,
)
from crm.shipments.access_repository import AccessRepository
from crm.shipments.models import Shipment
from crm.shipments.results import Locked, Unknown


class AccessGate:
    """Every check of digits passes here. Known and unknown numbers take the same steps and the same queries."""

    def __init__(self, session: AsyncSession, clock: Clock, limits: AccessLimits) -> None:
        self._access = AccessRepository(session)
        self._clock = clock
        self._limits = limits

    async def granted(self, dialogue: Dialogue) -> set[UUID]:
        """Ids of the shipments opened in this dialogue."""
        return await self._access.granted(dialogue.id)

    async def granted_to(self, identity_id: UUID, shipment_id: UUID) -> bool:
        """Whether the account ever opened the shipment."""
        return await self._access.granted_to(identity_id, shipment_id)

    async def locked_until(self, reference: str, dialogue: Dialogue) -> datetime | None:
        """When digits for this number will be looked at again for this account; None: now."""
        now, limits = self._clock.now(), self._limits
        ends = [
            number_locked_until(await self._access.failures(reference, now - limits.window), now, limits),
            identity_locked_until(
                await self._access.first_tries(dialogue.identity_id, now - limits.window), reference, now, limits
            ),
            brake_until(await self._access.failures_of_all(now - BRAKE_WINDOW, limits.failures_of_all), now, limits),
        ]
        return max((end for end in ends if end is not None), default=None)

    async def try_digits(
        self, reference: str, digits: str, candidates: Sequence[Shipment], dialogue: Dialogue, turn_id: UUID
    ) -> Shipment | Unknown | Locked:
        """Compare the digits with the phones of the shipments that go by the number, open the one that fits, count the try.

        A number is tried once in a turn: a repeated call gets the first one's answer, other digits are not looked at.
        """
        await self._access.one_at_a_time()
        now = self._clock.now()
        earlier = await self._access.attempt_of_turn(dialogue.id, turn_id, reference)
        until = await self.locked_until(reference, dialogue)
        if earlier is not None:
            return await self._refused(reference) if earlier.compared else Locked(reference, until or now)
        chosen = _fitting(self._openable(candidates, now), digits)
        if until is not None:
            await self._access.record(reference, dialogue, turn_id, now, success=False, compared=False)
            return Locked(reference, until)
        await self._access.record(reference, dialogue, turn_id, now, success=chosen is not None, compared=True)
        if chosen is None:
            return await self._refused(reference)
        await self._access.grant(dialogue.id, chosen, now)
        return chosen

    async def _refused(self, reference: str) -> Unknown:
        now = self._clock.now()
        failures = await self._access.failures(reference, now - self._limits.window)
        return Unknown(reference, tries_left(failures, now, self._limits))

    def _openable(self, candidates: Sequence[Shipment], now: datetime) -> list[Shipment]:
        """Open and lately closed shipments; none when the number covers so many that some phone would nearly always fit."""
        since = now - self._limits.shown_after_closing
        shown = [shipment for shipment in candidates if shipment.closed_at is None or shipment.closed_at > since]
        return shown if len(shown) <= self._limits.shipments_per_number else []


def _fitting(candidates: Sequence[Shipment], digits: str) -> Shipment | None:
    """The first shipment whose sender's or recipient's number ends with the digits. A shipment without phones fits none."""
    fitting = [
        shipment
        for shipment in candidates
        if _same(tail_of(shipment.shipper_phone), digits) | _same(tail_of(shipment.consignee_phone), digits)
    ]
    return fitting[0] if fitting else None


def _same(tail: str, digits: str) -> bool:
    return hmac.compare_digest(tail.encode(), digits.encode())
