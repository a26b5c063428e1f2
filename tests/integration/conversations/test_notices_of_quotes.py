"""Who asked for a price that had to be worked out is told when it is there, as the bot would say it."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from conversations.models import Conversation
from crm.clock import SHANGHAI, FixedClock
from crm.customers.models import ChannelIdentity
from crm.notices.models import Notice
from crm.orders.models import Order
from crm.pricing.desk import BasePrice, PricingDesk
from crm.pricing.lines import Basis, Line, Side
from crm.pricing.margin import Approver
from crm.pricing.models import Quote
from crm.pricing.service import NoRate, Quoted
from crm.promises.business_time import BusinessCalendar
from crm.promises.models import Promise, PromiseKind
from database.session import Database
from tests.integration.conversations.conftest import texts
from tests.integration.conversations.noticing import Scene, scene_on
from tests.integration.pricing_data import THREE_HIGH_CUBES, dollar, sea_card

D = Decimal
OCEAN = Line("O/F", "海运费", Side.FREIGHT, Basis.CONTAINER, D(3), D(2000), "USD", detail="40HQ")
BASE = BasePrice((OCEAN,), date(2026, 11, 30), (28, 32), 10, supplier="秘密船代", note="底价")


@pytest.fixture
async def scene(database: Database, clock: FixedClock) -> Scene:
    """There is an exchange rate, and no rate for any lane."""
    made = await scene_on(database, clock)
    async with database.transaction() as session:
        session.add(dollar(date(2026, 11, 23)))
    return made


async def asked(scene: Scene, identity: ChannelIdentity, conversation_id: UUID) -> str:
    """An inquiry made in a conversation, with the promise of an answer; gives its number."""
    async with scene.crm() as crm:
        turn, contact = uuid4(), identity.contact
        ids = (contact.customer_id, contact.id) if contact else (None, None)
        outcome = await crm.pricing.quote(THREE_HIGH_CUBES, conversation_id, turn, *ids)
        assert isinstance(outcome, NoRate)
        due = outcome.quote.answer_due_at
        assert due is not None
        await crm.promises.make(
            conversation_id, turn, PromiseKind.QUOTE, text="报价", by_whom="international", due_at=due
        )
        return outcome.quote.number


async def inquiry(scene: Scene, contact: str | None = None) -> str:
    """The inquiry of u1, who waits for it as the bot remembers."""
    conversation_id = await scene.conversation("u1")
    number = await asked(scene, await scene.account("u1", contact), conversation_id)
    await waits_for(scene, number)
    return number


async def waits_for(scene: Scene, number: str, **slots: Any) -> None:
    slots = {"topic": "inquiry", "asked": None, "quote_no": number, "origin": "CNSHA", **slots}
    await scene.conversation("u1", memory={"slots": slots, "said_at": scene.clock.now().timestamp()})


async def answered(scene: Scene, number: str, margin: Decimal | None = None) -> None:
    """The pricing department answers and sends."""
    async with scene.database.transaction() as session:
        desk = PricingDesk(session, scene.clock, BusinessCalendar().due)
        await desk.answer(number, BASE, "pr1", margin)
        await desk.send(number, "cs1", Approver.SALES)


async def refused(scene: Scene, number: str) -> None:
    async with scene.database.transaction() as session:
        await PricingDesk(session, scene.clock, BusinessCalendar().due).no_service(number, "pr1", "no ship goes there")


@pytest.mark.parametrize("contact", [None, "OURS"])
async def test_the_price_is_told_once_as_the_bot_says_it(scene: Scene, contact: str | None) -> None:
    number = await inquiry(scene, contact)
    assert await scene.notices.run_once() == 0
    await answered(scene, number)
    assert await scene.notices.run_once() == 1
    (said,) = await scene.heard("u1")
    offer = texts().say("utter_quote_offer", quote_no=number).text
    assert said.startswith(f"让您久等了，您问的价核好了：\n报价单 {number}\n上海→汉堡 海运整柜，3×40HQ\n")
    assert "USD 7,320.00" in said  # 2000 / 0.82, rounded up to whole dollars
    assert "有效期至 11月30日" in said
    assert said.endswith(offer)
    assert "秘密" not in said
    assert await scene.buttons() == {"按这个价下单": f'/accept_quote{{"quote_no": "{number}"}}'}
    assert (await scene.memory("u1"))["slots"] == {
        "topic": "offer",
        "asked": None,
        "offered": None,
        "quote_no": number,
        "origin": "CNSHA",
    }
    assert [promise.state for promise in await scene.rows(Promise)] == ["kept"]
    assert await scene.process().run_once() == 0


async def test_it_can_be_taken(scene: Scene) -> None:
    number = await inquiry(scene, "OURS")
    await answered(scene, number)
    await scene.notices.run_once()
    talk = await scene.talk("u1")
    said = await talk.says("accept_quote", "好的，就按这个价")
    if said.names == ["utter_quote_confirm"]:
        said = await talk.says("affirm", "对")
    assert said.names == ["utter_ordered"]
    assert [order.quote_id for order in await scene.rows(Order)] == [quote.id for quote in await scene.rows(Quote)]


async def test_what_is_told_after_its_time_is_a_promise_broken(scene: Scene) -> None:
    number = await inquiry(scene)
    scene.clock.move(timedelta(days=2))
    await answered(scene, number)
    await scene.notices.run_once()
    assert [promise.state for promise in await scene.rows(Promise)] == ["broken"]


async def test_a_price_that_had_to_be_approved_is_told_when_it_is(scene: Scene) -> None:
    number = await inquiry(scene)
    await answered(scene, number, D("0.05"))
    assert await scene.notices.run_once() == 0
    async with scene.database.transaction() as session:
        desk = PricingDesk(session, scene.clock, BusinessCalendar().due)
        await desk.approve(number, "head", Approver.DEPARTMENT_HEAD)
    assert await scene.notices.run_once() == 1


async def test_what_the_bot_offered_at_once_is_not_told_again(scene: Scene) -> None:
    conversation_id = await scene.conversation("u1")
    async with scene.database.transaction() as session:
        session.add(sea_card())
    async with scene.crm() as crm:
        outcome = await crm.pricing.quote(THREE_HIGH_CUBES, conversation_id, uuid4())
        assert isinstance(outcome, Quoted)
    assert await scene.notices.run_once() == 0
    assert await scene.rows(Notice) == []


async def test_no_service_is_told_with_a_person_to_talk_to(scene: Scene) -> None:
    number = await inquiry(scene)
    await refused(scene, number)
    assert await scene.notices.run_once() == 1
    (said,) = await scene.heard("u1")
    assert said.startswith(f"您问的上海→汉堡（询价单 {number}），国际事业部核过了，目前这票我们暂时接不了")
    assert list(await scene.buttons()) == ["转人工"]
    assert (await scene.memory("u1"))["slots"]["topic"] is None


async def test_who_has_asked_and_seen_it_is_not_told_again(scene: Scene) -> None:
    number = await inquiry(scene)
    await answered(scene, number)
    await waits_for(scene, number, topic="offer")
    assert await scene.notices.run_once() == 0
    await waits_for(scene, number, topic=None)
    assert await scene.notices.run_once() == 0


async def test_what_was_seen_before_the_notice_is_a_promise_kept(scene: Scene) -> None:
    number = await inquiry(scene, "OURS")
    await answered(scene, number)
    await waits_for(scene, number, topic="offer")
    await scene.notices.run_once()
    assert [promise.state for promise in await scene.rows(Promise)] == ["kept"]


async def test_what_was_ordered_before_the_notice_is_a_promise_kept(scene: Scene) -> None:
    number = await inquiry(scene)
    await answered(scene, number)
    async with scene.crm() as crm:
        await crm.pricing.accept(number, await scene.conversation_id("u1"), uuid4())
    assert await scene.notices.run_once() == 0
    assert [promise.state for promise in await scene.rows(Promise)] == ["kept"]


@pytest.mark.parametrize("contact", [None, "THEIRS"])
async def test_the_price_of_a_firm_is_told_to_its_own_people_only(scene: Scene, contact: str | None) -> None:
    number = await inquiry(scene, "OURS")
    await answered(scene, number)
    found = await scene.notices._waiting()
    await scene.speaks_for("u1", contact)
    assert [await scene.notices._deal_with(one) for one in found] == [False]
    assert await scene.notices.run_once() == 0
    assert await scene.heard("u1") == []
    assert [promise.state for promise in await scene.rows(Promise)] == ["open"]


async def test_an_answer_is_not_held_back_by_the_inquiry_itself(scene: Scene) -> None:
    number = await inquiry(scene)
    await scene.bot_says("u1", topic="inquiry", asked=None, quote_no=number)
    await answered(scene, number)
    assert await scene.notices.run_once() == 1


async def test_what_holds_no_longer_is_not_told(scene: Scene) -> None:
    number = await inquiry(scene)
    scene.clock.at = datetime(2026, 11, 30, 18, 0, tzinfo=SHANGHAI)
    await answered(scene, number)
    scene.clock.move(timedelta(hours=15))
    assert await scene.notices.run_once() == 0
    assert len(await scene.rows(Notice)) == 1


async def test_a_price_made_anew_is_told_anew(scene: Scene) -> None:
    number = await inquiry(scene)
    await answered(scene, number)
    await scene.notices.run_once()
    async with scene.database.transaction() as session:
        await PricingDesk(session, scene.clock, BusinessCalendar().due).negotiate(number, "cs1", "wants less")
    await waits_for(scene, number)
    await answered(scene, number, D("0.12"))
    assert await scene.notices.run_once() == 1


async def test_another_request_in_progress_stays(scene: Scene) -> None:
    number = await inquiry(scene)
    await waits_for(scene, "QT2611230009")
    await answered(scene, number)
    assert await scene.notices.run_once() == 1
    assert (await scene.memory("u1"))["slots"]["quote_no"] == "QT2611230009"


async def test_a_stranger_takes_the_price_in_another_conversation(scene: Scene) -> None:
    number = await inquiry(scene)
    await scene.conversation("u1", status="closed", closed_at=scene.clock.now())
    await answered(scene, number)
    assert await scene.notices.run_once() == 1
    stranger = await scene.conversation("u2")
    opened = await scene.conversation_id("u1")
    assert len(await scene.rows(Conversation)) == 3
    async with scene.crm() as crm:
        assert await crm.pricing.latest_open(dialogue_id=stranger) is None
        order = await crm.pricing.accept(number, opened, uuid4())
        assert order.quote_number == number
