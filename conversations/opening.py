"""Where what is said to or by an account belongs: its open conversation, or a new one."""

from uuid import uuid4

from conversations.models import Conversation
from conversations.repository import ConversationRepository
from crm.clock import Clock
from crm.customers.models import ChannelIdentity
from crm.customers.service import CustomerService


async def open_conversation(
    log: ConversationRepository, customers: CustomerService, identity: ChannelIdentity, clock: Clock
) -> Conversation:
    """The identity's open conversation, opened when there is none; however many ask at once, it is one."""
    await log.lock_identity(identity.id)
    found = await log.open_of(identity.id)
    if found is not None:
        return found
    now = clock.now()
    dialogue = await customers.open_dialogue(identity, uuid4())
    await log.flush()
    conversation = Conversation(
        id=dialogue.id,
        identity_id=identity.id,
        channel=identity.channel,
        account=identity.account,
        opened_at=now,
        last_message_at=now,
    )
    log.add(conversation)
    await log.flush()
    return conversation
