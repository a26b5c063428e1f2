"""Prices step by step, corrections, orders, cancelling."""

from datetime import timedelta
from uuid import uuid4

import pytest

from crm.complaints.models import ComplaintCard
from crm.orders.models import DepartmentTask, Order, OrderState
from crm.pricing.models import Quote
from crm.promises.models import Promise
from tests.integration import pricing_data
from tests.integration.actions.conftest import DELIVERED, OURS, Firm
from tests.integration.actions.talk import Found, Said, Talk

LANE: tuple[Found, ...] = (("place", "CNSHA", "origin"), ("place", "DEHAM", "destination"))
THREE: Found = ("container", {"count": 3, "type": "40HQ"})


async def quoted(talk: Talk, *more: Found) -> Said:
    """Shanghai to Hamburg, three high cubes, general cargo."""
    said = await talk.says("ask_price", "上海到汉堡 3个高柜多少钱", *LANE, THREE, *more)
    assert said.names == ["utter_ask_commodity"]
    said = await talk.says("inform", "普货", ("commodity", "普货"))
    assert said.names == ["utter_quote", "utter_quote_offer"]
    return said


async def test_a_stranger_gets_a_price_after_one_question(firm: Firm, stranger: Talk) -> None:
    said = await quoted(stranger)
    assert "3×40HQ" in said.values["facts"]
    assert "上海→汉堡" in said.text
    for secret in (pricing_data.SECRET_SUPPLIER, pricing_data.SECRET_CONTRACT, pricing_data.SECRET_NOTE):
        assert secret not in said.text
    assert (stranger.slots["topic"], stranger.slots["quote_no"]) == ("offer", said.values["quote_no"])


STEPS: list[tuple[str, list[Found], str]] = [
    ("询个价", [], "utter_ask_origin"),
    ("上海", [("place", "CNSHA")], "utter_ask_destination"),
    ("德国", [("place", "DE")], "utter_ask_destination_city"),
    ("汉堡", [("place", "DEHAM")], "utter_ask_transport_mode"),
    ("空运", [("transport_mode", "air")], "utter_ask_weight"),
    ("大概500", [], "utter_ask_volume"),
    ("长宽高1米2", [("dimensions", [120, 100, 80])], "utter_ask_pieces"),
    ("3", [], "utter_ask_commodity"),
    ("没有", [], "utter_quote"),
]


async def test_step_by_step_with_bare_answers(stranger: Talk) -> None:
    intents = {"询个价": "ask_price", "没有": "deny"}
    for text, found, expected in STEPS:
        said = await stranger.says(intents.get(text, "inform"), text, *found)
        assert expected in said.names, (text, said.names)
    assert said.values["mode"] == "空运"
    assert stranger.slots["commodity"] == "普货"


async def test_containers_counted_without_a_kind(stranger: Talk) -> None:
    await stranger.says("ask_price", "海运", *LANE, ("transport_mode", "sea"))
    said = await stranger.says("inform", "3个")
    assert said.names == ["utter_ask_container_type"]
    assert (await stranger.presses(said, "3×40HQ")).names == ["utter_ask_commodity"]
    assert stranger.slots["container"] == [{"type": "40HQ", "count": 3}]


@pytest.mark.parametrize(
    ("intent", "text", "first"),
    [("deny", "不知道，还没称", "utter_value_roughly"), ("inform", "这个嘛", "utter_value_not_understood")],
)
async def test_a_value_the_customer_has_not_got(stranger: Talk, intent: str, text: str, first: str) -> None:
    await stranger.says("ask_price", "空运", *LANE, ("transport_mode", "air"))
    said = await stranger.says(intent, text)
    assert said.names == [first, "utter_ask_weight"]


@pytest.mark.parametrize(
    ("intent", "text", "commodity"),
    [
        ("deny", "没有", "普货"),
        ("inform", "普通货", "普货"),
        ("out_of_scope", "五金件", "五金件"),
        ("nlu_fallback", "木头玩具", "木头玩具"),
        ("inform", "不方便说", ""),
    ],
)
async def test_what_is_shipped_in_bare_words(stranger: Talk, intent: str, text: str, commodity: str) -> None:
    await stranger.says("ask_price", "", *LANE, THREE)
    said = await stranger.says(intent, text)
    assert "utter_quote" in said.names
    assert stranger.slots["commodity"] == commodity


async def test_a_bare_yes_to_dangerous_goods_does_not_pass(firm: Firm, stranger: Talk) -> None:
    await stranger.says("ask_price", "", *LANE, THREE)
    for intent in ("affirm", "nlu_fallback"):
        assert (await stranger.says(intent, "有")).names == ["utter_ask_commodity_which"]
    said = await stranger.says("inform", "锂电池", ("commodity", "锂电池"), dangerous=True)
    assert said.names == ["utter_no_rate_dangerous"]
    (task,), (promise,) = await firm.rows(DepartmentTask), await firm.rows(Promise)
    assert task.due_at == promise.due_at
    assert task.facts["reason"] == "dangerous goods"


