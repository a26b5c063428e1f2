"""What a model costs, from the record of its training, its archive and the answers it gave."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.evaluation.asking import Answer
from app.launcher.project import Project
from app.launcher.promotion import stem
from trainer.kept import Machine

SPEED = "speed.json"
"""What `python -m bench.parse` writes into the data folder."""


def now() -> str:
    """This instant as it is written down."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def machine(project: Project, archive: Path, answers: Sequence[Answer], seconds: float | None = None) -> Machine:
    """Costs of a model. `seconds`: how long training took, where the record beside the archive does not say."""
    times = sorted(answer.ms for answer in answers)
    record = _read(archive.with_name(f"{stem(archive)}.json"))
    server = _read(project.data / SPEED)
    return Machine(
        training_seconds=seconds if seconds is not None else record.get("seconds"),
        archive_bytes=archive.stat().st_size,
        p50_ms=quantile(times, 0.5),
        p95_ms=quantile(times, 0.95),
        resident_bytes=answers[-1].resident if answers else None,
        server_bytes=server.get("server_bytes") if server.get("model") == archive.name else None,
    )


def quantile(ordered: Sequence[float], share: float) -> float | None:
    """The value below or at which this share of them lies; None for none."""
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else None


def _read(path: Path) -> dict[str, Any]:
    """A file of facts; empty where there is none or it is damaged: then the page shows a dash."""
    try:
        facts = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return facts if isinstance(facts, dict) else {}
