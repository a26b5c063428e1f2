"""Refusals about prices and quotes."""

from crm.errors import Refusal


class QuoteNotFound(Refusal):
    """No such quote, or it is somebody else's: both are answered alike, so that nobody learns what exists."""

    code = "quote_not_found"


class QuoteNotOpen(Refusal):
    """The quote cannot be accepted where it stands: not priced yet, replaced, rejected or accepted before."""

    code = "quote_not_open"


class QuoteAlreadyAccepted(QuoteNotOpen):
    """The quote has become an order; `order_number` names it."""

    code = "quote_already_accepted"

    def __init__(self, order_number: str) -> None:
        super().__init__(order_number)
        self.order_number = order_number


class QuoteExpired(Refusal):
    """The price was valid until `valid_until` and is made anew, never silently extended."""

    code = "quote_expired"


class WrongQuoteMove(Refusal):
    """The life cycle of quotes does not allow this move."""

    code = "wrong_quote_move"


class NeedsApproval(Refusal):
    """The margin is under what this person may send; `approver` names who may."""

    code = "needs_approval"

    def __init__(self, approver: str) -> None:
        super().__init__(approver)
        self.approver = approver
