"""`wenhuo train`."""

from typing import Annotated

import typer

from app.launcher.project import Project
from settings import ROOT, load


def train(
    force: Annotated[bool, typer.Option("--force", help="Train although a model fits the data.")] = False,
) -> None:
    """Train the bot if no model fits the data in bot/data, and print where the model lies."""
    from app.launcher.screen import Screen  # noqa: PLC0415 (see app/commands/__init__.py)
    from app.launcher.training import ensure_model  # noqa: PLC0415

    project = Project(ROOT, load().data_dir.resolve())
    print(project.shown(ensure_model(project, Screen.on_stderr(), force=force)))


def register(cli: typer.Typer) -> None:
    """Adds the command."""
    cli.command()(train)
