"""All queries about orders and department tasks."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm.orders.models import DepartmentTask, Order, OrderEvent, OrderState, TaskState
from crm.pricing.models import Quote
from crm.staff.departments import Department


class OrderRepository:
    """Orders and their history."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, order: Order) -> None:
        """Stores a new order."""
        self._session.add(order)
        await self._session.flush()

    async def of_turn(self, dialogue_id: UUID, turn_id: UUID) -> Order | None:
        """The order made in one turn, if it has been made."""
        return await self._one(select(Order).where(Order.dialogue_id == dialogue_id, Order.turn_id == turn_id))

    async def of_quote(self, quote_id: UUID) -> Order | None:
        """The order made of a quote, if it has been made."""
        return await self._one(select(Order).where(Order.quote_id == quote_id))

    async def by_number(self, number: str) -> Order | None:
        """An order by its number, whosever it is; locked."""
        return await self._one(select(Order).where(Order.number == number).with_for_update())

    async def own(
        self, number: str, dialogue_id: UUID | None, customer_id: UUID | None, *, lock: bool = False
    ) -> Order | None:
        """An order by its number if it is the asker's; None for another's as for one that does not exist."""
        query = select(Order).where(Order.number == number, _owned(dialogue_id, customer_id))
        return await self._one(query.with_for_update() if lock else query)

    async def newest(
        self, dialogue_id: UUID | None, customer_id: UUID | None, states: frozenset[OrderState] | None = None
    ) -> Sequence[Order]:
        """The asker's orders (in `states`; None: all), newest first."""
        query = select(Order).where(_owned(dialogue_id, customer_id))
        if states is not None:
            query = query.where(Order.state.in_([state.value for state in states]))
        return (await self._session.scalars(query.order_by(Order.created_at.desc(), Order.number.desc()))).all()

    async def quote_of(self, order: Order) -> Quote | None:
        """The quote an order was made of."""
        return None if order.quote_id is None else await self._session.get(Quote, order.quote_id)

    async def record(self, event: OrderEvent) -> None:
        """Appends an event to its order's history; sets its position."""
        count = await self._session.scalar(
            select(func.count()).select_from(OrderEvent).where(OrderEvent.order_id == event.order_id)
        )
        event.position = (count or 0) + 1
        self._session.add(event)
        await self._session.flush()

    async def events(self, order_id: UUID) -> Sequence[OrderEvent]:
        """The history of an order, oldest first."""
        query = select(OrderEvent).where(OrderEvent.order_id == order_id).order_by(OrderEvent.position)
        return (await self._session.scalars(query)).all()

    async def _one(self, query: Select[Order]) -> Order | None:
        # A locked row must be read afresh: what the session remembers may be older than the lock.
        return (await self._session.scalars(query.execution_options(populate_existing=True))).one_or_none()


class TaskRepository:
    """Tasks of the departments."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, task: DepartmentTask) -> None:
        """Stores a new task."""
        self._session.add(task)
        await self._session.flush()

    async def of_turn(self, dialogue_id: UUID, turn_id: UUID, kind: str) -> DepartmentTask | None:
        """The task of a kind opened in one turn, if it has been opened."""
        query = select(DepartmentTask).where(
            DepartmentTask.dialogue_id == dialogue_id, DepartmentTask.turn_id == turn_id, DepartmentTask.kind == kind
        )
        return (await self._session.scalars(query)).one_or_none()

    async def get(self, task_id: UUID) -> DepartmentTask | None:
        """A task by id, locked."""
        query = select(DepartmentTask).where(DepartmentTask.id == task_id).with_for_update()
        return (await self._session.scalars(query.execution_options(populate_existing=True))).one_or_none()

    async def of_order(self, order_id: UUID) -> Sequence[DepartmentTask]:
        """All tasks of an order, in the order they fall due."""
        query = select(DepartmentTask).where(DepartmentTask.order_id == order_id)
        return (await self._session.scalars(query.order_by(DepartmentTask.due_at, DepartmentTask.kind))).all()

    async def of_quote(self, quote_id: UUID) -> Sequence[DepartmentTask]:
        """All tasks of a quote."""
        query = select(DepartmentTask).where(DepartmentTask.quote_id == quote_id)
        return (await self._session.scalars(query.order_by(DepartmentTask.due_at, DepartmentTask.kind))).all()

    async def queue(self, department: Department | None, states: frozenset[TaskState]) -> Sequence[DepartmentTask]:
        """Tasks of a department (None: of all) in `states`, the most urgent first."""
        query = select(DepartmentTask).where(DepartmentTask.state.in_([state.value for state in states]))
        if department is not None:
            query = query.where(DepartmentTask.department == department.value)
        return (await self._session.scalars(query.order_by(DepartmentTask.due_at))).all()


def _owned(dialogue_id: UUID | None, customer_id: UUID | None) -> ColumnElement[bool]:
    """A customer's order is read by that customer only; one of nobody in particular by the dialogue it was made in."""
    unowned = and_(Order.customer_id.is_(None), Order.dialogue_id == dialogue_id, Order.dialogue_id.is_not(None))
    return unowned if customer_id is None else or_(Order.customer_id == customer_id, unowned)
