"""What the trainer runs in Rasa's environment."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from trainer.rasa_side.script import other_script
from trainer.rasa_side.understand import shaped

ROOT = Path(__file__).parent.parent.parent


@pytest.mark.parametrize(
    ("text", "script", "other"),
    [
        ("货到哪了", "hans", "貨到哪了"),
        ("點解個櫃仲未到", "hant", "点解个柜仲未到"),
        ("裡面有甚麼", "hant", "里面有甚么"),
        ("这里面", "hans", "這裡面"),
    ],
)
def test_the_other_script(text: str, script: str, other: str) -> None:
    assert other_script(text) == (script, other)


@pytest.mark.parametrize("text", ["", "ETA?", "上海", "😡"])
def test_what_both_scripts_write_alike(text: str) -> None:
    assert other_script(text) is None


def parsed(name: str, *ranking: str, **more: Any) -> dict[str, Any]:
    ranked = [{"name": one, "confidence": 0.5} for one in (name, *ranking)]
    return {"intent": {"name": name, "confidence": 0.5}, "intent_ranking": ranked, "entities": [], **more}


def test_a_usual_parse_in_our_shape() -> None:
    entity = {"entity": "place", "role": "origin", "start": 0, "end": 2, "value": "上海", "confidence_entity": 0.9}
    found = shaped(parsed("ask_price", "faq", entities=[entity]), "上海到汉堡")
    assert found["intent"] == {"name": "ask_price", "confidence": 0.5}
    assert found["entities"] == [
        {"entity": "place", "role": "origin", "start": 0, "end": 2, "value": "上海", "text": "上海"}
    ]
    assert "unsure" not in found


def test_a_usual_retrieval_intent_is_named_in_full() -> None:
    chosen = {"faq": {"response": {"intent_response_key": "faq/insurance"}}}
    found = shaped(parsed("faq", response_selector=chosen), "保险")
    assert found["intent"]["name"] == found["intent_ranking"][0]["name"] == "faq/insurance"


def test_the_usual_fallback_is_a_guess_like_ours() -> None:
    found = shaped(parsed("nlu_fallback", "ask_eta", "ask_price"), "嗯")
    assert found["unsure"] is True
    assert [one["name"] for one in found["intent_ranking"]] == ["ask_eta", "ask_price"]
    assert found["intent"]["name"] == "ask_eta"


def test_every_text_is_answered_with_its_time(tiny_model: Path) -> None:
    texts = ["你好", "", "两行\n字", "\ud83d"]
    command = [sys.executable, "-m", "trainer.rasa_side.understand", "--model", str(tiny_model)]
    asked = "".join(json.dumps(text) + "\n" for text in texts).encode()
    ran = subprocess.run(command, input=asked, capture_output=True, cwd=ROOT, timeout=120, check=True)
    first, *answers = [json.loads(line) for line in ran.stdout.decode().splitlines()]
    assert first == {}
    assert [answer["parse"]["text"] for answer in answers] == texts
    assert answers[0]["parse"]["intent"]["name"] == "greet"
    assert all(answer["ms"] > 0 and answer["resident"] > 1_000_000 for answer in answers)
