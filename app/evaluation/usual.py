"""Rasa's usual configuration, trained on the same sentences as ours: once for each state of the sentences."""

import json
import os
import re
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from app.launcher.environment import rasa_environment
from app.launcher.errors import LauncherError
from app.launcher.fingerprint import SHORT, fingerprint
from app.launcher.processes import run_step, tail
from app.launcher.project import Project
from app.launcher.screen import Screen

CONFIG = "trainer/usual.yml"
SENTENCES = "bot/data/nlu"
SOURCES = (SENTENCES, "domain.yml", CONFIG, "bot/uv.lock")
EPOCHS = 100
"""As often as Rasa's guide goes through the sentences."""
_EPOCHS = re.compile(r"(?<=epochs: )\d+")
_PROGRESS = re.compile(r"Epochs:\s+(\d+)%")


@dataclass(frozen=True)
class UsualModel:
    """A trained archive; its training took so many seconds."""

    archive: Path
    seconds: float


def usual_model(project: Project, screen: Screen, epochs: int = EPOCHS) -> UsualModel:
    """The archive for today's sentences, trained if there is none. Takes hours on a small machine.

    Raises LauncherError when training fails.
    """
    name = f"usual-{fingerprint(project.root, SOURCES)[:SHORT]}-{epochs}"
    folder = project.data / "usual"
    archive, record = folder / f"{name}.tar.gz", folder / f"{name}.json"
    if not (archive.exists() and record.exists()):
        folder.mkdir(parents=True, exist_ok=True)
        _train(project, screen, epochs, archive, record)
    return UsualModel(archive, float(json.loads(record.read_text("utf-8"))["seconds"]))


def _train(project: Project, screen: Screen, epochs: int, archive: Path, record: Path) -> None:
    started, log = time.monotonic(), project.log("usual")
    with tempfile.TemporaryDirectory(dir=archive.parent, prefix=".training-") as folder:
        config = Path(folder) / "config.yml"
        config.write_text(_EPOCHS.sub(str(epochs), (project.root / CONFIG).read_text("utf-8")), "utf-8")
        command = [project.bot_python, "-m", "rasa", "train", "nlu", "--config", str(config), "--domain", "domain.yml"]
        command += ["--nlu", SENTENCES, "--out", folder, "--fixed-model-name", "model"]
        environment = rasa_environment(os.environ) | {"RASA_CACHE_DIRECTORY": str(Path(folder) / "cache")}
        with screen.waiting(
            "Training Rasa's usual configuration (hours on a small machine; kept for next time)"
        ) as waiting:
            code = run_step(
                command, project.root, environment, log, lambda _seconds: waiting.tick(detail=_progress(log))
            )
        trained = Path(folder) / "model.tar.gz"
        if code or not trained.exists():
            raise LauncherError(f"Rasa's usual configuration could not be trained; see {project.shown(log)}.")
        trained.replace(archive)
    record.write_text(json.dumps({"seconds": round(time.monotonic() - started, 1), "epochs": epochs}) + "\n", "utf-8")


def _progress(log: Path) -> str:
    found = _PROGRESS.findall(tail(log, lines=3))
    return f"{found[-1]} %" if found else ""
