"""What a customer wrote, cut into clauses: at signs and pauses, and inside long runs of words where a new thought begins."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from crm.chinese import fold

LONG = 8
"""Signs from which a clause without signs may hold several thoughts."""

_PICTURES = "\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff\ufe0f\u200d"
_HAN = "\u3400-\u9fff"
_PAUSE = re.compile(
    rf"[。!?？！;；\n\r…~～{_PICTURES}]+|(?<!\d),|,(?!\d)|(?<=[层导板下况映题明]):|"
    rf"\.(?![\dA-Za-z])|(?<=[{_HAN}])[ \t]+(?=[{_HAN}])|"
    rf"(?<=\d{{3}})[ \t]+(?=[{_HAN}])"
)
_STRONG = (
    r"结果|但是|可是|而且|然后|这都|害[我得的]|导致|[搞弄]得我?|我要|我们要|我只要|能不能|可不可以|请你|"
    r"麻烦|赶紧|赶快|今天必须|明天必须|"
    r"再不|要不(?!是)|否则|不然|(?<!接下来)你们(?:赶紧|赶快|快点|必须|得(?!到)|给我|看看|说怎么|打算|到底|怎么|是不是)|凭什么|(?<![失费钱账任])谁来"
)
_WEAK = (
    r"客户(?!端|群|那|的)|客人|买家|产线|生产线|工人|到现在|(?<![到都在])现在(?!的)|(?<!到)今天都|仲未|"
    r"至今|一直|要是|如果|所以"
)
_BOUND = r"(?<![诉跟给和对让被把是说找向叫由与就也都在这那因为没给等向谁])"
_NEW_THOUGHT = re.compile(
    rf"{_BOUND}(?=(?:{_STRONG}))|{_BOUND}(?<![的我你]).(?<=[到送发来了好达天号点呢错坏损误烂丢慢])(?=(?:{_WEAK}))|"
    r"(?<=了)(?=货|车|船|客户|你们|里面|外箱|箱子|司机|电话|工人|仓库|结果|导致|没人|谁|我要|人都|赶|快)|"
    r"(?<=[呢啊吗吧嘛])(?![了的呀呢啊])|(?<=误)(?=客)"
)
_LEAST = 3
"""Signs on either side of a cut."""


@dataclass(frozen=True)
class Clause:
    """A stretch of the text."""

    own: str
    """In the customer's own spelling."""
    plain: str
    """Half width and Simplified, sign for sign as long as `own`."""


def clauses(text: str) -> Iterator[Clause]:
    """The clauses of a text in their order; none is empty."""
    plain = fold(text)
    start = 0
    for pause in _PAUSE.finditer(plain):
        yield from _thoughts(text, plain, start, pause.start())
        start = pause.end()
    yield from _thoughts(text, plain, start, len(plain))


def _thoughts(text: str, plain: str, start: int, end: int) -> Iterator[Clause]:
    if end - start >= LONG:
        for cut in [match.end() for match in _NEW_THOUGHT.finditer(plain, start, end)]:
            if cut - start >= _LEAST and end - cut >= _LEAST:
                yield from _clause(text, plain, start, cut)
                start = cut
    yield from _clause(text, plain, start, end)


def _clause(text: str, plain: str, start: int, end: int) -> Iterator[Clause]:
    while start < end and plain[start] in " \t,、:：\"'“”":
        start += 1
    while start < end and plain[end - 1] in " \t,、:：\"'“”":
        end -= 1
    if start < end:
        yield Clause(text[start:end], plain[start:end])
