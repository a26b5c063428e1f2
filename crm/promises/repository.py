"""All queries on promises."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm.customers.models import Dialogue
from crm.promises.models import Promise, PromiseState, SubjectKind


class PromiseRepository:
    """Promises of one session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def lock_dialogue(self, dialogue_id: UUID) -> None:
        """Makes writers of one dialogue wait for each other (PostgreSQL; on SQLite there is one writer anyway).

        Raises NoResultFound for an unknown dialogue.
        """
        query = select(Dialogue.id).where(Dialogue.id == dialogue_id).with_for_update(key_share=True)
        (await self._session.execute(query)).scalar_one()

    async def add(self, promise: Promise) -> None:
        """Adds and flushes, so that the database checks it now."""
        self._session.add(promise)
        await self._session.flush()

    async def get(self, promise_id: UUID) -> Promise:
        """Raises NoResultFound for an unknown key."""
        query = select(Promise).where(Promise.id == promise_id).with_for_update()
        return (await self._session.execute(query.execution_options(populate_existing=True))).scalar_one()

    async def of_turn(self, dialogue_id: UUID, turn_id: UUID, kind: str) -> Promise | None:
        """The promise of this kind made in a turn."""
        query = select(Promise).where(
            Promise.dialogue_id == dialogue_id, Promise.turn_id == turn_id, Promise.kind == kind
        )
        return (await self._session.execute(query)).scalar_one_or_none()

    async def open_about(self, subject_kind: SubjectKind, subject_id: UUID, kind: str | None) -> Sequence[Promise]:
        """Open promises about a thing (of any kind when `kind` is None), locked, the most urgent first."""
        query = (
            select(Promise)
            .where(
                Promise.subject_kind == subject_kind,
                Promise.subject_id == subject_id,
                Promise.state == PromiseState.OPEN,
            )
            .order_by(Promise.due_at)
            .with_for_update()
        )
        if kind is not None:
            query = query.where(Promise.kind == kind)
        return (await self._session.execute(query)).scalars().all()

    async def open_due(self, after: datetime | None, until: datetime) -> Sequence[Promise]:
        """Open promises due after (None: from ever) and not later than the two moments, the most urgent first."""
        query = select(Promise).where(Promise.state == PromiseState.OPEN, Promise.due_at <= until)
        if after is not None:
            query = query.where(Promise.due_at > after)
        return (await self._session.execute(query.order_by(Promise.due_at, Promise.created_at))).scalars().all()
