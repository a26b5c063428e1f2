"""Complaint cards and staff for tests of remedies and claims."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm.alerts.models import Alert
from crm.clock import FixedClock
from crm.complaints.models import ComplaintCard, ComplaintEvent, ComplaintState, EventKind
from crm.crm import Crm
from crm.customers.models import ChannelIdentity, Contact, Customer, Dialogue
from crm.files.models import CUSTOMER, ComplaintEvidence, StoredFile
from crm.orders.models import DepartmentTask
from crm.pricing.money import Money
from crm.promises.business_time import BusinessCalendar
from crm.remedies.models import RemedyKind
from crm.remedies.wishes import Wish
from crm.shipments.models import Classifier, MilestoneEvent, Shipment
from crm.staff.departments import Department
from crm.staff.models import Role, Staff

LIN, CHEN, SUN, ZHOU, GAO, LEI, TANG, WANG = "lin", "chen", "sun", "zhou", "gao", "lei", "tang", "wang"
PEOPLE = {
    LIN: (Role.AGENT, Department.SERVICE),
    CHEN: (Role.AGENT, Department.SERVICE),
    SUN: (Role.DEPARTMENT, Department.INTERNATIONAL),
    ZHOU: (Role.SUPERVISOR, Department.SERVICE_LEAD),
    GAO: (Role.SUPERVISOR, Department.SERVICE_LEAD),
    LEI: (Role.ADMIN, Department.MANAGEMENT),
    TANG: (Role.TRAINER, Department.SERVICE),
    WANG: (Role.DEPARTMENT, Department.CLAIMS),
}


def person(code: str) -> Staff:
    """A member of staff as the log-in gives it, without an account."""
    role, department = PEOPLE[code]
    return Staff(code=code, name=code, role=role, department=department)


async def employ(session: AsyncSession, clock: FixedClock) -> None:
    """Gives everybody an account."""
    for code, (role, department) in PEOPLE.items():
        account = Staff(
            code=code, name=code, role=role, department=department, password_hash="x", created_at=clock.now()
        )
        session.add(account)
    await session.flush()


@dataclass(frozen=True)
class Moved:
    """A shipment to complain about."""

    mode: str = "sea"
    load_type: str | None = "FCL"
    origin: str = "CNSHA"
    destination: str = "DEHAM"


async def complain(
    session: AsyncSession,
    clock: FixedClock,
    *,
    category: str = "delay",
    severity: str = "S3",
    class_code: str = "D",
    accused: tuple[str, ...] = (),
    taken_by: str | None = None,
    moved: Moved | None = None,
    owner: str = "",
) -> str:
    """The number of a new card; `moved`: the shipment it is about, None: about none."""
    now = clock.now()
    customer = Customer(code=uuid4().hex, name="测试公司", class_code=class_code, owner_code=owner, created_at=now)
    session.add(customer)
    await session.flush()
    contact = Contact(code=uuid4().hex, customer_id=customer.id, name="客户", created_at=now)
    session.add(contact)
    await session.flush()
    identity = ChannelIdentity(channel="web", account=uuid4().hex, contact_id=contact.id, created_at=now)
    session.add(identity)
    await session.flush()
    dialogue = Dialogue(identity_id=identity.id, opened_at=now)
    session.add(dialogue)
    await session.flush()
    card = ComplaintCard(
        number=f"CP{uuid4().hex[:11]}".upper(),
        dialogue_id=dialogue.id,
        turn_id=uuid4(),
        customer_id=customer.id,
        contact_id=contact.id,
        shipment_id=await ship(session, clock, customer.id, moved) if moved else None,
        category=category,
        facts="说好的没做到",
        severity=severity,
        emotion="calm",
        channel="web",
        state=ComplaintState.RECEIVED,
        department="operations",
        first_reply_due=now,
        resolve_due=now + timedelta(days=5),
        taken_by=taken_by,
        accused=list(accused),
        created_at=now,
    )
    session.add(card)
    await session.flush()
    return card.number


async def ship(session: AsyncSession, clock: FixedClock, customer_id: UUID, moved: Moved) -> UUID:
    """A shipment of a customer."""
    row = Shipment(
        code=uuid4().hex[:16],
        customer_id=customer_id,
        mode=moved.mode,
        load_type=moved.load_type,
        origin_locode=moved.origin,
        destination_locode=moved.destination,
        created_at=clock.now(),
    )
    session.add(row)
    await session.flush()
    return row.id


async def happened(session: AsyncSession, number: str, code: str, at: str, *, retracted: bool = False) -> None:
    """Something that happened to the shipment of a card, at an ISO instant."""
    card = await card_of(session, number)
    assert card.shipment_id is not None
    time = datetime.fromisoformat(at)
    session.add(
        MilestoneEvent(
            shipment_id=card.shipment_id,
            code=code,
            classifier=Classifier.ACTUAL,
            event_time=time,
            source="carrier",
            created_at=time,
            retracted_at=time if retracted else None,
        )
    )
    await session.flush()


async def card_of(session: AsyncSession, number: str) -> ComplaintCard:
    """The card of a number."""
    return (await session.scalars(select(ComplaintCard).where(ComplaintCard.number == number))).one()


async def puts_evidence(session: AsyncSession, number: str, name: str = "发票.pdf") -> UUID:
    """A file of the customer, put to a card."""
    card = await card_of(session, number)
    dialogue = await session.get_one(Dialogue, card.dialogue_id)
    file = StoredFile(
        identity_id=dialogue.identity_id,
        name=name,
        media_type="application/pdf",
        size=1,
        sha256=name,
        uploaded_by=CUSTOMER,
        created_at=card.created_at,
        used_at=card.created_at,
    )
    session.add(file)
    await session.flush()
    session.add(ComplaintEvidence(card_id=card.id, file_id=file.id, added_at=card.created_at, by_whom="bot"))
    await session.flush()
    return file.id


async def history(session: AsyncSession, number: str) -> list[tuple[str, str]]:
    """(who, what) of every step of repair in a card's history."""
    card = await card_of(session, number)
    query = select(ComplaintEvent).where(ComplaintEvent.card_id == card.id, ComplaintEvent.what == EventKind.REMEDY)
    events = (await session.scalars(query.order_by(ComplaintEvent.position))).all()
    return [(event.by_whom, event.new or "") for event in events]


async def tasks(session: AsyncSession) -> list[DepartmentTask]:
    """Every task of every department."""
    return list((await session.scalars(select(DepartmentTask).order_by(DepartmentTask.department))).all())


async def alerts(session: AsyncSession) -> list[tuple[str, str]]:
    """(kind, to whom) of every alert, in the order of their keys."""
    rows = (await session.scalars(select(Alert).order_by(Alert.created_at, Alert.key))).all()
    return [(row.kind, row.to_staff or row.to_department) for row in rows]


@pytest.fixture
def crm(session: AsyncSession, clock: FixedClock) -> Crm:
    """All services of the test's transaction."""
    return Crm(session, clock, BusinessCalendar())


@pytest.fixture
async def number(session: AsyncSession, clock: FixedClock) -> str:
    """A complaint about a delay."""
    await employ(session, clock)
    return await complain(session, clock)


def wish(kind: str = "voucher", amount: str | None = "100", *, days: int | None = None, currency: str = "CNY") -> Wish:
    """Something to make up with."""
    money = Money(Decimal(amount), currency) if amount is not None else None
    return Wish(RemedyKind(kind), "客户等了三天", money, days)
