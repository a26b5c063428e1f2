"""The page's own unit tests (`npm test`), so that one command runs everything; and how much a phone has to load."""

import gzip
import subprocess
import sys
from pathlib import Path

import pytest

from settings import ROOT

pytestmark = pytest.mark.browser

MOST_BYTES = 60_000
"""Scripts and styles, compressed: about a second on a slow mobile network."""


def test_the_pages_own_tests_pass(built_page: None) -> None:
    npm = Path(sys.executable).parent / "npm"
    run = subprocess.run(
        [str(npm), "test"],
        cwd=ROOT / "web" / "widget",
        env={"PATH": f"{npm.parent}:/usr/bin:/bin", "CI": "true", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr


def test_the_page_stays_small(built_page: None) -> None:
    assets = (ROOT / "web" / "widget" / "dist" / "assets").iterdir()
    loaded = [asset for asset in assets if asset.suffix in {".js", ".css"}]
    assert {asset.suffix for asset in loaded} == {".js", ".css"}
    assert sum(len(gzip.compress(asset.read_bytes())) for asset in loaded) <= MOST_BYTES


def test_the_lock_names_no_registry() -> None:
    lock = (ROOT / "web" / "widget" / "package-lock.json").read_text("utf-8")
    assert '"resolved"' not in lock
    assert lock.count('"integrity"') > 10
