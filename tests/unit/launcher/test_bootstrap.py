"""The set-up script: which uv it takes, when it has nothing to do, what it says when a tool fails."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from settings import ROOT

SHIM = "#!/bin/sh\necho 'pyenv: uv: command not found' >&2\nexit 127\n"


@pytest.fixture
def bootstrap() -> ModuleType:
    spec = importlib.util.spec_from_file_location("bootstrap", ROOT / "scripts" / "bootstrap.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def program(folder: Path, script: str) -> str:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "uv"
    path.write_text(script)
    path.chmod(0o755)
    return str(path)


def test_a_shim_or_an_old_uv_on_the_path_is_not_taken(
    bootstrap: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap, "TOOLS", tmp_path / "tools")
    monkeypatch.setenv("PATH", f"{tmp_path / 'path'}:/usr/bin:/bin")
    program(tmp_path / "path", SHIM)
    assert bootstrap.find_uv() is None
    program(tmp_path / "path", "#!/bin/sh\necho 'uv 0.1.0'\n")
    assert bootstrap.find_uv() is None
    good = program(tmp_path / "path", "#!/bin/sh\necho 'uv 0.13.9 (x86_64)'\n")
    assert bootstrap.find_uv() == good


def test_our_own_uv_comes_first(bootstrap: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "TOOLS", tmp_path / "tools")
    own = program(tmp_path / "tools" / "bin", "#!/bin/sh\necho 'uv 0.12.0'\n")
    monkeypatch.setenv("PATH", f"{tmp_path / 'path'}:/usr/bin:/bin")
    program(tmp_path / "path", "#!/bin/sh\necho 'uv 0.13.9'\n")
    assert bootstrap.find_uv() == own


def test_an_environment_is_current_until_its_lock_changes_or_it_is_deleted(
    bootstrap: ModuleType, tmp_path: Path
) -> None:
    environment = bootstrap.Environment("the desk", tmp_path, "3.12")
    for name in bootstrap.MADE_FROM:
        (tmp_path / name).write_text("1")
    python = tmp_path / ".venv/bin/python"
    python.parent.mkdir(parents=True)
    python.touch()
    assert not bootstrap.is_current(environment)
    bootstrap.stamp(tmp_path).write_text(bootstrap.digest(tmp_path))
    assert bootstrap.is_current(environment)
    (tmp_path / "uv.lock").write_text("2")
    assert not bootstrap.is_current(environment)
    bootstrap.stamp(tmp_path).write_text(bootstrap.digest(tmp_path))
    python.unlink()
    assert not bootstrap.is_current(environment)


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        ("error: No interpreter found for Python 3.10 in managed installations", "pyenv install 3.10"),
        (
            "error: Failed to download https://github.com/astral-sh/python-build-standalone/releases/x",
            "Python 3.10 is missing",
        ),
        (
            "error: Failed to fetch: `https://index.example/simple/numpy/`\n dns error",
            "package index cannot be reached",
        ),
        (
            "ERROR: Could not find a version\nERROR: No matching distribution found for uv>=0.9.0",
            "package index cannot be",
        ),
        ("error: command 'x86_64-linux-gnu-gcc' failed: No such file or directory", "build-essential"),
        ("something\nerror: a new kind of trouble\nhint", "error: a new kind of trouble"),
    ],
)
def test_a_failed_tool_becomes_one_line_of_advice(bootstrap: ModuleType, output: str, expected: str) -> None:
    said = bootstrap.advice(output, "3.10")
    assert expected in said
    assert "data/logs/setup.log" in said
    assert "\n" not in said
