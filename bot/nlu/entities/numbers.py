"""Numbers that name something or somebody: references, telephone numbers, the last four digits of one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.nlu.entities.spans import Span, Taken
from freight import references
from freight.references import ReferenceKind

_ENTITY = {ReferenceKind.QUOTE: "quote_no", ReferenceKind.COMPLAINT: "complaint_no"}
_DIGITS = str.maketrans("零〇一幺二两三四五六七八九", "0011223456789")
_NAMED_NUMBER = re.compile(
    r"(?:运单|订单|单号|主单|分单|提单|柜号|箱号|货号|快递单?|awb|hbl|mbl|b/l|bl no)[号码]*\s*(?:是|为|:|#|no\.?)?\s*"
    r"(?P<number>[A-Za-z]{0,6}[ \-]?\d[\dA-Za-z]*(?:[ \-]\d+)*)(?![A-Za-z0-9*.])",
    re.IGNORECASE,
)
_LETTERS_AND_DIGITS = re.compile(r"(?<![A-Za-z0-9])(?:[A-Za-z]{2,6}\d{6,14}|[A-Z]{2,6}[ \-]\d{6,14})(?![A-Za-z0-9])")


_SIDES = re.compile(r"\d{1,4}(?:\.\d+)?(?:[xX]\d{1,4}(?:\.\d+)?){1,2}(?:cm|mm|m)?", re.IGNORECASE)
"""110x65x20cm: letters and digits, but no reference."""


def shipments(text: str) -> Iterator[Span]:
    """Reference numbers; a number behind a word such as 运单号 counts from five digits on."""
    taken = Taken()
    for found in references.find(text):
        if _SIDES.fullmatch(text, found.start, found.end):
            continue
        taken.take(found.start, found.end)
        yield Span(_ENTITY.get(found.kind, "shipment_no"), found.start, found.end, found.number, rank=0)
    for pattern, group in ((_NAMED_NUMBER, "number"), (_LETTERS_AND_DIGITS, 0)):
        for match in pattern.finditer(text):
            start, end = match.span(group)
            number = references.normalise(match.group(group))
            free = taken.is_free(start, end)
            if free and sum(sign.isdigit() for sign in number) >= 5 and not _is_mobile(number):
                taken.take(start, end)
                yield Span("shipment_no", start, end, number, rank=1)


def _is_mobile(number: str) -> bool:
    return bool(re.fullmatch(r"(?:86)?1[3-9]\d{9}", number))


_MOBILE = re.compile(r"(?<![\dA-Za-z])(?:\+?86[ \-]?)?(1[3-9]\d(?:[ \-]?\d{4}){2}|1[3-9]\d[ \-]?\d{8})(?![\dA-Za-z])")
_SPOKEN_MOBILE = re.compile(
    r"(?<![零〇一幺二三四五六七八九])[幺一][三-九零〇一幺二三四五六七八九]{10}(?![零〇一幺二三四五六七八九])"
)
_LANDLINE = re.compile(r"(?<![\dA-Za-z])(?:\(?(0\d{2,3})\)?[ \-]?)(\d{7,8}|\d{3,4}[ \-]\d{4})(?![\dA-Za-z])")
_SERVICE = re.compile(r"(?<![\dA-Za-z])([48]00[ \-]?\d{3,4}[ \-]?\d{3,4})(?![\dA-Za-z])")
_FOREIGN = re.compile(r"(?<![\dA-Za-z])\+(?!86[ \-]?1)(\d{1,3}(?:[ \-]?\d{2,5}){2,4})(?![\dA-Za-z])")
_TAIWAN_MOBILE = re.compile(r"(?<![\dA-Za-z])0(9\d{2}[ \-]?\d{3}[ \-]?\d{3})(?![\dA-Za-z])")
_TAIWAN_LANDLINE = re.compile(r"(?<![\dA-Za-z])0([2-8])[ \-](\d{4}[ \-]?\d{4}|\d{3}[ \-]\d{4})(?![\dA-Za-z])")
_HONG_KONG = re.compile(
    r"(?<![\dA-Za-z\-])(?:\+?852[ \-]?([235689]\d{3}[ \-]?\d{4})|([235689]\d{3} \d{4}))(?![\dA-Za-z])"
)


def phones(text: str) -> Iterator[Span]:
    """Telephone numbers in E.164; eight digits in two groups are read as Hong Kong's."""
    for match in _TAIWAN_MOBILE.finditer(text):
        yield _phone(match, "886" + match.group(1), rank=2)
    for match in _TAIWAN_LANDLINE.finditer(text):
        yield _phone(match, "886" + match.group(1) + match.group(2), rank=2)
    for match in _MOBILE.finditer(text):
        yield _phone(match, "86" + match.group(1))
    for match in _SPOKEN_MOBILE.finditer(text):
        yield _phone(match, "86" + match.group().translate(_DIGITS))
    for match in _LANDLINE.finditer(text):
        yield _phone(match, "86" + match.group(1)[1:] + match.group(2))
    for match in _SERVICE.finditer(text):
        yield _phone(match, "86" + match.group(1))
    for match in _FOREIGN.finditer(text):
        yield _phone(match, match.group(1))
    for match in _HONG_KONG.finditer(text):
        yield _phone(match, "852" + (match.group(1) or match.group(2)), rank=2 if match.group(1) else 6)


def _phone(match: re.Match[str], number: str, rank: int = 3) -> Span:
    return Span("phone", match.start(), match.end(), "+" + re.sub(r"\D", "", number), rank=rank)


_TAIL = re.compile(
    r"(?:尾号|后四位|后4位|后四码|后四个数字?|末四位|末4位|末四码|尾数|最后四位|最后4位|last (?:four|"
    r"4)(?: digits)?|end(?:s|ing)? (?:with|in)|末尾)[^\d一-鿿]{0,4}(?:手机|电话|号码)?(?:是|为|系)?\s*[:]?\s*"
    r"(?P<tail>\d{4}|[零〇一幺二三四五六七八九]{4})(?![\d零〇一幺二三四五六七八九A-Za-z年]|\s?的?[那这][票个柜批单]|的柜|的货|的单)",
    re.IGNORECASE,
)
_OTHER_TAIL = re.compile(r"(?:柜号|箱号|柜子|单号|运单|订单|提单|快递)[号的]{0,2}$")
_TAIL_FIRST = re.compile(r"(?<![\dA-Za-z])(?P<tail>\d{4})(?:结尾|尾号|的尾号|收尾)")


def phone_tails(text: str) -> Iterator[Span]:
    """Last four digits given to prove identity: behind 尾号 or 后四位, or a message of four digits only."""
    for pattern in (_TAIL, _TAIL_FIRST):
        for match in pattern.finditer(text):
            if _OTHER_TAIL.search(text[max(0, match.start() - 8) : match.start()]):
                continue
            yield Span("phone_tail", *match.span("tail"), match.group("tail").translate(_DIGITS), rank=0)
    alone = re.fullmatch(r"[^\w]{0,3}(?P<tail>\d{4}|[零〇一幺二三四五六七八九]{4})[^\w]{0,3}", text)
    if alone:
        yield Span("phone_tail", *alone.span("tail"), alone.group("tail").translate(_DIGITS), rank=0)
