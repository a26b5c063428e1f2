"""What a contact sees at once: the own company's shipments, by any number and in any writing, and no other's."""

from uuid import UUID, uuid4

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from crm.clock import FixedClock
from crm.shipments.errors import NotBound, ShipmentNotVisible
from crm.shipments.models import AccessAttempt
from crm.shipments.results import Invalid, NeedsTail, Suggestions, Unknown
from freight.modes import LoadType, TransportMode
from freight.references import ReferenceKind
from tests.integration.shipping import (
    CONTAINER,
    MAWB,
    MBL,
    NOWHERE,
    OTHER_CONTAINER,
    World,
    build_world,
    count,
    found,
    shanghai,
    waybill,
)

A_CONTAINER = (ReferenceKind.CONTAINER, CONTAINER)
THE_MBL = (ReferenceKind.MBL, MBL)
RIGHT, WRONG = "0012", "9999"


@pytest.fixture
async def world(session: AsyncSession, clock: FixedClock) -> World:
    """Two customers, no shipment yet."""
    return await build_world(session, clock)


@pytest.mark.parametrize(
    "number",
    [
        CONTAINER,
        "msku1234565",
        "ＭＳＫＵ１２３４５６５",
        "MSKU 123456 5",
        "msku-123456-5",
        "MSKU123456S",
        waybill(1),
        waybill(1).lower(),
    ],
)
async def test_a_contact_sees_the_companys_shipment_at_once(world: World, number: str) -> None:
    shipment = await world.ship(1, world.ours, A_CONTAINER)
    answer = found(await world.shipments.look_up(number, await world.bound(world.ours)))
    assert answer.view.shipment_id == shipment.id
    assert not answer.view.limited
    assert answer.view.code == waybill(1)
    assert await count(world.session, AccessAttempt) == 0


@pytest.mark.parametrize("number", ["020-81140743", "02081140743", "０２０－８１１４０７４３", "020 8114 0743"])
async def test_leading_zeros_of_an_air_waybill(world: World, number: str) -> None:
    await world.ship(1, world.ours, (ReferenceKind.MAWB, "020-81140743"), mode=TransportMode.AIR, load_type=None)
    assert found(await world.shipments.look_up(number, await world.bound(world.ours))).view.reference == MAWB


async def test_another_companys_container_is_like_one_that_does_not_exist(world: World) -> None:
    await world.ship(1, world.theirs, A_CONTAINER)
    dialogue = await world.bound(world.ours)
    answers = [await world.shipments.look_up(number, dialogue) for number in (CONTAINER, NOWHERE)]
    assert answers == [NeedsTail(CONTAINER), NeedsTail(NOWHERE)]


async def test_a_container_used_again_shows_each_customer_their_own(world: World) -> None:
    old = await world.ship(1, world.ours, A_CONTAINER)
    await world.happens(old, "empty_returned", shanghai(10))
    new = await world.ship(2, world.theirs, A_CONTAINER)
    mine = found(await world.shipments.look_up(CONTAINER, await world.bound(world.ours)))
    other = found(await world.shipments.look_up(CONTAINER, await world.bound(world.theirs)))
    assert (mine.view.shipment_id, mine.view.phase) == (old.id, "closed")
    assert other.view.shipment_id == new.id


async def test_the_newest_open_shipment_of_a_container(world: World) -> None:
    closed_but_newest = await world.ship(3, world.ours, A_CONTAINER)
    newest_open = await world.ship(2, world.ours, A_CONTAINER)
    older_open = await world.ship(1, world.ours, A_CONTAINER)
    await world.happens(closed_but_newest, "empty_returned", shanghai(10))
    answer = found(await world.shipments.look_up(CONTAINER, await world.bound(world.ours)))
    assert answer.view.shipment_id == newest_open.id
    assert answer.others == (older_open.code,)


