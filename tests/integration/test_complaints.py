"""Complaint cards on a real database: one per matter, once per turn, seen by their own company only."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm.alerts.models import Alert
from crm.clock import FixedClock
from crm.complaints.models import Emotion, EventKind, Severity
from crm.complaints.repository import ComplaintRepository
from crm.complaints.service import ComplaintFacts, ComplaintService
from crm.complaints.views import NextStep
from crm.promises.models import PromiseKind
from tests.integration.complaining import Talk, card_of, company, complaints, delay, promises, shipment, talk

__all__ = ["complaints", "talk"]


async def test_a_complaint_gets_a_card_and_once_told_a_promised_first_reply_and_result(
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
    assert (view.told, card.told_at, await promises(session)) == (False, None, [])

    for _ in range(2):
        told = await complaints.tell(dialogue, uuid4(), view.number)
        assert told is not None
        assert (told.told, card.told_at) == (True, clock.now())
        first, result = sorted(await promises(session), key=lambda promise: promise.due_at)
        assert (first.subject_id, first.kind, first.by_whom) == (card.id, PromiseKind.FIRST_REPLY, "operations")
        assert (first.due_at, result.due_at) == (view.due_at, view.resolve_due)
        assert result.kind == PromiseKind.RESOLUTION
        assert view.number in first.text


async def test_who_is_still_being_listened_to(complaints: ComplaintService, talk: Talk, clock: FixedClock) -> None:
    dialogue = await talk()
    number = (await complaints.open(dialogue, uuid4(), delay())).number
    assert await complaints.untold(timedelta(minutes=1)) == []
    clock.move(timedelta(minutes=1))
    assert [card.number for card in await complaints.untold(timedelta(minutes=1))] == [number]
    await complaints.tell(dialogue, uuid4(), number)
    assert await complaints.untold(timedelta(minutes=1)) == []


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


@pytest.mark.parametrize(("class_code", "due"), [("A", "10:00"), ("B", "11:00"), ("C", "14:00"), ("D", "14:00")])
async def test_better_customers_wait_less_for_the_first_reply_and_not_for_the_result(
    complaints: ComplaintService, talk: Talk, session: AsyncSession, clock: FixedClock, *, class_code: str, due: str
) -> None:
    (contact,) = await company(session, clock, class_code=class_code)
    view = await complaints.open(await talk(contact), uuid4(), ComplaintFacts("complain_delay", "还没到"))
    assert view.due_at == datetime.fromisoformat(f"2026-11-23T{due}+08:00")
    assert view.resolve_due == clock.now() + timedelta(days=5)


async def test_the_gravest_goes_to_a_manager_round_the_clock(
    complaints: ComplaintService, talk: Talk, session: AsyncSession
) -> None:
    dialogue = await talk()
    view = await complaints.open(dialogue, uuid4(), ComplaintFacts("complain_damage", "砸伤了工人"))
    assert view.next_step == NextStep.MANAGER_CALLS
    (alert,) = (await session.execute(select(Alert))).scalars()
    assert (alert.to_department, "砸伤" in alert.text) == ("service_lead", True), "before the customer is told"
    await complaints.tell(dialogue, uuid4(), view.number)
    assert {promise.by_whom for promise in await promises(session)} == {"service_lead"}


async def test_the_same_turn_again_changes_nothing(
    complaints: ComplaintService, talk: Talk, session: AsyncSession
) -> None:
    dialogue, first, second = await talk(), uuid4(), uuid4()
    opened = await complaints.open(dialogue, first, delay())
    joined = await complaints.open(dialogue, second, delay("还把箱子弄裂了"))
    assert await complaints.open(dialogue, first, delay()) == (await complaints.status(dialogue, opened.number))
    assert await complaints.open(dialogue, second, delay("还把箱子弄裂了")) == joined
    assert (await card_of(session, opened.number)).facts == "说好周三到现在都没影\n还把箱子弄裂了"


async def test_more_on_the_same_matter_joins_and_raises_severity(
    complaints: ComplaintService, talk: Talk, session: AsyncSession, clock: FixedClock
) -> None:
    dialogue = await talk()
    first = await complaints.open(dialogue, uuid4(), delay())
    await complaints.tell(dialogue, uuid4(), first.number)
    clock.move(timedelta(minutes=20))
    angry = ComplaintFacts("complain_loss", "气死我了，整票货都丢了", emotion=Emotion.ANGRY)
    second = await complaints.open(dialogue, uuid4(), angry)

    assert (second.number, second.joined, second.severity) == (first.number, True, Severity.S1)
    assert second.due_at == clock.now() + timedelta(minutes=30)
    reply, result = sorted(await promises(session), key=lambda promise: promise.due_at)
    assert (reply.due_at, reply.by_whom) == (second.due_at, "service_lead")
    assert result.due_at == clock.now() + timedelta(days=1)
    card = await card_of(session, first.number)
    assert card.emotion == "angry"
    assert {reason["rule"] for reason in card.severity_reasons} >= {"delay", "whole_shipment_lost"}
    history = [(event.what, event.old, event.new) for event in await ComplaintRepository(session).history(card.id)]
    assert history == [
        (EventKind.OPENED, None, "说好周三到现在都没影"),
        (EventKind.CUSTOMER_TOLD, None, "S3"),
        (EventKind.FACTS_ADDED, None, "气死我了，整票货都丢了"),
        (EventKind.CATEGORY_CHANGED, "delay", "loss"),
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
    more = ComplaintFacts("inform", "希望你们尽快修好", emotion=Emotion.ANNOYED)
    view = await complaints.add_facts(dialogue, uuid4(), more)
    assert view is not None
    assert (view.severity, view.due_at, view.category_code) == (Severity.S2, first.due_at, "damage")
    card = await card_of(session, first.number)
    assert card.emotion == "angry"
    assert "修好" in card.wish


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


async def test_the_same_matter_days_later_in_another_conversation_joins_and_is_raised(
    complaints: ComplaintService, talk: Talk, session: AsyncSession, clock: FixedClock
) -> None:
    (contact,) = await company(session, clock)
    dialogue, goods = await talk(contact), await shipment(session, clock, contact)
    first = await complaints.open(dialogue, uuid4(), delay(shipment_id=goods))
    await complaints.tell(dialogue, uuid4(), first.number)
    clock.move(timedelta(days=2))
    later = await complaints.open(await talk(contact), uuid4(), delay("还是没到", shipment_id=goods))
    assert (later.number, later.joined, later.raised, later.severity) == (first.number, True, True, Severity.S2)
    assert later.harm.again


async def test_the_story_going_on_is_no_second_complaint(
    complaints: ComplaintService, talk: Talk, clock: FixedClock
) -> None:
    dialogue = await talk()
    first = await complaints.open(dialogue, uuid4(), delay())
    await complaints.tell(dialogue, uuid4(), first.number)
    clock.move(timedelta(minutes=5))
    assert not (await complaints.open(dialogue, uuid4(), delay("客户都急了"))).raised


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
    facts = ComplaintFacts("complain_delay", "还没到，明天就要停产了")
    assert (await complaints.open(await talk(contact), uuid4(), facts)).severity == Severity.S1
