"""Moves of quotes, each checked and written down."""

from crm.clock import Clock
from crm.pricing.lifecycle import check_move
from crm.pricing.models import Quote, QuoteEvent, QuoteState
from crm.pricing.repository import PricingRepository


class QuoteHistory:
    """The only place that changes a quote's state."""

    def __init__(self, quotes: PricingRepository, clock: Clock) -> None:
        self._quotes = quotes
        self._clock = clock

    async def move(self, quote: Quote, to: QuoteState, actor: str, reason: str = "") -> None:
        """Moves a stored quote and records it. Raises WrongQuoteMove."""
        check_move(quote, to)
        event = QuoteEvent(
            quote_id=quote.id,
            from_state=quote.state,
            to_state=to.value,
            actor=actor,
            reason=reason,
            at=self._clock.now(),
        )
        quote.state = to.value
        await self._quotes.record(event)
