"""`wenhuo evaluate` with the real model: figures, page and what is kept."""

import json
import os
import subprocess
import sys
from pathlib import Path

from settings import ROOT
from tests.e2e.stack import Stack

MESSAGES = """text\tintent\tmood
你好\tgreet\tcalm
查下MSKU1234565到哪了\ttrack_shipment\tcalm
<script>alert(1)</script>\tgreet\t
幫我轉人工\trequest_human\t
"""


def evaluate(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("WENHUO_")}
    return subprocess.run(
        [sys.executable, "-m", "app.cli", "evaluate", *arguments],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=environment | {"WENHUO_DATA_DIR": str(folder)},
        timeout=240,
        check=False,
    )


def test_figures_and_page_are_written(stack: Stack, tmp_path: Path) -> None:
    messages = tmp_path / "mine.tsv"
    messages.write_text(MESSAGES, encoding="utf-8")
    done = evaluate(tmp_path, str(messages))
    assert done.returncode == 0, done.stderr[-2000:]
    page = tmp_path / "evaluation.html"
    assert page.as_uri() in done.stderr
    text = page.read_text(encoding="utf-8")
    assert "mine.tsv" in text
    assert "<script>alert" not in text
    found = json.loads((tmp_path / "evaluation.json").read_text(encoding="utf-8"))
    assert found["files"]["mine.tsv"]["intents"]["in_scope"] == 4
    assert found["files"]["mine.tsv"]["moods"]["judged"] == 2
    assert found["scripts"]["hant"]["compared"] == 1
    assert found["machine"]["p95_ms"] > 0
    kept = json.loads((tmp_path / "evaluations" / found["model"].replace(".tar.gz", ".json")).read_text("utf-8"))
    assert kept["files"]["mine.tsv"]["understood"]["你好"] == "greet"


def test_a_file_that_can_not_be_read_is_told(stack: Stack, tmp_path: Path) -> None:
    messages = tmp_path / "mine.tsv"
    messages.write_text("a\tb\n1\t2\n", encoding="utf-8")
    done = evaluate(tmp_path, str(messages))
    assert done.returncode == 1
    assert "columns text and intent" in done.stderr
    assert evaluate(tmp_path, "--model", "none.tar.gz").returncode == 1
    assert not (tmp_path / "evaluation.html").exists()
