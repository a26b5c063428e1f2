"""The way of a turn: what is unanswered? → who answers? → answer → commit, unless somebody took over meanwhile.

No transaction is open while the bot thinks.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID, uuid4

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from conversations.agents import Agent, Answer, Saying, TurnInput
from conversations.attachments import files_of, in_words
from conversations.desk_agent import PAYLOADS, DeskAgent
from conversations.errors import BotFailed
from conversations.memory import recalled, remembered
from conversations.models import Author, Conversation, Message, Status, Turn
from conversations.packet import open_case
from conversations.repository import ConversationRepository
from conversations.speaking import speak
from conversations.status import ConversationStatus
from crm.clock import Clock
from database.session import Database

log = structlog.get_logger(__name__)

LEASE = timedelta(seconds=10)
MOST_ATTEMPTS = 3
REMEMBERED_AS_JUST_NOW = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class _Taken:
    """A turn that this process has taken up."""

    turn_id: UUID
    status: Status
    moves: int
    input: TurnInput
    last_seq: int
    cut_to: int | None
    """Characters kept of a message that was too long; None: nothing was cut."""
    failed_before: bool
    exhausted: bool


class Router:
    """Brings each turn of a conversation to whoever answers, and the answer into the log."""

    def __init__(self, database: Database, clock: Clock, bot: Agent, person: Agent, desk: DeskAgent) -> None:
        self._database = database
        self._clock = clock
        self._bot = bot
        self._person = person
        self._desk = desk

    async def handle(self, conversation_id: UUID) -> bool:
        """Answers what is unanswered in this conversation; tells whether there was something."""
        taken = await self._take(conversation_id)
        if taken is None:
            return False
        failure: str | None = None
        try:
            if taken.exhausted:
                raise BotFailed("too many attempts")
            answer = await self._who(taken).answer(taken.input)
        except BotFailed as error:
            failure = error.reason
            log.warning("bot failed", conversation=str(conversation_id), turn=str(taken.turn_id), reason=failure)
            answer = self._desk.apology(again=taken.failed_before)
        if taken.cut_to is not None and answer.sayings:
            answer = replace(answer, sayings=(self._desk.cut(taken.cut_to), *answer.sayings))
        await self._commit(taken, answer, failure)
        return True

    def _who(self, taken: _Taken) -> Agent:
        if taken.input.payload in PAYLOADS:
            return self._desk
        return self._bot if taken.status is Status.WITH_BOT else self._person

    async def _take(self, conversation_id: UUID) -> _Taken | None:
        async with self._database.transaction() as session:
            store = ConversationRepository(session)
            conversation = await store.get(conversation_id, lock=True)
            turn = await self._turn(store, conversation)
            if turn is None:
                return None
            lines = await store.lines(conversation_id, turn.first_seq, turn.last_seq, Author.CUSTOMER)
            before = await store.turn_covering(conversation_id, conversation.handled_seq)
            text, payload = await self._meaning(store, conversation_id, lines)
            return _Taken(
                turn_id=turn.id,
                status=Status(conversation.status),
                moves=conversation.moves,
                input=TurnInput(
                    conversation_id,
                    turn.id,
                    text,
                    payload,
                    recalled(conversation.memory, lines[0].created_at),
                    {"files": files_of(lines), "answered_by": list(await self._answered_by(store, conversation))},
                ),
                last_seq=turn.last_seq,
                cut_to=next((len(line.text) for line in lines if "cut_from" in line.content), None),
                failed_before=before is not None and before.state == "failed",
                exhausted=turn.attempts > MOST_ATTEMPTS,
            )

    async def _turn(self, store: ConversationRepository, conversation: Conversation) -> Turn | None:
        """The open turn if its lease is over, else a new one over all that is unanswered; None: nothing to do here."""
        now = self._clock.now()
        turn = await store.open_turn(conversation.id)
        if turn is None:
            if conversation.handled_seq >= conversation.last_customer_seq:
                return None
            first = conversation.handled_seq + 1
            turn = Turn(
                id=uuid4(),
                conversation_id=conversation.id,
                first_seq=first,
                last_seq=conversation.last_customer_seq,
                attempts=0,
                started_at=now,
            )
            store.add(turn)
        elif turn.leased_until > now:
            return None
        turn.attempts += 1
        turn.leased_until = now + LEASE
        await store.flush()
        return turn

    async def _meaning(
        self, store: ConversationRepository, conversation_id: UUID, lines: Sequence[Message]
    ) -> tuple[str, str | None]:
        """Text of the turn, and what the button means if the last line is one."""
        last = lines[-1]
        button_id = last.content.get("button")
        if button_id:
            button = await store.button(conversation_id, str(button_id))
        else:
            button = await store.button_titled(conversation_id, last.text.strip(), before=last.seq)
        return in_words(lines), button.payload if button else None

    async def _answered_by(self, store: ConversationRepository, conversation: Conversation) -> Sequence[str]:
        """Codes of the staff who wrote to this account lately: 刚才那个客服 is one of them."""
        return await store.answered_by(conversation.identity_id, self._clock.now() - REMEMBERED_AS_JUST_NOW)

    async def _commit(self, taken: _Taken, answer: Answer, failure: str | None) -> None:
        async with self._database.transaction() as session:
            store = ConversationRepository(session)
            conversation = await store.get(taken.input.conversation_id, lock=True)
            turn = await store.open_turn(conversation.id)
            if turn is None or turn.id != taken.turn_id:
                # Our lease ran out and somebody else has answered this turn.
                return
            now = self._clock.now()
            turn.finished_at, turn.failure, turn.parse = now, failure, answer.parse
            conversation.handled_seq = taken.last_seq
            if conversation.moves != taken.moves:
                turn.state = "dropped"
                return
            turn.state = "failed" if failure else "answered" if answer.sayings else "to_person"
            if answer.memory is not None:
                conversation.memory = remembered(answer.memory, now)
            await store.flush()
            await self._carry_out(session, conversation, answer)
            sayings = self._with_way_back(answer)
            for saying in sayings:
                await speak(store, conversation, saying, self._clock.now(), taken.turn_id)

    def _with_way_back(self, answer: Answer) -> Sequence[Saying]:
        """Whoever waits for a person is offered the bot meanwhile."""
        if answer.handoff is None or not answer.sayings:
            return answer.sayings
        last = answer.sayings[-1]
        return (*answer.sayings[:-1], replace(last, choices=(*last.choices, self._desk.resume_choice())))

    async def _carry_out(self, session: AsyncSession, conversation: Conversation, answer: Answer) -> None:
        status = ConversationStatus(session, conversation.id)
        store = ConversationRepository(session)
        if answer.handoff is not None and conversation.status == Status.WITH_BOT:
            await status.hand_to_human()
            await open_case(session, conversation, answer, self._clock)
        elif answer.resume and conversation.status == Status.WAITING:
            await status.return_to_bot()
            case = await store.open_case(conversation.id)
            if case is not None:
                case.state, case.closed_at = "closed", self._clock.now()
