"""Saying back what a customer told: without abuse and filling words, turned round, a handful of whole clauses."""

import re
from collections.abc import Sequence

from crm.chinese import fold

LONGEST_FACTS, LONGEST_CONSEQUENCE, LONGEST_WISH = 60, 40, 40
MOST_FACTS, MOST_CONSEQUENCES, MOST_WISHES = 4, 2, 2

_ABUSE = (
    r"他妈的?|妈的|特么的?|踏马的?|tmd|TMD|尼玛|你妈的?|卧槽|我[操靠草艹]|[操艹](?=你)|狗屁|放屁|屁话|"
    r"傻[逼bB叉]|sb|SB|滚蛋|混蛋|王八蛋?|"
    r"畜生|去死|有病|脑残|垃圾(?:公司|物流|东西|货代|平台|快递)?|破(?:公司|物流|快递|货代)(?=$|[ ,])|骗子(?:公司)?|"
    r"你们这[帮群些](?:人|骗子|废物|饭桶|孙子)?|一群(?:废物|饭桶|骗子)|"
    r"废物|饭桶|黑心|丧良心|缺德|不要脸|什么玩意儿?|什么东西|什么鬼|搞毛|鬼东西|狗东西"
)
_FILL = (
    r"真的是|真是的?|简直|我跟你们?说|跟你们?说实话|我告诉你们?|你知道[吗么]|你们知道[吗么]|老实说|说实话|说真的|不好意思|"
    r"我就想问[问一下]*|我想问[问一下]*|请问一?下?|麻烦问一?下?|搞什么(?:东西|名堂|鬼|飞机)?|搞乜(?:鬼|"
    r"嘢)?|到底怎么回事|怎么回事|怎么搞的|咋回事|什么情况|搞笑|"
    r"无语[了死]?|服了(?:你们)?|真服了|气死(?:我|人)了?|急死(?:我|人)了?|烦死(?:我|人)?了?|(?:也|真的?|实在)?太?(?:离谱|过分)了?|"
    r"我就?想(?:说|讲|反映|抱怨|投诉)(?:一下|下)(?:就是|说)?|呵呵+|哈哈+|呜呜+|(?:就)?(?:是)?(?:拿我|把我)?耍(?:我|人|猴)(?:玩|呢)*|拜托|天哪|天啊|"
    r"我的天|大哥|大姐|老板们?(?=[,，]|$)|亲亲?(?=$|[ ,])"
)
_HEAD = re.compile(
    r"^(?:喂+|哎呀?|唉+|哦+|噢|嗯+|啊+|呀|诶|欸|亲(?!自|戚|手|友)|您好|你好|[Hh]ello|[Hh]i\b|请问|那个|"
    r"就是说?|然后|反正|其实|而且|还有(?!.{0,3}[箱件托])|另外(?!一)|所以|因为|"
    r"但是|可是|不过|总之|首先|其次|第[一二三](?=[,、:])|什么(?=[,])|(?:怎么|咋|为什么|为啥)(?=还|又|这么|"
    r"都|就|不|没|一[个直周天]|能)|凭什么|点解|到底|居然|竟然|明明|偏偏|就因为|都怪|都是因为|[ ,、:])+"
)
_TAIL = re.compile(
    r"(?:[啊呀呢吧嘛啦哦噢喔欸诶哈哟呗哇啵]|吗|好吗|好不好|行不行|行吗|可以吗|懂不懂|知道吗|是吧|对吧|是不是|的说|[ ,、:])+$"
)
_NOISE = re.compile(f"{_ABUSE}|{_FILL}")
_STILL_FOUL = re.compile(
    r"死全家|妈(?!妈)|逼|屎|狗(?!粮|窝|零食)|猪(?!肉|蹄|排|油|饲料)|滚(?!轮|筒|珠|动)|孙子|瞎|骗|坑(?:人|"
    r"我|爹|货|钱)|垃圾|恶心|死人|脑子|良心|脸(?!盆)|蠢|笨(?!重)|傻|忍"
)
_REFERENCE = re.compile(
    r"(?:(?:运|快递|订|提|物流)?单号?|柜号|号码|[Tt]racking)?\s*(?:是|为|"
    r":)?\s*(?<![A-Za-z0-9])(?=[A-Za-z-]*\d[A-Za-z0-9-]{6})[A-Za-z0-9-]{8,}(?![A-Za-z0-9])"
)

