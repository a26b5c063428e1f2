"""How grave a complaint is: plain rules, the gravest that speaks wins, and each says what it rests on."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from unicodedata import normalize

from crm.complaints.models import Severity
from freight import numerals

HIGH_VALUE_CNY = Decimal(100_000)
LONG_DELAY = timedelta(days=3)
LONG_EXPRESS_DELAY = timedelta(hours=24)

FIRST_REPLY_HOURS = {Severity.S1: 0.5, Severity.S2: 2, Severity.S3: 4, Severity.S4: 8}
"""Working hours until the first reply; those of S1 run round the clock."""

RESOLVE_WITHIN = {
    Severity.S1: timedelta(days=1),
    Severity.S2: timedelta(days=3),
    Severity.S3: timedelta(days=5),
    Severity.S4: timedelta(days=7),
}
"""Calendar days: complaints about express parcels must by law be answered within seven of them."""


@dataclass(frozen=True)
class Circumstances:
    """What is known beside the words. The defaults mean: not known, so the rule does not speak."""

    categories: frozenset[str] = frozenset()
    """Codes of everything complained about on this card."""
    class_a: bool = False
    value_cny: Decimal | None = None
    delay: timedelta | None = None
    express: bool = False
    repeated: bool = False
    """There was a complaint of this customer on the like within 30 days."""


@dataclass(frozen=True)
class Reason:
    """A rule that spoke, and the customer's words or the fact that made it speak."""

    severity: Severity
    rule: str
    basis: str


@dataclass(frozen=True)
class Assessment:
    """The severity and every reason, the gravest first. Never without a reason."""

    severity: Severity
    reasons: tuple[Reason, ...]


_ALL_LOST = (
    r"整(?:票|批|柜|车|个柜子?)货?[都全]?给?[弄搞]?(?:丢|没了|不见|失踪|找不到)|"
    r"货[全都]部?给?(?:丢|没了(?!消息|音讯|动静|下文)|不见)|全[部都]?(?:丢|不见|失踪)"
)
_LEAVING = (
    r"换(?:一?家|别家|个?货代|供应商)|找别[家人]|(?:不再|不会再|不想再|再也不)[会跟和与找用走]*你们|"
    r"(?:终止|取消|停止|结束)[跟和与]?(?:你们)?的?合作|(?:不|没法|没办法)再?(?:[跟和与]你们)?合作|不用你们|解除合同|解约|拉黑"
)
# Words that make a rule speak. What negates them directly before (没有人受伤) is looked at in `_said`.
_WORDS: Sequence[tuple[Severity, str, str]] = (
    (Severity.S1, "injury", r"受伤|砸伤|压伤|烫伤|烧伤|伤了?人|伤到了?人|住院|送医|中毒|骨折|出人命|死人|死亡"),
    (
        Severity.S1,
        "leak",
        r"泄漏|(?<!信息)(?<!资料)(?<!数据)(?<!隐私)(?<!电话)(?<!底价)泄露|漏液|漏油|渗漏|起火|着火|冒烟|自燃|爆炸",
    ),
    (Severity.S1, "legal", r"律师|起诉|法院|打官司|(?<![警劝转通忠报])告你们|告上|仲裁|法律途径|走法律|法务"),
    (Severity.S1, "media", r"媒体|记者|电视台|曝光|上热搜|发(?:到)?(?:微博|抖音|小红书|朋友圈|网上)"),
    (
        Severity.S1,
        "regulator",
        r"12315|12345|12305|消协|消费者协会|工商(?!银行)局?|市监局?|市场监管|邮政(?:管理)?局|邮管局|交通(?:运输)?(?:局|部(?!门)|委)|商务局|信访|报警|派出所|公安(?:局|机关|部门)",
    ),
    (
        Severity.S1,
        "whole_shipment_lost",
        _ALL_LOST,
    ),
    (
        Severity.S2,
        "threat_to_leave",
        _LEAVING,
    ),
)
_BLOCKED = (
    r"停[产线工]|断[料货供]|等米下锅|等着上线|赶不上(?:船|截|航班|交货|交期)|误了?(?:船期|交期)|扣[住在货]|卡[住在]"
)
_RECOVERED = r"(?:追|找|拿|取|要|送)回来?了|已经?(?:追回|找回|找到|收到|重新(?:派送|送到))|后来(?:收到|送到|找到)"

