"""What is promoted is served while only sentences change, and nothing else is ever served by mistake. Rasa is a script here."""

import io
import json
from pathlib import Path

import pytest
from rich.console import Console

from app.launcher.errors import LauncherError
from app.launcher.project import Project
from app.launcher.promotion import history, promote, promoted, roll_back, serving_model
from app.launcher.screen import Screen
from app.launcher.training import ensure_model

FAKE_RASA = """#!/bin/sh
while [ "$1" != --out ]; do shift; done
tar -czf "$2/model.tar.gz" "$0" bot/data
"""
SENTENCES, RULES = "bot/data/nlu/a.yml", "bot/data/rules/a.yml"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    for name in (SENTENCES, RULES, "domain.yml", "config.yml"):
        write(tmp_path, name, "a: []\n")
    write(tmp_path, "bot/.venv/bin/python", FAKE_RASA).chmod(0o755)
    (tmp_path / "bot/models").mkdir()
    return Project(tmp_path, tmp_path / "data")


@pytest.fixture
def screen() -> Screen:
    return Screen(Console(file=io.StringIO(), width=300))


def write(root: Path, name: str, text: str) -> Path:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def shown(screen: Screen) -> str:
    assert isinstance(screen.console.file, io.StringIO)
    return screen.console.file.getvalue()


def test_without_a_promotion_what_fits_is_served(project: Project, screen: Screen) -> None:
    assert promoted(project) is None
    first = serving_model(project, screen)
    write(project.root, SENTENCES, "a: [1]\n")
    assert serving_model(project, screen) != first


def test_a_promoted_model_is_served_while_only_sentences_change(project: Project, screen: Screen) -> None:
    first = ensure_model(project, screen)
    assert promote(project).model == first.name
    assert serving_model(project, screen) == first
    write(project.root, SENTENCES, "a: [1]\n")
    assert serving_model(project, screen) == first
    assert "wenhuo up --train" in shown(screen)
    assert serving_model(project, screen, train=True) != first
    assert serving_model(project, screen) == first, "training another one promotes nothing"


@pytest.mark.parametrize("name", [RULES, "domain.yml", "config.yml"])
def test_after_a_change_of_the_program_it_is_not_served(project: Project, screen: Screen, name: str) -> None:
    first = ensure_model(project, screen)
    promote(project)
    write(project.root, name, "a: [1]\n")
    assert serving_model(project, screen) != first
    assert "another version of the program" in shown(screen)


@pytest.mark.parametrize("damage", ["changed", "gone"])
def test_an_archive_that_is_not_the_promoted_one_is_not_served(project: Project, screen: Screen, damage: str) -> None:
    first = ensure_model(project, screen)
    promote(project)
    write(project.root, SENTENCES, "a: [1]\n")
    if damage == "changed":
        first.write_bytes(first.read_bytes() + b"x")
    else:
        first.unlink()
    assert serving_model(project, screen) != first
    assert "gone or was changed" in shown(screen)


def test_the_promotion_before_comes_back(project: Project, screen: Screen) -> None:
    first = ensure_model(project, screen)
    promote(project)
    promote(project)
    assert len(history(project)) == 1, "the same model twice is one promotion"
    write(project.root, SENTENCES, "a: [1]\n")
    second = ensure_model(project, screen)
    promote(project)
    assert serving_model(project, screen) == second
    before = roll_back(project)
    assert before is not None
    assert before.model == first.name
    assert before.figures == f"evaluations/{first.name.removesuffix('.tar.gz')}.json"
    write(project.root, SENTENCES, "a: [2]\n")
    assert serving_model(project, screen) == first
    assert roll_back(project) is None
    assert promoted(project) is None
    with pytest.raises(LauncherError, match="No model is promoted"):
        roll_back(project)


def test_nothing_is_taken_back_to_a_model_that_is_gone(project: Project, screen: Screen) -> None:
    first = ensure_model(project, screen)
    promote(project)
    write(project.root, SENTENCES, "a: [1]\n")
    ensure_model(project, screen)
    now = promote(project)
    first.unlink()
    with pytest.raises(LauncherError, match="nothing is taken back"):
        roll_back(project)
    assert promoted(project) == now


def test_an_older_model_can_be_named(project: Project, screen: Screen) -> None:
    first = ensure_model(project, screen)
    write(project.root, SENTENCES, "a: [1]\n")
    ensure_model(project, screen)
    assert promote(project, first).model == first.name
    assert serving_model(project, screen) == first


def test_what_can_not_be_served_is_refused(project: Project, screen: Screen, tmp_path: Path) -> None:
    with pytest.raises(LauncherError, match="No model fits"):
        promote(project)
    first = ensure_model(project, screen)
    with pytest.raises(LauncherError, match="is no model in"):
        promote(project, write(tmp_path, "elsewhere.tar.gz", "x"))
    with pytest.raises(LauncherError, match="is no model in"):
        promote(project, project.models / "none.tar.gz")
    write(project.root, SENTENCES, "a: [1]\n")
    record = first.with_name(first.name.replace(".tar.gz", ".json"))
    facts = json.loads(record.read_text())
    record.write_text(json.dumps({**facts, "archive_sha256": "0"}))
    with pytest.raises(LauncherError, match="not what training wrote"):
        promote(project, first)
    record.write_text(json.dumps({"archive_sha256": facts["archive_sha256"]}))
    with pytest.raises(LauncherError, match="not known which version"):
        promote(project, first)
    assert history(project) == []


def test_a_damaged_record_is_told(project: Project) -> None:
    write(project.root, "bot/models/promoted.json", "[]")
    with pytest.raises(LauncherError, match="delete it"):
        promoted(project)
