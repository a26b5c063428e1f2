"""What departments do for a card: finding out the cause, calling back a customer who is still not satisfied."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from crm.complaints.categories import categories
from crm.complaints.changes.assignment import AGENT, RANK_NAMES, SUPERVISOR, rank
from crm.complaints.desk.base import DeskBase, subject_of
from crm.complaints.errors import TooJunior
from crm.complaints.models import ComplaintCard, EventKind
from crm.orders.models import DepartmentTask, TaskKind, TaskState
from crm.promises.models import PromiseKind
from crm.staff.departments import Department
from crm.staff.models import Staff
from database.base import JsonObject


@dataclass(frozen=True)
class Said:
    """Where it was said that a matter is not solved."""

    dialogue_id: UUID
    turn_id: UUID
    """The customer's turn; a key of its own when staff says so."""
    phone: str = ""
    """Where the customer is called; empty: not known, who calls has to look."""


class CardTasks(DeskBase):
    """Tasks about a card, and what comes back from them."""

    async def ask_cause(self, number: str, staff: Staff, department: Department) -> DepartmentTask:
        """Asks a department for root cause and prevention; the task that waits already when it was asked before."""
        card = await self._take_up(number, "ask_cause", staff)
        for task in await self._waiting_tasks(card, TaskKind.FIND_CAUSE):
            if task.department == department.value:
                return task
        await self._record(card, EventKind.NOTE, staff, new=f"请{department.name_zh}查明原因")
        facts = facts_for_task(card)
        return await self._tasks.open(TaskKind.FIND_CAUSE, department, facts, dialogue_id=card.dialogue_id)

    async def report_cause(self, number: str, staff: Staff, root_cause: str, prevention: str) -> ComplaintCard:
        """The answer of a department: the cause is its own, and the task for it is done.

        Whoever belongs to no department that was asked answers for the one that was asked first, else for their own.
        """
        card = await self._take_up(number, "report_cause", staff)
        waiting = await self._waiting_tasks(card, TaskKind.FIND_CAUSE)
        own = [task for task in waiting if task.department == staff.department]
        task = next(iter(own or waiting), None)
        department = Department(task.department if task else staff.department)
        await self._fill_cause(card, staff, root_cause, department, prevention)
        if task is not None:
            await self._tasks.move(task.id, TaskState.DONE, staff.code, root_cause[:500])
        return card

    async def called_back(self, number: str, staff: Staff, words: str) -> ComplaintCard:
        """A supervisor has called the customer back: the promised call is kept, its task done. Raises TooJunior."""
        card = await self._take_up(number, "called_back", staff)
        if rank(staff) == AGENT:
            raise TooJunior(RANK_NAMES[SUPERVISOR])
        await self._record(card, EventKind.NOTE, staff, new=f"已回电：{words}")
        for task in await self._waiting_tasks(card, TaskKind.CALL_BACK_COMPLAINT):
            await self._tasks.move(task.id, TaskState.DONE, staff.code, words[:500])
        await self._keep(card, PromiseKind.CALLBACK)
        return card

    async def _fill_cause(
        self, card: ComplaintCard, staff: Staff, root_cause: str, department: Department, prevention: str
    ) -> None:
        """Writes the cause on the card; empty texts leave what stands there."""
        before = (card.root_cause, card.cause_department, card.prevention)
        card.root_cause = root_cause or card.root_cause
        card.cause_department = department.value
        card.prevention = prevention or card.prevention
        if before != (card.root_cause, card.cause_department, card.prevention):
            new = f"原因（{department.name_zh}）：{card.root_cause}；预防：{card.prevention}"
            await self._record(card, EventKind.NOTE, staff, new=new)

    async def _keep(self, card: ComplaintCard, *kinds: PromiseKind) -> None:
        """What was promised about the card is done."""
        for promise in await self._promises.open_about(subject_of(card)):
            if promise.kind in kinds:
                await self._promises.keep(promise.id)

    async def _open_call(self, card: ComplaintCard, reason: str, due_at: datetime, said: Said) -> None:
        """A call back by a supervisor: the task, and the promise to the customer."""
        await self._tasks.open(
            TaskKind.CALL_BACK_COMPLAINT,
            Department.SERVICE_LEAD,
            facts_for_task(card) | {"reason": reason, "phone": said.phone},
            due_at=due_at,
            dialogue_id=said.dialogue_id,
            turn_id=said.turn_id,
        )
        await self._promises.make(
            said.dialogue_id,
            said.turn_id,
            PromiseKind.CALLBACK,
            text=f"投诉 {card.number} 没有解决：主管给客户回电",
            by_whom=Department.SERVICE_LEAD.value,
            due_at=due_at,
            subject=subject_of(card),
        )


def facts_for_task(card: ComplaintCard) -> JsonObject:
    """What who works on a task has to know, so that nobody asks the customer again."""
    return {
        "complaint_no": card.number,
        "card_id": str(card.id),
        "category": categories()[card.category].name_zh,
        "severity": card.severity,
        "words": card.facts,
        "wish": card.wish,
    }
