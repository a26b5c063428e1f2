"""`wenhuo parse`."""

import os
from pathlib import Path
from typing import Annotated

import typer

from app.launcher.environment import clock_anchor, rasa_environment
from app.launcher.errors import LauncherError
from app.launcher.project import Project
from settings import ROOT, load


def parse(
    model: Annotated[
        Path | None, typer.Option(help="A trained archive; without it the one that fits the data.")
    ] = None,
) -> None:
    """Understand messages: one message a line on stdin, one JSON object a line on stdout."""
    from app.launcher.screen import Screen  # noqa: PLC0415 (see app/commands/__init__.py)
    from app.launcher.training import ensure_model  # noqa: PLC0415

    settings = load()
    project = Project(ROOT, settings.data_dir.resolve())
    if model and not model.is_file():
        raise LauncherError(f"{model}: no such model")
    chosen = model.resolve() if model else ensure_model(project, Screen.on_stderr())
    environment = rasa_environment(os.environ) | clock_anchor(settings)
    os.chdir(ROOT)
    python = project.bot_python
    os.execve(python, [python, "-m", "bot.nlu.parse", "--model", str(chosen)], environment)  # noqa: S606 (no shell wanted)


def register(cli: typer.Typer) -> None:
    """Adds the command."""
    cli.command()(parse)
