"""What the bot says of its own accord: changes of shipments that somebody wants to hear of, answers to inquiries.

Each is written in the transaction that marks it as told: whatever dies when, it is told once.
"""

from collections.abc import Callable, Sequence

import structlog

from conversations import memory
from conversations.agents import Saying
from conversations.models import Conversation
from conversations.notice_texts import NoticeTexts
from conversations.opening import open_conversation
from conversations.own_accord import is_free, is_night
from conversations.repository import ConversationRepository
from conversations.speaking import speak
from conversations.texts import Texts
from crm.clock import Clock
from crm.customers.service import CustomerService
from crm.notices.service import NoticeService, Waiting
from crm.notices.views import QuoteNews, ShipmentNews
from crm.watching import Watch
from database.session import Database

log = structlog.get_logger(__name__)


class Notices(Watch):
    """Tells customers what they were promised to be told."""

    every = 5.0

    def __init__(self, database: Database, clock: Clock, texts: Texts, wake: Callable[[], None]) -> None:
        """`wake` is called when there is something to send."""
        self._database = database
        self._clock = clock
        self._texts = NoticeTexts(texts)
        self._wake = wake

    async def run_once(self) -> int:
        """Tells everybody what is new for them; returns how many messages were written."""
        if is_night(self._clock.now()):
            return 0
        told = await self.each(await self._waiting(), self._deal_with, lambda waiting: str(waiting.subject_id))
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
            if conversation is not None and not await is_free(store, conversation, self._clock.now()):
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
