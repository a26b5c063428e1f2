"""Severity of complaints, as a customer would write them; and what must not make a matter look graver than it is."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from crm.complaints.models import Severity
from crm.complaints.severity import Circumstances, assess, delay_told, value_told
from tests.unit.complaints.tables import of_kind

DELAY = Circumstances(categories=frozenset({"delay"}))
MONDAY = date(2026, 11, 23)


@pytest.mark.parametrize("row", of_kind("severity"), ids=lambda row: row["text"])
def test_severity_on_a_monday(row: dict[str, str]) -> None:
    category, severity = row["severity"].split(":")
    assert assess(row["text"], Circumstances(frozenset({category}), today=MONDAY)).severity == severity


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("说好15号到港", 8),
        ("說好二十號到，今天二十五號了", 3),
        ("上上周五就该到", 10),
        ("本来1号就该到的", 22),
        ("ETA 11/15", 8),
        ("was due Nov 17", 6),
        ("说好10月20日到，11月1日才交到机场", 12),
        ("说好31号到", None),
        ("预计12月30日到", None),
        ("说好的2号仓", None),
        ("承诺15日内退款", None),
        ("去年说好3月1日到", None),
        ("上" * 50, None),
    ],
)
def test_delay_since_the_day_that_was_promised(text: str, days: int | None) -> None:
    assert delay_told(text, MONDAY) == (None if days is None else timedelta(days=days))


def test_without_a_clock_only_the_day_the_customer_calls_today_counts() -> None:
    assert delay_told("说好15号到港") is None
    assert delay_told("说好18号到，今天23号了") == timedelta(days=5)
    assert delay_told("due 31/11, today is Nov 31") is None


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
    assert assess("再不到我们就停产了", Circumstances(class_a=False)).severity == Severity.S2
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


@pytest.mark.parametrize(
    ("text", "rule", "severity"),
    [
        ("卸貨時有人受傷", "injury", "S1"),
        ("師傅被叉車撞傷送醫院了", "injury", "S1"),
        ("工人手被夹伤了", "injury", "S1"),
        ("人都送到医院了你们还不管", "injury", "S1"),
        ("救护车都来了", "injury", "S1"),
        ("有人流血了", "injury", "S1"),
        ("化學品洩漏", "leak", "S1"),
        ("电池冒烟了", "leak", "S1"),
        ("油漆桶漏了一地", "leak", "S1"),
        ("集装箱着火了", "leak", "S1"),
        ("酒精洒了一车厢", "leak", "S1"),
        ("电池鼓包了", "leak", "S1"),
        ("貨櫃裡有液體滲漏", "leak", "S1"),
        ("我會請律師處理", "legal", "S1"),
        ("等著收律師函吧", "legal", "S1"),
        ("法院见", "legal", "S1"),
        ("咱们打官司", "legal", "S1"),
        ("我会发存证信函", "legal", "S1"),
        ("走法律程序", "legal", "S1"),
        ("我要去告你們", "legal", "S1"),
        ("my lawyer will contact you", "legal", "S1"),
        ("保留追究法律责任的权利", "legal", "S1"),
        ("我發到抖音上去", "media", "S1"),
        ("小红书见", "media", "S1"),
        ("我找记者来拍", "media", "S1"),
        ("投訴到電視台", "media", "S1"),
        ("挂网上让大家看看", "media", "S1"),
        ("微博曝光你们", "media", "S1"),
        ("爆料公社見", "media", "S1"),
        ("I will post it on social media", "media", "S1"),
        ("我打12345了", "regulator", "S1"),
        ("消委會見", "regulator", "S1"),
        ("我去消保會申訴", "regulator", "S1"),
        ("向交通局投诉", "regulator", "S1"),
        ("已经报警了", "regulator", "S1"),
        ("我找工商", "regulator", "S1"),
        ("市场监管局", "regulator", "S1"),
        ("我要举报你们", "regulator", "S1"),
        ("邮管局投诉", "regulator", "S1"),
        ("整個櫃子不見了", "whole_shipment_lost", "S1"),
        ("整柜货丢了", "whole_shipment_lost", "S1"),
        ("货柜丢了", "whole_shipment_lost", "S1"),
        ("全部货物丢失", "whole_shipment_lost", "S1"),
        ("the whole container is missing", "whole_shipment_lost", "S1"),
        ("損失十幾萬", "high_value", "S1"),
        ("货值15w", "high_value", "S1"),
        ("value值$20k", "high_value", "S1"),
        ("价值20万美金", "high_value", "S1"),
        ("损失好几十万", "high_value", "S1"),
        ("一百二十万的货", "high_value", "S1"),
        ("損失上百萬", "high_value", "S1"),
        ("货值10.5万", "high_value", "S1"),
        ("三十万的机器", "high_value", "S1"),
        ("货值USD 20000", "high_value", "S1"),
        ("损失近二十万", "high_value", "S1"),
        ("值二十多萬", "high_value", "S1"),
        ("货值HK$150,000", "high_value", "S1"),
        ("停产了", "production_stopped", "S2"),
        ("产线停了", "production_stopped", "S2"),
        ("工廠要停線了", "production_stopped", "S2"),
        ("马上断料", "production_stopped", "S2"),
        ("再不到就要停产", "production_stopped", "S2"),
        ("樱桃都烂了", "perishable", "S2"),
        ("海鮮臭了", "perishable", "S2"),
        ("疫苗脱温了", "perishable", "S2"),
        ("冰淇淋化了", "perishable", "S2"),
        ("冷链断了", "perishable", "S2"),
        ("牛奶都变质了", "perishable", "S2"),
        ("赶不上船了", "vessel_missed", "S2"),
        ("截关过了", "vessel_missed", "S2"),
        ("误了船期", "vessel_missed", "S2"),
        ("明天截关车还没来", "vessel_missed", "S2"),
        ("趕不上結關", "vessel_missed", "S2"),
        ("錯過船期", "vessel_missed", "S2"),
        ("三四天了都没动", "long_delay", "S2"),
        ("一個禮拜了還沒到", "long_delay", "S2"),
        ("快一周了", "long_delay", "S2"),
        ("都快一个礼拜了", "long_delay", "S2"),
        ("等咗五日", "long_delay", "S2"),
        ("遲咗成五日", "long_delay", "S2"),
        ("晚了一个多星期", "long_delay", "S2"),
        ("拖了半个多月", "long_delay", "S2"),
        ("好几天了没动静", "long_delay", "S2"),
        ("超过一周", "long_delay", "S2"),
        ("压了十二天", "long_delay", "S2"),
        ("躺在仓库九天", "long_delay", "S2"),
        ("以后不用你们了", "threat_to_leave", "S2"),
        ("下次換別家", "threat_to_leave", "S2"),
        ("再也不找你们了", "threat_to_leave", "S2"),
        ("合作到此为止", "threat_to_leave", "S2"),
        ("终止合作", "threat_to_leave", "S2"),
        ("這是最後一次合作", "threat_to_leave", "S2"),
        ("第二次投诉了", "repeated", "S2"),
        ("上次投诉过", "repeated", "S2"),
        ("又投诉一次", "repeated", "S2"),
    ],
)
def test_every_rule_is_met_in_the_words_people_use(text: str, rule: str, severity: str) -> None:
    found = assess(text, DELAY)
    assert found.severity == severity
    assert rule in {reason.rule for reason in found.reasons}


@pytest.mark.parametrize(
    "text",
    [
        "还好没有人受伤",
        "没人受伤",
        "不想找律师",
        "没到找律师的地步",
        "张律师收的快递",
        "我是律师，文件晚了",
        "送到法院路88号的",
        "地址是法院路12号",
        "多媒体音箱晚到了",
        "媒体播放器晚了",
        "曝光机晚了一天",
        "急死人了",
        "气死我了",
        "急死人",
        "你这话太伤人了",
        "报警器还没到",
        "工商银行的文件",
        "单号9912315456没到",
        "SF12345678没动",
        "客户信息泄露了吗",
        "文化了解",
        "变化了",
        "优化了",
        "简化了流程",
        "臭司机",
        "慢死了",
        "破烂服务",
        "没有停产",
        "还没停产",
        "货值三万",
        "货值8万",
        "损失两千",
        "说好3天到的",
        "等到3月再说",
        "抖音小店的货晚了",
        "寄到派出所旁边的",
        "送到法院的文件晚了",
        "发货给媒体公司",
        "律师事务所的文件晚了一天",
        "漏发了一箱",
        "漏了一箱没发",
        "晚了两三天",
        "晚了三天",
        "我警告你们快点",
        "换一家快递柜取",
        "告诉你们晚了",
        "公安局对面的小区",
        "送医疗器械晚了",
        "医院住院部收",
        "损失NT$300000",
        "合作三年了",
        "几天了",
        "货值十万",
        "起诉书晚到了",
        "爆炸物品已申报",
        "停产的型号",
        "三天内必须到",
        "没投诉过",
        "你们投诉电话多少",
        "伤心",
        "过两天到",
        "我们截关前送到就行",
        "还有三天",
        "客户在住院部",
        "电脑中毒打不开",
        "不会换别家的",
        "没说要曝光",
        "不至于停产",
    ],
)
def test_false_friends_do_not_raise_it(text: str) -> None:
    assert assess(text, DELAY).severity == Severity.S3


def test_what_it_rests_on_is_in_the_customers_own_spelling() -> None:
    found = assess("卸貨時有人受傷", DELAY)
    assert found.reasons[0].basis == "受傷"
