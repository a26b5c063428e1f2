"""Speaking without having been asked: where, and whether this is the moment."""

from datetime import datetime, time
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from conversations import memory
from conversations.models import Author, Conversation, Status
from conversations.opening import open_conversation
from conversations.repository import ConversationRepository
from crm.clock import SHANGHAI, Clock
from crm.customers.models import ChannelIdentity
from crm.customers.service import CustomerService

NIGHT_FROM, NIGHT_UNTIL = time(22, 0), time(7, 30)
"""In Shanghai. What becomes known in the night is told in the morning."""


def is_night(now: datetime) -> bool:
    """Whether people sleep."""
    local = now.astimezone(SHANGHAI).time()
    return local >= NIGHT_FROM or local < NIGHT_UNTIL


async def is_free(store: ConversationRepository, conversation: Conversation, now: datetime) -> bool:
    """The bot has it and neither side owes the other an answer: else this is no moment to speak of something else."""
    # Locked: nobody takes over, and no turn is opened, until this is said.
    held = await store.get(conversation.id, lock=True)
    answered = held.handled_seq >= held.last_customer_seq
    if held.status != Status.WITH_BOT or not answered or await store.open_turn(held.id) is not None:
        return False
    return not (memory.question_open(held.memory, now) and await store.last_author(held) == Author.BOT)


async def place_to_speak(session: AsyncSession, identity_id: UUID, clock: Clock) -> Conversation | None:
    """The open conversation of an account, or a new one; None: this is not the moment, look again later.

    Holds the account until the end of the transaction: others who would tell it something wait, and then find it told.
    """
    store = ConversationRepository(session)
    await store.lock_identity(identity_id)
    conversation = await store.open_of(identity_id)
    if conversation is not None:
        return conversation if await is_free(store, conversation, clock.now()) else None
    identity = await session.get_one(ChannelIdentity, identity_id)
    return await open_conversation(store, CustomerService(session, clock), identity, clock)
