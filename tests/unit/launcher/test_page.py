"""The web page is built when it is missing or stale, with what its lock file says. npm is a script here."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from app.launcher.errors import LauncherError
from app.launcher.page import check_pages, ensure_pages, is_built
from app.launcher.project import Project
from app.launcher.screen import Screen

FAKE_NPM = (
    '#!/bin/sh\necho "$*" >> "$(dirname "$0")/called"\n[ "$1" = ci ] && mkdir -p node_modules\nmkdir -p dist\nexit 0\n'
)
FAILING_NPM = '#!/bin/sh\necho "src/main.ts(3,1): error TS2304: Cannot find name"\necho done\nexit 2\n'


class Here(Project):
    """A project whose desk environment is a folder of the test."""

    @property
    def desk_python(self) -> str:
        return str(self.root / "tools" / "python")


@pytest.fixture
def project(tmp_path: Path) -> Here:
    page = tmp_path / "web" / "widget"
    (page / "src").mkdir(parents=True)
    (page / "src" / "main.ts").write_text("1")
    (page / "package.json").write_text("{}")
    (page / "package-lock.json").write_text("{}")
    (tmp_path / "tools").mkdir()
    npm(tmp_path, FAKE_NPM)
    return Here(tmp_path, tmp_path / "data")


def npm(root: Path, script: str) -> None:
    (root / "tools" / "npm").write_text(script)
    (root / "tools" / "npm").chmod(0o755)


def called(project: Here) -> list[str]:
    """The npm calls since the last look."""
    log = project.root / "tools" / "called"
    lines = log.read_text().splitlines() if log.exists() else []
    log.unlink(missing_ok=True)
    return lines


@pytest.fixture
def screen() -> Screen:
    return Screen(Console(file=io.StringIO()))


def test_builds_once_and_again_when_a_source_changes(project: Here, screen: Screen) -> None:
    widget = project.root / "web" / "widget"
    ensure_pages(project, screen)
    assert called(project) == ["ci --no-audit --no-fund", "run build"]
    assert is_built(widget)
    ensure_pages(project, screen)
    assert called(project) == []
    (widget / "src" / "main.ts").write_text("2")
    assert not is_built(widget)
    ensure_pages(project, screen)
    assert called(project) == ["run build"]


def test_a_changed_lock_fetches_again(project: Here, screen: Screen) -> None:
    ensure_pages(project, screen)
    called(project)
    (project.root / "web/widget/package-lock.json").write_text('{"a": 1}')
    ensure_pages(project, screen)
    assert called(project) == ["ci --no-audit --no-fund", "run build"]


def test_checking_builds_nothing(project: Here, screen: Screen) -> None:
    check_pages(project, screen)
    assert called(project) == ["ci --no-audit --no-fund", "run check", "run test --if-present"]


def test_a_failed_build_names_the_error_and_counts_as_not_built(project: Here, screen: Screen) -> None:
    ensure_pages(project, screen)
    (project.root / "web/widget/src/main.ts").write_text("wrong")
    npm(project.root, FAILING_NPM)
    with pytest.raises(LauncherError, match=r"error TS2304.*web-widget-build\.log"):
        ensure_pages(project, screen)
    assert not is_built(project.root / "web/widget")


def test_without_a_front_end_there_is_nothing_to_do(tmp_path: Path, screen: Screen) -> None:
    ensure_pages(Here(tmp_path, tmp_path / "data"), screen)
