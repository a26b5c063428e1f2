"""What has to be true of the data before the processes start, and what the person at the terminal needs to know."""

from importlib import import_module
from typing import Protocol, cast

from app.launcher.errors import LauncherError
from app.launcher.screen import Screen
from settings import Settings


class LoadDemo(Protocol):
    """`crm.imports.demo.load_if_empty`."""

    def __call__(self, settings: Settings) -> bool:
        """Fills an empty database with demo data; False when there already is data."""


class DemoLogins(Protocol):
    """`crm.imports.demo.demo_logins`."""

    def __call__(self) -> list[str]:
        """One line for each login."""


class AccessLeft(Protocol):
    """`crm.imports.demo.access_left`."""

    async def __call__(self, session: object, clock: object) -> bool:
        """Whether the key of the demo company still opens the REST channel."""


def prepare(settings: Settings, screen: Screen) -> None:
    """Migrates the database and, in demo mode, fills an empty one. Raises LauncherError when it cannot be used."""
    # Imported here: the database libraries take half a second that refusing a taken port need not wait for.
    from alembic.util import CommandError  # noqa: PLC0415
    from sqlalchemy.exc import SQLAlchemyError  # noqa: PLC0415

    from database.migrate import upgrade  # noqa: PLC0415

    try:
        upgrade(settings.database)
        if settings.mode != "demo":
            _refuse_demo_access(settings)
        elif cast("LoadDemo", _demo("load_if_empty"))(settings):
            screen.done("Loaded the demo data.")
    except CommandError as error:
        raise LauncherError(f"The database does not fit this version of Wenhuo: {_one_line(error)}") from error
    except (SQLAlchemyError, OSError) as error:
        raise LauncherError(f"The database cannot be used ({_one_line(error)}). Check WENHUO_DATABASE_URL.") from error


def demo_logins(settings: Settings) -> list[str]:
    """The logins of the demo data, one line each; none outside demo mode."""
    return cast("DemoLogins", _demo("demo_logins"))() if settings.mode == "demo" else []


def _refuse_demo_access(settings: Settings) -> None:
    from app.database import with_database  # noqa: PLC0415
    from crm.clock import Clock  # noqa: PLC0415
    from database.session import Database  # noqa: PLC0415

    async def demo_key_works(database: Database, clock: Clock) -> bool:
        async with database.reading() as session:
            return await cast("AccessLeft", _demo("access_left"))(session, clock)

    if with_database(settings, demo_key_works):
        raise LauncherError(
            "This database holds the demo company, whose passwords everybody knows. "
            "Give production a database of its own: WENHUO_DATABASE_URL or WENHUO_DATA_DIR."
        )


def _demo(name: str) -> object:
    return getattr(import_module("crm.imports.demo"), name)


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:300]
