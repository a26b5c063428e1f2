"""`wenhuo promote` and `wenhuo rollback`."""

from pathlib import Path
from typing import Annotated

import typer

from app.launcher.project import Project
from settings import ROOT, load


def promote(
    model: Annotated[
        Path | None, typer.Argument(help="An archive in bot/models; without it the one that fits the data.")
    ] = None,
) -> None:
    """Mark a model as the one to serve, also after sentences have changed; evaluations are compared with it."""
    from app.launcher import promotion  # noqa: PLC0415 (see app/commands/__init__.py)

    now = promotion.promote(_project(), model)
    typer.echo(f"Promoted {now.model}. A running desk serves it after `wenhuo up` is started again.")


def rollback() -> None:
    """Take back the last promotion; the model promoted before is served again."""
    from app.launcher import promotion  # noqa: PLC0415 (see app/commands/__init__.py)

    before = promotion.roll_back(_project())
    if before is None:
        typer.echo("No model is promoted any more: `wenhuo up` serves the one that fits the data.")
    else:
        typer.echo(f"Promoted again: {before.model}. A running desk serves it after `wenhuo up` is started again.")


def _project() -> Project:
    return Project(ROOT, load().data_dir.resolve())


def register(cli: typer.Typer) -> None:
    """Adds the commands."""
    cli.command()(promote)
    cli.command()(rollback)
