"""How a customer sounds, by the words alone; none of these messages is among those the weights were fitted to."""

import csv
from collections import Counter
from time import perf_counter

import pytest

from bot.nlu.mood import FEATURES, MOODS, Mood, hear, mood_of
from settings import ROOT

SENTENCES = ROOT / "bot" / "data" / "mood" / "sentences.tsv"

CALM = [
    "请问这票几号到宁波",
    "麻烦催一下仓库，明天截关，谢谢",
    "货到了！！比预计早三天，太棒了！",
    "哇！终于放行了！",
    "外箱破了一个洞，里面的灯没坏，先拍照给你们",
    "我要投诉，请问找哪个部门",
    "订舱号EBKG12345678",
    "电话0571-66661234",
    "滚筒洗衣机三台，滚装船能走吗",
    "垃圾分类箱200个到鹿特丹",
    "FOB NINGBO TO LA 3X40HQ",
    "空气炸锅能走海派吗",
    "貨櫃什麼時候可以提，麻煩您了",
    "唔使急，聽日到都得",
    "这次不怪你们，天气原因嘛",
    "走到哪儿了呀",
    "大哥，帮忙看看到哪了",
    "我妈的地址变了，请更新",
    "你们操作部的电话是多少",
    "草莓苗可以寄吗",
    "Could you let me know the ETD, please?",
    "Thanks a lot!",
    "少了一件，请核实",
    "好的",
]
ANNOYED = [
    "都一个礼拜了怎么还没动",
    "说好昨天送的，一直没人联系我",
    "又改船期了，已经第三次了",
    "客服总是说稍等",
    "对你们这次的处理很不满意",
    "怎么又多收了三百",
    "等了半天没人接电话",
    "到底哪天能到",
    "這次真的有點失望",
    "打咗三次電話都冇人聽",
    "太慢了吧",
    "一拖再拖，客户都在问我",
    "回复得太敷衍了",
    "Still waiting, this is frustrating.",
]
ANGRY = [
    "你们全死绝了吗！！",
    "一帮骗子",
    "艹，又甩柜",
    "卧槽你们搞什么！！！",
    "尼玛的破公司",
    "nmsl",
    "你们客服有毒吧，一句人话不会说",
    "嬲死我喇，搞乜鬼",
    "仆街啦你哋",
    "扯到爆，爛公司",
    "真的很誇張，氣到發抖",
    "明天再不到我就打12315！",
    "法院见，等着收律师函吧",
    "我要把你们曝光到抖音上！",
    "第五次了！！！还在骗我",
    "人呢？？？都死哪去了",
    "你们眼睛是瞎的吗！",
    "呵呵，你们可真行，佩服",
    "再也不会用你们这种垃圾公司",
    "忍无可忍",
    "什么狗屁服务",
    "把客户当傻子是吧！",
    "滚蛋",
    "🤬🤬🤬什么玩意",
    "还不还我货！！！！",
    "YOU ARE ALL LIARS!!!",
    "fucking useless",
    "This is outrageous!!",
    "气死人了，搞不懂你们在干什么",
    "不要脸，收了钱就装死",
]
TABLE = [(text, mood) for mood, texts in zip(MOODS, (CALM, ANNOYED, ANGRY), strict=True) for text in texts]


@pytest.mark.parametrize(("text", "mood"), TABLE)
def test_mood_of_a_message(text: str, mood: str) -> None:
    assert mood_of(text).mood == mood


def test_the_table_is_unseen() -> None:
    fitted = {row["text"] for row in sentences()}
    assert [text for text, _ in TABLE if text in fitted] == []


@pytest.mark.parametrize(
    ("text", "basis"),
    [
        ("垃圾公司", ("垃圾",)),
        ("你們這些騙子！！", ("騙子", "!!")),
        ("到底什么时候到", ("到底",)),
        ("😡😡什么破公司", ("破公司", "😡")),
        ("好的，谢谢", ()),
    ],
)
def test_it_rests_on_the_customers_own_words(text: str, basis: tuple[str, ...]) -> None:
    found = mood_of(text).basis
    assert set(basis) <= set(found)
    assert bool(basis) == bool(found)


def test_what_a_message_means_speaks_too() -> None:
    """No word of it is in the lexicon; the meaning is what it rests on then."""
    assert mood_of("隔壁老王家的鸽子都送得比这强").mood == "calm"
    vented = mood_of("隔壁老王家的鸽子都送得比这强", [("vent", 0.97), ("complain_delay", 0.02)])
    assert vented.mood != "calm"
    assert vented.basis == ("vent",)


def test_praise_is_not_sarcasm() -> None:
    words = "厉害了，佩服佩服"
    assert mood_of(words, [("praise", 0.98)]).mood == "calm"
    assert mood_of(words, [("complain_delay", 0.98)]).mood == "angry"


def test_nothing_said_is_calm() -> None:
    assert mood_of("") == mood_of("？") == Mood("calm", ())


def test_a_long_message_counts_its_words_once() -> None:
    once, often = hear("太慢了"), hear("太慢了，" * 200)
    assert once.strength["impatience"] == often.strength["impatience"]


@pytest.mark.parametrize("unit", ["哈", "3", "又", "A ", "拖了", "!", "😡", "(?"])
def test_the_time_for_a_long_message_stays_bounded(unit: str) -> None:
    """A turn has three seconds; a pattern that looks back at every place would need more."""
    hear(unit)
    begun = perf_counter()
    hear(unit * (5000 // len(unit)))
    assert perf_counter() - begun < 1.0


def test_as_shown_in_a_parse() -> None:
    assert mood_of("骗子").as_dict() == {"mood": "angry", "basis": ["骗子"]}


def sentences() -> list[dict[str, str]]:
    """The labelled sentences the weights are fitted to."""
    with SENTENCES.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def test_the_sentences_are_usable() -> None:
    rows = sentences()
    assert len({row["text"] for row in rows}) == len(rows)
    counted = Counter(row["mood"] for row in rows)
    assert set(counted) == set(MOODS)
    assert min(counted.values()) >= 100


def test_the_stored_weights_fit_the_sentences() -> None:
    """Whoever changes words or features has to fit again (`bot.nlu.mood_training`)."""
    heard = [(row["mood"], mood_of(row["text"]).mood) for row in sentences()]
    angry, calm = ([said for mood, said in heard if mood == wanted] for wanted in ("angry", "calm"))
    assert angry.count("angry") >= 0.85 * len(angry)
    assert calm.count("angry") <= 0.05 * len(calm)


def test_features_are_named_once() -> None:
    assert len(set(FEATURES)) == len(FEATURES)


def test_every_row_of_the_lexicon_is_whole() -> None:
    """A comma in a pattern needs quotes, else half of it is lost."""
    with (ROOT / "bot" / "nlu" / "data" / "mood.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert [row for row in rows if len(row) != 3] == []
    assert "第三次" in mood_of("第三次了还没到").basis
