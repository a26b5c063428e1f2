"""All figures of the page as plain JSON, for programs and for the targets."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from trainer.confusion import confusion_counts, family_accuracy, label_figures
from trainer.curves import area, calibration_bins, coverage_curve, recall_at, refusal_curve
from trainer.kept import Kept
from trainer.measures import OUT_OF_SCOPE, Parse, entity_figures, intent_figures, mood_figures, understood
from trainer.messages import LabelledMessage
from trainer.report.contents import Contents, MeasuredFile
from trainer.scripts import ScriptFigures, script_figures
from trainer.significance import Paired, paired
from trainer.targets import check

MOST_POINTS = 200
"""Points of a curve that are kept; more cannot be told apart."""
REFUSED_WRONGLY = 0.02
"""The share of wrong refusals at which recall is told as one number."""
MEGABYTE = 1_000_000


def figures(contents: Contents) -> dict[str, Any]:
    """Everything as `data/evaluation.json` holds it: shares between 0 and 1, None where nothing was measured."""
    found: dict[str, Any] = {
        "model": contents.model,
        "evaluated_at": contents.evaluated_at,
        "files": {file.name: _of(contents, file.messages, file.parses) for file in contents.files},
        "all": _of(contents, contents.messages, contents.parses),
        "labels": {
            label: asdict(one)
            for label, one in label_figures(confusion_counts(contents.messages, contents.parses)).items()
        },
        "curves": _curves(contents.messages, contents.parses),
        "scripts": _scripts(contents),
        "machine": _machine(contents),
        "against": {
            name: _against(contents, rival)
            for name, rival in (("promoted", contents.promoted), ("usual", contents.usual))
            if rival
        },
    }
    found["targets"] = [
        {"title": one.target.title, "value": one.value, "met": one.met} for one in check(contents.targets, found)
    ]
    return found


def compared(file: MeasuredFile, rival: Kept) -> Paired | None:
    """This file's messages as both models understood them; None where the other one was not asked."""
    theirs = rival.files.get(file.name)
    both = [
        (theirs.understood[m.text] == m.intent, understood(parse) == m.intent)
        for m, parse in zip(file.messages, file.parses, strict=True)
        if theirs and m.text in theirs.understood
    ]
    return paired(both) if both else None


def scope_recall(messages: Sequence[LabelledMessage], parses: Sequence[Parse]) -> tuple[float | None, float | None]:
    """Out-of-scope messages refused and in-scope ones refused, as the bot does it now."""
    found = intent_figures(messages, parses)
    return found.out_of_scope_recall, found.refused_wrongly


def drop(found: dict[str, ScriptFigures]) -> float | None:
    """By how many points the other script is understood worse, over all messages; None for none."""
    total = sum(one.compared for one in found.values())
    lost = sum(one.right_as_written - one.right_rewritten for one in found.values())
    return 100 * lost / total if total else None


def _of(contents: Contents, messages: Sequence[LabelledMessage], parses: Sequence[Parse]) -> dict[str, Any]:
    counts = confusion_counts(messages, parses)
    return {
        "intents": asdict(intent_figures(messages, parses)) | {"family": family_accuracy(counts, contents.families)},
        "moods": asdict(mood_figures(messages, parses)),
        "entities": {kind: asdict(one) for kind, one in entity_figures(messages, parses).items()},
    }


def _curves(messages: Sequence[LabelledMessage], parses: Sequence[Parse]) -> dict[str, Any]:
    refusals = refusal_curve(messages, parses)
    # The first point refuses nothing: its threshold is infinite, which JSON cannot say.
    shown = [asdict(point) | {"threshold": min(point.threshold, 1e9)} for point in refusals]
    return {
        "calibration": [asdict(one) for one in calibration_bins(messages, parses)],
        "refusal": thinned(shown),
        "refusal_area": area(refusals),
        "recall_at_two_percent": recall_at(refusals, REFUSED_WRONGLY),
        "coverage": thinned([asdict(point) for point in coverage_curve(messages, parses)]),
    }


def thinned[Point](points: Sequence[Point], most: int = MOST_POINTS) -> list[Point]:
    """At most so many points, evenly chosen; the first and the last stay."""
    if len(points) <= most:
        return list(points)
    return [points[round(step * (len(points) - 1) / (most - 1))] for step in range(most)]


def _scripts(contents: Contents) -> dict[str, Any]:
    found = script_figures(contents.messages, contents.parses, contents.rewritten)
    return {script: asdict(one) | {"points": one.points} for script, one in found.items()} | {"drop": drop(found)}


def _machine(contents: Contents) -> dict[str, Any]:
    size, memory = contents.machine.archive_bytes, contents.machine.server_bytes
    return asdict(contents.machine) | {
        "archive_mb": size and size / MEGABYTE,
        "server_mb": memory and memory / MEGABYTE,
    }


def _against(contents: Contents, rival: Kept) -> dict[str, Any]:
    files = {}
    for file in contents.files:
        found = compared(file, rival)
        if found:
            files[file.name] = asdict(found) | {"intents": asdict(rival.files[file.name].intents)}
    return {"model": rival.model, "evaluated_at": rival.evaluated_at, "files": files}


def outside(messages: Sequence[LabelledMessage]) -> int:
    """How many messages are none of our business."""
    return sum(message.intent == OUT_OF_SCOPE for message in messages)
