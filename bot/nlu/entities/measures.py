"""Weights, volumes, dimensions and money."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from bot.nlu.entities.spans import Span
from freight import units
from freight.numerals import APPROXIMATE, NUMERAL, parse, plain

_WEIGHT_UNIT = r"(?:公斤|千克|市斤|斤|公吨|吨|kilograms?|kilos?|kgs?|tonnes?|tons?|mt|lbs?|pounds?|磅|g|克|t)"
_VOLUME_UNIT = r"(?:立方英尺|立方米|立米|立方|cbms?|m3|cubes?|cuft|cft|方)"
_END = r"(?![A-Za-z])"
_START = r"(?<![A-Za-z0-9.第几数])"
_TAIL = rf"(?P<half>半)|(?P<over>多)|(?P<tail>{NUMERAL})(?![\d.])"

_WEIGHT = re.compile(
    rf"{_START}(?P<number>{NUMERAL})\s*{APPROXIMATE}?\s*个?(?P<unit>{_WEIGHT_UNIT}){_END}(?:{_TAIL})?", re.IGNORECASE
)
_VOLUME = re.compile(
    rf"{_START}(?P<number>{NUMERAL})\s*{APPROXIMATE}?\s*个?(?P<unit>{_VOLUME_UNIT}){_END}(?![面便案向式法合协电物])(?:(?P<half>半)|(?P<over>多))?",
    re.IGNORECASE,
)
_PER_UNIT_BEFORE = re.compile(r"(?:多少钱?|块钱?|元|价|[0-9/每毛])\s*$")
_PER_UNIT_AFTER = re.compile(r"\s*(?:多少|算|折|几块|几钱|几毛|[0-9]|什么价|啥价|怎么|收|的?价|等于)")


def weights(text: str) -> Iterator[Span]:
    """Weights in kilograms. 一公斤 in a price (28一公斤, 一公斤多少) is a unit, no weight."""
    for match in _WEIGHT.finditer(text):
        value = _value(match, small=match.group("unit") in "吨t" or "吨" in match.group("unit"))
        if value is None or _is_price_unit(match, text):
            continue
        yield Span("weight", match.start(), _end(match), plain(units.to_kilograms(value, match.group("unit"))))


def volumes(text: str) -> Iterator[Span]:
    """Volumes in cubic metres."""
    for match in _VOLUME.finditer(text):
        value = _value(match, small=False)
        if value is None or _is_price_unit(match, text):
            continue
        yield Span("volume", match.start(), match.end(), plain(units.to_cubic_metres(value, match.group("unit"))))


def _value(match: re.Match[str], *, small: bool) -> Decimal | None:
    """The number of a measure with what is said behind its unit: 两吨半 2.5, 两吨三 2.3."""
    value = parse(match.group("number"))
    groups = match.groupdict()
    if value is None:
        return None
    if groups.get("half"):
        return value + Decimal("0.5")
    tail = _tail(match) if small else None
    return value + tail if tail is not None else value


def _tail(match: re.Match[str]) -> Decimal | None:
    tail = match.groupdict().get("tail")
    digit = parse(tail) if tail and len(tail) == 1 and tail not in "十百千万半" else None
    return digit / 10 if digit is not None else None


def _end(match: re.Match[str]) -> int:
    """End of a weight: what stands behind the unit belongs to it only where it was counted."""
    if match.group("tail") and (_tail(match) is None or "吨" not in match.group("unit")):
        return match.start("tail")
    return match.end()


def _is_price_unit(match: re.Match[str], text: str) -> bool:
    if match.group("number") not in ("一", "1", "半"):
        return False
    before = text[max(0, match.start() - 6) : match.start()]
    return bool(_PER_UNIT_BEFORE.search(before)) or bool(_PER_UNIT_AFTER.match(text, match.end("unit")))


# ---------------------------------------------------------------- dimensions

_LENGTH_UNIT = r"(?:公分|厘米|毫米|英寸|公尺|英尺|cm|mm|inch(?:es)?|in|ft|m|米|寸)"
_PLAIN = r"\d+(?:\.\d+)?"
_SIDE = rf"(?:{NUMERAL}米(?:{NUMERAL})?|{NUMERAL})"
_TIMES = r"\s*(?:[*xX×✕]|乘以?|by)\s*"
_PRODUCT = re.compile(
    rf"(?<![A-Za-z0-9.*])(?P<a>{_SIDE})\s*(?P<ua>{_LENGTH_UNIT})?{_TIMES}(?P<b>{_SIDE})\s*(?P<ub>{_LENGTH_UNIT})?{_TIMES}"
    rf"(?P<c>{_SIDE})\s*(?P<uc>{_LENGTH_UNIT})?(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_NAMED = re.compile(
    rf"长度?(?:是|为)?\s*(?P<a>{_SIDE})\s*(?P<ua>{_LENGTH_UNIT})?[ ,、]*宽度?(?:是|"
    rf"为)?\s*(?P<b>{_SIDE})\s*(?P<ub>{_LENGTH_UNIT})?"
    rf"(?:[ ,、]*高度?(?:是|为)?\s*(?P<c>{_SIDE})\s*(?P<uc>{_LENGTH_UNIT})?)?",
    re.IGNORECASE,
)


def dimensions(text: str) -> Iterator[Span]:
    """[L, W, H] in centimetres; H is None where it was not said. Numbers without a unit are centimetres, unless all
    are below ten with a fraction (1.2*0.8*0.6 are metres)."""
    for match in (*_PRODUCT.finditer(text), *_NAMED.finditer(text)):
        sides = [_side(match.group(key), match.group("u" + key)) for key in "abc" if match.group(key)]
        if any(side is None for side in sides):
            continue
        numbers = [side for side in sides if side is not None]
        default = match.group("uc") or match.group("ub")
        lengths = _in_centimetres(numbers, default)
        values = [plain(length) for length in lengths]
        yield Span("dimensions", match.start(), match.end(), values + [None] * (3 - len(values)), rank=1)


def _side(text: str, unit: str | None) -> tuple[Decimal, str | None] | None:
    """One side: its number and its unit; 一米二 is 120 cm, 1米85 is 185 cm."""
    if "米" in text:
        metres, _, rest = text.partition("米")
        whole, part = parse(metres), parse(rest) if rest else Decimal(0)
        if whole is None or part is None:
            return None
        if rest == "半":
            return whole * 100 + 50, "cm"
        return whole * 100 + (part * 10 if part < 10 else part), "cm"
    value = parse(text)
    return None if value is None else (value, unit)


def _in_centimetres(sides: list[tuple[Decimal, str | None]], default: str | None) -> list[Decimal]:
    if default is None and not any(unit for _, unit in sides):
        metres = all(value < 10 for value, _ in sides) and any(value % 1 for value, _ in sides)
        default = "m" if metres else "cm"
    if any(unit == "cm" for _, unit in sides):
        default = default or "cm"
    return [units.to_centimetres(value, unit or default or "cm") for value, unit in sides]


# ---------------------------------------------------------------- money

_CURRENCIES = {
    "CNY": "块钱 块 元 圆 人民币 rmb cny 蚊子 ¥ ￥ 元人民币 块人民币",
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
_BEFORE = r"us\$|hk\$|nt\$|usd|cny|rmb|eur|hkd|gbp|jpy|twd|ntd|aud|cad|\$|€|£|¥|￥|人民币|美金"
_MONEY = re.compile(
    rf"(?<![A-Za-z])(?P<before>{_BEFORE})\s*:?(?P<first>{NUMERAL})(?![\d*])"
    rf"|{_START}(?P<second>{NUMERAL})\s*{APPROXIMATE}?\s*(?P<after>{_AFTER})(?![A-Za-z])(?P<cents>[一二三四五六七八九半\d](?![\d.公个方吨斤柜箱票次千kK]))?",
    re.IGNORECASE,
)
_ABOUT_MONEY = re.compile(
    r"钱|费|价|账单|收[了我]|多收|赔|退|扣|便宜|贵|税|款|发票|付|险|货值|砍|包干|预算|优惠|美金|块|声明|押金|"
    r"损失|首重|[报让降凑加][你我了到]?\d|再让|零头|打款|合适|包|收\d|让步|行情|quote|price|rate|cost|pay"
)
_DIMES = re.compile(r"(?P<number>[一两二三四五六七八九\d])毛(?:钱)?(?![病巾衣毯])")
_BARE = re.compile(
    r"(?<![A-Za-z0-9.\-*/第号:几数])(?P<number>\d{1,3}(?:,\d{3})+|\d{2,6}(?:\.\d{1,2})?[万千]?|"
    r"[一二两三四五六七八九十][一二两三四五六七八九十百千万零]{1,12})"
    r"多?(?![\d.%:\-年月日号天点个件箱托方公斤吨柜票尺米厘楼岁人次家小分秒周位条种班艘航字双只台套张块"
    r"包袋桶卷盒瓶支车辆度折届期星礼工平升码页元美欧港英多几来一二三四五六七八九十百千万两]|"
    r"千克)(?![A-Za-z])(?!\s*(?:[xX*×]|kg|cbm|[a-zA-Z]{1,3}\d))"
)


def money(text: str) -> Iterator[Span]:
    """{"amount", "currency"}: with a currency word, or bare behind a word such as 货值, 多收, 赔 (then CNY)."""
    for match in _MONEY.finditer(text):
        number = parse(match.group("first") or match.group("second"))
        word = (match.group("before") or match.group("after")).lower()
        if number is None or _is_no_money(match, word):
            continue
        if match.group("cents"):
            cents = parse(match.group("cents"))
            number += (cents or Decimal(0)) / (1 if match.group("cents") == "半" else 10)
        yield Span("money", match.start(), match.end(), {"amount": plain(number), "currency": _CODES.get(word, "CNY")})
    for match in _DIMES.finditer(text):
        dimes = parse(match.group("number"))
        if dimes is not None:
            yield Span("money", *match.span(), {"amount": plain(dimes / 10), "currency": "CNY"})
    if _ABOUT_MONEY.search(text):
        yield from _bare_money(text)


def _bare_money(text: str) -> Iterator[Span]:
    """Numbers without a unit in a message about money: 说好三千二, 账单来了四千五."""
    for match in _BARE.finditer(text):
        number = parse(match.group("number"))
        if number is not None and 10 <= number < 10_000_000 and not re.fullmatch(r"20[23]\d", match.group("number")):
            yield Span("money", match.start(), match.end(), {"amount": plain(number), "currency": "CNY"}, rank=9)


def _is_no_money(match: re.Match[str], word: str) -> bool:
    """一块 (together), 三块 of something solid: only 块钱, or an amount above nine, is money without doubt."""
    number = parse(match.group("first") or match.group("second")) or Decimal(0)
    if word == "块" and not match.group("cents"):
        return number < 5
    return (word == "刀" and number < 10) or (word == "eur" and number == 1)
