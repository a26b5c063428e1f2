"""All queries on the three changes and on what makes them due."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm.complaints.changes.models import ComplaintMove, MoveState
from crm.complaints.models import ComplaintCard, ComplaintEvent, ComplaintState, EventKind
from crm.promises.models import Promise, PromiseState, SubjectKind
from crm.staff.models import Staff
from database.writing import insert_once

TELLING = frozenset(
    {
        EventKind.OPENED,
        EventKind.FACTS_ADDED,
        EventKind.EMOTION_RAISED,
        EventKind.SEVERITY_RAISED,
        EventKind.VENTED,
        EventKind.REOPENED,
    }
)
"""Events of a card that may be an occasion."""


class ChangeRepository:
    """Moves of one session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def insert(self, **values: object) -> bool:
        """Writes a move unless its occasion has made one of this kind; says whether it was written."""
        return await insert_once(self._session, ComplaintMove, **values)

    async def find(self, move_id: UUID) -> ComplaintMove | None:
        """A move as this transaction has seen it."""
        return await self._session.get(ComplaintMove, move_id)

    async def get(self, move_id: UUID) -> ComplaintMove | None:
        """A move as it stands now, locked until the transaction ends."""
        query = select(ComplaintMove).where(ComplaintMove.id == move_id).with_for_update()
        return await self._session.scalar(query.execution_options(populate_existing=True))

    async def of(self, card_ids: Collection[UUID]) -> Sequence[ComplaintMove]:
        """All moves of some cards, oldest first."""
        query = select(ComplaintMove).where(ComplaintMove.card_id.in_(card_ids))
        return (await self._session.scalars(query.order_by(ComplaintMove.created_at, ComplaintMove.kind))).all()

    async def card(self, card_id: UUID) -> ComplaintCard | None:
        """A card, not locked."""
        return await self._session.get(ComplaintCard, card_id)

    async def open_cards(self) -> Sequence[ComplaintCard]:
        """Cards that are not closed, oldest first."""
        query = select(ComplaintCard).where(ComplaintCard.state != ComplaintState.CLOSED)
        return (await self._session.scalars(query.order_by(ComplaintCard.created_at, ComplaintCard.number))).all()

    async def left_over(self) -> Sequence[ComplaintMove]:
        """What is still proposed on cards that are closed."""
        query = select(ComplaintMove).join(ComplaintCard, ComplaintCard.id == ComplaintMove.card_id)
        query = query.where(ComplaintMove.state == MoveState.PROPOSED, ComplaintCard.state == ComplaintState.CLOSED)
        return (await self._session.scalars(query)).all()

    async def events(self, card_ids: Collection[UUID]) -> Sequence[ComplaintEvent]:
        """Events of some cards that may be an occasion, in their order."""
        query = select(ComplaintEvent).where(ComplaintEvent.card_id.in_(card_ids), ComplaintEvent.what.in_(TELLING))
        return (await self._session.scalars(query.order_by(ComplaintEvent.card_id, ComplaintEvent.position))).all()

    async def broken_promises(self, card_ids: Collection[UUID], now: datetime) -> Sequence[Promise]:
        """Promises about some cards that were broken, or whose time has passed, by that time."""
        late = and_(Promise.state == PromiseState.OPEN, Promise.due_at < now)
        query = select(Promise).where(
            Promise.subject_kind == SubjectKind.COMPLAINT,
            Promise.subject_id.in_(card_ids),
            or_(Promise.state == PromiseState.BROKEN, late),
        )
        return (await self._session.scalars(query.order_by(Promise.due_at))).all()

    async def staff(self, codes: Collection[str]) -> Mapping[str, Staff]:
        """Members of staff by their code, those who left too."""
        found = await self._session.scalars(select(Staff).where(Staff.code.in_(codes)))
        return {one.code: one for one in found}
