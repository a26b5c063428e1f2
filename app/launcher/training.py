"""Finds the model that fits the data, or trains it."""

import json
import os
import shutil
import tarfile
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from app.launcher import data_errors
from app.launcher.environment import rasa_environment
from app.launcher.errors import LauncherError
from app.launcher.fingerprint import PROGRAM, SHORT, files, fingerprint, of_file
from app.launcher.lock import locked
from app.launcher.processes import run_step
from app.launcher.project import Project
from app.launcher.screen import Screen


def fitting_model(project: Project) -> Path | None:
    """The archive trained from exactly today's data; None if there is none or it is not what training wrote."""
    archive, record = _paths(project, fingerprint(project.root))
    if not (archive.exists() and record.exists()):
        return None
    try:
        expected = json.loads(record.read_text("utf-8"))["archive_sha256"]
    except (ValueError, KeyError, TypeError):
        return None
    return archive if expected == of_file(archive) else None


def ensure_model(project: Project, screen: Screen, *, force: bool = False) -> Path:
    """The fitting archive; trains when there is none, or when forced. Raises LauncherError when the data is broken.

    Two of these at once train once: the second waits and then finds the model.
    """
    model = None if force else fitting_model(project)
    if model:
        return model
    for name in ("domain.yml", "config.yml", "bot/data"):
        if not (project.root / name).exists():
            raise LauncherError(f"{name} is missing; nothing was trained.")
    broken = data_errors.first_broken(files(project.root), project.root)
    if broken:
        raise LauncherError(f"{broken} (broken data file; nothing was trained)")
    with locked(project.models / ".lock", str(os.getpid()), wait=True):
        return (None if force else fitting_model(project)) or _train(project, screen)


def _train(project: Project, screen: Screen) -> Path:
    """Trains into a folder of its own and moves the archive when it is whole: a killed training leaves no model behind."""
    digest = fingerprint(project.root)
    archive, record = _paths(project, digest)
    started = time.monotonic()
    with tempfile.TemporaryDirectory(dir=project.models, prefix=".training-") as folder:
        trained = train_into(project, screen, Path(folder))
        facts = {
            "fingerprint": digest,
            "program": fingerprint(project.root, PROGRAM),
            "archive_sha256": of_file(trained),
            "trained_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "seconds": round(time.monotonic() - started, 1),
        }
        note = Path(folder) / "model.json"
        note.write_text(json.dumps(facts, indent=2) + "\n", "utf-8")
        trained.replace(archive)
        note.replace(record)
    screen.done(f"Trained {project.shown(archive)} ({facts['seconds']} s).")
    return archive


def train_into(project: Project, screen: Screen, folder: Path) -> Path:
    """Trains today's data into a folder and returns the archive; no record is written. Raises LauncherError."""
    command = [project.bot_python, "-m", "rasa", "train", "--force", "--domain", "domain.yml", "--config", "config.yml"]
    command += ["--data", "bot/data", "--out", str(folder), "--fixed-model-name", "model"]
    # Rasa's cache does not notice changes in our own modules, so nothing of it may outlive one training.
    environment = rasa_environment(os.environ) | {"RASA_CACHE_DIRECTORY": str(folder / "cache")}
    log = project.log("train")
    with screen.waiting("Training the bot") as waiting:
        code = run_step(command, project.root, environment, log, waiting.tick)
    shutil.rmtree(folder / "cache", ignore_errors=True)
    if code:
        problem = data_errors.explain(log.read_text("utf-8", errors="replace"), project.root)
        raise LauncherError(f"Training failed: {problem} (all of it: {project.shown(log)})")
    trained = folder / "model.tar.gz"
    if not trained.exists() or not tarfile.is_tarfile(trained):
        raise LauncherError(f"Training ended without a model; see {project.shown(log)}.")
    return trained


def _paths(project: Project, digest: str) -> tuple[Path, Path]:
    return project.models / f"{digest[:SHORT]}.tar.gz", project.models / f"{digest[:SHORT]}.json"
