"""The appointment book: what can be booked, by whom, what the customer hears, and what became of it."""

import asyncio
from datetime import date, datetime, timedelta
from uuid import uuid4

import icalendar
import pytest

from crm.appointments.errors import (
    AppointmentNotFound,
    AppointmentSettled,
    InThePast,
    NotOnDuty,
    NotYetBegun,
    OutsideBusinessHours,
    PlaceMissing,
    TimeTaken,
    UnfitLength,
)
from crm.appointments.models import Appointment, AppointmentState, Way
from crm.appointments.service import Booking
from crm.complaints.errors import PersonComplainedAbout, TooJunior
from crm.promises.models import PromiseKind, PromiseState
from crm.staff.shifts import StaffUnknown
from tests.integration.changes.scene import HOUR, Scene
from tests.integration.complaints.house import MONDAY

TWO = MONDAY.replace(hour=14)
MINUTE = timedelta(minutes=1)


async def test_a_booked_time_is_promised_to_the_minute_and_told(scene: Scene) -> None:
    made = await scene.booked("chen", TWO)
    (promise,) = await scene.promises()
    assert (promise.kind, promise.due_at, promise.by_whom) == (PromiseKind.APPOINTMENT, TWO, "chen")
    assert (promise.subject_kind, promise.subject_id, promise.state) == ("appointment", made.id, PromiseState.OPEN)
    (told,) = await scene.heard()
    assert "11月23日（周一）14:00" in told
    assert "客服chen" in told
    assert "chen真名" not in told
    assert scene.woken


