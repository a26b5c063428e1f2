"""Tests that cannot run here are named at the end; in CI a missing server or browser is a failure."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from settings import ROOT

BROWSER_TEST = (
    "import pytest\n@pytest.mark.browser\ndef test_page(): raise AssertionError\ndef test_sum(): assert 1 + 1 == 2\n"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copy(ROOT / "conftest.py", tmp_path)
    (tmp_path / "test_page.py").write_text(BROWSER_TEST)
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = browser\n")
    return tmp_path


def run(folder: Path, ci: str, *arguments: str) -> tuple[int, str]:
    environment = {"PATH": os.environ["PATH"], "CI": ci, "CHROMIUM": "/nowhere/chromium"}
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


def test_elsewhere_they_are_left_out_loudly(folder: Path) -> None:
    code, output = run(folder, "")
    assert code == 0
    assert output.rstrip().splitlines()[-2:][0].startswith("LEFT OUT: 1 tests, because Chromium (/nowhere/chromium)")


def test_in_ci_nothing_may_be_missing(folder: Path) -> None:
    code, output = run(folder, "true")
    assert code == 1
    assert "CI=true, but missing: Chromium (/nowhere/chromium)" in output


def test_in_ci_what_is_not_asked_for_need_not_be_there(folder: Path) -> None:
    code, output = run(folder, "true", "-m", "not browser")
    assert code == 0
    assert "LEFT OUT" not in output
