"""`wenhuo import`."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.database import with_database
from app.launcher.errors import LauncherError
from settings import load

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress

    from crm.clock import Clock
    from crm.imports.columns import Parsed
    from crm.imports.service import Report
    from database.session import Database

MOST_ERRORS_SHOWN = 50
LONGEST_VALUE = 40


class FileKind(StrEnum):
    """What a file holds. The kinds of `crm.imports.service`, named here so that `wenhuo --help` need not load them."""

    CUSTOMERS = "customers"
    CONTACTS = "contacts"
    SHIPMENTS = "shipments"
    EVENTS = "events"
    RATES = "rates"
    CHARGES = "charges"
    EXCHANGE_RATES = "exchange-rates"
    FAQ = "faq"


def import_file(
    kind: Annotated[FileKind, typer.Argument(help="What the file holds.")],
    file: Annotated[Path, typer.Argument(help="CSV or XLSX; docs/imports.md lists the columns.")],
    keep_good: Annotated[
        bool, typer.Option("--keep-good", help="Take the good rows although others are wrong.")
    ] = False,
) -> None:
    """Import customers, contacts, shipments, events, rates or answers; importing a file twice changes nothing."""
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415

    from crm.imports.errors import FileRefused  # noqa: PLC0415

    console = Console(highlight=False)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    try:
        with Progress(*columns, console=console, transient=True) as bar:
            report = _run(kind.value, file, keep_good, bar)
    except FileRefused as error:
        raise LauncherError(f"{file.name}：{error}") from error
    show(console, file.name, report)
    if not report.written:
        raise typer.Exit(1)


def _run(kind: str, file: Path, keep_good: bool, bar: "Progress") -> "Report":
    from crm.clock import Clock  # noqa: PLC0415
    from crm.imports.service import ImportService, read_file  # noqa: PLC0415

    settings = load()
    reading = bar.add_task("读取", total=None)
    # Before the database is opened: its write lock must not be held while a large file is read.
    parsed: Parsed = read_file(kind, file, Clock(settings.now, settings.now_since).now())
    bar.update(reading, total=parsed.total, completed=parsed.total)
    writing = bar.add_task("写入", total=None)

    async def store(database: "Database", clock: "Clock") -> "Report":
        async with database.transaction() as session:
            return await ImportService(session, clock).store(
                kind,
                parsed,
                keep_good=keep_good,
                progress=lambda done, total: bar.update(writing, completed=done, total=total),
            )

    return with_database(settings, store)


def show(console: "Console", name: str, report: "Report") -> None:
    """The counts, and the first errors with line, column, value and reason. What stands in the file is text, not markup."""
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    if report.unknown:
        console.print(Text(f"没有用到的列：{'、'.join(report.unknown)}"))
    if report.errors:
        table = Table("行", "列", "值", "原因")
        for error in report.errors[:MOST_ERRORS_SHOWN]:
            value = " ".join(error.value.split())
            value = value if len(value) <= LONGEST_VALUE else value[:LONGEST_VALUE] + "…"
            table.add_row(str(error.line), Text(error.column), Text(value), Text(error.reason))
        console.print(table)
        rest = len(report.errors) - MOST_ERRORS_SHOWN
        if rest > 0:
            console.print(f"还有 {rest} 个错误没有列出")
    if not report.written:
        console.print(
            f"没有写入任何数据：{report.failed_rows} 行有错。改好后重新导入，或加 --keep-good 只导入没有错的行。"
        )
    counts = f"新增 {report.added}  更新 {report.updated}  未变 {report.unchanged}  错误 {report.failed_rows}"
    console.print(Text(f"{name}：共 {report.total} 行  {counts}"))


def register(cli: typer.Typer) -> None:
    """Adds the command."""
    cli.command("import")(import_file)
