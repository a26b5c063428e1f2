"""Rasa's REST shapes <-> the desk's."""

from typing import Any, Self
from uuid import UUID, uuid4

from pydantic import BaseModel, Field, model_validator

from conversations.inbox import Incoming
from conversations.models import Message
from crm.files.links import FileLinks
from crm.files.service import MOST_IN_MESSAGE

CHANNEL = "rest"
LONGEST_SENDER = 100
LONGEST = 100_000
"""Characters of a message that are taken; what lies beyond `message_limit` is cut, and the customer is told."""


class RestMetadata(BaseModel):
    """What may stand in `metadata`. Other keys are allowed and ignored."""

    contact: str | None = Field(default=None, min_length=1, max_length=200)
    """Contact code, phone or e-mail; only a trusted key may name it."""
    message_id: str | None = Field(default=None, min_length=1, max_length=100)
    """The caller's own id: the same id is the same message. None: every call is a new message."""
    files: list[UUID] = Field(default_factory=list, max_length=MOST_IN_MESSAGE)
    """Ids that `POST /webhooks/rest/files` gave for this sender."""


class RestMessage(BaseModel):
    """Body of `POST /webhooks/rest/webhook`."""

    sender: str = Field(min_length=1, max_length=LONGEST_SENDER)
    message: str = Field(default="", max_length=LONGEST)
    """Empty only with files."""
    metadata: RestMetadata = Field(default_factory=RestMetadata)

    @model_validator(mode="after")
    def _not_blank(self) -> Self:
        if not self.sender.strip():
            raise ValueError("sender is blank: all such callers would share one conversation")
        if not self.message and not self.metadata.files:
            raise ValueError("message is empty, and no files come with it")
        return self

    def incoming(self, key_name: str) -> Incoming:
        """The message as the desk takes it; accounts and ids are kept apart by key, so no key reads another's."""
        own_id = self.metadata.message_id or uuid4().hex
        button = self.message if self.message.startswith("btn:") else None
        return Incoming(
            channel=CHANNEL,
            account=account(key_name, self.sender),
            external_id=f"{key_name}:{own_id}",
            text=self.message,
            content={"button": button} if button else {},
            contact=self.metadata.contact,
            proof="trusted_key" if self.metadata.contact else "",
            files=tuple(self.metadata.files),
        )


def account(key_name: str, sender: str) -> str:
    """The account of a sender under a key."""
    return f"{key_name}:{sender}"


def outgoing(sender: str, message: Message, links: FileLinks) -> dict[str, Any]:
    """A message of the log in Rasa's shape, with our `seq`, `id` and `author` beside it."""
    shaped: dict[str, Any] = {
        "recipient_id": sender,
        "text": message.text,
        "id": str(message.id),
        "seq": message.seq,
        "author": message.author,
    }
    if "buttons" in message.content:
        shaped["buttons"] = [{"title": b["title"], "payload": b["id"]} for b in message.content["buttons"]]
    if "image" in message.content:
        shaped["image"] = message.content["image"]
    if "card" in message.content:
        shaped["custom"] = message.content["card"]
    if "files" in message.content:
        shaped["files"] = links.with_urls(message.content["files"])
    return shaped
