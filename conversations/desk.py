"""What a person at the desk does with a conversation: see the queue, claim, reply, give back, close."""

from collections.abc import Callable, Sequence
from uuid import UUID

from conversations.agents import Saying
from conversations.errors import WrongMove
from conversations.given_word import GivenWord, refuse_past, track
from conversations.models import Author, Conversation, HandoffCase, Message
from conversations.passing_on import kept_from, refuse_accused
from conversations.repository import ConversationRepository
from conversations.status import ConversationStatus
from conversations.texts import Texts
from crm.clock import Clock
from crm.complaints.changes.assignment_repository import AssignmentRepository
from crm.complaints.errors import PersonComplainedAbout
from crm.promises.service import PromiseService
from database.session import Database


class Desk:
    """The verbs of an agent. Each is one transaction; `wake` is called when there is something to send."""

    def __init__(self, database: Database, clock: Clock, texts: Texts, wake: Callable[[], None]) -> None:
        self._database = database
        self._clock = clock
        self._texts = texts
        self._wake = wake

    async def queue(self, agent_code: str = "") -> Sequence[HandoffCase]:
        """Cases that wait for a person, in the order they are to be taken.

        `agent_code`: who looks, and does not see those of customers who complain about this agent; empty: all.
        """
        async with self._database.reading() as session:
            cases = await ConversationRepository(session).waiting_cases()
            return await kept_from(session, agent_code, cases)

    async def mine(self, agent_code: str) -> Sequence[HandoffCase]:
        """Cases this agent has."""
        async with self._database.reading() as session:
            cases = await ConversationRepository(session).cases_of(agent_code)
            return await kept_from(session, agent_code, cases)

    async def read(
        self, conversation_id: UUID, after: int = 0, agent_code: str = ""
    ) -> tuple[Conversation, Sequence[Message]]:
        """The conversation and its log behind a place. Raises ConversationNotFound.

        Raises PersonComplainedAbout as `claim` does. `agent_code`: who looks; empty: the desk itself.
        """
        async with self._database.reading() as session:
            if await AssignmentRepository(session).complained_about(conversation_id, agent_code):
                raise PersonComplainedAbout
            store = ConversationRepository(session)
            conversation = await store.get(conversation_id)
            return conversation, await store.lines(conversation_id, after + 1, conversation.last_seq)

    async def claim(self, conversation_id: UUID, agent_code: str, agent_name: str) -> None:
        """The agent takes it; the customer hears who. Raises WrongMove when somebody else was first.

        Raises PersonComplainedAbout for an agent whom an open complaint of this customer is about.
        """
        async with self._database.transaction() as session:
            await refuse_accused(session, conversation_id, agent_code)
            await ConversationStatus(session, conversation_id).claim(agent_code)
            store = ConversationRepository(session)
            now = self._clock.now()
            case = await store.open_case(conversation_id)
            if case is None:
                case = HandoffCase(conversation_id=conversation_id, reason="taken_over", packet={}, created_at=now)
                store.add(case)
            case.state, case.agent_code, case.claimed_at = "claimed", agent_code, now
            await self._tell(store, conversation_id, self._texts.say("utter_desk_agent_joined", name=agent_name))
        self._wake()

    async def reply(
        self,
        conversation_id: UUID,
        agent_code: str,
        text: str,
        agent_name: str = "",
        promises: Sequence[GivenWord] = (),
    ) -> Message:
        """A message of the agent, who is `agent_name` to the customer. Raises WrongMove unless this agent has it.

        Raises PersonComplainedAbout as `claim` does: the complaint may have come since. `promises`: what the message
        promises, to be tracked; raises DueInThePast for one that is due already, and then nothing is sent.
        """
        async with self._database.transaction() as session:
            await refuse_accused(session, conversation_id, agent_code)
            store = ConversationRepository(session)
            conversation = await store.get(conversation_id, lock=True)
            if conversation.agent_code != agent_code:
                raise WrongMove("reply")
            refuse_past(promises, self._clock.now())
            message = await store.say(
                conversation,
                self._clock.now(),
                author=Author.AGENT,
                text=text,
                content={"name": agent_name} if agent_name else {},
                author_code=agent_code,
            )
            await PromiseService(session, self._clock).keep_first_replies(conversation_id)
            await track(session, self._clock, message, promises)
        self._wake()
        return message

    async def return_to_bot(self, conversation_id: UUID, agent_code: str) -> None:
        """The bot answers again. Raises WrongMove unless this agent has it."""
        async with self._database.transaction() as session:
            await ConversationStatus(session, conversation_id).return_to_bot(agent_code)
            store = ConversationRepository(session)
            await self._end_case(store, conversation_id)
            await self._tell(store, conversation_id, self._texts.say("utter_desk_back_to_bot"))
        self._wake()

    async def close(self, conversation_id: UUID, agent_code: str) -> None:
        """Ends the conversation; the next message opens a new one. Raises WrongMove unless this agent has it."""
        async with self._database.transaction() as session:
            store = ConversationRepository(session)
            await self._tell(store, conversation_id, self._texts.say("utter_desk_closed"))
            await ConversationStatus(session, conversation_id).close(self._clock.now(), agent_code)
            await self._end_case(store, conversation_id)
        self._wake()

    async def _end_case(self, store: ConversationRepository, conversation_id: UUID) -> None:
        case = await store.open_case(conversation_id)
        if case is not None:
            case.state, case.closed_at = "closed", self._clock.now()

    async def _tell(self, store: ConversationRepository, conversation_id: UUID, saying: Saying) -> None:
        conversation = await store.get(conversation_id, lock=True)
        await store.say(conversation, self._clock.now(), author=Author.SYSTEM, text=saying.text)