_AT_HEAD = re.compile(
    rf"^{_REFERENCE.pattern}\s*(?:的(?!士)|里[面头]?的?(?!程)|内(?!件|装|包)的?|项下的?|上面的?|,|:)*"
)
"""A number at the beginning, with what ties it to the rest: the clause has to stand after a number that is said anyway."""

_NOUNS = (
    "客户|客人|买家|工厂|厂里|厂子|产线|生产线|流水线|仓库|老板|领导|公司|店铺?|网店|车间|单位|经理|员工|工人|工地|货|订单|单子|柜子|设备|"
    "机器|采购|财务|业务|同事|师傅|合同|样品|料|电话|消息|邮件|钱|押金|包裹|快递|仓管|交期|东西|箱子|排名|项目|展位|门店|司机|报关行|外箱|木箱|托盘"
)
_TURNS: Sequence[tuple[re.Pattern[str], str]] = tuple(
    (re.compile(pattern), turned)
    for pattern, turned in (
        (
            r"你们?公司|你们?(?:家(?![里人])|司(?!机))|贵(?:公司|司(?!机))|你们?(?:那边|这边|那里|这里)|您(?:那边|这边|公司|家)|你哋",
            "\x01",
        ),
        (r"你们|您们|您|(?<!迷)你", "\x01"),
        (r"(?:我们?|俺们?|咱们?)(?:自己)?(?:公司|司)|敝司|弊司|本公司|我司", "\x02公司"),
        (r"(?:我们?|俺们?)(?:这边|这里|这儿|那边|这头)", "\x02那边"),
        (r"(?:我们?|俺们?)的", "\x02的"),
        (r"(?:我们?|俺们?|我哋)厂(?!里|子|家)", "\x02厂里"),
        (rf"(?:我们?|俺们?|我哋)(?=(?:{_NOUNS}))", "\x02的"),
        (r"(?<=[跟给和对把被向让害找问替帮骂催罚扣退了])我们", "\x02"),
        (r"我们|俺们|我哋", "\x02那边"),
        (r"我?本人|俺|我", "\x02"),
    )
)
_UNSAFE = re.compile(
    r"咱|自我|我国|换(?:成)?你|你要是|如果你|要是你|你试试|你自己|你说|你看|你急|你想|你觉得|人家|我爸|"
    r"我妈|我老婆|我老公|我孩子|我孙|爷爷|奶奶|谁家"
)
_CANTONESE = re.compile(r"[咗嘅哋佢冇嚟喺唔咁乜嘢啲喇咩嗰諗睇揾搵]|而家|仲未|琴日|聽日|听日|点解|點解")
_REPORTED = re.compile(
    r"^(?P<who>.{0,12}?(?:客服|司机|他们?|她们?|对方|仓库|业务员?|快递员?|师傅|小哥|前台|主管|经理|站点|"
    r"海关|船司|电话里)[^说]{0,6}?)"
    r"(?P<says>(?:跟|和|对|给|同)?(?:我们?)?(?:只|就|总|一直|还|却|居然|竟然|反过来)*(?:说|讲|回(?:复|我)|"
    r"告诉(?:我们?)?|答)(?:是|了|的是)?)[:,\"“「 ]*(?P<what>.+)$"
)
_PERSON = re.compile(r"[我你您他她俺]|咱")
SHORTEST_TOLD, LONGEST_QUOTED = 3, 60
_ACTOR = re.compile(
    r"^是?(?:你们|你(?!们)|您(?!们)|贵(?=公司|司))(?:公司|司(?!机)|家|那边|这边)?(?:的(?!确))?(?!公司|司(?!机)|家|"
    r"那边|这边|的|说|答应|承诺|保证|讲|上周|之前)(?:把)?"
)
_NO_ANSWER_FOR_THEM = re.compile(r"^(?:怎么|咋|如何|怎样|点样)((?:跟|向|给|和|同).{0,6}(?:交[代待差货]|解释|说))")
_ACTOR_INSIDE = re.compile(
    r"(?<![跟给和向找问对被让由因为说讲])(?:你们|贵公司|贵司)(?=多|少|漏|弄|搞|收|算|计|加收|重复|晚|没|乱|又|把)"
)
"""账单你们多算了: what happened is said back, not who did it."""
_NOT_AS_SAID = re.compile(r"^不是(?:说好|讲好|说|讲)(?=.*[到送发提给])")
_ASKED = re.compile(r"怎么|咋|什么|如何|哪里|凭|[谁吗]$|是不是|难道|何必")
_SPACE = re.compile(r"(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff\d])")
_LATIN = re.compile(r"^[\x20-\x7e’]+$")


