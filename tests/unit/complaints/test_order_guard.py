"""The order guard: what an agent must not say, what an agent may say, and that it never fails or dawdles."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.complaints.words.order_guard import ADVICE, ONLY_BEFORE_THE_CARD, Rule, check
from tests.unit.complaints import guard_sentences

REFUSED: list[tuple[Rule, str]] = [
    (Rule.EXCUSE, "这个是船公司甩柜，我们也没办法。"),
    (Rule.EXCUSE, "因为台风，船晚开了。"),
    (Rule.EXCUSE, "主要是司机堵车，路上耽误了"),
    (Rule.EXCUSE, "仓库那边忙不过来，所以没装上"),
    (Rule.EXCUSE, "系统出了点问题，没有通知到您"),
    (Rule.EXCUSE, "最近旺季，舱位都紧张"),
    (Rule.EXCUSE, "天气不好，这也控制不了"),
    (Rule.EXCUSE, "目的港拥堵，大家都在排队"),
    (Rule.EXCUSE, "是同事忘了给您放单"),
    (Rule.EXCUSE, "您自己没提前说要走快船"),
    (Rule.EXCUSE, "您当时没有买保险呀"),
    (Rule.EXCUSE, "您怎么不早点告诉我们"),
    (Rule.EXCUSE, "这不归我们管"),
    (Rule.EXCUSE, "这个不是我们的问题，船公司延误我们也很无奈"),
    (Rule.EXCUSE, "地址是您写错了"),
    (Rule.EXCUSE, "因為颱風，船公司改了船期"),
    (Rule.EXCUSE, "規定就是這樣的"),
    (Rule.EXCUSE, "我们最近太忙了"),
    (Rule.FORM_QUESTION, "单号发一下"),
    (Rule.FORM_QUESTION, "请提供公司名称和联系人"),
    (Rule.FORM_QUESTION, "您先填一下这张表"),
    (Rule.FORM_QUESTION, "麻烦发一下柜号"),
    (Rule.FORM_QUESTION, "您的单号是多少？"),
    (Rule.FORM_QUESTION, "是哪一票货？"),
    (Rule.FORM_QUESTION, "把联系电话留一下"),
    (Rule.FORM_QUESTION, "您是哪家公司的"),
    (Rule.FORM_QUESTION, "請提供提單號"),
    (Rule.FORM_QUESTION, "请您先提供破损的照片和装箱单"),
    (Rule.LIABILITY, "是我们的责任，我们认"),
    (Rule.LIABILITY, "这次我们全责"),
    (Rule.LIABILITY, "我们承担一切损失"),
    (Rule.LIABILITY, "我方违约了"),
    (Rule.LIABILITY, "您放心，保证赔"),
    (Rule.LIABILITY, "损失都由我们承担"),
    (Rule.LIABILITY, "责任在我们"),
    (Rule.LIABILITY, "我們會承擔全部責任"),
    (Rule.LIABILITY, "照价赔给您"),
    (Rule.AMOUNT, "赔您500"),
    (Rule.AMOUNT, "免您运费"),
    (Rule.AMOUNT, "退一半"),
    (Rule.AMOUNT, "给您补偿两千元"),
    (Rule.AMOUNT, "这票运费给您免了"),
    (Rule.AMOUNT, "可以按货值的八成赔，赔偿80%没问题"),
    (Rule.AMOUNT, "下一票给您打八折"),
    (Rule.AMOUNT, "全额退您"),
    (Rule.AMOUNT, "送您一张500元的券"),
    (Rule.AMOUNT, "賠您三百美金"),
    (Rule.AMOUNT, "减免仓储费"),
    (Rule.UNDERSTAND, "请谅解"),
    (Rule.UNDERSTAND, "敬请谅解。"),
    (Rule.UNDERSTAND, "希望您能体谅一下我们的难处"),
    (Rule.UNDERSTAND, "請您理解"),
    (Rule.UNDERSTAND, "感谢您的理解"),
    (Rule.UNDERSTAND, "还望海涵"),
    (Rule.UNDERSTAND, "大家互相理解吧"),
    (Rule.DOWNPLAY, "这很正常的"),
    (Rule.DOWNPLAY, "海运都这样"),
    (Rule.DOWNPLAY, "才晚两天"),
    (Rule.DOWNPLAY, "也就破了3箱"),
    (Rule.DOWNPLAY, "您别急"),
    (Rule.DOWNPLAY, "您别激动嘛"),
    (Rule.DOWNPLAY, "您先冷静一下"),
    (Rule.DOWNPLAY, "冷靜一下，別發火"),
    (Rule.DOWNPLAY, "属于正常现象"),
    (Rule.DOWNPLAY, "没什么大不了的"),
    (Rule.DOWNPLAY, "请您耐心等待"),
    (Rule.PASS_ON, "您去找财务吧"),
    (Rule.PASS_ON, "您打电话给船公司问一下"),
    (Rule.PASS_ON, "这个要问操作部"),
    (Rule.PASS_ON, "您直接联系司机"),
    (Rule.PASS_ON, "您自己去官网上查"),
    (Rule.PASS_ON, "您可以去找海运部"),
    (Rule.PASS_ON, "這個您得問倉庫"),
    (Rule.PASS_ON, "这事我管不了"),
    (Rule.REPEATED_SORRY, "抱歉抱歉，真的对不起"),
    (Rule.REPEATED_SORRY, "對不起，非常抱歉，實在對不起您"),
    (Rule.OUTCOME, "一定给您解决"),
    (Rule.OUTCOME, "保证今天到"),
    (Rule.OUTCOME, "您放心，肯定没问题"),
    (Rule.OUTCOME, "绝对不会再发生"),
    (Rule.OUTCOME, "這票保證準時送到"),
    (Rule.OUTCOME, "包您满意"),
]

FINE = [
    "原因我正在查，查到马上告诉您",
    "您的单号我这边看到了",
    "给您造成的损失，我们会按流程核实",
    "非常抱歉，让您白等了一上午，还耽误了工厂开工。",
    "我完全理解您的心情，换我也着急",
    "您说司机态度不好，我记下了",
    "您反映仓库把货弄坏了，这个我一字不落记下了",
    "我正在跟船公司核实，下午3点前给您回话",
    "我去找仓库调监控",
    "我现在就打电话给司机",
    "这个我去问操作部，今天下班前回您",
    "我帮您联系目的港的同事",
    "您不用再打电话给船公司了，我来跟",
    "不用您提供单号，我这边都查得到",
    "好的，不着急，您慢慢说",
    "您生气是应该的",
    "您难免担心，我明白",
    "责任怎么定，要等核实完再跟您讲",
    "如果核实下来是我们的责任，我们会按流程处理",
    "能不能赔、怎么赔，要等核实以后才知道",
    "您要求赔500元，我写进去了",
    "您希望免掉运费，这一条我报给主管",
    "退运费的事我去申请，周五前给您准信",
    "赔偿方案批下来第一时间跟您讲",
    "这件事我跟到底，今天下班前给您答复",
    "一定尽全力帮您解决",
    "一定会给您一个答复",
    "我不能保证今天到，但下午5点前给您准信",
    "您肯定想快点解决",
    "是我们没做好，让您费心了",
    "我们有责任给您查清楚",
    "货已经恢复正常派送，明天上午到您那边",
    "对不起，让您这么难受。真的抱歉。",
    "照片、语音都可以发，我都看",
    "您的电话我这边有，不用再发",
    "我怕理解错了，跟您确认一下",
    "不会拿天气当借口，我给您一个说法",
    "主管一会儿会联系您",
    "您说的我都听到了，还有吗？",
    "謝謝您告訴我們，這件事我來跟",
    "運費的明細我一項一項跟您對清楚",
    "补充的两点我也记上了",
    "木箱裂了3箱，工厂因此停产，我记得对吗？",
    "我先确认一下，您要的是明天之前补发，对吗？",
    "您放心，我把情况交给主管，由他直接跟您谈",
    "船现在在釜山，预计25号到盐田",
    "要是方便，今天下午我上门跟您谈",
    "我刚才等了两分钟电话没打通，再打一次",
    "免费用箱期到28号",
    "这个箱子的免箱期还有3天",
]


def rules_of(text: str, *, card_exists: bool = False) -> set[Rule]:
    return {finding.rule for finding in check(text, card_exists=card_exists)}


@pytest.mark.parametrize(("rule", "text"), REFUSED)
def test_what_makes_it_worse_is_named(rule: Rule, text: str) -> None:
    assert rule in rules_of(text)


@pytest.mark.parametrize("text", guard_sentences.WORSE.splitlines())
def test_other_ways_to_make_it_worse_are_named_too(text: str) -> None:
    assert check(text, card_exists=False)


@pytest.mark.parametrize("text", [*FINE, *guard_sentences.FINE.splitlines()])
def test_it_does_not_cry_wolf(text: str) -> None:
    assert check(text, card_exists=False) == ()


@pytest.mark.parametrize(("rule", "text"), REFUSED)
def test_reasons_and_data_may_come_after_the_card_and_nothing_else(rule: Rule, text: str) -> None:
    assert (rule in rules_of(text, card_exists=True)) is (rule not in ONLY_BEFORE_THE_CARD)


def test_every_rule_has_advice_of_one_sentence() -> None:
    assert set(ADVICE) == set(Rule)
    assert all(text.count("。") == 1 and text.endswith("。") for text in ADVICE.values())


def test_no_advice_breaks_a_rule_itself() -> None:
    """What is told to say instead stands in 「」."""
    said = [part.split("」")[0] for text in ADVICE.values() for part in text.split("「")[1:]]
    assert said
    assert [words for words in said if check(words, card_exists=False)] == []


def test_the_words_are_those_that_were_written_in_their_order_and_each_once() -> None:
    found = check("請您理解。才晚兩天，您別急。請您理解。", card_exists=True)
    assert [(one.rule, one.words) for one in found] == [
        (Rule.UNDERSTAND, "請您理解"),
        (Rule.DOWNPLAY, "才晚兩天"),
        (Rule.DOWNPLAY, "別急"),
    ]


@given(st.text(max_size=300), st.booleans())
def test_it_never_fails_and_quotes_what_is_there(text: str, card_exists: bool) -> None:
    for finding in check(text, card_exists=card_exists):
        assert all(words in text for words in finding.words.split("、"))


PIECES = "您请的我们赔因为船公司给免运费一定解决别急才晚两天去找单号发一下不,，。 1抱歉"


@given(st.text(alphabet=PIECES, max_size=200))
def test_it_never_fails_on_its_own_words(text: str) -> None:
    check(text, card_exists=False)


@pytest.mark.parametrize(
    "piece", ["您", "我们赔", "因为船公司", "请您", "一定给", "才晚", "的", "1", "您去", "退给您您的", "a,"]
)
def test_ten_thousand_characters_take_no_time(piece: str) -> None:
    text = (piece * 10_000)[:10_000]
    check("热身", card_exists=False)
    begun = time.process_time()
    check(text, card_exists=False)
    assert time.process_time() - begun < 0.1
