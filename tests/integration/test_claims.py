"""Claim files on a real database: opened once, counted by the shipment's data until a person has checked them."""

import asyncio
from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm.claims.errors import ClaimNotFound, ClaimUnfit, NotForClaims, WrongClaimMove
from crm.claims.models import ClaimDocument, ClaimFile, ClaimState
from crm.claims.regimes import Regime, Trouble
from crm.claims.watch import ClaimWatch
from crm.clock import FixedClock
from crm.complaints.errors import ComplaintNotFound, PersonComplainedAbout
from crm.crm import Crm, crm_factory
from crm.orders.models import TaskState
from crm.promises.business_time import BusinessCalendar
from database.session import Database
from tests.integration.repair_data import (
    CHEN,
    LIN,
    SUN,
    TANG,
    WANG,
    ZHOU,
    Moved,
    alerts,
    card_of,
    complain,
    employ,
    happened,
    history,
    person,
    puts_evidence,
    tasks,
)

SEA = Moved()
AIR = Moved("air", None, "CNSHA", "DEFRA")
ROAD_IN = Moved("road", "FTL", "PLWAW", "CNSHA")
"""The clock stands on 2026-11-21 in Shanghai."""


@pytest.fixture
def crm(session: AsyncSession, clock: FixedClock) -> Crm:
    return Crm(session, clock, BusinessCalendar())


async def damaged(session: AsyncSession, clock: FixedClock, moved: Moved | None = SEA, category: str = "damage") -> str:
    return await complain(session, clock, category=category, moved=moved, taken_by=LIN)


async def test_a_damaged_container_has_fifteen_days(crm: Crm, session: AsyncSession, clock: FixedClock) -> None:
    """The example of the freight reference: delivered 2026-11-10, last day 2026-11-25."""
    number = await damaged(session, clock, Moved(origin="DEHAM", destination="CNSHA"))
    await happened(session, number, "delivered", "2026-11-10T15:00+08:00")
    found = await crm.claims.open_for(number)
    assert (found.number, found.notice_by, found.opened) == (number, date(2026, 11, 25), True)
    assert found.documents[0] == "utter_claim_document_photo_outer"
    seen = await crm.claims.read(number, person(LIN))
    assert (seen.regime.code, seen.trouble, seen.container) == (Regime.CHINA_MARITIME, Trouble.HIDDEN, True)
    assert (seen.state, seen.opened_by, seen.facts_by) == (ClaimState.COLLECTING, "bot", "")
    (task,) = await tasks(session)
    assert (task.kind, task.department, task.facts["complaint"]) == ("claim_file", "claims", number)
    assert await history(session, number) == [("bot", "理赔：立档")]


async def test_asked_again_nothing_is_opened_again(crm: Crm, session: AsyncSession, clock: FixedClock) -> None:
    number = await damaged(session, clock)
    first = await crm.claims.open_for(number)
    again = await crm.claims.open_for(f"{number[:4]}-{number[4:].lower()}")
    assert (first.opened, again.opened) == (True, False)
    assert first.documents == again.documents
    assert await session.scalar(select(func.count()).select_from(ClaimFile)) == 1
    assert len(await tasks(session)) == 1
    with pytest.raises(ComplaintNotFound):
        await crm.claims.open_for("CP000000")


async def test_opened_ten_times_at_once_it_is_one_file(database: Database, clock: FixedClock) -> None:
    async with database.transaction() as session:
        number = await damaged(session, clock)
    open_crm = crm_factory(database, clock)

    async def open_it() -> bool:
        async with open_crm() as crm:
            return (await crm.claims.open_for(number)).opened

    assert (await asyncio.gather(*(open_it() for _ in range(10)))).count(True) == 1
    async with database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(ClaimFile)) == 1
        assert await session.scalar(select(func.count()).select_from(ClaimDocument)) == 10


