"""Builds the web front ends (`web/*` with a package.json) into their `dist` when they are missing or stale."""

import os
import re
from pathlib import Path

from app.launcher.errors import LauncherError
from app.launcher.fingerprint import fingerprint
from app.launcher.processes import run_step, tail
from app.launcher.project import Project
from app.launcher.screen import Screen

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_ERROR = re.compile(r"^\s*(\[?\w+\]? )?error\b|error TS\d+|^\s*FAIL |AssertionError", re.IGNORECASE)
GENERATED = {"dist", "node_modules", "coverage", "test-results"}
STAMP = ".built-from"
"""In `dist`: the fingerprint of the sources it was built from. In `node_modules`: that of the package lock."""


def ensure_pages(project: Project, screen: Screen) -> None:
    """Builds what is missing or stale; raises LauncherError when npm fails."""
    for manifest in sorted((project.root / "web").glob("*/package.json")):
        _ensure(manifest.parent, project, screen)


def is_built(folder: Path) -> bool:
    """Whether `dist` was built from exactly these sources."""
    return _stamp(folder / "dist") == source_fingerprint(folder)


def source_fingerprint(folder: Path) -> str:
    """Changes with every file a build reads."""
    return fingerprint(folder, sorted(entry.name for entry in folder.iterdir() if entry.name not in GENERATED))


def check_pages(project: Project, screen: Screen) -> None:
    """Runs `npm run check` (types) and `npm run test` in each front end; raises LauncherError when one fails."""
    for manifest in sorted((project.root / "web").glob("*/package.json")):
        _fetch_modules(manifest.parent, project, screen)
        _npm(manifest.parent, ["run", "check"], f"Checking the web page {manifest.parent.name}", project, screen)
        _npm(manifest.parent, ["run", "test", "--if-present"], f"Testing {manifest.parent.name}", project, screen)
        screen.done(f"Checked {project.shown(manifest.parent)}.")


def _ensure(folder: Path, project: Project, screen: Screen) -> None:
    if is_built(folder):
        return
    sources = source_fingerprint(folder)
    _fetch_modules(folder, project, screen)
    _npm(folder, ["run", "build"], f"Building the web page {folder.name}", project, screen)
    if not (folder / "dist").is_dir():
        raise LauncherError(f"`npm run build` in {project.shown(folder)} left no dist folder.")
    (folder / "dist" / STAMP).write_text(sources, "ascii")
    screen.done(f"Built {project.shown(folder / 'dist')}.")


def _fetch_modules(folder: Path, project: Project, screen: Screen) -> None:
    lock = fingerprint(folder, ["package-lock.json"])
    if _stamp(folder / "node_modules") != lock:
        _npm(folder, ["ci", "--no-audit", "--no-fund"], f"Fetching what {folder.name} is built with", project, screen)
        (folder / "node_modules").mkdir(exist_ok=True)
        (folder / "node_modules" / STAMP).write_text(lock, "ascii")


def _npm(folder: Path, arguments: list[str], text: str, project: Project, screen: Screen) -> None:
    tools = Path(project.desk_python).parent
    log = project.log(f"web-{folder.name}-{arguments[1] if arguments[0] == 'run' else arguments[0]}")
    environment = dict(os.environ) | {"PATH": f"{tools}{os.pathsep}{os.environ.get('PATH', '')}", "CI": "true"}
    with screen.waiting(text) as waiting:
        code = run_step([str(tools / "npm"), *arguments], folder, environment, log, waiting.tick)
    if code:
        hint = "is the npm registry reachable?" if arguments[0] == "ci" else _first_error(log)
        raise LauncherError(
            f"npm {' '.join(arguments[:2])} failed in {project.shown(folder)}: {hint} (see {project.shown(log)})"
        )


def _first_error(log: Path) -> str:
    """The first line that reports an error, as compilers, Vite and Vitest write it; the last line when none does."""
    lines = _COLOUR.sub("", tail(log, 200)).splitlines()
    return next((line.strip() for line in lines if _ERROR.search(line)), lines[-1] if lines else "no output")


def _stamp(folder: Path) -> str:
    """Empty when there is none."""
    path = folder / STAMP
    return path.read_text("ascii") if path.exists() else ""
