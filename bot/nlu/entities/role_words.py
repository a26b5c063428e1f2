"""Words around a place that tell its role. Read by `roles.py`; patterns named …_BEFORE end where the place begins."""

from __future__ import annotations

import re

CONNECTED = re.compile(
    r"^[\s,]*(?:那边|这边|仓库?|工厂|口岸|门店|这里|那里|\([^)]{0,10}\))?[^。;!?,到至]{0,8}?"
    r"(?:到|至|去|往|飞|转到|发(?:往|到|去|给)?|寄(?:往|到|去|给)?|运(?:往|到|去)?|走(?:到|去)?|送(?:到|往)?|"
    r"拉(?:到|去)?|直达|直飞|开(?:往|到)?|回|返|跑|[-~→>]{1,3}|/|\bto\b|➡)\s*(?:非洲|欧洲|美西|美东|南美|中东|东南亚|"
    r"日本|北美)?\s*$",
    re.IGNORECASE,
)
FAR_CONNECTED = re.compile(
    r"^[^。;!?]{0,24}(?:到|至|运往|发往|寄到|送到|运到|发到|寄往|去|\bto|回|返)\s*$", re.IGNORECASE
)
SENT_ON = re.compile(
    r"^(?:寄|发|运|送)[^,。;!?到]{0,10}(?:到|去|回|返|至|往|给)\s*$|^的[^,。;!?到]{1,10}(?:想|要)?(?:发|寄|"
    r"运)[^,。;!?]{0,8}(?:到|去|往)\s*$"
)
MODE_BETWEEN = re.compile(r"^\s*(?:拼箱|整柜|海运|空运|铁路|整车|零担|散货|快递|上|转)\s*$")
TRANSIT_BEFORE = re.compile(r"(?:经由?|途经|过没过|中转(?:港)?[是为:]?|\bvia|转(?:运港)?[是为:]?)\s*$", re.IGNORECASE)
TRANSIT_AFTER = re.compile(
    r"^\s*(?:港|那边|仓)?\s*(?:中转|转运|转船|转机|换装|换轨|过境|转关|出境|仓?再(?:飞|转|发|空运|海运))"
)
PASSED = re.compile(
    r"(?:过了?|快到)\|了?(?:以后|之后|还剩|还有|了$|了,)|到了?\|(?:以后|之后)|船过\||过没过\||在\|(?:港)?中转"
)
ONWARD = re.compile(r"^\s*(?:再)?(?:中转|转运?到?|换船到|转)\s*$")
JOINED = re.compile(r"^\s*(?:、|和|跟|及|与|或者?|还是|,|/|and|or|&)?\s*$", re.IGNORECASE)

