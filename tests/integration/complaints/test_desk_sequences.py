"""Whatever staff do in whatever order, some things hold of a card."""

import asyncio
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.clock import FixedClock
from crm.complaints.models import ComplaintState, Severity
from crm.errors import Refusal
from crm.orders.models import DepartmentTask
from crm.staff.departments import Department
from database.session import Database
from tests.conftest import SATURDAY_MORNING
from tests.integration.complaints.house import CAUSE, House

ACTS: list[tuple[str, tuple[Any, ...]]] = [
    ("take", ()),
    ("start_acting", ()),
    ("note", ("看过",)),
    ("change_severity", (Severity.S1, "停产")),
    ("change_severity", (Severity.S4, "没有停产")),
    ("change_category", ("fee", "费用")),
    ("name_accused", (["lin"],)),
    ("clear_accused", ("lin", "记错了人")),
    ("pause", ("等照片",)),
    ("resume", ()),
    ("answer", ("已送到",)),
    ("close", (CAUSE,)),
    ("reopen", ("还没好",)),
    ("called_back", ("已通话",)),
]
STEPS = st.lists(
    st.tuples(st.sampled_from(["lin", "mei", "chen", "boss"]), st.sampled_from(ACTS), st.integers(0, 30)), max_size=14
)


@pytest.mark.filterwarnings("ignore::ResourceWarning")
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_a_card_stays_in_order(empty_database: Path, tmp_path: Path, steps: list[tuple[str, Any, int]]) -> None:
    path = tmp_path / "sequence.db"
    for left in tmp_path.glob("sequence.db*"):
        left.unlink()
    shutil.copy(empty_database, path)
    asyncio.run(_walk(f"sqlite+aiosqlite:///{path}", steps))


async def _walk(url: str, steps: list[tuple[str, Any, int]]) -> None:
    database = Database(url)
    try:
        house = await House(database, FixedClock(SATURDAY_MORNING)).furnish()
        number = await house.complaint()
        history = [(event.position, event.what, event.new) for event in await house.history(number)]
        for who, (verb, given), hours in steps:
            house.clock.move(timedelta(hours=hours))
            before = await house.card(number)
            try:
                await house.does(who, verb, number, *given)
            except Refusal:
                after = await house.card(number)
                assert (after.state, after.level, after.accused) == (before.state, before.level, before.accused)
                continue
            history = await _check(house, number, history, reopened=before.reopened)
            assert who not in before.accused, "who is complained about did something"
    finally:
        await database.close()


async def _check(house: House, number: str, history: list[Any], *, reopened: int) -> list[Any]:
    card, now = await house.card(number), house.clock.now()
    grown = [(event.position, event.what, event.new) for event in await house.history(number)]
    assert grown[: len(history)] == history, "what has happened is not changed"
    assert [position for position, _, _ in grown] == list(range(1, len(grown) + 1))
    assert (card.state == ComplaintState.CLOSED) == (card.closed_at is not None)
    assert (card.state in (ComplaintState.ANSWERED, ComplaintState.CLOSED)) == (card.answered_at is not None)
    assert card.taken_by not in card.accused
    assert card.level <= min(2, card.reopened)
    if card.reopened > reopened:
        assert card.first_reply_due > now
        assert card.resolve_due >= card.first_reply_due
        assert card.state == ComplaintState.CHECKING
        calls = [one for one in await house.rows(DepartmentTask) if one.kind == "call_back_complaint"]
        assert {one.department for one in calls} == {Department.SERVICE_LEAD.value}
        assert len(calls) == card.reopened
    return grown
