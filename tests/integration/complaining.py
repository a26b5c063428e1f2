"""What the tests of complaint cards share: a service on a database, dialogues, companies, shipments."""

from collections.abc import Awaitable, Callable
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm.alerts.service import AlertService
from crm.clock import FixedClock
from crm.complaints.models import ComplaintCard
from crm.complaints.service import ComplaintFacts, ComplaintService
from crm.customers.models import ChannelIdentity, Contact, Customer, Dialogue
from crm.promises.models import Promise
from crm.promises.service import PromiseService
from crm.shipments.models import Shipment

Talk = Callable[..., Awaitable[UUID]]


def service(session: AsyncSession, clock: FixedClock) -> ComplaintService:
    return ComplaintService(session, clock, PromiseService(session, clock), AlertService(session, clock))


@pytest.fixture
def complaints(session: AsyncSession, clock: FixedClock) -> ComplaintService:
    """The clock stands on Saturday 2026-11-21 10:00 in Shanghai: the firm is closed until Monday."""
    return service(session, clock)


@pytest.fixture
def talk(session: AsyncSession, clock: FixedClock) -> Talk:
    """Opens a dialogue: with a contact of a company, or from an account bound to nobody."""

    async def start(contact: Contact | None = None, identity: ChannelIdentity | None = None) -> UUID:
        now = clock.now()
        identity = identity or ChannelIdentity(
            channel="web", account=uuid4().hex, contact_id=contact.id if contact else None, created_at=now
        )
        session.add(identity)
        await session.flush()
        dialogue = Dialogue(identity_id=identity.id, opened_at=now)
        session.add(dialogue)
        await session.flush()
        session.expunge(dialogue)
        session.expunge(identity)
        return dialogue.id

    return start


async def company(session: AsyncSession, clock: FixedClock, people: int = 1, class_code: str = "D") -> list[Contact]:
    """A company and people who speak for it."""
    now = clock.now()
    customer = Customer(code=uuid4().hex, name="测试公司", class_code=class_code, created_at=now)
    session.add(customer)
    await session.flush()
    contacts = [
        Contact(code=uuid4().hex, customer_id=customer.id, name=f"客户{n}", created_at=now) for n in range(people)
    ]
    session.add_all(contacts)
    await session.flush()
    return contacts


async def shipment(session: AsyncSession, clock: FixedClock, contact: Contact) -> UUID:
    row = Shipment(code=uuid4().hex[:16], customer_id=contact.customer_id, mode="sea", created_at=clock.now())
    session.add(row)
    await session.flush()
    return row.id


async def card_of(session: AsyncSession, number: str) -> ComplaintCard:
    return (await session.execute(select(ComplaintCard).where(ComplaintCard.number == number))).scalar_one()


async def promises(session: AsyncSession) -> list[Promise]:
    return list((await session.execute(select(Promise).order_by(Promise.created_at))).scalars())


def delay(text: str = "说好周三到现在都没影", shipment_id: UUID | None = None) -> ComplaintFacts:
    return ComplaintFacts("complain_delay", text, shipment_id)
