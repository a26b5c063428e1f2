"""Rates and people that the tests of prices and orders share. Made-up figures."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from crm.clock import Clock
from crm.customers.models import ChannelIdentity, Contact, Customer, Dialogue
from crm.orders.service import OrderService
from crm.pricing.models import ExchangeRate, RateCard, RateCharge
from crm.pricing.rates import per_container, per_kg
from crm.pricing.request import QuoteRequest
from crm.pricing.service import PricingService
from crm.promises.business_time import BusinessCalendar
from freight.modes import TransportMode

D = Decimal
SECRET_SUPPLIER = "秘密船代"
SECRET_CONTRACT = "SC-99871"
SECRET_NOTE = "底价别外传"
THREE_HIGH_CUBES = QuoteRequest("CNSHA", "DEHAM", containers=(("40HQ", 3),), commodity_asked=True)
BY_AIR = QuoteRequest("CNSHA", "DEHAM", TransportMode.AIR, weight_kg=D(150), volume_cbm=D("1.2"), commodity_asked=True)


@dataclass(frozen=True)
class Asker:
    """Somebody in a conversation; `customer_id` and `contact_id` None: nobody we know."""

    dialogue_id: UUID
    customer_id: UUID | None = None
    contact_id: UUID | None = None

    @property
    def ids(self) -> dict[str, Any]:
        """Keyword arguments of the services' creating methods, without the turn."""
        return {"customer_id": self.customer_id, "contact_id": self.contact_id}

    @property
    def reader(self) -> dict[str, Any]:
        """Keyword arguments of the services' reading methods."""
        return {"dialogue_id": self.dialogue_id, "customer_id": self.customer_id}


def services(session: AsyncSession, clock: Clock) -> tuple[PricingService, OrderService]:
    """Both services on the real business calendar."""
    due = BusinessCalendar().due
    orders = OrderService(session, clock, due)
    return PricingService(session, clock, due, orders), orders


async def stranger(session: AsyncSession, clock: Clock) -> Asker:
    """A new conversation of somebody unknown."""
    identity = ChannelIdentity(channel="web", account=str(uuid4()), created_at=clock.now())
    session.add(identity)
    await session.flush()
    return Asker(await _dialogue(session, clock, identity))


async def known(session: AsyncSession, clock: Clock, code: str, class_code: str = "D", discount: int = 0) -> Asker:
    """A new conversation of a new customer's contact."""
    customer = Customer(
        code=code, name=f"{code}公司", class_code=class_code, discount_percent=discount, created_at=clock.now()
    )
    session.add(customer)
    await session.flush()
    contact = Contact(code=f"{code}-1", customer_id=customer.id, name="王", created_at=clock.now())
    session.add(contact)
    await session.flush()
    identity = ChannelIdentity(channel="web", account=str(uuid4()), contact_id=contact.id, created_at=clock.now())
    session.add(identity)
    await session.flush()
    return Asker(await _dialogue(session, clock, identity), customer.id, contact.id)


async def another_conversation(session: AsyncSession, clock: Clock, of: Asker) -> Asker:
    """The same customer in a new conversation."""
    identity = ChannelIdentity(channel="wechat", account=str(uuid4()), contact_id=of.contact_id, created_at=clock.now())
    session.add(identity)
    await session.flush()
    return Asker(await _dialogue(session, clock, identity), of.customer_id, of.contact_id)


async def _dialogue(session: AsyncSession, clock: Clock, identity: ChannelIdentity) -> UUID:
    dialogue = Dialogue(id=uuid4(), identity_id=identity.id, opened_at=clock.now())
    session.add(dialogue)
    await session.flush()
    return dialogue.id


def sea_card(code: str = "SEA-1", high_cube: int = 2450, **changed: Any) -> RateCard:
    """Shanghai to Hamburg, full containers, November and December 2026."""
    values: dict[str, Any] = {
        "code": code,
        "mode": "sea",
        "load_type": "FCL",
        "origin": "CNSHA",
        "destination": "DEHAM",
        "carrier": "COSCO",
        "supplier": SECRET_SUPPLIER,
        "contract_no": SECRET_CONTRACT,
        "currency": "USD",
        "valid_from": date(2026, 11, 1),
        "valid_to": date(2026, 12, 31),
        "transit_days_min": 30,
        "transit_days_max": 34,
        "free_days": 14,
        "tariff": per_container({"40HQ": high_cube, "20GP": 1380}),
        "notes": SECRET_NOTE,
        "remark": "每周三、六开船",
        "charges": [
            _charge("THC", "码头操作费", "container", "1190", container_type="40HQ"),
            _charge("THC", "码头操作费", "container", "825", container_type="20GP"),
            _charge("DOC", "文件费", "bl", "500"),
            _charge("CUS", "报关费", "declaration", "350"),
            _charge("INSP", "查验费", "shipment", "0", inclusion="at_cost"),
        ],
    }
    return RateCard(**{**values, **changed})


def air_card(code: str = "AIR-1", **changed: Any) -> RateCard:
    """Pudong to Hamburg by air; the surcharges of worked example 4."""
    values: dict[str, Any] = {
        "code": code,
        "mode": "air",
        "load_type": "",
        "origin": "CNPVG",
        "destination": "DEHAM",
        "supplier": SECRET_SUPPLIER,
        "currency": "CNY",
        "valid_from": date(2026, 11, 1),
        "valid_to": date(2026, 12, 31),
        "tariff": per_kg({0: 48, 45: 38, 100: 32, 300: 28}, minimum=320),
        "charges": [
            _charge("FSC", "燃油附加费", "kg_chargeable", "6.5"),
            _charge("SSC", "安检费", "kg_chargeable", "1.2"),
            _charge("AWC", "运单费", "awb", "50"),
            _charge("CUS", "报关费", "declaration", "250"),
            _charge("TRK", "提货费", "trip", "380"),
        ],
    }
    return RateCard(**{**values, **changed})


def _charge(code: str, name: str, basis: str, price: str, **changed: Any) -> RateCharge:
    values: Mapping[str, Any] = {"code": code, "name": name, "side": "origin", "basis": basis, "currency": "CNY"}
    return RateCharge(**{**values, "unit_price": D(price), **changed})


async def store(session: AsyncSession, *rows: Any) -> None:
    """Stores rows at once."""
    session.add_all(rows)
    await session.flush()


def dollar(day: date = date(2026, 11, 20), rate: str = "7.15") -> ExchangeRate:
    """The dollar of a day."""
    return ExchangeRate(currency="USD", day=day, rate=D(rate))
