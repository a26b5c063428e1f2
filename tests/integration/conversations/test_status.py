"""Who answers: every verb from every status, and twenty claims at once."""

import asyncio
from datetime import UTC, datetime

import pytest

from conversations.errors import WrongMove
from conversations.models import Conversation, Status
from conversations.status import ConversationStatus
from tests.integration.conversations.conftest import House, line

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)

ALLOWED = {
    ("with_bot", "hand_to_human"): "waiting",
    ("with_bot", "claim"): "with_agent",
    ("with_bot", "close"): "closed",
    ("waiting", "claim"): "with_agent",
    ("waiting", "return_to_bot"): "with_bot",
    ("waiting", "close"): "closed",
    ("with_agent", "put_back"): "waiting",
    ("with_agent", "return_to_bot"): "with_bot",
    ("with_agent", "close"): "closed",
}
VERBS = ("hand_to_human", "claim", "put_back", "return_to_bot", "close")


async def do(status: ConversationStatus, verb: str) -> None:
    match verb:
        case "hand_to_human":
            await status.hand_to_human()
        case "claim":
            await status.claim("zhang")
        case "put_back":
            await status.put_back("zhang")
        case "return_to_bot":
            await status.return_to_bot()
        case "close":
            await status.close(NOW)


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("start", list(Status))
async def test_every_verb_from_every_status(house: House, start: Status, verb: str) -> None:
    conversation_id = (await house.inbox.receive(line("你好", "m1"))).conversation_id
    async with house.database.transaction() as session:
        conversation = await session.get_one(Conversation, conversation_id)
        conversation.status = start
        conversation.agent_code = "zhang" if start is Status.WITH_AGENT else None
    expected = ALLOWED.get((start, verb))
    if expected is None:
        with pytest.raises(WrongMove):
            async with house.database.transaction() as session:
                await do(ConversationStatus(session, conversation_id), verb)
    else:
        async with house.database.transaction() as session:
            await do(ConversationStatus(session, conversation_id), verb)
    async with house.database.reading() as session:
        assert (await session.get_one(Conversation, conversation_id)).status == (expected or start)


async def test_of_twenty_claims_one_wins(house: House) -> None:
    conversation_id = (await house.inbox.receive(line("转人工", "m1"))).conversation_id

    async def claim(agent: str) -> bool:
        try:
            await house.desk.claim(conversation_id, agent, agent)
        except WrongMove:
            return False
        return True

    won = await asyncio.gather(*(claim(f"agent{n}") for n in range(20)))
    assert won.count(True) == 1
    _, lines = await house.desk.read(conversation_id)
    assert [entry.author for entry in lines].count("system") == 1


async def test_only_the_owner_replies_returns_and_closes(house: House) -> None:
    conversation_id = (await house.inbox.receive(line("转人工", "m1"))).conversation_id
    await house.desk.claim(conversation_id, "zhang", "张敏")
    with pytest.raises(WrongMove):
        await house.desk.reply(conversation_id, "li", "我来")
    with pytest.raises(WrongMove):
        await house.desk.return_to_bot(conversation_id, "li")
    with pytest.raises(WrongMove):
        await house.desk.close(conversation_id, "li")
    await house.desk.reply(conversation_id, "zhang", "您好，我是张敏")


async def test_after_closing_the_next_message_opens_a_new_conversation(house: House) -> None:
    first = await house.inbox.receive(line("转人工", "m1"))
    await house.desk.claim(first.conversation_id, "zhang", "张敏")
    await house.desk.close(first.conversation_id, "zhang")
    second = await house.inbox.receive(line("还有个问题", "m2"))
    assert second.conversation_id != first.conversation_id
