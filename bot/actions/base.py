"""The frame of every action: one transaction, one reply, and no exception that reaches a customer or a log with their data."""

from abc import abstractmethod
from typing import Any, ClassVar

import structlog
from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from bot.actions import wiring, wishes
from bot.actions.hearing import before_leaving
from bot.actions.questions import settle
from bot.actions.story import add_to_complaint, goes_on
from bot.actions.turn import Reply, Turn
from crm.crm import Crm, CrmFactory

log = structlog.get_logger(__name__)


class DeskAction(Action):
    """Answers a turn from the crm. Subclasses say what in `answer`."""

    action_name: ClassVar[str]
    ends_turn: ClassVar[bool] = True
    """False: its rule lets another action follow, which looks after the other wishes of the message."""

    def __init__(self, crm: CrmFactory | None = None) -> None:
        # Rasa builds actions without arguments; tests give their own crm.
        self._open_crm = crm or wiring.crm()

    def name(self) -> str:
        """The name in `domain.yml`."""
        return self.action_name

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Answers; on any error tells the app that the bot has failed, which apologises and offers a person."""
        try:
            turn = Turn.of(tracker, domain)
            first = wishes.first_of(turn)
            if first is not None:
                return wishes.set_back(turn, first)
            async with self._open_crm() as crm:
                reply = await (add_to_complaint(turn, crm) if goes_on(turn) else self.answer(turn, crm))
                await before_leaving(turn, crm, reply)
            # What was interrupted is gone back to after the last wish.
            reply.over = reply.over and (wishes.waits(turn, reply) or not wishes.open_now(turn))
            settle(turn, reply)
            following = wishes.go_on(turn, reply) if self.ends_turn else []
            reply.remember_mentioned(turn)
            # Whoever answers has understood, unless it says otherwise.
            reply.remembered.setdefault("misunderstandings", 0)
            reply.remembered.setdefault("doubtful", None)
            reply.remembered.setdefault("doubtful_mood", None)
            return [*reply.deliver(dispatcher), *following]
        except Exception as error:  # noqa: BLE001 (whatever it is, the customer gets an apology and a person)
            # Only kinds and places: messages of exceptions may quote what a customer wrote.
            log.error(
                "action failed",
                action=self.action_name,
                conversation=tracker.sender_id,
                error=type(error).__name__,
                where=_where(error),
            )
            dispatcher.messages.clear()
            dispatcher.utter_message(json_message={"failed": self.action_name})
            return []

    @abstractmethod
    async def answer(self, turn: Turn, crm: Crm) -> Reply:
        """What to say to this turn. Runs in one transaction, which is rolled back when it raises."""


def _where(error: BaseException) -> str:
    frames: list[str] = []
    trace: Any = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        frames.append(f"{code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return " > ".join(frames[-6:])
