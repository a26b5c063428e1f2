"""Lines typed at a terminal <-> the desk. Buttons are shown as numbers; typing the number presses the button."""

from collections.abc import Callable, Collection
from uuid import uuid4

from conversations.inbox import Incoming
from conversations.outbox import Outgoing, Sent

CHANNEL = "terminal"
AUTHOR_NAMES = {"bot": "问货", "agent": "客服", "system": "——"}


class TerminalChannel:
    """Shows what is said, and translates what is typed."""

    name = CHANNEL

    def __init__(self, account: str, show: Callable[[str], None], contact: str | None = None) -> None:
        """`account`: only its messages are taken up. `contact`: whom the person at this machine speaks for."""
        self._account = account
        self._show = show
        self._contact = contact
        self._buttons: list[str] = []

    def accounts_here(self) -> Collection[str]:
        """Only this terminal's own account: another terminal's messages are not taken up."""
        return [self._account]

    async def send(self, message: Outgoing) -> Sent:
        """Prints the message and its numbered buttons."""
        self._show(f"{AUTHOR_NAMES.get(message.author, message.author)}：{message.text}")
        buttons = message.content.get("buttons", [])
        self._buttons = [button["id"] for button in buttons]
        if buttons:
            self._show("      " + "  ".join(f"[{n}] {button['title']}" for n, button in enumerate(buttons, 1)))
        return Sent.CONFIRMED

    def incoming(self, typed: str) -> Incoming:
        """A typed line as a message; a number that stands before a button presses it."""
        pressed = self._pressed(typed.strip())
        return Incoming(
            channel=CHANNEL,
            account=self._account,
            external_id=uuid4().hex,
            text=pressed or typed,
            content={"button": pressed} if pressed else {},
            contact=self._contact,
            proof="terminal" if self._contact else "",
        )

    def _pressed(self, typed: str) -> str | None:
        if not (typed.isdecimal() and len(typed) == 1 and 1 <= int(typed) <= len(self._buttons)):
            return None
        return self._buttons[int(typed) - 1]
