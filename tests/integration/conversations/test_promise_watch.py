"""Nobody is warned too late or twice; the customer hears of a broken word once, in time, with a new one."""

import asyncio
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from structlog.testing import capture_logs

from app.bootstrap import build
from conversations.desk import Desk
from conversations.errors import WrongMove
from conversations.models import Button, Conversation, OutboxEntry
from conversations.texts import Texts
from crm.alerts.models import Alert
from crm.alerts.service import AlertService
from crm.clock import FixedClock
from crm.promises.business_time import BusinessCalendar, YearNotice
from crm.promises.models import Promise, PromiseKind
from database.session import Database
from settings import Settings
from tests.fakes import EchoBot
from tests.integration.conversations.conftest import texts
from tests.integration.conversations.promising import CALENDAR, MINUTE, MONDAY, WITH_BOT, WITH_PERSON, Scene, at

SOON, NEARLY, MISSED = "promise_due_soon", "promise_nearly_late", "promise_missed"


@pytest.fixture
def scene(database: Database, clock: FixedClock) -> Scene:
    """Monday, 10:00; nothing is promised yet."""
    clock.at = MONDAY
    return Scene(database, clock)


# ---------------------------------------------------------------- in time


async def test_owner_then_supervisor_then_customer(scene: Scene) -> None:
    """10:00 to 15:00 are four working hours: an hour, 24 and 12 minutes before."""
    promise = await scene.promised("2026-11-23 15:00")
    assert await scene.look("2026-11-23 13:59") == 0
    assert await scene.look("2026-11-23 14:00") == 1
    assert await scene.alerts() == [("operations", SOON)]
    assert await scene.look("2026-11-23 14:36") == 1
    assert await scene.alerts() == [("operations", SOON), ("service_lead", NEARLY)]
    assert await scene.look("2026-11-23 14:47") == 0
    assert await scene.heard() == []
    assert await scene.look("2026-11-23 14:48") == 1
    assert await scene.heard() == [
        "先跟您说一声，要给您的答复，原先说好今天15:00前，现在看赶不上了，抱歉让您多等。新的时间是今天16:50前。"
    ]
    assert scene.woken == [1]
    assert len(await scene.rows(OutboxEntry)) == 1
    assert (await scene.promise(promise)).told_late_at == scene.clock.now()


async def test_the_alert_opens_the_promise(scene: Scene) -> None:
    promise = await scene.promised("2026-11-23 15:00", by_whom="lin")
    await scene.look("2026-11-23 14:00")
    (alert,) = await scene.rows(Alert)
    assert (alert.key, alert.to_staff) == (f"promise:{promise}:owner:lin", "lin")
    assert (alert.subject_kind, alert.subject_id) == ("promise", promise)
    assert alert.text == "承诺要在 11-23 15:00 前完成，时间不多了：催货：MSKU1234565"


async def test_what_the_bot_promised_the_service_department_is_warned_of(scene: Scene) -> None:
    await scene.promised("2026-11-23 15:00", by_whom="bot")
    await scene.look("2026-11-23 14:00")
    assert await scene.alerts() == [("service", SOON)]


async def test_who_is_answered_in_time_hears_nothing(scene: Scene) -> None:
    promise = await scene.promised("2026-11-23 15:00")
    await scene.look("2026-11-23 14:40")
    await scene.settle(promise)
    assert await scene.look("2026-11-23 16:00") == 0
    assert await scene.heard() == []
    assert len(await scene.rows(Promise)) == 1


# ---------------------------------------------------------------- a broken word


async def test_a_word_told_before_is_broken_all_the_same_and_replaced(scene: Scene) -> None:
    promise = await scene.promised("2026-11-23 15:00", by_whom="lin")
    await scene.look("2026-11-23 14:48")
    old, new = await scene.promise(promise), await scene.after(promise)
    assert (old.state, old.settled_at) == ("broken", at("2026-11-23 14:48"))
    assert (new.state, new.due_at, new.by_whom) == ("open", at("2026-11-23 16:48"), "lin")
    assert (new.kind, new.text, new.dialogue_id) == (old.kind, old.text, old.dialogue_id)


async def test_a_word_found_broken_is_broken_at_its_time(scene: Scene) -> None:
    promise = await scene.promised("2026-11-23 15:00")
    assert await scene.look("2026-11-23 17:00") == 3
    assert await scene.alerts() == [("operations", MISSED), ("service_lead", MISSED)]
    assert (await scene.promise(promise)).settled_at == at("2026-11-23 15:00")
    assert await scene.heard() == ["要给您的答复，说好今天15:00前，我们没做到，对不起。新的时间是明天10:00前。"]


