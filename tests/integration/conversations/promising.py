"""A Monday morning, a customer to whom something was promised, and the job that watches it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select

from conversations.inbox import Inbox
from conversations.models import Conversation, Message, Status
from conversations.promise_watch import PromiseWatch
from crm.alerts.models import Alert
from crm.clock import SHANGHAI, FixedClock
from crm.complaints.models import ComplaintCard, ComplaintPause
from crm.promises.business_time import BusinessCalendar
from crm.promises.models import Promise, PromiseKind, SubjectKind
from crm.promises.service import PromiseService, Subject
from database.session import Database
from tests.integration.conversations.conftest import line, texts

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=SHANGHAI)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
CALENDAR = BusinessCalendar()
WORDS = "催货：MSKU1234565"


def at(text: str) -> datetime:
    """A moment in Shanghai."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@dataclass
class Scene:
    """The database, and what is done in it."""

    database: Database
    clock: FixedClock
    calendar: BusinessCalendar = CALENDAR
    woken: list[int] = field(default_factory=list)

    def process(self, calendar: BusinessCalendar | None = None) -> PromiseWatch:
        """The job of a process, with a table of holidays of its own."""
        words = texts()
        return PromiseWatch(self.database, self.clock, words, lambda: self.woken.append(1), calendar or self.calendar)

    async def look(self, moment: str | datetime | None = None) -> int:
        """One look of a fresh process, at a moment (None: now)."""
        if moment is not None:
            self.clock.at = at(moment) if isinstance(moment, str) else moment
        return await self.process().run_once()

    async def conversation(self, account: str = "u1", **changed: Any) -> UUID:
        """A conversation in which everything is answered, with some fields as given."""
        incoming = line("在吗", f"{account} {uuid4()}", account)
        conversation_id = (await Inbox(self.database, self.clock, 200).receive(incoming)).conversation_id
        async with self.database.transaction() as session:
            found = await session.get_one(Conversation, conversation_id)
            found.handled_seq = found.last_customer_seq
            for name, value in changed.items():
                setattr(found, name, value)
        return conversation_id

    async def change(self, conversation_id: UUID, **changed: Any) -> None:
        """Sets fields of a conversation."""
        async with self.database.transaction() as session:
            found = await session.get_one(Conversation, conversation_id)
            for name, value in changed.items():
                setattr(found, name, value)

    async def promised(
        self,
        due: str | datetime,
        *,
        dialogue: UUID | None = None,
        kind: PromiseKind = PromiseKind.OTHER,
        by_whom: str = "operations",
        subject: Subject | None = None,
        round_the_clock: bool = False,
    ) -> UUID:
        """Something is promised now, in a conversation of its own unless one is given."""
        conversation_id = dialogue or await self.conversation(f"u{uuid4().hex[:6]}")
        async with self.database.transaction() as session:
            promise = await PromiseService(session, self.clock, self.calendar).make(
                conversation_id,
                uuid4(),
                kind,
                text=WORDS,
                by_whom=by_whom,
                due_at=at(due) if isinstance(due, str) else due,
                subject=subject,
                round_the_clock=round_the_clock,
            )
            return promise.id

    async def complaint(self, dialogue: UUID) -> Subject:
        """A card in a conversation."""
        async with self.database.transaction() as session:
            card = ComplaintCard(
                id=uuid4(),
                number="CP26112300012",
                dialogue_id=dialogue,
                turn_id=uuid4(),
                category="delay",
                facts="晚了",
                severity="S3",
                severity_reasons=[],
                emotion="calm",
                channel="test",
                department="operations",
                first_reply_due=self.clock.now(),
                resolve_due=self.clock.now(),
                created_at=self.clock.now(),
            )
            session.add(card)
        return Subject(SubjectKind.COMPLAINT, card.id)

    async def pause(self, subject: Subject) -> None:
        """The card waits for its customer from now on."""
        async with self.database.transaction() as session:
            session.add(ComplaintPause(card_id=subject.id, reason="等照片", started_at=self.clock.now()))

    async def resume(self, subject: Subject) -> None:
        """It does not wait any longer."""
        async with self.database.transaction() as session:
            pause = (await session.scalars(select(ComplaintPause).where(ComplaintPause.ended_at.is_(None)))).one()
            pause.ended_at = self.clock.now()
            promises = PromiseService(session, self.clock, self.calendar)
            await promises.resume(subject, (pause.started_at, self.clock.now()))

    async def settle(self, promise_id: UUID) -> None:
        """What was promised is done."""
        async with self.database.transaction() as session:
            await PromiseService(session, self.clock, self.calendar).keep(promise_id)

    async def promise(self, promise_id: UUID) -> Promise:
        """A promise as it stands."""
        found: Promise = next(one for one in await self.rows(Promise) if one.id == promise_id)
        return found

    async def after(self, promise_id: UUID) -> Promise:
        """The promise in whose place another was made."""
        found: Promise = next(one for one in await self.rows(Promise) if one.replaces_id == promise_id)
        return found

    async def alerts(self) -> list[tuple[str, str]]:
        """(addressee, kind) of every alert, in the order of their kinds."""
        return sorted((one.to_staff or one.to_department, one.kind) for one in await self.rows(Alert))

    async def heard(self) -> list[str]:
        """What customers were told, oldest first."""
        async with self.database.reading() as session:
            query = select(Message).where(Message.author == "bot").order_by(Message.created_at, Message.seq)
            return [message.text for message in await session.scalars(query)]

    async def rows(self, model: type[Any]) -> list[Any]:
        """All rows of a table."""
        async with self.database.reading() as session:
            return list((await session.scalars(select(model))).all())


WITH_PERSON = {"status": Status.WITH_AGENT, "agent_code": "lin"}
WITH_BOT = {"status": Status.WITH_BOT, "agent_code": None}