async def test_dangerous_said_first_is_not_forgotten(stranger: Talk) -> None:
    await stranger.says("ask_price", "锂电池报价", ("commodity", "锂电池"), dangerous=True)
    said = await stranger.says("inform", "上海到汉堡3个高柜", *LANE, THREE)
    assert said.names == ["utter_no_rate_dangerous"]


@pytest.mark.parametrize(("text", "dangerous"), [("带电的，有内置电池", True), ("不带电，没有液体", False)])
async def test_hints_in_free_words(stranger: Talk, text: str, dangerous: bool) -> None:
    await stranger.says("ask_price", "", *LANE, THREE)
    said = await stranger.says("inform", text)
    assert ("utter_no_rate_dangerous" in said.names) is dangerous


async def test_goods_named_in_words_that_sound_like_a_question(stranger: Talk) -> None:
    await stranger.says("ask_price", "", *LANE, THREE)
    said = await stranger.says("faq/dangerous_goods", "锂电池", ("commodity", "锂电池"), dangerous=True)
    assert said.names == ["utter_faq/dangerous_goods", "utter_faq_note", "utter_no_rate_dangerous"]


CORRECTIONS: list[tuple[str, str, list[Found], str]] = [
    ("change_delivery", "改成两个", [], "2×40HQ"),
    ("inform", "改成2个高柜", [("container", {"count": 2, "type": "40HQ"})], "2×40HQ"),
    ("deny", "不对，是到鹿特丹", [("place", "NLRTM", "destination")], "鹿特丹"),
    ("nlu_fallback", "2个高柜吧", [("container", {"count": 2, "type": "40HQ"})], "2×40HQ"),
    ("affirm", "好的，改2个高柜", [("container", {"count": 2, "type": "40HQ"})], "2×40HQ"),
]


@pytest.mark.parametrize("correction", CORRECTIONS, ids=lambda one: one[1])
async def test_a_correction_replaces_the_quote(
    firm: Firm, stranger: Talk, correction: tuple[str, str, list[Found], str]
) -> None:
    intent, text, found, shown = correction
    first = await quoted(stranger)
    said = await stranger.says(intent, text, *found)
    assert "utter_quote" in said.names
    assert shown in said.text
    states = {quote.number: quote.state for quote in await firm.rows(Quote)}
    assert states == {first.values["quote_no"]: "superseded", said.values["quote_no"]: "sent"}
    old = await stranger.says("accept_quote", "", ("quote_no", first.values["quote_no"]))
    assert old.names[0] == "utter_quote_superseded"
    assert old.values["quote_no"] == said.values["quote_no"], "the old button shows the new price"
    assert await firm.count(Order) == 0


async def test_another_mode_stands_beside_and_inherits_no_containers(firm: Firm, stranger: Talk) -> None:
    await quoted(stranger)
    assert (await stranger.says("ask_price", "空运呢", ("transport_mode", "air"))).names == ["utter_ask_weight"]
    said = await stranger.says("inform", "150公斤1.2方", ("weight", 150), ("volume", 1.2))
    assert "utter_quote" in said.names
    assert [quote.state for quote in await firm.rows(Quote)] == ["sent", "sent"]


@pytest.mark.parametrize("in_the_middle", [True, False])
async def test_another_lane_inherits_nothing(stranger: Talk, in_the_middle: bool) -> None:
    if in_the_middle:
        await stranger.says("ask_price", "", *LANE, ("transport_mode", "air"), ("volume", 68))
    else:
        await quoted(stranger)
    said = await stranger.says(
        "ask_price", "深圳到洛杉矶空运", ("place", "CNSZX", "origin"), ("place", "USLAX", "destination"),
        ("transport_mode", "air"),
    )  # fmt: skip
    assert said.names == ["utter_ask_weight"]
    assert (stranger.slots["container"], stranger.slots["volume"]) == (None, None)


async def test_an_old_request_is_no_part_of_a_new_one(stranger: Talk) -> None:
    await quoted(stranger)
    stranger.slots["topic"] = None  # as the app does after a long silence
    said = await stranger.says("ask_price", "到洛杉矶多少钱", ("place", "USLAX", "destination"))
    assert said.names == ["utter_ask_origin"]
    assert stranger.slots["container"] is None