@pytest.mark.parametrize(
    ("due", "new"),
    [
        ("2026-11-23 10:20", at("2026-11-23 11:20")),
        ("2026-11-27 18:00", at("2026-11-30 17:00")),
    ],
)
async def test_the_new_time_is_at_least_one_hour_and_at_most_eight(scene: Scene, due: str, new: Any) -> None:
    promise = await scene.promised(due)
    await scene.look(at("2026-11-23 10:20") if due.endswith("10:20") else at("2026-11-27 17:00"))
    assert (await scene.after(promise)).due_at == new


async def test_the_new_time_is_never_before_the_old_one(scene: Scene) -> None:
    """A twentieth of three months is more than the eight hours a new word has at most."""
    promise = await scene.promised("2027-02-26 18:00")
    await scene.look("2027-02-24 10:00")
    assert (await scene.after(promise)).due_at > at("2027-02-26 18:00")


async def test_the_second_time_the_lead_answers_for_it_and_a_person_is_offered(scene: Scene) -> None:
    first = await scene.promised("2026-11-23 15:00", by_whom="lin")
    await scene.look("2026-11-23 14:48")
    second = await scene.after(first)
    await scene.look("2026-11-23 17:00")
    third = await scene.after(second.id)
    assert (third.by_whom, third.due_at) == ("service_lead", at("2026-11-23 18:00"))
    assert (await scene.heard())[1].startswith("要给您的答复又没赶上今天16:50，一件事让您等了两回")
    assert [(one.title, one.payload) for one in await scene.rows(Button)] == [("转人工", "/desk_want_person")]
    keys = {one.key for one in await scene.rows(Alert)}
    assert f"promise:{second.id}:customer:service_lead" in keys


async def test_the_third_time_no_more_words_are_made_and_the_management_calls(scene: Scene) -> None:
    first = await scene.promised("2026-11-23 15:00")
    await scene.look("2026-11-23 14:48")
    await scene.look("2026-11-23 17:00")
    third = await scene.after((await scene.after(first)).id)
    for moment in ("2026-11-24 11:00", "2026-11-25 11:00"):
        await scene.look(moment)
    assert len(await scene.heard()) == 2
    assert [one for one in await scene.alerts() if one[0] == "management"] == [("management", MISSED)]
    assert (await scene.promise(third.id)).state == "open"


async def test_a_complaint_is_named_by_its_number(scene: Scene) -> None:
    dialogue = await scene.conversation()
    subject = await scene.complaint(dialogue)
    await scene.promised("2026-11-23 15:00", dialogue=dialogue, kind=PromiseKind.FIRST_REPLY, subject=subject)
    await scene.look("2026-11-23 14:50")
    assert (await scene.heard())[0].startswith("先跟您说一声，投诉CP26112300012的首次回复，")


async def test_who_has_gone_is_told_in_a_new_conversation(scene: Scene) -> None:
    dialogue = await scene.conversation()
    promise = await scene.promised("2026-11-23 15:00", dialogue=dialogue)
    await scene.change(dialogue, status="closed", closed_at=scene.clock.now())
    await scene.look("2026-11-23 14:50")
    assert len(await scene.heard()) == 1
    assert (await scene.after(promise)).dialogue_id != dialogue


# ---------------------------------------------------------------- the right moment


async def test_nobody_is_woken_and_the_morning_brings_it(scene: Scene) -> None:
    scene.clock.at = at("2026-11-23 17:40")
    promise = await scene.promised("2026-11-24 07:00")
    scene.clock.at = at("2026-11-23 22:30")
    assert await scene.look() == 2
    assert (await scene.heard(), (await scene.promise(promise)).state) == ([], "open")
    assert await scene.look("2026-11-24 07:29") == 0
    assert await scene.look("2026-11-24 07:30") == 1


async def test_what_runs_round_the_clock_is_told_at_night(scene: Scene) -> None:
    scene.clock.at = at("2026-11-23 23:30")
    promise = await scene.promised("2026-11-24 00:00", by_whom="service_lead", round_the_clock=True)
    await scene.look("2026-11-23 23:58")
    assert len(await scene.heard()) == 1
    new = await scene.after(promise)
    assert (new.due_at, new.round_the_clock) == (at("2026-11-24 01:00"), True)


async def test_who_is_with_a_person_is_told_by_that_person(scene: Scene) -> None:
    dialogue = await scene.conversation(**WITH_PERSON)
    promise = await scene.promised("2026-11-23 15:00", dialogue=dialogue)
    await scene.look("2026-11-23 14:48")
    assert ("lin", NEARLY) in await scene.alerts()
    assert (await scene.heard(), (await scene.promise(promise)).state) == ([], "open")
    assert await scene.look("2026-11-23 14:49") == 0
    await scene.change(dialogue, **WITH_BOT)
    assert await scene.look("2026-11-23 15:01") == 1
    assert len(await scene.heard()) == 1


