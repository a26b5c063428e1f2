"""Writing what the bot says: message, outbox entry and buttons, whose meaning stays here."""

import secrets
from datetime import datetime
from uuid import UUID

from conversations.agents import Saying
from conversations.models import Author, Button, Conversation
from conversations.repository import ConversationRepository


async def speak(
    store: ConversationRepository,
    conversation: Conversation,
    saying: Saying,
    at: datetime,
    turn_id: UUID | None = None,
) -> None:
    """Writes one message of the bot. `turn_id` None: it speaks of its own accord."""
    buttons = [(f"btn:{secrets.token_urlsafe(12)}", choice) for choice in saying.choices]
    content: dict[str, object] = {}
    if buttons:
        content["buttons"] = [{"title": choice.title, "id": button_id} for button_id, choice in buttons]
    if saying.image:
        content["image"] = saying.image
    if saying.card:
        content["card"] = saying.card
    message = await store.say(conversation, at, author=Author.BOT, text=saying.text, content=content, turn_id=turn_id)
    for button_id, choice in buttons:
        store.add(
            Button(
                id=button_id,
                conversation_id=conversation.id,
                message_id=message.id,
                title=choice.title[:80],
                payload=choice.payload,
                created_at=at,
            )
        )
