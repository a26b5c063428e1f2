"""The case for a person and its packet: everything known, so that the customer is not asked again."""

from sqlalchemy.ext.asyncio import AsyncSession

from conversations.agents import Answer
from conversations.models import Author, Conversation, HandoffCase
from conversations.repository import ConversationRepository
from crm.clock import Clock
from crm.customers.service import CustomerService
from database.base import JsonObject

LINES_IN_PACKET = 12


async def open_case(session: AsyncSession, conversation: Conversation, answer: Answer, clock: Clock) -> HandoffCase:
    """Puts the conversation into the queue for people. `answer.handoff` must be set."""
    handoff = answer.handoff
    if handoff is None:
        raise ValueError("no handoff in this answer")
    store = ConversationRepository(session)
    memory = answer.memory or conversation.memory
    lines = await store.lines(
        conversation.id, max(1, conversation.last_seq - LINES_IN_PACKET + 1), conversation.last_seq
    )
    packet: JsonObject = {
        "summary": handoff.summary,
        "customer": await _customer(session, conversation, clock),
        "slots": {name: value for name, value in memory.get("slots", {}).items() if value is not None},
        "parse": answer.parse,
        "lines": [{"author": line.author, "text": line.text} for line in lines if line.author != Author.SYSTEM],
    }
    case = HandoffCase(
        conversation_id=conversation.id,
        reason=handoff.reason,
        priority=handoff.priority,
        packet=packet,
        created_at=clock.now(),
    )
    store.add(case)
    await store.flush()
    return case


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
