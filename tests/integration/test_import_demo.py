"""The demo company: its files load without an error at any hour, and hold what a demonstration needs."""

import time
from collections import Counter
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import pytest
from pydantic import SecretStr
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm.clock import SHANGHAI, FixedClock
from crm.customers.models import Contact, Customer
from crm.customers.service import CustomerService
from crm.imports import demo
from crm.imports.demo.loading import FOLDER
from crm.imports.service import KINDS, ImportService, read_file
from crm.pricing.models import RateCard
from crm.pricing.policy import standard_policy
from crm.pricing.repository import PricingRepository
from crm.pricing.request import QuoteRequest
from crm.pricing.selection import RateSelection
from crm.shipments.models import MilestoneEvent, Shipment
from crm.shipments.results import Found
from crm.shipments.service import ShipmentService
from crm.staff.models import Role, Staff
from crm.staff.service import ApiKeyService, StaffService
from database.migrate import upgrade
from freight.milestones import DELAY_WORDS, EXCEPTIONS, MILESTONES
from freight.modes import LoadType, TransportMode
from settings import Settings

SECONDS_TO_LOAD = 20
"""Four times what it takes on a quiet machine."""


@pytest.fixture
async def firm(session: AsyncSession, clock: FixedClock) -> AsyncSession:
    await demo.load(session, clock)
    return session


async def test_there_is_enough_of_everything(firm: AsyncSession, clock: FixedClock) -> None:
    assert len((await firm.scalars(select(Customer.id))).all()) >= 30
    assert {*await firm.scalars(select(Customer.class_code))} == {"A", "B", "C", "D"}
    assert len((await firm.scalars(select(Contact.id))).all()) >= 45
    shipments = (await firm.scalars(select(Shipment))).all()
    assert len(shipments) >= 250
    modes = Counter(shipment.mode for shipment in shipments)
    assert all(modes[mode.value] >= 30 for mode in TransportMode), modes
    assert {shipment.phase for shipment in shipments} == {
        "pre",
        "active",
        "arrived",
        "delivered",
        "closed",
        "exception",
    }
    codes = {*await firm.scalars(select(MilestoneEvent.code))}
    assert codes >= {*MILESTONES, *EXCEPTIONS}
    assert len({*await firm.scalars(select(MilestoneEvent.delay_reason))} & {*DELAY_WORDS}) >= 5
    views = await ShipmentService(firm, clock).statuses(shipments)
    assert {view.confidence.value for view in views} == {"high", "medium", "low", "none"}
    assert sum(view.silent for view in views) >= 4
    assert sum(view.late for view in views) >= 15


async def test_only_what_belongs_to_nobody_is_used(firm: AsyncSession) -> None:
    contacts = (await firm.scalars(select(Contact))).all()
    assert all(contact.email is not None and contact.email.endswith("@example.com") for contact in contacts)
    assert all(contact.phone is not None and contact.phone.startswith("+861380000") for contact in contacts)
    assert len({contact.phone for contact in contacts}) == len(contacts)


async def test_the_containers_of_the_story(firm: AsyncSession, clock: FixedClock) -> None:
    customers, shipments = CustomerService(firm, clock), ShipmentService(firm, clock)
    for code, number, phase, late in (
        ("K1001", "MRKU6345214", "exception", True),
        ("K1003", "MSKU1234565", "active", False),
    ):
        contact = await customers.find_contact(code)
        assert contact is not None
        identity = await customers.identify("test", code)
        await customers.bind(identity, contact, "test")
        found = await shipments.look_up(number, await customers.open_dialogue(identity, uuid4()))
        assert isinstance(found, Found)
        assert (found.view.phase, found.view.late, found.view.destination) == (phase, late, "汉堡")
        assert found.view.eta is not None
        if number == "MRKU6345214":
            assert (found.view.origin, found.view.reason, contact.customer.city) == ("宁波", "congestion", "宁波")


