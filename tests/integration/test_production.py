"""Production never starts on the demo company's database."""

from pathlib import Path

import pytest
from rich.console import Console

from app.database import with_database
from app.launcher.errors import LauncherError
from app.launcher.prepare import prepare
from app.launcher.screen import Screen
from crm.clock import Clock
from crm.staff.service import ApiKeyService
from database.session import Database
from settings import Settings

SECRET = "a-secret-of-this-test-with-more-than-32-characters"


def settings(folder: Path, mode: str) -> Settings:
    return Settings.model_validate({"mode": mode, "data_dir": folder, "secret": SECRET})


def test_a_database_with_the_demo_company_is_refused_in_production(tmp_path: Path) -> None:
    screen = Screen(Console(quiet=True))
    prepare(settings(tmp_path, "demo"), screen)
    with pytest.raises(LauncherError, match="demo company"):
        prepare(settings(tmp_path, "production"), screen)


def test_it_is_refused_also_when_only_its_passwords_are_left(tmp_path: Path) -> None:
    screen = Screen(Console(quiet=True))
    prepare(settings(tmp_path, "demo"), screen)

    async def revoke(database: Database, clock: Clock) -> bool:
        async with database.transaction() as session:
            return await ApiKeyService(session, clock).revoke("demo")

    assert with_database(settings(tmp_path, "demo"), revoke)
    with pytest.raises(LauncherError, match="demo company"):
        prepare(settings(tmp_path, "production"), screen)


def test_an_empty_database_stays_empty_in_production(tmp_path: Path) -> None:
    screen = Screen(Console(quiet=True))
    prepare(settings(tmp_path, "production"), screen)
    prepare(settings(tmp_path, "production"), screen)
