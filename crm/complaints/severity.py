"""How grave a complaint is: plain rules, the gravest that speaks wins, and each says what it rests on."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from crm.chinese import fold
from crm.complaints.models import Severity
from crm.complaints.words.due_told import overdue
from crm.complaints.words.negation import said as _said
from crm.complaints.words.story import urgent_effects
from freight import numerals

HIGH_VALUE_CNY = Decimal(100_000)
LONG_DELAY = timedelta(days=3)
LONG_EXPRESS_DELAY = timedelta(hours=24)

FIRST_REPLY_HOURS = {Severity.S1: 0.5, Severity.S2: 2, Severity.S3: 4, Severity.S4: 8}
"""Working hours until the first reply; those of S1 run round the clock."""

FIRST_REPLY_HOURS_OF_CLASS = {"A": 1, "B": 2}
"""Working hours at most for customers of these classes: class changes how long somebody waits, never what they are owed."""

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
    today: date | None = None
    """The day in Asia/Shanghai; without it 说好15号到 tells no delay unless the customer says what day it is."""


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


# Words that make a rule speak, over Simplified half-width text. What negates them directly before (没有人受伤) is looked
# at in `_said`. The looks ahead and behind keep out addresses, goods and professions that sound alike.
_ALL_LOST = (
    r"整(?:票|批|个?货?柜|车|个柜子?|个?集装箱)(?:子|货)?[都全]?给?[弄搞]?(?:丢|没了|不见|失踪|找不[到着]|遗失)|"
    r"(?:货|货物)[全都]部?给?[弄搞]?(?:丢|没了(?!消息|音讯|动静|下文)|不见|遗失)|"
    r"全[部都]?(?:的?货物?)?(?:都)?(?:丢|不见|失踪|遗失)|"
    r"(?:柜子?|货柜|集装箱)(?:都|也|直接|居然|竟然)?(?:丢了|不见了|失踪|找不[到着])|"
    r"一[箱件](?:货)?都(?:没收到|没了|不剩|找不[到着])|"
    r"(?i:(?:whole|entire) (?:shipment|container|cargo).{0,12}(?:lost|missing|gone))"
)
_ONLY_ONE = (
    r"(?:唯一|仅有|(?:一共|总共|拢共|这票|这单|这一?次)(?:就|只|才)?(?:寄|发|有|这|装)?了?(?:这)?|[就只](?:寄|发|有)了?这?)的?"
    r"(?:那?一|1)(?:盒|箱|件|托|包|袋|台|批|柜|桶)"
)
_ALL_LOST += (
    rf"|{_ONLY_ONE}[^。!?\n]{{0,16}}?(?:没了|丢了?|不见|失踪|找不[到着]|遗失)|"
    r"整个(?:全|都|全都)?(?:没了(?!消息|音讯|动静|下文)|丢了|不见了)"
)
_LEAVING = (
    r"换(?:一?家(?!快递柜|驿站|网点|酒店|店|医院)|别家|个?货代|个?供应商|个?物流|别的)(?!再说)|"
    r"(?:以后|今后|后面|后续|下个?月|下次|下一?批|再这样|再这么|往后|明年)[^。!?\n]{0,14}给了?别(?:家|人)|"
    r"(?:转|交|改)(?:给|到)别(?:家|人)(?!签|收|送|拿|那|手)|给别(?:家|人)(?:走|做)(?![错掉])|"
    r"找别[家人的]|(?:不再|不会再|不想再|再也不|绝不|以后不|下次不)(?:会|想|敢)?[跟和与找用走发来选]|"
    r"(?:终止|取消|停止|结束|中止)(?:跟|和|与)?(?:你们|贵司|双方)?的?合作|(?:不|没法|"
    r"没办法)再?(?:[跟和与](?:你们|贵司))?合作(?!愉快)|不用你们(?:了|家)|解除(?:合同|合作)|"
    r"解约|拉黑|(?:最后|没有|没)(?:有)?(?:一次合作|下次了|下次合作)|合作到此|到此为止|另(?:找|寻|请)(?:别|"
    r"他|高)?|改(?:用|走|找)别|"
    r"(?i:(?:switch|change|find|use).{0,8}(?:another|other|different|new) (?:forwarder|carrier|company|"
    r"supplier)|never (?:use|work|ship).{0,8}(?:you|again))"
)
_NO_PLACE = (
    r"(?!路|街|巷|旁|对面|隔壁|门口|附近|宿舍|大楼|后面|小区|家属|[东西南北]|站|收|的?(?:文件|快递|包裹|"
    r"件|货|材料|单子|地址|订单|电话))"
)
_TO = "".join(
    f"(?<!{word})"
    for word in ("送到", "寄到", "送去", "寄去", "发到", "寄给", "送给", "发给", "送", "寄", "位于", "地址是", "地址")
)
_INJURY = (
    r"受伤|工伤|[砸压烫烧夹撞割划摔轧]伤|[砸压撞轧]到(?:了)?(?:人|脚|手|腿|头)|"
    r"(?<![太很真话好挺最气])(?<!太过)伤了人(?!心)|(?<![太很真话好挺最])伤到了?人|"
    r"(?<![太很真话好挺最得里])伤人(?![心的])|住院(?!部|楼)|(?:人|工人|师傅|员工|司机|同事|老人|"
    r"孩子).{0,4}[送进去]了?(?:到|往)?(?:医院|急诊)|送医(?=[，,。了院]|$)(?!院的?(?:货|设备|药|快递))|"
    r"救护车|抢救|流血|骨折|(?<!电脑)中毒|出人命|闹出人命|"
    r"(?<![急气烦慢累吓笑等坑害丢热冷吵饿拖催])死人(?!家)|人死了|死了人|死亡(?!证明|名单)|身亡|"
    r"(?i:injur(?:ed|y)|got hurt)"
)
_DANGEROUS = "桶|罐|化学品|危险品|危化品|电池|酸|油漆|溶剂|酒精|胶水|农药|燃油|柴油|汽油|液体|原液|气瓶|药水"
_LEAK = (
    r"(?:外泄|泄漏|渗漏|渗出|漏液|漏油|漏酸|漏气)|"
    r"(?<!信息)(?<!资料)(?<!数据)(?<!隐私)(?<!电话)(?<!底价)(?<!价格)(?<!客户)(?<!机密)泄露|"
    rf"(?:{_DANGEROUS}).{{0,8}}(?:漏(?![发装件掉送])|洒|流出|往外流|渗|鼓包|冒烟|烧起来|炸)|起火|着火|失火|"
    rf"冒烟|自燃|爆炸(?!性|物品|图)|燃烧了|(?i:leak(?:ed|ing)|caught fire|explo)"
)
_LEGAL = (
    rf"(?<!是)(?<!是个)(?<!是做)(?<!当)(?<!的)(?<![张王李赵刘陈杨黄周吴徐孙马朱胡林郭何高罗]){_TO}律师(?!事务所|"
    rf"楼|行|协会|证|资格|袍|收|那边收|的?(?:文件|快递|件|资料|材料|合同|卷宗|办公室))|"
    rf"(?<!的)起诉(?!书|状|材料)|{_TO}法院{_NO_PLACE}|打官司|吃官司|(?<![警劝转通忠报广])告你们(?!一声|个|"
    rf"一下|知|诉)|(?:要|去|会|准备)告(?![诉知别一]|个|白)|告上|告到(?!货)|仲裁|法律(?:途径|手段|程序|武器|"
    rf"责任|追究)|"
    rf"走(?:法律|司法|诉讼)|诉诸|诉讼|法庭(?!路)|法务(?!部?(?:收|的?(?:文件|快递|资料|材料|合同|件)))|存证信函|保留.{{0,4}}(?:法律|诉讼|追诉)|"
    rf"(?i:lawyers?|attorney|\bsue\b|legal action|take you to court)"
)
_MEDIA = (
    r"(?<![多新流融])媒体(?!播放|墙|公司|服务器|音箱|设备|库|架|盒|屏|机)|记者(?!证|站|节)|"
    rf"{_TO}电视台{_NO_PLACE}|{_TO}报社{_NO_PLACE}|曝光(?!机|灯|台|箱|度|补偿|设备|显影|时间|表|率|量)|"
    rf"爆料|上热搜|上新闻|上电视|315晚会|"
    r"(?:发|挂|传|晒|放|捅|贴|写)(?:到|上|去|在)?(?:微博|抖音|小红书|朋友圈|网上|知乎|快手|视频号|B站|"
    r"贴吧|论坛|脸书|FB|IG|Dcard|PTT|批踢踢)(?!小店|店|的?(?:货|单|订单|仓|客户|商家))|"
    r"(?:抖音|小红书|微博|网上|热搜|头条)见|开直播(?:骂|曝|说)|上网(?:曝|发|说|公布)|公之于众|爆料公社|"
    r"(?i:go public|the (?:media|press)|journalist|on (?:twitter|facebook|social media))"
)
_REGULATOR = (
    r"(?<![\dA-Za-z])(?:12315|12345|12305|12328|12360|12313)(?![\dA-Za-z])|消协|消费者(?:协会|委员会|"
    r"保护)|消委会?|消保[会委官处]|消基会|公平会|"
    rf"{_TO}工商(?!银行|联|大学|学院|注册|登记|执照|信息|年报|变更|户|业|管理系){_NO_PLACE}|"
    rf"{_TO}市监局?{_NO_PLACE}|市场监管|邮政?管理?局投诉|{_TO}(?:邮政(?:管理)?局|邮管局|交通(?:运输)?(?:局|"
    rf"部(?!门)|委)|商务局|民航局|海事局){_NO_PLACE}|"
    rf"信访|监管部门|主管部门|举报(?!奖)|(?<!烟雾)(?<!自动)报警(?!器|灯|主机|系统|装置|铃|阀|按钮|号|音|声|"
    rf"值|信息)|报案|{_TO}派出所{_NO_PLACE}|{_TO}公安(?:局|机关|部门){_NO_PLACE}|(?:叫|找)警察|"
    r"(?<![A-Za-z])(?:FMC|FTC)(?![A-Za-z])|(?i:call the police|consumer (?:council|protection))"
)
_COMPLAINED_BEFORE = (
    r"第(?:[二三四五六七八九十几]|[2-9])[次回]投诉|投诉(?:了|过)?(?:你们)?(?:[两二三四五六七八九十几]|"
    r"[2-9]|好几|好多)[次回遍]|上[次回个]?(?:礼拜|周|月)?(?:也|就|已经)?投诉|投诉过(?![吗么没])|"
    r"(?:再次|又一次|又来)投诉|又(?:要|得|来)?投诉"
)
_WORDS: Sequence[tuple[Severity, str, re.Pattern[str]]] = tuple(
    (severity, rule, re.compile(pattern))
    for severity, rule, pattern in (
        (Severity.S1, "injury", _INJURY),
        (Severity.S1, "leak", _LEAK),
        (Severity.S1, "legal", _LEGAL),
        (Severity.S1, "media", _MEDIA),
        (Severity.S1, "regulator", _REGULATOR),
        (Severity.S1, "whole_shipment_lost", _ALL_LOST),
        (Severity.S2, "threat_to_leave", _LEAVING),
        (Severity.S2, "repeated", _COMPLAINED_BEFORE),
    )
)
_BLOCKED = re.compile(
    r"停[产线工]|断[料货供]|等米下锅|等着上线|赶不上(?:船|截|航班|交货|交期)|误了?(?:船期|交期)|扣[住在货]|卡[住在]"
)
_RECOVERED = re.compile(
    r"(?:追|找|拿|取|要|送|还|搬|领)回来?(?:了|的(?!时候|路上))|已经?(?:追回|找回|找到|收到|拿到|取到|取回|拿回|领到|要回|送回|重新(?:派送|送到))|后来(?:又)?(?:收到|送到|找到|拿到|追回)"
)

_NUMBER = (
    rf"(?<![\d.零〇一二两三四五六七八九十百千万])(?<!\d,)(?P<number>{numerals.NUMERAL}) ?(?:{numerals.APPROXIMATE})?"
)
_SPAN = rf"{_NUMBER} ?个?(?:多)?(?P<unit>小时|钟头|天|周|星期|礼拜|个月|(?<=[多半])月)"
_LATE = re.compile(
    rf"(?:晚|迟|拖|延误|延迟|延期|延后|耽误|耽搁|超期?|超过|逾期|滞留|过去|等|卡|停|没动|压|押|躺|搁|堵|晾|"
    rf"扣|趴)(?:到|点|了|咗|期|在.{{1,6}}?)?"
    rf"(?:已经|都|快|整整|足足|有|我|差不多|将近|近|至少){{0,2}} ?{_SPAN}"
)
_LATE_BY_DAYS = re.compile(
    rf"(?:晚|迟|拖|延误|等|卡|停|压|摆)(?:了|咗|足|成)(?:已经|都|快|整整|足足|成)? ?{_NUMBER}(?P<unit>日)(?!到|送|发|前)"
)
_STILL_NOT = re.compile(rf"{_SPAN}了?[,，]?[还都也一直仲]*是?(?:没|不见|不动|未|冇)")
_GONE_BY = re.compile(rf"(?:都|已经|快|足足|整整|眼看|将近) ?{_SPAN}[了喇啦](?!,?(?:就|才)?(?:送到|收到|到货|到了))")
_BY_ITSELF = re.compile(
    rf"(?:(?<=[,。!?;\s])|(?:现在|今天|这))(?:已经)? ?{_SPAN}[了喇啦](?![,，]?(?:就|才)?(?:送到|收到|到货|到了))"
)
_NEXT_DAY = re.compile(
    r"次日[达到送]|[隔当][天日][达到送]|第二天(?:就)?(?:能|会)?[到送]|(?i:next[- ]day|same[- ]day|overnight)"
)
"""Promised for the next day: late is counted in hours, as with express."""
_VAGUE = re.compile(r"好(?:几|多)(?:天|日)(?:了|都|还|没)|(?:几|好几|好多)个?(?:周|星期|礼拜|月)(?:了|都|还|没)")
"""Several days without a number; 几天 alone may be two."""
LEAST_OF_SEVERAL = timedelta(days=4)
LONGEST_NUMBER = Decimal(10_000)
"""Numbers above are no days, but parts of shipment numbers."""
_FOREIGN = (
    r"美元|美金|美刀|刀(?!片|具)|USD|usd|欧元?|EUR|eur|英镑|GBP|gbp|港[币元]|HKD|hkd|蚊|台币|新台币|TWD|"
    r"NTD|日元|JPY|人民币|RMB|rmb"
)
_SIGN = r"NT\$|HK\$|US\$|[¥$€£]"
_SUM = (
    rf"(?P<sign>{_SIGN})? ?(?P<before>USD|usd|EUR|HKD|TWD|NTD|美金|港币|台币|RMB)? ?{_NUMBER}(?P<more>万|"
    rf"亿)? ?(?:块|元|圆)?(?P<currency>{_FOREIGN})?"
)
_WORTH = re.compile(
    rf"(?:货值|价值|声明价值|损失|值|成本|总价|货款|报关价|保额)(?:了|是|为|约|大概|大约|差不多|至少|超过|"
    rf"有|达|高达|我们|惨重|得有|人民币|RMB|:|\s|近|将近|快){{0,3}}{_SUM}"
)
_WORTH_OF = re.compile(rf"{_SUM}的(?:货|设备|机器|仪器|产品|原料|材料|东西|样机|机床|柜子|损失|订单)")
_ROUGH_CNY = (
    ("NT", "0.22"), ("TWD", "0.22"), ("台", "0.22"), ("新台", "0.22"),
    ("HK", "0.9"), ("hkd", "0.9"), ("港", "0.9"), ("蚊", "0.9"),
    ("JPY", "0.05"), ("日", "0.05"), ("RMB", "1"), ("rmb", "1"), ("人", "1"), ("¥", "1"),
    ("$", "7"), ("US", "7"), ("us", "7"), ("美", "7"), ("刀", "7"),
    ("€", "8"), ("欧", "8"), ("E", "8"), ("e", "8"), ("£", "9"), ("英", "9"), ("G", "9"), ("g", "9"),
)  # fmt: skip
"""Yuan for one unit, by how the currency begins: rough on purpose, only the order of magnitude matters here."""
_SEVERAL = re.compile(r"(?P<tens>[好上]?(?:几十|十几|十多|十来|上百|几百|百来|百多|数十|数百|好几))(?=[万亿wW])")
_AT_LEAST = {
    "几十": "二十",
    "好几十": "三十",
    "数十": "二十",
    "十几": "十一",
    "十多": "十一",
    "十来": "十",
    "上百": "一百",
    "几百": "二百",
    "数百": "二百",
    "百来": "一百",
    "百多": "一百",
}
_TWO_DIGITS = re.compile(r"[一二两三四五六七八九]{2}")
_UNIT_HOURS = {"小时": 1, "钟头": 1, "天": 24, "周": 168, "星期": 168, "礼拜": 168, "个月": 720, "月": 720, "日": 24}


def assess(text: str, known: Circumstances) -> Assessment:
    """The severity of a complaint by everything the customer said and what is known beside it."""
    folded = fold(text)
    reasons = [*_by_words(text, folded, known), *_by_facts(text, known), *_by_category(folded, known)]
    if not reasons:
        reasons = [Reason(Severity.S4, "dissatisfaction", "")]
    reasons.sort(key=lambda reason: reason.severity)
    return Assessment(reasons[0].severity, tuple(reasons))


def graver(one: Severity, other: Severity) -> Severity:
    """The graver of two."""
    return min(one, other)


def delay_told(text: str, today: date | None = None) -> timedelta | None:
    """How late the customer says it is (拖了五天, 说好15号到); the longest told, None when no such words are found.

    `today`: to count from the day that was promised; None: only if they say what day it is.
    """
    folded = fold(text)
    spans = [LEAST_OF_SEVERAL] if _VAGUE.search(folded) else []
    since = overdue(folded, today)
    if since is not None:
        spans.append(since)
    for pattern in (_LATE, _LATE_BY_DAYS, _STILL_NOT, _GONE_BY, _BY_ITSELF):
        for match in pattern.finditer(folded):
            number = match["number"]
            # 两三天 is "two or three days": the larger one, not twenty-three.
            amount = numerals.parse(number[-1] if _TWO_DIGITS.fullmatch(number) else number)
            if amount is not None:
                spans.append(timedelta(hours=float(min(amount, LONGEST_NUMBER) * _UNIT_HOURS[match["unit"]])))
    return max(spans, default=None)


def value_told(text: str) -> Decimal | None:
    """The value in yuan the customer names (货值三十万); the largest, None when no such words are found."""
    folded = _SEVERAL.sub(lambda match: _AT_LEAST.get(match["tens"], match["tens"]), fold(text))
    amounts = []
    for pattern in (_WORTH, _WORTH_OF):
        for match in pattern.finditer(folded):
            amount = numerals.parse(match["number"] + (match["more"] or ""))
            if amount is not None:
                amounts.append(amount * _yuan(match["currency"] or match["before"] or match["sign"] or "¥"))
    return max(amounts, default=None)


def _yuan(currency: str) -> Decimal:
    return next((Decimal(rate) for start, rate in _ROUGH_CNY if currency.startswith(start)), Decimal(1))


def _by_words(text: str, folded: str, known: Circumstances) -> Iterator[Reason]:
    for severity, rule, pattern in _WORDS:
        place = _said(pattern, folded)
        if place:
            yield Reason(severity, rule, text[slice(*place)])
    # What cannot wait: each hour makes it worse for the customer.
    urgent = [(effect.value, (start, end)) for effect, start, end in urgent_effects(folded)]
    for rule, place in urgent:
        yield Reason(Severity.S2, rule, text[slice(*place)])
    if known.class_a:
        blocked = _said(_BLOCKED, folded) or next((place for _, place in urgent), None)
        if blocked:
            yield Reason(Severity.S1, "class_a_blocked", text[slice(*blocked)])


def _by_facts(text: str, known: Circumstances) -> Iterator[Reason]:
    value = max((v for v in (known.value_cny, value_told(text)) if v is not None), default=None)
    if value is not None and value > HIGH_VALUE_CNY:
        yield Reason(Severity.S1, "high_value", f"{value.normalize():f}")
    delay = max((d for d in (known.delay, delay_told(text, known.today)) if d is not None), default=None)
    express = known.express or _NEXT_DAY.search(fold(text)) is not None
    if delay is not None and delay > (LONG_EXPRESS_DELAY if express else LONG_DELAY):
        yield Reason(Severity.S2, "long_delay", f"{delay / timedelta(hours=1):g} h")
    if known.repeated:
        yield Reason(Severity.S2, "repeated", "30 d")


def _by_category(folded: str, known: Circumstances) -> Iterator[Reason]:
    for category in sorted(known.categories):
        if category in ("damage", "loss"):
            yield Reason(Severity.S2, category, category)
        elif category == "misdelivery":
            # Goods in strange hands are lost until they are back.
            back = _said(_RECOVERED, folded)
            yield Reason(Severity.S3 if back else Severity.S2, category, folded[slice(*back)] if back else category)
        elif category in ("delay", "fee"):
            yield Reason(Severity.S3, category, category)
