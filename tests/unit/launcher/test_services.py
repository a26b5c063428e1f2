"""Which processes are started, and that the private ones stay private."""

from pathlib import Path

import pytest

from app.launcher.project import Project
from app.launcher.services import address, ports, services
from settings import Settings

EVERYWHERE = "0.0.0.0"  # noqa: S104 (only compared: nothing is bound here)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    python = tmp_path / "bot/.venv/bin/python"
    python.parent.mkdir(parents=True)
    python.touch()
    return Project(tmp_path, tmp_path / "data")


def configured(tmp_path: Path, **fields: object) -> Settings:
    return Settings.model_validate({"data_dir": tmp_path / "data", **fields})


def test_the_app_is_last_so_that_it_is_stopped_first(project: Project, tmp_path: Path) -> None:
    names = [service.name for service in services(configured(tmp_path), project, Path("m.tar.gz"))]
    assert names == ["actions", "rasa", "app"]


def test_rasa_and_the_actions_stay_on_loopback_though_the_app_is_open_to_all(project: Project, tmp_path: Path) -> None:
    settings = configured(tmp_path, host=EVERYWHERE, rasa_port=7005, actions_port=7055)
    actions, rasa, app = services(settings, project, Path("m.tar.gz"))
    command = list(rasa.command)
    assert command[command.index("--interface") + 1] == "127.0.0.1"
    assert command[command.index("--port") + 1] == "7005"
    assert "--enable-api" not in command
    assert rasa.environment["WENHUO_ACTIONS_URL"] == "http://127.0.0.1:7055/webhook"
    assert "WENHUO_SECRET" not in rasa.environment
    assert EVERYWHERE in app.command
    assert app.health == "http://127.0.0.1:8000/healthz"
    assert actions.health == "http://127.0.0.1:7055/health"


def test_what_runs_elsewhere_is_not_started_and_needs_no_port(project: Project, tmp_path: Path) -> None:
    settings = configured(tmp_path, rasa_url="http://rasa:5005", actions_url="http://actions:5055/webhook")
    assert [service.name for service in services(settings, project, Path("m"))] == ["app"]
    assert [port.setting for port in ports(settings)] == ["WENHUO_PORT"]


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000"),
        (EVERYWHERE, "http://127.0.0.1:8000"),
        ("::", "http://127.0.0.1:8000"),
        ("::1", "http://[::1]:8000"),
        ("desk.example", "http://desk.example:8000"),
    ],
)
def test_the_address_can_be_opened(tmp_path: Path, host: str, expected: str) -> None:
    assert address(configured(tmp_path, host=host)) == expected
