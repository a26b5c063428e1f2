"""Promises on a real database: made once per turn, settled once, watched by their time."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError, NoResultFound
from sqlalchemy.ext.asyncio import AsyncSession

from crm.clock import FixedClock
from crm.customers.models import ChannelIdentity, Dialogue
from crm.promises.errors import PromiseSettled
from crm.promises.models import Promise, PromiseKind, PromiseState, SubjectKind
from crm.promises.service import PromiseService, Subject

HOUR = timedelta(hours=1)


@pytest.fixture
def promises(session: AsyncSession, clock: FixedClock) -> PromiseService:
    return PromiseService(session, clock)


@pytest.fixture
async def dialogue(session: AsyncSession, clock: FixedClock) -> UUID:
    identity = ChannelIdentity(channel="web", account="one", created_at=clock.now())
    session.add(identity)
    await session.flush()
    row = Dialogue(identity_id=identity.id, opened_at=clock.now())
    session.add(row)
    await session.flush()
    return row.id


async def callback(
    promises: PromiseService, dialogue: UUID, clock: FixedClock, hours: float = 1, turn: UUID | None = None
) -> Promise:
    due_at = clock.now() + timedelta(hours=hours)
    return await promises.make(
        dialogue, turn or uuid4(), PromiseKind.CALLBACK, text="给客户回电", by_whom="bot", due_at=due_at
    )


async def test_a_turn_makes_one_promise_of_a_kind(promises: PromiseService, dialogue: UUID, clock: FixedClock) -> None:
    turn = uuid4()
    first = await callback(promises, dialogue, clock, 1, turn)
    again = await callback(promises, dialogue, clock, 5, turn)
    assert again.id == first.id
    assert again.due_at == clock.now() + HOUR
    other_kind = await promises.make(
        dialogue, turn, PromiseKind.QUOTE, text="报价", by_whom="international", due_at=clock.now()
    )
    other_turn = await callback(promises, dialogue, clock)
    assert len({first.id, other_kind.id, other_turn.id}) == 3


@pytest.mark.parametrize(("after", "state"), [(HOUR, "kept"), (HOUR + timedelta(seconds=1), "broken")])
async def test_a_promise_done_too_late_is_a_broken_one(
    promises: PromiseService, dialogue: UUID, clock: FixedClock, after: timedelta, state: str
) -> None:
    promise = await callback(promises, dialogue, clock)
    clock.move(after)
    await promises.keep(promise.id)
    assert (promise.state, promise.settled_at) == (state, clock.now())


async def test_a_settled_promise_does_not_change(promises: PromiseService, dialogue: UUID, clock: FixedClock) -> None:
    kept, cancelled = await callback(promises, dialogue, clock), await callback(promises, dialogue, clock)
    await promises.keep(kept.id)
    await promises.cancel(cancelled.id)
    settled_at = clock.now()
    clock.move(2 * HOUR)
    await promises.keep(kept.id)
    await promises.cancel(cancelled.id)
    for promise, state in ((kept, PromiseState.KEPT), (cancelled, PromiseState.CANCELLED)):
        assert (promise.state, promise.settled_at) == (state, settled_at)
    with pytest.raises(PromiseSettled):
        await promises.keep(cancelled.id)
    with pytest.raises(PromiseSettled):
        await promises.cancel(kept.id)


async def test_due_soon_and_overdue_share_no_promise_and_leave_none_out(
    promises: PromiseService, dialogue: UUID, clock: FixedClock
) -> None:
    late, now, soon, far = [await callback(promises, dialogue, clock, hours) for hours in (1, 2, 2.5, 8)]
    settled = await callback(promises, dialogue, clock, 1)
    await promises.keep(settled.id)
    clock.move(2 * HOUR)
    assert [promise.id for promise in await promises.overdue()] == [late.id]
    assert [promise.id for promise in await promises.due_soon(HOUR)] == [now.id, soon.id]
    assert far.id in [promise.id for promise in await promises.due_soon(6 * HOUR)]


async def test_hastening_never_gives_more_time_and_touches_no_other_matter(
    promises: PromiseService, dialogue: UUID, clock: FixedClock
) -> None:
    start, subject, other = (
        clock.now(),
        Subject(SubjectKind.COMPLAINT, uuid4()),
        Subject(SubjectKind.COMPLAINT, uuid4()),
    )
    mine, elsewhere = [
        await promises.make(
            dialogue,
            uuid4(),
            PromiseKind.FIRST_REPLY,
            text="首次回复",
            by_whom="operations",
            due_at=start + 2 * HOUR,
            subject=about,
        )
        for about in (subject, other)
    ]
    for hours in (1, 3):
        await promises.hasten(subject, PromiseKind.FIRST_REPLY, start + hours * HOUR, "service_lead")
        assert (mine.due_at, mine.by_whom) == (start + HOUR, "service_lead")
    assert (elsewhere.due_at, elsewhere.by_whom) == (start + 2 * HOUR, "operations")
    assert [row.id for row in await promises.open_about(subject)] == [mine.id]


async def test_a_promise_needs_a_known_dialogue(promises: PromiseService, clock: FixedClock) -> None:
    with pytest.raises(NoResultFound):
        await callback(promises, uuid4(), clock)


@pytest.mark.parametrize("change", [{"state": "forgotten"}, {"state": "kept"}, {"subject_kind": "quote"}])
async def test_the_database_refuses_what_makes_no_sense(
    promises: PromiseService, dialogue: UUID, clock: FixedClock, session: AsyncSession, change: dict[str, str]
) -> None:
    """An unknown state, a settled one without its time, a subject without a key."""
    promise = await callback(promises, dialogue, clock)
    with pytest.raises(IntegrityError):
        async with session.begin_nested():
            await session.execute(update(Promise).where(Promise.id == promise.id).values(**change))
