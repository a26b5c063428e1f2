"""Who of ours a complaint is about: by name, by surname and title, or as the one the customer has just talked to.

A name alone accuses nobody. Somebody is accused when words of blame stand about them in the clause that names them or in
the next one.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from crm.chinese import fold
from crm.complaints.words.clauses import clauses
from crm.complaints.words.negation import said

_TITLES = "主管|经理|总监|总|工|小姐|先生|女士|师傅|客服|老师|组长|队长|司机|业务|姐|哥|店长|站长|同事|专员|助理|同学"
_ANSWERED = re.compile(
    r"(?:刚才|刚刚|刚|上面|前面|之前|昨天|早上|今天|现在)(?:那个|那位|这个|这位|的|那)?(?:跟我(?:聊|说话|对接|沟通|讲话)的)?(?:那个|那位|这个|这位)?(?:人工)?(?:客服|人|小姐|小姑娘|姑娘|小伙子|小哥|男的|女的|妹子|接待|坐席)|"
    r"(?:跟|和|同)我(?:聊|说话?|对接|沟通|讲话?|谈)的?(?:那个|那位|这个|这位)(?:人|客服|小姐|业务|姑娘|小伙子|同事)|(?:跟|和|同)我(?:聊|说话?|对接|沟通|讲话?|谈)的(?:人|客服|小姐|业务|姑娘|小伙子|同事)?|"
    r"你们?的?(?:这个|那个|这位|那位)?(?:人工|在线)?客服|(?:这个|那个|这位|那位|这种|什么)(?:人工|破|狗屁|垃圾)?客服|回我(?:消息|话)?的(?:那个|那位)?(?:人|客服)?|^(?:人工)?客服|头先(?:嗰个|个)?客服|嗰个客服"
)
_HE = re.compile(
    r"^(?:他|她|这人|这个人|那人|此人|佢|这位|还(?!没)|而且|也|一直|又|就|根本|居然|竟然|说话|态度|张口|什么态度|太|很)"
)
_BLAME = re.compile(
    r"投诉|态度.{0,5}(?:差|恶|不好|烂|冷|凶|横|傲|嚣|坏|不行|有问题|问题|敷衍)|什么态度|没态度|骂|吼|凶(?!猛)|怼|挂(?:我|了我|断|了?电话)|敷衍|糊弄|忽悠|"
    r"骗|撒谎|说谎|推[来脱诿]|踢皮球|甩锅|不耐烦|爱理不理|爱答不理|不(?:回|理|接|搭理|鸟|管(?!什么|怎么))(?!来)|不负责|不专业|不靠谱|不作为|不道歉|不认账|"
    r"已读不回|拉黑|翻白眼|阴阳怪气|没礼貌|不礼貌|没素质|没教养|粗鲁|粗口|脏话|嘲|讽刺|侮辱|威胁|歧视|索要|要(?:红包|小费|好处)|收(?:红包|好处)|磨洋工|拖[着延]|一问三不知|"
    r"太(?:差|烂|慢|过分|嚣张|离谱|垃圾|不像话|敷衍|拽)|真(?:差|烂|过分|垃圾)|很(?:差|烂|敷衍|拽|凶)|差劲|恶劣|恶心|垃圾|废物|傻|蠢|有病|滚|气(?:死|人)|换掉|换人|换一?个人|"
    r"别(?:让|再让|再叫).{0,8}(?:来|跟|管|对接|处理|负责)|不(?:要|想)(?:再)?(?:让|跟|和|同).{0,8}|开除|处罚|弄错|搞错|做错|写错|报错|填错|搞砸|答应.{0,14}(?:没|不|又)|说好.{0,14}(?:没|不|又)|不算数|"
    r"(?:说话|讲话|讲嘢|口气|语气|态度|脾气|人).{0,4}(?:冲(?!突)|呛|串|硬|跩|拽|嚣张|难听|不客气)|[很好太真超有点]{1,2}[跩拽呛]|"
    r"[呛训喷](?:了|过)?(?:我|人|一顿|同事|客户)|把(?:我|人).{0,3}(?:呛|训|骂|说|喷|吼)|被(?:他|她|其)?.{0,3}[呛训骂吼凶怼喷]|"
    r"冇(?:礼貌|耐性|料|理|交带)|黑(?:口)?黑?面|黑脸|言语不当|出言不逊|打断(?:我|他|她|同事|客户|了)|拖拖拉拉|"
    r"放.{0,5}鸽子|难听|不好听|臭脸|脸色|冲我|对我.{0,3}(?:冲|喊)|训我|教训|笑话我|怪我|动手|推[人搡]|打人|顶嘴|爱搭不理|懒得|没耐心|"
    r"太(?!好|棒|贴心|负责|给力|感谢|敬业|专业|耐心|热情|客气|忙|辛苦|远|晚了?来|谢)|害(?:我|得)|耽误|装(?:死|傻|聋)|失联|联系不上|找不到人|再也不|不(?:给|帮)我|没(?:给|帮)?(?:我)?(?:回|处理|办|理|管)|不理人|态度$"
)
_PRAISE = re.compile(
    r"(?:态度|服务|人).{0,3}(?:很好|真好|挺好|不错|超好|特别好|非常好|热情|耐心)|表扬|夸|点赞|感谢|谢谢|多亏|辛苦|耐心|专业(?!点)|负责任|很负责|热情|及时"
)
_NO_PRAISE = re.compile(r"[不没](?:太|够|怎么|很|是很)?$")
_REQUEST = re.compile(
    r"(?:让|叫|请|找|喊|转(?:给|接)?|联系|换成?|要|想(?:找|跟|和)|麻烦|给我转|换回)(?:一下|给|你们的?|回)?$"
)
_ASKED_AFTER = re.compile(r"^(?:在吗|在不在|呢$|来(?:处理|帮|跟|接)|帮我|给我(?:回|打|处理)|能不能|可以|处理一下|跟进)")
_AGAINST = re.compile(
    r"(?:投诉|举报|告|控诉|针对|就是|都怪|怪|不要|不想(?:要|跟|和|让)?|别让|别再让|再让|换掉|开除|处罚|处分|讨厌|受够了?)(?:你们的?|那个|这个|一下)*(?:客服|业务员?|司机|经理)*$"
)


@dataclass(frozen=True)
class StaffName:
    """One of ours, as a customer may know them."""

    code: str
    name: str
    """The real name; a Chinese one begins with the surname."""
    display_name: str = ""
    """What customers read (客服小林); empty: not shown by name."""
    answered: bool = False
    """Whether they answered this customer in this conversation lately."""


def accused(text: str, staff: Sequence[StaffName]) -> frozenset[str]:
    """The codes of those of `staff` whom the customer complains about; empty: nobody of them.

    Where a surname fits several, those who answered the customer are meant, and all of them if none did: it is better
    to keep one too many away from a case than to give it to the one complained about.
    """
    found: set[str] = set()
    last: frozenset[str] = frozenset()
    forms, answered = _forms_in(fold(text), staff), _answered(staff)
    for clause in clauses(text):
        plain = clause.plain
        named = list(_named(plain, forms, answered))
        meant: set[str] = set()
        for start, end, codes in named:
            if _blamed(plain, start, _end_of_list(plain, end, named), named):
                meant |= codes
        if not named and last and not _other_person(plain) and _blames(plain):
            meant |= last
        found |= meant
        if named:
            last = frozenset(code for start, _, codes in named if not _REQUEST.search(plain[:start]) for code in codes)
        elif not _HE.search(plain):
            # Blame is looked for in the clause of the name and in the next; words about him carry further.
            last = frozenset()
    return frozenset(found)


def mentioned(text: str, staff: Sequence[StaffName]) -> frozenset[str]:
    """The codes of those of `staff` who are named at all, kindly or not; empty: nobody of them."""
    forms, answered = _forms_in(fold(text), staff), _answered(staff)
    return frozenset(
        code for clause in clauses(text) for _, _, codes in _named(clause.plain, forms, answered) for code in codes
    )


def _answered(staff: Sequence[StaffName]) -> set[str]:
    return {person.code for person in staff if person.answered}


def _forms_in(folded: str, staff: Sequence[StaffName]) -> Sequence[tuple[re.Pattern[str], set[str]]]:
    """The names of ours that stand in the text, the longest first, with the codes of those each may be."""
    by_form: dict[str, set[StaffName]] = {}
    small = folded.lower()
    for person in staff:
        for form in _forms(person):
            if form.lower() in small:
                by_form.setdefault(form, set()).add(person)
    return [(re.compile(_bounded(form)), _likely(by_form[form])) for form in sorted(by_form, key=len, reverse=True)]


def _named(
    plain: str, forms: Sequence[tuple[re.Pattern[str], set[str]]], answered: set[str]
) -> Iterator[tuple[int, int, set[str]]]:
    """Where somebody of ours is named in a clause, and the codes of those it may be."""
    taken: list[tuple[int, int]] = []
    for pattern, codes in forms:
        for match in pattern.finditer(plain):
            if not any(match.start() < end and start < match.end() for start, end in taken):
                taken.append(match.span())
                yield *match.span(), codes
    for match in _ANSWERED.finditer(plain) if answered else ():
        if not any(match.start() < end + 1 and start - 1 < match.end() for start, end in taken):
            yield *match.span(), answered


def _bounded(form: str) -> str:
    # A name in Latin letters is a word of its own; 小林 is not the one in 小林村.
    if form.isascii():
        return rf"(?i)(?<![A-Za-z]){re.escape(form)}(?![A-Za-z])"
    return rf"{re.escape(form)}(?![路村镇县市街厂港])"


def _likely(people: set[StaffName]) -> set[str]:
    answered = {person.code for person in people if person.answered}
    return answered or {person.code for person in people}


def _forms(person: StaffName) -> Iterator[str]:
    """What the customer may call somebody: 林小雨, 小雨, 客服小林, 小林, 林主管, 老林, 林小姐."""
    name, shown = fold(person.name).strip(), fold(person.display_name).strip()
    if len(name) >= 2:
        yield name
    if len(shown) >= 2:
        yield shown
        short = re.sub(rf"^(?:人工)?(?:{_TITLES}|在线客服)", "", shown)
        if len(short) >= 2:
            yield short
    if name and "\u4e00" <= name[0] <= "\u9fff" and len(name) in (2, 3):
        surname = name[0]
        if len(name) == 3:
            yield name[1:]
        for title in _TITLES.split("|"):
            yield f"{surname}{title}"
        yield f"小{surname}"
        yield f"老{surname}"
        yield f"姓{surname}的"


def _blames(words: str) -> bool:
    if _praises(words):
        return False
    return said(_BLAME, words) is not None


def _praises(words: str) -> bool:
    return any(not _NO_PRAISE.search(words[: match.start()]) for match in _PRAISE.finditer(words))


def _end_of_list(plain: str, end: int, named: Sequence[tuple[int, int, set[str]]]) -> int:
    """Where the last name ends of those strung together (小陈和小林)."""
    for next_start, next_end, _ in sorted(named, key=lambda place: place[0]):
        if next_start >= end and re.fullmatch(r"(?:和|跟|与|还有|、|及|,| )+", plain[end:next_start]):
            end = next_end
    return end


def _blamed(plain: str, start: int, end: int, named: Sequence[tuple[int, int, set[str]]]) -> bool:
    """Whether the words around the name, up to the next name, are blame of this person."""
    before, after = plain[:start], plain[end : min((at for at, _, _ in named if at >= end), default=len(plain))]
    if _AGAINST.search(before) and not re.search(r"(?:不|没)(?:是|想|打算)?(?:要)?(?:投诉|怪)", before):
        return True
    if _REQUEST.search(before) or _ASKED_AFTER.search(after):
        return False
    if _blames(after):
        return True
    return bool(re.search(r"(?:骂|怼|吼|凶|骗|挂|敷衍|忽悠|推|拉黑|威胁)", before)) and bool(
        re.search(r"被[^,]{0,4}$", before)
    )


def _other_person(words: str) -> bool:
    """Whether the words are plainly about something else than the one named before."""
    return (
        re.search(
            r"^(?:就是|但是?|不过|只是|结果)?(?:那个|这个)?(?:我|货|你们|司机|仓库|箱|车|船|客户|账单|快递|电话打|系统|公司|物流|外箱|包装|派送|这批|到现在)",
            words,
        )
        is not None
    )
