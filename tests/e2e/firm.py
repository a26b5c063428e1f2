"""A small firm made through the services: rates, staff, keys, and customers with shipments as each test needs them."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count

from sqlalchemy.ext.asyncio import AsyncSession

from crm.clock import SHANGHAI, Clock
from crm.customers.models import Contact, Customer
from crm.shipments.intake import NewEvent, NewShipment
from crm.shipments.service import ShipmentService
from crm.staff.departments import Department
from crm.staff.models import Role
from crm.staff.service import ApiKeyService, StaffService
from freight.checkdigits import iso6346_digit
from freight.modes import LoadType, TransportMode
from freight.references import ReferenceKind, own_number
from tests.integration.pricing_data import air_card, dollar, sea_card

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=SHANGHAI)
"""When the conversations of these tests take place: a working day, within working hours."""
DEPARTED = datetime(2026, 11, 21, 14, 30, tzinfo=SHANGHAI)
LAST_STEP = "11月21日 14:30 上海已开船"
"""What every shipment's answer holds."""
AGENT, AGENT_NAME, PASSWORD = "e2e.lin", "客服小林", "e2e-only-password"
SUPPLIER_SECRETS = ("秘密船代", "SC-99871", "底价别外传")
_SERIALS = count(1)


@dataclass(frozen=True)
class Parcel:
    """A shipment under its numbers."""

    code: str
    container: str
    tail: str
    """Last four digits of the sender's phone."""


@dataclass(frozen=True)
class Person:
    """A contact of a customer, with the customer's shipments."""

    code: str
    phone: str
    parcels: list[Parcel] = field(default_factory=list)


async def furnish(session: AsyncSession, clock: Clock) -> dict[str, str]:
    """Rates, one agent, and three keys of the REST channel: their texts by name."""
    session.add_all([sea_card("E2E-SEA"), air_card("E2E-AIR"), dollar(date(2026, 11, 20))])
    await StaffService(session, clock).create(
        AGENT, "林晓", Role.AGENT, Department.SERVICE, PASSWORD, display_name=AGENT_NAME
    )
    keys = ApiKeyService(session, clock)
    return {
        "desk": await keys.create("e2e", trusted=True),
        "other": await keys.create("e2e-other", trusted=True),
        "plain": await keys.create("e2e-plain", trusted=False),
    }


async def make_person(session: AsyncSession, clock: Clock, parcels: int = 0) -> Person:
    """A new customer, one contact, and this many shipments from Shanghai to Hamburg, the last step of each "已开船"."""
    serial = next(_SERIALS)
    phone = f"+86139{serial:08d}"
    customer = Customer(code=f"E2E{serial}", name=f"测试客户{serial}有限公司", created_at=clock.now())
    contact = Contact(code=f"E2E{serial}-1", customer=customer, name="王经理", phone=phone, created_at=clock.now())
    session.add_all([customer, contact])
    await session.flush()
    return Person(contact.code, phone, [await _make_parcel(session, clock, contact) for _ in range(parcels)])


async def _make_parcel(session: AsyncSession, clock: Clock, contact: Contact) -> Parcel:
    shipments = ShipmentService(session, clock)
    serial = next(_SERIALS)
    code = own_number("WB", date(2026, 10, 20), serial)
    first_ten = f"QZQU{730_000 + serial}"
    container = f"{first_ten}{iso6346_digit(first_ten)}"
    tail = f"{serial + 2000:04d}"
    shipment = await shipments.register(
        NewShipment(
            code=code,
            customer_id=contact.customer_id,
            contact_id=contact.id,
            mode=TransportMode.SEA,
            load_type=LoadType.FCL,
            origin_locode="CNSHA",
            destination_locode="DEHAM",
            shipper_name="李发货",
            shipper_phone=f"1381234{tail}",
            consignee_name="Anna Schmidt",
            consignee_phone="+494012345678",
            carrier="中远海运",
            references=((ReferenceKind.CONTAINER, container),),
            created_at=MONDAY - timedelta(days=20),
        )
    )
    for step, at in (("loaded", MONDAY - timedelta(days=2, hours=6)), ("departed", DEPARTED)):
        await shipments.add_event(shipment, NewEvent(step, at, "carrier", place_locode="CNSHA"))
    await shipments.add_estimate(shipment, MONDAY + timedelta(days=30), "carrier", given_at=DEPARTED)
    return Parcel(code, container, tail)
