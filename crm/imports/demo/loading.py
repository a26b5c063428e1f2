"""Fills an empty database with the demo company. Never in production: its passwords and its key are known to everybody."""

import asyncio
from pathlib import Path

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm.clock import Clock
from crm.customers.models import Customer
from crm.imports.demo.staff import PEOPLE
from crm.imports.service import KINDS, ImportService, read_file
from crm.staff.models import Staff
from crm.staff.service import ApiKeyService, StaffService
from database.session import Database
from settings import Settings

FOLDER = Path(__file__).parent
DEMO_PASSWORD = "wenhuo-demo"  # noqa: S105 (a demo's, refused in production)
DEMO_KEY = "wk_demo_key_for_trying_only"
KEY_NAME = "demo"


class DemoRefused(Exception):
    """Demo data was asked for outside demo mode."""


def load_if_empty(settings: Settings) -> bool:
    """Load the demo company unless there is data; False when there was. Raises DemoRefused outside demo mode.

    For callers without an event loop (the launcher).
    """
    if settings.mode != "demo":
        raise DemoRefused("the demo company belongs into demo mode only")
    return asyncio.run(_load_if_empty(settings))


async def _load_if_empty(settings: Settings) -> bool:
    database = Database(settings.database)
    try:
        async with database.transaction() as session:
            if await _has_data(session):
                return False
            await load(session, Clock(settings.now, settings.now_since))
            return True
    finally:
        await database.close()


async def load(session: AsyncSession, clock: Clock) -> None:
    """Load staff, the key and all files. Raises RuntimeError when a file has an error: they are tested, so none has."""
    staff, keys = StaffService(session, clock), ApiKeyService(session, clock)
    for person in PEOPLE:
        await staff.create(
            person.code,
            person.name,
            person.role,
            person.department,
            DEMO_PASSWORD,
            display_name=person.shown_as,
            skills=person.skills,
        )
    await keys.create(KEY_NAME, trusted=True, fixed=DEMO_KEY)
    imports = ImportService(session, clock)
    for kind in KINDS:
        report = await imports.store(kind, read_file(kind, FOLDER / f"{kind}.csv", clock.now()))
        if not report.written:
            raise RuntimeError(f"demo/{kind}.csv: {report.errors[:3]}")


async def access_left(session: AsyncSession, clock: Clock) -> bool:
    """Whether the demo key or a demo password still works: such a database must not go into production."""
    if await ApiKeyService(session, clock).verify(DEMO_KEY) is not None:
        return True
    staff = StaffService(session, clock)
    return any([await staff.has_password(person.code, DEMO_PASSWORD) for person in PEOPLE])


async def _has_data(session: AsyncSession) -> bool:
    query = select(exists(select(Customer.id)) | exists(select(Staff.id)))
    return bool((await session.execute(query)).scalar_one())
