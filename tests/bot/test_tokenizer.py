"""Words of freight messages."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from rasa.nlu.constants import TOKENS_NAMES
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu import tokenizer
from bot.nlu.tokenizer import FreightTokenizer


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("我的货柜MSKU1234565到哪了", ["我", "的", "货柜", "MSKU1234565", "到哪了"]),
        ("mrku 634521 4到哪", ["mrku 634521 4", "到", "哪"]),
        ("家里加急派送", ["家里", "加急", "派送"]),
        ("上海到鹿特丹3个40HQ多少钱", ["上海", "到", "鹿特丹", "3", "个", "40HQ", "多少钱"]),
        ("500 公斤,2.5cbm", ["500 公斤", ",", "2.5cbm"]),
        ("ETA几号", ["ETA", "几号"]),
        ("B/L电放", ["B/L", "电放"]),
        ("从义乌拼箱到洛杉矶", ["从", "义乌", "拼箱", "到", "洛杉矶"]),
        ("  ", []),
        ("", []),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    found = tokenizer.words(text)
    assert [word for word, _ in found] == expected
    assert all(text[start : start + len(word)] == word for word, start in found)


def test_tokens_in_a_message() -> None:
    component = FreightTokenizer(FreightTokenizer.get_default_config())
    message = component.process([Message(data={TEXT: "提单 放了吗"})])[0]
    tokens = message.get(TOKENS_NAMES[TEXT])
    assert next((token.text, token.start, token.end) for token in tokens) == ("提单", 0, 2)


def test_jieba_is_our_own_and_leaves_no_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import jieba

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    tokenizer._jieba.cache_clear()
    assert tokenizer._jieba() is not jieba.dt
    assert not jieba.dt.initialized
    assert list(tmp_path.iterdir()) == []
