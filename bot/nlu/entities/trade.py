"""Transport mode, load type, Incoterm and commodity, from the vocabulary and from patterns such as 品名：X."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from bot.nlu.entities.spans import Span
from bot.nlu.entities.vocabulary import Hit, commodities
from freight import incoterms, modes

_BESIDE = 20
"""Signs beside a word that are looked at: more than any pattern below is long."""
_SENT_BY = re.compile(r"(?:寄|发|走|用|国际|国内|跨境|航空|叫|约|by|via|和|还是|或|、)\s*(?:个|的)?\s*$", re.IGNORECASE)
_PRICE_OF = re.compile(r"^\s*(?:费|抛|体积|就行|派送|通道|和|跟|多少|价|寄|时效|几天|报价)")
_PARCEL_BEFORE = re.compile(r"(?:你们的?|我的?|投诉|这个?|那个?|都叫)$")
_ALONE = re.compile(r"(?:^|[,。、!?\s])$")
_PARCEL_AFTER = re.compile(r"(?:来|上门|小哥|师傅|员)")
_OUR_FIRM = re.compile(r"(?:我是|我们是|我们公司|公司叫|公司是|单位)[:]?(?!做|卖|搞|出口|运|发|走|要)[^,。\s]{2,8}$")
_FIRM = re.compile(r"^(?:厂|店|公司|集团|行业|有限|贸易|科技|实业|商行|费|袋|截|号|照片)")


def vocabulary_spans(text: str, hits: Iterable[Hit]) -> Iterator[Span]:
    """Modes, loads, terms and goods among the hits."""
    for hit in hits:
        if hit.kind == "mode" and not _is_parcel(hit, text):
            yield Span("transport_mode", hit.start, hit.end, modes.MODE_WORDS[hit.key].value)
        elif hit.kind == "load":
            yield Span("load_type", hit.start, hit.end, modes.LOAD_WORDS[hit.key].value)
        elif hit.kind == "incoterm":
            yield Span("incoterm", hit.start, hit.end, incoterms.WORDS[hit.key], rank=3)
        elif hit.kind == "commodity":
            start, end = _whole_name(hit, text)
            if _FIRM.match(text[end : end + _BESIDE]) or _OUR_FIRM.search(text[max(0, start - _BESIDE) : start]):
                continue
            yield goods(text, start, end, rank=7)


def _is_parcel(hit: Hit, text: str) -> bool:
    """快递 as the thing (我的快递到哪了), not as the way (发快递多少钱)."""
    if hit.key not in ("快递", "快件", "速递", "express"):
        return False
    before, after = text[max(0, hit.start - _BESIDE) : hit.start], text[hit.end :]
    if _PARCEL_BEFORE.search(before) or _PARCEL_AFTER.match(text, hit.end):
        return True
    if not after.strip(" ,。!?") and _ALONE.search(before):
        return False
    return not (_SENT_BY.search(before) or _PRICE_OF.match(after))


_MODIFIER = re.compile(
    r"(?:二手|旧|自制|活体|鲜活|车载|便携|迷你|古董|电动|塑料|电子|汽车|机械|玻璃|陶瓷|木制|木头|实木|木质|不锈钢|金属|铝合金|LED|家用|运动|户外|"
    r"儿童|医疗|办公|大件|超限|精密|"
    r"冷冻|冻|手工|一次性|蓝牙|无线|智能|太阳能|光伏|工业|农业|纺织|建筑|卫浴|厨房|宠物|美容|圣诞|环保|棉|"
    r"皮|铁|铝|铜|钢|纸|布|硅胶|"
    r"used |wooden |plastic |steel |machine |auto |electronic |led |glass |ceramic |frozen |cotton )+$",
    re.IGNORECASE,
)
_SUFFIX = re.compile(
    r"(?:配件|零配件|零件|制品|用品|设备|材料|样品|产品|部件| parts| products| samples)+", re.IGNORECASE
)


def _whole_name(hit: Hit, text: str) -> tuple[int, int]:
    """Stretch a word over what qualifies it: 塑料|玩具, 家具|配件."""
    before = _MODIFIER.search(text[max(0, hit.start - 12) : hit.start])
    start = hit.start - len(before.group()) if before else hit.start
    after = _SUFFIX.match(text, hit.end)
    return start, after.end() if after else hit.end


_DANGER = re.compile(
    r"电池|充电宝|移动电源|储能|带电|易燃|油漆|涂料|化工|化学|酒精|香水|指甲油|喷雾|气雾|打火机|火柴|烟花|爆竹|"
    r"鞭炮|农药|腐蚀|胶水|树脂|溶剂|"
    r"磁铁|强磁|干冰|液化|气瓶|灭火器|消毒液|粉末|平衡车|滑板车|电子烟|安全气囊|稀释剂|危险品|危化品|氧化|汽油|"
    r"柴油|润滑油|精油|battery|batteries|"
    r"lithium|power bank|perfume|paint|alcohol|lighter|chemical",
    re.IGNORECASE,
)


def goods(text: str, start: int, end: int, rank: int = 8) -> Span:
    """The goods named at `start:end`, with a hint where they may be dangerous."""
    name = text[start:end]
    return Span("commodity", start, end, name, rank=rank, dangerous=_is_dangerous(name))


def _is_dangerous(name: str) -> bool:
    return commodities().get(name.lower(), False) or bool(_DANGER.search(name))


_STOP = r"[^,。;:!?、\s\d]"
_NAMED = re.compile(
    rf"(?:(?:品名|货名|货物名称)(?=\s*(?:是|为|:))|货是|货物是|产品是|货物为|产品为|东西是|运的是|发的是|寄的是|"
    rf"走的是|装的是|里面是|commodity|cargo is)"
    rf"\s*(?:是|为|:)?\s*(?:一?些|一批)?(?P<name>{_STOP}{{2,12}}?)(?=[,。;!?、\s\d]|大概|约|一共|总共|共|从|到|$)",
    re.IGNORECASE,
)
_BATCH = re.compile(
    r"(?:有|发|运|走|出|寄)(?:了?一批|这批)(?P<name>[^,。;:!?、\s\d的货我你他要想从发到在还是]{2,6}?)(?=要|想|"
    r"从|发|到|运|[,。!?\s]|$)"
)
_NOT_GOODS = re.compile(
    r"^(?:[一二三四五六七八九十两几]|货|货物|东西|产品|普通|什么|啥|不|没|我|你|他|从|到|要|急|客户|谁|哪|这|"
    r"那|几|多|在|为|真|已|有|都|很|就|很|发|走|送|怎|正|被|一|是|赶|否|按|英文|中文|活的|收到|进口|出口|长条|全|都|坏|对)"
)


_SINGLE = re.compile(
    r"(?:寄|发|运|装|拉|搬|收|箱|包|件|袋|批|车|吨|托|卷|本|双|瓶|桶|盒|斤|做|里面|的|[两三四五六七八九十\d]个|[一只口盏这那][只口盏]?)的?"
    r"(?P<name>书|药|布|茶|酒|鞋|灯|油|刀|碗|米|花|锅|泵|衫|伞|糖)"
    r"(?=[,。!?、\s]|$|去|到|回|从|寄|发|全|没|丢|湿|碎|有没有|怎么|多少|能|可以|吗|入库|返|拼|运费|的,|食)"
)
"""Goods of one sign count only behind a measure or a verb of sending (两卷布, 寄书去)."""
_NAMED_ONLY = re.compile(
    r"(?:寄|运|两?台|[部批]|[箱件]|里面?|拉)(?:了|的|个)?(?P<name>手机(?![号尾壳上里屏端短])|身份证|驾照|叉车|合同(?!书)|资料|键盘)"
)
"""Words of every day that are goods only where they are counted or sent."""


def single_goods(text: str) -> Iterator[Span]:
    """Goods of one sign: 一箱书, 寄药."""
    for match in (*_SINGLE.finditer(text), *_NAMED_ONLY.finditer(text)):
        yield goods(text, *match.span("name"))


def pattern_goods(text: str) -> Iterator[Span]:
    """Goods named by the sentence: 品名：X, 货是X, 一批X."""
    for match in (*_NAMED.finditer(text), *_BATCH.finditer(text)):
        name = match.group("name").rstrip("的了吗呢啊呀吧哦")
        if len(name) >= 2 and not _NOT_GOODS.match(name):
            yield goods(text, match.start("name"), match.start("name") + len(name))