async def test_taking_the_price_is_confirmed_first(firm: Firm, stranger: Talk) -> None:
    said = await quoted(stranger)
    assert (await stranger.says("accept_quote", "就按这个价")).names == ["utter_quote_confirm"]
    assert await firm.count(Order) == 0
    turn = uuid4()
    for _ in range(2):
        done = await stranger.says("affirm", "好的", turn=turn)
        assert done.names == ["utter_ordered"]
        stranger.forget_turn()
    (order,), promises = await firm.rows(Order), await firm.rows(Promise)
    assert (done.values["order_no"], len(promises)) == (order.number, 1)
    await stranger.says("affirm", "好的")
    assert await firm.count(Order) == 1
    again = await stranger.says("accept_quote", "下单", ("quote_no", said.values["quote_no"]))
    assert again.names == ["utter_quote_accepted_before"]


async def test_a_bare_yes_below_a_quote_is_confirmed_first(firm: Firm, stranger: Talk) -> None:
    await quoted(stranger)
    assert (await stranger.says("affirm", "好的")).names == ["utter_quote_confirm"]
    assert (await stranger.says("deny", "先不用")).names == ["utter_order_not_yet"]
    assert (await stranger.says("deny", "不用了")).names == ["utter_quote_kept"]
    assert await firm.count(Order) == 0


async def test_the_button_orders_at_once(firm: Firm, stranger: Talk) -> None:
    said = await quoted(stranger)
    assert (await stranger.presses(said, "按这个价下单")).names == ["utter_ordered"]
    assert await firm.count(Order) == 1


async def test_somebody_elses_quote(firm: Firm, stranger: Talk) -> None:
    said = await quoted(stranger)
    other = await firm.talk("OURS")
    asked = await other.says("accept_quote", "", ("quote_no", said.values["quote_no"]))
    assert asked.names == ["utter_quote_not_found"]
    assert (await other.says("ask_quote_status", "", ("quote_no", said.values["quote_no"]))).names == [
        "utter_quote_not_found"
    ]
    assert await firm.count(Order) == 0


async def test_an_expired_quote_is_priced_anew_once(firm: Firm, stranger: Talk) -> None:
    said = await quoted(stranger)
    firm.clock.move(timedelta(days=20))
    turn, numbers = uuid4(), set[str]()
    for _ in range(2):
        late = await stranger.says("accept_quote", "下单", ("quote_no", said.values["quote_no"]), turn=turn)
        assert late.names[1:] == ["utter_quote", "utter_quote_offer"]
        if not numbers:
            assert late.names[0] == "utter_quote_expired"
        numbers.add(late.values["quote_no"])
        stranger.forget_turn()
    assert (len(numbers), await firm.count(Quote), await firm.count(Order)) == (1, 2, 0)


async def test_no_rate(firm: Firm, stranger: Talk) -> None:
    turn = uuid4()
    lane: list[Found] = [("place", "CNSHA", "origin"), ("place", "USLAX", "destination"), THREE, ("commodity", "衣服")]
    for _ in range(2):
        said = await stranger.says("ask_price", "", *lane, turn=turn)
        assert said.names == ["utter_no_rate"]
        stranger.forget_turn()
    said = await stranger.says("ask_price", "", *lane, turn=turn)
    (promise,), (task,) = await firm.rows(Promise), await firm.rows(DepartmentTask)
    assert promise.due_at == task.due_at
    assert (await stranger.says("affirm", "好的")).names == ["utter_ok"]
    assert (await stranger.says("ask_quote_status", "价格出来没")).names == ["utter_quote_status_awaited"]
    assert (await stranger.says("accept_quote", "就这个价")).names == ["utter_quote_status_awaited"]
    firm.clock.move(timedelta(days=1))
    late = await stranger.says("ask_quote_status", "价格出来没")
    assert late.names == ["utter_quote_status_late"]
    assert late.handoff is not None


async def test_an_inquiry_can_be_corrected(firm: Firm, stranger: Talk) -> None:
    await stranger.says(
        "ask_price", "", ("place", "CNSHA", "origin"), ("place", "USLAX", "destination"), THREE, ("commodity", "衣服")
    )
    said = await stranger.says("inform", "改成2个", ("container", {"count": 2, "type": "40HQ"}))
    assert said.names == ["utter_no_rate"]
    assert sorted(quote.state for quote in await firm.rows(Quote)) == ["cancelled", "inquiring"]


async def test_breakdown_and_lower_price(firm: Firm, stranger: Talk) -> None:
    assert (await stranger.says("ask_price_breakdown", "含THC吗")).names == ["utter_quote_none"]
    await quoted(stranger)
    assert (await stranger.says("ask_price_breakdown", "含THC吗")).names == [
        "utter_breakdown",
        "utter_breakdown_at_cost",
    ]
    turn = uuid4()
    for _ in range(2):
        said = await stranger.says(
            "negotiate_price", "便宜点", ("money", {"amount": 2000, "currency": "USD"}), turn=turn
        )
        assert said.names == ["utter_negotiate_by"]
        assert said.handoff is not None
        assert said.handoff["summary"]["target"] == {"amount": 2000, "currency": "USD"}
        stranger.forget_turn()
    (task,), (promise,) = await firm.rows(DepartmentTask), await firm.rows(Promise)
    assert task.due_at == promise.due_at


