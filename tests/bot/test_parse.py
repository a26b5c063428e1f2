"""`python -m bot.nlu.parse`: lines in, JSON objects out, nothing else on standard output."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from bot.nlu.understanding import LONGEST_TEXT, present, spoken, understand

ROOT = Path(__file__).parent.parent.parent
LINES = ["你好", "", "  /greet", "保险怎么买\u2028呀"]
HOSTILE = {
    "5000 characters": "我的货到底什么时候能到啊，" * 385,
    "one character 5000 times": "货" * 5_000,
    "only emoji": "😡🔥🚢👍🏻👨\u200d👩\u200d👧",
    "control characters": "\x01\x02\x1b[31m\x7f\u200b\u202e",
    "half a pair": "我的货\ud83d到哪了",
    "places": "上海到汉堡" * 1_000,
    "places in Latin letters": "SHA-LAX HKG>NYC " * 312,
    "numbers": "3个高柜 500公斤 12方 " * 312,
    "references": "MSKU1234565 CP20261121001 " * 192,
    "dates": "下周三 8月6号 11/25 25号 " * 250,
    "words of another length": "點解a隨身碟 行動電話 計程車 " * 294,
    "signs that stand for phrases": "ﷺ㌖" * 2_500,
    "turns": "另外多少钱还有到哪了" * 500,
    "only commas": "，" * 5_000,
    "something of all": "报下上海到汉堡3个高柜,家具,下周三出,12吨,MSKU1234565,赔3000块,13800138000。另外到哪了😡" * 80,
    "a megabyte of Latin": "x" * 1_000_000,
    "a megabyte of digits": "1" * 1_000_000,
    "a megabyte of Chinese": "上海到汉堡" * 70_000,
}
#: Seconds of one core, whatever else the machine does. A turn may take 3 s (credentials.yml).
IN_TIME_S = 3.0


def test_every_line_is_answered_by_one_object_and_nothing_else(tiny_model: Path) -> None:
    asked = "\n".join(LINES).encode() + b"\n\xff\r\n"
    command = [sys.executable, "-m", "bot.nlu.parse", "--model", str(tiny_model)]
    ran = subprocess.run(command, input=asked, capture_output=True, cwd=ROOT, timeout=120, check=True)
    answers = [json.loads(line) for line in ran.stdout.decode().split("\n")[:-1]]
    assert [answer["text"] for answer in answers] == [*LINES, "\ufffd"]
    assert [answers[at]["intent"]["name"] for at in (0, 1, 3)] == ["greet", "out_of_scope", "faq/insurance"]
    assert answers[1]["intent"]["confidence"] == 0
    assert "保险怎么买".encode() not in ran.stderr, "what customers wrote is not logged"


def test_a_missing_model_is_told(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "bot.nlu.parse", "--model", str(tmp_path / "none.tar.gz")]
    ran = subprocess.run(command, input=b"", capture_output=True, cwd=ROOT, timeout=120, check=False)
    assert ran.returncode != 0
    assert b"no model at" in ran.stderr
    assert ran.stdout == b""


@pytest.mark.parametrize(
    "text", ["查下MSKU1234565到哪了", "   查下MSKU1234565到哪了", "／查下MSKU1234565", " /查下 MSKU1234565"]
)
async def test_entities_are_where_the_customer_wrote_them(agent: Any, text: str) -> None:
    shown = present(await understand(agent.processor, text), text)
    (entity,) = [entity for entity in shown["entities"] if entity["entity"] == "shipment_no"]
    assert text[entity["start"] : entity["end"]] == entity["text"] == "MSKU1234565"


@pytest.mark.parametrize(
    ("text", "heard"),
    [("/restart", "／restart"), ("  /a", "  ／a"), ("a/b", "a/b"), ("//", "／/"), ("坏\ud83d", "坏\ufffd"), ("", "")],
)
def test_a_command_becomes_text_of_the_same_length(text: str, heard: str) -> None:
    assert spoken(text) == heard
    assert len(heard) == len(text)


def test_a_long_text_is_cut() -> None:
    assert len(spoken("长" * 100_000)) == LONGEST_TEXT


@pytest.mark.parametrize("text", HOSTILE.values(), ids=list(HOSTILE))
async def test_hostile_messages_are_understood_or_refused_in_time(agent: Any, text: str) -> None:
    await understand(agent.processor, "你好")  # Dictionaries are read once.
    started = time.process_time()
    shown = present(await understand(agent.processor, text), text)
    assert time.process_time() - started < IN_TIME_S
    assert shown["intent"]["name"]
    assert 0 <= shown["intent"]["confidence"] <= 1
    assert all(text[one["start"] : one["end"]] == one["text"] for one in shown["entities"])


def test_hostile_lines_do_not_stop_what_follows(tiny_model: Path) -> None:
    lines = [text.replace("\ud83d", "") for text in HOSTILE.values()]
    command = [sys.executable, "-m", "bot.nlu.parse", "--model", str(tiny_model)]
    asked = "".join(f"{text}\n" for text in [*lines, "你好"]).encode()
    ran = subprocess.run(command, input=asked, capture_output=True, cwd=ROOT, timeout=120, check=True)
    answers = [json.loads(line) for line in ran.stdout.decode().split("\n")[:-1]]
    assert [answer["text"] for answer in answers] == [*lines, "你好"]
    assert answers[-1]["intent"]["name"] == "greet"
