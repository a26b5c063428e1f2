"""The root of the refusals. A refusal is an answer, not a crash: callers map each to words for the customer or the agent."""


class Refusal(Exception):
    """The firm says no for a reason that can be told. `code` names it in APIs and texts (`utter_refused_<code>`)."""

    code = "refused"
