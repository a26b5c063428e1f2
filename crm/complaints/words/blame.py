"""A complaint in the shape of a question: 到底几号到，说好15号的，一推再推. Who blames wants to be heard, whatever is asked."""

import re

from crm.chinese import fold
from crm.complaints.severity import Circumstances, assess
from crm.complaints.words.story import read

_BROKEN_WORD = re.compile(
    r"(?:说好|讲好|答应|承诺|约好|保证过|原定|原来说)|本来.{0,10}(?:要|该|应该).{0,3}到|一[推拖]再[推拖]|改了.{1,3}[次回]|又(?:推|改|延|拖)[了到]|"
    r"第[二三四五六]次|怎么跟.{0,8}交代|搞什么|怎么搞|你们.{0,6}(?:骗|耍|忽悠)"
)
_STILL = re.compile(r"(?:现在|至今|到今天|今天都)[^吗么?？]{0,6}(?:还(?!能|可|行|来得及)|没|不(?!会))")
"""That it has not come true: with a broken word this is blame, however softly it is said."""
GRAVE = frozenset({"injury", "leak", "legal", "media", "regulator", "whole_shipment_lost", "threat_to_leave"})
"""Rules of severity.py that speak by words alone."""


def blames(text: str, *, heated: bool) -> bool:
    """Whether a question about a shipment is a complaint as well: a broken word, and that it hurt or made angry.

    `heated`: the words sound annoyed or angry. 客户天天催我 alone is a reason to hurry, not to complain.
    """
    folded = fold(text)
    broken = _BROKEN_WORD.search(folded) is not None
    return broken and (heated or _STILL.search(folded) is not None or read(text).effect is not None)


def grave(text: str) -> bool:
    """Whether the words alone are so serious that nobody may be asked what they mean."""
    return any(reason.rule in GRAVE for reason in assess(text, Circumstances()).reasons)
