"""`wenhuo chat`: talk to the desk at the terminal."""

from typing import Annotated

import typer


def chat(
    contact: Annotated[
        str, typer.Option("--as", help="Contact code, phone or e-mail to speak as; empty: a stranger.")
    ] = "",
) -> None:
    """Talk to the bot here; an empty line or Ctrl-D ends it. Starts bot and action server when they do not run yet."""
    from app.terminal import talk  # noqa: PLC0415 (see app/commands/__init__.py)

    talk(contact or None)


def register(cli: typer.Typer) -> None:
    """Adds the command."""
    cli.command()(chat)
