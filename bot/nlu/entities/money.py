"""Amounts of money: with a currency word, or bare where the message tells of prices, bills and compensation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from bot.nlu.entities.spans import Span
from freight.numerals import APPROXIMATE, NUMERAL, parse, plain

_START = r"(?<![A-Za-z0-9.第几数])"
_CURRENCIES = {
    "CNY": "块钱 块大洋 块 元 圆 人民币 rmb cny 蚊子 kuai ¥ ￥ 元人民币 块人民币",
    "USD": "美金 美元 刀 usd us$ $ 美刀 dollars dollar",
    "EUR": "欧元 欧 eur € euros euro",
    "HKD": "港币 港元 港纸 hkd hk$ 蚊",
    "GBP": "英镑 gbp £ pounds",
    "JPY": "日元 日币 jpy 円",
    "TWD": "新台币 台币 ntd twd nt$",
    "AUD": "澳元 澳币 aud",
    "CAD": "加元 加币 cad",
    "KRW": "韩元 韩币 krw",
    "THB": "泰铢 thb",
    "SGD": "新币 坡币 sgd",
}
_CODES = {word: code for code, words in _CURRENCIES.items() for word in words.split()}
_AFTER = "|".join(re.escape(word) for word in sorted(_CODES, key=len, reverse=True) if not word.endswith(("$", "¥")))
_BEFORE = (
    r"us\$|hk\$|nt\$|usd|cny|rmb|eur|hkd|gbp|jpy|twd|ntd|aud|cad|\$|€|£|¥|￥|人民币|美金|美元|港纸|港币|新台币|"
    r"台币|欧元|英镑"
)
_MONEY = re.compile(
    rf"(?<![A-Za-z])(?P<before>{_BEFORE})\s*:?(?!\.)(?P<first>{NUMERAL})(?![\d*])"
    rf"|{_START}(?P<second>{NUMERAL})\s*{APPROXIMATE}?\s*(?P<after>{_AFTER})(?![A-Za-z])(?P<cents>[一二三四五六七八九半\d](?![\d.公个方吨斤柜箱票次千kK]))?",
    re.IGNORECASE,
)
_ABOUT_MONEY = re.compile(
    r"钱|费|价|账单|收[了我]|多收|赔|退|扣|便宜|贵|税|款|发票|付|险|货值|砍|包干|预算|优惠|美金|块|声明|押金|"
    r"损失|首重|[报让降凑加][你我了到]?\d|再让|零头|打款|合适|包|收\d|让步|行情|quote|price|rate|cost|pay|invoice|补|"
    r"掏|罚|报销|承担|额度|限额|房贷|保证金|对账|加我|"
    r"加价|返现|涨|多出来|"
    r"一笔|抹|要我\d|杀熟|敲诈|值[一二三四五六七八九两\d]|usd|美元|rmb|太高|给到|首公斤|续重|定金|砍到|做到|敲定|拍板|成交|走起|认多少|认了|货没人要|怎么来的|最高|要回"
)
_DIMES = re.compile(r"(?P<number>[一两二三四五六七八九\d])毛(?:钱)?(?![病巾衣毯])")
_AMOUNT = (
    r"(?:\d{1,3}(?:,\d{3})+|\d{1,6}(?:\.\d{1,2})?[万千](?:\d(?!\d))?|\d{2,6}(?:\.\d{1,2})?"
    r"|[一二两三四五六七八九十][一二两三四五六七八九十百千万零]{1,12})"
)
_BARE = re.compile(
    rf"(?<![A-Za-z0-9.\-+*/第号:几数之除重])(?<!分之)(?<!加到)(?P<number>{_AMOUNT})"
    r"多?(?![\d.%:\-年月日号天点个件箱托方公斤吨柜票尺米厘楼岁人次家小分秒周位条种班艘航字双只台套张块"
    r"包袋桶卷盒瓶支车辆遍回场页层顿句声度折届期星礼工平升码页元美欧港英多几来一二三四五六七八九十百千万两]|"
    r"千克)(?![A-Za-z])(?!\s*(?:[xX*×]|kg|cbm|[a-zA-Z]{1,3}\d))"
)
_RATE = re.compile(
    r"(?<![A-Za-z0-9.\-*/])(?P<number>\d{1,5}(?:\.\d{1,2})?)(?=一(?:公斤|千克|吨|立?方|个|柜|票|kg))|"
    r"(?<=一公斤)(?P<number2>\d{1,3}(?:\.\d)?)(?![\d.%公个箱])|(?<=首公斤)(?P<number3>\d{1,3})(?!\d)"
)
_DEAL = re.compile(
    rf"(?<![A-Za-z0-9.\-*/第])(?P<number>{_AMOUNT})(?=\s*(?:包干|包下来|能走|我?现在就|的话我|行的话|以内我|就(?P=number)(?!\d)))"
    rf"|(?:可以,按|就按|^OK,? ?就|按(?=\d{{3,5}}[走做])|(?<!\d)减|涨|每月给\S{{0,3}}|人均|平返|最多出|少个|各让一步,|"
    rf"一口价|谈好的?|抹成|说好的?是|跟我说|你报的那个|"
    rf"(?:不了|以下,)|整数|定了,|"
    rf"好,|好嘞,|总价|一趟|房贷,|"
    rf"贷你们做吗,要)(?P<number2>{_AMOUNT})(?![\d.%:\-年月日号天点个件箱托方公斤吨柜票尺米小分周条一二三四五六七八九])"
    rf"|(?P<number4>{_AMOUNT})(?=[一半]分钱?(?:不|都不|也不|没)|一毛(?:不|都不|也不))"
    rf"|(?:就)(?P<number3>\d{{2,5}}|{_AMOUNT})(?=,(?:走起|拍板)|$)(?<!就一)"
)
"""What makes an amount of a bare number although nothing else in the message speaks of money."""


def money(text: str) -> Iterator[Span]:
    """{"amount", "currency"}: with a currency word, or bare behind a word such as 货值, 多收, 赔 (then CNY)."""
    for match in _MONEY.finditer(text):
        number = parse(match.group("first") or match.group("second"))
        word = (match.group("before") or match.group("after")).lower()
        if number is None or _is_no_money(match, word, text):
            continue
        if match.group("cents"):
            cents = parse(match.group("cents"))
            number += (cents or Decimal(0)) / (1 if match.group("cents") == "半" else 10)
        yield Span("money", match.start(), match.end(), {"amount": plain(number), "currency": _CODES.get(word, "CNY")})
    for match in _DIMES.finditer(text):
        dimes = parse(match.group("number"))
        if dimes is not None:
            yield Span("money", *match.span(), {"amount": plain(dimes / 10), "currency": "CNY"})
    yield from _agreed(text)
    if _ABOUT_MONEY.search(text):
        yield from _bare_money(text)


def _agreed(text: str) -> Iterator[Span]:
    """28一公斤, 1200包干, 32就32: amounts in a bargain."""
    for pattern in (_RATE, _DEAL):
        for match in pattern.finditer(text):
            group = next(name for name, value in match.groupdict().items() if value)
            number = parse(match.group(group))
            if _HOTLINES.fullmatch(match.group(group)):
                continue
            if number is not None and (number >= 10 or "." in match.group(group)):
                value = {"amount": plain(number), "currency": "CNY"}
                yield Span("money", *match.span(group), value, rank=1 if pattern is _DEAL else 9)


_LOOKED_BACK = 16
"""Signs before a number that are looked at: more than any pattern below is long."""
_ASKED_BEFORE = re.compile(r"(?:[要值加]|扣了?我?|说好|赔了?我?|收了?我?|涨到|变成|从)$")


def _is_small_count(written: str) -> bool:
    """十四, 五十三: without a unit a number this small is more often a date or a count."""
    return not written[0].isdigit() and not any(sign in written for sign in "百千万") and len(written) < 4


def _bare_money(text: str) -> Iterator[Span]:
    """Numbers without a unit in a message about money: 说好三千二, 账单来了四千五."""
    for match in _BARE.finditer(text):
        number = parse(match.group("number"))
        written = match.group("number")
        before = text[max(0, match.start() - _LOOKED_BACK) : match.start()]
        small = _is_small_count(written) and not _ASKED_BEFORE.search(before)
        if number is None or small or _is_another_number(written, before):
            continue
        if 10 <= number < 10_000_000:
            yield Span("money", *match.span(), {"amount": plain(number), "currency": "CNY"}, rank=9)


_WEIGHED_BEFORE = re.compile(
    r"(?:[称秤磅][^,。块]{0,4}|(?:计费重|体积重|抛重|[实毛净]重|重量)[^,。块]{0,6}|单元|楼|栋|座|室|房)\s*$"
)
_HOTLINES = re.compile(r"20[23]\d|123[0-4]\d|9[56]\d{3}|1008[56]|10000|10010")
"""Years, and numbers that one calls: 12315 of the market supervision, 12305 of the post."""


def _is_another_number(written: str, before: str) -> bool:
    """A year or hotline, a weight just read from the scales, a door's number, or a rough amount (小三百)."""
    return bool(_HOTLINES.fullmatch(written) or _WEIGHED_BEFORE.search(before)) or before.endswith("小")


_PAID_BEFORE = re.compile(r"(?:返现|涨|加|收|退|赔|贵|便宜|补|扣)了?我?$")
_SOLID_AFTER = re.compile(r"\s*(?:板|砖|木|瓷|石|玻璃|地|电|屏|布|皮|钢|铁|肥皂|蛋糕|表)")


def _is_no_money(match: re.Match[str], word: str, text: str) -> bool:
    """一块 (together), 三块 of something solid: only 块钱, or an amount above nine, is money without doubt."""
    number = parse(match.group("first") or match.group("second")) or Decimal(0)
    if word == "块" and _SOLID_AFTER.match(text, match.end()):
        return True
    if word == "块" and not match.group("cents"):
        return number < 5 and not _PAID_BEFORE.search(text[max(0, match.start() - _LOOKED_BACK) : match.start()])
    return (word == "刀" and number < 10) or (word == "eur" and number == 1)
