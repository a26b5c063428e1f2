"""`wenhuo evaluate`."""

from pathlib import Path
from typing import Annotated

import typer


def evaluate(
    files: Annotated[
        list[Path] | None, typer.Argument(help="Labelled messages (YAML, CSV, TSV); without any those in tests/nlu.")
    ] = None,
    errors: Annotated[int, typer.Option(help="How many misunderstood messages of each file to show.")] = 10,
) -> None:
    """Measure how well the bot understands labelled messages that it was not trained on."""
    from app.evaluation import run  # noqa: PLC0415 (see app/commands/__init__.py)

    run(files or [], errors)


def register(cli: typer.Typer) -> None:
    """Adds the command."""
    cli.command()(evaluate)
