"""Weights, volumes and dimensions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from bot.nlu.entities.spans import Span
from freight import units
from freight.numerals import NUMERAL, parse, plain

_WEIGHT_UNIT = r"(?:公斤|千克|市斤|斤|公吨|吨|kilograms?|kilos?|kgs?|tonnes?|tons?|mt|lbs?|pounds?|磅|g|克|t)"
_VOLUME_UNIT = r"(?:立方英尺|立方米|立米|立方|cbms?|m3|cubes?|cuft|cft|方)"
_END = r"(?![A-Za-z])"
_START = r"(?<![A-Za-z0-9.第几数])"
_ABOUT = r"(?:(?<!十)(?:多|来|几|余)|左右|上下)"
"""三千来公斤 is near enough to 3000 kg; 十来方 may be anything between ten and twenty, and is no measure."""
_TAIL = rf"(?P<half>半)|(?P<over>多)|(?P<tail>{NUMERAL})(?![\d.])"

_WEIGHT = re.compile(
    rf"{_START}(?<![块毛])(?<![周期拜](?=[一二三四五六日天]))(?P<number>{NUMERAL})\s*{_ABOUT}?\s*(?:个(?P<mid>半)?)?(?P<unit>{_WEIGHT_UNIT}){_END}"
    rf"(?<!吨(?=[袋桶包位]))(?:{_TAIL})?",
    re.IGNORECASE,
)
_VOLUME = re.compile(
    rf"{_START}(?<![那这])(?P<number>{NUMERAL})\s*{_ABOUT}?\s*个?(?P<unit>{_VOLUME_UNIT}){_END}(?![面便案向式法合协电物])(?:(?P<half>半)|(?P<over>多))?",
    re.IGNORECASE,
)
_PER_UNIT_BEFORE = re.compile(r"(?:多少钱?|块钱?|块[一二三四五六七八九半]|元|价|[0-9/每毛])\s*$")
_PER_UNIT_AFTER = re.compile(
    r"\s*(?:多少(?!\s*钱)|(?<!\s)多少钱|大[概该]要多少|起算|起|吗$|当一?方|算|折|几块|几钱|几毛|[0-9]|什么价|啥价|怎么|收|的?价|等于)"
)


_STORAGE = re.compile(r"(?:8|16|32|64|128|256|512)G")
"""Memory of a telephone or stick."""


def weights(text: str) -> Iterator[Span]:
    """Weights in kilograms. 一公斤 in a price (28一公斤, 一公斤多少) is a unit, no weight."""
    for match in _WEIGHT.finditer(text):
        value = _value(match, small=match.group("unit") in "吨t" or "吨" in match.group("unit"))
        if value is None or _is_price_unit(match, text) or _STORAGE.fullmatch(match.group()):
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
    if groups.get("half") or groups.get("mid"):
        return value + Decimal("0.5")
    tail = _tail(match) if small else None
    return value + tail if tail is not None else value


def _tail(match: re.Match[str]) -> Decimal | None:
    tail = match.groupdict().get("tail")
    digit = parse(tail) if tail and len(tail) == 1 and tail not in "十百千万半" and not _is_count(match) else None
    return digit / 10 if digit is not None else None


def _is_count(match: re.Match[str]) -> bool:
    """28吨一台: what stands behind the unit counts something else."""
    return match.string[match.end("tail") : match.end("tail") + 1] in tuple("台个件箱托柜车票")


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
_NAMED = tuple(
    re.compile(
        "".join(
            rf"{'(?:[ ,、]*' if place else ''}{side}度?(?:是|为)?\s*(?P<{key}>{_SIDE})\s*(?P<u{key}>{_LENGTH_UNIT})?"
            for place, (side, key) in enumerate(order)
        )
        + ")?)",
        re.IGNORECASE,
    )
    for order in (
        (("长", "a"), ("宽", "b"), ("高", "c")), (("长", "a"), ("高", "c"), ("宽", "b")),
        (("高", "c"), ("宽", "b"), ("长", "a")), (("高", "c"), ("长", "a"), ("宽", "b")),
        (("宽", "b"), ("长", "a"), ("高", "c")), (("宽", "b"), ("高", "c"), ("长", "a")),
    )
)  # fmt: skip
"""Named sides in any order; the third may be left out."""


_SIDES_NAMED = re.compile(r"[长宽高].*[长宽高]")


def dimensions(text: str) -> Iterator[Span]:
    """[L, W, H] in centimetres; H is None where it was not said. Numbers without a unit are centimetres, unless all
    are below ten with a fraction (1.2*0.8*0.6 are metres)."""
    named = [match for pattern in _NAMED for match in pattern.finditer(text)] if _SIDES_NAMED.search(text) else []
    for match in (*_PRODUCT.finditer(text), *named):
        said = [key for key in "abc" if match.group(key)]
        sides = [_side(match.group(key), match.group("u" + key)) for key in said]
        if any(side is None for side in sides):
            continue
        numbers = [side for side in sides if side is not None]
        default = match.group("uc") or match.group("ub")
        lengths = dict(zip(said, _in_centimetres(numbers, default), strict=True))
        values = [plain(lengths[key]) if key in lengths else None for key in "abc"]
        yield Span("dimensions", match.start(), match.start() + len(match.group().rstrip()), values, rank=1)


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