@pytest.mark.parametrize(
    ("moved", "category", "steps", "last"),
    [
        (AIR, "damage", [("delivered", "2026-11-10T20:00+01:00")], "2026-11-24"),
        (
            AIR,
            "delay",
            [("available", "2026-11-10T12:00+01:00"), ("delivered", "2026-11-12T12:00+01:00")],
            "2026-12-01",
        ),
        (SEA, "damage", [], None),
        (SEA, "loss", [], None),
        (SEA, "misdelivery", [("delivered", "2026-11-10T15:00+08:00")], None),
        (ROAD_IN, "damage", [("delivered", "2026-11-19T15:00+08:00")], "2026-11-27"),
        (Moved("rail", "FCL"), "damage", [("delivered", "2026-11-19T15:00+08:00")], None),
        (None, "damage", [], None),
    ],
)
async def test_the_last_day_by_the_data_of_the_shipment(
    crm: Crm,
    session: AsyncSession,
    clock: FixedClock,
    *,
    moved: Moved | None,
    category: str,
    steps: list[tuple[str, str]],
    last: str | None,
) -> None:
    number = await damaged(session, clock, moved, category)
    for code, at in steps:
        await happened(session, number, code, at)
    found = await crm.claims.open_for(number)
    assert found.notice_by == (date.fromisoformat(last) if last else None)


async def test_a_delivery_that_was_taken_back_starts_no_clock(
    crm: Crm, session: AsyncSession, clock: FixedClock
) -> None:
    number = await damaged(session, clock)
    await happened(session, number, "delivered", "2026-11-10T15:00+08:00", retracted=True)
    assert (await crm.claims.open_for(number)).notice_by is None


async def test_abroad_the_day_is_rather_too_early(crm: Crm, session: AsyncSession, clock: FixedClock) -> None:
    """Delivered in Los Angeles in the evening of the 10th: in Shanghai that was the 11th."""
    number = await damaged(session, clock, Moved(destination="USLAX"))
    await happened(session, number, "delivered", "2026-11-10T18:00-08:00")
    assert (await crm.claims.open_for(number)).notice_by == date(2026, 11, 25)


async def test_a_customer_hears_no_day_that_has_passed_and_none_after_notice(
    crm: Crm, session: AsyncSession, clock: FixedClock
) -> None:
    number = await damaged(session, clock)
    await happened(session, number, "delivered", "2026-11-10T15:00+02:00")
    assert (await crm.claims.open_for(number)).notice_by == date(2026, 11, 25)
    clock.move(timedelta(days=5))
    assert (await crm.claims.open_for(number)).notice_by is None
    clock.move(timedelta(days=-1))
    assert (await crm.claims.open_for(number)).notice_by == date(2026, 11, 25)
    await crm.claims.give_notice(number, date(2026, 11, 20), person(LIN))
    assert (await crm.claims.open_for(number)).notice_by is None


async def test_what_a_person_has_checked_stands(crm: Crm, session: AsyncSession, clock: FixedClock) -> None:
    number = await damaged(session, clock)
    await crm.claims.open_for(number)
    await happened(session, number, "delivered", "2026-11-10T15:00+08:00")
    seen = await crm.claims.set_facts(
        number, person(WANG), regime=Regime.HAGUE_VISBY, delivered_on=date(2026, 11, 19), container=False
    )
    assert (seen.notice_by, seen.facts_by) == (date(2026, 11, 22), WANG)
    assert (await crm.claims.open_for(number)).notice_by == date(2026, 11, 22)
    seen = await crm.claims.set_facts(number, person(WANG), trouble=Trouble.VISIBLE)
    assert seen.notice_by == date(2026, 11, 19)
    with pytest.raises(ClaimUnfit):
        await crm.claims.set_facts(number, person(WANG), delivered_on=date(2026, 11, 22))


async def test_the_list_is_ticked_until_it_is_complete_and_handed_in(
    crm: Crm, session: AsyncSession, clock: FixedClock
) -> None:
    number = await damaged(session, clock, category="delay")
    await crm.claims.open_for(number)
    with pytest.raises(WrongClaimMove):
        await crm.claims.submit(number, person(WANG))
    await crm.claims.tick(number, "promise_proof", person(LIN), received=True)
    seen = await crm.claims.tick(number, "loss_proof", person(WANG), received=True)
    assert seen.state is ClaimState.COMPLETE
    assert [one.received_by for one in seen.documents] == [LIN, WANG]
    seen = await crm.claims.tick(number, "loss_proof", person(WANG), received=False)
    assert seen.state is ClaimState.COLLECTING
    assert (await crm.claims.open_for(number)).documents == ("utter_claim_document_loss_proof",)
    await crm.claims.tick(number, "loss_proof", person(WANG), received=True)
    assert (await crm.claims.submit(number, person(WANG))).state is ClaimState.SUBMITTED
    (task,) = await tasks(session)
    assert task.state == TaskState.DONE
    ended = await crm.claims.end(number, person(ZHOU), "保险公司已经赔付", settled=True)
    assert (ended.state, ended.outcome) == (ClaimState.SETTLED, "保险公司已经赔付")
    with pytest.raises(WrongClaimMove):
        await crm.claims.tick(number, "loss_proof", person(WANG), received=False)
    assert await crm.claims.in_states(person(WANG), [ClaimState.COLLECTING]) == []


