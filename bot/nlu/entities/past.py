"""Whether a day that is named without year or week lies behind us, told from the words around it."""

from __future__ import annotations

import re
from functools import lru_cache

TOLD = re.compile(
    r"[^,。?!要]{0,3}(?:的那[票个批单]|那[票个批天]|投诉|提的|问的|签收|寄的|发的|发了|发出|走的|出的|送到的|就|已经|"
    r"订的|下的?单|开的|装的|到的|寄出|[买拍取退报约]的|付款|付的|揽收|提交|申请过|反映|反馈|[说问打]过|打了|给你们打|"
    r"收到|交的|说好|答应|走了|到了)"
)
_PROMISED = re.compile(
    r"(?:说好|讲好|说是|话好|说|讲|话|承诺|答应|保证|原定|约好|约定|原本|本来|本该|应该)了?(?:的|是|在)?[^,。?!\d]{0,2}$"
)
_LONGEST_PROMISE = 8
_NOT_KEPT = re.compile(
    r"(?=现在|还没|都没|都不|没影|没见|没人|没来|没到|没送|没给|仍|今天都|人影|掉光|过了|已经|又|结果|冇|毛都|一拖再拖|呢$|呢[,。?!])"
)


def lies_behind(match: re.Match[str], text: str) -> bool:
    """Whether a day without a year or week lies behind us: 周三寄的; 说好周三到, 到现在都没影."""
    if TOLD.match(text, match.end()):
        return True
    before = text[max(0, match.start() - _LONGEST_PROMISE) : match.start()]
    return bool(_PROMISED.search(before)) and _last_not_kept(text) >= match.end()


@lru_cache(maxsize=1)
def _last_not_kept(text: str) -> int:
    """Where it is said for the last time that nothing came; -1 where it is not said."""
    return max((match.start() for match in _NOT_KEPT.finditer(text)), default=-1)
