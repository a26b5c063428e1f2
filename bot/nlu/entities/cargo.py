"""Containers with their count, and pieces."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cache

from bot.nlu.entities.spans import Span
from freight.modes import container_aliases
from freight.numerals import NUMERAL, parse, plain

_SPOKEN_FEET = {"二十": "20", "廿": "20", "四十": "40", "四十五": "45", "四五": "45", "四零": "40", "二零": "20"}
_MISHEARD = {
    "高贵": "40HQ",
    "小贵": "20GP",
    "大贵": "40GP",
    "平贵": "40GP",
    "高跪": "40HQ",
    "冷贵": "40RH",
    "小鬼": "20GP",
}


@cache
def _types() -> dict[str, str]:
    """Words for containers, with feet also spelled (四十尺高柜)."""
    table = dict(container_aliases())
    for word, code in list(table.items()):
        for spoken, feet in _SPOKEN_FEET.items():
            if word.startswith(feet) and len(word) > 2 and not word[2].isascii():
                table[spoken + word[2:]] = code
    return table


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    words = sorted(_types(), key=len, reverse=True)
    kind = "|".join(re.escape(word).replace(r"\ ", r"\s?") for word in words)
    kind = rf"(?:{kind}|(?:20|40|45)\s?(?:gp|hq|hc|rf|rh|ot|fr|tk))(?:柜子?|集装箱)?"
    number = (
        rf"(?<![A-Za-z.周期拜月])(?P<count>(?<!\d){NUMERAL}|(?<=\d)[一两二三四])(?:(?:到|至|-|~)(?P<upto>{NUMERAL}))?"
    )
    before = re.compile(
        rf"(?:{number}\s*(?:[xX*×]|个|條|条|只|台)\s*(?:大|小)?)?(?<![A-Za-z0-9])(?P<type>{kind})(?![A-Za-z]|\d(?!\d?[个条只]))"
        rf"(?:\s*(?:[xX*×])\s*(?P<after>\d+)(?![\d*xX×])|(?P<after2>{NUMERAL})(?:个|条|只)(?!月|小时|工作日|点|\s*(?:{kind})))?",
        re.IGNORECASE,
    )
    tight = re.compile(
        rf"(?<![A-Za-z0-9.*xX×])(?P<count>\d{{1,3}})[xX*×](?P<type>{kind})(?![A-Za-z0-9])", re.IGNORECASE
    )
    misheard = re.compile(rf"(?P<count>{NUMERAL})(?:个|条)?(?P<type>{'|'.join(_MISHEARD)})")
    return before, tight, misheard


def containers(text: str) -> Iterator[Span]:
    """{"count", "type"}; the count is None where none or a range (三到四个) was said."""
    before, tight, misheard = _patterns()
    for match in before.finditer(text):
        code = _code(match.group("type"))
        if code and not _is_length(match, text):
            count = match.group("count") or match.group("after") or match.group("after2")
            yield Span("container", *match.span(), {"count": _count(count, match.group("upto")), "type": code}, rank=2)
    for match in tight.finditer(text):
        code = _code(match.group("type"))
        if code:
            yield Span("container", *match.span(), {"count": int(match.group("count")), "type": code}, rank=1)
    for match in misheard.finditer(text):
        value = {"count": _count(match.group("count"), None), "type": _MISHEARD[match.group("type")]}
        yield Span("container", *match.span(), value, rank=2)


def _code(words: str) -> str | None:
    key = re.sub(r"\s", "", words.lower())
    for suffix in ("", "柜子", "集装箱", "柜"):
        found = _types().get(key.removesuffix(suffix) if suffix else key)
        if found:
            return found
    return None


def _count(text: str | None, upto: str | None) -> int | None:
    value = parse(text) if text else None
    if value is None or upto or value != int(value) or value > 9999:
        return None
    return int(value)


def _is_length(match: re.Match[str], text: str) -> bool:
    """20尺 as a length (长20尺), or the start of a longer number."""
    return text[max(0, match.start() - 1) : match.start()] in ("长", "宽", "高", "深")


_MEASURE = (
    r"小包|纸箱子?|木箱子?|行李箱|箱子|"
    r"吨桶|铁桶|托盘|卡板|栈板|件货|件|箱|托|板|包(?!裹)|袋|桶|卷|捆|盒|瓶|支|只|条|双|台|套|张|块|辆|扎|匹|车|罐|床|架|片"
)
_ENGLISH = (
    r"cartons?|ctns?|pcs|pieces?|pallets?|plts?|packages?|pkgs?|boxes|box|"
    r"cases?|bags?|drums?|rolls?|crates?|bundles?|sets?"
)
_SMALL = r"one|two|three|four|five|six|seven|eight|nine|ten|a dozen"
_ENGLISH_NUMBERS = {word: number for number, word in enumerate(_SMALL.split("|")[:10], 1)} | {"a dozen": 12}
_PIECES = re.compile(
    rf"(?:(?<![A-Za-z0-9.第每几数])|(?<=[A-Za-z])(?=[一二三四五六七八九十两百]))(?P<count>{NUMERAL})\s*(?P<type>个?(?:{_MEASURE}))(?!代发|事|"
    rf"单|线|路|柜|起|次|子)"
    rf"|(?<![A-Za-z0-9.])(?P<count2>{NUMERAL}|{_SMALL})\s*(?P<type2>{_ENGLISH})(?![A-Za-z])",
    re.IGNORECASE,
)
_IDIOMS = re.compile(
    r"^[一1]个?(?:条|块|张|车|只|支|瓶|片|罐|捆)$|个(?:件|箱)$|^[一二两三四五六七八九]{2}[^十百千万]*$"
)
_ONE_OF = re.compile(r"^[一1](?:套|台|辆|双|床|架)$")
"""One of these is mostly an article (一张票, 一只狗), no count of cargo."""
_NOT_BEFORE = {
    "块": "钱儿一二两三四五六七八九",
    "包": "税装含车柜邮括赔干下",
    "箱": "单型号费",
    "车": "间队上次",
    "件": "事代套",
    "套": "说方话流系",
    "张": "提图收特报发单日,。",
    "条": "短消新信街建龙件里对不,营五燃",
    "支": "每付援出撑票",
    "双": "休",
    "片": "区面段",
    "架": "子构",
    "床": "位",
}
"""Signs that make another word of the measure before them (五块钱, 两包税)."""


def pieces(text: str) -> Iterator[Span]:
    """{"count", "type"}: 20箱, 3托, two cartons, 碎了八个. The type is the word as said."""
    yield from _harmed(text)
    for match in _PIECES.finditer(text):
        words = match.group("type") or match.group("type2")
        written = match.group("count") or match.group("count2")
        number = _ENGLISH_NUMBERS.get(written.lower()) or parse(written)
        if number is None or "点" in written or _is_idiom(match, text, words):
            continue
        value = {"count": plain(parse(str(number)) or parse("1")), "type": words.removeprefix("个")}
        yield Span("pieces", *match.span(), value, rank=6)


_HARMED = re.compile(
    rf"(?:[碎丢坏破裂漏烂缺]|少|寄丢|压坏|摔坏)了?(?P<count>{NUMERAL})(?P<type>个)"
    r"(?:(?=包裹)|(?<!一个)(?=[,。!?、\s]|$|怎么|但|还))"
)


def _harmed(text: str) -> Iterator[Span]:
    """碎了八个: what is broken or lost is counted, although the thing itself was named before."""
    for match in _HARMED.finditer(text):
        number = parse(match.group("count"))
        if number is not None:
            yield _counted(match, number)


_ONE_BY_ONE = re.compile(
    rf"(?<![A-Za-z0-9.第每几数那这另某哪])(?P<count>{NUMERAL})\s?(?P<type>[个张幅辆双条台套部把盏只瓶床块顶件盆副艘尊坛份本册根])(?=(?P<gap>[一-鿿]{{0,2}}))"
)
_NO_GAP = re.compile(r"[的了是都在有月,。]")
_A_PIECE = re.compile(r"多少|几|都|也|月|[没不]")
COUNTED_BY_GOODS = 8
"""Rank of a count that only the goods behind it make one: 三个碗."""


def pieces_of_goods(text: str, goods: Sequence[Span]) -> Iterator[Span]:
    """三个碗, 一双女童凉鞋, 婴儿床一张: any measure word counts where goods stand beside it."""
    starts, ends = {span.start for span in goods}, {span.end for span in goods}
    for match in _ONE_BY_ONE.finditer(text):
        number = parse(match.group("count"))
        gap = next((size for size in range(3) if match.end() + size in starts), None)
        before = gap is not None and not _NO_GAP.search(match.group("gap")[:gap])
        behind = match.start() in ends and not _A_PIECE.match(text, match.end())
        if number and number == int(number) and (before or behind):
            yield _counted(match, number)


def _counted(match: re.Match[str], number: Decimal) -> Span:
    value = {"count": plain(number), "type": match.group("type")}
    return Span("pieces", match.start("count"), match.end("type"), value, rank=COUNTED_BY_GOODS)


_LONGEST_ORDINAL = 20
_ORDINAL = re.compile(r"第[一二三四五六七八九十百零\d]*$")
_NO_CARGO_BEFORE = ("回", "讲", "最大", "同", "叫", "想买", "报", "打了", "发了我", "还有", "派", "派了")


def _is_idiom(match: re.Match[str], text: str, words: str) -> bool:
    """一条龙, 零件, 半箱, 一张票: measure words that do not count cargo here."""
    written, after = match.group(), text[match.end() : match.end() + 1]
    if text.endswith(_NO_CARGO_BEFORE, 0, match.start()) or written[0] in "零半" or match.group("count") == "半":
        return True
    if (
        written[0] == "陆"
        or _ORDINAL.search(text[max(0, match.start() - _LONGEST_ORDINAL) : match.start()])
        or (written[0] == "一" and after in tuple("不没都也"))
    ):
        return True
    if after and after in _NOT_BEFORE.get(words.removeprefix("个"), ""):
        return True
    if _ONE_OF.match(written):
        # One of something is a count only where the thing follows: 一台注塑机.
        return not re.match(r"[一-鿿]{2}(?!的人)", text[match.end() : match.end() + 4]) or after in "就也都的是能车"
    return bool(_IDIOMS.search(written)) or (written[0] == "一" and after == "最")
