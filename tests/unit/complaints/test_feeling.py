"""How a customer sounds."""

import pytest

from crm.complaints.feeling import feel, stronger
from crm.complaints.models import Emotion


@pytest.mark.parametrize(
    ("text", "emotion", "word"),
    [
        ("垃圾公司", "angry", "垃圾"),
        ("到底什么时候到！！！", "angry", "到底"),
        ("到底什么时候到", "annoyed", "到底"),
        ("打了十个电话没人接", "annoyed", "没人接"),
        ("快点！！", "annoyed", "!!"),
    ],
)
def test_feeling_says_what_it_rests_on(text: str, emotion: str, word: str) -> None:
    feeling = feel(text)
    assert feeling.emotion == emotion
    assert word in feeling.basis


@pytest.mark.parametrize("text", ["木箱裂了，请处理一下", "走滚装船的那票少了两箱", "好的！"])
def test_calm_rests_on_nothing(text: str) -> None:
    assert feel(text).emotion == Emotion.CALM
    assert feel(text).basis == ()


def test_stronger_of_two() -> None:
    assert stronger(Emotion.ANGRY, Emotion.ANNOYED) == Emotion.ANGRY
    assert stronger(Emotion.CALM, Emotion.ANNOYED) == Emotion.ANNOYED