@pytest.mark.parametrize(
    ("starts_at", "refusal"),
    [
        (MONDAY, InThePast),
        (MONDAY - HOUR, InThePast),
        (MONDAY.replace(hour=11, minute=45), OutsideBusinessHours),
        (MONDAY.replace(hour=12), OutsideBusinessHours),
        (MONDAY.replace(hour=17, minute=31), OutsideBusinessHours),
        (MONDAY.replace(day=28), OutsideBusinessHours),
        (MONDAY.replace(hour=22), OutsideBusinessHours),
    ],
)
async def test_times_that_cannot_be_booked(scene: Scene, starts_at: datetime, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        await scene.booked("lin", starts_at)
    assert await scene.rows(Appointment) == []
    assert await scene.promises() == []
    assert await scene.heard() == []


async def test_nobody_is_booked_off_duty_twice_or_unknown(scene: Scene) -> None:
    async with scene.crm() as crm:
        await crm.shifts.plan("lin", TWO, TWO + HOUR, "chen")
    await scene.booked("lin", TWO + HOUR / 2)
    with pytest.raises(TimeTaken):
        await scene.booked("lin", TWO + 10 * MINUTE, "u2")
    with pytest.raises(NotOnDuty):
        await scene.booked("lin", TWO + 45 * MINUTE + HOUR, "u2")
    with pytest.raises(StaffUnknown):
        await scene.book.book(await scene.booking("nobody", TWO), scene.staff["lin"])
    with pytest.raises(UnfitLength):
        await scene.booked("mei", TWO, length=timedelta(minutes=5))
    await scene.booked("lin", TWO, "u2")
    await scene.booked("mei", TWO, "u3")


async def test_a_visit_needs_an_address(scene: Scene) -> None:
    wanted = Booking(await scene.talks(), "lin", TWO, Way.VISIT, "看看货损")
    with pytest.raises(PlaceMissing):
        await scene.book.book(wanted, scene.staff["lin"])


async def test_of_ten_who_book_one_time_at_once_one_does(scene: Scene) -> None:
    wanted = [await scene.booking("chen", TWO + n * MINUTE, f"u{n}") for n in range(10)]
    tries = await asyncio.gather(*(scene.book.book(one, scene.staff["chen"]) for one in wanted), return_exceptions=True)
    assert sum(isinstance(one, Appointment) for one in tries) == 1
    assert sum(isinstance(one, TimeTaken) for one in tries) == 9
    assert len(await scene.promises()) == 1


async def test_who_is_complained_about_is_not_booked_for_whatever_it_is_about(scene: Scene) -> None:
    number = await scene.complains()
    await scene.set_card(number, accused=["lin"])
    for card_id in (None, (await scene.card(number)).id):
        with pytest.raises(PersonComplainedAbout):
            await scene.booked("lin", TWO, card_id=card_id)
    with pytest.raises(PersonComplainedAbout):
        await scene.book.offer((await scene.card(number)).dialogue_id, "lin", TWO.date(), HOUR)
    await scene.booked("lin", TWO, "another customer")


async def test_the_level_of_the_card_binds(scene: Scene) -> None:
    number = await scene.complains()
    await scene.set_card(number, level=1)
    card_id = (await scene.card(number)).id
    with pytest.raises(TooJunior):
        await scene.booked("lin", TWO, card_id=card_id)
    await scene.booked("chen", TWO, card_id=card_id)


async def test_moving_makes_a_new_promise_and_frees_the_time(scene: Scene) -> None:
    made = await scene.booked("chen", TWO)
    moved = await scene.book.move(made.id, scene.staff["chen"], TWO + HOUR, "客户有会")
    assert (moved.starts_at, moved.ends_at - moved.starts_at, moved.changes) == (TWO + HOUR, HOUR / 2, 1)
    assert sorted((one.state, one.due_at) for one in await scene.promises()) == [
        (PromiseState.CANCELLED, TWO),
        (PromiseState.OPEN, TWO + HOUR),
    ]
    assert "15:00" in (await scene.heard())[-1]
    await scene.booked("chen", TWO, "u2")
    with pytest.raises(TimeTaken):
        await scene.book.move(made.id, scene.staff["chen"], TWO + 10 * MINUTE, "")
    with pytest.raises(InThePast):
        await scene.book.move(made.id, scene.staff["chen"], MONDAY - HOUR, "")


async def test_a_cancelled_one_is_told_and_does_not_change_any_more(scene: Scene) -> None:
    made = await scene.booked("chen", TWO)
    await scene.book.cancel(made.id, scene.staff["chen"], "客户说不用了")
    assert [one.state for one in await scene.promises()] == [PromiseState.CANCELLED]
    assert "取消" in (await scene.heard())[-1]
    for verb in (
        scene.book.cancel(made.id, scene.staff["chen"], ""),
        scene.book.move(made.id, scene.staff["chen"], TWO, ""),
        scene.book.keep(made.id, scene.staff["chen"], None),
        scene.book.miss(made.id, scene.staff["chen"], ""),
    ):
        with pytest.raises(AppointmentSettled):
            await verb
    await scene.booked("chen", TWO, "u2")


@pytest.mark.parametrize(
    ("began", "promise"),
    [(None, PromiseState.KEPT), (1 * MINUTE, PromiseState.KEPT), (2 * MINUTE, PromiseState.BROKEN)],
)
async def test_kept_to_the_minute_or_broken(scene: Scene, began: timedelta | None, promise: str) -> None:
    made = await scene.booked("chen", TWO)
    with pytest.raises(NotYetBegun):
        await scene.book.keep(made.id, scene.staff["chen"], None)
    scene.clock.at = TWO + HOUR
    began_at = None if began is None else TWO + began
    kept = await scene.book.keep(made.id, scene.staff["chen"], began_at)
    assert kept.state == AppointmentState.KEPT
    assert [one.state for one in await scene.promises()] == [promise]


async def test_a_missed_one_breaks_the_promise(scene: Scene) -> None:
    made = await scene.booked("chen", TWO)
    with pytest.raises(NotYetBegun):
        await scene.book.miss(made.id, scene.staff["chen"], "")
    scene.clock.at = TWO + HOUR
    await scene.book.miss(made.id, scene.staff["chen"], "没打通")
    assert [one.state for one in await scene.promises()] == [PromiseState.BROKEN]


async def test_only_who_keeps_or_made_it_and_supervisors_change_it(scene: Scene) -> None:
    made = await scene.book.book(await scene.booking("mei", TWO), scene.staff["lin"])
    with pytest.raises(TooJunior):
        await scene.book.cancel(made.id, scene.staff["wang"], "")
    await scene.book.move(made.id, scene.staff["mei"], TWO + HOUR, "")
    await scene.book.move(made.id, scene.staff["lin"], TWO, "")
    await scene.book.cancel(made.id, scene.staff["chen"], "")
    with pytest.raises(AppointmentNotFound):
        await scene.book.cancel(uuid4(), scene.staff["chen"], "")


async def test_times_to_propose_are_free_and_can_be_booked(scene: Scene) -> None:
    await scene.booked("chen", MONDAY.replace(hour=10, minute=30))
    times = await scene.book.free_times("chen", date(2026, 11, 23), HOUR / 2)
    assert [f"{one.astimezone(MONDAY.tzinfo):%H:%M}" for one in times] == ["11:00", "14:30", "17:30"]
    offered = await scene.book.offer(await scene.talks("u2"), "chen", date(2026, 11, 23), HOUR / 2)
    assert offered == times
    (told,) = await scene.heard("u2")
    assert all(f"{one.astimezone(MONDAY.tzinfo):%H:%M}" in told for one in times)
    for at in times:
        await scene.booked("chen", at, "u2")
    assert await scene.book.offer(await scene.talks("u2"), "chen", date(2026, 11, 22), HOUR / 2) == []
    assert len(await scene.heard("u2")) == 4, "nothing is said when there is nothing to offer"


async def test_what_is_about_a_complaint_against_me_is_not_in_my_book(scene: Scene) -> None:
    number = await scene.complains()
    made = await scene.booked("chen", TWO, card_id=(await scene.card(number)).id)
    await scene.set_card(number, accused=["zhao"])
    assert [one.id for one, _ in await scene.book.of_day(TWO.date(), scene.staff["lin"])] == [made.id]
    assert await scene.book.of_day(TWO.date(), scene.staff["zhao"]) == []
    with pytest.raises(AppointmentNotFound):
        await scene.book.cancel(made.id, scene.staff["zhao"], "")
    with pytest.raises(AppointmentNotFound):
        await scene.book.calendar_file(made.id, scene.staff["zhao"], "远航", for_customer=False)


@pytest.mark.parametrize("for_customer", [True, False])
async def test_the_calendar_file_names_nobody_who_is_not_to_be_named(scene: Scene, for_customer: bool) -> None:
    number = await scene.complains("13800138000", "我是王经理，货晚了五天")
    card = await scene.card(number)
    made = await scene.booked("chen", TWO, "13800138000", card_id=card.id)
    file = await scene.book.calendar_file(made.id, scene.staff["chen"], "远航国际物流", for_customer=for_customer)
    (event,) = icalendar.Calendar.from_ical(file).events
    assert (event.start, event.end) == (TWO, TWO + HOUR / 2)
    assert (str(event["STATUS"]), int(str(event["SEQUENCE"]))) == ("CONFIRMED", 0)
    words = icalendar.Calendar.from_ical(file).to_ical().decode().replace("\r\n ", "")
    assert (number in words) == (not for_customer)
    assert ("客服chen" in words) == for_customer
    assert not any(one in words for one in ("真名", "13800138000", "王经理", "五天"))
    await scene.book.cancel(made.id, scene.staff["chen"], "内部原因")
    cancelled = await scene.book.calendar_file(made.id, scene.staff["chen"], "远航", for_customer=for_customer)
    (event,) = icalendar.Calendar.from_ical(cancelled).events
    assert (str(event["STATUS"]), int(str(event["SEQUENCE"]))) == ("CANCELLED", 1)
    assert "内部原因" not in cancelled.decode()
