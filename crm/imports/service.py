"""Imports: a file is read and checked without the database, then planned against it and written in one transaction."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from crm.clock import Clock
from crm.imports.changes import Changes
from crm.imports.columns import Parsed, RowError, parse
from crm.imports.files import read
from crm.imports.kinds.base import Job, Kind
from crm.imports.kinds.charges import Charges, ExchangeRates
from crm.imports.kinds.customers import Contacts, Customers
from crm.imports.kinds.events import Events
from crm.imports.kinds.faq import Faq
from crm.imports.kinds.rates import Rates
from crm.imports.kinds.shipments import Shipments
from crm.imports.repository import ImportRepository

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (Customers(), Contacts(), Shipments(), Events(), Rates(), Charges(), ExchangeRates(), Faq())
}
"""By name, in the order in which files are imported: later ones refer to earlier ones."""

Progress = Callable[[int, int], None]
"""(rows written, rows to write)"""


@dataclass(frozen=True)
class Report:
    """What an import did. With errors and without `keep_good` nothing was written, and the counts are 0."""

    total: int
    added: int
    updated: int
    unchanged: int
    errors: tuple[RowError, ...]
    unknown: tuple[str, ...]
    """Headers that are no column of this kind."""
    written: bool

    @property
    def failed_rows(self) -> int:
        """Rows with at least one error."""
        return len({error.line for error in self.errors})


def read_file(kind: str, path: Path, now: datetime) -> Parsed:
    """Read a file and check each cell. Raises FileRefused."""
    return parse(read(path), KINDS[kind].columns, now)


class ImportService:
    """Puts parsed files into the database; the caller commits."""

    def __init__(self, session: AsyncSession, clock: Clock) -> None:
        self._repository = ImportRepository(session)
        self._clock = clock

    async def store(
        self, kind: str, parsed: Parsed, *, keep_good: bool = False, progress: Progress = lambda _done, _total: None
    ) -> Report:
        """Check the rows against the database, then write all of them, or with `keep_good` those without an error."""
        await self._repository.alone()
        changes = await KINDS[kind].plan(parsed, Job(self._repository, self._clock.now()))
        if parsed.errors and not keep_good:
            return _report(parsed, Changes(), written=False)
        done, total = 0, changes.size

        def advance(rows: int) -> None:
            nonlocal done
            done += rows
            progress(done, total)

        await self._repository.write(changes, advance)
        return _report(parsed, changes, written=True)


def _report(parsed: Parsed, changes: Changes, *, written: bool) -> Report:
    return Report(
        total=parsed.total,
        added=changes.added,
        updated=changes.updated,
        unchanged=changes.unchanged,
        errors=tuple(sorted(parsed.errors, key=lambda error: error.line)),
        unknown=parsed.unknown,
        written=written,
    )
