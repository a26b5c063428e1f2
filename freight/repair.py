"""What a mistyped number may have been meant to be (freight reference, section 1.6).

The check digit alone proves nothing (an invalid container has about seven repairs that pass), so only numbers from
`candidates`, which the caller restricts to what this customer may see, are ever proposed.
"""

from __future__ import annotations

from collections.abc import Iterable

from freight.checkdigits import container_is_valid, iso6346_digit
from freight.normal_form import normalise

MOST_SUGGESTIONS = 3

_TO_LETTER = str.maketrans("01582", "OISBZ")
_TO_DIGIT = str.maketrans("ODQILSBZG", "000115826")
_LOOK_ALIKE = [frozenset(pair) for pair in ("0O", "0D", "0Q", "1I", "1L", "5S", "8B", "2Z", "6G", "17", "38", "69")]


def look_alike_repair(number: str) -> str:
    """Return a container number with look-alikes put right by position: letters in front, digits behind.

    MSKU123456S becomes MSKU1234565, 0OLU… becomes OOLU…; other text comes back normalised but unchanged.
    """
    normal = normalise(number)
    if len(normal) != 11:
        return normal
    repaired = normal[:4].translate(_TO_LETTER) + normal[4:].translate(_TO_DIGIT)
    return repaired if container_is_valid(repaired) else normal


def suggest(number: str, candidates: Iterable[str]) -> list[str]:
    """Return at most three of `candidates` that `number` may have meant, likeliest first.

    Order: equal after look-alike repair; one swap of neighbours or one look-alike; the same last digits or a missing
    prefix; one wrong digit; one missing or doubled sign. `candidates` must hold only numbers the customer may see.
    """
    normal = normalise(number)
    if not normal:
        return []
    scored = []
    for position, candidate in enumerate(candidates):
        score = _score(normal, normalise(candidate))
        if score is not None:
            scored.append((score, position, candidate))
    return [candidate for _, _, candidate in sorted(scored)[:MOST_SUGGESTIONS]]


def explain_container(number: str) -> str | None:
    """Say which sign of an invalid container number breaks the rule, in Chinese for the customer; None when it is valid."""
    normal = normalise(number)
    if container_is_valid(normal):
        return None
    if len(normal) != 11:
        return f"柜号应为11位，您给的是{len(normal)}位"
    for index, sign in enumerate(normal):
        if (index < 4) != sign.isalpha():
            return f"第{index + 1}位应为{'字母' if index < 4 else '数字'}"
    if normal[3] not in "UJZ":
        return "第4位应为U、J或Z"
    return f"第11位校验码应为{iso6346_digit(normal[:10])}"


def _score(typed: str, candidate: str) -> int | None:
    """Distance class of two numbers, small is likely; None when they are unrelated."""
    if typed == candidate:
        return 0
    if len(typed) == len(candidate):
        return _score_same_length(typed, candidate)
    if len(typed) >= 6 and len(typed) < len(candidate) and candidate.endswith(typed):
        return 2
    if 6 <= len(typed) < len(candidate) and typed.isdigit() and candidate[:-1].endswith(typed):
        return 2  # The check digit is printed in a box of its own and often left out.
    if abs(len(typed) - len(candidate)) == 1 and _is_one_insertion(typed, candidate):
        return 4
    return None


def _score_same_length(typed: str, candidate: str) -> int | None:
    different = [index for index, (a, b) in enumerate(zip(typed, candidate, strict=True)) if a != b]
    alike = all(frozenset((typed[index], candidate[index])) in _LOOK_ALIKE for index in different)
    if alike and len(different) <= 3:
        return 1
    if len(different) == 1:
        return 3
    if len(different) == 2 and different[1] == different[0] + 1:
        first, second = different
        if typed[first] == candidate[second] and typed[second] == candidate[first]:
            return 1
    return None


def _is_one_insertion(one: str, other: str) -> bool:
    shorter, longer = sorted((one, other), key=len)
    return any(longer[:index] + longer[index + 1 :] == shorter for index in range(len(longer)))
