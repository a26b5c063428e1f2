"""Which questions are complaints, and which words are never asked back."""

import pytest

from crm.complaints.words.blame import blames, grave


@pytest.mark.parametrize(
    "text",
    [
        "到底几号能到啊？说好15号到港，一推再推，我怎么跟客户交代",
        "本来20号就要到的，现在还在海上飘，果子都要烂了",
        "答应我周三的，今天都周五了，东西到底在哪",
        "船期都改了三次了，这次到底哪天",
        "說好禮拜三到的，到現在連影子都沒有",
    ],
)
def test_a_broken_word_in_anger_is_a_complaint(text: str) -> None:
    assert blames(text, heated=True)


@pytest.mark.parametrize(
    "text",
    [
        "智利车厘子！！\nQZQU7300420本来20号就要到的\n现在还在海上飘",
        "说好周三送，今天都周六了还没影，到哪了",
        "原定15号，至今没消息，查下",
    ],
)
def test_a_word_that_has_not_come_true_needs_no_loud_one(text: str) -> None:
    assert blames(text, heated=False)


@pytest.mark.parametrize(
    "text",
    [
        "我那票40hq咋还没动静，客户天天催我",
        "到哪了？急死我了",
        "今天能不能送到，工厂等着用",
        "说好的周三能到吗",
        "ETA几号，麻烦催一下",
        "说好明天到，现在还能按时到吗",
    ],
)
def test_haste_and_plain_questions_are_none(text: str) -> None:
    assert not blames(text, heated="急" in text or "天天" in text)


@pytest.mark.parametrize("text", ["依法提起诉讼", "有人被砸伤送医院了", "我要打12315", "货在漏液冒烟", "以后找别家了"])
def test_grave_words(text: str) -> None:
    assert grave(text)


@pytest.mark.parametrize("text", ["我是律师", "多媒体音箱一箱", "没有人受伤", "法院路88号", "你好", "今天天气不错"])
def test_words_that_only_look_grave(text: str) -> None:
    assert not grave(text)