def retell(facts: Sequence[str], consequences: Sequence[str], wishes: Sequence[str]) -> tuple[str, str, str]:
    """(facts, consequence, wish) as the firm says them back; empty where nothing is left to say."""
    effects = [one for one in consequences if one not in facts]
    happened = [one for one in facts if one not in consequences] or list(facts)
    if not effects and len(happened) == len(facts):
        effects = []
    elif not effects:
        effects = list(consequences) if happened != list(facts) else []
    else:
        effects = [one for one in consequences if one not in happened]
    told = _choose([_turn(one, actor=False) for one in happened], LONGEST_FACTS, MOST_FACTS, by_weight=True)
    did = _choose([_stand_alone(_turn(one)) for one in effects], LONGEST_CONSEQUENCE, MOST_CONSEQUENCES)
    wants = [_wish(one) for one in wishes]
    first, *more = _choose(wants, LONGEST_WISH, MOST_WISHES) or [""]
    if first.startswith("我们"):
        more = [one.removeprefix("我们") for one in more]
    return _join(told), _join(did), "，".join((first, *more))


def _join(clauses: Sequence[str]) -> str:
    return "，".join(clauses).replace("」，「", "，")


def bare(plain: str) -> str:
    """A folded clause without abuse, filling words, and particles at its ends; may be empty."""
    words = _NOISE.sub("", plain)
    before = None
    while before != words:
        before = words
        words = _TAIL.sub("", _HEAD.sub("", words))
    return words.strip()


def _choose(told: Sequence[str], longest: int, most: int, *, by_weight: bool = False) -> list[str]:
    """The weightiest clauses that fit, in their order; whole ones only."""
    unlike = [one for i, one in enumerate(told) if one and not any(one in other for other in (*told[:i],))]
    ranked = sorted(unlike, key=_weight, reverse=True) if by_weight else unlike
    taken: list[str] = []
    for one in ranked:
        if len(taken) < most and sum(map(len, taken)) + len(taken) + len(one) <= longest:
            taken.append(one)
    return [one for one in unlike if one in taken]


_WEIGHTY = re.compile(
    r"\d|[一二两三四五六七八九十百千万半](?:个|多)*(?:天|周|星期|礼拜|小时|箱|件|托|块|元|百|千|万|月)|"
    r"说好|答应|承诺|没到|签收|[裂破碎烂湿坏丢少]"
)


def _weight(clause: str) -> int:
    return len(set(_WEIGHTY.findall(clause)))


def _turn(own: str, *, actor: bool = True) -> str:
    """One clause turned round; empty when that would be wrong.

    Without `actor` a 你们 at its head is left out: 你们把货摔了 is said back as 货摔了, which takes up the matter and
    owns up to nothing.
    """
    plain = fold(own)
    words = _REFERENCE.sub("", _AT_HEAD.sub("", bare(plain))).strip(" ,、:")
    if len(words) < SHORTEST_TOLD or _STILL_FOUL.search(words):
        return ""
    if _LATIN.match(words) or _CANTONESE.search(words):
        start = plain.find(words)
        quoted = own[start : start + len(words)] if start >= 0 else words
        return f"「{quoted}」" if len(words) <= LONGEST_QUOTED else ""
    words = _NOT_AS_SAID.sub("说好", _NO_ANSWER_FOR_THEM.sub(r"没法\1", words))
    reported = _REPORTED.match(words)
    if reported and _PERSON.search(reported["what"]):
        if _UNSAFE.search(reported["who"]):
            return ""
        return f"{_swap(reported['who'] + reported['says'])}「{reported['what']}」"
    if _UNSAFE.search(words) or _ASKED.search(words):
        return ""
    if not actor:
        words = _ACTOR_INSIDE.sub("", _ACTOR.sub("", words)).removeprefix("就")
    return _SPACE.sub("，", _swap(words))


def _swap(words: str) -> str:
    for pattern, turned in _TURNS:
        words = pattern.sub(turned, words)
    return words.replace("\x01", "我们").replace("\x02", "您")


_BLAME_HEAD = re.compile(
    r"^(?:(?:就)?(?:害得?|害的|导致|搞得|弄得|搞到|弄到|使得|造成|以致于?|因此|所以|结果|这样)+)(?!了)"
)


def _stand_alone(words: str) -> str:
    """A consequence without the words that tie it to what was said before."""
    return _BLAME_HEAD.sub("", words)


