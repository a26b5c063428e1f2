"""Opens the database for one command: migrated, with the installation's clock, and closed again."""

import asyncio
from collections.abc import Awaitable, Callable

from app.launcher.errors import LauncherError
from settings import Settings


def with_database[Result](settings: Settings, work: Callable[..., Awaitable[Result]]) -> Result:
    """Runs `work(database, clock)`. Raises LauncherError, one line that says what to do, when the database fails."""
    # Imported here: the database libraries take half a second that other commands need not spend.
    from alembic.util import CommandError  # noqa: PLC0415
    from sqlalchemy.exc import SQLAlchemyError  # noqa: PLC0415

    from crm.clock import Clock  # noqa: PLC0415
    from database.migrate import upgrade  # noqa: PLC0415
    from database.session import Database  # noqa: PLC0415

    async def run() -> Result:
        database = Database(settings.database)
        try:
            return await work(database, Clock(settings.now, settings.now_since))
        finally:
            await database.close()

    try:
        upgrade(settings.database)
        return asyncio.run(run())
    except CommandError as error:
        raise LauncherError(f"The database does not fit this version of Wenhuo: {error}") from error
    except (SQLAlchemyError, OSError) as error:
        cause = " ".join(str(error).split())[:300]
        raise LauncherError(f"The database cannot be used ({cause}). Check WENHUO_DATABASE_URL.") from error
