"""Refusals about promises."""

from crm.errors import Refusal


class PromiseSettled(Refusal):
    """A promise that is kept, broken or cancelled does not change any more."""

    code = "promise_settled"
