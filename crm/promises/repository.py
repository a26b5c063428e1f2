"""All queries on promises."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased, lazyload

from crm.alerts.models import Alert
from crm.complaints.models import ComplaintCard, ComplaintPause
from crm.customers.models import ChannelIdentity, Contact, Customer, Dialogue
from crm.promises.models import Promise, PromiseKind, PromiseState, SubjectKind

ABOUT_PROMISES = "promise"
"""`subject_kind` of alerts about promises."""
LISTED_AT_MOST = 500


@dataclass(frozen=True)
class Watched:
    """A promise with what its clock and its words need."""

    promise: Promise
    identity_id: UUID
    """The account of the customer."""
    complaint: str
    """The number of the card it is about; empty: about none."""
    paused: bool
    """The result of a complaint that waits for its customer."""
    broken_before: int
    """How often the same thing was promised and not kept before: 0, 1, or 2 for more."""


@dataclass(frozen=True)
class Listed(Watched):
    """A promise with its customer, as far as known."""

    contact: Contact | None
    customer: Customer | None


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

    async def in_place_of(self, promise_id: UUID) -> Promise | None:
        """The promise with the new time; None: no other was made."""
        return await self._session.scalar(select(Promise).where(Promise.replaces_id == promise_id))

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

    async def open_in(self, dialogue_id: UUID, kind: PromiseKind) -> Sequence[Promise]:
        """Open promises of a kind made in a dialogue, the most urgent first."""
        query = select(Promise).where(
            Promise.dialogue_id == dialogue_id, Promise.kind == kind, Promise.state == PromiseState.OPEN
        )
        return (await self._session.scalars(query.order_by(Promise.due_at))).all()

    async def watched(self, until: datetime) -> Sequence[Watched]:
        """Open promises due until a moment, the most urgent first."""
        query = _watched().where(Promise.state == PromiseState.OPEN, Promise.due_at <= until)
        return [_row(row) for row in (await self._session.execute(query.order_by(Promise.due_at, Promise.id))).all()]

    async def watched_one(self, promise_id: UUID, *, lock: bool = False) -> Watched | None:
        """One of them as it stands now; None: it is not open any more."""
        query = _watched().where(Promise.id == promise_id, Promise.state == PromiseState.OPEN)
        if lock:
            query = query.with_for_update(of=Promise)
        row = (await self._session.execute(query.execution_options(populate_existing=True))).one_or_none()
        return _row(row) if row else None

    async def told(self, until: datetime) -> set[str]:
        """Keys of the alerts about open promises due until a moment."""
        query = (
            select(Alert.key)
            .join(Promise, Promise.id == Alert.subject_id)
            .where(Alert.subject_kind == ABOUT_PROMISES, Promise.state == PromiseState.OPEN, Promise.due_at <= until)
        )
        return set(await self._session.scalars(query))

    async def listed(
        self, states: Collection[PromiseState], owners: Collection[str] | None, *, latest_first: bool = False
    ) -> Sequence[Listed]:
        """Promises in `states` by these owners (None: by anybody), in the order they fall due; at most 500."""
        due = Promise.due_at.desc() if latest_first else Promise.due_at
        query = _listed().where(Promise.state.in_(states), *_by(owners)).order_by(due, Promise.id)
        return [_listed_row(row) for row in (await self._session.execute(query.limit(LISTED_AT_MOST))).all()]

    async def listed_one(self, promise_id: UUID, owners: Collection[str] | None) -> Listed | None:
        """A promise of any state, locked; None: not by one of these owners."""
        query = _listed().where(Promise.id == promise_id, *_by(owners)).with_for_update(of=Promise)
        row = (await self._session.execute(query.execution_options(populate_existing=True))).one_or_none()
        return _listed_row(row) if row else None

    async def counts(self, since: datetime, until: datetime, owners: Collection[str] | None) -> dict[str, int]:
        """State -> how many promises that fall due from `since` to before `until` are in it."""
        query = (
            select(Promise.state, func.count())
            .where(Promise.due_at >= since, Promise.due_at < until, *_by(owners))
            .group_by(Promise.state)
        )
        return {row[0]: row[1] for row in (await self._session.execute(query)).all()}


def _watched() -> Select[Any]:
    before = aliased(Promise)
    waiting = (
        select(ComplaintPause.id)
        .where(ComplaintPause.card_id == Promise.subject_id, ComplaintPause.ended_at.is_(None))
        .exists()
    )
    paused = and_(Promise.kind == PromiseKind.RESOLUTION, Promise.subject_kind == SubjectKind.COMPLAINT, waiting)
    broken_before = case((Promise.replaces_id.is_(None), 0), (before.replaces_id.is_(None), 1), else_=2)
    about = and_(Promise.subject_kind == SubjectKind.COMPLAINT, ComplaintCard.id == Promise.subject_id)
    return (
        select(
            Promise,
            Dialogue.identity_id,
            func.coalesce(ComplaintCard.number, ""),
            paused,
            broken_before,
        )
        .join(Dialogue, Dialogue.id == Promise.dialogue_id)
        .outerjoin(ComplaintCard, about)
        .outerjoin(before, before.id == Promise.replaces_id)
    )


def _listed() -> Select[Any]:
    # The account's own eager loading would join contact and customer a second time.
    return (
        _watched()
        .add_columns(Contact, Customer)
        .join(ChannelIdentity, ChannelIdentity.id == Dialogue.identity_id)
        .outerjoin(Contact, Contact.id == ChannelIdentity.contact_id)
        .outerjoin(Customer, Customer.id == Contact.customer_id)
        .options(lazyload(Contact.customer))
    )


def _by(owners: Collection[str] | None) -> list[ColumnElement[bool]]:
    return [] if owners is None else [Promise.by_whom.in_(owners)]


def _row(row: Any) -> Watched:
    return Watched(row[0], row[1], row[2], bool(row[3]), row[4])


def _listed_row(row: Any) -> Listed:
    return Listed(row[0], row[1], row[2], bool(row[3]), row[4], contact=row[5], customer=row[6])
