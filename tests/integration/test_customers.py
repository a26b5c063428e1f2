"""Accounts, dialogues, contacts and wishes."""

import asyncio
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm.clock import FixedClock
from crm.customers.errors import BoundToAnother, DialogueUnknown
from crm.customers.models import ChannelIdentity, Contact, ContactRequest, Customer, Dialogue
from crm.customers.service import CustomerService
from database.session import Database

CREATED = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def customers(session: AsyncSession, clock: FixedClock) -> CustomerService:
    """The service in the test's transaction."""
    return CustomerService(session, clock)


async def add_contact(session: AsyncSession, code: str, phone: str | None = None, email: str | None = None) -> Contact:
    """A contact of a customer of its own."""
    customer = Customer(code=f"C-{code}", name=code, created_at=CREATED)
    contact = Contact(code=code, customer=customer, name=code, phone=phone, email=email, created_at=CREATED)
    session.add(contact)
    await session.flush()
    return contact


async def test_an_account_is_created_once_per_channel(customers: CustomerService) -> None:
    first = await customers.identify("wechat", "openid-1")
    assert first is await customers.identify("wechat", "openid-1")
    assert first.id != (await customers.identify("web", "openid-1")).id
    assert (first.contact_id, first.bound_by) == (None, None)


@pytest.mark.parametrize(("channel", "account"), [("", "x"), ("web", ""), ("web", "  ")])
async def test_strangers_never_share_a_nameless_account(customers: CustomerService, channel: str, account: str) -> None:
    with pytest.raises(ValueError, match="identity"):
        await customers.identify(channel, account)


async def test_the_first_messages_of_an_account_at_once_are_one_account(database: Database, clock: FixedClock) -> None:
    async def identify() -> ChannelIdentity:
        async with database.transaction() as session:
            return await CustomerService(session, clock).identify("wechat", "openid-1")

    found = await asyncio.gather(*(identify() for _ in range(8)))
    assert len({identity.id for identity in found}) == 1
    async with database.reading() as session:
        assert (await session.execute(select(func.count()).select_from(ChannelIdentity))).scalar_one() == 1


async def test_a_dialogue_belongs_to_its_account(customers: CustomerService) -> None:
    mine, other = await customers.identify("web", "a"), await customers.identify("web", "b")
    dialogue_id = uuid4()
    opened = await customers.open_dialogue(mine, dialogue_id)
    assert opened is await customers.open_dialogue(mine, dialogue_id)
    assert (await customers.dialogue(dialogue_id)).identity is mine
    with pytest.raises(DialogueUnknown):
        await customers.open_dialogue(other, dialogue_id)
    with pytest.raises(DialogueUnknown):
        await customers.dialogue(uuid4())


async def test_binding(customers: CustomerService, session: AsyncSession, database: Database) -> None:
    identity = await customers.identify("wechat", "openid-1")
    ours, theirs = await add_contact(session, "P1"), await add_contact(session, "P2")
    await customers.bind(identity, ours, "code")
    await customers.bind(identity, ours, "signed_token")
    assert (identity.contact, identity.contact_id, identity.bound_by) == (ours, ours.id, "code")
    with pytest.raises(BoundToAnother):
        await customers.bind(identity, theirs, "trusted_key")
    dialogue_id = uuid4()
    await customers.open_dialogue(identity, dialogue_id)
    await session.commit()
    async with database.reading() as later:
        dialogue = await later.get(Dialogue, dialogue_id)
        assert dialogue is not None
        assert dialogue.identity.contact is not None
        assert dialogue.identity.contact.customer.code == "C-P1"


@pytest.mark.parametrize(
    ("key", "code"),
    [
        ("P1", "P1"),
        ("p1", "P1"),
        (" P1 ", "P1"),
        ("13812340012", "P1"),
        ("+86 138-1234-0012", "P1"),
        ("１３８１２３４００１２", "P1"),
        ("Wang@Example.com", "P1"),
        ("+49 40 123456", "P2"),
        ("0755-88886666", None),
        ("shared@example.com", None),
        ("nobody@example.com", None),
        ("13900000000", None),
        ("王经理", None),
        ("%", None),
        ("", None),
    ],
)
async def test_find_contact(customers: CustomerService, session: AsyncSession, key: str, code: str | None) -> None:
    """A phone or address that two contacts share finds neither."""
    await add_contact(session, "P1", "+8613812340012", "wang@example.com")
    await add_contact(session, "P2", "+4940123456", "shared@example.com")
    await add_contact(session, "P3", "+8675588886666", "shared@example.com")
    await add_contact(session, "P4", "+8675588886666")
    found = await customers.find_contact(key)
    assert (found.code if found else None) == code


async def test_a_wish_is_recorded_once_per_turn_and_kind(customers: CustomerService, session: AsyncSession) -> None:
    dialogue = await customers.open_dialogue(await customers.identify("web", "a"), uuid4())
    turn = uuid4()
    first = await customers.request(dialogue, turn, "erasure", {"words": "删掉我的资料"})
    again = await customers.request(dialogue, turn, "erasure", {"words": "again"})
    assert first is again
    assert (first.detail, first.state) == ({"words": "删掉我的资料"}, "open")
    await customers.request(dialogue, turn, "binding", {})
    await customers.request(dialogue, uuid4(), "erasure", {})
    assert (await session.execute(select(func.count()).select_from(ContactRequest))).scalar_one() == 3
