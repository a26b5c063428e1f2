"""All queries about who has a case, and who is complained about by whom."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from crm.complaints.models import ComplaintCard, ComplaintState
from crm.customers.models import ChannelIdentity, Dialogue
from crm.promises.models import Promise, PromiseKind, PromiseState
from database.writing import take_turns


class AssignmentRepository:
    """Who has what, in one session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def hold(self, dialogue_id: UUID) -> None:
        """Lets nobody else hand cases of this customer to people, or name who is complained about, until the end.

        Without it a claim and an accusation at the same moment could each miss the other.
        """
        query = (
            select(ChannelIdentity.contact_id, ChannelIdentity.id)
            .join(Dialogue, Dialogue.identity_id == ChannelIdentity.id)
            .where(Dialogue.id == dialogue_id)
        )
        row = (await self._session.execute(query)).one_or_none()
        if row is not None:
            await take_turns(self._session, f"case:{row[0] or row[1]}")

    async def dialogue_of(self, card_id: UUID) -> UUID | None:
        """In which dialogue a card was opened; None: there is no such card."""
        return await self._session.scalar(select(ComplaintCard.dialogue_id).where(ComplaintCard.id == card_id))

    async def card(self, card_id: UUID) -> ComplaintCard:
        """A card as it stands now, locked until the transaction ends. Raises NoResultFound for an unknown one."""
        query = select(ComplaintCard).where(ComplaintCard.id == card_id).with_for_update()
        return (await self._session.scalars(query.execution_options(populate_existing=True))).one()

    async def open_cards(self) -> Sequence[ComplaintCard]:
        """Cards that are not closed and accuse somebody, oldest first."""
        query = select(ComplaintCard).where(ComplaintCard.state != ComplaintState.CLOSED)
        found = await self._session.scalars(query.order_by(ComplaintCard.created_at, ComplaintCard.number))
        # Both databases compare JSON in ways of their own, and few cards are open.
        return [card for card in found if card.accused]

    async def open_counts(self) -> Mapping[str, int]:
        """Staff code -> number of open cards in hand; who has none is not in it."""
        query = (
            select(ComplaintCard.taken_by, func.count())
            .where(ComplaintCard.state != ComplaintState.CLOSED, ComplaintCard.taken_by.is_not(None))
            .group_by(ComplaintCard.taken_by)
        )
        return {str(row[0]): row[1] for row in await self._session.execute(query)}

    async def accused_in(self, dialogue_ids: Collection[UUID]) -> Mapping[UUID, frozenset[str]]:
        """Dialogue -> staff codes that open complaints of its account, or of its contact, complain about.

        A dialogue against whose customer nobody is accused is not in it.
        """
        told_in = aliased(Dialogue)
        query = (
            select(Dialogue.id, ComplaintCard.accused)
            .select_from(Dialogue)
            .join(ChannelIdentity, ChannelIdentity.id == Dialogue.identity_id)
            .join(ComplaintCard, ComplaintCard.state != ComplaintState.CLOSED)
            .join(told_in, told_in.id == ComplaintCard.dialogue_id)
            .where(
                Dialogue.id.in_(dialogue_ids),
                or_(
                    told_in.identity_id == Dialogue.identity_id,
                    # NULL equals nothing: an account bound to nobody shares no complaint with another one.
                    ComplaintCard.contact_id == ChannelIdentity.contact_id,
                ),
            )
        )
        found: dict[UUID, set[str]] = defaultdict(set)
        for dialogue_id, accused in await self._session.execute(query):
            found[dialogue_id] |= set(accused)
        return {dialogue_id: frozenset(codes) for dialogue_id, codes in found.items() if codes}

    async def complained_about(self, dialogue_id: UUID, staff_code: str) -> bool:
        """Whether an open complaint of the customer of a dialogue is about this person."""
        return staff_code in (await self.accused_in([dialogue_id])).get(dialogue_id, frozenset())

    async def dialogues_of(self, card: ComplaintCard) -> Sequence[UUID]:
        """All dialogues of the customer who made a card: of the same account or contact."""
        identity = select(Dialogue.identity_id).where(Dialogue.id == card.dialogue_id).scalar_subquery()
        query = select(Dialogue.id).join(ChannelIdentity, ChannelIdentity.id == Dialogue.identity_id)
        query = query.where(or_(Dialogue.identity_id == identity, ChannelIdentity.contact_id == card.contact_id))
        return (await self._session.scalars(query)).all()

    async def promises_by(
        self, dialogue_ids: Collection[UUID], codes: Collection[str], about: UUID | None = None
    ) -> Sequence[Promise]:
        """Open promises of these people to a customer (about one thing, when named), but for appointments, locked."""
        query = select(Promise).where(
            Promise.dialogue_id.in_(dialogue_ids),
            Promise.by_whom.in_(codes),
            Promise.state == PromiseState.OPEN,
            Promise.kind != PromiseKind.APPOINTMENT,
        )
        if about is not None:
            query = query.where(Promise.subject_id == about)
        return (await self._session.scalars(query.order_by(Promise.due_at).with_for_update())).all()
