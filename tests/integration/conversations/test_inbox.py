"""Nothing is acknowledged that is not committed; the same external id is one message."""

import asyncio

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import DBAPIError

from conversations.inbox import Incoming
from conversations.models import Conversation, Message
from crm.customers.errors import ContactUnknown
from tests.integration.conversations.conftest import House, line


async def count(house: House, model: type) -> int:
    async with house.database.reading() as session:
        return await session.scalar(select(func.count()).select_from(model)) or 0


async def test_a_message_is_in_the_log_when_it_is_acknowledged(house: House) -> None:
    receipt = await house.inbox.receive(line("我的货到哪了", "m1"))
    async with house.database.reading() as session:
        message = await session.get(Message, receipt.message_id)
    assert message is not None
    assert (message.text, message.seq, receipt.duplicate) == ("我的货到哪了", 1, False)


async def test_the_same_id_ten_times_in_parallel_is_one_message(house: House) -> None:
    receipts = await asyncio.gather(*(house.inbox.receive(line("在吗", "same")) for _ in range(10)))
    assert await count(house, Message) == 1
    assert len({receipt.message_id for receipt in receipts}) == 1
    assert [receipt.duplicate for receipt in receipts].count(False) == 1


async def test_first_messages_in_parallel_open_one_conversation(house: House) -> None:
    await asyncio.gather(*(house.inbox.receive(line("在吗", f"m{n}")) for n in range(10)))
    assert await count(house, Conversation) == 1
    async with house.database.reading() as session:
        places = (await session.scalars(select(Message.seq).order_by(Message.seq))).all()
    assert list(places) == list(range(1, 11))


async def test_two_accounts_have_two_conversations(house: House) -> None:
    first = await house.inbox.receive(line("你好", "m1", account="u1"))
    second = await house.inbox.receive(line("你好", "m2", account="u2"))
    assert first.conversation_id != second.conversation_id


async def test_an_unknown_contact_is_refused_and_leaves_nothing_behind(house: House) -> None:
    with pytest.raises(ContactUnknown):
        await house.inbox.receive(Incoming("test", "u1", "m1", "你好", contact="C-NOBODY", proof="trusted_key"))
    assert await count(house, Message) == 0
    assert await count(house, Conversation) == 0


async def test_a_long_message_is_cut_and_says_so(house: House) -> None:
    receipt = await house.inbox.receive(line("货" * 500, "m1"))
    async with house.database.reading() as session:
        message = await session.get(Message, receipt.message_id)
    assert message is not None
    assert (len(message.text), message.content) == (200, {"cut_from": 500})


@pytest.mark.parametrize("text", ["a\x00b", "\ud83d half an emoji", "\u202e\u0007"])
async def test_what_no_database_can_hold_is_taken_out(house: House, text: str) -> None:
    receipt = await house.inbox.receive(line(text, "m1"))
    async with house.database.reading() as session:
        message = await session.get(Message, receipt.message_id)
    assert message is not None
    assert "\x00" not in message.text


async def test_a_message_can_not_be_changed(house: House) -> None:
    await house.inbox.receive(line("原话", "m1"))
    with pytest.raises(DBAPIError, match="never changed"):
        async with house.database.transaction() as session:
            await session.execute(update(Message).values(text="改过的"))


async def test_a_made_up_button_is_only_text(house: House) -> None:
    pressed = Incoming("test", "u1", "m1", "btn:made-up", content={"button": "btn:made-up"})
    receipt = await house.inbox.receive(pressed)
    async with house.database.reading() as session:
        message = await session.get(Message, receipt.message_id)
    assert message is not None
    assert message.content == {}
