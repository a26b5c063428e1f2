"""Ready Chinese values for the templates of a quote in domain.yml: lanes, lines, money. Sentences live there, not here."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from crm.pricing.lines import Inclusion
from crm.pricing.money import Money
from crm.pricing.views import CustomerLine, CustomerQuote

INCLUSION_NAMES = {Inclusion.INCLUDED: "含", Inclusion.AT_COST: "实报实销"}


def money(amount: Decimal, currency: str) -> str:
    """USD 6,515.00."""
    return f"{currency} {amount:,.2f}"


def totals(amounts: Iterable[Money]) -> str:
    """USD 6,515.00 + CNY 8,605.00."""
    return " + ".join(money(one.amount, one.currency) for one in amounts)


def number(value: Decimal) -> str:
    """A quantity without needless zeros: 2, 2.88."""
    return f"{value.normalize():f}"


def quote_line(line: CustomerLine) -> str:
    """· 海运费 USD 2,450.00 × 2柜 = USD 4,900.00."""
    if line.inclusion in INCLUSION_NAMES:
        return f"· {line.name}（{INCLUSION_NAMES[line.inclusion]}）"
    amount = money(line.amount, line.currency)
    detail = f"（{line.detail}）" if line.detail else ""
    if line.quantity == 1 or line.quantity * line.unit_price != line.amount:
        return f"· {line.name}{detail} {amount}"
    return f"· {line.name}{detail} {line.currency} {number(line.unit_price)} × {number(line.quantity)}{line.unit} = {amount}"


def quote_lines(lines: Sequence[CustomerLine]) -> str:
    """All lines, one below the other."""
    return "\n".join(quote_line(line) for line in lines)


def lane(quote: CustomerQuote) -> str:
    """上海→汉堡."""
    return f"{quote.origin_name}→{quote.destination_name}"


def in_cny(quote: CustomerQuote) -> str:
    """A line of its own, 折合 CNY 55,187.25（USD 7.15，11月21日汇率）; empty when all is in CNY or there is no exchange rate."""
    if quote.cny_total is None or not quote.exchange:
        return ""
    rates = "，".join(f"{e.currency} {number(e.rate)}" for e in quote.exchange)
    day = quote.exchange[0].day
    return f"\n折合 {money(quote.cny_total, 'CNY')}（{rates}，{day.month}月{day.day}日汇率）"


def quote_facts(quote: CustomerQuote) -> str:
    """，2×40HQ; ，800公斤 3.2方: what was asked to be moved."""
    facts = quote.request
    parts = [f"{count}×{kind}" for kind, count in facts.get("containers", [])]
    if "weight_kg" in facts and not parts:
        parts.append(f"{number(Decimal(facts['weight_kg']))}公斤")
    if "volume_cbm" in facts and "containers" not in facts:
        parts.append(f"{number(Decimal(facts['volume_cbm']))}方")
    return "，" + " ".join(parts) if parts else ""


def quote_values(quote: CustomerQuote) -> dict[str, str]:
    """Everything the templates of a quote need. Holds nothing a customer may not read: it is made of their view."""
    until = quote.valid_until
    days = quote.transit_days
    span = "" if days is None else str(days[0]) if days[0] == days[1] else f"{days[0]}-{days[1]}"
    return {
        "quote_no": quote.number,
        "lane": lane(quote),
        "mode": quote.mode_name,
        "load": quote.load_name,
        "facts": quote_facts(quote),
        "lines": quote_lines(quote.lines),
        "totals": totals(quote.totals),
        "cny": in_cny(quote),
        "valid_until": f"{until.month}月{until.day}日" if until else "",
        "transit": f"，航程/时效约{span}天" if span else "",
        "free_days": f"，目的港免箱期{quote.free_days}天" if quote.free_days else "",
        "remark": f"\n{quote.remark}" if quote.remark else "",
        "state": quote.state_name,
    }
