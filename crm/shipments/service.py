"""Shipments: who may see which, what is told about them, and what comes in."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from crm.clock import Clock
from crm.customers.models import ChannelIdentity, Contact, Dialogue
from crm.customers.phones import tail_given
from crm.shipments import intake, numbers
from crm.shipments.access import AccessLimits
from crm.shipments.errors import NotBound, ShipmentExists, ShipmentNotVisible
from crm.shipments.gate import AccessGate
from crm.shipments.intake import NewEvent, NewShipment
from crm.shipments.models import EXCEPTION_PHASE, Classifier, Shipment
from crm.shipments.progress import closing, progress
from crm.shipments.repository import ShipmentRepository
from crm.shipments.results import Found, Invalid, Locked, LookUp, NeedsTail, Suggestions, Unknown
from crm.shipments.status import StatusView, build
from freight.milestones import Phase
from freight.references import ReferenceKind
from freight.repair import suggest

UNDER_WAY = (Phase.PRE.value, Phase.ACTIVE.value, Phase.ARRIVED.value, EXCEPTION_PHASE)
FINISHED = (Phase.DELIVERED.value, Phase.CLOSED.value)
MOST_LISTED = 50


class ShipmentService:
    """A contact sees the own company's shipments; anyone else only by number and the last four digits of a phone."""

    def __init__(self, session: AsyncSession, clock: Clock, limits: AccessLimits | None = None) -> None:
        self._shipments = ShipmentRepository(session)
        self._limits = limits or AccessLimits()
        self._gate = AccessGate(session, clock, self._limits)
        self._clock = clock

    # ------------------------------------------------------------ seeing

    async def mine(self, contact: Contact) -> list[Shipment]:
        """Return the company's shipments under way (not yet delivered), newest first, at most 50."""
        return await self._shipments.of_customer(contact.customer_id, UNDER_WAY, MOST_LISTED)

    async def finished(self, contact: Contact, limit: int = 5) -> list[Shipment]:
        """Return the company's newest delivered and closed shipments."""
        return await self._shipments.of_customer(contact.customer_id, FINISHED, limit)

    async def statuses(self, shipments: Sequence[Shipment]) -> list[StatusView]:
        """Return the full views of shipments the caller may see, in the same order."""
        ids = [shipment.id for shipment in shipments]
        events, estimates = await self._shipments.events(ids), await self._shipments.estimates(ids)
        return [
            build(
                shipment,
                [item for item in events if item.shipment_id == shipment.id],
                [item for item in estimates if item.shipment_id == shipment.id],
                self._clock.now(),
            )
            for shipment in shipments
        ]

    async def look_up(self, number: str, dialogue: Dialogue) -> LookUp:
        """Return what may be answered to a number: Found, Suggestions, Invalid, NeedsTail, Locked; Unknown for no number.

        Strangers get NeedsTail for every number that can be right, whether it exists or not.
        """
        asked = numbers.as_asked(number)
        if not asked:
            return Unknown("", self._limits.tries_per_number)
        found = await self._found(asked, dialogue)
        return found or await self._not_visible(number, dialogue)

    async def look_up_with_tail(self, number: str, tail: str, dialogue: Dialogue, turn_id: UUID) -> LookUp:
        """Like `look_up`, with the last four digits of a phone: Found, or Unknown, or Locked after too many tries.

        Right digits open the shipment for the whole dialogue. Invalid numbers and malformed digits (NeedsTail) do not
        count as tries. Needs a writing transaction.
        """
        asked = numbers.as_asked(number)
        if not asked:
            return Unknown("", self._limits.tries_per_number)
        found = await self._found(asked, dialogue)
        if found is not None:
            return found
        digits = tail_given(tail)
        if digits is None or numbers.check_digit_error(number) is not None:
            return await self._not_visible(number, dialogue)
        reference = numbers.repaired(asked)
        candidates = await self._shipments.by_number(reference)
        answer = await self._gate.try_digits(reference, digits, candidates, dialogue, turn_id)
        if isinstance(answer, Shipment):
            return Found(await self._view(answer, reference, limited=True))
        return answer

    async def visible(self, number: str, dialogue: Dialogue) -> Shipment | None:
        """Return the shipment a number means to this dialogue: the company's own, or one opened by digits; else None."""
        asked = numbers.as_asked(number)
        if not asked:
            return None
        own = await self._own(asked, dialogue)
        if own:
            return own[0][0]
        opened = await self._opened(asked, dialogue)
        return opened[0] if opened else None

    async def _found(self, asked: str, dialogue: Dialogue) -> Found | None:
        own = await self._own(asked, dialogue)
        if own:
            shipment, reference = own[0]
            others = tuple(other.code for other, _ in own[1:] if other.closed_at is None)
            return Found(await self._view(shipment, reference, limited=False), others)
        opened = await self._opened(asked, dialogue)
        return Found(await self._view(opened[0], numbers.repaired(asked), limited=True)) if opened else None

    async def _own(self, asked: str, dialogue: Dialogue) -> list[tuple[Shipment, str]]:
        """The company's own shipments by this number, or by what it means with look-alikes put right, with that number."""
        contact = dialogue.identity.contact
        if contact is None:
            return []
        for reference in dict.fromkeys((asked, numbers.repaired(asked))):
            own = await self._shipments.by_number(reference, customer_id=contact.customer_id)
            if own:
                return [(shipment, reference) for shipment in own]
        return []

    async def _opened(self, asked: str, dialogue: Dialogue) -> list[Shipment]:
        granted = await self._gate.granted(dialogue)
        if not granted:
            return []
        return [item for item in await self._shipments.by_number(numbers.repaired(asked)) if item.id in granted]

    async def _not_visible(self, number: str, dialogue: Dialogue) -> LookUp:
        """The answer to a number that is neither own nor opened; from the number and the asker's own list alone."""
        reference = numbers.repaired(numbers.as_asked(number))
        contact = dialogue.identity.contact
        near: tuple[str, ...] = ()
        if contact is not None:
            near = tuple(suggest(reference, await self._shipments.open_numbers(contact.customer_id)))
        error = numbers.check_digit_error(number)
        if error is not None:
            return Invalid(reference, error.kind.value, "check_digit", error.position, error.expected, near)
        if near and not numbers.passes_check(reference):
            return Suggestions(reference, near)
        until = await self._gate.locked_until(reference, dialogue)
        return NeedsTail(reference) if until is None else Locked(reference, until)

    async def _view(self, shipment: Shipment, reference: str, *, limited: bool) -> StatusView:
        events, estimates = await self._shipments.events([shipment.id]), await self._shipments.estimates([shipment.id])
        return build(shipment, events, estimates, self._clock.now(), reference=reference, limited=limited)

    # ------------------------------------------------------------ being told of changes

    async def subscribe(self, identity: ChannelIdentity, shipment_id: UUID | None, reference: str = "") -> bool:
        """Subscribe to a shipment, or with None to all of the own company; False when it was so already.

        `reference`: the number that notices are to name it by; empty: our own.
        Raises NotBound for all shipments of nobody, ShipmentNotVisible for one the account may not see.
        """
        if shipment_id is None:
            if identity.contact is None:
                raise NotBound(str(identity.id))
        elif not await self._may_see(identity, shipment_id):
            raise ShipmentNotVisible(str(shipment_id))
        return await self._shipments.subscribe(identity.id, shipment_id, numbers.as_asked(reference), self._clock.now())

    async def unsubscribe(self, identity: ChannelIdentity, shipment_id: UUID | None = None) -> int:
        """End one subscription, or with None all of the account; return how many ended."""
        ending = [
            item
            for item in await self._shipments.subscriptions(identity.id)
            if shipment_id is None or item.shipment_id == shipment_id
        ]
        await self._shipments.remove(ending)
        return len(ending)

    async def _may_see(self, identity: ChannelIdentity, shipment_id: UUID) -> bool:
        shipment = await self._shipments.get(shipment_id)
        if shipment is None:
            return False
        if identity.contact is not None and identity.contact.customer_id == shipment.customer_id:
            return True
        return await self._gate.granted_to(identity.id, shipment_id)

    # ------------------------------------------------------------ coming in

    async def by_code(self, code: str) -> Shipment | None:
        """Return a shipment by our waybill number, for staff and imports: no rule of access is applied."""
        return await self._shipments.by_code(numbers.as_asked(code))

    async def register(self, new: NewShipment) -> Shipment:
        """Store a new shipment with its numbers. Raises ShipmentExists; ValueError for a phone that cannot be one."""
        shipment_id = uuid4()
        values = {name: value for name, value in vars(new).items() if name != "references"}
        values |= {
            "code": numbers.as_asked(new.code),
            "mode": new.mode.value,
            "load_type": None if new.load_type is None else new.load_type.value,
            "origin_locode": intake.locode(new.origin_locode),
            "destination_locode": intake.locode(new.destination_locode),
            "shipper_phone": intake.phone(new.shipper_phone),
            "consignee_phone": intake.phone(new.consignee_phone),
            "created_at": new.created_at or self._clock.now(),
        }
        if not await self._shipments.add_shipment(shipment_id, **values):
            raise ShipmentExists(new.code)
        shipment = await self._shipments.get(shipment_id)
        if shipment is None:
            raise RuntimeError(f"the shipment {new.code} just inserted is not there")
        for kind, number in new.references:
            await self.add_reference(shipment, kind, number)
        return shipment

    async def add_reference(self, shipment: Shipment, kind: ReferenceKind, number: str) -> bool:
        """Let a shipment go by another number; False when it does already. Raises ValueError for an empty or too long one."""
        normal = numbers.as_asked(number)
        if not 0 < len(normal) <= 35:
            raise ValueError("a reference has 1 to 35 signs")
        return await self._shipments.add_reference(shipment.id, kind.value, normal)

    async def add_event(self, shipment: Shipment, new: NewEvent) -> bool:
        """Store an event once and move the shipment's phase; False when it was there (also when retracted since).

        Raises ValueError for an unknown milestone or delay reason.
        """
        added = await self._shipments.add_event(
            shipment_id=shipment.id,
            code=intake.checked_code(new.code),
            classifier=new.classifier.value,
            event_time=new.event_time,
            place_locode=intake.locode(new.place_locode),
            place_name=new.place_name,
            source=new.source,
            raw_code=new.raw_code,
            raw_version=new.raw_version,
            delay_reason=intake.reason_group(new.delay_reason),
            note=new.note,
            created_at=self._clock.now(),
        )
        if added:
            ended = shipment.closed_at
            later = new.classifier is Classifier.ACTUAL and (ended is None or new.event_time > ended)
            await self._settle(shipment, may_reopen=later)
        return added

    async def retract_event(self, event_id: UUID) -> bool:
        """Take back an event that was not true; it stays stored. False when there is none or it was taken back before."""
        item = await self._shipments.event(event_id)
        if item is None or item.retracted_at is not None:
            return False
        item.retracted_at = self._clock.now()
        await self._shipments.flush()
        shipment = await self._shipments.get(item.shipment_id)
        if shipment is not None:
            await self._settle(shipment, may_reopen=True)
        return True

    async def add_estimate(
        self, shipment: Shipment, eta: datetime, source: str, given_at: datetime | None = None
    ) -> bool:
        """Keep an estimate of arrival (express and road: delivery); `schedule` as source marks a timetable.

        Without `given_at` it is given now, and one that only repeats the source's last word is not kept again.
        """
        if given_at is None:
            said = [item for item in await self._shipments.estimates([shipment.id]) if item.source == source]
            if said and said[-1].eta == eta:
                return False
        return await self._shipments.add_estimate(
            shipment_id=shipment.id, eta=eta, source=source, created_at=given_at or self._clock.now()
        )

    async def close(self, shipment: Shipment) -> None:
        """End a shipment by hand; a later actual event opens it again."""
        if shipment.closed_at is None:
            shipment.phase, shipment.closed_at = Phase.CLOSED.value, self._clock.now()
            await self._shipments.flush()

    async def _settle(self, shipment: Shipment, *, may_reopen: bool) -> None:
        """Bring phase and end in line with the events."""
        state = progress(await self._shipments.events([shipment.id]), self._clock.now())
        end = closing(state, shipment)
        if end is not None:
            shipment.phase, shipment.closed_at = Phase.CLOSED.value, end.event_time
        elif shipment.closed_at is None or may_reopen:
            shipment.phase, shipment.closed_at = state.phase, None
        await self._shipments.flush()
