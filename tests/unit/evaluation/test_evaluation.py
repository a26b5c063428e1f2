"""Asking models and keeping what they said. Rasa's environment is a script here that answers the same to everything."""

import io
import json
import sys
from pathlib import Path

import pytest
from rich.console import Console

from app.evaluation.asking import Answer, Asking
from app.evaluation.facts import machine, quantile
from app.evaluation.rivals import Rivals, answered, keep
from app.evaluation.usual import usual_model
from app.launcher.errors import LauncherError
from app.launcher.project import Project
from app.launcher.promotion import promote
from app.launcher.screen import Screen
from app.launcher.training import ensure_model
from settings import ROOT, Settings
from trainer.kept import Kept, Machine, read, write
from trainer.messages import LabelledMessage
from trainer.report.contents import MeasuredFile

FAKE = """#!{python}
import json, pathlib, sys, tarfile
what = sys.argv[2]
with pathlib.Path(__file__).with_suffix(".runs").open("a") as runs:
    runs.write(" ".join(sys.argv[2:]) + "\\n")
if what == "rasa":
    folder = pathlib.Path(sys.argv[sys.argv.index("--out") + 1])
    print("Epochs:  40%|####      | 4/10")
    with tarfile.open(folder / "model.tar.gz", "w:gz") as archive:
        archive.add(sys.argv[sys.argv.index("--config") + 1], "config.yml")
elif what == "trainer.rasa_side.script":
    for line in sys.stdin:
        text = json.loads(line)
        print(json.dumps(["hans", text[::-1]] if text != text[::-1] else None))
else:
    print("{{}}")
    for line in sys.stdin:
        text = json.loads(line)
        if text == "die":
            sys.exit("no memory")
        label = "usual" if "--usual" in sys.argv else "track_shipment"
        parse = {{"intent": {{"name": label, "confidence": 1}}, "intent_ranking": [], "entities": []}}
        print(json.dumps({{"parse": parse | {{"text": text}}, "ms": len(text), "resident": 1000}}))
"""
FILES = [
    MeasuredFile(
        "a.yml", [LabelledMessage("到哪了", "track_shipment"), LabelledMessage("\ud83d\n写诗", "out_of_scope")], ()
    ),
    MeasuredFile("b.yml", [LabelledMessage("几号到", "ask_eta")], ()),
]
TEXTS = [message.text for file in FILES for message in file.messages]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    python = tmp_path / "bot/.venv/bin/python"
    for folder in (python.parent, tmp_path / "bot/data/nlu", tmp_path / "bot/models", tmp_path / "trainer"):
        folder.mkdir(parents=True)
    python.write_text(FAKE.format(python=sys.executable), "utf-8")
    python.chmod(0o755)
    for name in ("domain.yml", "config.yml", "bot/data/nlu/a.yml"):
        (tmp_path / name).write_text("a: []\n", "utf-8")
    (tmp_path / "trainer/usual.yml").write_bytes((ROOT / "trainer/usual.yml").read_bytes())
    return Project(tmp_path, tmp_path / "data")


@pytest.fixture
def screen() -> Screen:
    return Screen(Console(file=io.StringIO(), width=300))


@pytest.fixture
def asking(project: Project, screen: Screen) -> Asking:
    return Asking(project, Settings(_env_file=None), screen)


def runs(project: Project) -> list[str]:
    log = project.root / "bot/.venv/bin/python.runs"
    return log.read_text("utf-8").splitlines() if log.exists() else []


def test_answers_come_in_order_whatever_the_texts_hold(project: Project, asking: Asking) -> None:
    answers = asking.understand(project.root / "m.tar.gz", TEXTS)
    assert [answer.parse["text"] for answer in answers] == TEXTS
    assert answers[0] == Answer({**answers[0].parse}, 3, 1000)
    assert asking.other_script(["到哪了", "上上"]) == [("hans", "了哪到"), None]
    many = [f"第{number}句" * 500 for number in range(500)]
    assert len(asking.understand(project.root / "m.tar.gz", many)) == 500, "more than a pipe holds"


def test_nothing_to_ask_starts_nothing(project: Project, asking: Asking) -> None:
    assert asking.understand(project.root / "m.tar.gz", []) == []
    assert asking.other_script([]) == []
    assert runs(project) == []


