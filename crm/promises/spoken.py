"""Promises in what an agent types: every "we will ... by ...", offered to be tracked."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from crm.chinese import fold
from crm.promises.business_time import BusinessCalendar
from crm.promises.said_times import SaidTime, said_times


@dataclass(frozen=True)
class SpokenPromise:
    """Something that seems to be promised. The agent says whether it is."""

    words: str
    """The time as it was written: 今天下班前."""
    due_at: datetime
    """In UTC, never past."""
    text: str
    """The sentence, or the part of it, that promises."""
    exact: bool = True
    """False: the words leave the time open (一会儿), and a usual one was taken."""


_SENTENCE = re.compile(r"[^。!?;\n]+[!?]?")
_CLAUSE = re.compile(r"[^,]+")
_YOU = r"(?:您|你|您们|你们|贵司|贵公司|客户)"
_DOING = (
    r"(?:答复|回复|回话|回电|回信|回访|反馈|联系|通知|告诉|告知|安排|核实|查|处理|解决|派送|配送|重派|重新|补发|补寄|补送|重发|上门|退款|退回|开票|"
    r"开出|发出|发送|提交|上报|确认|落实|跟进|更新|同步|催|修改|改好|办好|办妥|做好|弄好|出结果|出方案|出报价|给个?(?:说法|结果|准信|方案))"
)
_WE = r"(?:我们?|我这边|我们这边|这边|我方|主管|经理|同事|专人)"
_OURS = re.compile(
    rf"(?:给|向|跟|和|为|帮|替|到|把)\s?{_YOU}|(?:回复?|答复|联系|通知|告诉|告知|打给|发给?|寄给?|送到|反馈给|同步给|转给|报给|补给|退给?){_YOU}|"
    rf"{_WE}[^,]{{0,16}}?{_DOING}|(?:回电话?|打电话|回过去|打过去|发过去|寄过去)"
)
_BARE = re.compile(rf"^(?:那|好的?|会|就|再|把|争取|最晚|最迟|一定|保证)*[^您你]{{0,12}}?{_DOING}")
_FOR_YOU = rf"(?:(?:给|帮|为|替|向|跟|和|到|发|回|复|系|知|诉){_YOU})"
_THEY = re.compile(
    r"^(?:那|不过|但|这|该|所以)?(?:票|条|班)?(?:船公司|船东|船期|船|货物?|柜子?|箱子|航班|航司|飞机|海关|港口|码头|班列|火车|车子?|收货人|发货人|对方|代理|"
    r"快递|工厂|银行|商检|截关|截单|截港|开船|预计|ETA|eta|ETD)"
)
_YOU_DO = re.compile(
    rf"^(?:那|那么|所以|到时|到时候)?{_YOU}(?!的|放心|好|稍|看|说得对)|"
    rf"(?:请(?!同事|主管|经理|操作|仓库|司机|财务|调度|客服|专人|他|她|示)|麻烦|烦请|劳烦|辛苦|劳驾|需要){_YOU}|(?:^|[^帮])请(?:在|于|务必|先|尽快|尽早|稍|今|明|周|下|\d)|"
    r"麻烦(?!同事|主管)|(?:发|给|告诉|回|回复|提供给|寄给|联系)我(?!们的同事)"
)
_NOT = re.compile(
    r"没法|无法|不能(?!再)|回不了|来不及|不一定|不确定|不敢|恐怕|做不到|给不了|不了您|不保证|未必|别指望|本来|原本|本该|应该是|"
    rf"(?<![给跟向和对]){_YOU}(?:说|要求|希望|反映|提到|提的|想要)|昨|前天|上周|上个月|上次|刚才|刚刚|当时|曾经|已经(?!安排)|(?:了|过)(?:{_YOU})?(?:的|了)?$"
)
_IF = re.compile(
    r"如果|要是|一旦|万一|假如|的话|等(?!会|下|一下)[^,]{1,8}[,]?(?:就|再|了|后|我)|一有|有了?(?:消息|结果|进展|变化|动静)|(?:查|问|核实|收|拿|批)到|出来[就了]?|[批定]下来"
)
_ASKS = re.compile(r"(?:吗|么|呢|没有|行不行|好不好|可不可以|方便不)?[?]$|(?:吗|行不行|好不好|可不可以)$")
_ONLY_TIME = re.compile(r"^(?:那|好的?|您放心|放心|最晚|最迟|最快|大概|大约|争取|应该|预计|我们?|这边|就|在|会|,|\s)*$")


def spoken_promises(text: str, now: datetime, calendar: BusinessCalendar) -> tuple[SpokenPromise, ...]:
    """What is promised in a message and by when, in its order; (): nothing.

    Not promises: what the customer is to do, questions, what is past or known of a ship, and times that have passed.
    `now`: the moment of writing, aware. Times are those of Shanghai. Raises ValueError for a naive `now`.
    """
    if now.tzinfo is None:
        raise ValueError("a promise needs an aware moment")
    said, found = fold(text), []
    for sentence in _SENTENCE.finditer(said):
        for start, end, when in _in_sentence(sentence, now, calendar):
            words = text[when.start : when.end].strip()
            found.append(
                SpokenPromise(words, when.due_at.astimezone(UTC), text[start:end].strip(" ,，!！"), when.exact)
            )
    return tuple(found)


def _in_sentence(
    sentence: re.Match[str], now: datetime, calendar: BusinessCalendar
) -> Iterator[tuple[int, int, SaidTime]]:
    """(start, end, time) of every part that promises: a clause, or a bare time with the clause beside it."""
    begins = sentence.start()
    spans = [(begins + part.start(), begins + part.end()) for part in _CLAUSE.finditer(sentence.group())]
    said, conditional = sentence.string, False
    named = [_times(said, span, now, calendar) for span in spans]
    for index, ((start, end), times) in enumerate(zip(spans, named, strict=True)):
        conditional = conditional or _IF.search(said[start:end]) is not None
        if not times:
            continue
        when = next((one for one in reversed(times) if one.exact), times[-1])
        if _ours(said[start:end], when, start):
            if when.exact or not conditional:
                yield start, end, when
        elif _ONLY_TIME.match(said[start : when.start] + said[when.end : end]):
            for beside in (index + 1, index - 1):
                if 0 <= beside < len(spans) and not named[beside] and _ours(said[slice(*spans[beside])], None, 0):
                    yield min(start, spans[beside][0]), max(end, spans[beside][1]), when
                    break


def _times(said: str, span: tuple[int, int], now: datetime, calendar: BusinessCalendar) -> Sequence[SaidTime]:
    start, end = span
    return [
        SaidTime(start + when.start, start + when.end, when.due_at, when.exact)
        for when in said_times(said[start:end], now, calendar)
    ]


def _ours(clause: str, when: SaidTime | None, start: int) -> bool:
    """Whether a clause says that we shall do something."""
    words = clause.strip()
    if _ASKS.search(words) or _NOT.search(words) or _YOU_DO.search(words):
        return False
    if _OURS.search(words):
        return not (_THEY.match(words) and not re.search(_FOR_YOU, words))
    behind = clause if when is None else clause[when.end - start :]
    return not _THEY.match(words) and _BARE.match(behind.strip()) is not None