async def test_a_document_is_kept_in_evidence_of_this_card_and_of_no_other(
    crm: Crm, session: AsyncSession, clock: FixedClock
) -> None:
    number, other = await damaged(session, clock), await damaged(session, clock)
    await crm.claims.open_for(number)
    mine, theirs = await puts_evidence(session, number), await puts_evidence(session, other)
    for wrong in (theirs, uuid4()):
        with pytest.raises(ClaimUnfit):
            await crm.claims.tick(number, "invoice", person(WANG), received=True, stored_file_id=wrong)
    assert {one.received_at for one in (await crm.claims.read(number, person(WANG))).documents} == {None}
    seen = await crm.claims.tick(number, "invoice", person(WANG), received=True, stored_file_id=mine)
    assert [one.stored_file_id for one in seen.documents if one.code == "invoice"] == [mine]


async def test_optional_documents_are_not_waited_for(crm: Crm, session: AsyncSession, clock: FixedClock) -> None:
    number = await damaged(session, clock)
    await crm.claims.open_for(number)
    seen = await crm.claims.read(number, person(WANG))
    for one in seen.documents:
        if not one.optional:
            seen = await crm.claims.tick(number, one.code, person(WANG), received=True)
    assert seen.state is ClaimState.COMPLETE
    with pytest.raises(ClaimUnfit):
        await crm.claims.tick(number, "bill", person(WANG), received=True)


async def test_a_complaint_that_is_sorted_better_asks_for_more(
    crm: Crm, session: AsyncSession, clock: FixedClock
) -> None:
    number = await damaged(session, clock, category="other")
    await crm.claims.open_for(number)
    await crm.claims.tick(number, "invoice", person(LIN), received=True)
    (await card_of(session, number)).category = "damage"
    await session.flush()
    found = await crm.claims.open_for(number)
    assert "utter_claim_document_photo_label" in found.documents
    assert "utter_claim_document_invoice" not in found.documents


async def test_a_claim_that_ended_is_not_settled_before_it_was_handed_in(
    crm: Crm, session: AsyncSession, clock: FixedClock
) -> None:
    number = await damaged(session, clock)
    await crm.claims.open_for(number)
    with pytest.raises(WrongClaimMove):
        await crm.claims.end(number, person(ZHOU), "赔了", settled=True)
    with pytest.raises(ClaimUnfit):
        await crm.claims.end(number, person(ZHOU), " ", settled=False)
    assert (await crm.claims.end(number, person(WANG), "客户撤回", settled=False)).state is ClaimState.REFUSED
    assert await crm.claims.open_numbers() == []
    assert await crm.claims.watch(number) == 0


async def test_who_does_not_work_on_it(crm: Crm, session: AsyncSession, clock: FixedClock) -> None:
    number = await damaged(session, clock)
    with pytest.raises(ClaimNotFound):
        await crm.claims.read(number, person(LIN))
    await crm.claims.open_by(number, person(SUN))
    for who in (CHEN, SUN):
        assert (await crm.claims.read(number, person(who))).number == number
        with pytest.raises(NotForClaims):
            await crm.claims.tick(number, "invoice", person(who), received=True)
        with pytest.raises(NotForClaims):
            await crm.claims.give_notice(number, date(2026, 11, 20), person(who))
    with pytest.raises(NotForClaims):
        await crm.claims.end(number, person(LIN), "不赔", settled=False)
    for attempt in (crm.claims.read(number, person(TANG)), crm.claims.in_states(person(TANG), list(ClaimState))):
        with pytest.raises(NotForClaims):
            await attempt


