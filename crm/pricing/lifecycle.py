"""The life of a quote: which move is allowed from where (freight reference 5.1)."""

from crm.pricing.errors import WrongQuoteMove
from crm.pricing.models import Quote, QuoteState

S = QuoteState

MOVES: dict[QuoteState, frozenset[QuoteState]] = {
    S.DRAFT: frozenset({S.INQUIRING, S.PRICED, S.CANCELLED}),
    S.INQUIRING: frozenset({S.PRICED, S.NO_SERVICE, S.CANCELLED}),
    S.PRICED: frozenset({S.APPROVAL, S.SENT, S.CANCELLED}),
    S.APPROVAL: frozenset({S.SENT, S.PRICED}),
    S.SENT: frozenset({S.ACCEPTED, S.REJECTED, S.EXPIRED, S.SUPERSEDED, S.NEGOTIATING}),
    S.NEGOTIATING: frozenset({S.PRICED, S.REJECTED, S.EXPIRED}),
    S.ACCEPTED: frozenset({S.CONVERTED, S.EXPIRED}),
}
"""A state that is not named is final. Beyond the reference: an inquiry may be cancelled (the customer corrected it), and
a negotiation may end without a new price, else it would stay open for ever."""

STATE_NAMES: dict[QuoteState, str] = {
    S.DRAFT: "草稿",
    S.INQUIRING: "询价中",
    S.PRICED: "询价中",
    S.APPROVAL: "询价中",
    S.SENT: "已报价",
    S.NEGOTIATING: "议价中",
    S.ACCEPTED: "已接受",
    S.CONVERTED: "已转订单",
    S.REJECTED: "未成交",
    S.EXPIRED: "已过期",
    S.SUPERSEDED: "已更新",
    S.NO_SERVICE: "暂无法承接",
    S.CANCELLED: "已取消",
}
"""How a state is called in front of a customer; priced and awaiting approval are matters of the house."""


def check_move(quote: Quote, to: QuoteState) -> None:
    """Raises WrongQuoteMove unless `quote` may go to `to` from where it is."""
    if to not in MOVES.get(QuoteState(quote.state), frozenset()):
        raise WrongQuoteMove(f"{quote.number}: {quote.state} -> {to.value}")
