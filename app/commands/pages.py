"""`wenhuo pages`."""

from typing import Annotated

import typer

from app.launcher.project import Project
from settings import ROOT, load


def pages(
    check: Annotated[bool, typer.Option("--check", help="Check types and run the tests instead of building.")] = False,
) -> None:
    """Build the web pages where they are missing or stale."""
    from app.launcher.page import check_pages, ensure_pages  # noqa: PLC0415 (see app/commands/__init__.py)
    from app.launcher.screen import Screen  # noqa: PLC0415

    project = Project(ROOT, load().data_dir.resolve())
    (check_pages if check else ensure_pages)(project, Screen())


def register(cli: typer.Typer) -> None:
    """Adds the command."""
    cli.command()(pages)
