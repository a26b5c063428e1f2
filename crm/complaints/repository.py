"""All queries on complaint cards and their history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm.complaints.errors import ComplaintNotFound
from crm.complaints.models import ComplaintCard, ComplaintEvent, ComplaintPause, ComplaintState, EventKind
from crm.customers.models import Dialogue


@dataclass(frozen=True)
class Speaker:
    """Who is speaking in a dialogue. `contact_id` and `customer_id` None: an account bound to nobody we know."""

    dialogue_id: UUID
    identity_id: UUID
    channel: str
    contact_id: UUID | None
    customer_id: UUID | None
    class_code: str | None


class ComplaintRepository:
    """Complaint cards of one session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def speaker(self, dialogue_id: UUID, *, lock: bool = False) -> Speaker:
        """Who speaks in a dialogue. Raises NoResultFound for an unknown one.

        `lock` makes writers of one dialogue wait for each other (PostgreSQL; SQLite has one writer anyway), so that two
        turns at once do not open two cards for one matter.
        """
        query = select(Dialogue).where(Dialogue.id == dialogue_id)
        if lock:
            query = query.with_for_update(of=Dialogue, key_share=True)
        identity = (await self._session.execute(query)).scalar_one().identity
        contact = identity.contact
        return Speaker(
            dialogue_id=dialogue_id,
            identity_id=identity.id,
            channel=identity.channel,
            contact_id=contact.id if contact else None,
            customer_id=contact.customer_id if contact else None,
            class_code=contact.customer.class_code if contact else None,
        )

    async def add(self, card: ComplaintCard) -> None:
        """Adds and flushes, so that the database checks it now."""
        self._session.add(card)
        await self._session.flush()

    async def record(
        self,
        card: ComplaintCard,
        what: EventKind,
        *,
        turn_id: UUID | None,
        by_whom: str,
        at: datetime,
        old: str | None,
        new: str | None,
    ) -> None:
        """Adds a change to the history of a card, as its last one."""
        last = select(func.coalesce(func.max(ComplaintEvent.position), 0)).where(ComplaintEvent.card_id == card.id)
        position = (await self._session.execute(last)).scalar_one() + 1
        self._session.add(
            ComplaintEvent(
                card_id=card.id, position=position, turn_id=turn_id, what=what, by_whom=by_whom, at=at, old=old, new=new
            )
        )
        await self._session.flush()

    async def of_turn(self, turn_id: UUID) -> tuple[ComplaintCard, ComplaintEvent] | None:
        """The card that a turn opened or added words to, and which of the two."""
        query = (
            select(ComplaintCard, ComplaintEvent)
            .join(ComplaintEvent, ComplaintEvent.card_id == ComplaintCard.id)
            .where(
                ComplaintEvent.turn_id == turn_id,
                ComplaintEvent.what.in_([EventKind.OPENED, EventKind.FACTS_ADDED]),
            )
        )
        row = (await self._session.execute(query)).one_or_none()
        return (row[0], row[1]) if row else None

    async def happened_in(self, card_id: UUID, turn_id: UUID, what: EventKind) -> bool:
        """Whether a turn brought this to a card."""
        query = select(ComplaintEvent.id).where(
            ComplaintEvent.card_id == card_id,
            ComplaintEvent.turn_id == turn_id,
            ComplaintEvent.what == what,
        )
        return (await self._session.execute(query)).first() is not None

    async def open_of(self, speaker: Speaker) -> Sequence[ComplaintCard]:
        """Cards this person made, in whatever conversation, that are not closed; those of this conversation first."""
        query = _newest_first().where(_made_by(speaker), ComplaintCard.state != ComplaintState.CLOSED)
        cards = (await self._session.execute(query)).scalars().all()
        return sorted(cards, key=lambda card: card.dialogue_id != speaker.dialogue_id)

    async def open_pause(self, card_id: UUID) -> ComplaintPause | None:
        """What a card waits for; None: for nothing."""
        query = select(ComplaintPause).where(ComplaintPause.card_id == card_id, ComplaintPause.ended_at.is_(None))
        return (await self._session.execute(query)).scalar_one_or_none()

    async def untold(self, until: datetime) -> Sequence[ComplaintCard]:
        """Cards opened up to a moment whose customer was not told of them yet, oldest first."""
        query = (
            select(ComplaintCard)
            .where(
                ComplaintCard.told_at.is_(None),
                ComplaintCard.state != ComplaintState.CLOSED,
                ComplaintCard.created_at <= until,
            )
            .order_by(ComplaintCard.created_at)
        )
        return (await self._session.execute(query)).scalars().all()

    async def numbered(self, number: str, speaker: Speaker) -> ComplaintCard | None:
        """The card of this number if the speaker made it or belongs to the company it was made for."""
        visible = _made_by(speaker)
        if speaker.customer_id is not None:
            visible = or_(visible, ComplaintCard.customer_id == speaker.customer_id)
        query = _newest_first().where(ComplaintCard.number == number, visible)
        return (await self._session.execute(query)).scalars().one_or_none()

    async def card_numbered(self, number: str, *, lock: bool = False) -> ComplaintCard:
        """The card of this number, however it is written and whoever made it. Raises ComplaintNotFound.

        `lock`: as it stands now, held until the end of the transaction. Its dialogue is held before it, as by the turns
        of the customer, which write its history too.
        """
        query = select(ComplaintCard).where(ComplaintCard.number == as_stored(number))
        card = (await self._session.scalars(query)).one_or_none()
        if card is None:
            raise ComplaintNotFound
        return await self.locked(card) if lock else card

    async def locked(self, card: ComplaintCard) -> ComplaintCard:
        """The card as it stands now, held until the end of the transaction; its dialogue is held before it."""
        dialogue = select(Dialogue.id).where(Dialogue.id == card.dialogue_id).with_for_update(key_share=True)
        await self._session.execute(dialogue)
        query = select(ComplaintCard).where(ComplaintCard.id == card.id).with_for_update()
        return (await self._session.execute(query.execution_options(populate_existing=True))).scalar_one()

    async def newest(self, speaker: Speaker) -> ComplaintCard | None:
        """The newest card that this person made, in any dialogue."""
        return (await self._session.execute(_newest_first().where(_made_by(speaker)).limit(1))).scalars().first()

    async def like(
        self, speaker: Speaker, since: datetime, category: str, shipment_id: UUID | None, other_than: UUID | None
    ) -> bool:
        """Whether this person's company (or this person) complained after `since` of the same kind or shipment."""
        own = _made_by(speaker)
        if speaker.customer_id is not None:
            own = or_(own, ComplaintCard.customer_id == speaker.customer_id)
        alike: ColumnElement[bool] = ComplaintCard.category == category
        if shipment_id is not None:
            alike = or_(alike, ComplaintCard.shipment_id == shipment_id)
        query = _newest_first().where(and_(own, alike, ComplaintCard.created_at > since))
        if other_than is not None:
            query = query.where(ComplaintCard.id != other_than)
        return (await self._session.execute(query.limit(1))).scalars().first() is not None

    async def history(self, card_id: UUID) -> Sequence[ComplaintEvent]:
        """Everything that happened to a card, oldest first."""
        query = select(ComplaintEvent).where(ComplaintEvent.card_id == card_id).order_by(ComplaintEvent.position)
        return (await self._session.execute(query)).scalars().all()


def as_stored(number: str) -> str:
    """A number as people write it (cp-260101-0001 7) -> as the card has it."""
    return "".join(number.split()).upper().replace("-", "")


def _newest_first() -> Select[ComplaintCard]:
    # Joined to the dialogue, because an account is known by it; the number decides between cards of one instant.
    return (
        select(ComplaintCard)
        .join(Dialogue, Dialogue.id == ComplaintCard.dialogue_id)
        .order_by(ComplaintCard.created_at.desc(), ComplaintCard.number.desc())
    )


def _made_by(speaker: Speaker) -> ColumnElement[bool]:
    mine: ColumnElement[bool] = Dialogue.identity_id == speaker.identity_id
    return mine if speaker.contact_id is None else or_(mine, ComplaintCard.contact_id == speaker.contact_id)
