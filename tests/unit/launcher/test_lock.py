"""One launcher at a time; a dead one's lock is free."""

import subprocess
import sys
from pathlib import Path

import pytest

from app.launcher.lock import Held, locked

HOLD = """
import sys, time
from pathlib import Path
from app.launcher.lock import locked
with locked(Path(sys.argv[1]), "process 7, http://x"):
    print("held", flush=True)
    time.sleep(60)
"""


def test_the_second_learns_who_has_it_and_a_killed_holder_frees_it(tmp_path: Path) -> None:
    path = tmp_path / "data" / "wenhuo.lock"
    with subprocess.Popen([sys.executable, "-c", HOLD, str(path)], stdout=subprocess.PIPE) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(Held) as held, locked(path, "me"):
            pass
        assert held.value.note == "process 7, http://x"
        holder.kill()
        holder.wait()
    with locked(path, "me"):
        assert path.read_text() == "me\n"


def test_the_lock_is_free_again_after_an_error(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), locked(tmp_path / "lock", "a"):
        raise ZeroDivisionError
    with locked(tmp_path / "lock", "b"):
        pass
