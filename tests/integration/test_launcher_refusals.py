"""`wenhuo` itself, as a person calls it: what it refuses is one line on standard error and an exit code that is not 0."""

import os
import socket
import subprocess
import sys
from pathlib import Path

from app.launcher.lock import locked


def wenhuo(data: Path, *arguments: str, text: str = "", **settings: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("WENHUO_")}
    environment |= {"WENHUO_DATA_DIR": str(data)} | settings
    command = [sys.executable, "-m", "app.cli", *arguments]
    return subprocess.run(command, env=environment, input=text, capture_output=True, text=True, timeout=20, check=False)


def the_line(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 1
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert line.startswith("wenhuo: ")
    return line


def test_a_taken_port_is_said_before_anything_starts(tmp_path: Path) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        taken = listener.getsockname()[1]
        line = the_line(wenhuo(tmp_path, "up", WENHUO_PORT=str(taken)))
    assert f"Port {taken}, needed for the app, is taken by " in line
    assert f"(process {os.getpid()})" in line
    assert "WENHUO_PORT" in line
    assert not (tmp_path / "logs").exists()


def test_a_second_start_says_that_it_already_runs(tmp_path: Path) -> None:
    with locked(tmp_path / "wenhuo.lock", "process 4711, http://127.0.0.1:8000"):
        line = the_line(wenhuo(tmp_path, "up"))
    assert line == "wenhuo: Wenhuo already runs (process 4711, http://127.0.0.1:8000)."


def test_a_wrong_setting_is_named(tmp_path: Path) -> None:
    line = the_line(wenhuo(tmp_path, "up", WENHUO_PORT="eighty", WENHUO_NOW="yesterday"))
    assert "WENHUO_PORT: " in line
    assert "WENHUO_NOW: " in line


def test_production_without_a_secret_is_refused(tmp_path: Path) -> None:
    line = the_line(wenhuo(tmp_path, "up", WENHUO_MODE="production"))
    assert "WENHUO_SECRET: production needs a secret of your own" in line


def test_parse_with_a_model_that_is_not_there(tmp_path: Path) -> None:
    line = the_line(wenhuo(tmp_path, "parse", "--model", str(tmp_path / "none.tar.gz"), text="你好\n"))
    assert "none.tar.gz: no such model" in line
