"""A small world for the tests of shipments: two customers, their contacts, a stranger, and some shipments."""

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm.clock import SHANGHAI, FixedClock
from crm.customers.models import Contact, Customer, Dialogue
from crm.customers.service import CustomerService
from crm.shipments.intake import NewEvent, NewShipment
from crm.shipments.models import Shipment
from crm.shipments.results import Found, LookUp
from crm.shipments.service import ShipmentService
from freight.modes import LoadType, TransportMode
from freight.references import ReferenceKind, own_number

CONTAINER = "MSKU1234565"
OTHER_CONTAINER = "CSQU3054383"
NOWHERE = "HLXU8000009"
"""A valid container number that no shipment goes by."""
MBL = "COSU6123456780"
MAWB = "02081140743"


def waybill(serial: int) -> str:
    """A waybill number of 2026-11-01."""
    return own_number("WB", datetime(2026, 11, 1, tzinfo=SHANGHAI).date(), serial)


def shanghai(day: int, hour: int = 0, minute: int = 0) -> datetime:
    """An instant of November 2026."""
    return datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI)


@dataclass
class World:
    """Services on one session, two customers with a contact each."""

    session: AsyncSession
    clock: FixedClock
    shipments: ShipmentService
    customers: CustomerService
    ours: Contact
    theirs: Contact

    async def stranger(self, account: str = "stranger") -> Dialogue:
        """A new dialogue of an account nobody knows."""
        identity = await self.customers.identify("web", account)
        return await self.customers.open_dialogue(identity, uuid4())

    async def bound(self, contact: Contact) -> Dialogue:
        """A new dialogue of an account that speaks for a contact."""
        identity = await self.customers.identify("wechat", f"openid-{contact.code}")
        await self.customers.bind(identity, contact, "signed_token")
        return await self.customers.open_dialogue(identity, uuid4())

    async def ship(
        self,
        serial: int,
        contact: Contact,
        *references: tuple[ReferenceKind, str],
        phones: tuple[str, str] = ("13812340012", "+4940123456"),
        mode: TransportMode = TransportMode.SEA,
        load_type: LoadType | None = LoadType.FCL,
        created: datetime | None = None,
        promised: datetime | None = None,
    ) -> Shipment:
        """Register a shipment from Shanghai to Hamburg; its serial makes it newer."""
        return await self.shipments.register(
            NewShipment(
                code=waybill(serial),
                customer_id=contact.customer_id,
                mode=mode,
                load_type=load_type,
                origin_locode="CNSHA",
                destination_locode="DEHAM",
                shipper_name="王小明",
                shipper_phone=phones[0],
                consignee_name="Anna Schmidt",
                consignee_phone=phones[1],
                carrier="中远海运",
                vessel="COSCO STAR 012W",
                promised_at=promised,
                references=references,
                created_at=created or shanghai(1, 8, serial),
            )
        )

    async def happens(self, shipment: Shipment, code: str, at: datetime, place: str = "") -> bool:
        """Add an actual event told by the carrier."""
        return await self.shipments.add_event(shipment, NewEvent(code, at, "carrier", place_locode=place))


async def build_world(session: AsyncSession, clock: FixedClock) -> World:
    """The world with its customers, and no shipment yet."""
    contacts = []
    for code in ("OURS", "THEIRS"):
        customer = Customer(code=f"C-{code}", name=f"{code} 公司", created_at=clock.now())
        contacts.append(Contact(code=f"P-{code}", customer=customer, name="李经理", phone=None, created_at=clock.now()))
    session.add_all(contacts)
    await session.flush()
    return World(
        session, clock, ShipmentService(session, clock), CustomerService(session, clock), contacts[0], contacts[1]
    )


async def count(session: AsyncSession, model: type) -> int:
    """Rows of a table."""
    return (await session.execute(select(func.count()).select_from(model))).scalar_one()


def found(answer: LookUp) -> Found:
    """The answer, which must be Found."""
    assert isinstance(answer, Found), answer
    return answer
