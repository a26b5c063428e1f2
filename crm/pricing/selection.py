"""Which of our rates serves a request best."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import structlog

from crm.pricing.calculation import Calculation, Terms, calculate
from crm.pricing.models import ExchangeRate, RateCard
from crm.pricing.money import CNY, Money, buffered_rate, cny_total
from crm.pricing.policy import Policy
from crm.pricing.repository import PricingRepository
from crm.pricing.request import COUNTRY_LENGTH, QuoteRequest
from crm.pricing.tariff import BadTariff, CannotCarry
from freight.places import by_locode, canonical, for_mode, same_place

log = structlog.get_logger(__name__)


class Exchanges:
    """The exchange rates of a day, by currency."""

    def __init__(self, rates: Mapping[str, ExchangeRate]) -> None:
        self._rates = rates

    def in_cny(self, parts: tuple[Money, ...]) -> tuple[Decimal | None, dict[str, Any]]:
        """The total in CNY with the rates it took ({currency: {"rate", "day"}}); (None, {}) when one is lacking."""
        foreign = [money.currency for money in parts if money.currency != CNY]
        if any(currency not in self._rates for currency in foreign):
            return None, {}
        used = {one: buffered_rate(self._rates[one].rate, self._rates[one].buffer) for one in foreign}
        exchange = {
            one: {"rate": format(rate, "f"), "day": self._rates[one].day.isoformat()} for one, rate in used.items()
        }
        return cny_total(parts, used), exchange


@dataclass(frozen=True)
class Offer:
    """A rate card that carries the request, with its price."""

    card: RateCard
    calculation: Calculation
    exchanges: Exchanges

    def rank(self) -> tuple[bool, Decimal, str]:
        """The lowest price in CNY first; one that cannot be compared for want of an exchange rate comes last."""
        total, _ = self.exchanges.in_cny(self.calculation.sell_totals)
        return total is None, total or Decimal(0), self.card.code


class RateSelection:
    """Finds the cheapest price among the valid rates of a lane."""

    def __init__(self, quotes: PricingRepository, policy: Policy) -> None:
        self._quotes = quotes
        self._policy = policy

    async def cheapest(self, request: QuoteRequest, today: date, terms: Terms) -> Offer | None:
        """The offer with the lowest selling price in CNY; None: no rate is valid or none can carry the request."""
        day = max(today, request.ready_date or today)
        exchanges = await self.exchanges(today)
        calculated = [(card, self._calculated(card, request, day, terms)) for card in await self._cards(request, day)]
        offers = [Offer(card, result, exchanges) for card, result in calculated if result is not None]
        return min(offers, key=Offer.rank, default=None)

    async def exchanges(self, today: date) -> Exchanges:
        """The newest rates that are not too old to be used."""
        since = today - timedelta(days=self._policy.exchange_rate_days)
        return Exchanges(await self._quotes.exchange_rates(since, today))

    async def _cards(self, request: QuoteRequest, day: date) -> list[RateCard]:
        mode, load = request.effective_mode, request.effective_load
        if mode is None or request.origin is None or request.destination is None:
            return []
        countries = (canonical(request.origin)[:COUNTRY_LENGTH], canonical(request.destination)[:COUNTRY_LENGTH])
        cards = await self._quotes.cards(mode.value, "" if load is None else load.value, countries, day)
        ends = _in_mode(request.origin, mode.value), _in_mode(request.destination, mode.value)
        return [card for card in cards if _serves(card.origin, ends[0]) and _serves(card.destination, ends[1])]

    def _calculated(self, card: RateCard, request: QuoteRequest, day: date, terms: Terms) -> Calculation | None:
        try:
            return calculate(card, request, day, terms)
        except CannotCarry as reason:
            log.info("rate_cannot_carry", card=card.code, reason=str(reason))
        except BadTariff as reason:
            log.error("rate_is_wrong", card=card.code, reason=str(reason))
        return None


def _in_mode(code: str, mode: str) -> str:
    """Where goods of a mode leave or reach the place asked: 上海 by air is its airport."""
    place = by_locode(code)
    return code if place is None else for_mode(place, mode).locode


def _serves(card_end: str, asked: str) -> bool:
    """Whether a rate's end is the place asked; a rate for a whole country serves every place in it."""
    return same_place(card_end, asked) or card_end == asked[: len(card_end)]
