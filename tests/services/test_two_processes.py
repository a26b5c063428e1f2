"""Two app processes on one PostgreSQL and one Redis do what one would do, once."""

import asyncio

import pytest

from connectors.web.messages import CHANNEL
from conversations.errors import WrongMove
from conversations.inbox import Incoming, Receipt
from conversations.models import Author, Conversation
from tests.services.conftest import App, OpenWindow, Window

pytestmark = pytest.mark.services


def line(number: int) -> Incoming:
    return Incoming(channel="test", account="u1", external_id=f"m{number}", text=f"第{number}句")


async def conversation_of(app: App, window: Window) -> Conversation:
    identity = app.parts.tokens.read(window.token, app.parts.clock.now())
    assert identity is not None
    found = await app.parts.intake.conversation_of(CHANNEL, identity.account)
    assert found is not None
    return found


async def claimed(app: App, window: Window) -> Conversation:
    """The window's conversation, taken by an agent who works at this process."""
    conversation = await conversation_of(app, window)
    await app.parts.desk.claim(conversation.id, "zhang", "张敏")
    return conversation


async def settled(apps: list[App], receipts: list[Receipt]) -> Receipt:
    last = max(receipts, key=lambda receipt: receipt.seq)
    for app in apps:
        assert await app.parts.intake.settled(last, 10)
    return last


async def test_each_line_is_answered_once_whoever_receives_it(apps: list[App]) -> None:
    receipts = await asyncio.gather(*(apps[n % 2].parts.intake.receive(line(n)) for n in range(12)))
    last = await settled(apps, receipts)
    turns = [turn for app in apps for turn in app.bot.turns]
    understood = [text for turn in turns for text in turn.text.split("\n")]
    assert sorted(understood) == sorted(f"第{n}句" for n in range(12))
    _, log = await apps[0].parts.desk.read(last.conversation_id)
    answers = [message for message in log if message.author == Author.BOT]
    assert sorted(answer.text for answer in answers) == sorted(f"收到：{turn.text}" for turn in turns)


async def test_the_same_message_delivered_to_both_is_one(apps: list[App]) -> None:
    receipts = await asyncio.gather(*(apps[n % 2].parts.intake.receive(line(0)) for n in range(10)))
    await settled(apps, receipts)
    assert len({receipt.message_id for receipt in receipts}) == 1
    assert sum(len(app.bot.turns) for app in apps) == 1


async def test_of_twenty_claims_at_two_processes_one_wins(apps: list[App]) -> None:
    receipt = await apps[0].parts.intake.receive(line(0))

    async def claim(number: int) -> bool:
        try:
            await apps[number % 2].parts.desk.claim(receipt.conversation_id, f"agent{number}", f"agent{number}")
        except WrongMove:
            return False
        return True

    assert (await asyncio.gather(*(claim(number) for number in range(20)))).count(True) == 1


async def test_what_an_agent_says_at_one_process_reaches_the_customer_at_the_other(
    apps: list[App], open_window: OpenWindow
) -> None:
    here, there = apps
    window = await open_window(there, receipts=True)
    await window.say("在吗")
    await window.hears("收到：在吗")
    await window.confirm()
    conversation = await claimed(here, window)
    for number in range(3):
        await here.parts.desk.reply(conversation.id, "zhang", f"第{number}条")
    await window.hears("第2条")
    assert window.texts[-3:] == ["第0条", "第1条", "第2条"]


async def test_all_windows_of_a_customer_hear_it_wherever_they_are_connected(
    apps: list[App], open_window: OpenWindow
) -> None:
    phone = await open_window(apps[1])
    desktop = await open_window(apps[0], phone.token)
    await phone.say("在吗")
    await phone.hears("收到：在吗")
    await desktop.hears("收到：在吗")
    assert (phone.typing, desktop.typing) == (1, 1)
    conversation = await claimed(apps[0], phone)
    await apps[0].parts.desk.reply(conversation.id, "zhang", "您好")
    await phone.hears("您好")
    await desktop.hears("您好")


async def test_a_client_without_receipts_hears_it_once(apps: list[App], open_window: OpenWindow) -> None:
    window = await open_window(apps[1])
    await window.say("在吗")
    await window.hears("收到：在吗")
    conversation = await claimed(apps[0], window)
    await apps[0].parts.desk.reply(conversation.id, "zhang", "您好")
    await window.hears("您好")
    await asyncio.sleep(2.2)
    assert window.texts.count("您好") == 1


async def test_who_was_away_hears_it_when_back_at_the_other_process(apps: list[App], open_window: OpenWindow) -> None:
    window = await open_window(apps[1])
    await window.say("在吗")
    await window.hears("收到：在吗")
    await window.client.disconnect()
    conversation = await claimed(apps[1], window)
    await apps[1].parts.desk.reply(conversation.id, "zhang", "您好")
    await asyncio.sleep(0.3)
    back = await open_window(apps[0], window.token)
    await back.hears("您好")
    assert window.texts == ["收到：在吗"]


async def test_others_hear_nothing_of_it(apps: list[App], open_window: OpenWindow) -> None:
    mine, other = await open_window(apps[1]), await open_window(apps[0])
    await mine.say("我的单号 MSKU1234565")
    await mine.hears("收到：我的单号 MSKU1234565")
    await asyncio.sleep(0.3)
    assert (other.heard, other.typing) == ([], 0)
