"""What each program is told through its environment."""

import os
import secrets
import time
from collections.abc import Mapping
from pathlib import Path

from settings import Settings

PASSED_TO_RASA = ("PATH", "HOME", "LANG", "LANGUAGE", "LC_ALL", "LC_CTYPE", "TMPDIR", "TZ", "USER", "WENHUO_LOG_LEVEL")
"""Rasa's old pins are private for a reason: it gets no secret, no database address and no proxy."""

QUIET_RASA = {
    "RASA_TELEMETRY_ENABLED": "false",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "CUDA_VISIBLE_DEVICES": "-1",
    "PYTHONWARNINGS": "ignore",
    "PYTHONUNBUFFERED": "1",
    "PYTHONUTF8": "1",
}

ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "TF_INTRA_OP_PARALLELISM_THREADS": "1",
    "TF_INTER_OP_PARALLELISM_THREADS": "1",
}
"""For serving: messages are so small that sharing the work out costs more than it gives."""


def rasa_environment(ours: Mapping[str, str]) -> dict[str, str]:
    """The environment of every program of Rasa's."""
    return {name: ours[name] for name in PASSED_TO_RASA if name in ours} | QUIET_RASA


def desk_environment(ours: Mapping[str, str], settings: Settings) -> dict[str, str]:
    """Ours, the secret of this installation, and the moment from which a moved clock runs on."""
    # Absolute: the programs start in the project folder, wherever `wenhuo` was called.
    data = settings.data_dir.resolve()
    environment = dict(ours) | {"PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1", "WENHUO_DATA_DIR": str(data)}
    if settings.mode == "demo" and "secret" not in settings.model_fields_set:
        environment["WENHUO_SECRET"] = kept_secret(data / "secret")
    return environment | clock_anchor(settings)


def clock_anchor(settings: Settings) -> dict[str, str]:
    """WENHUO_NOW and the Unix time at which it applied; empty when the clock is not moved."""
    if settings.now is None:
        return {}
    since = time.time() if settings.now_since is None else settings.now_since
    return {"WENHUO_NOW": settings.now.isoformat(), "WENHUO_NOW_SINCE": repr(since)}


def kept_secret(path: Path) -> str:
    """The secret of this installation, made on first use; only its owner can read the file."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        # Under another name first: a launcher killed in between must not leave an empty secret behind.
        fresh = path.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(32))
        fresh.replace(path)
    return path.read_text("ascii").strip()