async def test_who_waits_for_a_person_is_left_to_the_service_department(scene: Scene) -> None:
    dialogue = await scene.conversation(status="waiting")
    await scene.promised("2026-11-23 15:00", dialogue=dialogue)
    await scene.look("2026-11-23 14:48")
    assert ("service", NEARLY) in await scene.alerts()
    assert await scene.heard() == []


async def test_a_customer_is_answered_first(scene: Scene) -> None:
    dialogue = await scene.conversation(handled_seq=0)
    await scene.promised("2026-11-23 15:00", dialogue=dialogue)
    assert await scene.look("2026-11-23 14:48") == 2
    await scene.change(dialogue, handled_seq=1)
    assert await scene.look("2026-11-23 14:50") == 1


async def test_an_appointment_warns_its_owner_twice_and_never_the_customer(scene: Scene) -> None:
    await scene.promised("2026-11-23 20:00", kind=PromiseKind.APPOINTMENT, by_whom="lin")
    looks = [await scene.look(f"2026-11-23 {time}") for time in ("18:59", "19:00", "19:50", "20:01", "21:00")]
    assert looks == [0, 1, 1, 1, 0]
    assert await scene.alerts() == [
        ("lin", "appointment_soon"),
        ("lin", "appointment_soon"),
        ("service_lead", MISSED),
    ]
    assert await scene.heard() == []


# ---------------------------------------------------------------- waiting for the customer


async def test_a_result_that_waits_for_its_customer_is_not_late(scene: Scene) -> None:
    dialogue = await scene.conversation()
    subject = await scene.complaint(dialogue)
    await scene.promised("2026-11-23 15:00", dialogue=dialogue, kind=PromiseKind.RESOLUTION, subject=subject)
    scene.clock.at = at("2026-11-23 11:00")
    await scene.pause(subject)
    assert await scene.look("2026-11-24 11:00") == 0
    await scene.resume(subject)
    (promise,) = await scene.rows(Promise)
    assert promise.due_at == at("2026-11-24 15:00")
    assert await scene.look("2026-11-24 14:59") == 3


async def test_a_first_reply_does_not_wait_for_the_customer(scene: Scene) -> None:
    dialogue = await scene.conversation()
    subject = await scene.complaint(dialogue)
    await scene.promised("2026-11-23 15:00", dialogue=dialogue, kind=PromiseKind.FIRST_REPLY, subject=subject)
    await scene.pause(subject)
    assert await scene.look("2026-11-23 14:48") == 3


# ---------------------------------------------------------------- whatever happens, once


async def test_a_day_without_the_job_loses_nothing_and_doubles_nothing(scene: Scene) -> None:
    await scene.promised("2026-11-23 15:00")
    assert await scene.look("2026-11-24 15:00") == 3
    assert await scene.look("2026-11-24 15:00") == 0
    assert await scene.alerts() == [("operations", MISSED), ("service_lead", MISSED)]
    assert len(await scene.heard()) == 1


