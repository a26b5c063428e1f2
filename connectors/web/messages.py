"""Shapes of the web channel."""

from typing import Any, Self
from uuid import UUID, uuid4

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from connectors.web.tokens import WebIdentity
from conversations.inbox import Incoming
from conversations.models import Author, Message
from conversations.outbox import Outgoing
from crm.files.links import FileLinks
from crm.files.service import MOST_IN_MESSAGE

CHANNEL = "web"


class SessionRequest(BaseModel):
    """`session_request`. Rasa's clients send `session_id`; ours also `receipts`."""

    model_config = ConfigDict(extra="ignore")

    session_id: Any = None
    receipts: bool = False
    """This client confirms messages with `receipt`, so they are sent again until it does."""


class UserUttered(BaseModel):
    """`user_uttered`. Everything but `message` is ours and may be missing."""

    model_config = ConfigDict(extra="ignore")

    message: str = Field(default="", max_length=1_000_000)
    """Blank only with files."""
    id: str = Field(default_factory=lambda: uuid4().hex, min_length=1, max_length=64)
    """The client's own id: sent twice, it is one message."""

    files: list[UUID] = Field(default_factory=list, max_length=MOST_IN_MESSAGE)
    """Ids that `POST /web/files` gave to this account."""

    @model_validator(mode="after")
    def _not_blank(self) -> Self:
        if not self.message.strip() and not self.files:
            raise ValueError("the message is blank, and no files come with it")
        return self

    def incoming(self, identity: WebIdentity) -> Incoming:
        """The message as the desk takes it."""
        return Incoming(
            channel=CHANNEL,
            account=identity.account,
            external_id=f"{identity.account}:{self.id}"[:200],
            text=self.message if self.message.strip() else "",
            content={"button": self.message} if self.message.startswith("btn:") else {},
            contact=identity.contact,
            proof="signed_token" if identity.contact else "",
            files=tuple(self.files),
        )


class Receipt(BaseModel):
    """`receipt`: everything up to `seq` has arrived. `conversation` None: the newest one."""

    seq: int = Field(ge=0)
    conversation: UUID | None = None

    @field_validator("conversation", mode="before")
    @classmethod
    def _empty_is_none(cls, value: Any) -> Any:
        return value or None


class HistoryRequest(BaseModel):
    """`history`: the log behind `after`."""

    after: int = Field(default=0, ge=0)


def bot_uttered(message: Message | Outgoing) -> dict[str, Any]:
    """Rasa's `bot_uttered`, with our fields beside it."""
    shaped: dict[str, Any] = {"text": message.text}
    if "buttons" in message.content:
        shaped["quick_replies"] = [
            {"content_type": "text", "title": b["title"], "payload": b["id"]} for b in message.content["buttons"]
        ]
    if "image" in message.content:
        shaped["attachment"] = {"type": "image", "payload": {"src": message.content["image"]}}
    if "card" in message.content:
        shaped["custom"] = message.content["card"]
    if "name" in message.content:
        shaped["name"] = message.content["name"]
    if isinstance(message, Outgoing):
        shaped["status"] = message.status
    return shaped | _ours(message)


def history_line(message: Message, links: FileLinks) -> dict[str, Any]:
    """One line of the log for a client that catches up; files with addresses that open for a while."""
    files = {"files": links.with_urls(message.content["files"])} if "files" in message.content else {}
    if message.author != Author.CUSTOMER:
        return bot_uttered(message) | files
    own_id = (message.external_id or "").rsplit(":", 1)[-1]
    return {"text": message.text, "own_id": own_id} | files | _ours(message)


def _ours(message: Message | Outgoing) -> dict[str, Any]:
    return {
        "seq": message.seq,
        "id": str(message.id),
        "author": message.author,
        "conversation": str(message.conversation_id),
        "created_at": message.created_at.isoformat(),
    }
