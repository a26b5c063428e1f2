"""Telling a customer the result of a complaint, and asking once whether that solves it."""

from collections.abc import Callable, Sequence

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from conversations import memory
from conversations.agents import Saying
from conversations.own_accord import is_night, place_to_speak
from conversations.repository import ConversationRepository
from conversations.speaking import speak
from conversations.texts import Texts
from crm.clock import Clock
from crm.crm import Crm
from crm.promises.business_time import BusinessCalendar
from crm.surveys.views import Result, Waiting
from crm.watching import Watch
from database.session import Database

log = structlog.get_logger(__name__)


class SurveyAsking(Watch):
    """Speaks when nobody else does: after a person has finished with the conversation, and not at night.

    What is said is written in the transaction that marks it as told: whatever dies when, it is told and asked once.
    """

    every = 5.0

    def __init__(
        self,
        database: Database,
        clock: Clock,
        texts: Texts,
        wake: Callable[[], None],
        calendar: BusinessCalendar | None = None,
    ) -> None:
        """`wake` is called when there is something to send. `calendar`: None takes the firm's own."""
        self._database = database
        self._clock = clock
        self._texts = texts
        self._wake = wake
        self._calendar = calendar or BusinessCalendar()

    async def run_once(self) -> int:
        """Tells every result that can be told now; returns how many."""
        if is_night(self._clock.now()):
            return 0
        told = await self.each(await self._waiting(), self._tell, lambda waiting: str(waiting.card_id))
        if told:
            self._wake()
        return told

    async def _waiting(self) -> Sequence[Waiting]:
        """Results for customers whom nobody else is talking to."""
        async with self._database.reading() as session:
            waiting = await self._crm(session).surveys.waiting()
            busy = await ConversationRepository(session).busy({one.identity_id for one in waiting})
        return [one for one in waiting if one.identity_id not in busy]

    async def _tell(self, waiting: Waiting) -> bool:
        """Tells one result, in one transaction; False: not now, or it was told meanwhile."""
        async with self._database.transaction() as session:
            conversation = await place_to_speak(session, waiting.identity_id, self._clock)
            if conversation is None:
                return False
            result = await self._crm(session).surveys.begin(waiting.card_id, conversation.id)
            if result is None:
                return False
            store, now = ConversationRepository(session), self._clock.now()
            if result.ask:
                before = conversation.memory
                conversation.memory = memory.with_survey(before, str(result.survey_id), result.number, now)
            await store.flush()
            await speak(store, conversation, self._saying(result), now)
        return True

    def _saying(self, result: Result) -> Saying:
        values = {"complaint_no": result.number, "result": _sentence(result.text), "survey": str(result.survey_id)}
        if not result.ask:
            return self._texts.say("utter_survey_result_again", **values)
        told = self._texts.say("utter_survey_result", **values)
        asked = self._texts.say("utter_survey_ask_solved", **values)
        return Saying(f"{told.text}\n{asked.text}", asked.choices)

    def _crm(self, session: AsyncSession) -> Crm:
        return Crm(session, self._clock, self._calendar)


def _sentence(text: str) -> str:
    """With a full stop at its end, because our own words follow."""
    text = text.strip()
    return text if text.endswith(("。", "！", "？", "!", "?", "～", "~")) else f"{text}。"
