"""Refusals about orders and tasks."""

from crm.errors import Refusal


class OrderNotFound(Refusal):
    """No such order, or it is somebody else's: both are answered alike."""

    code = "order_not_found"


class OrderNotOpen(Refusal):
    """The order is delivered or beyond: there is nothing left to cancel."""

    code = "order_not_open"


class NeedsPerson(Refusal):
    """The order is under way; only a person can still stop it."""

    code = "needs_person"


class WrongOrderMove(Refusal):
    """The life cycle of orders does not allow this move."""

    code = "wrong_order_move"


class WrongTaskMove(Refusal):
    """The task is not where this move starts from (somebody else took or settled it)."""

    code = "wrong_task_move"


class TaskNotFound(Refusal):
    """No such task."""

    code = "task_not_found"
