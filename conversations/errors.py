"""Refusals of the conversation."""

from crm.errors import Refusal


class ConversationRefusal(Refusal):
    """Root of what a conversation can refuse."""


class WrongMove(ConversationRefusal):
    """The status does not allow this verb, or somebody else moved first (another agent has claimed it)."""

    code = "wrong_move"


class ConversationNotFound(ConversationRefusal):
    """No such conversation."""

    code = "conversation_not_found"


class BotFailed(Exception):
    """The bot gave no usable answer. `reason` goes to the log and the turn, never to the customer."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
