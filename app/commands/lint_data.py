"""`wenhuo lint-data`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trainer.lint import Finding

FAILED = 1


def lint_data(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON list instead of lines.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Errors only.")] = False,
) -> None:
    """Look through the training sentences for mistakes; fails when one of them is an error."""
    from app.launcher.errors import LauncherError  # noqa: PLC0415 (see app/commands/__init__.py)
    from settings import ROOT  # noqa: PLC0415
    from trainer.lint import Severity, lint, read  # noqa: PLC0415
    from trainer.messages import UnreadableMessages  # noqa: PLC0415

    try:
        data = read(ROOT)
    except UnreadableMessages as error:
        raise LauncherError(str(error)) from error
    found = lint(data)
    show(found, ROOT, as_json=as_json, quiet=quiet)
    errors = sum(one.severity is Severity.ERROR for one in found)
    if not as_json and not quiet:
        typer.echo(f"{len(data.training)} sentences: {errors} errors, {len(found) - errors} warnings")
    if errors:
        raise typer.Exit(FAILED)


def show(found: "Sequence[Finding]", root: Path, *, as_json: bool, quiet: bool) -> None:
    """Prints what was found, each with file and line below the root; quiet: errors only."""
    import json  # noqa: PLC0415

    rows = [_row(one, f"{root.as_posix()}/") for one in found if one.severity == "error" or not quiet]
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for row in rows:
        typer.echo("{path}:{line}: {severity} {rule}: {message}".format_map(row))


def _row(finding: "Finding", root: str) -> dict[str, str | int]:
    return {
        "path": finding.path.as_posix().removeprefix(root),
        "line": finding.line,
        "severity": finding.severity.value,
        "rule": finding.rule,
        "message": finding.message,
    }


def register(cli: typer.Typer) -> None:
    """Adds the command."""
    cli.command("lint-data")(lint_data)
