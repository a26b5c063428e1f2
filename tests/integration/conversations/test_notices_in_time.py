"""News is told when it fits, where it belongs, and the bot knows afterwards what was talked about."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.actions import topics
from conversations import memory
from conversations.desk import Desk
from conversations.models import Conversation
from conversations.own_accord import is_night
from crm.clock import SHANGHAI, FixedClock
from crm.notices.models import Notice
from database.session import Database
from tests.integration import shipping
from tests.integration.conversations.conftest import texts
from tests.integration.conversations.noticing import (
    AT_HALF_PAST_NINE,
    MONDAY,
    OURS_BY_AIR,
    Scene,
    scene_on,
    ship_has_left,
)


@pytest.fixture
async def scene(database: Database, clock: FixedClock) -> Scene:
    """Nobody has subscribed yet."""
    return await scene_on(database, clock)


@pytest.fixture
async def waiting(scene: Scene) -> Scene:
    """Something is to be told to u1."""
    return await ship_has_left(scene)


# ---------------------------------------------------------------- when and where


async def test_while_a_person_has_it_news_waits(waiting: Scene) -> None:
    desk = Desk(waiting.database, waiting.clock, texts(), lambda: None)
    conversation_id = await waiting.conversation_id("u1")
    await desk.claim(conversation_id, "zhang", "张敏")
    assert await waiting.notices.run_once() == 0
    await desk.return_to_bot(conversation_id, "zhang")
    assert await waiting.notices.run_once() == 1


async def test_a_customer_is_answered_first(waiting: Scene) -> None:
    await waiting.says("u1", "再问一下")
    assert await waiting.notices.run_once() == 0
    await waiting.conversation("u1")
    assert await waiting.notices.run_once() == 1


@pytest.mark.parametrize(
    "slots",
    [
        {"topic": "quote", "asked": "weight"},
        {"topic": "status", "asked": "updates"},
        {"topic": "offer"},
        {"topic": "faq", "asked": "helped"},
        {"doubtful": "那个呢"},
    ],
)
async def test_between_a_question_and_its_answer_nothing_else_is_said(waiting: Scene, slots: dict[str, Any]) -> None:
    await waiting.bot_says("u1", **slots)
    waiting.clock.move(timedelta(minutes=9, seconds=59))
    assert await waiting.notices.run_once() == 0
    assert await waiting.rows(Notice) == []
    waiting.clock.move(timedelta(seconds=1))
    assert await waiting.notices.run_once() == 1


async def test_once_it_is_answered_the_rest_is_said(waiting: Scene) -> None:
    await waiting.bot_says("u1", topic="quote", asked="weight")
    assert await waiting.notices.run_once() == 0
    await waiting.bot_says("u1", topic=None, asked=None)
    assert await waiting.notices.run_once() == 1


@pytest.mark.parametrize("slots", [{}, {"topic": "status"}, {"topic": "inquiry", "quote_no": "QT2611230001"}])
async def test_where_nothing_was_asked_nothing_is_waited_for(waiting: Scene, slots: dict[str, Any]) -> None:
    await waiting.bot_says("u1", **slots)
    assert await waiting.notices.run_once() == 1


async def test_a_question_after_which_a_person_spoke_is_over(waiting: Scene) -> None:
    await waiting.bot_says("u1", topic="quote", asked="weight")
    desk = Desk(waiting.database, waiting.clock, texts(), lambda: None)
    conversation_id = await waiting.conversation_id("u1")
    await desk.claim(conversation_id, "zhang", "张敏")
    await desk.return_to_bot(conversation_id, "zhang")
    assert await waiting.notices.run_once() == 1


async def test_who_takes_it_over_in_between_is_not_interrupted(waiting: Scene) -> None:
    found = await waiting.notices._waiting()
    await Desk(waiting.database, waiting.clock, texts(), lambda: None).claim(
        await waiting.conversation_id("u1"), "zhang", "张敏"
    )
    assert [await waiting.notices._deal_with(one) for one in found] == [False]


@pytest.mark.parametrize("talked_before", [True, False])
async def test_without_an_open_conversation_one_is_opened(scene: Scene, talked_before: bool) -> None:
    await scene.subscribed("u1", "OURS")
    if talked_before:
        await scene.conversation("u1", status="closed", closed_at=MONDAY)
    await scene.happens("departed", AT_HALF_PAST_NINE)
    assert await scene.notices.run_once() == 1
    opened = [one for one in await scene.rows(Conversation) if one.status == "with_bot"]
    assert [(one.account, one.last_seq) for one in opened] == [("u1", 1)]
    assert await scene.says("u1") == opened[0].id
    # What Rasa is handed with the next turn has both parts or is empty.
    assert opened[0].memory.keys() >= {"slots", "recent"}


@pytest.mark.parametrize(
    ("hour", "minute", "night"),
    [(21, 59, False), (22, 0, True), (0, 0, True), (7, 29, True), (7, 30, False), (12, 0, False)],
)
def test_the_night_of_shanghai(hour: int, minute: int, night: bool) -> None:
    assert is_night(datetime(2026, 11, 23, hour, minute, tzinfo=SHANGHAI)) is night


async def test_nobody_is_woken(waiting: Scene) -> None:
    waiting.clock.at = datetime(2026, 11, 23, 23, 0, tzinfo=SHANGHAI)
    assert await waiting.notices.run_once() == 0
    waiting.clock.move(timedelta(hours=9))
    assert await waiting.notices.run_once() == 1


# ---------------------------------------------------------------- what the bot remembers


async def test_it_is_the_shipment_that_was_told_about(waiting: Scene) -> None:
    await waiting.notices.run_once()
    assert (await waiting.memory("u1"))["slots"] == {"shipment_no": shipping.CONTAINER, "offered": None}


async def test_when_it_arrives_can_be_asked(waiting: Scene) -> None:
    await waiting.notices.run_once()
    said = await (await waiting.talk("u1")).says("ask_eta", "它什么时候到")
    assert shipping.CONTAINER in said.text
    assert "12月18日" in said.text


@pytest.mark.parametrize(
    "slots", [{"topic": "quote", "asked": "weight"}, {"interrupted": "offer"}, {"open_wishes": [{}]}]
)
async def test_what_is_being_talked_about_stays(waiting: Scene, slots: dict[str, Any]) -> None:
    remembered = {"slots": {**slots, "shipment_no": None}, "said_at": waiting.clock.now().timestamp()}
    await waiting.conversation("u1", memory=remembered)
    assert await waiting.notices.run_once() == 1
    assert await waiting.memory("u1") == remembered


async def test_after_a_status_it_is_the_shipment_of_the_notice(waiting: Scene) -> None:
    await waiting.bot_says("u1", topic="status", shipment_no=OURS_BY_AIR)
    assert await waiting.notices.run_once() == 1
    slots = (await waiting.memory("u1"))["slots"]
    assert (slots["shipment_no"], slots["shipment_before"]) == (shipping.CONTAINER, OURS_BY_AIR)


async def test_what_was_talked_about_hours_ago_does_not(waiting: Scene) -> None:
    long_ago = waiting.clock.now() - timedelta(hours=3)
    old = {"slots": {"topic": "quote", "asked": "weight", "origin": "CNSHA"}, "said_at": long_ago.timestamp()}
    await waiting.conversation("u1", memory=old)
    await waiting.notices.run_once()
    slots = (await waiting.memory("u1"))["slots"]
    assert {name: value for name, value in slots.items() if value is not None} == {
        "origin": "CNSHA",
        "shipment_no": shipping.CONTAINER,
    }


def test_topics_are_called_as_in_the_actions() -> None:
    for name in ("STATUS", "OFFER", "CONFIRM_ORDER", "INQUIRY"):
        assert getattr(memory, name) == getattr(topics, name)
