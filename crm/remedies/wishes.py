"""What somebody wants to do for a customer, and whether it goes together."""

from dataclasses import dataclass

from crm.pricing.money import Money
from crm.remedies.errors import NotFit
from crm.remedies.models import RemedyKind
from crm.remedies.rules import Measure, kinds

LONGEST_REASON = 300
LARGEST_AMOUNT = 10**9
MOST_DAYS = 3650


@dataclass(frozen=True)
class Wish:
    """`amount` for kinds counted in money, `days` for free storage; None where the kind has none."""

    kind: RemedyKind
    reason: str
    amount: Money | None = None
    days: int | None = None

    def check(self) -> None:
        """Raises NotFit."""
        row = kinds()[self.kind]
        check_reason(self.reason)
        if row.measure.in_money != (self.amount is not None):
            raise NotFit(f"{row.name_zh}{'要写金额' if row.measure.in_money else '不写金额'}")
        if (row.measure is Measure.DAYS) != (self.days is not None):
            raise NotFit(f"{row.name_zh}{'要写天数' if row.measure is Measure.DAYS else '不写天数'}")
        if self.amount is not None:
            _check_amount(self.amount)
        if self.days is not None and not 0 < self.days <= MOST_DAYS:
            raise NotFit("天数不对，请再看一眼")


def check_reason(reason: str) -> None:
    """Raises NotFit for a reason that is empty or too long."""
    if not 0 < len(reason.strip()) <= LONGEST_REASON:
        raise NotFit(f"理由要写，最多 {LONGEST_REASON} 个字")


def _check_amount(amount: Money) -> None:
    if not amount.amount.is_finite() or not 0 < amount.amount <= LARGEST_AMOUNT:
        raise NotFit("金额不对，请再看一眼")
    if amount != amount.rounded():
        raise NotFit("金额最多写到币种的最小单位")
