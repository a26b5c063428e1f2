"""The clocks of the firm, looked at again and again: who promised something is warned, who was promised it is told in time.

Whatever is told is a row with a key of its own, or stands in the transaction that settles the promise: a restart, a day
without this process or a second process beside it lose nothing and say nothing twice.
"""

from collections.abc import Callable

import structlog

from conversations.models import Conversation, Status
from conversations.own_accord import is_night, place_to_speak
from conversations.repository import ConversationRepository
from conversations.speaking import speak
from conversations.texts import Texts
from crm.clock import Clock
from crm.orders.service import OrderService
from crm.pricing.service import PricingService
from crm.promises.business_time import BusinessCalendar
from crm.promises.clocks import Due, PromiseClocks
from crm.promises.deadlines import DeadlineService
from crm.promises.models import Promise
from crm.promises.repository import Watched
from crm.promises.wording import for_customer
from crm.staff.departments import Department
from crm.watching import Watch
from crm.wording import by_when
from database.session import Database

log = structlog.get_logger(__name__)


class PromiseWatch(Watch):
    """Watches promises, quotes and tasks."""

    every = 15.0

    def __init__(
        self, database: Database, clock: Clock, texts: Texts, wake: Callable[[], None], calendar: BusinessCalendar
    ) -> None:
        """`wake` is called when there is something to send."""
        self._database = database
        self._clock = clock
        self._texts = texts
        self._wake = wake
        self._calendar = calendar

    async def run_once(self) -> int:
        """Tells everybody what is due for them; returns how many alerts and messages were written."""
        async with self._database.reading() as session:
            found = await PromiseClocks(session, self._clock, self._calendar).due()
        written = await self._other_clocks()
        return written + await self.each(found, self._deal_with, lambda due: str(due.watched.promise.id))

    async def _deal_with(self, due: Due) -> int:
        """Staff first, in a transaction of their own: they are warned though the customer cannot be told now."""
        promise, written = due.watched.promise, 0
        if due.staff or due.management:
            async with self._database.transaction() as session:
                clocks = PromiseClocks(session, self._clock, self._calendar)
                written += await clocks.tell_staff(promise.id, due.staff)
                written += await clocks.tell_management(promise.id) if due.management else 0
        if due.customer and (promise.round_the_clock or not is_night(self._clock.now())):
            written += await self._tell_customer(due.watched)
        return written

    async def _tell_customer(self, seen: Watched) -> bool:
        """Owns up and gives a new time, in one transaction; a person who has the customer is asked to do so instead.

        False: not the moment, or not due any more.
        """
        async with self._database.transaction() as session:
            store, clocks = ConversationRepository(session), PromiseClocks(session, self._clock, self._calendar)
            await store.lock_identity(seen.identity_id)
            # Looked at before a conversation is opened for it, and again once nobody else can settle it.
            if await clocks.to_be_told(seen.promise.id) is None:
                return False
            conversation = await store.open_of(seen.identity_id)
            if conversation is not None and conversation.status != Status.WITH_BOT:
                return await self._leave_to_person(clocks, seen, conversation)
            place = await place_to_speak(session, seen.identity_id, self._clock)
            watched = await clocks.to_be_told(seen.promise.id, lock=True) if place is not None else None
            if place is None or watched is None:
                return False
            new = await clocks.promise_again(watched, place.id)
            await self._say(store, place, watched, new)
        self._wake()
        return True

    async def _leave_to_person(self, clocks: PromiseClocks, seen: Watched, conversation: Conversation) -> bool:
        watched = await clocks.to_be_told(seen.promise.id, lock=True)
        # Who waits in the queue belongs to the department until somebody takes the case.
        to = conversation.agent_code or Department.SERVICE.value
        return watched is not None and await clocks.leave_to(watched, to)

    async def _say(self, store: ConversationRepository, place: Conversation, watched: Watched, new: Promise) -> None:
        old, now = watched.promise, self._clock.now()
        if watched.broken_before:
            name = "utter_promise_late_again"
        else:
            name = "utter_promise_was_late" if now > old.due_at else "utter_promise_will_be_late"
        what = for_customer(old.kind, watched.complaint)
        saying = self._texts.say(name, what=what, due=by_when(old.due_at, now), new_due=by_when(new.due_at, now))
        await speak(store, place, saying, now)

    async def _other_clocks(self) -> int:
        """Quotes and tasks: staff are told, and quotes past their validity are marked as expired."""
        async with self._database.reading() as session:
            found = await DeadlineService(session, self._clock, self._calendar).look()
        if not found.alerts and not found.run_out:
            return 0
        async with self._database.transaction() as session:
            written = await DeadlineService(session, self._clock, self._calendar).tell(found.alerts)
            if found.run_out:
                due = self._calendar.due
                orders = OrderService(session, self._clock, due)
                await PricingService(session, self._clock, due, orders).expire_due()
        return written
