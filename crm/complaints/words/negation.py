"""Looking for words that are meant: numbers as people say them, and what negates a word."""

import re

NUMBER = r"(?:\d{1,9}(?:\.\d{1,4})?|[零一二两三四五六七八九十百千万半几好多数]{1,8})"
"""Regular expression of a number as it stands in running speech; what it amounts to does not matter here."""

NEGATED = re.compile(
    r"(?:没有?(?:到)?|未|无|不会|不是|并非|不用|不想|不至于|不打算|不要求|不需要)"
    r"(?:任何)?(?:人员?|发生|出现|造成|导致|说|要|去|找|请|再|让|影响|到)*$"
)
"""What stands directly before a word that is not meant (没有人受伤); to be searched in the text before the word."""
LONGEST_NEGATION = 16


def said(pattern: re.Pattern[str], folded: str) -> tuple[int, int] | None:
    """Where the first words stand that match and are not negated directly before; None when there are none."""
    for match in pattern.finditer(folded):
        start = match.start()
        if match.end() > start and not NEGATED.search(folded[max(0, start - LONGEST_NEGATION) : start]):
            return match.span()
    return None
