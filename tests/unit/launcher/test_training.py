"""Training happens when no model fits, once, and leaves nothing half done. Rasa is a script here."""

import io
import json
from pathlib import Path

import pytest
from rich.console import Console

from app.launcher.errors import LauncherError
from app.launcher.project import Project
from app.launcher.screen import Screen
from app.launcher.training import ensure_model, fitting_model

FAKE_RASA = """#!/bin/sh
echo run >> "$0.runs"
while [ "$1" != --out ]; do shift; done
tar -czf "$2/model.tar.gz" "$0"
"""
FAILING_RASA = "#!/bin/sh\necho \"rasa.shared.core.domain.InvalidDomain: Duplicate action 'a'\"\nexit 1\n"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / "bot/data").mkdir(parents=True)
    (tmp_path / "bot/data/nlu.yml").write_text("nlu: []\n", "utf-8")
    (tmp_path / "domain.yml").write_text("intents: []\n", "utf-8")
    (tmp_path / "config.yml").write_text("pipeline: []\n", "utf-8")
    (tmp_path / "bot/models").mkdir()
    install(tmp_path, FAKE_RASA)
    return Project(tmp_path, tmp_path / "data")


def install(root: Path, script: str) -> None:
    python = root / "bot/.venv/bin/python"
    python.parent.mkdir(parents=True, exist_ok=True)
    python.write_text(script, "utf-8")
    python.chmod(0o755)


def runs(project: Project) -> int:
    log = project.root / "bot/.venv/bin/python.runs"
    return len(log.read_text().splitlines()) if log.exists() else 0


@pytest.fixture
def screen() -> Screen:
    return Screen(Console(file=io.StringIO()))


def test_trains_once_and_again_when_the_data_changes(project: Project, screen: Screen) -> None:
    first = ensure_model(project, screen)
    assert ensure_model(project, screen) == first
    assert runs(project) == 1
    (project.root / "bot/data/nlu.yml").write_text("nlu: [1]\n", "utf-8")
    assert fitting_model(project) is None
    assert ensure_model(project, screen) != first
    assert runs(project) == 2
    assert first.exists()


def test_force_trains_though_a_model_fits(project: Project, screen: Screen) -> None:
    ensure_model(project, screen)
    ensure_model(project, screen, force=True)
    assert runs(project) == 2


@pytest.mark.parametrize("damage", ["changed archive", "no record", "broken record"])
def test_an_archive_training_did_not_write_does_not_fit(project: Project, screen: Screen, damage: str) -> None:
    archive = ensure_model(project, screen)
    record = archive.with_name(archive.name.replace(".tar.gz", ".json"))
    assert json.loads(record.read_text())["fingerprint"].startswith(record.stem)
    if damage == "changed archive":
        archive.write_bytes(archive.read_bytes() + b"x")
    elif damage == "no record":
        record.unlink()
    else:
        record.write_text("[]")
    assert fitting_model(project) is None


def test_failed_training_says_why_and_leaves_no_model(project: Project, screen: Screen) -> None:
    install(project.root, FAILING_RASA)
    with pytest.raises(LauncherError, match="Duplicate action 'a'"):
        ensure_model(project, screen)
    assert [path.name for path in project.models.iterdir()] == [".lock"]


def test_a_broken_file_is_named_before_anything_long_starts(project: Project, screen: Screen) -> None:
    (project.root / "bot/data/nlu.yml").write_text("nlu:\n  - [\n", "utf-8")
    with pytest.raises(LauncherError, match=r"bot/data/nlu\.yml:3: "):
        ensure_model(project, screen)
    assert runs(project) == 0


def test_a_missing_bot_environment_is_said(project: Project, screen: Screen) -> None:
    (project.root / "bot/.venv/bin/python").unlink()
    with pytest.raises(LauncherError, match="make setup"):
        ensure_model(project, screen)


def test_a_missing_domain_is_said(project: Project, screen: Screen) -> None:
    (project.root / "domain.yml").unlink()
    with pytest.raises(LauncherError, match=r"domain\.yml is missing"):
        ensure_model(project, screen)
