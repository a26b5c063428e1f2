"""Severity of complaints, as a customer would write them; and what must not make a matter look graver than it is."""

from datetime import timedelta
from decimal import Decimal

import pytest

from crm.complaints.models import Severity
from crm.complaints.severity import Circumstances, assess, delay_told, value_told

DELAY = Circumstances(categories=frozenset({"delay"}))


@pytest.mark.parametrize(
    ("text", "category", "severity", "rule"),
    [
        ("卸货的时候砸伤了一个工人", "damage", "S1", "injury"),
        ("桶装的货在漏液，味道很大", "damage", "S1", "leak"),
        ("再不解决我找律师了", "delay", "S1", "legal"),
        ("等着被曝光吧", "attitude", "S1", "media"),
        ("我要打１２３１５", "fee", "S1", "regulator"),
        ("一整票货都丢了你们怎么说", "loss", "S1", "whole_shipment_lost"),
        ("货值三十万的设备裂了", "damage", "S1", "high_value"),
        ("价值5万美金的货不见了", "loss", "S1", "high_value"),
        ("木箱裂了", "damage", "S2", "damage"),
        ("少了两箱", "loss", "S2", "loss"),
        ("拖了五天了", "delay", "S2", "long_delay"),
        ("都一个星期了还没到", "delay", "S2", "long_delay"),
        ("货到海关一周还没放行", "delay", "S2", "long_delay"),
        ("以后不跟你们合作了", "attitude", "S2", "threat_to_leave"),
        ("货全部没了", "loss", "S1", "whole_shipment_lost"),
        ("下次换一家货代", "attitude", "S2", "threat_to_leave"),
        ("送到隔壁公司去了", "misdelivery", "S2", "misdelivery"),
        ("送到隔壁公司，后来找到了", "misdelivery", "S3", "misdelivery"),
        ("说好周三到现在都没影", "delay", "S3", "delay"),
        ("晚了两天", "delay", "S3", "delay"),
        ("账单怎么比报价多八百", "fee", "S3", "fee"),
        ("司机骂人", "attitude", "S4", "dissatisfaction"),
        ("我要投诉", "other", "S4", "dissatisfaction"),
    ],
)
def test_severity_by_words_and_category(text: str, category: str, severity: str, rule: str) -> None:
    found = assess(text, Circumstances(categories=frozenset({category})))
    assert (found.severity, found.reasons[0].rule) == (severity, rule)


@pytest.mark.parametrize(
    "text",
    [
        "还好没有人受伤",
        "没有泄漏，就是晚了",
        "我不想找律师，赶紧送来",
        "我的信息泄露了吗",
        "我警告你们快点",
        "货都没了消息",
        "工商银行的回单还没到",
        "我没说要换一家",
        "货值三万",
        "说好3天到的",
        "海关那边放行了没有",
    ],
)
def test_harmless_words_do_not_raise_it(text: str) -> None:
    assert assess(text, DELAY).severity == Severity.S3


def test_every_reason_is_kept_with_what_it_rests_on() -> None:
    found = assess("木箱裂了，司机受伤，我要起诉", Circumstances(categories=frozenset({"damage"})))
    assert [(r.rule, r.basis) for r in found.reasons] == [("injury", "受伤"), ("legal", "起诉"), ("damage", "damage")]


@pytest.mark.parametrize(
    ("known", "severity"),
    [
        (Circumstances(categories=frozenset({"delay"}), value_cny=Decimal(100_000)), "S3"),
        (Circumstances(categories=frozenset({"delay"}), value_cny=Decimal("100000.01")), "S1"),
        (Circumstances(categories=frozenset({"delay"}), delay=timedelta(days=3)), "S3"),
        (Circumstances(categories=frozenset({"delay"}), delay=timedelta(days=3, hours=1)), "S2"),
        (Circumstances(categories=frozenset({"delay"}), delay=timedelta(hours=25)), "S3"),
        (Circumstances(categories=frozenset({"delay"}), delay=timedelta(hours=25), express=True), "S2"),
        (Circumstances(categories=frozenset({"fee"}), repeated=True), "S2"),
        (Circumstances(categories=frozenset({"attitude", "loss"})), "S2"),
    ],
)
def test_severity_by_what_is_known(known: Circumstances, severity: str) -> None:
    assert assess("快点处理", known).severity == severity


def test_a_blocked_class_a_customer_is_gravest_but_others_are_not() -> None:
    assert assess("再不到我们就停产了", Circumstances(class_a=True)).severity == Severity.S1
    assert assess("再不到我们就停产了", Circumstances(class_a=False)).severity == Severity.S4
    assert assess("什么时候到", Circumstances(class_a=True)).severity == Severity.S4


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("晚了两三天", 3),
        ("延误了半个月", 15),
        ("等了快十天", 10),
        ("三天了都没动", 3),
        ("都过去 10 天了", 10),
        ("耽误 36 小时", 1.5),
        ("拖到20日", None),
        ("等到3月再说", None),
        ("三天内能到吗", None),
    ],
)
def test_delay_as_told(text: str, days: float | None) -> None:
    assert delay_told(text) == (None if days is None else timedelta(days=days))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("货值大概12万", 120_000),
        ("价值￥8,000元", 8_000),
        ("损失至少两万五", 25_000),
        ("值 $2000", 14_000),
        ("多收六百", None),
    ],
)
def test_value_as_told(text: str, value: int | None) -> None:
    assert value_told(text) == value
