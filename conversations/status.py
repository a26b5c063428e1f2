"""Who answers, changed only by these verbs. Each is one compare-and-set: of twenty that try at once, one wins."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from conversations.errors import WrongMove
from conversations.models import Conversation, Status

MOVES: dict[str, tuple[frozenset[Status], Status]] = {
    "hand_to_human": (frozenset({Status.WITH_BOT}), Status.WAITING),
    "claim": (frozenset({Status.WAITING, Status.WITH_BOT}), Status.WITH_AGENT),
    "put_back": (frozenset({Status.WITH_AGENT}), Status.WAITING),
    "return_to_bot": (frozenset({Status.WITH_AGENT, Status.WAITING}), Status.WITH_BOT),
    "close": (frozenset({Status.WITH_BOT, Status.WAITING, Status.WITH_AGENT}), Status.CLOSED),
}
"""verb -> (states it is allowed in, state it leads to). `claim` from with_bot is an agent who takes over unasked."""


class ConversationStatus:
    """The verbs on one conversation."""

    def __init__(self, session: AsyncSession, conversation_id: UUID) -> None:
        self._session = session
        self._id = conversation_id

    async def hand_to_human(self) -> None:
        """The bot steps back and a person is waited for. Raises WrongMove."""
        await self._move("hand_to_human", agent_code=None)

    async def claim(self, agent_code: str) -> None:
        """The agent takes the conversation. Raises WrongMove when somebody else has it already."""
        await self._move("claim", agent_code=agent_code)

    async def put_back(self, agent_code: str) -> None:
        """The agent gives it back to the queue. Raises WrongMove unless this agent has it."""
        await self._move("put_back", agent_code=None, held_by=agent_code)

    async def return_to_bot(self, agent_code: str | None = None) -> None:
        """The bot answers again. With `agent_code`: only if this agent has it. Raises WrongMove."""
        await self._move("return_to_bot", agent_code=None, held_by=agent_code)

    async def close(self, at: datetime, agent_code: str | None = None) -> None:
        """Ends the conversation; the next message opens a new one. Raises WrongMove."""
        await self._move("close", agent_code=None, held_by=agent_code, closed_at=at)

    async def _move(
        self, verb: str, *, agent_code: str | None, held_by: str | None = None, closed_at: datetime | None = None
    ) -> None:
        allowed, target = MOVES[verb]
        statement = (
            update(Conversation)
            .where(Conversation.id == self._id, Conversation.status.in_(allowed))
            .values(status=target, agent_code=agent_code, closed_at=closed_at, moves=Conversation.moves + 1)
            .execution_options(synchronize_session=False)
        )
        if held_by is not None:
            statement = statement.where(Conversation.agent_code == held_by)
        connection = await self._session.connection()
        if (await connection.execute(statement)).rowcount != 1:
            raise WrongMove(verb)
