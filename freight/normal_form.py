"""The normal form of a number customers quote: NFKC, upper case, spoken digits as digits, no separators."""

from __future__ import annotations

import re
import unicodedata

SEPARATORS = re.compile(r"[\s\-.·/_‐‑‒–—―]+")
_SPOKEN_DIGITS = str.maketrans("幺〇零一二三四五六七八九", "100123456789")
_SPOKEN_RUN = re.compile(r"(?<![〇零幺一二三四五六七八九])[〇零幺一二三四五六七八九0-9]{6,}")


def normalise(text: str) -> str:
    """Return a number in its normal form: NFKC, upper case, spoken digits (幺 is 1) as digits, no separators."""
    folded = unicodedata.normalize("NFKC", text).upper().strip()
    return SEPARATORS.sub("", spoken_to_digits(folded))


def spoken_to_digits(text: str) -> str:
    """Replace spoken digits inside runs of digits, keeping the length of the text (幺三八 → 138)."""
    if not any(sign in text for sign in "幺〇零一二三四五六七八九"):
        return text
    text = re.sub(r"(?<=[0-9])[幺〇零](?=[0-9])", lambda m: m.group().translate(_SPOKEN_DIGITS), text)
    return _SPOKEN_RUN.sub(lambda m: m.group().translate(_SPOKEN_DIGITS), text)
