"""Who may see which shipment: attacks on the look-up. What a stranger learns must not depend on what exists."""

import asyncio
from collections.abc import Sequence
from dataclasses import fields
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import event, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm.clock import FixedClock
from crm.customers.models import Dialogue
from crm.shipments.access import AccessLimits
from crm.shipments.intake import NewEvent
from crm.shipments.models import AccessAttempt, AccessGrant
from crm.shipments.results import Invalid, Locked, LookUp, NeedsTail, Unknown
from crm.shipments.service import ShipmentService
from database.session import Database
from freight.modes import LoadType
from freight.references import ReferenceKind
from tests.integration.shipping import (
    CONTAINER,
    MBL,
    NOWHERE,
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


def written(answers: Sequence[LookUp], numbers: Sequence[str]) -> str:
    """Answers as they would be written out, with the numbers asked for taken out."""
    text = repr(answers)
    for number in numbers:
        text = text.replace(number, "#")
    return text


@pytest.mark.parametrize("tail", ["0012", "００12", "零零幺二", " 0012", "13812340012"])
async def test_sender_or_recipient_gets_in_with_four_digits(world: World, tail: str) -> None:
    await world.ship(1, world.ours, A_CONTAINER)
    answer = found(await world.shipments.look_up_with_tail(CONTAINER, tail, await world.stranger(), uuid4()))
    assert answer.view.limited
    assert answer.view.reference == CONTAINER
    recipient = await world.stranger("recipient")
    assert found(await world.shipments.look_up_with_tail(CONTAINER, "3456", recipient, uuid4())).view.limited


async def test_a_stranger_who_passed_sees_status_and_cities_only(world: World) -> None:
    shipment = await world.ship(1, world.ours, A_CONTAINER, promised=shanghai(15))
    await world.happens(shipment, "departed", shanghai(10), "CNSHA")
    view = found(await world.shipments.look_up_with_tail(CONTAINER, RIGHT, await world.stranger(), uuid4())).view
    assert (view.origin, view.destination, view.last and view.last.words) == ("上海", "汉堡", "已开船")
    shown = repr([getattr(view, field.name) for field in fields(view)])
    for secret in ("王小明", "Anna", "Schmidt", "13812340012", "4940123456", waybill(1), "COSCO", "中远海运", "公司"):
        assert secret not in shown


@pytest.mark.parametrize("place", ["张江路88号3号楼501室 王小明", ""])
async def test_an_address_in_an_event_is_not_shown_to_a_stranger(world: World, place: str) -> None:
    shipment = await world.ship(1, world.ours, A_CONTAINER)
    await world.shipments.add_event(shipment, NewEvent("delivered", shanghai(20), "carrier", place_name=place))
    limited = found(await world.shipments.look_up_with_tail(CONTAINER, RIGHT, await world.stranger(), uuid4())).view
    full = found(await world.shipments.look_up(CONTAINER, await world.bound(world.ours))).view
    assert limited.last is not None
    assert full.last is not None
    assert (limited.last.place, full.last.place) == ("", place)


async def test_a_grant_lasts_for_the_dialogue_and_no_other(world: World) -> None:
    await world.ship(1, world.ours, A_CONTAINER)
    dialogue = await world.stranger()
    await world.shipments.look_up_with_tail(CONTAINER, RIGHT, dialogue, uuid4())
    assert found(await world.shipments.look_up(CONTAINER, dialogue)).view.limited
    assert await world.shipments.visible(CONTAINER, dialogue) is not None
    next_dialogue = await world.customers.open_dialogue(dialogue.identity, uuid4())
    assert await world.shipments.look_up(CONTAINER, next_dialogue) == NeedsTail(CONTAINER)
    assert await world.shipments.visible(CONTAINER, next_dialogue) is None


async def test_a_grant_opens_one_shipment_not_the_next_use_of_its_container(world: World) -> None:
    old = await world.ship(1, world.ours, A_CONTAINER)
    dialogue = await world.stranger()
    await world.shipments.look_up_with_tail(CONTAINER, RIGHT, dialogue, uuid4())
    await world.happens(old, "empty_returned", shanghai(20))
    await world.ship(2, world.theirs, A_CONTAINER, phones=("13900007777", ""))
    assert found(await world.shipments.look_up(CONTAINER, dialogue)).view.shipment_id == old.id


async def test_the_same_answers_byte_for_byte_whether_or_not_the_number_exists(world: World) -> None:
    """Look-up, three wrong tries, the lock: each step for a real number and for one that does not exist."""
    await world.ship(1, world.ours, A_CONTAINER)
    transcripts = []
    for number in (CONTAINER, NOWHERE):
        dialogue = await world.stranger(f"asks for {number}")
        answers: list[LookUp] = [await world.shipments.look_up(number, dialogue)]
        for _ in range(4):
            answers.append(await world.shipments.look_up_with_tail(number, WRONG, dialogue, uuid4()))
            answers.append(await world.shipments.look_up(number, dialogue))
        transcripts.append(written(answers, (CONTAINER, NOWHERE)))
    assert transcripts[0] == transcripts[1]
    assert transcripts[0].count("Unknown") == 3
    assert transcripts[0].count("Locked") == 3


async def test_a_contact_of_another_company_gets_what_a_stranger_gets(world: World) -> None:
    await world.ship(1, world.theirs, A_CONTAINER)
    dialogue = await world.bound(world.ours)
    real = await world.shipments.look_up_with_tail(CONTAINER, WRONG, dialogue, uuid4())
    unreal = await world.shipments.look_up_with_tail(NOWHERE, WRONG, dialogue, uuid4())
    assert written([real], [CONTAINER]) == written([unreal], [NOWHERE]) == "[Unknown(reference='#', tries_left=2)]"


async def fail(world: World, number: str, dialogue: Dialogue, times: int) -> list[LookUp]:
    """Try wrong digits, each in a turn of its own."""
    return [await world.shipments.look_up_with_tail(number, WRONG, dialogue, uuid4()) for _ in range(times)]


async def test_three_wrong_tries_lock_the_number_for_an_hour(world: World) -> None:
    await world.ship(1, world.ours, A_CONTAINER)
    dialogue = await world.stranger()
    assert await fail(world, CONTAINER, dialogue, 3) == [Unknown(CONTAINER, left) for left in (2, 1, 0)]
    locked = Locked(CONTAINER, world.clock.now() + timedelta(hours=1))
    assert await world.shipments.look_up_with_tail(CONTAINER, RIGHT, dialogue, uuid4()) == locked
    assert await world.shipments.look_up(CONTAINER, dialogue) == locked
    world.clock.move(timedelta(minutes=59))
    assert await world.shipments.look_up_with_tail(CONTAINER, RIGHT, dialogue, uuid4()) == locked
    world.clock.move(timedelta(minutes=1))
    found(await world.shipments.look_up_with_tail(CONTAINER, RIGHT, dialogue, uuid4()))


async def test_knocking_on_a_locked_number_does_not_lengthen_the_lock(world: World) -> None:
    dialogue = await world.stranger()
    await fail(world, NOWHERE, dialogue, 3)
    until = world.clock.now() + timedelta(hours=1)
    world.clock.move(timedelta(minutes=30))
    assert await fail(world, NOWHERE, dialogue, 5) == [Locked(NOWHERE, until)] * 5


async def test_other_accounts_writings_and_dialogues_share_the_tries_of_a_number(world: World) -> None:
    await world.ship(1, world.ours, A_CONTAINER)
    spellings = (CONTAINER, "msku 123456 5", "ＭＳＫＵ１２３４５６５")
    for position, spelling in enumerate(spellings):
        dialogue = await world.stranger(f"account {position}")
        await world.shipments.look_up_with_tail(spelling, WRONG, dialogue, uuid4())
    last = await world.shipments.look_up_with_tail(CONTAINER, RIGHT, await world.stranger("a fourth"), uuid4())
    assert isinstance(last, Locked)


async def test_the_owner_is_not_locked_out_by_an_attacker(world: World) -> None:
    await world.ship(1, world.ours, A_CONTAINER)
    opened = await world.stranger("passed before")
    await world.shipments.look_up_with_tail(CONTAINER, RIGHT, opened, uuid4())
    await fail(world, CONTAINER, await world.stranger("attacker"), 3)
    found(await world.shipments.look_up(CONTAINER, await world.bound(world.ours)))
    found(await world.shipments.look_up(CONTAINER, opened))


async def test_one_try_on_each_of_many_numbers_is_stopped_at_ten(world: World) -> None:
    """Enumeration: the eleventh different number is refused although each was tried once only."""
    await world.ship(11, world.ours)
    dialogue = await world.stranger()
    for serial in range(1, 11):
        answer = await world.shipments.look_up_with_tail(waybill(serial), WRONG, dialogue, uuid4())
        assert answer == Unknown(waybill(serial), 2)
    refused = await world.shipments.look_up_with_tail(waybill(11), RIGHT, dialogue, uuid4())
    assert refused == Locked(waybill(11), world.clock.now() + timedelta(hours=24))
    again = await world.customers.open_dialogue(dialogue.identity, uuid4())
    assert isinstance(await world.shipments.look_up_with_tail(waybill(11), RIGHT, again, uuid4()), Locked)
    world.clock.move(timedelta(hours=24))
    found(await world.shipments.look_up_with_tail(waybill(11), RIGHT, again, uuid4()))


async def test_many_accounts_together_hit_the_brake_and_contacts_do_not_feel_it(world: World) -> None:
    await world.ship(1, world.ours, A_CONTAINER)
    service = ShipmentService(world.session, world.clock, AccessLimits(failures_of_all=5))
    for serial in range(5):
        dialogue = await world.stranger(f"bot {serial}")
        await service.look_up_with_tail(waybill(50 + serial), WRONG, dialogue, uuid4())
    newcomer = await world.stranger("newcomer")
    assert isinstance(await service.look_up_with_tail(CONTAINER, RIGHT, newcomer, uuid4()), Locked)
    found(await service.look_up(CONTAINER, await world.bound(world.ours)))
    world.clock.move(timedelta(hours=1))
    found(await service.look_up_with_tail(CONTAINER, RIGHT, newcomer, uuid4()))


async def test_a_turn_is_counted_once_and_tries_nothing_new(world: World) -> None:
    """An action that is run again gets its first answer; other digits in the same turn are not looked at."""
    await world.ship(1, world.ours, A_CONTAINER)
    dialogue, turn = await world.stranger(), uuid4()
    for tail in (WRONG, WRONG, RIGHT):
        assert await world.shipments.look_up_with_tail(CONTAINER, tail, dialogue, turn) == Unknown(CONTAINER, 2)
    assert await count(world.session, AccessAttempt) == 1
    success = uuid4()
    for _ in range(2):
        found(await world.shipments.look_up_with_tail(CONTAINER, RIGHT, dialogue, success))
    assert await count(world.session, AccessAttempt) == 2
    assert await count(world.session, AccessGrant) == 1


@pytest.mark.parametrize("tail", ["12", "12345", "尾号", ""])
async def test_malformed_digits_are_asked_for_again_and_not_counted(world: World, tail: str) -> None:
    dialogue = await world.stranger()
    assert await world.shipments.look_up_with_tail(CONTAINER, tail, dialogue, uuid4()) == NeedsTail(CONTAINER)
    assert await count(world.session, AccessAttempt) == 0


async def test_a_number_that_cannot_be_right_costs_no_try(world: World) -> None:
    answer = await world.shipments.look_up_with_tail("MSKU1234566", RIGHT, await world.stranger(), uuid4())
    assert isinstance(answer, Invalid)
    assert await count(world.session, AccessAttempt) == 0


async def test_a_shipment_without_phones_opens_to_nobody(world: World) -> None:
    await world.ship(1, world.ours, A_CONTAINER, phones=("", ""))
    answers = await fail(world, CONTAINER, await world.stranger(), 1)
    assert answers == [Unknown(CONTAINER, 2)]


async def test_digits_choose_the_part_of_a_shared_bill(world: World) -> None:
    await world.ship(1, world.ours, THE_MBL, phones=("13800001111", ""), load_type=LoadType.LCL)
    theirs = await world.ship(2, world.theirs, THE_MBL, phones=("13800002222", ""), load_type=LoadType.LCL)
    dialogue = await world.stranger()
    answer = found(await world.shipments.look_up_with_tail(MBL, "2222", dialogue, uuid4()))
    assert (answer.view.shipment_id, answer.others) == (theirs.id, ())
    assert isinstance(await world.shipments.look_up(waybill(1), dialogue), NeedsTail)


async def test_a_bill_of_many_shipments_never_opens_by_digits(world: World) -> None:
    """With fifty phones on one bill, guessing would pay; the answer is that of a number that does not exist."""
    for serial in range(6):
        await world.ship(serial, world.theirs, THE_MBL, phones=(f"1380000100{serial}", ""), load_type=LoadType.LCL)
    answer = await world.shipments.look_up_with_tail(MBL, "1003", await world.stranger(), uuid4())
    assert answer == Unknown(MBL, 2)
    by_waybill = await world.shipments.look_up_with_tail(waybill(3), "1003", await world.stranger("b"), uuid4())
    assert found(by_waybill).view.reference == waybill(3)


async def test_a_shipment_closed_long_ago_does_not_open_by_digits(world: World) -> None:
    shipment = await world.ship(1, world.ours, A_CONTAINER)
    await world.happens(shipment, "empty_returned", shanghai(10))
    found(await world.shipments.look_up_with_tail(CONTAINER, RIGHT, await world.stranger("soon"), uuid4()))
    world.clock.move(timedelta(days=90))
    assert await fail(world, CONTAINER, await world.stranger("late"), 1) == [Unknown(CONTAINER, 2)]


async def test_every_check_is_kept(world: World) -> None:
    await world.ship(1, world.ours, A_CONTAINER)
    dialogue = await world.stranger()
    await fail(world, NOWHERE, dialogue, 4)
    await world.shipments.look_up_with_tail(CONTAINER, RIGHT, dialogue, uuid4())
    rows = (
        await world.session.execute(select(AccessAttempt.reference, AccessAttempt.success, AccessAttempt.compared))
    ).all()
    kept = sorted((row.reference, row.success, row.compared) for row in rows)
    assert kept == [
        (NOWHERE, False, False),
        (NOWHERE, False, True),
        (NOWHERE, False, True),
        (NOWHERE, False, True),
        (CONTAINER, True, True),
    ]


async def test_the_same_queries_are_made_whether_or_not_the_number_exists(world: World, statements: list[str]) -> None:
    """Timing: an unknown number and a wrong tail take the same statements."""
    await world.ship(1, world.ours, A_CONTAINER)
    transcripts = []
    for number in (CONTAINER, NOWHERE):
        dialogue = await world.stranger(f"asks for {number}")
        statements.clear()
        await world.shipments.look_up_with_tail(number, WRONG, dialogue, uuid4())
        transcripts.append(list(statements))
    assert transcripts[0] == transcripts[1]
    assert transcripts[0]


@pytest.fixture
def statements(database: Database) -> list[str]:
    """SQL statements as they are sent to the database."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(database.engine.sync_engine, "before_cursor_execute", note)
    return seen


async def test_tries_made_at_the_same_time_are_all_counted(database: Database, clock: FixedClock) -> None:
    """Ten wrong tries at once: three are looked at, the rest are refused."""
    async with database.transaction() as session:
        world = await build_world(session, clock)
        await world.ship(1, world.ours, A_CONTAINER)
        dialogues = [(await world.stranger(f"account {number}")).id for number in range(10)]

    async def attempt(dialogue_id: UUID) -> LookUp:
        async with database.transaction() as session:
            dialogue = await session.get_one(Dialogue, dialogue_id)
            return await ShipmentService(session, clock).look_up_with_tail(CONTAINER, WRONG, dialogue, uuid4())

    answers = await asyncio.gather(*(attempt(dialogue_id) for dialogue_id in dialogues))
    assert sum(isinstance(answer, Unknown) for answer in answers) == 3
    assert sum(isinstance(answer, Locked) for answer in answers) == 7
