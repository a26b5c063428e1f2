"""The result of a complaint is told in the chat, and whether it is solved is asked once, at a time when it fits."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from conversations.models import Button, Status
from conversations.survey_asking import SurveyAsking
from crm.clock import SHANGHAI, FixedClock
from crm.complaints.desk.service import Cause
from crm.complaints.models import ComplaintCard, ComplaintEvent, EventKind
from crm.complaints.service import ComplaintFacts
from crm.staff.departments import Department
from crm.staff.models import Role, Staff
from crm.surveys.models import Survey
from database.session import Database
from tests.integration.conversations.conftest import texts
from tests.integration.conversations.noticing import MONDAY, Scene, scene_on

TOLD = "您反映的事有结果了（投诉单 {}）：货今天送到了。\n您看，这件事给您解决了吗？"
LEAD = Staff(
    code="chen", name="陈", role=Role.ADMIN.value, department=Department.MANAGEMENT.value, password_hash="", skills=[]
)


@pytest.fixture
async def scene(database: Database, clock: FixedClock) -> Scene:
    """A firm on Monday at 10:00."""
    return await scene_on(database, clock)


def job(scene: Scene) -> SurveyAsking:
    """The job of a process."""
    return SurveyAsking(scene.database, scene.clock, texts(), lambda: scene.woken.append(1))


async def complained(scene: Scene, account: str = "u1", contact: str | None = None, **changed: Any) -> str:
    """The number of a card made in the account's conversation, in which everything is answered."""
    await scene.account(account, contact)
    dialogue_id = await scene.conversation(account, **changed)
    async with scene.crm() as crm:
        card = await crm.complaints.open(dialogue_id, uuid4(), ComplaintFacts("complain_delay", "货晚了五天"))
        await crm.complaints.tell(dialogue_id, uuid4(), card.number)
    return card.number


async def answered(scene: Scene, number: str, result: str = "货今天送到了") -> None:
    """A person has answered it."""
    async with scene.crm() as crm:
        await crm.complaint_desk.take(number, LEAD)
        await crm.complaint_desk.answer(number, LEAD, result)


async def test_the_result_is_told_and_asked_about_once(scene: Scene) -> None:
    number = await complained(scene)
    assert await job(scene).run_once() == 0, "nothing is answered yet"
    await answered(scene, number)
    assert await job(scene).run_once() == 1
    assert (await scene.heard("u1"))[-1] == TOLD.format(number)
    assert [button.title for button in await scene.rows(Button)] == ["解决了", "还没有"]
    (survey,) = await scene.rows(Survey)
    assert (survey.dialogue_id, survey.solved, survey.score) == (await scene.conversation_id("u1"), None, None)
    slots = (await scene.memory("u1"))["slots"]
    assert (slots["topic"], slots["asked"], slots["survey"]) == ("survey", "solved", str(survey.id))
    told = [event.new for event in await scene.rows(ComplaintEvent) if event.what == EventKind.CUSTOMER_TOLD]
    assert told[-1] == "货今天送到了"
    scene.clock.move(timedelta(days=4))
    assert await job(scene).run_once() == 0, "silence is not asked about again"


async def test_of_many_rounds_at_once_one_tells(scene: Scene) -> None:
    await answered(scene, await complained(scene))
    assert sum(await asyncio.gather(*(job(scene).run_once() for _ in range(8)))) == 1


async def test_not_at_night(scene: Scene) -> None:
    await answered(scene, await complained(scene))
    scene.clock.at = MONDAY.replace(hour=23)
    assert await job(scene).run_once() == 0
    scene.clock.at = MONDAY.replace(day=24, hour=8).astimezone(SHANGHAI)
    assert await job(scene).run_once() == 1


@pytest.mark.parametrize("status", [Status.WITH_AGENT, Status.WAITING])
async def test_not_while_a_person_has_the_conversation(scene: Scene, status: Status) -> None:
    code = "lin" if status == Status.WITH_AGENT else None
    number = await complained(scene, status=status, agent_code=code)
    await answered(scene, number)
    assert await job(scene).run_once() == 0
    await scene.conversation("u1", status=Status.WITH_BOT, agent_code=None)
    scene.clock.move(timedelta(minutes=11))
    assert await job(scene).run_once() == 1


async def test_a_closed_conversation_is_followed_by_a_new_one(scene: Scene) -> None:
    number = await complained(scene, status=Status.CLOSED, closed_at=MONDAY)
    await answered(scene, number)
    assert await job(scene).run_once() == 1
    (survey,), (card,) = await scene.rows(Survey), await scene.rows(ComplaintCard)
    assert survey.dialogue_id == await scene.conversation_id("u1") != card.dialogue_id


async def test_a_card_closed_before_it_was_told_is_told_all_the_same(scene: Scene) -> None:
    number = await complained(scene)
    await answered(scene, number)
    async with scene.crm() as crm:
        await crm.complaint_desk.close(number, LEAD, Cause("漏订舱", Department.OPERATIONS, "复核"))
    assert await job(scene).run_once() == 1


async def test_a_result_taken_back_before_it_was_told_is_not_told(scene: Scene) -> None:
    number = await complained(scene)
    await answered(scene, number)
    async with scene.crm() as crm:
        await crm.complaint_desk.reopen(number, LEAD, "写错了")
    assert await job(scene).run_once() == 0


async def test_a_second_result_is_told_without_asking_again(scene: Scene) -> None:
    number = await complained(scene)
    await answered(scene, number)
    await job(scene).run_once()
    async with scene.crm() as crm:
        await crm.complaint_desk.reopen(number, LEAD, "还没好")
    await answered(scene, number, "补的一箱也送到了。")
    scene.clock.move(timedelta(minutes=11))
    assert await job(scene).run_once() == 1
    assert await job(scene).run_once() == 0
    last = (await scene.heard("u1"))[-1]
    assert last.startswith(f"投诉单 {number} 我们重新处理过了：补的一箱也送到了。要是")
    assert len(await scene.rows(Survey)) == 1
    assert len(await scene.rows(Button)) == 2


async def test_what_is_being_talked_about_goes_on(scene: Scene) -> None:
    number = await complained(scene)
    await answered(scene, number)
    await scene.bot_says("u1", topic="quote", asked="weight")
    assert await job(scene).run_once() == 0, "an answer is waited for"
    scene.clock.move(timedelta(minutes=11))
    assert await job(scene).run_once() == 1
    slots = (await scene.memory("u1"))["slots"]
    assert (slots["topic"], slots["asked"]) == ("quote", "weight")


async def test_that_the_complaint_was_talked_about_last_is_no_obstacle(scene: Scene) -> None:
    number = await complained(scene)
    await answered(scene, number)
    await scene.bot_says("u1", topic="complaint", complaint_no=number)
    scene.clock.move(timedelta(minutes=11))
    assert await job(scene).run_once() == 1
    assert (await scene.memory("u1"))["slots"]["topic"] == "survey"


async def test_the_buttons_answer_in_the_conversation(scene: Scene) -> None:
    number = await complained(scene, contact="OURS")
    await answered(scene, number)
    await job(scene).run_once()
    talk = await scene.talk("u1")
    buttons = await scene.buttons()
    assert buttons["还没有"].startswith('/rate_service{"not_solved": "')
    said = await talk.says("rate_service", "还没有", ("not_solved", str((await scene.rows(Survey))[0].id)))
    assert said.failed is None
    (card,) = await scene.rows(ComplaintCard)
    assert (card.state, card.level, card.reopened) == ("checking", 1, 1)
