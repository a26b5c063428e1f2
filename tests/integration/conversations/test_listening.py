"""Who began to complain and fell silent gets the number all the same: once, and not while somebody speaks or answers."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from conversations.listening import SILENCE, Listening
from conversations.models import Conversation, Status
from conversations.texts import Texts
from crm.alerts.models import Alert
from crm.clock import FixedClock
from crm.complaints.models import ComplaintCard
from crm.complaints.service import ComplaintFacts
from crm.promises.business_time import BusinessCalendar
from crm.promises.models import Promise
from database.session import Database
from tests.integration.conversations.conftest import texts
from tests.integration.conversations.noticing import Scene, scene_on

SLOW = ComplaintFacts("complain_delay", "你们太慢了，说好上周到，客户要罚我们款了")


@pytest.fixture
async def scene(database: Database, clock: FixedClock) -> Scene:
    return await scene_on(database, clock)


def listening(scene: Scene) -> Listening:
    return Listening(scene.database, scene.clock, texts(), BusinessCalendar(), lambda: scene.woken.append(1))


async def complains(scene: Scene, account: str = "u1") -> tuple[UUID, str]:
    """The account has said one thing, was asked whether there is more, and says nothing."""
    conversation_id = await scene.conversation(account)
    async with scene.crm() as crm:
        card = await crm.complaints.open(conversation_id, uuid4(), SLOW)
    await scene.bot_says(account, topic="complaint", listening=card.number, complaint_no=card.number)
    return conversation_id, card.number


async def test_silence_is_answered_with_the_number_once(scene: Scene) -> None:
    _, number = await complains(scene)
    before = len(await scene.heard("u1"))
    assert await listening(scene).run_once() == 0, "still listening"
    scene.clock.move(SILENCE)
    assert await listening(scene).run_once() == 1
    told = (await scene.heard("u1"))[before:]
    assert len(told) == 1
    assert number in told[0]
    assert "抱歉" in told[0] or "对不住" in told[0]
    assert scene.woken == [1]
    slots = (await scene.memory("u1"))["slots"]
    assert (slots["listening"], slots["complaint_no"], slots["topic"]) == (None, number, "complaint")
    assert len(slots["sorry"]) >= 1
    assert {promise.kind for promise in await scene.rows(Promise)} == {"first_reply", "resolution"}
    scene.clock.move(SILENCE)
    assert await listening(scene).run_once() == 0


async def test_of_twenty_at_once_one_tells(scene: Scene) -> None:
    await complains(scene)
    scene.clock.move(SILENCE)
    assert sum(await asyncio.gather(*(listening(scene).run_once() for _ in range(20)))) == 1


async def test_nothing_is_told_when_it_dies_before_the_end(scene: Scene) -> None:
    await complains(scene)
    scene.clock.move(SILENCE)

    def die(_variants: Any) -> Any:
        raise OSError("killed")

    words = Texts(texts()._responses, pick=die)
    broken = Listening(scene.database, scene.clock, words, BusinessCalendar(), lambda: None)
    assert await broken.run_once() == 0
    assert [card.told_at for card in await scene.rows(ComplaintCard)] == [None]
    assert await scene.rows(Promise) == []
    assert await listening(scene).run_once() == 1


async def test_not_while_the_customer_writes(scene: Scene) -> None:
    await complains(scene)
    scene.clock.move(SILENCE)
    await scene.says("u1", "还有")
    assert await listening(scene).run_once() == 0


@pytest.mark.parametrize("status", [Status.WAITING, Status.WITH_AGENT])
async def test_not_while_a_person_has_it(scene: Scene, status: Status) -> None:
    conversation_id, _ = await complains(scene)
    async with scene.database.transaction() as session:
        found = await session.get_one(Conversation, conversation_id)
        found.status, found.agent_code = status, "lin" if status is Status.WITH_AGENT else None
    scene.clock.move(SILENCE)
    assert await listening(scene).run_once() == 0


async def test_the_agent_who_has_it_is_reminded_once(scene: Scene) -> None:
    conversation_id, number = await complains(scene)
    async with scene.database.transaction() as session:
        found = await session.get_one(Conversation, conversation_id)
        found.status, found.agent_code = Status.WITH_AGENT, "lin"
    assert await listening(scene).run_once() == 0
    assert await scene.rows(Alert) == [], "still listening"
    for _ in range(2):
        scene.clock.move(SILENCE)
        assert await listening(scene).run_once() == 0
    [alert] = await scene.rows(Alert)
    assert (alert.kind, alert.to_staff, alert.subject_id) == ("complaint_untold", "lin", conversation_id)
    assert number in alert.text


async def test_in_a_new_conversation_when_the_old_one_is_closed(scene: Scene) -> None:
    conversation_id, number = await complains(scene)
    async with scene.database.transaction() as session:
        found = await session.get_one(Conversation, conversation_id)
        found.status, found.closed_at = Status.CLOSED, scene.clock.now()
    scene.clock.move(timedelta(hours=1))
    assert await listening(scene).run_once() == 1
    assert number in (await scene.heard("u1"))[-1]
