"""What staff do with a complaint card until it is closed. Every verb is a move in the card's history.

Each holds the card until its transaction ends: of two people at once the second finds it as the first has left it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from crm.alerts.models import AlertKind
from crm.complaints.changes.assignment import MANAGEMENT, RANK_NAMES, SUPERVISOR, rank
from crm.complaints.desk.base import Unfinished, subject_of
from crm.complaints.desk.edits import CardEdits
from crm.complaints.desk.lifecycle import FINISHED
from crm.complaints.desk.tasks import CardTasks, Said
from crm.complaints.errors import AlreadyTaken, CauseMissing, StillToDo, TooJunior, UnfitValue
from crm.complaints.models import ComplaintCard, ComplaintPause, ComplaintState, EventKind, Severity
from crm.complaints.severity import RESOLVE_WITHIN
from crm.orders.models import TaskKind, TaskState
from crm.promises.models import PromiseKind
from crm.staff.departments import Department
from crm.staff.models import Staff


@dataclass(frozen=True)
class Reopened:
    """A card that was opened again, and the call that was promised for it."""

    card: ComplaintCard
    call_due: datetime | None
    """By when a supervisor calls; None: it was open already, and no call is promised."""
    now: bool
    """Whether it was opened by this very act."""


@dataclass(frozen=True)
class Cause:
    """Why it happened. Empty and None: what the department has reported stands."""

    root_cause: str = ""
    department: Department | None = None
    prevention: str = ""


class ComplaintDesk(CardEdits, CardTasks):
    """The verbs that move a card."""

    async def take(self, number: str, staff: Staff) -> ComplaintCard:
        """Takes the card; taking one's own again changes nothing.

        Raises PersonComplainedAbout, TooJunior below the card's level, AlreadyTaken when somebody else was first.
        """
        card = await self._take_up(number, "take", staff)
        if card.taken_by == staff.code:
            return card
        if card.taken_by is not None:
            raise AlreadyTaken(card.taken_by)
        await self._check_level(card, staff)
        await self._record(card, EventKind.TAKEN, staff, None, staff.code)
        card.taken_by = staff.code
        if card.state == ComplaintState.RECEIVED:
            await self._go_to(card, ComplaintState.CHECKING, staff)
        return card

    async def start_acting(self, number: str, staff: Staff) -> ComplaintCard:
        """What happened is clear; it is being put right."""
        card = await self._take_up(number, "start_acting", staff)
        await self._go_to(card, ComplaintState.ACTING, staff)
        return card

    async def pause(self, number: str, staff: Staff, reason: str) -> ComplaintCard:
        """The card waits for its customer, and the time of its result stands still. One that waits goes on waiting."""
        card = await self._take_up(number, "pause", staff)
        if await self._history.open_pause(card.id) is None:
            await self._record(card, EventKind.PAUSED, staff, new=reason)
            await self._cards.add_pause(ComplaintPause(card_id=card.id, reason=reason, started_at=self._now()))
        return card

    async def resume(self, number: str, staff: Staff | None) -> ComplaintCard:
        """What was waited for has come: the result is due later by the working time of the pause.

        `staff` None: the customer has brought it. One that does not wait stays as it is.
        """
        card = await self._take_up(number, "resume", staff)
        await self._end_pause(card, staff)
        return card

    async def answer(self, number: str, staff: Staff, result: str, remedy: str = "") -> ComplaintCard:
        """The result, in the words the customer is told in the chat, and what is done to make up for it (empty: nothing).

        It keeps the promised first reply and the promised result. Raises UnfitValue for an empty result.
        """
        card = await self._take_up(number, "answer", staff)
        if not result.strip():
            raise UnfitValue("result", "请写明处理结果，这段话会发给客户")
        await self._end_pause(card, staff)
        if remedy:
            await self._record(card, EventKind.REMEDY, staff, new=remedy)
        await self._record(card, EventKind.NOTE, staff, new=f"答复：{result}")
        await self._go_to(card, ComplaintState.ANSWERED, staff)
        card.result, card.answered_at = result, self._now()
        await self._keep(card, PromiseKind.FIRST_REPLY, PromiseKind.RESOLUTION)
        return card

    def ask_before_closing(self, unfinished: Unfinished) -> None:
        """From now on `unfinished` is asked what is still to be done for a card that somebody wants to close."""
        self._unfinished.append(unfinished)

    async def close(self, number: str, staff: Staff, cause: Cause, despite: str = "") -> ComplaintCard:
        """Closes an answered card. Raises CauseMissing unless root cause, its department and the prevention are known.

        Raises StillToDo while a remedy or a claim is under way, unless a supervisor says why it is closed all the same
        (`despite`; TooJunior for anybody else).
        """
        card = await self._take_up(number, "close", staff)
        await self._check_finished(card, staff, despite.strip())
        given = {
            "root_cause": cause.root_cause or card.root_cause,
            "cause_department": (cause.department or card.cause_department),
            "prevention": cause.prevention or card.prevention,
        }
        missing = [name for name, value in given.items() if not value.strip()]
        if missing:
            raise CauseMissing(missing)
        department = Department(given["cause_department"])
        await self._fill_cause(card, staff, cause.root_cause, department, cause.prevention)
        for task in await self._waiting_tasks(card, TaskKind.FIND_CAUSE):
            await self._tasks.move(task.id, TaskState.DONE, staff.code, card.root_cause[:500])
        await self._go_to(card, ComplaintState.CLOSED, staff)
        card.closed_at = self._now()
        return card

    async def _check_finished(self, card: ComplaintCard, staff: Staff, despite: str) -> None:
        left = [what for unfinished in self._unfinished for what in await unfinished(card)]
        if not left:
            return
        if not despite:
            raise StillToDo(left)
        if rank(staff) < SUPERVISOR:
            raise TooJunior(RANK_NAMES[SUPERVISOR])
        await self._record(card, EventKind.NOTE, staff, new=f"未办完先结案（{'、'.join(left)}）：{despite}")

    async def reopen(self, number: str, staff: Staff, reason: str) -> Reopened:
        """Opens an answered or closed card again, one level up, with a call back by a supervisor."""
        card = await self._take_up(number, "reopen", staff)
        return await self._open_again(card, staff, reason, Said(card.dialogue_id, uuid4()))

    async def not_solved(self, number: str, reason: str, said: Said) -> Reopened:
        """The customer says in a turn that it is not solved: opened again, unless it is open."""
        card = await self._take_up(number, "note", None)
        if card.state not in FINISHED:
            return Reopened(card, await self._call_promised(card), now=False)
        return await self._open_again(card, None, reason, said)

    async def _open_again(self, card: ComplaintCard, staff: Staff | None, reason: str, said: Said) -> Reopened:
        now, call_due = self._now(), self._tasks.due_after(TaskKind.CALL_BACK_COMPLAINT)
        turn_id = said.turn_id if staff is None else None
        await self._record(card, EventKind.REOPENED, staff, str(card.level), reason, turn_id=turn_id)
        await self._go_to(card, ComplaintState.CHECKING, staff)
        card.level = min(MANAGEMENT, card.level + 1)
        card.reopened += 1
        card.taken_by, card.answered_at, card.closed_at, card.result = None, None, None, ""
        card.first_reply_due = call_due
        card.resolve_due = max(call_due, now + RESOLVE_WITHIN[Severity(card.severity)])
        lead = Department.MANAGEMENT if card.level == MANAGEMENT else Department.SERVICE_LEAD
        await self._alerts.tell(
            f"complaint:{card.id}:reopened:{card.reopened}",
            AlertKind.COMPLAINT_REOPENED,
            lead.value,
            f"投诉 {card.number} 没有解决，已升级：{reason}",
            subject_kind="complaint",
            subject_id=card.id,
        )
        await self._open_call(card, reason, call_due, said)
        return Reopened(card, call_due, now=True)

    async def _call_promised(self, card: ComplaintCard) -> datetime | None:
        promises = await self._promises.open_about(subject_of(card))
        return next((one.due_at for one in promises if one.kind == PromiseKind.CALLBACK), None)

    async def _end_pause(self, card: ComplaintCard, staff: Staff | None) -> None:
        pause = await self._history.open_pause(card.id)
        if pause is None:
            return
        await self._record(card, EventKind.RESUMED, staff, new=pause.reason)
        pause.ended_at = self._now()
        await self._cards.flush()
        await self._promises.resume(subject_of(card), (pause.started_at, pause.ended_at))
        if pause.started_at > card.resolve_due:
            # What was late when the wait began stays late.
            return
        if await self._runs_round_the_clock(card):
            card.resolve_due += pause.ended_at - pause.started_at
            return
        hours = self._calendar.elapsed(pause.started_at, pause.ended_at) / timedelta(hours=1)
        if hours > 0:
            card.resolve_due = self._calendar.due(card.resolve_due, hours)

    async def _runs_round_the_clock(self, card: ComplaintCard) -> bool:
        """Whether nights and holidays count in the time of the result, as it was promised."""
        promises = await self._promises.open_about(subject_of(card))
        return any(one.round_the_clock for one in promises if one.kind == PromiseKind.RESOLUTION)