_WANTS: Sequence[tuple[re.Pattern[str], str]] = tuple(
    (re.compile(pattern), canonical)
    for pattern, canonical in (
        (r"(?:找|让|叫|请|派|安排).{0,3}人.{0,3}(?:回(?!复)|打).{0,3}(?:电话|我)", "有人给您回电话"),
        (r"(?:派|叫|找|安排).{0,3}人.{0,5}看", "我们派人来看"),
        (r"派.{0,2}负责的?(?:人)?.{0,2}来", "负责人来处理"),
        (r"自查|内部.{0,2}查", "我们内部查清楚"),
        (r"^.{0,6}(?:查|搞|弄)(?:个)?(?:清楚|明白|明)佢?$", "我们查清楚"),
        (r"跟(?:进|返)", "我们尽快跟进"),
        (r"想.{0,3}办法", "我们尽快想办法"),
        (r"查.{0,8}(?:哪|谁|为什么|原因)", "我们查明原因"),
        (r"帮.{0,3}找|(?:找|追)回来", "我们帮您找回来"),
        (r"(?:提供|出具|开).{0,8}证明", "我们提供相关证明"),
        (r"(?:费|钱|款).{0,6}免|给我们?免|免(?:掉|除|收|了)", "把这笔费用免掉"),
        (r"给.{0,10}(?:新的|新).{0,4}(?:时间|日期|ETA|eta)", "我们给您一个新的时间"),
        (r"(?i:\b(?:firm|new|exact|definite)\b.{0,12}(?:eta|date|time))", "我们给您一个准确的时间"),
        (r"(?i:solution)", "我们给您一个处理办法"),
        (r"书面(?:说明|解释|告知|答复)", "我们书面说明"),
        (r"(?:给|要|讨|等).{0,6}(?:说法)", "我们给您一个说法"),
        (r"(?:给|要|讨).{0,6}(?:交代|交待)", "我们给您一个交代"),
        (
            r"(?:给|要).{0,6}(?:准确的?(?:时间|日期|日子)|确切的?(?:时间|日期)|明确的?(?:时间|日期)|准时间|准日子|准信|准话)",
            "我们给您一个准确的时间",
        ),
        (r"(?:给|要).{0,6}(?:解释|说明)|说明.{0,4}原因|解释.{0,4}(?:原因|清楚|一下)", "我们说明原因"),
        (r"处理结果|(?:给|要).{0,4}结果", "我们给您一个处理结果"),
        (
            r"怎么办|(?:怎么|如何|怎样)(?:处理|解决|弄|补救|跟进)|咋办|咋整|点办|处理意见|(?:给|要).{0,4}方案",
            "我们给您一个处理办法",
        ),
        (r"(?:更换|换)(?:个|一个|掉|位|成)?(?:人|对接|经办|同事|业务员?)", "换个人来跟进"),
        (r"换(?:个|一个|掉|位)?司机", "换个司机"),
        (r"(?:叫|让|请|喊|找).{0,3}(?:主管|经理|领导|老板|负责人|上级|总监)", "负责人来处理"),
        (r"多[收扣算付].{0,8}退|退.{0,6}多[收扣算付]", "把多收的钱退给您"),
        (r"道歉|赔礼|赔不是", "得到道歉"),
        (r"退运费|运费.{0,4}退", "退回运费"),
        (
            r"(?:谁|怎么|要|得|照价|给我|必须|一定).{0,4}(?:赔|负责|承担|买单|出$|付$)|赔偿|赔我|赔钱|赔$|赔一?[点些]|补偿|索赔|谁出|谁付|你们(?:出|承担)",
            "损失得到赔偿",
        ),
        (r"退(?:钱|款|费)|全额退|把钱退|钱.{0,3}退", "退款"),
        (r"^(?:退返?|返|退还|退回)(?:给|畀|俾)?我?(?:钱)?$", "把钱退给您"),
        (r"refund", "退款"),
        (r"compensat", "损失得到赔偿"),
    )
)
_WHEN_ASKED = re.compile(
    r"(?:什么时候|啥时候|几时|何时|哪天|几号|几点|多久)(?:才)?(?:能|可以|会)?(?P<what>[^,。]{1,12})$"
)
_BY_TIME = re.compile(
    r"(?:[今明后]天|今日|明日|下?(?:周|星期|礼拜)[一二三四五六日天])(?:上午|中午|下午|晚上|下班)?(?:之前|以前|前|之内|内)?|"
    r"(?:\d{1,2}|[一二三四五六七八九十两]{1,3})(?:天|日|个?工作日|个?小时)(?:之内|以内|内)|"
    r"(?:\d{1,2}月)?\d{1,2}[号日点](?:之前|以前|前)|下班前"
)
"""By when they want it; not to be lost in the words we say it with."""
_FROM_US = ("我们给您", "我们说明", "我们书面", "我们查清楚", "我们内部")
_WISH_HEAD = re.compile(
    r"^(?:(?:我们?|你们?|您|贵司|这边)?(?:就|只|还|也)?(?:要求|希望|想要|想|盼着?|需要|必须|务必|一定要|"
    r"得给我|得|要|请|麻烦|劳烦|烦请|恳请|恳求|拜托|能不能|可不可以|可否|能否|是否可以|可以|能|限|应于|于|并|求?求你们?)"
    r"(?:你们?|您|贵司|帮忙|帮我们?|给我们?(?=[安查处解重尽换免退找追补])|先|再)?|给(?=[换免退改查补])|"
    r"帮忙|帮我们?|今天之内就?要|你们?|您|你们那边|[ ,])+"
)
_NEXT_TIME = re.compile(r"(?:希望|请|麻烦)?(?:下次|以后|今后|往后|下回)")
_ASKED_WHETHER = re.compile(r"能不能|可不可以|可否|能否|(?<=[天日晚早午])能|不$")
_WISH_HURRY = re.compile(r"必须|一定要|务必|无论如何|赶紧|赶快|快点|速速?(?=[送发派处])|抓紧|一定|马上|立刻|立即")
_WISH_TAIL = re.compile(r"(?:就行|就好|即可|才行|行不行|好不好|[了的])+$")
_DATED = re.compile(r"[今明后][天晚早]|\d|[点号]前|内|尽快|上午|下午|晚上|中午|周[一二三四五六日末]|之前|以前")
_FOR_US_TO_DO = re.compile(
    r"(?:[今明后]天|下班前|尽快|之?前|上午|下午|晚上)*给您(?!回电|打电话|道歉)|(?:尽快)?(?:处理|跟进|改善|改进|查)|把.{0,12}给您找|(?:尽快)?(?:给您|重新|退|赔|安排|派|补|换一|把).*您|(?:尽快)?(?:安排|重新|补[发寄送]|派人)"
)
_CLEAR_WISH = re.compile(r"[送发派退赔换处解查找回打联安补改核放提装撤减免弄搞清追到调给取拉跟落确修返转卸插免善进]")


