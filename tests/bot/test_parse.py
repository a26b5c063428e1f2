"""`python -m bot.nlu.parse`: lines in, JSON objects out, nothing else on standard output."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.nlu.understanding import LONGEST_TEXT, present, spoken, understand

ROOT = Path(__file__).parent.parent.parent
LINES = ["你好", "", "  /greet", "保险怎么买\u2028呀"]


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