async def test_negotiating_without_a_quote_asks_for_the_facts(stranger: Talk) -> None:
    assert (await stranger.says("negotiate_price", "能便宜点吗")).names == ["utter_ask_origin"]


async def test_booking(stranger: Talk) -> None:
    assert (await stranger.says("book_shipment", "订个舱")).names == ["utter_ask_origin"]
    await stranger.says("stop", "算了")
    await quoted(stranger)
    assert (await stranger.says("book_shipment", "定下来吧")).names == ["utter_quote_confirm"]
    said = await stranger.says("book_shipment", "25号来提货", ("date", "2026-11-25"))
    assert said.names == ["utter_quote_confirm"]
    assert stranger.slots["date"] == "2026-11-25"
    assert (await stranger.says("affirm", "对")).names == ["utter_ordered"]


async def test_what_is_not_wanted_before_an_order_is_the_quote(stranger: Talk) -> None:
    await stranger.says("ask_price", "", *LANE)
    assert (await stranger.says("cancel_order", "不寄了")).names == ["utter_stopped"]
    await quoted(stranger)
    assert (await stranger.says("cancel_order", "太贵了，不要了")).names == ["utter_quote_kept"]


async def ordered(talk: Talk) -> str:
    """An order, and its number."""
    number: str = (await talk.presses(await quoted(talk), "按这个价下单")).values["order_no"]
    return number


async def test_cancelling(firm: Firm, stranger: Talk) -> None:
    assert (await stranger.says("cancel_order", "取消订单")).names == ["utter_cancel_nothing"]
    assert (await stranger.says("affirm", "好的")).names == ["utter_cancel_nothing"]
    number = await ordered(stranger)
    assert (await stranger.says("cancel_order", "不走了")).names == ["utter_cancel_confirm"]
    assert (await stranger.says("deny", "先不取消")).names == ["utter_cancel_kept"]
    await stranger.says("cancel_order", "不走了", ("shipment_no", number))
    assert (await stranger.says("affirm", "是的")).names == ["utter_order_cancelled"]
    (order,) = await firm.rows(Order)
    assert order.state == OrderState.CANCELLED


async def test_under_way_only_a_person_cancels(firm: Firm, ours: Talk) -> None:
    number = await ordered(ours)
    async with firm.crm() as crm:
        for state in (OrderState.CONFIRMED, OrderState.EXECUTING):
            await crm.orders.move(number, state, "staff")
    await ours.says("cancel_order", "不走了", ("shipment_no", number))
    said = await ours.says("affirm", "是的")
    assert said.names == ["utter_cancel_needs_person"]
    assert said.handoff is not None
    shipment = await ours.says("cancel_order", "这票不走了", ("shipment_no", OURS))
    assert shipment.names == ["utter_cancel_needs_person"]
    assert (await ours.says("cancel_order", "", ("shipment_no", "SO9912310009"))).names == ["utter_cancel_nothing"]
    assert DELIVERED not in shipment.text


async def test_stop_lets_go_of_a_request_but_not_of_a_quote(stranger: Talk) -> None:
    await stranger.says("ask_price", "", *LANE)
    assert (await stranger.says("stop", "算了")).names == ["utter_stopped"]
    assert stranger.slots["origin"] is None
    said = await quoted(stranger)
    assert (await stranger.says("stop", "等等")).names == ["utter_quote_kept"]
    assert (await stranger.says("accept_quote", "还是走吧")).values["quote_no"] == said.values["quote_no"]


async def test_a_complaint_is_linked_to_the_quote_and_the_order_it_names(firm: Firm, stranger: Talk) -> None:
    said = await quoted(stranger)
    number = (await stranger.presses(said, "按这个价下单")).values["order_no"]
    named = [("shipment_no", number), ("quote_no", said.values["quote_no"])]
    await stranger.says("complain_fee", "报价和订单上的价对不上", *named)
    await (await firm.talk("OURS")).says("complain_fee", "报价和订单上的价对不上", *named)
    (order,), (quote,) = await firm.rows(Order), await firm.rows(Quote)
    mine, of_another = sorted(await firm.rows(ComplaintCard), key=lambda card: card.number)
    assert (mine.order_id, mine.quote_id) == (order.id, quote.id)
    assert (of_another.order_id, of_another.quote_id) == (None, None), "others' papers are not named"
