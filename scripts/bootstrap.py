"""Sets up the two Python environments: the desk's (.venv) and the bot's (bot/.venv). Run by `make`.

Needs Python 3.8 and nothing but the standard library. When nothing has changed it ends at once; otherwise the full output
of every tool is in data/logs/setup.log. Ends with exit code 1 and one line saying what to do when something is missing.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / ".tools"
LOG = ROOT / "data" / "logs" / "setup.log"
UV_NEEDED = (0, 9, 0)
"""Oldest uv that reads our lock files."""
SIGN_OF_LIFE = 15.0
"""Seconds between progress lines where the output is a file."""


class Environment(NamedTuple):
    """One Python environment and what it is made from."""

    name: str
    folder: Path
    python: str


ENVIRONMENTS = (
    Environment("the desk", ROOT, "3.12"),
    Environment("the bot (Rasa; some hundred MB the first time)", ROOT / "bot", "3.10"),
)
MADE_FROM = ("pyproject.toml", "uv.lock", ".python-version")

NO_INTERPRETER = (
    "Python {python} is missing and could not be fetched: install it (for example `pyenv install {python}`), "
    "or set UV_PYTHON_INSTALL_MIRROR to a mirror you can reach"
)
NO_INDEX = (
    "the package index cannot be reached: check the network, or set UV_DEFAULT_INDEX (and PIP_INDEX_URL) "
    "to one you can reach"
)
NO_COMPILER = (
    "a C compiler is missing: install one (Debian, Ubuntu: `sudo apt-get install build-essential`; "
    "macOS: `xcode-select --install`)"
)
ADVICE = (
    (r"No interpreter found|interpreter.*not found|python-build-standalone|github\.com.*cpython", NO_INTERPRETER),
    (r"dns error|Failed to fetch|error sending request|Connection refused|timed out", NO_INDEX),
    (r"Could not connect|tcp connect error|NewConnectionError|Max retries|No matching distribution", NO_INDEX),
    (r"command '[^']*(gcc|cc|clang)[^']*' failed|gcc: No such file|unable to execute '[^']*cc", NO_COMPILER),
    (r"No space left on device", "the disk is full: about 4 GB are needed"),
)


class SetupError(Exception):
    """One line for the person at the terminal."""


def main() -> int:
    """Sets up what is missing; returns the exit code."""
    try:
        todo = [environment for environment in ENVIRONMENTS if not is_current(environment)]
        if todo:
            set_up(todo)
    except SetupError as error:
        print(f"setup: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("setup: stopped", file=sys.stderr)
        return 130
    return 0


def set_up(todo: list[Environment]) -> None:
    """Brings uv if need be, then each environment."""
    LOG.parent.mkdir(parents=True, exist_ok=True)
    LOG.write_text("", encoding="utf-8")
    uv = find_uv() or fetch_uv()
    for environment in todo:
        synchronise(uv, environment)
        stamp(environment.folder).write_text(digest(environment.folder), encoding="ascii")


def is_current(environment: Environment) -> bool:
    """Whether this environment was made from today's lock file and still has its interpreter."""
    made_from = stamp(environment.folder)
    if not made_from.exists() or made_from.read_text(encoding="ascii") != digest(environment.folder):
        return False
    return (environment.folder / ".venv" / "bin" / "python").exists()


def stamp(folder: Path) -> Path:
    """Lies inside the environment, so that it goes when the environment is deleted."""
    return folder / ".venv" / ".made-from"


def digest(folder: Path) -> str:
    """SHA-256 of what decides about the environment; its place counts, since scripts in it name their interpreter."""
    content = [str(folder).encode()] + [(folder / name).read_bytes() for name in MADE_FROM]
    return hashlib.sha256(b"\0".join(content)).hexdigest()


def find_uv() -> str | None:
    """A uv that really runs and is new enough; a uv on PATH may be a shim that only complains."""
    for candidate in (str(TOOLS / "bin" / "uv"), shutil.which("uv")):
        if candidate and (version := uv_version(candidate)) and version >= UV_NEEDED:
            return candidate
    return None


