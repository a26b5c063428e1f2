"""A few words that point at what was said before. Which intent they get is decided in `bot/nlu/context.py`."""

import pytest

from crm.pricing.models import Quote
from tests.integration.actions.conftest import CONTAINER, OURS, OURS_BY_AIR, TAIL, Firm
from tests.integration.actions.talk import Found, Talk

LANE: tuple[Found, ...] = (("place", "CNSHA", "origin"), ("place", "DEHAM", "destination"))
HIGH_CUBES: Found = ("container", {"count": 1, "type": "40HQ"})
GOODS: Found = ("commodity", "普货")


async def test_the_other_shipment_and_back(ours: Talk) -> None:
    await ours.says("track_shipment", "", ("shipment_no", OURS))
    assert (await ours.says("track_shipment", "那另一票呢")).values["reference"] == OURS_BY_AIR
    said = await ours.says("ask_eta", "前面那票几号到")
    assert said.values["reference"] == OURS
    assert ours.slots["shipment_before"] == OURS_BY_AIR


@pytest.mark.parametrize("words", ["不是这个", "不是這票", "那別的呢", "另一個到哪了"])
async def test_not_this_one(ours: Talk, words: str) -> None:
    await ours.says("track_shipment", "", ("shipment_no", OURS))
    assert (await ours.says("track_shipment", words)).values["reference"] == OURS_BY_AIR


async def test_a_strangers_two_shipments(stranger: Talk) -> None:
    await stranger.says("track_shipment", "", ("shipment_no", CONTAINER))
    await stranger.says("inform", "", ("phone_tail", TAIL))
    assert (await stranger.says("track_shipment", "那另一票呢")).names == ["utter_ask_shipment_no"]
    await stranger.says("inform", "", ("shipment_no", OURS_BY_AIR), ("phone_tail", TAIL))
    assert (await stranger.says("track_shipment", "那另一票呢")).values["reference"] == CONTAINER


async def test_buttons_are_remembered_in_order(ours: Talk) -> None:
    said = await ours.says("track_shipment", "我的货到哪了")
    assert ours.slots["offered"] == list(said.buttons.values())
    await ours.presses(said, OURS)
    assert ours.slots["offered"] == list(said.buttons.values()), "那第一个呢 may follow"
    await ours.says("ask_price", "", *LANE)
    assert ours.slots["offered"] is None


async def test_three_and_then_the_kind(stranger: Talk) -> None:
    await stranger.says("ask_price", "", *LANE, ("transport_mode", "sea"), ("load_type", "FCL"))
    assert (await stranger.says("inform", "3个")).names == ["utter_ask_container_type"]
    await stranger.says("inform", "高柜", ("container", {"count": None, "type": "40HQ"}))
    assert stranger.slots["container"] == [{"type": "40HQ", "count": 3}]
    assert stranger.slots["counted"] is None


async def test_another_kind_keeps_the_count(stranger: Talk) -> None:
    await stranger.says("ask_price", "", *LANE, HIGH_CUBES, GOODS)
    await stranger.says("ask_price", "3个呢")
    assert stranger.slots["container"] == [{"type": "40HQ", "count": 3}]
    await stranger.says("ask_price", "换成小柜呢", ("container", {"count": None, "type": "20GP"}))
    assert stranger.slots["container"] == [{"type": "20GP", "count": 3}]


async def test_another_destination_keeps_the_rest(stranger: Talk) -> None:
    await stranger.says("ask_price", "", *LANE, HIGH_CUBES, GOODS)
    said = await stranger.says("ask_price", "那到鹿特丹呢", ("place", "NLRTM", "destination"))
    assert "utter_quote" in said.names
    assert (stranger.slots["origin"], stranger.slots["destination"]) == ("CNSHA", "NLRTM")


async def test_how_long_below_a_price(stranger: Talk) -> None:
    await stranger.says("ask_price", "", *LANE, HIGH_CUBES, GOODS)
    assert (await stranger.says("ask_eta", "那几天能到")).names == ["utter_quote_transit"]
    assert stranger.slots["topic"] == "offer"
    assert (await stranger.says("ask_eta", "我那票货几号到")).names == ["utter_ask_shipment_no"]


@pytest.mark.parametrize("words", ["跟上次一样再报一个", "同上", "照舊", "跟前次一样"])
async def test_the_same_again(firm: Firm, ours: Talk, words: str) -> None:
    said = await ours.says("ask_price", "", *LANE, HIGH_CUBES, GOODS)
    await ours.presses(said, "按这个价下单")
    said = await ours.says("ask_price", words)
    assert said.names == ["utter_quote", "utter_quote_offer"]
    first, second = sorted(await firm.rows(Quote), key=lambda quote: quote.number)
    assert first.request["containers"] == second.request["containers"]


async def test_the_same_again_with_something_else(ours: Talk) -> None:
    await ours.says("ask_price", "", *LANE, HIGH_CUBES, GOODS)
    await ours.says("ask_price", "跟上次一样，到鹿特丹", ("place", "NLRTM", "destination"))
    assert (ours.slots["destination"], ours.slots["container"]) == ("NLRTM", [{"type": "40HQ", "count": 1}])


async def test_the_same_again_where_nothing_was(stranger: Talk) -> None:
    assert (await stranger.says("ask_price", "跟上次一样报个价")).names == ["utter_ask_origin"]