async def test_who_died_between_alert_and_commit_has_told_nobody(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    await scene.promised("2026-11-23 15:00")
    whole = AlertService.tell

    async def killed_after(self: AlertService, *args: Any, **more: Any) -> bool:
        await whole(self, *args, **more)
        raise OSError("killed")

    monkeypatch.setattr(AlertService, "tell", killed_after)
    assert await scene.look("2026-11-23 14:48") == 0
    assert await scene.rows(Alert) == []
    monkeypatch.undo()
    assert await scene.look() == 3
    assert await scene.look() == 0


async def test_who_died_while_speaking_has_broken_no_word_yet(scene: Scene) -> None:
    def die(_variants: Any) -> Any:
        raise OSError("killed")

    await scene.promised("2026-11-23 15:00")
    scene.clock.at = at("2026-11-23 14:48")
    dying = scene.process()
    dying._texts = Texts(texts()._responses, pick=die)
    await dying.run_once()
    (promise,) = await scene.rows(Promise)
    assert (promise.state, await scene.heard()) == ("open", [])
    assert len(await scene.alerts()) == 2, "staff are warned though the customer could not be told"
    assert await scene.look() == 1


async def test_of_twenty_looks_at_once_one_tells(scene: Scene) -> None:
    for _ in range(3):
        await scene.promised("2026-11-23 15:00")
    scene.clock.at = at("2026-11-23 14:50")
    looks = await asyncio.gather(*(scene.process().run_once() for _ in range(20)))
    assert sum(looks) == 9
    assert (len(await scene.alerts()), len(await scene.heard()), len(await scene.rows(Promise))) == (6, 3, 6)


@pytest.mark.parametrize("published", [date(2026, 11, 24), None])
async def test_another_table_of_holidays_loses_and_doubles_nothing(scene: Scene, published: date | None) -> None:
    """The Tuesday becomes a holiday (or stops being one) after the owner was warned; the time that was told stays."""
    free = BusinessCalendar({2026: YearNotice(frozenset({date(2026, 11, 24)}), frozenset())})
    before, after = (CALENDAR, free) if published else (free, CALENDAR)
    promise = await scene.promised("2026-11-25 11:00")
    assert await scene.process(before).run_once() == 0
    scene.clock.at = at("2026-11-25 09:00")
    written = [await scene.process(before).run_once()]
    for minutes in range(0, 121, 10):
        scene.clock.at = at("2026-11-25 09:00") + minutes * MINUTE
        written.append(await scene.process(after).run_once())
    assert sum(written) == 3
    assert [kind for _, kind in await scene.alerts()] == [SOON, NEARLY]
    assert len(await scene.heard()) == 1
    assert (await scene.promise(promise)).due_at == at("2026-11-25 11:00")


async def test_a_new_owner_is_warned_too_and_the_old_one_not_again(scene: Scene) -> None:
    promise = await scene.promised("2026-11-23 15:00", by_whom="lin")
    await scene.look("2026-11-23 14:00")
    async with scene.database.transaction() as session:
        (await session.get_one(Promise, promise)).by_whom = "zhou"
    assert await scene.look("2026-11-23 14:01") == 1
    assert await scene.alerts() == [("lin", SOON), ("zhou", SOON)]


async def test_one_that_fails_does_not_hold_up_the_others(scene: Scene) -> None:
    broken, _ = await scene.promised("2026-11-23 15:00"), await scene.promised("2026-11-23 15:00")
    dialogue = (await scene.promise(broken)).dialogue_id
    async with scene.database.transaction() as session:
        (await session.get_one(Conversation, dialogue)).memory = {"said_at": "no number"}
    await scene.look("2026-11-23 14:50")
    assert len(await scene.heard()) == 1


async def test_a_look_costs_as_many_queries_however_much_is_promised(scene: Scene) -> None:
    counted: list[str] = []
    engine = scene.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", lambda *given: counted.append(given[2]))

    async def cost() -> int:
        counted.clear()
        assert await scene.look() == 0
        return len([one for one in counted if one.lstrip().upper().startswith(("SELECT", "INSERT", "UPDATE"))])

    await scene.promised("2026-11-25 15:00")
    first = await cost()
    for _ in range(20):
        await scene.promised(scene.clock.now() + timedelta(days=3))
    assert await cost() == first
    assert first <= 6


# ---------------------------------------------------------------- where it is plugged in


async def test_an_answer_of_an_agent_keeps_the_first_reply_of_that_conversation_alone(scene: Scene) -> None:
    desk = Desk(scene.database, scene.clock, texts(), lambda: None)
    dialogue = await scene.conversation(**WITH_PERSON)
    mine, other, call = [
        await scene.promised("2026-11-23 15:00", dialogue=where, kind=kind)
        for where, kind in (
            (dialogue, PromiseKind.FIRST_REPLY),
            (None, PromiseKind.FIRST_REPLY),
            (dialogue, PromiseKind.CALLBACK),
        )
    ]
    with pytest.raises(WrongMove):
        await desk.reply(dialogue, "zhou", "您好")
    assert (await scene.promise(mine)).state == "open"
    await desk.reply(dialogue, "lin", "您好，我看到您的投诉了")
    settled_at = scene.clock.now()
    scene.clock.move(6 * 60 * MINUTE)
    await desk.reply(dialogue, "lin", "还在查")
    states = [(one.state, one.settled_at) for one in [await scene.promise(each) for each in (mine, other, call)]]
    assert states == [("kept", settled_at), ("open", None), ("open", None)]


async def test_the_app_watches_by_itself_and_asks_for_the_holidays_of_next_year(scene: Scene, tmp_path: Path) -> None:
    scene.clock.at = at("2026-12-01 10:00")
    await scene.promised("2026-12-01 15:00")
    scene.clock.at = at("2026-12-01 14:00")
    with capture_logs() as logged:
        parts = build(
            Settings(data_dir=tmp_path, database_url=scene.database.url), bot=EchoBot(), clock=scene.clock, channels=()
        )
    assert [one["year"] for one in logged if "holidays" in one["event"]] == [2027]
    background = parts.start()
    try:
        async with asyncio.timeout(10):
            while not await scene.rows(Alert):  # noqa: ASYNC110 (nobody says when)
                await asyncio.sleep(0.05)
    finally:
        await parts.stop(background)
    assert await scene.alerts() == [("operations", SOON)]
