"""What the programs are told, and what Rasa must not be told."""

import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.launcher.environment import clock_anchor, desk_environment, kept_secret, rasa_environment
from settings import Settings

OURS = {"PATH": "/bin", "HOME": "/h", "WENHUO_SECRET": "s", "WENHUO_DATABASE_URL": "postgresql://", "HTTPS_PROXY": "x"}


def demo(tmp_path: Path, **fields: object) -> Settings:
    return Settings.model_validate({"data_dir": tmp_path, **fields})


def test_rasa_gets_no_secret_no_database_and_no_proxy() -> None:
    told = rasa_environment(OURS)
    assert told["PATH"] == "/bin"
    assert told["RASA_TELEMETRY_ENABLED"] == "false"
    assert not {"WENHUO_SECRET", "WENHUO_DATABASE_URL", "HTTPS_PROXY"} & told.keys()


def test_the_secret_is_made_once_and_only_the_owner_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "data" / "secret"
    first = kept_secret(path)
    assert len(first) >= 32
    assert kept_secret(path) == first
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_desk_gets_the_kept_secret_unless_one_is_set(tmp_path: Path) -> None:
    told = desk_environment({"PATH": "/bin"}, demo(tmp_path))
    assert told["WENHUO_SECRET"] == (tmp_path / "secret").read_text("ascii")
    chosen = desk_environment({"WENHUO_SECRET": "mine"}, demo(tmp_path, secret="mine"))
    assert chosen["WENHUO_SECRET"] == "mine"


def test_production_never_gets_a_made_up_secret(tmp_path: Path) -> None:
    desk_environment({}, demo(tmp_path, mode="production", secret="x" * 40))
    assert not (tmp_path / "secret").exists()


def test_a_moved_clock_is_anchored_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    moved = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
    monkeypatch.delenv("WENHUO_NOW_SINCE", raising=False)
    anchor = clock_anchor(demo(tmp_path, now=moved))
    assert datetime.fromisoformat(anchor["WENHUO_NOW"]) == moved
    again = clock_anchor(demo(tmp_path, now=moved, now_since=float(anchor["WENHUO_NOW_SINCE"])))
    assert again == anchor


def test_a_clock_that_is_not_moved_has_no_anchor(tmp_path: Path) -> None:
    assert clock_anchor(demo(tmp_path, now=None)) == {}