async def test_one_mbl_of_two_customers_shows_each_their_part(world: World) -> None:
    for serial, contact in ((1, world.ours), (2, world.ours), (3, world.theirs)):
        await world.ship(serial, contact, THE_MBL, load_type=LoadType.LCL)
    mine = found(await world.shipments.look_up(MBL, await world.bound(world.ours)))
    other = found(await world.shipments.look_up(MBL, await world.bound(world.theirs)))
    assert (mine.view.code, mine.others) == (waybill(2), (waybill(1),))
    assert (other.view.code, other.others) == (waybill(3), ())


async def test_a_typing_error_gets_suggestions_from_the_own_list_only(world: World) -> None:
    await world.ship(1, world.ours, THE_MBL, load_type=LoadType.LCL)
    await world.ship(2, world.theirs, (ReferenceKind.MBL, "COSU6123456781"), load_type=LoadType.LCL)
    typed = "COSU6123456789"
    mine = await world.shipments.look_up(typed, await world.bound(world.ours))
    assert mine == Suggestions(typed, (MBL,))
    assert await world.shipments.look_up(typed, await world.stranger()) == NeedsTail(typed)


async def test_a_wrong_check_digit_is_explained_and_own_numbers_offered(world: World) -> None:
    await world.ship(1, world.ours, A_CONTAINER)
    await world.ship(2, world.theirs, (ReferenceKind.CONTAINER, OTHER_CONTAINER))
    mine = await world.bound(world.ours)
    assert await world.shipments.look_up("MSKU1234566", mine) == Invalid(
        "MSKU1234566", "container", "check_digit", 11, "5", (CONTAINER,)
    )
    strange = await world.shipments.look_up("CSQU3054384", mine)
    assert strange == Invalid("CSQU3054384", "container", "check_digit", 11, "3", ())
    stranger = await world.shipments.look_up("MSKU1234566", await world.stranger())
    assert stranger == Invalid("MSKU1234566", "container", "check_digit", 11, "5", ())


async def test_at_most_three_suggestions(world: World) -> None:
    for serial in range(5):
        await world.ship(serial, world.ours, (ReferenceKind.MBL, f"COSU61234567{serial}0"), load_type=LoadType.LCL)
    answer = await world.shipments.look_up("COSU6123456790", await world.bound(world.ours))
    assert isinstance(answer, Suggestions)
    assert len(answer.numbers) == 3


@pytest.mark.parametrize("number", ["", "   ", "--"])
async def test_no_number_is_unknown(world: World, number: str) -> None:
    dialogue = await world.stranger()
    assert await world.shipments.look_up(number, dialogue) == Unknown("", 3)
    assert await world.shipments.look_up_with_tail(number, RIGHT, dialogue, uuid4()) == Unknown("", 3)


async def test_who_may_subscribe(world: World) -> None:
    shipment = await world.ship(1, world.ours, A_CONTAINER)
    owner, stranger = await world.bound(world.ours), await world.stranger()
    for target in (shipment.id, uuid4()):
        with pytest.raises(ShipmentNotVisible):
            await world.shipments.subscribe(stranger.identity, target)
    with pytest.raises(NotBound):
        await world.shipments.subscribe(stranger.identity, None)
    await world.shipments.look_up_with_tail(CONTAINER, RIGHT, stranger, uuid4())
    assert await world.shipments.subscribe(stranger.identity, shipment.id) is True
    subscriptions: list[tuple[UUID | None, bool]] = [
        (shipment.id, True),
        (shipment.id, False),
        (None, True),
        (None, False),
    ]
    for target_id, is_new in subscriptions:
        assert await world.shipments.subscribe(owner.identity, target_id) is is_new
    assert await world.shipments.unsubscribe(owner.identity, shipment.id) == 1
    assert await world.shipments.unsubscribe(owner.identity) == 1
    assert await world.shipments.unsubscribe(owner.identity) == 0
    assert await world.shipments.unsubscribe(stranger.identity) == 1
