"""Refusals about promises."""

from crm.errors import Refusal


class PromiseSettled(Refusal):
    """A promise that is kept, broken or cancelled does not change any more."""

    code = "promise_settled"


class PromiseNotFound(Refusal):
    """No such promise, or one that is not this person's business: both look alike."""

    code = "promise_not_found"


class PromiseIsLate(Refusal):
    """What was not kept in time is broken; only a supervisor may call it void."""

    code = "promise_is_late"


class DueInThePast(Refusal):
    """Nothing is promised for a moment that is over. The argument says which promise."""

    code = "promise_due_in_the_past"
