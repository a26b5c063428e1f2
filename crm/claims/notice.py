"""The last day on which notice can be given in writing. Plain counting; information for staff, not legal advice.

The clock starts on the day after delivery (delay: after the goods were at the receiver's disposal) and counts calendar days;
CMR leaves out Sundays and holidays (freight reference 6.3).
"""

from collections.abc import Container
from dataclasses import dataclass
from datetime import date, timedelta

from crm.claims.regimes import Regime, RegimeRow, Trouble, regimes

SUNDAY = 6
ASK_A_LAWYER = "资料里没有可靠的期限，请尽早书面通知，并问律师"
UNCHECKED = "期限未核对，请尽早通知并问律师"
NOT_DELIVERED = "货没有交付，没有起算日；请尽早书面通知，并问律师"
NO_DAY = {
    Trouble.DELAY: "先填货物可以提取或交付的日期",
    Trouble.VISIBLE: "先填交付日期",
    Trouble.HIDDEN: "先填交付日期",
}


@dataclass(frozen=True)
class Matter:
    """What is known of the case. None: not known."""

    trouble: Trouble
    delivered_on: date | None = None
    at_disposal_on: date | None = None
    container: bool = False
    """Whether the goods came to the receiver in a container."""


@dataclass(frozen=True)
class Notice:
    """The last day, and why. `last_day` None: not known, `why` says what to do. For staff."""

    last_day: date | None
    why: str
    checked: bool


def notice(regime: Regime, matter: Matter, holidays: Container[date] = frozenset()) -> Notice:
    """The last day for notice. `holidays`: of the place of delivery; only CMR leaves them out."""
    row = regimes()[regime]
    period = row.period(matter.trouble, container=matter.container)
    if matter.trouble is Trouble.LOST:
        return Notice(None, NOT_DELIVERED, checked=False)
    if period is None:
        return Notice(None, f"{row.name_zh}：{ASK_A_LAWYER}（{row.source}）", checked=False)
    start = matter.at_disposal_on if matter.trouble is Trouble.DELAY else matter.delivered_on
    if start is None:
        return Notice(None, NO_DAY[matter.trouble], checked=row.checked)
    checked = row.checked and period.checked
    if period.at_delivery:
        return Notice(start, _why(row, "交付当时", checked), checked)
    last = _working(start, period.days, holidays) if period.working else start + timedelta(days=period.days)
    kind = "天，不算周日和节假日" if period.working else "天"
    return Notice(last, _why(row, f"次日起 {period.days} {kind}", checked), checked)


def _working(start: date, days: int, holidays: Container[date]) -> date:
    day = start
    while days:
        day += timedelta(days=1)
        if day.weekday() != SUNDAY and day not in holidays:
            days -= 1
    return day


def _why(row: RegimeRow, period: str, checked: bool) -> str:
    words = f"{row.name_zh}：{period}（{row.source}）"
    return words if checked else f"{words}；{UNCHECKED}"
