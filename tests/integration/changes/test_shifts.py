"""The duty roster: by shifts for who has any, by business hours for all others."""

import asyncio
from datetime import timedelta

import pytest

from crm.staff.shifts import ShiftEndsBeforeItStarts, ShiftOverlaps, StaffUnknown
from crm.staff.shifts_models import StaffShift
from tests.integration.changes.scene import HOUR, Scene
from tests.integration.complaints.house import MONDAY

NIGHT = MONDAY + 12 * HOUR


async def plan(scene: Scene, staff: str, starts: float, ends: float) -> StaffShift:
    async with scene.crm() as crm:
        return await crm.shifts.plan(staff, MONDAY + starts * HOUR, MONDAY + ends * HOUR, "chen")


async def test_without_any_shift_people_work_business_hours(scene: Scene) -> None:
    async with scene.crm() as crm:
        assert {"lin", "chen", "boss"} <= await crm.shifts.on_duty(MONDAY)
        assert await crm.shifts.on_duty(MONDAY.replace(hour=12, minute=30)) == frozenset()
        assert await crm.shifts.on_duty(NIGHT) == frozenset()


async def test_who_is_on_the_roster_works_by_it_only(scene: Scene) -> None:
    await plan(scene, "lin", 11, 14)
    async with scene.crm() as crm:
        assert "lin" not in await crm.shifts.on_duty(MONDAY)
        assert "mei" in await crm.shifts.on_duty(MONDAY)
        assert await crm.shifts.on_duty(NIGHT) == {"lin"}
        assert await crm.shifts.on_duty(MONDAY + 11 * HOUR) == {"lin"}, "the first moment counts"
        assert await crm.shifts.on_duty(MONDAY + 14 * HOUR) == frozenset(), "the last does not"


async def test_shifts_of_one_person_never_overlap(scene: Scene) -> None:
    await plan(scene, "lin", 0, 4)
    for starts, ends in ((3, 5), (-1, 1), (1, 2), (-1, 9), (0, 4)):
        with pytest.raises(ShiftOverlaps):
            await plan(scene, "lin", starts, ends)
    await plan(scene, "lin", 4, 8)
    await plan(scene, "mei", 1, 2)
    async with scene.crm() as crm:
        lin = await crm.shifts.person("lin")
        assert await crm.shifts.covers(lin, MONDAY + HOUR, MONDAY + 7 * HOUR), "two shifts that touch are one time"
        assert not await crm.shifts.covers(lin, MONDAY + 7 * HOUR, MONDAY + 9 * HOUR)
        assert not await crm.shifts.covers(lin, MONDAY - HOUR, MONDAY + HOUR)


async def test_of_ten_who_plan_the_same_at_once_one_does(scene: Scene) -> None:
    tries = await asyncio.gather(*(plan(scene, "lin", n / 10, 4) for n in range(10)), return_exceptions=True)
    assert sum(isinstance(one, StaffShift) for one in tries) == 1
    assert sum(isinstance(one, ShiftOverlaps) for one in tries) == 9


async def test_what_cannot_be_planned(scene: Scene) -> None:
    with pytest.raises(ShiftEndsBeforeItStarts):
        await plan(scene, "lin", 2, 2)
    with pytest.raises(StaffUnknown):
        await plan(scene, "nobody", 0, 1)


async def test_a_removed_shift_is_gone(scene: Scene) -> None:
    shift = await plan(scene, "lin", 11, 14)
    async with scene.crm() as crm:
        assert await crm.shifts.remove(shift.id)
        assert not await crm.shifts.remove(shift.id)
        assert await crm.shifts.between(MONDAY, MONDAY + timedelta(days=2)) == []
        assert "lin" in await crm.shifts.on_duty(MONDAY)
