"""The life of an order and of a task: which move is allowed from where (freight reference 5.2, 5.3)."""

from crm.orders.errors import WrongOrderMove
from crm.orders.models import Order, OrderState, TaskState

S = OrderState
T = TaskState

MOVES: dict[OrderState, frozenset[OrderState]] = {
    S.SUBMITTED: frozenset({S.CONFIRMED, S.CANCELLED}),
    S.CONFIRMED: frozenset({S.EXECUTING, S.ON_HOLD, S.CANCELLED}),
    S.EXECUTING: frozenset({S.DELIVERED, S.ON_HOLD, S.CANCELLED}),
    S.DELIVERED: frozenset({S.COMPLETED}),
    S.COMPLETED: frozenset({S.BILLED}),
    S.BILLED: frozenset({S.CLOSED}),
}
"""Never over a state. Out of on_hold an order only goes back to where it was. What is not named is final."""

CANCELLED_BY_CUSTOMER = frozenset({S.SUBMITTED, S.CONFIRMED})
"""Once goods move, a person decides."""
NEEDS_PERSON = frozenset({S.EXECUTING, S.ON_HOLD})

STATE_NAMES: dict[OrderState, str] = {
    S.SUBMITTED: "已提交",
    S.CONFIRMED: "已确认",
    S.EXECUTING: "执行中",
    S.DELIVERED: "已送达",
    S.COMPLETED: "已完成",
    S.BILLED: "已开票",
    S.CLOSED: "已结清",
    S.ON_HOLD: "暂停",
    S.CANCELLED: "已取消",
}

TASK_MOVES: dict[TaskState, frozenset[TaskState]] = {
    T.OPEN: frozenset({T.TAKEN, T.DONE, T.REJECTED, T.ESCALATED}),
    T.TAKEN: frozenset({T.OPEN, T.DONE, T.REJECTED, T.ESCALATED}),
    T.ESCALATED: frozenset({T.TAKEN, T.DONE, T.REJECTED}),
}
SETTLED = frozenset({T.DONE, T.REJECTED})


def check_move(order: Order, to: OrderState) -> None:
    """Raises WrongOrderMove unless `order` may go to `to` from where it is."""
    state = OrderState(order.state)
    back = OrderState(order.held_from) if order.held_from else None
    allowed = frozenset({back}) if state is S.ON_HOLD else MOVES.get(state, frozenset())
    if to not in allowed:
        raise WrongOrderMove(f"{order.number}: {order.state} -> {to.value}")
