"""Work handed from one department to another, each with the facts and a time."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from crm.clock import Clock
from crm.orders.errors import TaskNotFound, WrongTaskMove
from crm.orders.lifecycle import SETTLED, TASK_MOVES
from crm.orders.models import DepartmentTask, TaskKind, TaskState
from crm.orders.repository import TaskRepository
from crm.pricing.policy import standard_policy
from crm.promises.service import PromiseService
from crm.staff.departments import Department
from database.base import JsonObject

Due = Callable[[datetime, float], datetime]
"""The moment after so many working hours (`BusinessCalendar.due`)."""
Settled = Callable[[DepartmentTask, str], Awaitable[None]]
"""Wants to know what became of a task: the task, and who reported it."""

WAITING = frozenset({TaskState.OPEN, TaskState.TAKEN, TaskState.ESCALATED})


class TaskService:
    """Opens tasks, and moves them as the departments report."""

    def __init__(
        self, session: AsyncSession, clock: Clock, due: Due, task_hours: Mapping[str, float] | None = None
    ) -> None:
        """`task_hours`: working hours by kind; None takes those of the firm's policy."""
        self._tasks = TaskRepository(session)
        self._promises = PromiseService(session, clock)
        self._clock = clock
        self._due = due
        self._hours = standard_policy().task_hours if task_hours is None else task_hours
        self._listeners: list[Settled] = []

    def on_settled(self, listener: Settled) -> None:
        """From now on `listener` hears of every task that is reported as done or rejected."""
        self._listeners.append(listener)

    def due_after(self, kind: str) -> datetime:
        """When a task of this kind opened now falls due. Raises KeyError for a kind without hours in the policy."""
        return self._due(self._clock.now(), self._hours[kind])

    async def open(
        self,
        kind: TaskKind | str,
        department: Department,
        facts: JsonObject,
        *,
        due_at: datetime | None = None,
        order_id: UUID | None = None,
        quote_id: UUID | None = None,
        dialogue_id: UUID | None = None,
        turn_id: UUID | None = None,
    ) -> DepartmentTask:
        """A new task, or the one already opened for this kind in this turn. `due_at` None: by the policy's hours."""
        name = str(kind)
        if dialogue_id is not None and turn_id is not None:
            opened = await self._tasks.of_turn(dialogue_id, turn_id, name)
            if opened is not None:
                return opened
        task = DepartmentTask(
            kind=name,
            department=department.value,
            facts=facts,
            due_at=due_at or self.due_after(name),
            order_id=order_id,
            quote_id=quote_id,
            dialogue_id=dialogue_id,
            turn_id=turn_id,
            created_at=self._clock.now(),
        )
        await self._tasks.add(task)
        return task

    async def move(self, task_id: UUID, to: TaskState, actor: str, result: str = "") -> DepartmentTask:
        """Moves a task; moving it to where it is changes nothing. Raises TaskNotFound, WrongTaskMove."""
        task = await self._tasks.get(task_id)
        if task is None:
            raise TaskNotFound
        if task.state != to.value:
            self._apply(task, to, actor, result)
            for listener in self._listeners if to in SETTLED else ():
                await listener(task, actor)
        return task

    async def queue(self, department: Department | None = None) -> Sequence[DepartmentTask]:
        """What waits for a department (None: for all), the most urgent first."""
        return await self._tasks.queue(department, WAITING)

    async def of_order(self, order_id: UUID) -> Sequence[DepartmentTask]:
        """All tasks of an order."""
        return await self._tasks.of_order(order_id)

    async def drop_of_order(self, order_id: UUID, reason: str) -> None:
        """Rejects what still waits for an order that is not carried out."""
        self._drop(await self._tasks.of_order(order_id), reason)

    async def drop_of_quote(self, quote_id: UUID, reason: str) -> None:
        """Rejects what still waits for a quote that is no longer wanted."""
        self._drop(await self._tasks.of_quote(quote_id), reason)

    async def finish_of_quote(self, quote_id: UUID, actor: str) -> None:
        """Marks what waited for a quote as done: its answer has been given."""
        for task in await self._tasks.of_quote(quote_id):
            if TaskState(task.state) in WAITING:
                self._apply(task, TaskState.DONE, actor, "")

    def _drop(self, tasks: Sequence[DepartmentTask], reason: str) -> None:
        for task in tasks:
            if TaskState(task.state) in WAITING:
                self._apply(task, TaskState.REJECTED, task.taken_by, reason)

    def _apply(self, task: DepartmentTask, to: TaskState, actor: str, result: str) -> None:
        if to not in TASK_MOVES.get(TaskState(task.state), frozenset()):
            raise WrongTaskMove(f"{task.kind}: {task.state} -> {to.value}")
        task.state = to.value
        task.taken_by = "" if to is TaskState.OPEN else actor
        task.result = result or task.result
        task.settled_at = self._clock.now() if to in SETTLED else None
