"""Remedies on a real database: granted within limits, by others above them, carried out as tasks."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm.clock import FixedClock
from crm.complaints.errors import ComplaintNotFound, PersonComplainedAbout
from crm.complaints.models import ComplaintCard, ComplaintState
from crm.crm import Crm
from crm.pricing.models import ExchangeRate, Quote
from crm.pricing.money import Money
from crm.remedies.errors import (
    BeyondEverybody,
    CardIsClosed,
    NoSay,
    NotFit,
    OverLimit,
    RemedyUnknown,
    WrongRemedyMove,
)
from crm.remedies.models import Remedy, RemedyKind, RemedyState
from crm.remedies.wishes import Wish
from tests.integration.repair_data import (
    CHEN,
    GAO,
    LEI,
    LIN,
    SUN,
    TANG,
    WANG,
    ZHOU,
    alerts,
    card_of,
    complain,
    crm,
    history,
    number,
    person,
    tasks,
    wish,
)

S = RemedyState


__all__ = ["crm", "number"]


async def test_within_the_own_limit_it_is_granted_at_once(crm: Crm, session: AsyncSession, number: str) -> None:
    made = await crm.remedies.propose(number, wish(amount="200"), person(LIN))
    assert (made.state, made.decided_by, made.amount) == (S.APPROVED, LIN, Money(Decimal("200.00")))
    (task,) = await tasks(session)
    assert (task.kind, task.department, task.facts["what"]) == ("voucher", "service", "代金券 CNY 200.00")
    assert await alerts(session) == []
    assert await history(session, number) == [
        (LIN, "代金券 CNY 200.00：提出（客户等了三天）"),
        (LIN, "代金券 CNY 200.00：已批准"),
    ]


async def test_over_it_somebody_above_is_asked_and_nothing_is_done(
    crm: Crm, session: AsyncSession, number: str
) -> None:
    made = await crm.remedies.propose(number, wish(amount="200.01"), person(LIN))
    assert made.state is S.AWAITING_APPROVAL
    assert await tasks(session) == []
    assert await alerts(session) == [("approval_wanted", "service_lead")]
    approved = await crm.remedies.approve(made.id, person(ZHOU))
    assert (approved.state, approved.decided_by) == (S.APPROVED, ZHOU)
    assert len(await tasks(session)) == 1
    assert ("remedy_decided", LIN) in await alerts(session)


@pytest.mark.parametrize(
    ("who", "given", "asked"),
    [
        (LIN, wish(amount="3000"), "service_lead"),
        (LIN, wish(amount="3000.01"), "management"),
        (ZHOU, wish(amount="3000.01"), "management"),
        (LIN, wish("credit_note", "1"), "service_lead"),
        (SUN, wish("credit_note", "1"), "service_lead"),
        (SUN, wish("free_storage", None, days=8), "service_lead"),
        (LIN, wish("free_storage", None, days=16), "management"),
    ],
)
async def test_the_lowest_who_may_is_asked(
    crm: Crm, session: AsyncSession, number: str, *, who: str, given: Wish, asked: str
) -> None:
    made = await crm.remedies.propose(number, given, person(who))
    assert made.state is S.AWAITING_APPROVAL
    assert await alerts(session) == [("approval_wanted", asked)]


async def test_a_supervisor_complained_about_is_not_judged_by_colleagues(
    crm: Crm, session: AsyncSession, clock: FixedClock, number: str
) -> None:
    other = await complain(session, clock, accused=(GAO,))
    await crm.remedies.propose(other, wish(amount="1000"), person(LIN))
    assert await alerts(session) == [("approval_wanted", "management")]


async def test_two_halves_do_not_slip_under_a_limit(crm: Crm, session: AsyncSession, number: str) -> None:
    first = await crm.remedies.propose(number, wish(amount="150"), person(LIN))
    second = await crm.remedies.propose(number, wish("redelivery", "60"), person(CHEN))
    assert (first.state, second.state) == (S.APPROVED, S.AWAITING_APPROVAL)
    third = await crm.remedies.propose(number, wish(amount="50"), person(LIN))
    assert third.state is S.APPROVED


async def test_the_limit_is_looked_at_again_when_it_is_approved(crm: Crm, session: AsyncSession, number: str) -> None:
    waiting = [await crm.remedies.propose(number, wish(amount="2000"), person(LIN)) for _ in range(2)]
    await crm.remedies.approve(waiting[0].id, person(ZHOU))
    with pytest.raises(OverLimit):
        await crm.remedies.approve(waiting[1].id, person(ZHOU))
    assert sorted(to for kind, to in await alerts(session) if kind == "approval_wanted") == [
        "management",
        "service_lead",
        "service_lead",
    ], "the management is asked for what has come to be over the supervisors' limit"
    assert (await crm.remedies.approve(waiting[1].id, person(LEI))).state is S.APPROVED


async def test_what_failed_or_was_refused_does_not_count(crm: Crm, number: str) -> None:
    first = await crm.remedies.propose(number, wish(amount="200"), person(LIN))
    await crm.remedies.report(first.id, "客户账户不能收代金券", person(LIN), done=False)
    second = await crm.remedies.propose(number, wish(amount="200"), person(LIN))
    assert second.state is S.APPROVED


async def test_nobody_may_more_than_the_firm(crm: Crm, session: AsyncSession, number: str) -> None:
    with pytest.raises(BeyondEverybody):
        await crm.remedies.propose(number, wish(amount="50000.01"), person(LEI))
    assert (await session.scalars(select(Remedy))).all() == []


@pytest.mark.parametrize("who", [LIN, CHEN, SUN, WANG, TANG])
async def test_who_does_not_approve(crm: Crm, number: str, who: str) -> None:
    made = await crm.remedies.propose(number, wish(amount="300"), person(LIN))
    with pytest.raises(NoSay):
        await crm.remedies.approve(made.id, person(who))
    with pytest.raises(NoSay):
        await crm.remedies.refuse(made.id, "不行", person(who))
    assert await crm.remedies.awaiting(person(who)) == []
    assert [one.id for one in await crm.remedies.awaiting(person(ZHOU))] == [made.id]


async def test_nobody_approves_the_own_one(crm: Crm, number: str) -> None:
    made = await crm.remedies.propose(number, wish(amount="4000"), person(ZHOU))
    for decide in (crm.remedies.approve(made.id, person(ZHOU)), crm.remedies.refuse(made.id, "算了", person(ZHOU))):
        with pytest.raises(NoSay):
            await decide
    assert await crm.remedies.awaiting(person(ZHOU)) == []
    with pytest.raises(OverLimit):
        await crm.remedies.approve(made.id, person(GAO))


async def test_who_is_complained_about_has_no_say_and_sees_nothing(
    crm: Crm, session: AsyncSession, clock: FixedClock, number: str
) -> None:
    made = await crm.remedies.propose(number, wish(amount="1000"), person(LIN))
    (await card_of(session, number)).accused = [ZHOU, LIN]
    await session.flush()
    for attempt in (
        crm.remedies.approve(made.id, person(ZHOU)),
        crm.remedies.refuse(made.id, "不行", person(ZHOU)),
        crm.remedies.propose(number, wish(), person(ZHOU)),
        crm.remedies.propose(number, wish(), person(LIN)),
        crm.remedies.of_card(number, person(ZHOU)),
        crm.remedies.suggested(number, person(LIN)),
    ):
        with pytest.raises(PersonComplainedAbout):
            await attempt
    assert await crm.remedies.awaiting(person(ZHOU)) == []
    assert (await crm.remedies.approve(made.id, person(GAO))).state is S.APPROVED
    with pytest.raises(PersonComplainedAbout):
        await crm.remedies.report(made.id, "", person(LIN), done=True)


async def test_a_trainer_has_no_say(crm: Crm, number: str) -> None:
    for attempt in (
        crm.remedies.propose(number, wish(), person(TANG)),
        crm.remedies.suggested(number, person(TANG)),
        crm.remedies.of_card(number, person(TANG)),
    ):
        with pytest.raises(NoSay):
            await attempt


async def test_a_refusal_says_why_and_is_final(crm: Crm, session: AsyncSession, number: str) -> None:
    made = await crm.remedies.propose(number, wish(amount="1000"), person(LIN))
    with pytest.raises(NotFit):
        await crm.remedies.refuse(made.id, "  ", person(ZHOU))
    refused = await crm.remedies.refuse(made.id, "先给客户新的时间", person(ZHOU))
    assert (refused.state, refused.decision, refused.decided_by) == (S.REFUSED, "先给客户新的时间", ZHOU)
    with pytest.raises(WrongRemedyMove):
        await crm.remedies.approve(made.id, person(GAO))
    assert await alerts(session) == [("approval_wanted", "service_lead"), ("remedy_decided", LIN)]
    assert await tasks(session) == []


@pytest.mark.parametrize(
    "given",
    [
        wish("voucher", None),
        wish("voucher", "0"),
        wish("voucher", "-5"),
        wish("voucher", "0.001"),
        wish("voucher", "NaN"),
        wish("voucher", "100", days=1),
        wish("priority", "100"),
        wish("redelivery", None),
        wish("free_storage", None),
        wish("free_storage", None, days=0),
        wish("voucher", "100", currency="USD"),
        Wish(RemedyKind.PRIORITY, " "),
    ],
)
async def test_what_does_not_go_together_is_refused(crm: Crm, number: str, given: Wish) -> None:
    with pytest.raises(NotFit):
        await crm.remedies.propose(number, given, person(LEI))


async def test_foreign_money_is_counted_in_yuan(
    crm: Crm, session: AsyncSession, clock: FixedClock, number: str
) -> None:
    rate = ExchangeRate(currency="USD", day=clock.today() - timedelta(days=1), rate=Decimal("7.1"))
    session.add(rate)
    await session.flush()
    small = await crm.remedies.propose(number, wish(amount="28.16", currency="USD"), person(LIN))
    assert (small.state, small.amount) == (S.APPROVED, Money(Decimal("28.16"), "USD"))
    assert (await session.get_one(Remedy, small.id)).value_cny == Decimal("199.94")
    assert (
        await crm.remedies.propose(number, wish(amount="0.01", currency="USD"), person(LIN))
    ).state is not S.APPROVED


async def test_the_same_request_twice_is_one_remedy(
    crm: Crm, session: AsyncSession, clock: FixedClock, number: str
) -> None:
    key = uuid4()
    first = await crm.remedies.propose(number, wish(), person(LIN), remedy_id=key)
    assert await crm.remedies.propose(number, wish(), person(LIN), remedy_id=key) == first
    assert len(await tasks(session)) == 1
    with pytest.raises(ComplaintNotFound):
        await crm.remedies.propose(await complain(session, clock), wish(), person(LIN), remedy_id=key)


async def test_nothing_is_proposed_on_a_closed_or_unknown_card(
    crm: Crm, session: AsyncSession, clock: FixedClock, number: str
) -> None:
    card: ComplaintCard = await card_of(session, number)
    card.state, card.closed_at = ComplaintState.CLOSED, clock.now()
    await session.flush()
    with pytest.raises(CardIsClosed):
        await crm.remedies.propose(number, wish(), person(LIN))
    with pytest.raises(ComplaintNotFound):
        await crm.remedies.propose("CP000000", wish(), person(LIN))
    with pytest.raises(RemedyUnknown):
        await crm.remedies.approve(uuid4(), person(ZHOU))


async def test_the_suggestion_takes_the_freight_of_the_quote(
    crm: Crm, session: AsyncSession, clock: FixedClock, number: str
) -> None:
    quote = Quote(number="QT1", state="sent", mode="sea", origin="CNSHA", destination="DEHAM", request={},
                  cny_total=Decimal("20000"), created_at=clock.now())  # fmt: skip
    session.add(quote)
    card = await card_of(session, number)
    await session.flush()
    card.quote_id, card.severity = quote.id, "S2"
    await session.flush()
    (credit,) = [one for one in await crm.remedies.suggested(number, person(LIN)) if one.kind == "credit_note"]
    assert credit.amount == Money(Decimal("1000.00"))
