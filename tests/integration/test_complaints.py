"""Complaint cards on a real database: one per matter, once per turn, seen by their own company only."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError, NoResultFound
from sqlalchemy.ext.asyncio import AsyncSession

from crm.clock import FixedClock
from crm.complaints.models import ComplaintCard, Emotion, EventKind, Severity
from crm.complaints.repository import ComplaintRepository
from crm.complaints.service import ComplaintFacts, ComplaintService
from crm.complaints.views import NextStep
from crm.customers.models import ChannelIdentity, Contact, Customer, Dialogue
from crm.promises.models import Promise, PromiseKind
from crm.promises.service import PromiseService
from crm.shipments.models import Shipment
from database.session import Database

Talk = Callable[..., Awaitable[UUID]]


@pytest.fixture
def complaints(session: AsyncSession, clock: FixedClock) -> ComplaintService:
    """The clock stands on Saturday 2026-11-21 10:00 in Shanghai: the firm is closed until Monday."""
    return ComplaintService(session, clock, PromiseService(session, clock))


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


async def test_a_complaint_gets_a_card_and_a_promised_first_reply(
    complaints: ComplaintService, talk: Talk, session: AsyncSession, clock: FixedClock
) -> None:
    (contact,) = await company(session, clock)
    dialogue, turn = await talk(contact), uuid4()
    view = await complaints.open(dialogue, turn, delay())

    assert view.number.startswith("CP261121")
    assert (view.category, view.department, view.severity) == ("时效", "操作部", Severity.S3)
    assert view.next_step == NextStep.FIRST_REPLY
    assert not view.joined
    card = await card_of(session, view.number)
    assert (card.facts, card.customer_id, card.contact_id) == ("说好周三到现在都没影", contact.customer_id, contact.id)
    assert (card.channel, card.emotion, card.state) == ("web", "calm", "received")
    (promise,) = await promises(session)
    assert (promise.subject_id, promise.kind, promise.by_whom) == (card.id, PromiseKind.FIRST_REPLY, "operations")
    assert promise.due_at == view.due_at
    assert view.number in promise.text


@pytest.mark.parametrize(
    ("facts", "severity", "due"),
    [
        (("complain_attitude", "司机骂人"), "S4", "2026-11-23T18:00+08:00"),
        (("complain_delay", "还没到"), "S3", "2026-11-23T14:00+08:00"),
        (("complain_damage", "木箱裂了"), "S2", "2026-11-23T11:00+08:00"),
        (("complain_no_response", "没人接电话"), "S4", "2026-11-23T10:00+08:00"),
        (("complain_damage", "漏液了"), "S1", "2026-11-21T10:30+08:00"),
    ],
)
async def test_first_reply_is_due_by_severity_and_category(
    complaints: ComplaintService, talk: Talk, facts: tuple[str, str], severity: str, due: str
) -> None:
    view = await complaints.open(await talk(), uuid4(), ComplaintFacts(*facts))
    assert (view.severity, view.due_at) == (severity, datetime.fromisoformat(due))


async def test_the_gravest_goes_to_a_manager_round_the_clock(
    complaints: ComplaintService, talk: Talk, session: AsyncSession
) -> None:
    view = await complaints.open(await talk(), uuid4(), ComplaintFacts("complain_damage", "砸伤了工人"))
    assert view.next_step == NextStep.MANAGER_CALLS
    assert [promise.by_whom for promise in await promises(session)] == ["service_lead"]


async def test_the_same_turn_again_changes_nothing(
    complaints: ComplaintService, talk: Talk, session: AsyncSession
) -> None:
    dialogue, first, second = await talk(), uuid4(), uuid4()
    opened = await complaints.open(dialogue, first, delay())
    joined = await complaints.open(dialogue, second, delay("还把箱子弄裂了"))
    assert await complaints.open(dialogue, first, delay()) == (await complaints.status(dialogue, opened.number))
    assert await complaints.open(dialogue, second, delay("还把箱子弄裂了")) == joined
    assert (await card_of(session, opened.number)).facts == "说好周三到现在都没影\n还把箱子弄裂了"
    assert len(await promises(session)) == 1


async def test_more_on_the_same_matter_joins_and_raises_severity(
    complaints: ComplaintService, talk: Talk, session: AsyncSession, clock: FixedClock
) -> None:
    dialogue = await talk()
    first = await complaints.open(dialogue, uuid4(), delay())
    clock.move(timedelta(hours=1))
    angry = ComplaintFacts("complain_loss", "气死我了，整票货都丢了", emotion=Emotion.ANGRY)
    second = await complaints.open(dialogue, uuid4(), angry)

    assert (second.number, second.joined, second.severity) == (first.number, True, Severity.S1)
    assert second.due_at == clock.now() + timedelta(minutes=30)
    (promise,) = await promises(session)
    assert (promise.due_at, promise.by_whom) == (second.due_at, "service_lead")
    card = await card_of(session, first.number)
    assert card.emotion == "angry"
    assert {reason["rule"] for reason in card.severity_reasons} >= {"delay", "whole_shipment_lost"}
    history = [(event.what, event.old, event.new) for event in await ComplaintRepository(session).history(card.id)]
    assert history == [
        (EventKind.OPENED, None, "说好周三到现在都没影"),
        (EventKind.FACTS_ADDED, None, "气死我了，整票货都丢了"),
        (EventKind.EMOTION_RAISED, "calm", "angry"),
        (EventKind.SEVERITY_RAISED, "S3", "S1"),
    ]


async def test_further_words_never_make_it_milder(
    complaints: ComplaintService, talk: Talk, session: AsyncSession, clock: FixedClock
) -> None:
    dialogue = await talk()
    angry = ComplaintFacts("complain_damage", "垃圾公司，木箱裂了", emotion=Emotion.ANGRY)
    first = await complaints.open(dialogue, uuid4(), angry)
    clock.move(timedelta(hours=1))
    view = await complaints.add_facts(dialogue, uuid4(), "嗯，就这些", emotion=Emotion.ANNOYED, wish="尽快修好")
    assert view is not None
    assert (view.severity, view.due_at) == (Severity.S2, first.due_at)
    card = await card_of(session, first.number)
    assert (card.emotion, card.wish) == ("angry", "尽快修好")


async def test_a_card_does_not_count_as_a_repetition_of_itself(complaints: ComplaintService, talk: Talk) -> None:
    dialogue = await talk()
    await complaints.open(dialogue, uuid4(), delay())
    again = await complaints.open(dialogue, uuid4(), delay("还是没到"))
    assert (again.joined, again.severity) == (True, Severity.S3)


async def test_nobody_answering_is_answered_by_a_call(complaints: ComplaintService, talk: Talk) -> None:
    view = await complaints.open(await talk(), uuid4(), ComplaintFacts("complain_no_response", "打了十个电话没人接"))
    assert (view.next_step, view.department) == (NextStep.CALL_BACK, "客服主管")


async def test_a_card_in_a_persons_hands_keeps_its_department(
    complaints: ComplaintService, talk: Talk, session: AsyncSession
) -> None:
    dialogue = await talk()
    first = await complaints.open(dialogue, uuid4(), ComplaintFacts("complain_other", "我要投诉"))
    (await card_of(session, first.number)).taken_by = "lin"
    view = await complaints.open(dialogue, uuid4(), ComplaintFacts("complain_fee", "多收了八百"))
    assert (view.joined, view.department) == (True, first.department)


async def test_a_vague_complaint_gets_its_matter_from_what_follows(
    complaints: ComplaintService, talk: Talk, session: AsyncSession
) -> None:
    dialogue = await talk()
    await complaints.open(dialogue, uuid4(), ComplaintFacts("complain_other", "我要投诉"))
    view = await complaints.open(dialogue, uuid4(), ComplaintFacts("complain_fee", "多收了八百"))
    assert (view.joined, view.category, view.department) == (True, "费用", "国际事业部")


async def test_another_matter_gets_its_own_card(
    complaints: ComplaintService, talk: Talk, session: AsyncSession, clock: FixedClock
) -> None:
    (contact,) = await company(session, clock)
    dialogue = await talk(contact)
    one, other = await shipment(session, clock, contact), await shipment(session, clock, contact)
    numbers = [
        (await complaints.open(dialogue, uuid4(), delay(shipment_id=one))).number,
        (await complaints.open(dialogue, uuid4(), delay(shipment_id=other))).number,
        (await complaints.open(dialogue, uuid4(), ComplaintFacts("complain_fee", "多收了八百"))).number,
    ]
    assert len(set(numbers)) == 3
    again = await complaints.open(dialogue, uuid4(), delay("还是没到", shipment_id=one))
    assert (again.number, again.joined) == (numbers[0], True)


async def test_a_closed_or_old_card_is_not_joined(
    complaints: ComplaintService, talk: Talk, session: AsyncSession, clock: FixedClock
) -> None:
    dialogue = await talk()
    first = await complaints.open(dialogue, uuid4(), delay())
    card = await card_of(session, first.number)
    card.state, card.closed_at = "closed", clock.now()
    await session.flush()
    second = await complaints.open(dialogue, uuid4(), delay())
    clock.move(timedelta(hours=24))
    third = await complaints.open(dialogue, uuid4(), delay())
    assert len({first.number, second.number, third.number}) == 3
    assert (second.severity, third.severity) == (Severity.S2, Severity.S2)
    assert await complaints.status(dialogue, first.number) is not None


async def test_a_repeated_complaint_counts_thirty_days_and_only_for_the_own_company(
    complaints: ComplaintService, talk: Talk, session: AsyncSession, clock: FixedClock
) -> None:
    first, colleague = await company(session, clock, people=2)
    (stranger,) = await company(session, clock)
    assert (await complaints.open(await talk(first), uuid4(), delay())).severity == Severity.S3
    assert (await complaints.open(await talk(stranger), uuid4(), delay())).severity == Severity.S3
    clock.move(timedelta(days=29))
    assert (await complaints.open(await talk(colleague), uuid4(), delay())).severity == Severity.S2
    clock.move(timedelta(days=31))
    assert (await complaints.open(await talk(first), uuid4(), delay())).severity == Severity.S3


async def test_a_blocked_class_a_customer_is_gravest(
    complaints: ComplaintService, talk: Talk, session: AsyncSession, clock: FixedClock
) -> None:
    (contact,) = await company(session, clock, class_code="A")
    facts = ComplaintFacts("complain_delay", "还没到", consequences="明天就要停产了")
    assert (await complaints.open(await talk(contact), uuid4(), facts)).severity == Severity.S1


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
    assert await complaints.add_facts(await talk(), uuid4(), "还有一件事") is None


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
            await ComplaintService(session, clock, PromiseService(session, clock)).open(dialogue.id, uuid4(), delay())
            raise ConnectionError

    with pytest.raises(ConnectionError):
        await complain_and_fail()
    async with database.reading() as session:
        for table in (ComplaintCard, Promise):
            assert (await session.execute(select(func.count()).select_from(table))).scalar_one() == 0