async def test_who_is_complained_about_sees_no_claim(crm: Crm, session: AsyncSession, clock: FixedClock) -> None:
    number = await complain(session, clock, category="damage", accused=(WANG, ZHOU), moved=SEA)
    await crm.claims.open_for(number)
    for who in (WANG, ZHOU):
        assert await crm.claims.in_states(person(who), list(ClaimState)) == []
        for attempt in (
            crm.claims.read(number, person(who)),
            crm.claims.open_by(number, person(who)),
            crm.claims.tick(number, "invoice", person(who), received=True),
        ):
            with pytest.raises(PersonComplainedAbout):
                await attempt


# ---------------------------------------------------------------- the clock of notice


async def watched(database: Database, clock: FixedClock, *, taken_by: str | None = LIN, owner: str = "") -> str:
    """A claim whose last day is 2026-11-30."""
    async with database.transaction() as session:
        await employ(session, clock)
        moved = Moved(origin="DEHAM", destination="CNSHA")
        number = await complain(session, clock, category="damage", moved=moved, taken_by=taken_by, owner=owner)
        await happened(session, number, "delivered", "2026-11-15T10:00+08:00")
        await Crm(session, clock, BusinessCalendar()).claims.open_for(number)
    return number


async def told(database: Database) -> list[tuple[str, str]]:
    async with database.reading() as session:
        return await alerts(session)


async def test_staff_are_warned_five_two_and_one_days_before_each_once(database: Database, clock: FixedClock) -> None:
    await watched(database, clock)
    watch, counts = ClaimWatch(database, clock), []
    for _ in range(12):
        counts.append(sum([await watch.run_once() for _ in range(3)]))
        clock.move(timedelta(days=1))
    # From the 21st on: the 25th, the 28th, the 29th, and the 1st when it has been missed.
    assert counts == [0, 0, 0, 0, 2, 0, 0, 2, 2, 0, 2, 0]
    assert set(await told(database)) == {("claim_notice", "claims"), ("claim_notice", LIN)}


async def test_a_watch_that_was_away_warns_when_it_is_back(database: Database, clock: FixedClock) -> None:
    await watched(database, clock)
    watch = ClaimWatch(database, clock)
    clock.move(timedelta(days=6))
    assert [await watch.run_once(), await watch.run_once()] == [2, 0]
    clock.move(timedelta(days=3))
    assert [await watch.run_once(), await watch.run_once()] == [2, 0]


async def test_of_watches_at_once_each_warning_is_told_once(database: Database, clock: FixedClock) -> None:
    await watched(database, clock)
    clock.move(timedelta(days=4))
    assert sum(await asyncio.gather(*(ClaimWatch(database, clock).run_once() for _ in range(5)))) == 2


async def test_notice_given_ends_the_warnings(database: Database, clock: FixedClock) -> None:
    number = await watched(database, clock)
    async with crm_factory(database, clock)() as crm:
        await crm.claims.give_notice(number, date(2026, 11, 20), person(LIN))
    clock.move(timedelta(days=9))
    assert await ClaimWatch(database, clock).run_once() == 0


async def test_a_delivery_that_becomes_known_later_starts_the_clock(database: Database, clock: FixedClock) -> None:
    async with database.transaction() as session:
        number = await damaged(session, clock)
        await Crm(session, clock, BusinessCalendar()).claims.open_for(number)
    watch = ClaimWatch(database, clock)
    assert await watch.run_once() == 0
    async with database.transaction() as session:
        await happened(session, number, "delivered", "2026-11-10T15:00+02:00")
    assert await watch.run_once() == 2


@pytest.mark.parametrize(("taken_by", "owner", "told_too"), [(None, CHEN, CHEN), (None, "", "service_lead")])
async def test_without_anybody_at_work_the_owner_of_the_customer_is_told(
    database: Database, clock: FixedClock, *, taken_by: str | None, owner: str, told_too: str
) -> None:
    await watched(database, clock, taken_by=taken_by, owner=owner)
    clock.move(timedelta(days=4))
    await ClaimWatch(database, clock).run_once()
    assert {to for _, to in await told(database)} == {"claims", told_too}


async def test_who_is_complained_about_is_not_warned(database: Database, clock: FixedClock) -> None:
    number = await watched(database, clock, taken_by=None, owner=CHEN)
    async with database.transaction() as session:
        (await card_of(session, number)).accused = [CHEN]
    clock.move(timedelta(days=4))
    await ClaimWatch(database, clock).run_once()
    assert {to for _, to in await told(database)} == {"claims", "service_lead"}
