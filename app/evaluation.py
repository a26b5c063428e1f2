"""Wiring of `wenhuo evaluate`: understands every file of messages with the model that fits, and shows the figures."""

import json
import os
import subprocess
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from app.launcher.environment import clock_anchor, rasa_environment
from app.launcher.errors import LauncherError
from app.launcher.project import Project
from app.launcher.screen import Screen
from app.launcher.training import ensure_model
from settings import ROOT, Settings, load
from trainer.measures import IntentFigures, MoodFigures, confusions, entity_figures, intent_figures, mood_figures
from trainer.messages import LabelledMessage, UnreadableMessages, read_messages

DEFAULT_FILES = ROOT / "tests" / "nlu"
DATES_FROM = "2026-11-21T10:00:00+08:00"
"""The day from which the dates in our own test messages count."""


def run(files: Sequence[Path], errors: int) -> None:
    """Prints the figures of each file and writes them to `data/evaluation.json`. Raises LauncherError for a bad file."""
    chosen = list(files) or sorted(DEFAULT_FILES.glob("*.yml"))
    try:
        read = {path: read_messages(path) for path in chosen}
    except UnreadableMessages as error:
        raise LauncherError(str(error)) from error
    settings = load()
    project = Project(ROOT, settings.data_dir.resolve())
    model = ensure_model(project, Screen.on_stderr())
    parses = _understand(project, settings, model, [m for messages in read.values() for m in messages])
    console, report, start = Console(highlight=False), {}, 0
    for path, messages in read.items():
        mine = parses[start : start + len(messages)]
        start += len(messages)
        report[path.name] = _show(console, path.name, messages, mine, errors)
    target = settings.data_dir / "evaluation.json"
    target.write_text(
        json.dumps({"model": model.name, "files": report}, ensure_ascii=False, indent=1), encoding="utf-8"
    )
    console.print(f"Written to {target}")


def _understand(
    project: Project, settings: Settings, model: Path, messages: Sequence[LabelledMessage]
) -> list[dict[str, Any]]:
    """Parses in the same order, with one process."""
    fixed = {"WENHUO_NOW": DATES_FROM} if settings.now is None else {}
    done = subprocess.run(
        [project.bot_python, "-m", "bot.nlu.parse", "--model", str(model)],
        input="".join(message.text.replace("\n", " ") + "\n" for message in messages),
        env=rasa_environment(os.environ) | clock_anchor(settings) | fixed,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise LauncherError(f"The bot could not be asked: {done.stderr.strip()[-300:]}")
    return [json.loads(line) for line in done.stdout.splitlines()]


def _show(
    console: Console, name: str, messages: Sequence[LabelledMessage], parses: Sequence[dict[str, Any]], errors: int
) -> dict[str, Any]:
    intents, entities = intent_figures(messages, parses), entity_figures(messages, parses)
    moods = mood_figures(messages, parses)
    console.print(_intent_table(name, intents))
    if moods.judged:
        console.print(_mood_table(moods))
    if entities:
        table = Table("entity", "number", "precision", "recall", "F1", "normal form", "role")
        for kind, found in entities.items():
            shares = (found.precision, found.recall, found.f1, found.right_value, found.right_role)
            table.add_row(kind, str(found.gold), *map(_percent, shares))
        console.print(table)
    for message, parse in confusions(messages, parses)[:errors]:
        console.print(f"  {message.text}\n    {message.intent} -> {parse['intent']['name']}", markup=False)
    return {
        "intents": asdict(intents),
        "moods": asdict(moods),
        "entities": {kind: asdict(found) for kind, found in entities.items()},
    }


def _intent_table(name: str, found: IntentFigures) -> Table:
    table = Table(name, "", title_justify="left")
    table.add_row("messages in scope / out of scope", f"{found.in_scope} / {found.out_of_scope}")
    table.add_row("meaning found", _percent(found.accuracy))
    table.add_row("meaning among the two likeliest", _percent(found.among_two))
    table.add_row("macro F1", _percent(found.macro_f1))
    table.add_row("out of scope found", _percent(found.out_of_scope_recall))
    table.add_row("refused wrongly", _percent(found.refused_wrongly))
    table.add_row("asked back", _percent(found.unsure))
    table.add_row("expected calibration error", _percent(found.calibration_error))
    return table


def _mood_table(found: MoodFigures) -> Table:
    table = Table("mood", "")
    table.add_row("messages judged", str(found.judged))
    table.add_row("mood found", _percent(found.accuracy))
    table.add_row("angry found", _percent(found.angry_found))
    table.add_row("annoyed heard as annoyed or angry", _percent(found.annoyed_found))
    table.add_row("calm called angry", _percent(found.calm_called_angry))
    table.add_row("calm called annoyed", _percent(found.calm_called_annoyed))
    return table


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.1f} %"
