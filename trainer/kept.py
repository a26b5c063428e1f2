"""What is kept of an evaluation, so that a later model can be compared with this one message by message."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from trainer.measures import EntityFigures, IntentFigures, MoodFigures


@dataclass(frozen=True)
class Machine:
    """What a model costs; None where it was not measured. Times of one message in milliseconds, on one core."""

    training_seconds: float | None = None
    archive_bytes: int | None = None
    p50_ms: float | None = None
    p95_ms: float | None = None
    resident_bytes: int | None = None
    """Memory of the process that answered."""
    server_bytes: int | None = None
    """Memory of the Rasa server after a thousand messages (`python -m bench.parse`)."""


@dataclass(frozen=True)
class KeptFile:
    """One file of messages. `understood`: message -> label, so that two models can be compared on the same messages."""

    intents: IntentFigures
    moods: MoodFigures
    entities: dict[str, EntityFigures]
    understood: dict[str, str]


@dataclass(frozen=True)
class Kept:
    """An evaluation of one model. `evaluated_at` is an ISO instant."""

    model: str
    evaluated_at: str
    machine: Machine
    files: dict[str, KeptFile]


def write(path: Path, kept: Kept) -> None:
    """Writes one JSON file; its folder is made. Files measured earlier with the same model stay in it."""
    earlier = read(path)
    rows = asdict(kept)
    if earlier and earlier.model == kept.model:
        rows["files"] = asdict(earlier)["files"] | rows["files"]
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(rows, indent=1), encoding="utf-8")
    fresh.replace(path)


def read(path: Path) -> Kept | None:
    """What `write` wrote; None where there is none, or where another version wrote it and it cannot be read any more."""
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
        files = {name: _file(found) for name, found in rows["files"].items()}
        return Kept(rows["model"], rows["evaluated_at"], _of(Machine, rows["machine"]), files)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _file(rows: Mapping[str, Any]) -> KeptFile:
    entities = {kind: _of(EntityFigures, found) for kind, found in rows["entities"].items()}
    return KeptFile(
        _of(IntentFigures, rows["intents"]), _of(MoodFigures, rows["moods"]), entities, dict(rows["understood"])
    )


def _of[Figures: (Machine, IntentFigures, MoodFigures, EntityFigures)](
    kind: type[Figures], rows: Mapping[str, Any]
) -> Figures:
    """Figures of this version; what a later one added is left out."""
    return kind(**{field.name: rows[field.name] for field in fields(kind) if field.name in rows})
