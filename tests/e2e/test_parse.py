"""`wenhuo parse`: a thousand lines in, a thousand JSON lines out, in one start of the program."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from settings import ROOT
from tests.e2e.stack import Stack

TEMPLATES = (
    "MSKU{0:06d}到哪了，急",
    "  帮我查下运单WB26110{0:04d}5 ",
    "上海到汉堡，{0}个40HQ，普货多少钱",
    "从深圳飞法兰克福，{0}公斤，{0}.5方",
    "我要投诉！第{0}次了😡货还没到",
    "你们几点上班",
    "手機尾號{0:04d}，幫我查貨",
    "/restart {0}",
    "明天（{0}号）下午三点前要送到，目標價USD {0}",
    "",
)
HOSTILE = ("😡🔥🚢", "货" * 5_000, "\x01\x1b[31m\u202e", "x" * 1_000_000)
LINES = [template.format(number) for number in range(100) for template in TEMPLATES] + list(HOSTILE)


@pytest.fixture(scope="module")
def parsed(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, object]]:
    """What the program wrote. The stack is asked for so that a model is there."""
    folder = tmp_path_factory.mktemp("parse")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("WENHUO_")}
    done = subprocess.run(
        [sys.executable, "-m", "app.cli", "parse"],
        input="\n".join(LINES).encode() + b"\n",
        capture_output=True,
        cwd=ROOT,
        env=environment | {"WENHUO_DATA_DIR": str(folder), "WENHUO_NOW": "2026-11-23T10:00:00+08:00"},
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    Path(folder / "out.jsonl").write_bytes(done.stdout)
    return [json.loads(line) for line in done.stdout.decode().splitlines()]


def test_every_line_is_answered_in_order(parsed: list[dict[str, object]]) -> None:
    assert [answer["text"] for answer in parsed] == LINES


def test_hostile_lines_are_answered_like_others(parsed: list[dict[str, object]]) -> None:
    for text, answer in zip(HOSTILE, parsed[-len(HOSTILE) :], strict=True):
        assert answer["text"] == text
        assert_scored(answer["intent"])


def test_every_answer_has_the_promised_shape(parsed: list[dict[str, object]]) -> None:
    for answer in parsed:
        assert answer.keys() - {"unsure", "mood"} == {"text", "intent", "intent_ranking", "entities"}
        assert answer.get("unsure", True) is True
        assert_scored(answer["intent"])
        assert isinstance(answer["intent_ranking"], list)
        for ranked in answer["intent_ranking"]:
            assert_scored(ranked)


def assert_scored(named: object) -> None:
    """{name, confidence}, the confidence between 0 and 1."""
    assert isinstance(named, dict)
    assert named.keys() == {"name", "confidence"}
    assert isinstance(named["name"], str)
    assert 0 <= named["confidence"] <= 1


def test_offsets_point_into_the_original_text(parsed: list[dict[str, object]]) -> None:
    found = 0
    for answer in parsed:
        text, entities = answer["text"], answer["entities"]
        assert isinstance(text, str)
        assert isinstance(entities, list)
        for entity in entities:
            assert entity.keys() - {"role", "extractor", "dangerous"} == {"entity", "start", "end", "text", "value"}
            assert text[entity["start"] : entity["end"]] == entity["text"]
            found += 1
    assert found > 400


def test_places_have_roles_and_values(parsed: list[dict[str, object]]) -> None:
    answer = next(one for one in parsed if one["text"] == "上海到汉堡，2个40HQ，普货多少钱")
    entities = answer["entities"]
    assert isinstance(entities, list)
    places = {one["role"]: one["value"] for one in entities if one["entity"] == "place"}
    assert places == {"origin": "CNSHA", "destination": "DEHAM"}
    assert {"type": "40HQ", "count": 2} in [one["value"] for one in entities if one["entity"] == "container"]


def test_a_slash_is_no_command(parsed: list[dict[str, object]]) -> None:
    answer = next(one for one in parsed if one["text"] == "/restart 1")
    assert isinstance(answer["intent"], dict)
    assert answer["intent"]["name"] != "restart"
