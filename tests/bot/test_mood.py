"""What the mood classifier learns from the labelled sentences; none of the messages here is among them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
import ruamel.yaml
from rasa.shared.nlu.constants import INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.loading import load_data

from bot.nlu.label_model import LabelModel
from bot.nlu.mood import CALM as CALMLY
from bot.nlu.mood import MOODS, Mood
from bot.nlu.mood_classifier import (
    MOOD,
    SENTENCES,
    Limits,
    is_plain,
    judge,
    learn,
    messages_of,
    plain_wishes,
    read_sentences,
)
from bot.nlu.understanding import understand
from tests.bot.conftest import ROOT

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


@dataclass(frozen=True)
class Ear:
    """What `MoodClassifier` has after training, with the limits of config.yml."""

    model: LabelModel
    limits: Limits

    def hears(self, text: str, *likely: tuple[str, float]) -> Mood:
        """The mood of a message that means `likely`."""
        message = messages_of([text])[0]
        message.set(INTENT_RANKING_KEY, [{"name": name, "confidence": share} for name, share in likely])
        return judge(self.model, self.limits, message)


@pytest.fixture(scope="module")
def ear() -> Ear:
    """Learned from the labelled sentences and from our intents, as in training."""
    texts, moods = zip(*read_sentences(SENTENCES), strict=True)
    examples = plain_wishes(load_data(str(ROOT / "bot" / "data" / "nlu")).intent_examples, len(texts))
    wishes = messages_of([example.get(TEXT) for example in examples])
    config = ruamel.yaml.YAML(typ="safe").load(ROOT / "config.yml")
    settings = next(c for c in config["pipeline"] if c["name"].endswith("MoodClassifier"))
    limits = Limits(settings["angry"], settings["angry_at_all"], settings["annoyed"])
    return Ear(learn([*messages_of(texts), *wishes], [*moods, *(CALMLY for _ in wishes)]), limits)


@pytest.mark.parametrize(("text", "mood"), TABLE)
def test_mood_of_a_message(ear: Ear, text: str, mood: str) -> None:
    assert ear.hears(text).mood == mood


def test_the_table_is_unseen() -> None:
    learned = {text for text, _ in read_sentences(SENTENCES)}
    assert [text for text, _ in TABLE if text in learned] == []


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
def test_it_rests_on_the_customers_own_words(ear: Ear, text: str, basis: tuple[str, ...]) -> None:
    found = ear.hears(text).basis
    assert set(basis) <= set(found)
    assert bool(basis) == bool(found)


def test_without_a_word_of_the_lexicon_the_weightiest_words_are_named(ear: Ear) -> None:
    found = ear.hears("隔壁老王家的鴿子都送得比你們強，趁早改行")
    assert found.mood != "calm"
    assert found.basis
    assert all(word in "隔壁老王家的鴿子都送得比你們強，趁早改行" for word in found.basis)


def test_praise_is_not_sarcasm(ear: Ear) -> None:
    assert ear.hears("厉害了，佩服佩服", ("praise", 0.98)).mood == "calm"
    assert ear.hears("呵呵，你们可真行，佩服", ("complain_delay", 0.98)).mood == "angry"


@pytest.mark.parametrize("text", ["", " ", "？"])
def test_nothing_said_is_calm(ear: Ear, text: str) -> None:
    assert ear.hears(text) == Mood("calm", ())


def test_a_plain_wish_has_to_sound_worse() -> None:
    limits = Limits(angry=0.5, angry_at_all=0.1, annoyed=0.5)
    assert limits.mood({"angry": 0.4, "annoyed": 0.2, "calm": 0.4}) == "angry"
    assert limits.mood({"angry": 0.4, "annoyed": 0.2, "calm": 0.4 * 1.3}) == "annoyed"
    assert limits.mood({"angry": 0.4, "annoyed": 0.2, "calm": 0.4 * 2.7}) == "calm"
    assert limits.mood({"angry": 0.05, "annoyed": 0.9, "calm": 0.01}) == "annoyed"
    assert is_plain("ask_price")
    assert is_plain("faq/insurance")
    assert not is_plain("complain_fee")
    assert not is_plain("vent")


async def test_rasa_writes_it_into_the_parse(agent: Any) -> None:
    assert (await understand(agent.processor, "一帮骗子！！"))[MOOD]["mood"] == "angry"
    assert (await understand(agent.processor, "  "))[MOOD] == {"mood": "calm", "basis": []}
