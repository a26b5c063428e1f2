"""Numbers customers quote: containers, air waybills, bills of lading, express numbers and our own.

Source: freight reference, section 1 (ISO 6346, IATA, UPU S10 and the carriers' published rules). A number whose check
digit is right may still be wrong (a few per cent of typing errors pass), so data is shown only after a look-up.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Final

from freight import checkdigits
from freight.normal_form import SEPARATORS, normalise, spoken_to_digits
from freight.repair import explain_container, look_alike_repair, suggest

__all__ = [
    "AIRLINES",
    "SHIPMENT_KINDS",
    "Found",
    "Reference",
    "ReferenceKind",
    "classify",
    "explain_container",
    "find",
    "look_alike_repair",
    "normalise",
    "own_number",
    "suggest",
]


class ReferenceKind(str, Enum):
    """What a number names; the values are stored and shown in logs."""

    WAYBILL = "waybill"
    ORDER = "order"
    QUOTE = "quote"
    COMPLAINT = "complaint"
    CONTAINER = "container"
    MAWB = "mawb"
    HAWB = "hawb"
    MBL = "mbl"
    HBL = "hbl"
    BOOKING = "booking"
    EXPRESS = "express"
    RAIL = "rail"

    def __str__(self) -> str:
        return str(self.value)


SHIPMENT_KINDS: Final = frozenset(ReferenceKind) - {ReferenceKind.QUOTE, ReferenceKind.COMPLAINT}
"""Kinds that the entity `shipment_no` covers (an order number is one too)."""

OWN_PREFIXES: Final[dict[str, ReferenceKind]] = {
    "WB": ReferenceKind.WAYBILL,
    "SO": ReferenceKind.ORDER,
    "QT": ReferenceKind.QUOTE,
    "CP": ReferenceKind.COMPLAINT,
}
"""Prefixes of the numbers we give out ourselves: prefix, yymmdd, four-digit serial, Damm digit."""

FOREIGN_PREFIXES: Final[dict[str, ReferenceKind]] = {
    "BJ": ReferenceKind.QUOTE,
    "TS": ReferenceKind.COMPLAINT,
    "KS": ReferenceKind.COMPLAINT,
}
"""Older prefixes of quotes and complaints that customers still quote; without a check digit."""

AIRLINES: Final[dict[str, str]] = {
    "999": "国航", "784": "南航", "774": "上航", "479": "深航", "324": "山航", "160": "国泰", "297": "华航", "695": "长荣",
    "180": "大韩", "988": "韩亚", "020": "汉莎", "057": "法航", "074": "荷航", "172": "卢森堡货航", "176": "阿联酋",
    "157": "卡塔尔", "235": "土航", "232": "马航", "369": "Atlas", "112": "中货航", "781": "东航", "880": "海航",
    "618": "新航", "205": "全日空", "131": "日航", "023": "FedEx", "406": "UPS",
}  # fmt: skip
"""Airline prefixes of air waybills. From 112 on they are common knowledge, not checked."""


@dataclass(frozen=True)
class Reference:
    """A number and what it may be.

    `valid` is True or False where the kind has a check digit, None where it has none. `carrier` is "" when unknown.
    """

    number: str
    kind: ReferenceKind
    valid: bool | None
    carrier: str = ""


@dataclass(frozen=True)
class Found:
    """A number found in a message: `text` is `message[start:end]` as written, `number` its normal form."""

    start: int
    end: int
    text: str
    number: str
    kind: ReferenceKind
    valid: bool | None
    carrier: str = ""


def own_number(prefix: str, day: date, serial: int) -> str:
    """Return one of our own numbers: prefix, yymmdd, serial of the day (0 to 9999), Damm digit.

    Raises ValueError for an unknown prefix or a serial that does not fit.
    """
    if prefix not in OWN_PREFIXES:
        raise ValueError(f"unknown prefix {prefix!r}")
    if not 0 <= serial <= 9999:
        raise ValueError(f"serial {serial} does not fit four digits")
    digits = f"{day:%y%m%d}{serial:04d}"
    return f"{prefix}{digits}{checkdigits.damm_digit(digits)}"


def classify(number: str) -> list[Reference]:
    """Return what a number may be, likeliest first; empty when it looks like no reference.

    Kinds whose check digit is right come before those without one, and those before a wrong check digit.
    """
    normal = normalise(number)
    found = [reference for rule in _RULES for reference in rule(normal)]
    rank = {True: 0, None: 1, False: 2}
    return sorted(found, key=lambda reference: rank[reference.valid])


def _own(number: str) -> Iterable[Reference]:
    kind = OWN_PREFIXES.get(number[:2])
    if kind is not None and re.fullmatch(r"[0-9]{11}", number[2:]):
        yield Reference(number, kind, checkdigits.damm_is_valid(number[2:]), "own")
    elif number[:2] in ("QT", "CP", *FOREIGN_PREFIXES) and re.fullmatch(r"[0-9]{5,14}", number[2:]):
        yield Reference(number, {**FOREIGN_PREFIXES, **OWN_PREFIXES}[number[:2]], None)


def _container(number: str) -> Iterable[Reference]:
    if re.fullmatch(r"[A-Z]{3}[UJZ][0-9]{7}", number):
        yield Reference(number, ReferenceKind.CONTAINER, checkdigits.container_is_valid(number))


_PREFIX_EXPRESS = (
    (re.compile(r"SF[0-9]{12,13}"), "SF"),
    (re.compile(r"YT[0-9]{13}"), "YTO"),
    (re.compile(r"JT[0-9]{13}"), "JT"),
    (re.compile(r"JD[A-Z0-9]{11,15}"), "JD"),
)


def _prefix_express(number: str) -> Iterable[Reference]:
    if re.fullmatch(r"[A-Z]{2}[0-9]{9}[A-Z]{2}", number):
        yield Reference(number, ReferenceKind.EXPRESS, checkdigits.s10_is_valid(number), "EMS")
    if re.fullmatch(r"1Z[A-Z0-9]{15}[0-9]", number):
        yield Reference(number, ReferenceKind.EXPRESS, checkdigits.ups_is_valid(number), "UPS")
    for pattern, carrier in _PREFIX_EXPRESS:
        if pattern.fullmatch(number):
            yield Reference(number, ReferenceKind.EXPRESS, None, carrier)


def _digits(number: str) -> Iterable[Reference]:
    """Numbers of digits only; their length leaves several carriers open, so all of them are proposed."""
    if not (number.isascii() and number.isdigit()):
        return
    if len(number) == 11:
        valid = checkdigits.awb_is_valid(number)
        yield Reference(number, ReferenceKind.MAWB, valid, AIRLINES.get(number[:3], ""))
    elif len(number) == 10:
        yield Reference(number, ReferenceKind.EXPRESS, checkdigits.dhl_is_valid(number), "DHL")
    elif len(number) == 12:
        if checkdigits.fedex_is_valid(number):
            yield Reference(number, ReferenceKind.EXPRESS, True, "FedEx")
        yield from (Reference(number, ReferenceKind.EXPRESS, None, carrier) for carrier in ("SF", "ZTO", "STO"))
    elif len(number) == 13:
        yield from (Reference(number, ReferenceKind.EXPRESS, None, carrier) for carrier in ("YD", "STO"))
    elif len(number) in (14, 15):
        yield Reference(number, ReferenceKind.EXPRESS, None, "STO" if len(number) == 15 else "")


def _bill(number: str) -> Iterable[Reference]:
    """Bills of lading and bookings: free text up to 20 (35) characters; only a look-up can tell them apart."""
    letters = sum(sign.isalpha() for sign in number)
    digits = sum(sign.isdigit() for sign in number)
    if not (re.fullmatch(r"[A-Z0-9]{7,20}", number) and letters >= 2 and digits >= 5):
        return
    if any(True for rule in (_own, _container, _prefix_express) for _ in rule(number)):
        return
    for kind in (ReferenceKind.MBL, ReferenceKind.HBL, ReferenceKind.BOOKING):
        yield Reference(number, kind, None)


_RULES = (_own, _container, _prefix_express, _digits, _bill)

# ---------------------------------------------------------------- finding numbers in a message

_GAP = r"[ \-./·_–—]?"
_BEFORE, _AFTER = r"(?<![A-Z0-9+])", r"(?![A-Z0-9])"


def _spaced(count: str, sign: str = "[0-9]") -> str:
    """`count` signs with at most one separator between any two of them."""
    low, _, high = count.partition(",")
    upper = (str(int(high) - 1) if high else "") if "," in count else str(int(low) - 1)
    return rf"{sign}(?:{_GAP}{sign}){{{int(low) - 1},{upper}}}"


_CANDIDATES = tuple(
    re.compile(_BEFORE + pattern + _AFTER)
    for pattern in (
        rf"(?:WB|SO){_GAP}{_spaced('11')}",
        rf"(?:QT|CP|BJ|TS|KS){_GAP}{_spaced('5,14')}",
        rf"[A-Z]{{3}}[UJZ]{_GAP}{_spaced('7')}",
        rf"[A-Z]{{2}}{_GAP}{_spaced('9')}{_GAP}[A-Z]{{2}}",
        rf"1Z{_GAP}{_spaced('16', '[A-Z0-9]')}",
        rf"SF{_GAP}{_spaced('12,13')}",
        rf"(?:YT|JT){_GAP}{_spaced('13')}",
        rf"JD[A-Z]{{0,2}}{_GAP}{_spaced('11,15')}",
        r"[0-9]{3}[ \-–—/.][0-9]{4}[ \-]?[0-9]{4}",
        r"[0-9]{10,15}",
        r"[0-9]{4} [0-9]{4} [0-9]{4}",
        # Bounded everywhere, so that a message of a megabyte costs no more than its length.
        r"(?=[0-9\-]{0,20}[A-Z][0-9\-]{0,20}[A-Z])(?=(?:[A-Z\-]{0,12}[0-9]){5})[A-Z0-9]{1,20}(?:-[A-Z0-9]{1,20}){0,3}",
    )
)
_PHONE_WORDS = re.compile(r"(?:电话|手机|手机号|联系方式|致电|TEL|PHONE|MOBILE|微信|QQ|CALL)\D{0,6}$")
_NUMBER_WORDS = re.compile(
    r"(?:主单|运单|分单|空运单|提单|单号|订单|货号|快递|AWB|MAWB|HAWB|B/L|BL|BILL|NO|NUMBER|#|查|跟踪|追踪|TRACK)\D{0,8}$"
)
_AFTER_WORDS = re.compile(r"^\D{0,3}(?:订单|运单|单号|主单|提单|快递|快件)")
_NOT_A_NUMBER = re.compile(r"[0-9]{1,4}(?:KG|KGS|CBM|CTNS?|PCS|PLTS?|USD|RMB|CNY|HQ|GP|HC|OT|FR|RF|RH|FT)[A-Z0-9]*")


def find(text: str) -> list[Found]:
    """Find all reference numbers in a message; offsets are those of `text`.

    Our own numbers win over containers, those over express numbers, those over plain digits and free bills of lading.
    Eleven digits that look like a mobile phone are left out unless a dash after three digits or a word such as 运单
    says otherwise; ten-digit numbers count only with a right check digit or such a word.
    """
    folded = _fold(text)
    found: list[Found] = []
    for pattern in _CANDIDATES:
        for match in pattern.finditer(folded):
            if any(match.start() < other.end and other.start < match.end() for other in found):
                continue
            reference = _judge(match, folded)
            if reference is not None:
                start, end = match.span()
                found.append(
                    Found(start, end, text[start:end], reference.number, reference.kind, reference.valid,
                          reference.carrier)
                )  # fmt: skip
    return sorted(found, key=lambda item: item.start)


def _fold(text: str) -> str:
    """NFKC and upper case, sign by sign, so that offsets stay those of the text."""
    if not text.isascii():
        text = "".join(_fold_sign(sign) for sign in text)
    return spoken_to_digits(text.upper() if text.isascii() else "".join(_upper(sign) for sign in text))


def _fold_sign(sign: str) -> str:
    folded = unicodedata.normalize("NFKC", sign) if not "一" <= sign <= "鿿" else sign
    return folded if len(folded) == 1 else sign


def _upper(sign: str) -> str:
    upper = sign.upper()
    return upper if len(upper) == 1 else sign


def _judge(match: re.Match[str], folded: str) -> Reference | None:
    """Decide whether a candidate is a number, looking at the words before it."""
    number = SEPARATORS.sub("", match.group())
    references = classify(number)
    if not references:
        return None
    best = references[0]
    before = folded[max(0, match.start() - 14) : match.start()]
    if number.isdigit():
        named = bool(_NUMBER_WORDS.search(before) or _AFTER_WORDS.match(folded[match.end() : match.end() + 8]))
        return best if _digits_are_a_number(match.group(), number, best, before, named=named) else None
    if best.kind is ReferenceKind.MBL:
        return None if _NOT_A_NUMBER.fullmatch(number) else _named_bill(best, before)
    return best


_BILL_WORDS = (
    (re.compile(r"(?:HAWB|空运分单)\W{0,3}$"), ReferenceKind.HAWB),
    (re.compile(r"(?:HBL|H B/L|分单|分提单|货代单|货代提单)\W{0,3}号?\W{0,3}$"), ReferenceKind.HBL),
    (re.compile(r"(?:SO号?|订舱号|BOOKING(?: NO)?)\W{0,3}$"), ReferenceKind.BOOKING),
)


def _named_bill(reference: Reference, before: str) -> Reference:
    """Let the word before a free number say what it is (HBL, 订舱号); MBL otherwise."""
    for pattern, kind in _BILL_WORDS:
        if pattern.search(before):
            return Reference(reference.number, kind, None)
    return reference


def _digits_are_a_number(written: str, number: str, best: Reference, before: str, *, named: bool) -> bool:
    if _PHONE_WORDS.search(before):
        return False
    if len(number) == 11:
        if written[3] in "-–—/. " and written[:3] in AIRLINES and (named or best.valid or not written.startswith("02")):
            return True  # 020-… may be a landline of Guangzhou: there the check digit must be right.
        if re.match(r"1[3-9]", number):
            return named
        return named or (best.valid is True and (written[3] in "-–—/. " or number[:3] in AIRLINES))
    if len(number) == 10:
        return named or best.valid is True
    # A landline with its area code (0755 8888 8888) is not a number of ours.
    return not number.startswith("0") or named
