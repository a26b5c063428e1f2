"""What is proposed on which complaint, and that the table says it well."""

import re
from decimal import Decimal
from itertools import product

import pytest

from crm.complaints.categories import categories
from crm.complaints.models import ComplaintCard, Severity
from crm.customers.models import CustomerClass
from crm.orders.models import TaskKind
from crm.pricing.money import Money
from crm.pricing.policy import standard_policy
from crm.remedies.authority import Granted, Rank, approver
from crm.remedies.models import RemedyKind
from crm.remedies.rules import Measure, kinds, proposals, table
from crm.staff.departments import Department

EVERY = list(product(categories(), Severity, [None, *CustomerClass]))


def card(category: str, severity: str = "S3") -> ComplaintCard:
    return ComplaintCard(category=category, severity=severity)


def suggested(category: str, severity: str, class_code: str | None = None, freight: str | None = None) -> list[str]:
    found = proposals(card(category, severity), class_code, Decimal(freight) if freight else None)
    return [f"{one.kind} {one.amount.amount if one.amount else one.days or ''}".strip() for one in found]


@pytest.mark.parametrize(
    ("complaint", "expected"),
    [
        (("delay", "S3"), ["priority", "voucher 100.00"]),
        (("delay", "S3", "A"), ["priority", "voucher 200.00"]),
        (("delay", "S2"), ["priority", "apology_call", "credit_note 200.00", "free_storage 5"]),
        (("delay", "S2", "C", "12000"), ["priority", "apology_call", "credit_note 600.00", "free_storage 5"]),
        (("delay", "S1", "C", "900000"), ["priority", "apology_call", "credit_note 3000.00", "free_storage 5"]),
        (("damage", "S2", "B"), ["claim_file", "repair 300.00", "apology_call", "free_storage 7", "voucher 200.00"]),
        (("loss", "S2"), ["search", "claim_file", "apology_call", "redelivery 200.00"]),
        (("loss", "S1"), ["search", "claim_file", "apology_call"]),
        (("misdelivery", "S3"), ["redelivery 200.00", "voucher 50.00"]),
        (("attitude", "S4", "D"), ["apology_call"]),
        (("attitude", "S4", "B"), ["apology_call", "voucher 100.00"]),
        (("fee", "S3"), ["bill_check", "credit_note", "voucher 50.00"]),
        (("no_response", "S4"), ["apology_call", "priority"]),
        (("other", "S4"), ["apology_call", "voucher 50.00"]),
    ],
)
def test_what_is_proposed(complaint: tuple[str, ...], expected: list[str]) -> None:
    assert suggested(*complaint) == expected


@pytest.mark.parametrize(("category", "severity", "class_code"), EVERY)
def test_there_is_always_something_once_and_within_what_the_firm_can_do(
    category: str, severity: str, class_code: str | None
) -> None:
    """A suggestion that nobody could approve would be a mockery."""
    found = proposals(card(category, severity), class_code, Decimal(10**9))
    assert found
    assert not found[0].extra, "what mends the matter comes first"
    assert len({one.kind for one in found}) == len(found)
    for one in found:
        measure = kinds()[one.kind].measure
        assert (one.days is not None) == (measure is Measure.DAYS)
        assert one.amount is None or measure.in_money
        more = Granted(one.amount.amount if one.amount else Decimal(0), one.days or 0)
        assert approver(one.kind, Granted(), more) is not None


def test_a_better_customer_never_gets_less() -> None:
    for category, severity in product(categories(), Severity):
        sums = [
            sum((one.amount.amount for one in proposals(card(category, severity), code) if one.amount), Decimal(0))
            for code in ("D", "C", "B", "A")
        ]
        assert sums == sorted(sums), (category, severity)


def test_an_unknown_customer_is_treated_as_the_standard_class() -> None:
    for category, severity in product(categories(), Severity):
        assert suggested(category, severity) == suggested(category, severity, "D")


def test_an_amount_is_rounded_to_cents() -> None:
    (credit,) = [one for one in proposals(card("delay", "S2"), "C", Decimal("12345.67")) if one.kind == "credit_note"]
    assert credit.amount == Money(Decimal("617.28"))


def test_every_kind_can_be_carried_out() -> None:
    """Each has a department, a task kind, and working hours; each is proposed somewhere."""
    assert set(kinds()) == set(RemedyKind)
    for kind, row in kinds().items():
        assert TaskKind(kind.value)
        assert standard_policy().task_hours[kind.value] > 0
        assert row.departments
    assert {rule["kind"] for rule in table()["rules"]} == set(RemedyKind)
    assert kinds()[RemedyKind.BILL_CHECK].departments_for("fee") == (Department.INTERNATIONAL, Department.FINANCE)
    assert kinds()[RemedyKind.APOLOGY_CALL].departments_for("attitude") == (Department.MANAGEMENT,)
    assert kinds()[RemedyKind.APOLOGY_CALL].departments_for("delay") == (Department.SERVICE_LEAD,)


def test_the_table_names_nothing_unknown() -> None:
    for rule in table()["rules"]:
        assert rule["category"] in categories()
        assert set(rule.get("severity", ())) <= set(Severity)
        assert set(rule.get("class", ())) <= set(CustomerClass)
        assert set(rule.get("amount", {}).get("by_class", ())) <= set(CustomerClass)
    assert set(table()["limits"]) == set(Rank)


def test_a_reason_says_something_to_staff_and_blames_nobody() -> None:
    for rule in table()["rules"]:
        assert re.search(r"[\u4e00-\u9fff]{6}", rule["reason"]), rule
        assert not re.search(r"司机|船公司|天气|系统|客户的错|请谅解|请理解", rule["reason"]), rule