REQUESTS = {
    "FCL": QuoteRequest("CNSHA", "DEHAM", containers=(("40HQ", 2),)),
    "FCL from a terminal": QuoteRequest("CNYTN", "USLAX", containers=(("40HQ", 1), ("20GP", 1))),
    "FCL from a city": QuoteRequest("CNSNZ", "NLRTM", mode=TransportMode.SEA, containers=(("40GP", 1),)),
    "FCL by rail": QuoteRequest("CNXIA", "DEHAM", mode=TransportMode.RAIL, containers=(("40HQ", 1),)),
    "LCL": QuoteRequest("CNNGB", "USNYC", load_type=LoadType.LCL, weight_kg=Decimal(900), volume_cbm=Decimal(3)),
    "LCL by rail": QuoteRequest(
        "CNZGZ", "PLMAA", TransportMode.RAIL, LoadType.LCL, weight_kg=Decimal(900), volume_cbm=Decimal(3)
    ),
    "air": QuoteRequest("CNSHA", "DEFRA", TransportMode.AIR, weight_kg=Decimal(300), volume_cbm=Decimal(2)),
    "air to a city": QuoteRequest("CNSNZ", "USCHI", TransportMode.AIR, weight_kg=Decimal(300), volume_cbm=Decimal(2)),
    "truck": QuoteRequest("CNSHA", "CNBJS", TransportMode.ROAD, LoadType.FTL, weight_kg=Decimal(9000)),
    "part load": QuoteRequest(
        "CNGGZ", "CNCDU", TransportMode.ROAD, LoadType.LTL, weight_kg=Decimal(600), volume_cbm=Decimal(2)
    ),
    "express": QuoteRequest("CNSNZ", "US", TransportMode.EXPRESS, weight_kg=Decimal("9.5")),
    "express to a city": QuoteRequest("CNHAZ", "GBLON", TransportMode.EXPRESS, weight_kg=Decimal(24)),
}


async def test_usual_questions_have_a_price_for_two_months(firm: AsyncSession, clock: FixedClock) -> None:
    policy = standard_policy()
    selection = RateSelection(PricingRepository(firm), policy)
    for days in (0, 60):
        for name, wanted in REQUESTS.items():
            offer = await selection.cheapest(wanted, clock.today() + timedelta(days=days), policy.terms())
            assert offer is not None, (name, days)
            total, _ = offer.exchanges.in_cny(offer.calculation.sell_totals)
            assert total is not None, (name, days)
            assert total > 10, (name, days)
            assert offer.calculation.margin >= Decimal("0.12"), (name, days)


async def test_lanes_of_all_modes(firm: AsyncSession) -> None:
    cards = (await firm.scalars(select(RateCard))).all()
    lanes = {(card.mode, card.load_type, card.origin, card.destination) for card in cards}
    assert len(lanes) >= 100
    for origin in ("CNSHA", "CNNGB", "CNYTN", "CNTAO"):
        for destination in ("DEHAM", "NLRTM", "USLAX", "USNYC", "SGSIN", "JPTYO"):
            assert ("sea", "FCL", origin, destination) in lanes


async def test_everybody_can_log_in_and_the_key_is_trusted(firm: AsyncSession, clock: FixedClock) -> None:
    roles = {*await firm.scalars(select(Staff.role))}
    assert roles == {role.value for role in Role}
    assert await StaffService(firm, clock).login("zhou", demo.DEMO_PASSWORD) is not None
    key = await ApiKeyService(firm, clock).verify(demo.DEMO_KEY)
    assert key is not None
    assert key.trusted
    assert await demo.access_left(firm, clock)
    await ApiKeyService(firm, clock).revoke("demo")
    assert await demo.access_left(firm, clock), "the passwords are left"
    for code in await firm.scalars(select(Staff.code)):
        await StaffService(firm, clock).set_password(code, "a password of their own")
    assert not await demo.access_left(firm, clock)
    assert any(demo.DEMO_KEY in line for line in demo.demo_logins())


@pytest.mark.parametrize("at", ["2026-11-21T00:01+08:00", "2027-02-28T23:58+08:00", "2026-12-31T16:30+00:00"])
async def test_the_files_are_right_at_any_hour_and_twice_is_once(session: AsyncSession, at: str) -> None:
    clock = FixedClock(datetime.fromisoformat(at))
    service = ImportService(session, clock)
    for first in (True, False):
        for kind in KINDS:
            report = await service.store(kind, read_file(kind, FOLDER / f"{kind}.csv", clock.now()))
            assert report.errors == ()
            assert report.unknown == ()
            assert (report.updated, report.added if not first else report.unchanged) == (0, 0), kind
    phases = Counter(await session.scalars(select(Shipment.phase)))
    assert phases["exception"] >= 20, phases


def test_an_empty_database_is_filled_once_and_quickly(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, now=datetime(2026, 11, 21, 10, tzinfo=SHANGHAI), _env_file=None)
    upgrade(settings.database)
    began = time.perf_counter()
    assert demo.load_if_empty(settings)
    assert time.perf_counter() - began < SECONDS_TO_LOAD
    assert not demo.load_if_empty(settings)


def test_production_gets_no_demo_accounts(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, mode="production", secret=SecretStr("x" * 40), _env_file=None)
    with pytest.raises(demo.DemoRefused):
        demo.load_if_empty(settings)
    assert not list(tmp_path.iterdir())
