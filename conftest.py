"""Tests that need a server or a browser say loudly when they are left out; with CI=true nothing may be missing."""

import os
import shutil
import socket
from collections.abc import Iterable
from pathlib import Path

import pytest

IN_CI = os.environ.get("CI", "").lower() in {"true", "1"}
POSTGRESQL, REDIS = ("127.0.0.1", 5432), ("127.0.0.1", 6379)
LEFT_OUT = pytest.StashKey[dict[str, int]]()


def missing_for(marker: str) -> str:
    """What a test with this marker needs and this machine does not offer; empty when it can run."""
    if marker == "services":
        absent = [name for name, address in (("PostgreSQL", POSTGRESQL), ("Redis", REDIS)) if not answers(address)]
        return " and ".join(absent)
    if marker == "browser":
        chromium = os.environ.get("CHROMIUM", "/usr/bin/chromium")
        return "" if Path(chromium).exists() or shutil.which(chromium) else f"Chromium ({chromium})"
    return ""


def answers(address: tuple[str, int]) -> bool:
    """Whether a server listens there."""
    with socket.socket() as trial:
        trial.settimeout(2)
        return trial.connect_ex(address) == 0


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: Iterable[pytest.Item]) -> None:
    """Marks what cannot run here, after the choice by -m and -k: what is not asked for need not be there."""
    left_out = config.stash.setdefault(LEFT_OUT, {})
    found: dict[str, str] = {}
    for item in items:
        for marker in ("services", "browser"):
            if item.get_closest_marker(marker) is None:
                continue
            if marker not in found:
                found[marker] = missing_for(marker)
            if found[marker] and not IN_CI:
                left_out[found[marker]] = left_out.get(found[marker], 0) + 1
                item.add_marker(pytest.mark.skip(reason=f"no {found[marker]} here"))
    if IN_CI and any(found.values()):
        pytest.exit("CI=true, but missing: " + ", ".join(filter(None, found.values())), returncode=1)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """The last thing one reads."""
    for what, number in config.stash.get(LEFT_OUT, {}).items():
        terminalreporter.write_line(f"LEFT OUT: {number} tests, because {what} is not here.", red=True, bold=True)