def _wish(own: str) -> str:
    """One wish for 您希望{wish}; empty when it cannot be said so."""
    plain = bare(fold(own))
    if _STILL_FOUL.search(plain) or (re.search(r"不要|别再|不用", plain) and not _NEXT_TIME.match(plain)):
        return ""
    amount = re.search(r"[赔退]我?(?P<sum>\d[\d,.]*|[一二两三四五六七八九十百千万]+)(?:块|元|万)", plain)
    for pattern, canonical in _WANTS:
        if pattern.search(plain) and not amount:
            return _in_time(canonical, plain)
    asked = _WHEN_ASKED.search(plain)
    if asked:
        turned = _swap(plain[asked.start() :])
        return f"知道{turned}" if _PERSON.search(asked["what"]) else f"知道什么时候能{asked['what'].removeprefix('能')}"
    if _CANTONESE.search(plain) or _LATIN.match(plain) or _UNSAFE.search(plain):
        return ""
    words = _REFERENCE.sub("", plain)
    hurried = _WISH_HURRY.search(words) is not None
    words = _WISH_HEAD.sub("", _WISH_TAIL.sub("", _WISH_HEAD.sub("", _WISH_HURRY.sub("", words))))
    words = _ASKED_WHETHER.sub("", words)
    if not _CLEAR_WISH.search(words) or len(words) < 2 or words[0] in "的是个了过":
        return ""
    hurried = hurried and not _NEXT_TIME.match(words)
    turned = _swap(f"尽快{words}" if hurried and len(words) <= 6 and not _DATED.search(words) else words)
    return f"我们{turned}" if _FOR_US_TO_DO.match(turned) else _SPACE.sub("，", turned)


def _in_time(canonical: str, plain: str) -> str:
    """我们给您一个说法 with the day or hour by which they want it (我们今天给您一个说法)."""
    wanted = _BY_TIME.search(plain)
    if wanted is None or not canonical.startswith(_FROM_US):
        return canonical
    return f"我们{wanted.group()}{canonical.removeprefix('我们')}"
