"""Who wants to hear of changes is told of each, once, at a time when it fits."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from app.bootstrap import build
from conversations.desk_agent import WANT_PERSON
from conversations.models import Conversation, OutboxEntry
from conversations.texts import Texts
from crm.clock import SHANGHAI, FixedClock
from crm.notices.models import Notice
from crm.shipments.models import MilestoneEvent
from database.session import Database
from settings import Settings
from tests.fakes import EchoBot, RecordingChannel
from tests.integration import shipping
from tests.integration.conversations.conftest import texts
from tests.integration.conversations.noticing import (
    AT_HALF_PAST_NINE,
    MONDAY,
    OURS,
    OURS_BY_AIR,
    PLANNED,
    THEIRS,
    Scene,
    scene_on,
    ship_has_left,
)

DEPARTED = "跟您说一声，MSKU1234565有新动态：11月23日 09:30 上海已开船。\n预计12月18日"


@pytest.fixture
async def scene(database: Database, clock: FixedClock) -> Scene:
    """Nobody has subscribed yet."""
    return await scene_on(database, clock)


@pytest.fixture
async def waiting(scene: Scene) -> Scene:
    """A contact of ours wants to hear of the ship, has just talked to the bot, and the ship has left."""
    return await ship_has_left(scene)


# ---------------------------------------------------------------- once


async def test_a_change_is_told_once_and_goes_out(waiting: Scene) -> None:
    assert await waiting.notices.run_once() == 1
    (message,) = await waiting.told("u1")
    assert message.text.startswith(DEPARTED)
    assert (message.author, message.turn_id) == ("bot", None)
    assert [entry.message_id for entry in await waiting.rows(OutboxEntry)] == [message.id]
    assert waiting.woken == [1]
    assert await waiting.process().run_once() == 0
    assert waiting.woken == [1]


async def test_of_twenty_rounds_at_once_one_tells(waiting: Scene) -> None:
    await waiting.subscribed("u2", "OURS", None)
    await waiting.happens("arrived", place="DEHAM")
    rounds = await asyncio.gather(*(waiting.process().run_once() for _ in range(20)))
    assert sum(rounds) == 2
    assert [len(await waiting.heard(account)) for account in ("u1", "u2")] == [1, 1]


async def test_what_dies_before_its_end_has_told_nothing_and_is_done_again(waiting: Scene) -> None:
    def die(_variants: Any) -> Any:
        raise OSError("killed")

    dying = waiting.process()
    dying._texts._texts = Texts(texts()._responses, pick=die)
    assert await dying.run_once() == 0
    assert (await waiting.rows(Notice), await waiting.heard("u1")) == ([], [])
    assert await waiting.process().run_once() == 1


async def test_what_dies_after_its_end_is_not_done_again(waiting: Scene) -> None:
    def die() -> None:
        raise OSError("killed")

    dying = waiting.process()
    dying._wake = die
    with pytest.raises(OSError, match="killed"):
        await dying.run_once()
    assert await waiting.process().run_once() == 0
    assert len(await waiting.heard("u1")) == 1


async def test_one_that_fails_does_not_hold_up_the_others(waiting: Scene) -> None:
    await waiting.subscribed("u2", "OURS")
    await waiting.happens("arrived", place="DEHAM")
    async with waiting.database.transaction() as session:
        found = await session.get_one(Conversation, await waiting.conversation_id("u1"))
        found.memory = {"said_at": "no number"}
    assert await waiting.notices.run_once() == 1
    assert len(await waiting.heard("u2")) == 1


async def test_the_app_looks_by_itself_and_sends(waiting: Scene, tmp_path: Path) -> None:
    channel = RecordingChannel("test")
    settings = Settings(data_dir=tmp_path, database_url=waiting.database.url)
    parts = build(settings, bot=EchoBot(), clock=waiting.clock, channels=(channel,))
    background = parts.start()
    try:
        async with asyncio.timeout(10):
            while not channel.sent:  # noqa: ASYNC110 (nobody says when)
                await asyncio.sleep(0.05)
    finally:
        await parts.stop(background)
    assert [message.id for message in channel.sent] == [message.id for message in await waiting.told("u1")]


# ---------------------------------------------------------------- what


async def test_who_wants_all_hears_of_all_own_shipments_and_of_no_others(scene: Scene) -> None:
    await scene.subscribed("u1", "OURS", None)
    for code in (OURS, OURS_BY_AIR, THEIRS):
        await scene.happens("departed", AT_HALF_PAST_NINE, shipment=code)
    assert await scene.notices.run_once() == 2
    said = "\n".join(await scene.heard("u1"))
    assert f"{OURS}（上海→汉堡）有新动态" in said
    assert OURS_BY_AIR in said
    assert THEIRS not in said


async def test_who_wants_one_and_all_hears_once(scene: Scene) -> None:
    await scene.subscribed("u1", "OURS")
    await scene.subscribed("u1", "OURS", None)
    await scene.happens("departed", AT_HALF_PAST_NINE)
    assert await scene.notices.run_once() == 1
    assert (await scene.heard("u1"))[0].startswith(DEPARTED)


@pytest.mark.parametrize("contact", [None, "THEIRS"])
async def test_a_stranger_hears_status_and_cities_only(scene: Scene, contact: str | None) -> None:
    await _let_in(scene)
    await scene.subscribed("u1", contact)
    await scene.happens("departed", AT_HALF_PAST_NINE, "", place_name="浦东新区某路 12 号 王小明")
    assert await scene.notices.run_once() == 1
    (said,) = await scene.heard("u1")
    assert said.startswith("跟您说一声，MSKU1234565有新动态：11月23日 09:30 已开船。")
    for hidden in (OURS, "王小明", "中远", "COSCO", "某路"):
        assert hidden not in said


async def _let_in(scene: Scene) -> None:
    """u1 opens our ship with the digits of a phone."""
    identity = await scene.account("u1")
    async with scene.crm() as crm:
        dialogue = await crm.customers.open_dialogue(identity, uuid4())
        shipping.found(await crm.shipments.look_up_with_tail(shipping.CONTAINER, "0012", dialogue, uuid4()))


@pytest.mark.parametrize("contact", [None, "THEIRS"])
@pytest.mark.parametrize("code", [OURS, None])
async def test_who_no_longer_speaks_for_a_firm_hears_nothing_of_it(
    scene: Scene, contact: str | None, code: str | None
) -> None:
    await scene.subscribed("u1", "OURS", code)
    await scene.happens("departed", AT_HALF_PAST_NINE)
    found = await scene.notices._waiting()
    await scene.speaks_for("u1", contact)
    assert [await scene.notices._deal_with(one) for one in found] == [False]
    assert await scene.notices.run_once() == 0
    assert await scene.rows(Notice) == []


async def test_who_was_let_in_by_digits_hears_on_as_a_stranger(scene: Scene) -> None:
    await _let_in(scene)
    await scene.subscribed("u1", "OURS")
    await scene.speaks_for("u1", None)
    await scene.happens("departed", AT_HALF_PAST_NINE, "", place_name="某路 12 号")
    assert await scene.notices.run_once() == 1
    assert "某路" not in (await scene.heard("u1"))[0]


async def test_braces_of_a_source_stay_text(scene: Scene) -> None:
    await scene.subscribed("u1", "OURS")
    await scene.happens("departed", AT_HALF_PAST_NINE, "", place_name="{which} {0.real} {")
    assert await scene.notices.run_once() == 1
    assert "{which} {0.real} {已开船" in (await scene.heard("u1"))[0]


async def test_what_was_known_before_is_not_told(scene: Scene) -> None:
    await scene.happens("departed", AT_HALF_PAST_NINE)
    await scene.subscribed("u1", "OURS")
    assert await scene.notices.run_once() == 0


async def test_what_is_planned_or_taken_back_or_still_to_come_is_not_told(scene: Scene) -> None:
    await scene.subscribed("u1", "OURS")
    await scene.happens("discharged", MONDAY + timedelta(days=26), "DEHAM", **PLANNED)
    await scene.happens("arrived", MONDAY + timedelta(hours=5), "DEHAM")
    await scene.happens("departed", AT_HALF_PAST_NINE)
    async with scene.crm() as crm:
        for event in await scene.rows(MilestoneEvent):
            if event.code == "departed":
                assert await crm.shipments.retract_event(event.id)
    assert await scene.notices.run_once() == 0
    scene.clock.move(timedelta(hours=6))
    assert await scene.notices.run_once() == 1
    assert "已到目的港" in (await scene.heard("u1"))[0]


async def test_nothing_older_than_a_week_is_told(waiting: Scene) -> None:
    waiting.clock.move(timedelta(days=7, hours=1))
    assert await waiting.notices.run_once() == 0


async def test_of_much_at_once_the_newest_is_told_and_the_rest_is_over(waiting: Scene) -> None:
    for hours, code, place in ((20, "arrived", "DEHAM"), (10, "transit", "SGSIN"), (2, "discharged", "DEHAM")):
        await waiting.happens(code, waiting.clock.now() - timedelta(minutes=hours), place)
    assert await waiting.notices.run_once() == 1
    assert "已卸货入库" in (await waiting.heard("u1"))[0]
    assert len(await waiting.rows(Notice)) == 4
    assert await waiting.notices.run_once() == 0


async def test_a_second_source_of_the_same_step_is_no_news(waiting: Scene) -> None:
    await waiting.notices.run_once()
    await waiting.happens("departed", AT_HALF_PAST_NINE + timedelta(minutes=40), source="operations")
    assert await waiting.notices.run_once() == 0
    await waiting.happens("out_for_delivery", place="DEHAM")
    assert await waiting.notices.run_once() == 1
    waiting.clock.move(timedelta(days=1))
    await waiting.happens("out_for_delivery", place="DEHAM")
    assert await waiting.notices.run_once() == 1


async def test_what_is_late_to_become_known_is_no_news(waiting: Scene) -> None:
    await waiting.notices.run_once()
    await waiting.happens("export_cleared", shipping.shanghai(19, 8))
    assert await waiting.notices.run_once() == 0
    assert await waiting.process()._waiting() == []


async def test_only_another_day_of_arrival_is_told(scene: Scene) -> None:
    await scene.subscribed("u1", "OURS")
    await scene.expected(datetime(2026, 12, 18, 21, 0, tzinfo=SHANGHAI))
    assert await scene.notices.run_once() == 0
    await scene.expected(datetime(2026, 12, 22, 8, 0, tzinfo=SHANGHAI))
    assert await scene.notices.run_once() == 1
    await scene.expected(datetime(2026, 12, 19, 8, 0, tzinfo=SHANGHAI))
    assert await scene.notices.run_once() == 1
    later, earlier = await scene.heard("u1")
    assert later.startswith("跟您说一声，MSKU1234565到货时间往后推了，之前预计是12月18日。\n预计12月22日前后到")
    assert "晚了大约4天" in later
    assert earlier.startswith("跟您说个好消息，MSKU1234565到货时间提前了，之前预计是12月22日。\n预计12月19日前后到")


async def test_days_that_go_there_and_back_are_not_told(scene: Scene) -> None:
    await scene.subscribed("u1", "OURS")
    await scene.expected(datetime(2026, 12, 22, 8, 0, tzinfo=SHANGHAI))
    await scene.expected(datetime(2026, 12, 18, 9, 0, tzinfo=SHANGHAI), source="operations")
    assert await scene.notices.run_once() == 0


async def test_the_first_estimate_is_told(scene: Scene) -> None:
    await scene.subscribed("u1", "OURS", OURS_BY_AIR, OURS_BY_AIR)
    await scene.expected(datetime(2026, 11, 25, 8, 0, tzinfo=SHANGHAI), OURS_BY_AIR)
    assert await scene.notices.run_once() == 1
    assert "到货时间有消息了。\n预计11月25日" in (await scene.heard("u1"))[0]


async def test_trouble_is_told_with_its_reason_and_a_person(waiting: Scene) -> None:
    await waiting.happens("customs_hold", place="DEHAM", delay_reason="authorities")
    assert await waiting.notices.run_once() == 1
    (said,) = await waiting.heard("u1")
    assert said.startswith("有个情况要跟您说一声，MSKU1234565 11月23日")
    assert "海关查验中。\n货正按程序查验" in said
    assert await waiting.buttons() == {"转人工": WANT_PERSON}


async def test_the_end_is_told_with_care_for_what_was_received(waiting: Scene) -> None:
    await waiting.happens("delivered", place="DEHAM")
    await waiting.notices.run_once()
    (said,) = await waiting.heard("u1")
    assert said.startswith("跟您说一声，MSKU1234565 11月23日")
    assert "已签收。收到货有什么问题，随时跟我说。" in said


async def test_who_unsubscribed_hears_nothing_more(waiting: Scene) -> None:
    async with waiting.crm() as crm:
        await crm.shipments.unsubscribe(await crm.customers.identify("test", "u1"))
    assert await waiting.notices.run_once() == 0
