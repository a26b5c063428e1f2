"""Answers that need neither bot nor person: the desk's own buttons, and the apology when the bot has failed."""

from conversations.agents import Answer, Choice, Handoff, Saying, TurnInput
from conversations.texts import Texts

WANT_PERSON = "/desk_want_person"
RESUME_BOT = "/desk_resume_bot"
PAYLOADS = frozenset({WANT_PERSON, RESUME_BOT})


class DeskAgent:
    """Works while Rasa is dead: that is what it is for."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts

    async def answer(self, turn: TurnInput) -> Answer:
        """The answer to one of `PAYLOADS`."""
        if turn.payload == RESUME_BOT:
            return Answer((self._texts.say("utter_desk_resumed"),), resume=True)
        return Answer((self._texts.say("utter_desk_person"),), handoff=Handoff("requested"))

    def apology(self, *, again: bool) -> Answer:
        """The bot has failed: say so and offer a person; the second time in a row a person is called at once."""
        if again:
            return Answer((self._texts.say("utter_desk_failed_again"),), handoff=Handoff("bot_failed", priority=1))
        return Answer((self._texts.say("utter_desk_failed"),))

    def cut(self, kept: int) -> Saying:
        """Tells the customer that only the first `kept` characters were read."""
        return self._texts.say("utter_desk_cut", kept=kept)

    def resume_choice(self) -> Choice:
        """The button under a hand-over: rather go on with the bot."""
        return self._texts.say("utter_desk_wait_choice").choices[0]
