"""A person answers: nothing is said now, the messages stand in the log, and the case in the queue."""

from conversations.agents import Answer, TurnInput


class HumanAgent:
    """Says nothing by itself; what a person writes goes through `conversations.desk`."""

    async def answer(self, turn: TurnInput) -> Answer:
        """An empty answer that leaves the bot's memory untouched."""
        del turn
        return Answer()
