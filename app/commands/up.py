"""`wenhuo up`."""

import typer


def up() -> None:
    """Start everything: database, web page, bot, action server and app; stop it again with Ctrl-C."""
    from app.launcher.start import start_all  # noqa: PLC0415 (see app/commands/__init__.py)

    start_all()


def register(cli: typer.Typer) -> None:
    """Adds the command."""
    cli.command()(up)