_NEGATED = re.compile(r"(?:没有?|未|无|不会|不是|并非|不用|不想)(?:任何)?(?:人员?|发生|出现|造成|说|要|去|找|请|再)*$")
_NUMBER = rf"(?P<number>{numerals.NUMERAL})\s*(?:{numerals.APPROXIMATE})?"
_SPAN = rf"{_NUMBER}\s*(?:个)?(?P<unit>小时|钟头|天|周|星期|礼拜|个月)"
_LATE = re.compile(
    rf"(?:晚|迟|拖|延误|延迟|延期|耽误|耽搁|超期?|逾期|滞留|过去|等|卡|停|没动)(?:到|点|了|期)*(?:已经|都|快|整整|足足|有)*\s*{_SPAN}"
)
_STILL_NOT = re.compile(rf"{_SPAN}了?[,，]?[还都也一直]*是?(?:没|不见|不动)")
_WORTH = re.compile(
    rf"(?:货值|价值|声明价值|损失|值)(?:了|是|为|约|大概|大约|差不多|至少|超过|有|达|人民币|RMB|:|\s)*"
    rf"(?P<sign>[¥$€£])?\s*{_NUMBER}(?:块|元)?(?P<currency>美元|美金|美刀|USD|欧元?|EUR|英镑|GBP)?"
)
_ROUGH_CNY = {"$": 7, "美": 7, "U": 7, "€": 8, "欧": 8, "E": 8, "£": 9, "英": 9, "G": 9}
"""Yuan for one unit, by the first letter of the currency: rough on purpose, only the order of magnitude matters here."""
_TWO_DIGITS = re.compile(r"[一二两三四五六七八九]{2}")
_UNIT_HOURS = {"小时": 1, "钟头": 1, "天": 24, "周": 168, "星期": 168, "礼拜": 168, "个月": 720}


def assess(text: str, known: Circumstances) -> Assessment:
    """The severity of a complaint by everything the customer said and what is known beside it."""
    said = normalize("NFKC", text)
    reasons = [*_by_words(said, known), *_by_facts(said, known), *_by_category(said, known)]
    if not reasons:
        reasons = [Reason(Severity.S4, "dissatisfaction", "")]
    reasons.sort(key=lambda reason: reason.severity)
    return Assessment(reasons[0].severity, tuple(reasons))


def graver(one: Severity, other: Severity) -> Severity:
    """The graver of two."""
    return min(one, other)


def delay_told(text: str) -> timedelta | None:
    """How late the customer says it is (拖了五天); the longest told, None when no such words are found."""
    said = normalize("NFKC", text)
    spans = []
    for match in (*_LATE.finditer(said), *_STILL_NOT.finditer(said)):
        number = match["number"]
        # 两三天 is "two or three days": the larger one, not twenty-three.
        amount = numerals.parse(number[-1] if _TWO_DIGITS.fullmatch(number) else number)
        if amount is not None:
            spans.append(timedelta(hours=float(amount * _UNIT_HOURS[match["unit"]])))
    return max(spans, default=None)


def value_told(text: str) -> Decimal | None:
    """The value in yuan the customer names (货值三十万); the largest, None when no such words are found."""
    amounts = []
    for match in _WORTH.finditer(normalize("NFKC", text)):
        amount = numerals.parse(match["number"])
        if amount is not None:
            amounts.append(amount * _ROUGH_CNY.get((match["currency"] or match["sign"] or "¥")[0], 1))
    return max(amounts, default=None)


def _by_words(said: str, known: Circumstances) -> Iterator[Reason]:
    for severity, rule, pattern in _WORDS:
        words = _said(pattern, said)
        if words:
            yield Reason(severity, rule, words)
    blocked = _said(_BLOCKED, said) if known.class_a else None
    if blocked:
        yield Reason(Severity.S1, "class_a_blocked", blocked)


def _by_facts(said: str, known: Circumstances) -> Iterator[Reason]:
    value = max((v for v in (known.value_cny, value_told(said)) if v is not None), default=None)
    if value is not None and value > HIGH_VALUE_CNY:
        yield Reason(Severity.S1, "high_value", f"{value.normalize():f}")
    delay = max((d for d in (known.delay, delay_told(said)) if d is not None), default=None)
    if delay is not None and delay > (LONG_EXPRESS_DELAY if known.express else LONG_DELAY):
        yield Reason(Severity.S2, "long_delay", f"{delay / timedelta(hours=1):g} h")
    if known.repeated:
        yield Reason(Severity.S2, "repeated", "30 d")


def _by_category(said: str, known: Circumstances) -> Iterator[Reason]:
    for category in sorted(known.categories):
        if category in ("damage", "loss"):
            yield Reason(Severity.S2, category, category)
        elif category == "misdelivery":
            # Goods in strange hands are lost until they are back.
            back = _said(_RECOVERED, said)
            yield Reason(Severity.S3 if back else Severity.S2, category, back or category)
        elif category in ("delay", "fee"):
            yield Reason(Severity.S3, category, category)


def _said(pattern: str, text: str) -> str | None:
    """The first words that match and are not negated directly before."""
    for match in re.finditer(pattern, text):
        if not _NEGATED.search(text[: match.start()]):
            return match.group()
    return None
