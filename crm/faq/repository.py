"""All queries on answers to frequent questions and on what customers said of them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm.faq.models import FaqAnswer, FaqAsking
from crm.orders.models import DepartmentTask
from database.writing import insert_once, take_turns


class FaqRepository:
    """Answers and askings of one session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def newest(self, label: str) -> FaqAnswer | None:
        """The newest version, withdrawn or not; None: the firm never had an answer of its own."""
        query = select(FaqAnswer).where(FaqAnswer.label == label).order_by(FaqAnswer.version.desc()).limit(1)
        return (await self._session.execute(query)).scalar_one_or_none()

    async def all_newest(self) -> dict[str, FaqAnswer]:
        """The newest version of every label that has one."""
        last = select(FaqAnswer.label, func.max(FaqAnswer.version).label("version")).group_by(FaqAnswer.label)
        newest = last.subquery()
        query = select(FaqAnswer).join(
            newest, (FaqAnswer.label == newest.c.label) & (FaqAnswer.version == newest.c.version)
        )
        return {answer.label: answer for answer in (await self._session.scalars(query)).all()}

    async def versions(self, label: str) -> Sequence[FaqAnswer]:
        """All versions, newest first."""
        query = select(FaqAnswer).where(FaqAnswer.label == label).order_by(FaqAnswer.version.desc())
        return (await self._session.scalars(query)).all()

    async def add(self, answer: FaqAnswer) -> bool:
        """Inserts a version; False when somebody else has just taken its number."""
        columns = FaqAnswer.__table__.columns.keys()
        values = {name: getattr(answer, name) for name in columns if name != "id"}
        return await insert_once(self._session, FaqAnswer, id=uuid4(), **values)

    async def verdicts(self) -> dict[tuple[str, int], dict[bool, int]]:
        """(label, version) -> how many said that it helped (True), and that it did not (False)."""
        query = (
            select(FaqAsking.label, FaqAsking.version, FaqAsking.helped, func.count())
            .where(FaqAsking.helped.is_not(None))
            .group_by(FaqAsking.label, FaqAsking.version, FaqAsking.helped)
        )
        found: dict[tuple[str, int], dict[bool, int]] = {}
        for label, version, helped, count in await self._session.execute(query):
            found.setdefault((label, version), {})[bool(helped)] = count
        return found

    async def ask(
        self, dialogue_id: UUID, turn_id: UUID, label: str, *, version: int, others: Sequence[str], at: datetime
    ) -> FaqAsking:
        """The asking about this label in this dialogue, inserted unless there was one."""
        await insert_once(
            self._session,
            FaqAsking,
            id=uuid4(),
            dialogue_id=dialogue_id,
            turn_id=turn_id,
            label=label,
            version=version,
            others=list(others),
            asked_at=at,
        )
        query = select(FaqAsking).where(FaqAsking.dialogue_id == dialogue_id, FaqAsking.label == label)
        return (await self._session.execute(query)).scalar_one()

    async def asking(self, asking_id: UUID) -> FaqAsking | None:
        """An asking by its id."""
        return await self._session.get(FaqAsking, asking_id)

    async def reviewed_since(self, label: str, since: datetime) -> bool:
        """Whether a task to look at this answer waits, or was settled after `since`."""
        looked_at = or_(DepartmentTask.settled_at.is_(None), DepartmentTask.settled_at > since)
        query = select(DepartmentTask.id).where(DepartmentTask.kind == label, looked_at).limit(1)
        return (await self._session.execute(query)).first() is not None

    async def alone(self, what: str) -> None:
        """Lets nobody else past this point for the same `what` until the transaction ends."""
        await take_turns(self._session, what)

    async def flush(self) -> None:
        """Send changed rows to the database (the transaction stays open)."""
        await self._session.flush()
