"""Promises on a real database: made once per turn, settled once, watched by their time."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError, NoResultFound
from sqlalchemy.ext.asyncio import AsyncSession

from crm.clock import SHANGHAI, FixedClock
from crm.customers.models import ChannelIdentity, Dialogue
from crm.promises.business_time import BusinessCalendar
from crm.promises.clocks import PromiseClocks
from crm.promises.errors import PromiseSettled
from crm.promises.models import Promise, PromiseKind, PromiseState, SubjectKind
from crm.promises.service import PromiseService, Subject

HOUR = timedelta(hours=1)
Span = tuple[str, str]
FOUR_HOURS = ("2026-05-11 09:30", "2026-05-11 14:30")


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


# ---------------------------------------------------------------- waiting for the customer


def at(text: str) -> datetime:
    """A moment in Shanghai."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


async def result(
    promises: PromiseService, dialogue: UUID, due: str, *, round_the_clock: bool = False
) -> tuple[Promise, Subject]:
    """The promised result of a complaint."""
    subject = Subject(SubjectKind.COMPLAINT, uuid4())
    promise = await promises.make(
        dialogue,
        uuid4(),
        PromiseKind.RESOLUTION,
        text="处理结果",
        by_whom="operations",
        due_at=at(due),
        subject=subject,
        round_the_clock=round_the_clock,
    )
    return promise, subject


@pytest.mark.parametrize(
    ("term", "pause", "new"),
    [
        # The firm's worked example: one hour used, three left when the customer has answered at 14:00.
        (FOUR_HOURS, ("2026-05-11 10:30", "2026-05-11 14:00"), "2026-05-11 17:00"),
        (FOUR_HOURS, ("2026-05-11 10:30", "2026-05-11 16:00"), "2026-05-12 10:00"),
        (FOUR_HOURS, ("2026-05-11 12:00", "2026-05-11 13:00"), "2026-05-11 14:30"),
        (FOUR_HOURS, ("2026-05-11 08:00", "2026-05-11 10:30"), "2026-05-11 15:30"),
        (FOUR_HOURS, ("2026-05-11 15:00", "2026-05-11 17:00"), "2026-05-11 14:30"),
        (("2026-04-30 17:00", "2026-05-06 10:00"), ("2026-04-30 18:00", "2026-05-06 09:30"), "2026-05-06 10:30"),
    ],
)
async def test_a_result_falls_due_later_by_the_working_time_of_a_pause(  # noqa: PLR0917 (parameters of the table)
    promises: PromiseService, dialogue: UUID, clock: FixedClock, term: Span, pause: Span, new: str
) -> None:
    clock.at = at(term[0])
    promise, subject = await result(promises, dialogue, term[1])
    await promises.resume(subject, (at(pause[0]), at(pause[1])))
    assert promise.due_at == at(new)


async def test_what_runs_round_the_clock_moves_by_the_whole_pause(
    promises: PromiseService, dialogue: UUID, clock: FixedClock
) -> None:
    clock.at = at("2026-05-11 09:30")
    promise, subject = await result(promises, dialogue, "2026-05-12 09:30", round_the_clock=True)
    await promises.resume(subject, (at("2026-05-11 22:00"), at("2026-05-12 06:00")))
    assert promise.due_at == at("2026-05-12 17:30")


async def test_a_pause_moves_no_first_reply_and_no_other_matter(
    promises: PromiseService, dialogue: UUID, clock: FixedClock
) -> None:
    clock.at = at("2026-05-11 09:30")
    elsewhere, _ = await result(promises, dialogue, "2026-05-11 14:30")
    subject = Subject(SubjectKind.COMPLAINT, uuid4())
    reply = await promises.make(
        dialogue,
        uuid4(),
        PromiseKind.FIRST_REPLY,
        text="首次回复",
        by_whom="operations",
        due_at=at("2026-05-11 14:30"),
        subject=subject,
    )
    await promises.resume(subject, (at("2026-05-11 10:30"), at("2026-05-11 14:00")))
    assert (elsewhere.due_at, reply.due_at) == (at("2026-05-11 14:30"), at("2026-05-11 14:30"))


async def test_appointments_run_round_the_clock_and_what_becomes_gravest_too(
    promises: PromiseService, dialogue: UUID, clock: FixedClock
) -> None:
    subject = Subject(SubjectKind.COMPLAINT, uuid4())
    made = {
        kind: await promises.make(
            dialogue, uuid4(), kind, text="x", by_whom="lin", due_at=clock.now() + HOUR, subject=subject
        )
        for kind in (PromiseKind.APPOINTMENT, PromiseKind.FIRST_REPLY)
    }
    assert {kind: one.round_the_clock for kind, one in made.items()} == {
        PromiseKind.APPOINTMENT: True,
        PromiseKind.FIRST_REPLY: False,
    }
    await promises.hasten(
        subject, PromiseKind.FIRST_REPLY, clock.now() + HOUR / 2, "service_lead", round_the_clock=True
    )
    assert made[PromiseKind.FIRST_REPLY].round_the_clock


async def test_an_answer_of_a_person_keeps_the_first_replies_of_the_dialogue_once(
    promises: PromiseService, dialogue: UUID, clock: FixedClock
) -> None:
    made = [
        await promises.make(dialogue, uuid4(), kind, text="x", by_whom="lin", due_at=clock.now() + hours * HOUR)
        for kind, hours in ((PromiseKind.FIRST_REPLY, 1), (PromiseKind.FIRST_REPLY, 3), (PromiseKind.CALLBACK, 3))
    ]
    clock.move(2 * HOUR)
    await promises.keep_first_replies(dialogue)
    settled = [(one.state, one.settled_at) for one in made]
    assert settled == [("broken", clock.now()), ("kept", clock.now()), ("open", None)]
    clock.move(HOUR)
    await promises.keep_first_replies(dialogue)
    await promises.keep_first_replies(uuid4())
    assert [(one.state, one.settled_at) for one in made] == settled


async def test_what_was_made_in_a_turn_is_kept_though_its_time_had_to_be_moved(
    session: AsyncSession, promises: PromiseService, dialogue: UUID, clock: FixedClock
) -> None:
    """The price comes late: the customer has it, so nobody apologises for it again."""
    turn, clocks = uuid4(), PromiseClocks(session, clock, BusinessCalendar())
    clock.at = at("2026-05-11 09:30")
    made = await promises.make(
        dialogue, turn, PromiseKind.QUOTE, text="报价", by_whom="international", due_at=at("2026-05-11 11:30")
    )
    for moment in ("2026-05-11 11:30", "2026-05-11 15:00"):
        clock.at = at(moment)
        late = next(one.watched for one in await clocks.due() if one.customer)
        again = await clocks.promise_again(late, dialogue)
    await promises.keep_of_turn(dialogue, turn, PromiseKind.QUOTE)
    await promises.keep_of_turn(dialogue, turn, PromiseKind.QUOTE)
    assert (made.state, again.state, again.replaces_id == made.id) == ("broken", "kept", False)
