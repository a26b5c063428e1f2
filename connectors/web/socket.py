"""Socket.IO endpoint of the web channel.

Rasa's events: session_request -> session_confirm, user_uttered, bot_uttered. Ours: history, receipt, typing.
"""

from collections.abc import Collection
from typing import Any

import socketio
import structlog
from pydantic import BaseModel, ValidationError

from connectors.desk import Intake
from connectors.web.messages import (
    CHANNEL,
    HistoryRequest,
    Receipt,
    SessionRequest,
    UserUttered,
    bot_uttered,
    history_line,
)
from connectors.web.tokens import WebIdentity, WebTokens
from conversations.models import Status
from conversations.outbox import NotReachable, Outgoing, Sent
from crm.clock import Clock
from crm.customers.errors import BoundToAnother, ContactUnknown
from crm.files.errors import FileUnknown
from crm.files.links import FileLinks

log = structlog.get_logger(__name__)

Acknowledgement = dict[str, Any]


class WebChannel:
    """Sends `bot_uttered` to every window of an account; with Redis also to its windows on other processes."""

    name = CHANNEL

    def __init__(self, server: socketio.AsyncServer) -> None:
        self._server = server
        self._windows: dict[str, dict[str, bool]] = {}
        """account -> socket id -> whether that client sends receipts."""

    async def send(self, message: Outgoing) -> Sent:
        """Raises NotReachable when no window is open on this process."""
        windows = self._windows.get(message.account)
        if not windows:
            raise NotReachable
        await self._server.emit("bot_uttered", bot_uttered(message), room=message.account)
        return Sent.AWAITING_RECEIPT if any(windows.values()) else Sent.CONFIRMED

    def accounts_here(self) -> Collection[str]:
        """Accounts with a window on this process; the process that has them sends to them (see ConnectedChannel)."""
        return list(self._windows)

    def opened(self, account: str, socket_id: str, *, receipts: bool) -> None:
        """A window of this account is there."""
        self._windows.setdefault(account, {})[socket_id] = receipts

    def closed(self, account: str, socket_id: str) -> None:
        """A window has gone."""
        windows = self._windows.get(account, {})
        windows.pop(socket_id, None)
        if not windows:
            self._windows.pop(account, None)


class WebSocketEndpoint:
    """The events of the channel, one method each."""

    def __init__(
        self,
        server: socketio.AsyncServer,
        channel: WebChannel,
        intake: Intake,
        tokens: WebTokens,
        clock: Clock,
        *,
        links: FileLinks,
    ) -> None:
        self._server = server
        self._channel = channel
        self._intake = intake
        self._tokens = tokens
        self._clock = clock
        self._links = links
        for name in ("session_request", "user_uttered", "history", "receipt", "disconnect"):
            server.on(name, getattr(self, name))

    async def session_request(self, socket_id: str, data: Any = None) -> None:
        """Opens the session of a token we know; any other session id gets a new visitor, so a made-up one opens nothing."""
        request = _read(SessionRequest, data or {})
        now = self._clock.now()
        identity = self._tokens.read(request.session_id, now) if request else None
        identity = identity or self._tokens.visitor(now)
        await self._leave(socket_id)
        await self._server.save_session(socket_id, {"identity": identity})
        await self._server.enter_room(socket_id, identity.account)
        self._channel.opened(identity.account, socket_id, receipts=bool(request and request.receipts))
        await self._server.emit("session_confirm", identity.token, room=socket_id)
        await self._intake.relay.back(CHANNEL, identity.account)

    async def user_uttered(self, socket_id: str, data: Any) -> Acknowledgement:
        """A message of the customer; acknowledged with its place in the log, after the commit."""
        identity = await self._identity(socket_id)
        if identity is None:
            # Rasa's own server accepts this without a session; a client of ours asks for one first.
            await self.session_request(socket_id)
            identity = await self._identity(socket_id)
        uttered = _read(UserUttered, data)
        if uttered is None or identity is None:
            return {"error": "message: text of at least one character, or files, are needed"}
        try:
            receipt = await self._intake.receive(uttered.incoming(identity))
        except (ContactUnknown, BoundToAnother, FileUnknown) as refusal:
            return {"error": refusal.code}
        if receipt.status == Status.WITH_BOT and not receipt.duplicate:
            await self._server.emit("typing", {"author": "bot"}, room=identity.account)
        return {
            "id": uttered.id,
            "seq": receipt.seq,
            "conversation": str(receipt.conversation_id),
            "status": receipt.status,
            "created_at": receipt.received_at.isoformat(),
        }

    async def history(self, socket_id: str, data: Any = None) -> Acknowledgement:
        """The log behind `after`, both sides."""
        identity = await self._identity(socket_id)
        request = _read(HistoryRequest, data or {})
        if identity is None or request is None:
            return {"error": "session_request comes first; after: a whole number"}
        conversation = await self._intake.conversation_of(CHANNEL, identity.account)
        if conversation is None:
            return {"status": "with_bot", "messages": []}
        lines = await self._intake.log_after(conversation, request.after, with_customer=True)
        return {
            "status": conversation.status,
            "conversation": str(conversation.id),
            "messages": [history_line(line, self._links) for line in lines],
        }

    async def receipt(self, socket_id: str, data: Any) -> None:
        """Everything up to a place in the log has arrived."""
        identity = await self._identity(socket_id)
        receipt = _read(Receipt, data)
        if identity is None or receipt is None:
            return
        conversation = await self._intake.conversation_of(CHANNEL, identity.account, receipt.conversation)
        if conversation is not None:
            await self._intake.fetched(conversation.id, receipt.seq)

    async def disconnect(self, socket_id: str, _reason: Any = None) -> None:
        """The window has gone; what is said meanwhile waits in the outbox."""
        await self._leave(socket_id)

    async def _leave(self, socket_id: str) -> None:
        identity = await self._identity(socket_id)
        if identity is not None:
            self._channel.closed(identity.account, socket_id)
            await self._server.leave_room(socket_id, identity.account)

    async def _identity(self, socket_id: str) -> WebIdentity | None:
        try:
            session = await self._server.get_session(socket_id)
        except KeyError:
            return None
        identity: WebIdentity | None = session.get("identity")
        return identity


def _read[Shape: BaseModel](shape: type[Shape], data: Any) -> Shape | None:
    """The event's data; None when it has another shape (said in the acknowledgement, never a traceback)."""
    try:
        return shape.model_validate(data)
    except ValidationError:
        return None