def test_a_program_that_ends_early_is_told(project: Project, asking: Asking) -> None:
    with pytest.raises(LauncherError, match="no memory"):
        asking.understand(project.root / "m.tar.gz", ["到哪了", "die", *["x" * 10_000] * 100])


def test_what_a_model_costs(project: Project) -> None:
    archive = project.root / "bot/models/m.tar.gz"
    archive.write_bytes(b"1234")
    archive.with_name("m.json").write_text(json.dumps({"seconds": 73.0}))
    project.data.mkdir()
    (project.data / "speed.json").write_text(json.dumps({"model": "m.tar.gz", "server_bytes": 9}))
    found = machine(project, archive, [Answer({}, ms, 7) for ms in (3.0, 1.0, 2.0)])
    assert found == Machine(73.0, 4, 2.0, 3.0, 7, 9)
    (project.data / "speed.json").write_text(json.dumps({"model": "other.tar.gz", "server_bytes": 9}))
    assert machine(project, archive, [], 5.0) == Machine(5.0, 4)
    archive.with_name("m.json").write_text("broken")
    assert machine(project, archive, []) == Machine(None, 4)
    assert quantile([], 0.5) is None


def test_the_promoted_model_is_asked_once(project: Project, asking: Asking, screen: Screen) -> None:
    rivals = Rivals(project, asking, screen)
    assert rivals.promoted(FILES) is None
    archive = ensure_model(project, screen)
    promote(project)
    first = rivals.promoted(FILES)
    assert first is not None
    assert first.files["a.yml"].understood == {"到哪了": "track_shipment", "\ud83d\n写诗": "track_shipment"}
    asked = len(runs(project))
    assert rivals.promoted(FILES) == first
    assert len(runs(project)) == asked
    new = MeasuredFile("b.yml", [LabelledMessage("没听过的", "ask_eta")], ())
    again = rivals.promoted([new])
    assert again is not None
    assert set(again.files) >= {"b.yml"}
    assert len(runs(project)) == asked + 1
    archive.unlink()
    assert rivals.promoted([new]) is not None


def test_a_promoted_model_that_can_not_be_asked_stops_nothing(project: Project, asking: Asking, screen: Screen) -> None:
    ensure_model(project, screen)
    promote(project)
    assert Rivals(project, asking, screen).promoted([MeasuredFile("c", [LabelledMessage("die", "greet")], ())]) is None
    assert isinstance(screen.console.file, io.StringIO)
    assert "could not be asked" in screen.console.file.getvalue()


def test_the_usual_configuration_is_trained_once(project: Project, asking: Asking, screen: Screen) -> None:
    rivals = Rivals(project, asking, screen)
    assert rivals.usual(FILES, None) is None
    found = rivals.usual(FILES, 2)
    assert found is not None
    assert set(found.files["b.yml"].understood.values()) == {"usual"}
    assert found.machine.training_seconds is not None
    again = rivals.usual(FILES, 2)
    assert again is not None
    assert again.model == found.model
    assert sum(run.startswith("rasa train nlu") for run in runs(project)) == 1
    assert rivals.usual(FILES, None) == again, "kept for the next evaluation"
    (project.root / "bot/data/nlu/a.yml").write_text("a: [1]\n", "utf-8")
    assert usual_model(project, screen, 2).archive.name != found.model


def test_a_failed_training_of_it_leaves_nothing(project: Project, screen: Screen) -> None:
    (project.root / "bot/.venv/bin/python").write_text("#!/bin/sh\nexit 1\n")
    with pytest.raises(LauncherError, match="could not be trained"):
        usual_model(project, screen, 1)
    assert list((project.data / "usual").iterdir()) == []


def test_kept_is_what_was_asked(tmp_path: Path) -> None:
    answers = [
        Answer({"intent": {"name": m, "confidence": 1.0}, "intent_ranking": [], "entities": []}, 1, 1) for m in "xyz"
    ]
    files = answered(FILES, answers)
    assert [parse["intent"]["name"] for parse in files[0].parses] == ["x", "y"]
    kept = keep(Path("m.tar.gz"), files, Machine())
    assert isinstance(kept, Kept)
    assert kept.files["b.yml"].understood == {"几号到": "z"}
    write(tmp_path / "m.json", kept)
    assert read(tmp_path / "m.json") == kept, "half characters too"
