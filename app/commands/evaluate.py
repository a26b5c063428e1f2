"""`wenhuo evaluate`."""

from pathlib import Path
from typing import Annotated

import typer


def evaluate(
    files: Annotated[
        list[Path] | None, typer.Argument(help="Labelled messages (YAML, CSV, TSV); without any those in tests/nlu.")
    ] = None,
    errors: Annotated[int, typer.Option(help="How many misunderstood messages of each file to show.")] = 10,
    model: Annotated[
        Path | None, typer.Option(help="A trained archive; without it the one that fits the data.")
    ] = None,
    usual: Annotated[
        bool,
        typer.Option("--usual", help="Ask Rasa's usual configuration too; its training takes hours, once."),
    ] = False,
    usual_epochs: Annotated[int, typer.Option(min=1, help="How often that one goes through the sentences.")] = 100,
) -> None:
    """Measure how well the bot understands labelled messages that it was not trained on, and write a page about it."""
    from app.evaluation.run import run  # noqa: PLC0415 (see app/commands/__init__.py)

    run(files or [], errors, model=model, usual_epochs=usual_epochs if usual else None)


def register(cli: typer.Typer) -> None:
    """Adds the command."""
    cli.command()(evaluate)
