"""What the bot has to reach, and whether it does."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TARGETS = Path(__file__).with_name("targets.json")


@dataclass(frozen=True)
class Target:
    """One figure of `data/evaluation.json`, found by going down `path`, and the least or the most it may be."""

    title: str
    path: tuple[str, ...]
    least: float | None = None
    most: float | None = None
    unit: str = "%"
    """`%`: the figure is a share between 0 and 1; `ms`, `MB`, `s`: as it stands; `点`: percentage points."""


@dataclass(frozen=True)
class Checked:
    """A target and what was measured; None where nothing was."""

    target: Target
    value: float | None

    @property
    def met(self) -> bool | None:
        """Whether it is reached; None where nothing was measured."""
        if self.value is None:
            return None
        low, high = self.target.least, self.target.most
        return (low is None or self.value >= low) and (high is None or self.value <= high)


def read_targets(path: Path = TARGETS) -> list[Target]:
    """The targets in the order of the file. Raises ValueError or TypeError for one that is not well formed."""
    rows = json.loads(path.read_text(encoding="utf-8"))
    return [Target(**{**row, "path": tuple(row["path"])}) for row in rows]


def check(targets: Sequence[Target], figures: Mapping[str, Any]) -> list[Checked]:
    """Every target with the figure it is about."""
    return [Checked(target, _value(figures, target.path)) for target in targets]


def _value(figures: Mapping[str, Any], path: tuple[str, ...]) -> float | None:
    found: Any = figures
    for step in path:
        found = found.get(step) if isinstance(found, Mapping) else None
    return float(found) if isinstance(found, (int, float)) else None