FROM_BEFORE = re.compile(
    r"(?:从|由|自|(?:起运|装货|出发|始发|发货|提货|起始)(?:港|地|点|城市)?\s*(?:是|为|在|:)?|出口[港地]:?|地址在|起点[是:]|"
    r"\bfrom(?: the)?|\bpol\b\s*:?|\bex|\bpick ?up (?:at|in|from)?|在)\s*$",
    re.IGNORECASE,
)
FROM_SIMPLE_BEFORE = re.compile(r"(?:从|由|自)\s*$")
PICK_UP_BEFORE = re.compile(
    r"pick ?up[^,.]{0,22}(?:at|in|from)(?: our| the)?\s*$|(?:truck|driver) to(?: our| the)?\s*$|(?:司机|师傅)(?:[到去来]|"
    r"过来)\s*$|有[没冇]车(?:可以)?来\s*$",
    re.IGNORECASE,
)
FROM_AFTER = re.compile(
    r"^\s*(?:那边|这边|港口?|仓库?|工厂)?\s*(?:出(?!口|库|现|了|问题|货单|来[^的]|差|境)|出口(?!商|报|退|了|下|在|就)|出货|起运|"
    r"发货|发出|始发|起飞|提货|装(?!修|箱单|载|机|在|上|进|不|没|好|吗)|上车|入仓|进仓|"
    r"出发|开船|启运|起步|走货|走的那|交货(?!地)|取件|上门提|上船|寄出|寄(?=[^,。]{1,8}(?:回|返))|"
    r"发(?:(?=[,。!?]|$)|的|过来|出|车|走|柜|空运|海运|快递|整柜|拼箱|个|一|两|三|\d))"
)
TO_BEFORE = re.compile(
    r"(?:(?<![货船车列都已])到|送货到|已?到了(?=$)|抵达?|至|去|往|飞|运|寄|发|送|派|拉|进|卖|(?<!不)走|(?:目的|卸货|"
    r"收货|到达|交货|目的港)"
    r"(?:港|地|国|点|城市|地点)?(?:明明)?\s*(?:是|为|在|:|想?换成|写的是?)?|卸|靠|直达|回(?!复)|返|改(?:去|为|送|卸|走|道)|换成|"
    r"(?:地址|目的仓|目的港)[^,。]{0,4}(?:改成|改为|改道|改到)|新(?:地)?址[是在:]*|具体城市是|"
    r"\bto(?: the| our)?|\bfor|出口到?|进口到?|有冇得行|[寄发送][^,。]{0,8}给在?|\beta:?|(?:^|,)给|新(?:地)?址[是在:]|"
    r"door to door|"
    r"(?<!ring )(?<!at )(?<!under )our(?= )|"
    r"\bpod\b\s*:?|\binto|改到|[发寄运送]给|(?:目的|卸货)[港地]改|[发寄](?:一?个)|包税到?)\s*(?:客户|我们|你们)?\s*$",
    re.IGNORECASE,
)
TO_SIMPLE_BEFORE = re.compile(r"(?:到|去|至|往|发|运|飞|[-~→>])\s*$")
TO_AFTER = re.compile(
    r"^\s*(?:港|仓库?|市)?\s*(?:收货|收(?=[,。]|$)|自提|机场自提|交付|卸(?!车|货费)|派送(?!那个|小哥|员)|还有几|"
    r"能?送?到门|双清(?!一般|专家)|目的|"
    r"清关(?!所|要(?!多久)|需|文|资|时|慢|代)|专线|这?条?线(?!上|路|的?操作)|"
    r"(?:客户|客人)(?:清点|收|提|要|说)|(?:那|这|嗰)(?:一?票|单|个单|批|柜|边一看)|的(?:那票|价|报价|线|单价|件|"
    r"单(?!证|子)|包裹)|"
    r"(?:port )?warehouse|booking|海运多少|要到|放行吗|ddp|dap|ddu|fba(?=.{0,8}(?:多少|价)))",
    re.IGNORECASE,
)
_RELATIVES = (
    r"妈妈?|爸爸?|媳妇|老婆|老公|儿子|女儿|闺女|外?孙[子女]?|[表堂]?[姐妹哥弟]|妹妹|弟弟|同学|朋友|亲戚|亲人|"
    r"战友|室友|客户|客人|买家|男朋友|女朋友"
)
TO_RELATIVE_BEFORE = re.compile(rf"(?:{_RELATIVES})(?:年底|现在|人|她|他)?在$|给在$")
TO_RELATIVE_AFTER = re.compile(rf"^(?:读书|念书|工作)?的(?:{_RELATIVES}|亲)")
SENDS = re.compile(r"寄|发|送|派|运|捎|邮")
NOT_FROM = re.compile(r"在$")
GOODS_AT = re.compile(r"(?:货|厂家|工厂|厂子|厂|(?<!新)地址)在$")
WAITING = re.compile(r"^(?:港口?|码头|机场|仓|那边|这边)?(?:压|排|卡|停|趴|等|放|哪|堆|滞|待|里|多久|没|被)")
TRACKING = re.compile(r"哪了|到哪|动态|取消|查一下|轨迹|压着|还是已经|没动")
LOADED_AFTER = re.compile(r"^\s*(?:出(?!口|境|了|差|库)|起运|装(?!卸)|提货)")
NEW_ADDRESS_BEFORE = re.compile(r"新(?:地)?址[是在:]*$")
SENT_AFTER = re.compile(r"^仓?(?:飞|到|发|寄|至)")
PICKED_UP = re.compile(r"(?:那边)?(?:提货|装柜|装货|装船|交货|发货|取货|上门|提|趴着)")

