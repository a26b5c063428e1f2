"""Numbers as people write them: 3, 3.5, 1,200, 三千, 一万二, 两百五, 两个半, 一米二, 廿, 三千来.

The value of a numeral is a `Decimal`, so that nothing is lost on the way to a weight or a price.
"""

from __future__ import annotations

import re
from decimal import Decimal

DIGITS = {
    "零": 0, "〇": 0, "一": 1, "壹": 1, "幺": 1, "二": 2, "贰": 2, "两": 2, "俩": 2, "三": 3, "叁": 3, "仨": 3,
    "四": 4, "肆": 4, "五": 5, "伍": 5, "六": 6, "陆": 6, "七": 7, "柒": 7, "八": 8, "捌": 8, "九": 9, "玖": 9,
}  # fmt: skip
SMALL_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000, "k": 1000, "K": 1000}
LARGE_UNITS = {"万": 10_000, "w": 10_000, "W": 10_000, "亿": 100_000_000}
TWENTIES = {"廿": "二十", "卅": "三十"}

_CHINESE = "零〇一壹幺二贰两俩三叁仨四肆五伍六陆七柒八捌九玖十拾百佰千仟万亿廿卅半"
_PLAIN = r"(?:\d{1,3}(?:,\d{3}){1,4}(?:\.\d{1,6})?|\d{1,12}(?:\.\d{1,6})?|\.\d{1,6})"

CHINESE_NUMERAL = rf"(?:[{_CHINESE}]{{1,16}}(?:点[零〇一二三四五六七八九]{{1,6}})?)"
"""Regular expression of a numeral in Chinese characters; 半 is among them (半吨, 两吨半)."""

NUMERAL = (
    rf"(?:{_PLAIN}(?:(?:[十百千万]|[wWkK](?![a-zA-Z0-9]))(?:\d+[百千]?|[{_CHINESE}]{{1,8}})?){{0,3}}|{CHINESE_NUMERAL})"
)
"""Regular expression of any numeral this module can read (3000, 1,200.5, 2万, 3千5, 三千二, 十来 without 来)."""

APPROXIMATE = r"(?:多|来|几|余|左右|上下)"
"""Words that make a numeral approximate; they are dropped: 三千来公斤 is 3000 kg."""

_DECIMAL_POINT = re.compile(r"^(.+?)点([零〇一二三四五六七八九]+)$")
_FULL_PLAIN = re.compile(_PLAIN)


def parse(text: str) -> Decimal | None:
    """Return the value of one numeral, or None when `text` is not a numeral.

    A last digit after a unit counts in the next lower unit, as it is spoken: 一万二 is 12000, 两百五 is 250,
    三千五 is 3500; 一百零五 is 105. 半 is 0.5, also behind a number (两个半 is read by the caller).
    """
    cleaned = text.strip().replace(" ", "")
    if _FULL_PLAIN.fullmatch(cleaned):
        return Decimal(cleaned.replace(",", ""))
    for letter, spelled in TWENTIES.items():
        cleaned = cleaned.replace(letter, spelled)
    point = _DECIMAL_POINT.match(cleaned)
    if point:
        whole = parse(point.group(1))
        return None if whole is None else whole + Decimal(f"0.{_spelled(point.group(2))}")
    if cleaned == "半":
        return Decimal("0.5")
    if cleaned and all(sign in DIGITS for sign in cleaned):
        return Decimal(_spelled(cleaned))
    return _parse_spoken(cleaned) if cleaned else None


def _spelled(digits: str) -> str:
    """二五零 as 250."""
    return "".join(str(DIGITS[sign]) for sign in digits)


_PIECES = re.compile(rf"{_PLAIN}|[^\d.,]")


def _parse_spoken(text: str) -> Decimal | None:
    """Add up digits and units: 一亿三千万五百, 3万5, 2千."""
    if _PIECES.sub("", text):
        return None
    total = section = Decimal(0)
    digit: Decimal | None = None
    last_unit, zero_before = Decimal(1), False
    for piece in _PIECES.findall(text):
        if piece in SMALL_UNITS:
            last_unit = Decimal(SMALL_UNITS[piece])
            section += (Decimal(1) if digit is None else digit) * last_unit
            digit, zero_before = None, False
        elif piece in LARGE_UNITS:
            last_unit = Decimal(LARGE_UNITS[piece])
            section += digit or Decimal(0)
            if not section:
                return None
            total, section = total + section * last_unit, Decimal(0)
            digit, zero_before = None, False
        else:
            value = _digit(piece, after_unit=last_unit > 1 and digit is None)
            if value is None or digit:
                return None
            digit, zero_before = value, zero_before or value == 0
    return total + section + _tail(digit, last_unit, zero_before)


def _digit(piece: str, *, after_unit: bool) -> Decimal | None:
    """Value of one digit or plain number inside a spoken one; 半 behind a unit is five of the next lower (两万半)."""
    if piece == "半":
        return Decimal(5) if after_unit else None
    if piece in DIGITS:
        return Decimal(DIGITS[piece])
    return Decimal(piece.replace(",", "")) if piece[0].isdigit() else None


def _tail(digit: Decimal | None, last_unit: Decimal, zero_before: bool) -> Decimal:
    """Value of a last digit: 一百五 is 150, 一百零五 is 105, 十五 is 15."""
    if digit is None:
        return Decimal(0)
    if zero_before or last_unit <= 10 or digit >= 10:
        return digit
    return digit * last_unit / 10


def plain(value: Decimal) -> int | float:
    """Return the value as an int where it is whole, else as a float rounded to six places (for JSON)."""
    return int(value) if value == value.to_integral_value() else float(round(value, 6))
