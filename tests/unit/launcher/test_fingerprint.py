"""A model fits exactly the data it was trained from."""

import os
from pathlib import Path

import pytest

from app.launcher.fingerprint import fingerprint, of_file


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name, content in {
        "bot/data/nlu/status.yml": "nlu: []",
        "bot/nlu/tokenizer.py": "A = 1",
        "freight/data/places.csv": "CNSHA,上海",
        "domain.yml": "intents: []",
        "config.yml": "pipeline: []",
        "bot/uv.lock": "version = 1",
        "README.md": "readme",
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")
    return tmp_path


@pytest.mark.parametrize(
    "name",
    [
        "bot/data/nlu/status.yml",
        "bot/nlu/tokenizer.py",
        "freight/data/places.csv",
        "domain.yml",
        "config.yml",
        "bot/uv.lock",
    ],
)
def test_every_source_of_training_counts(project: Path, name: str) -> None:
    before = fingerprint(project)
    (project / name).write_text("something else", "utf-8")
    assert fingerprint(project) != before


def test_an_added_and_a_renamed_file_count(project: Path) -> None:
    before = fingerprint(project)
    added = project / "bot/data/nlu/price.yml"
    added.write_text("nlu: []", "utf-8")
    with_added = fingerprint(project)
    added.rename(project / "bot/data/nlu/quote.yml")
    assert len({before, with_added, fingerprint(project)}) == 3


def test_text_moved_between_files_counts(project: Path) -> None:
    one, two = project / "bot/data/a.yml", project / "bot/data/b.yml"
    one.write_text("xy", "utf-8")
    two.write_text("z", "utf-8")
    before = fingerprint(project)
    one.write_text("x", "utf-8")
    two.write_text("yz", "utf-8")
    assert fingerprint(project) != before


def test_dates_caches_and_other_files_do_not_count(project: Path) -> None:
    before = fingerprint(project)
    os.utime(project / "domain.yml", (1, 1))
    cache = project / "bot/nlu/__pycache__"
    cache.mkdir()
    (cache / "tokenizer.cpython-310.pyc").write_bytes(b"compiled")
    (project / "bot/data/.status.yml.swp").write_text("half a word", "utf-8")
    (project / "README.md").write_text("changed", "utf-8")
    assert fingerprint(project) == before


def test_of_file_is_plain_sha256(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    assert of_file(tmp_path / "empty").startswith("e3b0c44298fc1c14")