SELLER_TERM_BEFORE = re.compile(r"\b(?:fob|fca|exw|fas)[\s,]*$", re.IGNORECASE)
BUYER_TERM_BEFORE = re.compile(r"\b(?:cif|cfr|cnf|cpt|cip|ddp|dap|ddu|dpu)[\s,]*$", re.IGNORECASE)
PRICE_OR_ORDER = re.compile(
    r"价|报|多少|几钱|运费|柜|\d\s*[x*]|订|那票|安排|单价|公斤|方|quote|offer|cost|price|rate|\bby\b|\bpod\b",
    re.IGNORECASE,
)
TERM_ASKED = re.compile(
    r"归谁|意思|什么叫|包括|谁付|买方|卖方|合同|信用证|术语|风险|区别|incoterms|为什么要写|点解", re.IGNORECASE
)

OFFICE_AFTER = re.compile(
    r"^\s*(?:那边|这边|那|这边?)?(?:的)?(?:办事处|分公司|分部|网点|营业部|office|branch|team|ops|agent|团队|代理|同事|"
    r"总部|分拨|站点|"
    r"点有|小哥|哪个区|公司|客服|门店|仓储部|那条线的操作|线的联系人|线了|鬼天气|联系人|海关|有没有(?:网|仓|分|办|点|"
    r"你们)|有(?:网|仓|据)|出差|堆场|总代)",
    re.IGNORECASE,
)
YOURS_BEFORE = re.compile(
    r"(?:(?<!从)(?<!发)你们?的?|你哋|贵司|贵公司|\byour|负责|转给|\bmy guy in)\s*$", re.IGNORECASE
)
HERE_BEFORE = re.compile(r"(?:我人?|我们|人|我司|你们?|住)(?:在|是)?$")
HERE_AFTER = re.compile(r"^(?:这边|读书|留学|上班|住|内环|出差|人)")
NOT_THIS_BEFORE = re.compile(
    r"(?:有没有转到|不是|不去|不送|不走|不到|不卸|并非|原来[是卸走送]?|原本[是卸走送]?|本来[是]?|\bnot(?: to| from)?|"
    r"instead of|别送|别发)\s*$",
    re.IGNORECASE,
)
REPLACED_AFTER = re.compile(r"^\s*(?:港|仓)?(?:改为|改成|改到|改去|改|换成|换到)\s*$")

SHOULD_HAVE = re.compile(r"应该|明明|预约|本来|原本|说好|收件地址|写的?是?$|住$")
ITS_GOODS = re.compile(r"^(?:仓)?的(?:货|单|件|包裹|柜)?")
WENT_WRONG = re.compile(
    r"(?:给我|给拉|被|却|跑|咗|错)[^,。]{0,5}?(?:派|送|拉|寄|交|卸|分拣|发|跑|弄|运|去)?(?:咗|了)?(?:到|去了?|往|成|喺)$"
    r"|(?:拉|送|派|寄|跑|发)去了$|派咗去$|给(?:我|拉).{0,2}(?:卸|寄到|交到)$|尾程派到$|写成$|却.{0,2}到$"
)
WENT_THERE = re.compile(r"(?:派|送|拉|寄|交|卸|发|运|跑)(?:咗|了)?(?:到|去了?|在|往)?$|件在$")
WENT_AFTER = re.compile(r"^去了")
BLAME = re.compile(r"明明|却|错|给我|应该|怎么|去了|派掉|两仓|还让我|也能|搞")

PRICE = re.compile(
    r"价|报[个一下]|多少钱|几钱|幾錢|运费|邮费|怎么收|收费|怎么算|要花|银[子两]|什么数|all.?in|quote|freight cost|"
    r"how much|花费|资费|多钱|费用|求报",
    re.IGNORECASE,
)
TRANSIT_TIME = re.compile(r"[几多]少?天|多久|时效|天能|几日|几耐|how long|transit")
NO_LANE = re.compile(
    r"免|堆存|滞箱|滞港|free time|柜租|箱租|dem\b|det\b|storage|办事处|分公司|网点|分部|签证|机票|旅游|房价|总统|首都|"
    r"天气|招聘|合作|互为|电话|投诉"
    r"|clearance|清关(?:很?慢|要|需|文|资|时)|双清|税号|证|invoice|保险|总部|名录|到了?哪|赔|为什么|一次机的?会",
    re.IGNORECASE,
)
