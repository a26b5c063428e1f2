"""Who began to complain and fell silent is told all the same: what was noted, the number, who comes next and by when."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid5

import structlog

from conversations import memory
from conversations.agents import Saying
from conversations.models import Conversation, Status
from conversations.opening import open_conversation
from conversations.repository import ConversationRepository
from conversations.speaking import speak
from conversations.texts import Texts
from crm.alerts.models import AlertKind
from crm.clock import Clock
from crm.complaints.telling import telling
from crm.complaints.views import CardView
from crm.crm import Crm
from crm.promises.business_time import BusinessCalendar
from crm.watching import Watch
from crm.wording import by_when
from database.session import Database

log = structlog.get_logger(__name__)

SILENCE = timedelta(seconds=60)
"""So long we listen for another word."""


class Listening(Watch):
    """Sums up complaints whose customers say nothing more."""

    every = 5.0

    def __init__(
        self, database: Database, clock: Clock, texts: Texts, calendar: BusinessCalendar, wake: Callable[[], None]
    ) -> None:
        """`wake` is called when there is something to send."""
        self._database = database
        self._clock = clock
        self._texts = texts
        self._calendar = calendar
        self._wake = wake

    async def run_once(self) -> int:
        """Tells everybody who has been silent for long enough; returns how many were told."""
        async with self._database.reading() as session:
            untold = await Crm(session, self._clock, self._calendar).complaints.untold(SILENCE)
            cards = [(card.dialogue_id, card.number) for card in untold]
        told = await self.each(cards, lambda card: self._tell(*card), lambda card: card[1])
        if told:
            self._wake()
        return told

    async def _tell(self, dialogue_id: UUID, number: str) -> bool:
        """Tells one customer, in one transaction with the promises that are made by it; False: not now, or not by the bot."""
        async with self._database.transaction() as session:
            crm = Crm(session, self._clock, self._calendar)
            store = ConversationRepository(session)
            identity = (await crm.customers.dialogue(dialogue_id)).identity
            # Others who would tell this account something wait here, and then find it told.
            await store.lock_identity(identity.id)
            conversation = await store.open_of(identity.id)
            if conversation is None:
                conversation = await open_conversation(store, crm.customers, identity, self._clock)
            elif not await self._is_silent(store, conversation):
                await self._remind(crm, conversation, number)
                return False
            before = await crm.complaints.status(conversation.id, number)
            if before is None or before.told:
                return False
            card = await crm.complaints.tell(conversation.id, uuid5(before.harm.card_id, "silence"), number)
            if card is None:
                return False
            await self._say(store, conversation, card)
        return True

    async def _is_silent(self, store: ConversationRepository, conversation: Conversation) -> bool:
        """The bot has it, everything is answered, and nothing was said for a while."""
        held = await store.get(conversation.id, lock=True)
        answered = held.handled_seq >= held.last_customer_seq and await store.open_turn(held.id) is None
        silent = held.last_message_at <= self._clock.now() - SILENCE
        return held.status == Status.WITH_BOT and answered and silent

    async def _remind(self, crm: Crm, conversation: Conversation, number: str) -> None:
        """Reminds, once, the person who has the conversation: the bot keeps still, so it is up to them to tell."""
        card = await crm.complaints.status(conversation.id, number)
        if conversation.status != Status.WITH_AGENT or conversation.agent_code is None or card is None or card.told:
            return
        due = f"，首次答复最晚{by_when(card.due_at, self._clock.now())}" if card.due_at else ""
        await crm.alerts.tell(
            f"complaint:{card.harm.card_id}:untold:{conversation.agent_code}",
            AlertKind.COMPLAINT_UNTOLD,
            conversation.agent_code,
            f"客户的投诉已记录，编号{number}，还没有告诉客户{due}。请先致歉，再把编号和下一步告诉客户。",
            subject_kind="dialogue",
            subject_id=conversation.id,
        )

    async def _say(self, store: ConversationRepository, conversation: Conversation, card: CardView) -> None:
        slots, now = memory.slots_of(conversation.memory), self._clock.now()
        answer = telling(card, now, slots.get("sorry") or (), str(slots.get("shipment_no") or ""))
        lines = [*answer.lines, ("utter_complaint_correct", {})]
        saying = Saying("\n".join(self._texts.say(name, **values).text for name, values in lines))
        conversation.memory = memory.with_complaint_told(conversation.memory, card.number, answer.sorry, now)
        await store.flush()
        await speak(store, conversation, saying, now)
