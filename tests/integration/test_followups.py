"""Follow-up sheets: one for each occasion, at its time, filled in once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from crm.alerts.models import Alert
from crm.alerts.service import AlertService
from crm.clock import SHANGHAI, FixedClock
from crm.complaints.models import ComplaintCard
from crm.complaints.service import ComplaintFacts
from crm.crm import Crm, crm_factory
from crm.customers.models import Customer
from crm.followups.errors import SheetNotFound, SheetSettled, UnknownQuestion
from crm.followups.models import FollowUpSheet, Moment
from crm.followups.service import FollowUpService
from crm.followups.sheets import sheets
from crm.followups.watch import FollowUpWatch
from crm.promises.business_time import BusinessCalendar
from crm.shipments.intake import NewEvent
from crm.shipments.models import Shipment
from database.session import Database
from tests.integration import shipping

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=SHANGHAI)


@dataclass
class Scene:
    """A firm, and the job that looks for moments."""

    database: Database
    clock: FixedClock

    @asynccontextmanager
    async def crm(self) -> AsyncIterator[Crm]:
        async with crm_factory(self.database, self.clock)() as crm:
            yield crm

    def watch(self) -> FollowUpWatch:
        return FollowUpWatch(self.database, self.clock, BusinessCalendar())

    async def delivers(self, serial: int) -> None:
        async with self.crm() as crm:
            shipment = await crm.shipments.by_code(shipping.waybill(serial))
            assert shipment is not None
            at = self.clock.now() - timedelta(minutes=5)
            assert await crm.shipments.add_event(shipment, NewEvent("delivered", at, "carrier", place_locode="DEHAM"))

    async def rows(self, model: type[Any]) -> list[Any]:
        async with self.database.reading() as session:
            return list((await session.execute(select(model))).scalars())


@pytest.fixture
async def scene(database: Database, clock: FixedClock) -> Scene:
    """Ours has two shipments, so neither is a first one; all are older than what is followed up."""
    clock.at = MONDAY - timedelta(days=30)
    async with database.transaction() as session:
        world = await shipping.build_world(session, clock)
        await world.ship(1, world.ours)
        await world.ship(2, world.ours)
    clock.at = MONDAY
    return Scene(database, clock)


async def test_a_delivery_is_followed_up_once(scene: Scene) -> None:
    assert await scene.watch().run_once() == 0
    await scene.delivers(1)
    assert sum(await asyncio.gather(*(scene.watch().run_once() for _ in range(10)))) == 1
    (sheet,) = await scene.rows(FollowUpSheet)
    assert (sheet.moment, sheet.subject_number) == ("delivered", shipping.waybill(1))
    assert sheet.due_at == BusinessCalendar().due(scene.clock.now() - timedelta(minutes=5), 8)
    (alert,) = await scene.rows(Alert)
    assert (alert.to_department, alert.subject_id) == ("service", sheet.id)


async def test_what_is_long_over_is_not_followed_up(scene: Scene) -> None:
    await scene.delivers(1)
    scene.clock.move(timedelta(days=8))
    assert await scene.watch().run_once() == 0


async def test_what_becomes_known_late_still_leaves_an_hour(scene: Scene) -> None:
    await scene.delivers(1)
    scene.clock.move(timedelta(days=6))
    assert await scene.watch().run_once() == 1
    (sheet,) = await scene.rows(FollowUpSheet)
    assert sheet.due_at == BusinessCalendar().due(scene.clock.now(), 1)


async def test_the_first_shipment_of_a_new_customer_and_no_other(scene: Scene, database: Database) -> None:
    async with database.transaction() as session:
        customer = Customer(code="C-NEW", name="新客户", created_at=scene.clock.now())
        session.add(customer)
        await session.flush()
        for serial in (7, 8):
            session.add(
                Shipment(
                    code=shipping.waybill(serial), customer_id=customer.id, mode="sea", created_at=scene.clock.now()
                )
            )
            await session.flush()
            if serial == 7:
                service = FollowUpService(session, scene.clock, AlertService(session, scene.clock), BusinessCalendar())
                assert await service.open_due() == 1
    assert await scene.watch().run_once() == 0
    (sheet,) = await scene.rows(FollowUpSheet)
    assert (sheet.moment, sheet.subject_number) == ("first_shipment", shipping.waybill(7))


async def test_a_closed_complaint(scene: Scene) -> None:
    async with scene.crm() as crm:
        identity = await crm.customers.identify("test", "u1")
        dialogue = await crm.customers.open_dialogue(identity, uuid4())
        number = (await crm.complaints.open(dialogue.id, uuid4(), ComplaintFacts("complain_fee", "多收了"))).number
    assert await scene.watch().run_once() == 0
    async with scene.database.transaction() as session:
        card = (await session.execute(select(ComplaintCard).where(ComplaintCard.number == number))).scalar_one()
        card.state, card.closed_at = "closed", scene.clock.now()
    assert await scene.watch().run_once() == 1
    (sheet,) = await scene.rows(FollowUpSheet)
    assert (sheet.moment, sheet.subject_number) == ("complaint_closed", number)


async def test_what_follows_a_complaint_is_not_there_for_whoever_it_was_about(scene: Scene) -> None:
    async with scene.crm() as crm:
        identity = await crm.customers.identify("test", "u1")
        dialogue = await crm.customers.open_dialogue(identity, uuid4())
        number = (await crm.complaints.open(dialogue.id, uuid4(), ComplaintFacts("complain_attitude", "骂人"))).number
    async with scene.database.transaction() as session:
        card = (await session.execute(select(ComplaintCard).where(ComplaintCard.number == number))).scalar_one()
        card.state, card.closed_at, card.accused = "closed", scene.clock.now(), ["lin"]
    await scene.watch().run_once()
    async with scene.crm() as crm:
        assert await crm.followups.open("lin") == []
        (sheet,) = await crm.followups.open("chen")
        with pytest.raises(SheetNotFound):
            await crm.followups.drop(sheet.id, "lin", "不用了")
        assert (await crm.followups.drop(sheet.id, "chen", "已经谈过")).state == "dropped"


async def test_a_sheet_is_filled_in_once(scene: Scene) -> None:
    await scene.delivers(1)
    await scene.watch().run_once()
    async with scene.crm() as crm:
        (sheet,) = await crm.followups.open("lin")
        with pytest.raises(UnknownQuestion):
            await crm.followups.fill_in(sheet.id, "lin", {"weather": "晴"}, "好")
        done = await crm.followups.fill_in(sheet.id, "lin", {"received": "收齐了"}, "满意", "下月还有两柜")
        assert (done.state, done.settled_by, done.next_step) == ("done", "lin", "下月还有两柜")
        assert await crm.followups.open("lin") == []
        with pytest.raises(SheetSettled):
            await crm.followups.drop(sheet.id, "chen", "不用了")
        with pytest.raises(SheetNotFound):
            await crm.followups.drop(uuid4(), "chen", "不用了")


def test_every_moment_has_a_sheet_with_questions() -> None:
    assert set(sheets()) == set(Moment)
    for sheet in sheets().values():
        assert "{number}" in sheet.opening
        assert len(sheet.questions) >= 4
        assert len({question.code for question in sheet.questions}) == len(sheet.questions)
