"""The model that somebody has found good enough to serve (decision 0014): bot/models/promoted.json."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from app.launcher.errors import LauncherError
from app.launcher.fingerprint import PROGRAM, fingerprint, of_file
from app.launcher.project import Project
from app.launcher.screen import Screen
from app.launcher.training import ensure_model, fitting_model


@dataclass(frozen=True)
class Promoted:
    """A model that was promoted. `model` is the name of its archive in bot/models, `promoted_at` an ISO instant (UTC).

    `program` is the fingerprint of everything but the sentences, `figures` where its evaluation is kept, below the data folder.
    """

    model: str
    archive_sha256: str
    program: str
    promoted_at: str
    figures: str


def history(project: Project) -> list[Promoted]:
    """All promotions that hold or held, the present one last; empty where nothing is promoted. Raises LauncherError."""
    path = _path(project)
    if not path.exists():
        return []
    try:
        return [Promoted(**row) for row in json.loads(path.read_text("utf-8"))["promotions"]]
    except (ValueError, KeyError, TypeError) as error:
        raise LauncherError(f"{project.shown(path)} cannot be read; delete it to serve what fits the data.") from error


def promoted(project: Project) -> Promoted | None:
    """The model that is promoted now; None where none is."""
    earlier = history(project)
    return earlier[-1] if earlier else None


def promote(project: Project, archive: Path | None = None) -> Promoted:
    """Marks a model, without one the model that fits the data. Raises LauncherError for one that could not be served."""
    chosen = archive.resolve() if archive else fitting_model(project)
    if chosen is None:
        raise LauncherError("No model fits the data: run `make train` and `make evaluate` first, or name a model.")
    if chosen.parent != project.models.resolve() or not chosen.is_file():
        raise LauncherError(f"{chosen} is no model in {project.shown(project.models)}.")
    now = Promoted(
        model=chosen.name,
        archive_sha256=of_file(chosen),
        program=_program_of(project, chosen),
        promoted_at=datetime.now(UTC).isoformat(timespec="seconds"),
        figures=f"evaluations/{stem(chosen)}.json",
    )
    earlier = history(project)
    if earlier and (earlier[-1].model, earlier[-1].archive_sha256) == (now.model, now.archive_sha256):
        return earlier[-1]
    _write(project, [*earlier, now])
    return now


def roll_back(project: Project) -> Promoted | None:
    """Takes back the last promotion. Returns the one before, which holds again; None where there was none.

    Raises LauncherError where nothing is promoted, or where the model before is gone or was changed.
    """
    earlier = history(project)
    if not earlier:
        raise LauncherError("No model is promoted.")
    *left, _ = earlier
    if left and not _is_whole(project, left[-1]):
        raise LauncherError(f"{left[-1].model}, promoted before, is gone or was changed; nothing is taken back.")
    _write(project, left)
    return left[-1] if left else None


def serving_model(project: Project, screen: Screen, *, train: bool = False) -> Path:
    """The archive to serve: the promoted one where it may be, else (or if `train`) the one that fits the data.

    A promoted model may be served while only sentences have changed since. Raises LauncherError as `ensure_model`.
    """
    chosen = None if train else promoted(project)
    if chosen is None or fitting_model(project) == project.models / chosen.model:
        return ensure_model(project, screen)
    if not _is_whole(project, chosen):
        screen.warn(f"The promoted model {chosen.model} is gone or was changed.")
        return ensure_model(project, screen)
    if chosen.program != fingerprint(project.root, PROGRAM):
        screen.warn(f"The promoted model {chosen.model} was made for another version of the program.")
        return ensure_model(project, screen)
    screen.done(f"Serving the promoted model {chosen.model}; the sentences have changed since (`wenhuo up --train`).")
    return project.models / chosen.model


def stem(archive: Path) -> str:
    """The name of a model without its ending."""
    return archive.name.removesuffix(".tar.gz")


def _program_of(project: Project, archive: Path) -> str:
    """The program for which a model was trained: today's if it fits the data, else what training has written down."""
    if archive == fitting_model(project):
        return fingerprint(project.root, PROGRAM)
    record = archive.with_name(f"{stem(archive)}.json")
    try:
        facts = json.loads(record.read_text("utf-8"))
        if facts["archive_sha256"] == of_file(archive):
            return str(facts["program"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise LauncherError(f"It is not known which version of the program {archive.name} was trained for.") from error
    raise LauncherError(f"{archive.name} is not what training wrote.")


def _is_whole(project: Project, one: Promoted) -> bool:
    archive = project.models / one.model
    return archive.is_file() and of_file(archive) == one.archive_sha256


def _write(project: Project, promotions: Sequence[Promoted]) -> None:
    path = _path(project)
    if not promotions:
        path.unlink(missing_ok=True)
        return
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps({"promotions": [asdict(one) for one in promotions]}, indent=1) + "\n", "utf-8")
    fresh.replace(path)


def _path(project: Project) -> Path:
    return project.models / "promoted.json"
