"""A firm on a Monday morning: two customers, some shipments, rates, and whoever writes."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from crm.clock import SHANGHAI, FixedClock
from crm.crm import CrmFactory, crm_factory
from database.session import Database
from freight.modes import TransportMode
from freight.references import ReferenceKind
from tests.integration import pricing_data, shipping
from tests.integration.actions.talk import Talk

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=SHANGHAI)
SUNDAY = datetime(2026, 11, 22, 10, 0, tzinfo=SHANGHAI)
OURS, OURS_BY_AIR, THEIRS, DELIVERED = (shipping.waybill(serial) for serial in (1, 2, 3, 4))
CONTAINER, MBL, MAWB, THEIR_CONTAINER = shipping.CONTAINER, shipping.MBL, shipping.MAWB, shipping.OTHER_CONTAINER
TAIL = "0012"
WRONG_TAIL = "9999"
Start = Callable[..., Awaitable[Talk]]


@dataclass
class Firm:
    """The database under test, and how to talk to it."""

    database: Database
    clock: FixedClock
    crm: CrmFactory

    async def talk(self, contact: str | None = None, account: str | None = None) -> Talk:
        """A new conversation of a contact (OURS, THEIRS), or of a stranger."""
        async with self.crm() as crm:
            identity = await crm.customers.identify("web", account or str(uuid4()))
            if contact is not None and identity.contact is None:
                known = await crm.customers.find_contact(f"P-{contact}")
                assert known is not None
                await crm.customers.bind(identity, known, "signed_token")
            dialogue = await crm.customers.open_dialogue(identity, uuid4())
        return Talk(self.crm, dialogue.id)

    async def rows(self, model: type[Any]) -> list[Any]:
        """All rows of a table."""
        async with self.database.reading() as session:
            return list((await session.execute(select(model))).scalars().all())

    async def count(self, model: type[Any]) -> int:
        """Rows of a table."""
        async with self.database.reading() as session:
            return (await session.execute(select(func.count()).select_from(model))).scalar_one()


@pytest.fixture
async def firm(database: Database, clock: FixedClock) -> Firm:
    """Monday 10:00: ours has a late sea shipment, one by air and a delivered one; theirs has one."""
    clock.at = MONDAY
    async with database.transaction() as session:
        world = await shipping.build_world(session, clock)
        world.ours.phone = "+8613900001111"
        sea = await world.ship(
            1,
            world.ours,
            (ReferenceKind.CONTAINER, CONTAINER),
            (ReferenceKind.MBL, MBL),
            promised=shipping.shanghai(25, 12),
        )
        await world.happens(sea, "departed", shipping.shanghai(20, 8), "CNSHA")
        await world.shipments.add_estimate(
            sea, datetime(2026, 12, 12, 8, 0, tzinfo=SHANGHAI), "carrier", shipping.shanghai(22, 9)
        )
        air = await world.ship(2, world.ours, (ReferenceKind.MAWB, MAWB), mode=TransportMode.AIR, load_type=None)
        await world.happens(air, "departed", shipping.shanghai(15, 8), "CNPVG")
        their = await world.ship(3, world.theirs, (ReferenceKind.CONTAINER, THEIR_CONTAINER))
        await world.happens(their, "departed", shipping.shanghai(18, 8), "CNSHA")
        done = await world.ship(4, world.ours)
        await world.happens(done, "delivered", shipping.shanghai(18, 8), "DEHAM")
        await pricing_data.store(
            session,
            pricing_data.sea_card(),
            pricing_data.sea_card("SEA-2", high_cube=2300, destination="NLRTM"),
            pricing_data.air_card(),
            pricing_data.dollar(),
        )
    return Firm(database, clock, crm_factory(database, clock))


@pytest.fixture
async def stranger(firm: Firm) -> Talk:
    """Somebody nobody knows."""
    return await firm.talk()


@pytest.fixture
async def ours(firm: Firm) -> Talk:
    """A contact of a customer with two open shipments."""
    return await firm.talk("OURS")


@pytest.fixture
async def theirs(firm: Firm) -> Talk:
    """A contact of another customer, with one open shipment and no phone."""
    return await firm.talk("THEIRS")
