"""Production never starts on the demo company's database."""

from pathlib import Path

import pytest
from rich.console import Console

from app.launcher.errors import LauncherError
from app.launcher.prepare import prepare
from app.launcher.screen import Screen
from settings import Settings

SECRET = "a-secret-of-this-test-with-more-than-32-characters"


def settings(folder: Path, mode: str) -> Settings:
    return Settings.model_validate({"mode": mode, "data_dir": folder, "secret": SECRET})


def test_a_database_with_the_demo_company_is_refused_in_production(tmp_path: Path) -> None:
    screen = Screen(Console(quiet=True))
    prepare(settings(tmp_path, "demo"), screen)
    with pytest.raises(LauncherError, match="demo company"):
        prepare(settings(tmp_path, "production"), screen)


def test_an_empty_database_stays_empty_in_production(tmp_path: Path) -> None:
    screen = Screen(Console(quiet=True))
    prepare(settings(tmp_path, "production"), screen)
    prepare(settings(tmp_path, "production"), screen)
