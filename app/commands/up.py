"""`wenhuo up`."""

from typing import Annotated

import typer


def up(
    train: Annotated[
        bool, typer.Option("--train", help="Serve the model that fits the data, though another one is promoted.")
    ] = False,
) -> None:
    """Start everything: database, web page, bot, action server and app; stop it again with Ctrl-C."""
    from app.launcher.start import start_all  # noqa: PLC0415 (see app/commands/__init__.py)

    start_all(train=train)


def register(cli: typer.Typer) -> None:
    """Adds the command."""
    cli.command()(up)
