"""Whether it matters in which script a customer writes: the same messages in Traditional and in Simplified characters."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from trainer.measures import Parse, understood
from trainer.messages import LabelledMessage


@dataclass(frozen=True)
class Rewritten:
    """A message in the other script. `script` is that of the original: `hant` Traditional, `hans` Simplified."""

    script: str
    text: str
    parse: Parse


@dataclass(frozen=True)
class ScriptFigures:
    """Messages of one script, as written and in the other. Numbers of messages."""

    compared: int
    right_as_written: int
    right_rewritten: int
    changed: int
    """Understood as something else in the other script."""

    @property
    def points(self) -> float:
        """By how many percentage points the other script is understood better (or, negative, worse); 0 for no message."""
        return 100 * (self.right_rewritten - self.right_as_written) / self.compared if self.compared else 0.0


def script_figures(
    messages: Sequence[LabelledMessage], parses: Sequence[Parse], rewritten: Sequence[Rewritten | None]
) -> dict[str, ScriptFigures]:
    """Figures by the script of the originals; None stands where both scripts write a message alike."""
    rows = [row for row in zip(messages, parses, rewritten, strict=True) if row[2]]
    found = {}
    for script in ("hans", "hant"):
        mine = [(m, parse, other) for m, parse, other in rows if other and other.script == script]
        if mine:
            found[script] = _figures((m.intent, understood(parse), understood(other.parse)) for m, parse, other in mine)
    return found


def _figures(labels: Iterable[tuple[str, str, str]]) -> ScriptFigures:
    rows = list(labels)
    return ScriptFigures(
        compared=len(rows),
        right_as_written=sum(wanted == said for wanted, said, _ in rows),
        right_rewritten=sum(wanted == other for wanted, _, other in rows),
        changed=sum(said != other for _, said, other in rows),
    )