def uv_version(program: str) -> tuple[int, ...] | None:
    """None when the program does not run."""
    try:
        answer = subprocess.run(
            [program, "--version"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=20, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.match(rb"uv (\d+)\.(\d+)\.(\d+)", answer.stdout)
    return tuple(map(int, found.groups())) if found and answer.returncode == 0 else None


def fetch_uv() -> str:
    """Installs uv into .tools with this interpreter's own venv and pip."""
    try:
        import ensurepip  # noqa: F401, PLC0415
        import venv  # noqa: F401, PLC0415
    except ImportError as error:
        raise SetupError(
            "this Python has no venv: install it (Debian, Ubuntu: `sudo apt-get install python3-venv`), or install uv "
            "(https://docs.astral.sh/uv/) and put it on PATH"
        ) from error
    run([sys.executable, "-m", "venv", "--clear", str(TOOLS)], ROOT, "Making a place for tools (.tools)", "")
    pip = [str(TOOLS / "bin" / "python"), "-m", "pip", "--disable-pip-version-check"]
    run([*pip, "install", "uv>=" + ".".join(map(str, UV_NEEDED))], ROOT, "Fetching uv", "")
    return str(TOOLS / "bin" / "uv")


def synchronise(uv: str, environment: Environment) -> None:
    """Makes the environment exactly what its lock file says."""
    name, folder, python = environment
    text = f"Setting up Python {python} for {name}"
    interpreter = ["--python", found] if (found := known_interpreter(python)) else []
    index = own_index()
    if not index:
        run([uv, "--directory", str(folder), "sync", "--frozen", *interpreter], folder, text, python)
        return
    # A lock file names the files of the public index. With another index the same versions are fetched from
    # there and held against the lock file's hashes.
    wanted = LOG.with_name(f"locked-{python}.txt")
    base = [uv, "--directory", str(folder)]
    run([*base, "export", "--frozen", "--no-emit-project", "--output-file", str(wanted)], folder, text, python)
    run([*base, "venv", "--allow-existing", *(interpreter or ["--python", python])], folder, text, python)
    # Through the environment: an address may hold a password, and command lines go into the log.
    os.environ["UV_DEFAULT_INDEX"] = index
    place = ["--python", str(folder / ".venv")]
    run([*base, "pip", "sync", "--require-hashes", *place, str(wanted)], folder, text, python)
    if folder == ROOT:
        run([*base, "pip", "install", "--no-deps", *place, "--editable", "."], folder, text, python)


def own_index() -> str:
    """The package index this machine is told to use instead of the public one; empty when there is none."""
    asked = [os.environ.get(name, "") for name in ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "PIP_INDEX_URL")]
    answer = subprocess.run(
        [sys.executable, "-m", "pip", "config", "get", "global.index-url"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    index = next(filter(None, [*asked, answer.stdout.decode().strip()]), "")
    return "" if index.rstrip("/") == locked_index() else index


def locked_index() -> str:
    """The index that the lock files were made with, as they name it."""
    named = re.search(r'registry = "([^"]+)"', (ROOT / "uv.lock").read_text("utf-8"))
    return named[1] if named else ""


def known_interpreter(python: str) -> str:
    """An interpreter pyenv has, which uv overlooks when pyenv is not switched to it; empty when there is none."""
    versions = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    found = sorted(
        versions.glob(f"{python}.*/bin/python{python}"),
        key=lambda path: [int(n) for n in re.findall(r"\d+", path.parts[-3])],
    )
    return str(found[-1]) if found else ""


def run(command: list[str], folder: Path, text: str, python: str) -> None:
    """Runs one tool with its output in the log, showing that it lives; raises SetupError with advice when it fails."""
    begin = LOG.stat().st_size
    environment = {name: value for name, value in os.environ.items() if name not in ("VIRTUAL_ENV", "PYTHONPATH")}
    with LOG.open("ab") as log:
        log.write(f"$ {' '.join(command)}\n".encode())
        log.flush()
        process = subprocess.Popen(
            command, cwd=str(folder), stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, env=environment
        )
        try:
            wait(process, text)
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait()
    if process.returncode:
        with LOG.open("rb") as log:
            log.seek(begin)
            raise SetupError(advice(log.read().decode(errors="replace"), python))


def wait(process: subprocess.Popen[bytes], text: str) -> None:
    """Waits for the tool with a line that counts the seconds, or a line now and then where the output is a file."""
    started = told = time.monotonic()
    moving = sys.stdout.isatty()
    print(f"{text} …", end="" if moving else "\n", flush=True)
    while process.poll() is None:
        time.sleep(0.1)
        now = time.monotonic()
        if moving:
            print(f"\r{text} … {now - started:.0f} s", end="", flush=True)
        elif now - told >= SIGN_OF_LIFE:
            told = now
            print(f"{text} … {now - started:.0f} s", flush=True)
    if moving:
        print()


def advice(output: str, python: str) -> str:
    """What to do about this failure, in one line."""
    where = f"(all of it: {LOG.relative_to(ROOT)})"
    for pattern, text in ADVICE:
        if re.search(pattern, output, re.IGNORECASE):
            return f"{text.format(python=python)} {where}"
    lines = [line.strip() for line in output.splitlines() if re.search(r"error|×|failed", line, re.IGNORECASE)]
    return f"{lines[0] if lines else 'it failed'} {where}"


if __name__ == "__main__":
    sys.exit(main())
