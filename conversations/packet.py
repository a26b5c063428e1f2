"""The case for a person and its packet: everything known, so that the customer is not asked again."""

from collections.abc import Mapping
from datetime import timedelta
from functools import reduce

from sqlalchemy.ext.asyncio import AsyncSession

from conversations.agents import Answer
from conversations.attachments import in_words
from conversations.models import Author, Conversation, HandoffCase
from conversations.repository import ConversationRepository
from crm.clock import Clock
from crm.complaints.models import Emotion, stronger
from crm.customers.service import CustomerService
from database.base import JsonObject

LINES_IN_PACKET = 12
MOODS_IN_PACKET = 4
MOOD_FADES_AFTER = timedelta(hours=2)
PRIORITY_OF_MOOD: Mapping[Emotion, int] = {Emotion.CALM: 0, Emotion.ANNOYED: 1, Emotion.ANGRY: 2}
"""What a case is worth at least. The gravest complaints (3) still go before anger."""


async def open_case(session: AsyncSession, conversation: Conversation, answer: Answer, clock: Clock) -> HandoffCase:
    """Puts the conversation into the queue for people. `answer.handoff` must be set."""
    handoff = answer.handoff
    if handoff is None:
        raise ValueError("no handoff in this answer")
    store = ConversationRepository(session)
    memory = answer.memory or conversation.memory
    moods = await _moods(store, conversation, clock)
    felt = reduce(stronger, (Emotion(mood["mood"]) for mood in moods), Emotion.CALM)
    lines = await store.lines(
        conversation.id, max(1, conversation.last_seq - LINES_IN_PACKET + 1), conversation.last_seq
    )
    packet: JsonObject = {
        "summary": handoff.summary,
        "customer": await _customer(session, conversation, clock),
        "slots": {name: value for name, value in memory.get("slots", {}).items() if value is not None},
        "parse": answer.parse,
        "mood": felt,
        "moods": moods,
        "lines": [{"author": line.author, "text": in_words([line])} for line in lines if line.author != Author.SYSTEM],
    }
    case = HandoffCase(
        conversation_id=conversation.id,
        reason=handoff.reason,
        priority=max(handoff.priority, PRIORITY_OF_MOOD[felt]),
        packet=packet,
        created_at=clock.now(),
    )
    store.add(case)
    await store.flush()
    return case


async def _moods(store: ConversationRepository, conversation: Conversation, clock: Clock) -> list[JsonObject]:
    """How the customer sounded in the last turns, oldest first; a pressed button has no mood and is left out."""
    turns = await store.last_turns(conversation.id, clock.now() - MOOD_FADES_AFTER, MOODS_IN_PACKET)
    return [turn.parse["mood"] for turn in turns if turn.parse is not None and "mood" in turn.parse]


async def _customer(session: AsyncSession, conversation: Conversation, clock: Clock) -> JsonObject:
    """Who it is; {"known": False} for a stranger."""
    dialogue = await CustomerService(session, clock).dialogue(conversation.id)
    contact = dialogue.identity.contact
    if contact is None:
        return {"known": False, "channel": conversation.channel}
    return {
        "known": True,
        "channel": conversation.channel,
        "contact": contact.name,
        "contact_code": contact.code,
        "customer": contact.customer.name,
        "customer_code": contact.customer.code,
        "class": contact.customer.class_code,
    }
