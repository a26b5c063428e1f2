"""Quotes that run out and tasks that are late: whose matter it is hears of it, once."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from conversations.promise_watch import PromiseWatch
from crm.alerts.models import Alert
from crm.clock import SHANGHAI, FixedClock
from crm.orders.models import DepartmentTask
from crm.pricing.models import Quote
from crm.promises.business_time import BusinessCalendar
from database.session import Database
from tests.integration.conversations.conftest import texts


def at(text: str) -> datetime:
    """A moment in Shanghai."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


class Firm:
    """A firm with a job that looks at its clocks."""

    def __init__(self, database: Database, clock: FixedClock) -> None:
        self.database, self.clock = database, clock

    async def look(self, moment: str) -> int:
        """One look of a fresh process."""
        self.clock.at = at(moment)
        return await PromiseWatch(self.database, self.clock, texts(), lambda: None, BusinessCalendar()).run_once()

    async def quote(self, valid_until: str | None, state: str = "sent") -> None:
        """A quote."""
        await self._add(
            Quote(
                number="QT2611200015",
                state=state,
                mode="sea",
                origin="CNSHA",
                destination="DEHAM",
                request={},
                valid_until=at(valid_until) if valid_until else None,
                created_at=self.clock.now(),
            )
        )

    async def task(self, due: str, department: str = "operations", state: str = "open", **facts: str) -> None:
        """A task."""
        await self._add(
            DepartmentTask(
                id=uuid4(),
                kind="urge",
                department=department,
                facts=facts,
                due_at=at(due),
                state=state,
                created_at=self.clock.now(),
            )
        )

    async def set_state(self, model: type[Any], state: str) -> None:
        """Moves the only row of a table."""
        async with self.database.transaction() as session:
            (await session.scalars(select(model))).one().state = state

    async def alerts(self) -> list[tuple[str, str]]:
        """(addressee, text), the first written first."""
        return [(one.to_department, one.text) for one in await self._rows(Alert, Alert.created_at)]

    async def states(self) -> list[str]:
        """How the quotes stand."""
        return [one.state for one in await self._rows(Quote, Quote.number)]

    async def _add(self, row: Any) -> None:
        async with self.database.transaction() as session:
            session.add(row)

    async def _rows(self, model: type[Any], order: Any) -> list[Any]:
        async with self.database.reading() as session:
            return list(await session.scalars(select(model).order_by(order)))


@pytest.fixture
def firm(database: Database, clock: FixedClock) -> Firm:
    """Friday the 20th, nothing is due."""
    clock.at = at("2026-11-20 09:00")
    return Firm(database, clock)


async def test_a_working_day_before_it_runs_out_the_service_department_hears_of_a_quote(firm: Firm) -> None:
    await firm.quote("2026-11-23 18:00")
    assert await firm.look("2026-11-20 17:59") == 0
    assert await firm.look("2026-11-20 18:00") == 1
    assert await firm.look("2026-11-22 12:00") == 0
    assert await firm.alerts() == [("service", "报价 QT2611200015 将在 11-23 18:00 到期，客户还没有答复，请跟进")]
    assert await firm.states() == ["sent"]


async def test_past_its_validity_a_quote_is_expired_and_was_told_all_the_same(firm: Firm) -> None:
    await firm.quote("2026-11-23 18:00")
    assert await firm.look("2026-11-25 09:00") == 1
    assert await firm.states() == ["expired"]
    assert "已在 11-23 18:00 过期" in (await firm.alerts())[0][1]
    assert await firm.look("2026-11-25 09:01") == 0


@pytest.mark.parametrize("state", ["accepted", "rejected", "inquiring", "superseded"])
async def test_a_quote_that_is_answered_or_not_sent_is_no_matter(firm: Firm, state: str) -> None:
    await firm.quote("2026-11-23 18:00", state)
    assert await firm.look("2026-11-23 17:00") == 0
    assert await firm.look("2026-11-25 09:00") == 0
    assert await firm.states() == ["expired" if state == "accepted" else state]


async def test_a_late_task_is_told_to_its_department_and_an_hour_later_to_the_lead(firm: Firm) -> None:
    await firm.task("2026-11-20 17:30", reference="MSKU1234565")
    looks = [
        await firm.look(moment)
        for moment in (
            "2026-11-20 17:30",
            "2026-11-20 17:31",
            "2026-11-20 18:40",
            "2026-11-23 09:29",
            "2026-11-23 09:30",
            "2026-11-23 18:00",
        )
    ]
    assert looks == [0, 1, 0, 0, 1, 0]
    assert await firm.alerts() == [
        ("operations", "催货（MSKU1234565）应在 11-20 17:30 前完成，已经超时，请马上处理"),
        ("service_lead", "操作部的催货（MSKU1234565）应在 11-20 17:30 前完成，催过仍未完成，请过问"),
    ]


async def test_the_task_of_the_lead_is_told_to_the_lead_twice(firm: Firm) -> None:
    await firm.task("2026-11-20 10:00", "service_lead")
    assert await firm.look("2026-11-20 10:01") == 1
    assert await firm.look("2026-11-20 11:00") == 1
    assert [to for to, _ in await firm.alerts()] == ["service_lead", "service_lead"]


@pytest.mark.parametrize("state", ["done", "rejected"])
async def test_a_task_that_is_settled_is_no_matter(firm: Firm, state: str) -> None:
    await firm.task("2026-11-20 10:00", state=state)
    assert await firm.look("2026-11-23 10:00") == 0


@pytest.mark.parametrize("state", ["open", "taken", "escalated"])
async def test_after_a_day_without_the_job_both_are_told_once(firm: Firm, state: str) -> None:
    await firm.task("2026-11-20 10:00", state=state)
    assert await firm.look("2026-11-23 10:00") == 2
    assert await firm.look("2026-11-23 10:00") == 0


async def test_what_is_done_within_the_hour_does_not_reach_the_lead(firm: Firm) -> None:
    await firm.task("2026-11-20 10:00")
    assert await firm.look("2026-11-20 10:05") == 1
    await firm.set_state(DepartmentTask, "done")
    assert await firm.look("2026-11-20 12:00") == 0


async def test_more_than_one_look_can_take_comes_with_the_next(firm: Firm) -> None:
    async with firm.database.transaction() as session:
        for number in range(230):
            due = at("2026-11-20 10:00") - timedelta(seconds=number)
            session.add(
                DepartmentTask(kind="urge", department="operations", facts={}, due_at=due, created_at=firm.clock.now())
            )
    assert [await firm.look("2026-11-20 10:01") for _ in range(3)] == [200, 30, 0]
