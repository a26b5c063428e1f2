"""Complaint cards on a real database: who may see and change them, and what they are tied to."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError, NoResultFound
from sqlalchemy.ext.asyncio import AsyncSession

from crm.clock import FixedClock
from crm.complaints.models import ComplaintCard, EventKind
from crm.complaints.repository import ComplaintRepository
from crm.complaints.service import ComplaintFacts, ComplaintService
from crm.customers.models import ChannelIdentity, Dialogue
from crm.promises.models import Promise
from crm.staff.models import Staff
from database.session import Database
from tests.integration.complaining import Talk, card_of, company, complaints, delay, promises, service, shipment, talk

__all__ = ["complaints", "talk"]


async def test_only_the_own_open_complaint_is_told(
    complaints: ComplaintService, talk: Talk, session: AsyncSession, clock: FixedClock
) -> None:
    dialogue = await talk()
    number = (await complaints.open(dialogue, uuid4(), delay())).number
    assert await complaints.tell(await talk(), uuid4(), number) is None
    card = await card_of(session, number)
    card.state, card.closed_at = "closed", clock.now()
    await session.flush()
    assert await complaints.tell(dialogue, uuid4(), number) is None
    assert await promises(session) == []


async def test_a_correction_is_kept_beside_what_was_said_before(
    complaints: ComplaintService, talk: Talk, session: AsyncSession
) -> None:
    dialogue = await talk()
    number = (await complaints.open(dialogue, uuid4(), ComplaintFacts("complain_loss", "少了两箱"))).number
    await complaints.add_facts(dialogue, uuid4(), ComplaintFacts("deny", "不对，是三箱"), corrects=True)
    card = await card_of(session, number)
    history = [event.what for event in await ComplaintRepository(session).history(card.id)]
    assert history == [EventKind.OPENED, EventKind.CORRECTED, EventKind.FACTS_ADDED]
    assert card.facts == "少了两箱\n不对，是三箱"


async def test_who_is_complained_about_stands_on_the_card(
    complaints: ComplaintService, talk: Talk, session: AsyncSession, clock: FixedClock
) -> None:
    for code, name in (("lin", "林小雨"), ("chen", "陈思远")):
        session.add(
            Staff(code=code, name=name, display_name=f"客服小{name[0]}", role="agent", department="service",
                  password_hash="-", skills=[], active=True, created_at=clock.now())
        )  # fmt: skip
    await session.flush()
    named = ComplaintFacts("complain_attitude", "你们客服小林态度太差了，还挂我电话")
    number = (await complaints.open(await talk(), uuid4(), named)).number
    assert (await card_of(session, number)).accused == ["lin"]
    unnamed = ComplaintFacts("complain_attitude", "刚才那个客服说话太难听了", answered_by=("chen",))
    number = (await complaints.open(await talk(), uuid4(), unnamed)).number
    assert (await card_of(session, number)).accused == ["chen"]


async def test_status_is_told_to_the_own_company_only(
    complaints: ComplaintService, talk: Talk, session: AsyncSession, clock: FixedClock
) -> None:
    maker, colleague = await company(session, clock, people=2)
    (stranger,) = await company(session, clock)
    number = (await complaints.open(await talk(maker), uuid4(), delay())).number

    for speaker in (maker, colleague):
        seen = await complaints.status(await talk(speaker), number)
        assert seen is not None
        assert seen.number == number
    assert await complaints.status(await talk(maker), f" {number.lower()} ") is not None
    assert await complaints.status(await talk(stranger), number) is None
    assert await complaints.status(await talk(), number) is None


async def test_status_without_a_number_is_the_own_newest(
    complaints: ComplaintService, talk: Talk, session: AsyncSession, clock: FixedClock
) -> None:
    maker, colleague = await company(session, clock, people=2)
    await complaints.open(await talk(maker), uuid4(), delay())
    clock.move(timedelta(days=2))
    newest = await complaints.open(await talk(maker), uuid4(), ComplaintFacts("complain_fee", "多收了八百"))
    assert await complaints.status(await talk(maker)) == newest
    assert await complaints.status(await talk(colleague)) is None


async def test_an_unbound_account_sees_its_own_complaint_and_no_other(
    complaints: ComplaintService, talk: Talk, session: AsyncSession
) -> None:
    mine = await talk()
    number = (await complaints.open(mine, uuid4(), delay())).number
    assert (await complaints.status(mine)) is not None
    assert await complaints.status(await talk()) is None
    assert await complaints.link_shipment(await talk(), uuid4(), uuid4(), number) is None


async def test_facts_without_an_open_card_go_nowhere(complaints: ComplaintService, talk: Talk) -> None:
    assert await complaints.add_facts(await talk(), uuid4(), delay("还有一件事")) is None


async def test_a_shipment_is_linked_and_the_change_recorded(
    complaints: ComplaintService, talk: Talk, session: AsyncSession, clock: FixedClock
) -> None:
    (contact,) = await company(session, clock)
    dialogue, goods = await talk(contact), await shipment(session, clock, contact)
    number = (await complaints.open(dialogue, uuid4(), delay())).number
    turn = uuid4()
    assert await complaints.link_shipment(dialogue, turn, goods) is not None
    assert await complaints.link_shipment(dialogue, turn, goods, number) is not None
    card = await card_of(session, number)
    assert card.shipment_id == goods
    events = await ComplaintRepository(session).history(card.id)
    assert [(e.old, e.new) for e in events if e.what == EventKind.SHIPMENT_LINKED] == [(None, str(goods))]


async def test_an_unknown_dialogue_is_an_error(complaints: ComplaintService) -> None:
    with pytest.raises(NoResultFound):
        await complaints.open(uuid4(), uuid4(), delay())


async def test_the_database_refuses_a_state_that_does_not_exist(
    complaints: ComplaintService, talk: Talk, session: AsyncSession
) -> None:
    number = (await complaints.open(await talk(), uuid4(), delay())).number
    card = await card_of(session, number)
    with pytest.raises(IntegrityError):
        async with session.begin_nested():
            card.state = "forgotten"


async def test_nothing_is_left_of_a_complaint_whose_transaction_failed(database: Database, clock: FixedClock) -> None:
    async with database.transaction() as session:
        identity = ChannelIdentity(channel="web", account="one", created_at=clock.now())
        session.add(identity)
        await session.flush()
        dialogue = Dialogue(identity_id=identity.id, opened_at=clock.now())
        session.add(dialogue)

    async def complain_and_fail() -> None:
        async with database.transaction() as session:
            view = await service(session, clock).open(dialogue.id, uuid4(), delay())
            await service(session, clock).tell(dialogue.id, uuid4(), view.number)
            raise ConnectionError

    with pytest.raises(ConnectionError):
        await complain_and_fail()
    async with database.reading() as session:
        for table in (ComplaintCard, Promise):
            assert (await session.execute(select(func.count()).select_from(table))).scalar_one() == 0
