"""What the bot says of its own accord: changes of shipments that somebody wants to hear of, answers to inquiries.

Each is written in the transaction that marks it as told: whatever dies when, it is told once.
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, time

import structlog

from conversations import memory
from conversations.agents import Saying
from conversations.models import Author, Conversation, Status
from conversations.notice_texts import NoticeTexts
from conversations.opening import open_conversation
from conversations.repository import ConversationRepository
from conversations.speaking import speak
from conversations.texts import Texts
from crm.clock import SHANGHAI, Clock
from crm.customers.service import CustomerService
from crm.notices.service import NoticeService, Waiting
from crm.notices.views import QuoteNews, ShipmentNews
from database.session import Database

log = structlog.get_logger(__name__)

LOOK_EVERY = 5.0
NIGHT_FROM, NIGHT_UNTIL = time(22, 0), time(7, 30)
"""In Shanghai. What becomes known in the night is told in the morning."""


class Notices:
    """Tells customers what they were promised to be told."""

    def __init__(self, database: Database, clock: Clock, texts: Texts, wake: Callable[[], None]) -> None:
        """`wake` is called when there is something to send."""
        self._database = database
        self._clock = clock
        self._texts = NoticeTexts(texts)
        self._wake = wake

    async def run_forever(self) -> None:
        """Looks for news every few seconds."""
        while True:
            try:
                await self.run_once()
            except Exception:
                log.exception("notices failed")
            await asyncio.sleep(LOOK_EVERY)

    async def run_once(self) -> int:
        """Tells everybody what is new for them; returns how many messages were written."""
        if is_night(self._clock.now()):
            return 0
        told = 0
        for waiting in await self._waiting():
            try:
                told += await self._deal_with(waiting)
            except Exception:
                # The next one is no worse for it; this one is tried again.
                log.exception("notice failed", identity=str(waiting.identity_id), subject=str(waiting.subject_id))
        if told:
            self._wake()
        return told

    async def _waiting(self) -> Sequence[Waiting]:
        """What is new for those who can be told now."""
        async with self._database.reading() as session:
            waiting = await NoticeService(session, self._clock).waiting()
            busy = await ConversationRepository(session).busy({one.identity_id for one in waiting})
        return [one for one in waiting if one.identity_id not in busy]

    async def _deal_with(self, waiting: Waiting) -> bool:
        """Tells one piece of news and marks it, in one transaction; False: there was nothing to tell, or not now."""
        async with self._database.transaction() as session:
            store = ConversationRepository(session)
            # Others who would tell this account something wait here, and then find it told.
            await store.lock_identity(waiting.identity_id)
            conversation = await store.open_of(waiting.identity_id)
            if conversation is not None and not await self._is_free(store, conversation):
                return False
            notices = NoticeService(session, self._clock)
            news = await notices.news(waiting)
            if news is None:
                return False
            if not await notices.note(news):
                raise RuntimeError("news that nobody else can be telling was told by somebody else")
            if isinstance(news, QuoteNews) and news.answered:
                await notices.answer_told(news.quote_id)
            saying = self._saying(news, conversation)
            if saying is None:
                return False
            if conversation is None:
                customers = CustomerService(session, self._clock)
                conversation = await open_conversation(store, customers, news.identity, self._clock)
            self._remember(news, conversation)
            await store.flush()
            await speak(store, conversation, saying, self._clock.now())
        return True

    async def _is_free(self, store: ConversationRepository, conversation: Conversation) -> bool:
        """The bot has it and neither side owes the other an answer: else this is no moment to speak of something else."""
        # Locked: nobody takes over, and no turn is opened, until this is said.
        now = await store.get(conversation.id, lock=True)
        answered = now.handled_seq >= now.last_customer_seq
        if now.status != Status.WITH_BOT or not answered or await store.open_turn(now.id) is not None:
            return False
        return not (memory.question_open(now.memory, self._clock.now()) and await store.last_author(now) == Author.BOT)

    def _saying(self, news: ShipmentNews | QuoteNews, conversation: Conversation | None) -> Saying | None:
        """The words; None: not worth a message."""
        if isinstance(news, ShipmentNews):
            return None if news.change is None else self._texts.of_shipment(news)
        known = conversation is not None and memory.has_offer(conversation.memory, news.quote.number)
        return self._texts.of_quote(news) if news.worth_telling and not known else None

    def _remember(self, news: ShipmentNews | QuoteNews, conversation: Conversation) -> None:
        before, now = conversation.memory, self._clock.now()
        if isinstance(news, ShipmentNews):
            conversation.memory = memory.with_shipment(before, news.view.reference, now)
        elif news.quote.open:
            conversation.memory = memory.with_offer(before, news.quote.number, now)
        else:
            conversation.memory = memory.with_refusal(before, news.quote.number, now)


def is_night(now: datetime) -> bool:
    """Whether people sleep."""
    local = now.astimezone(SHANGHAI).time()
    return local >= NIGHT_FROM or local < NIGHT_UNTIL
