"""Runs one program so that neither it nor what it starts outlives the launcher.

    python -I -S child.py LIFELINE GRACE PROGRAM [ARGUMENT ...]

LIFELINE is the number of a pipe's reading end. Only the launcher holds the writing end, so the pipe ends when the launcher
ends, however that happened. GRACE is how many seconds programs get between SIGTERM and SIGKILL. The exit code is the
program's; 128 + number when a signal ended it.

This file is run by its path with nothing but the standard library, so that it starts in a few hundredths of a second.
"""

import ctypes
import os
import select
import signal
import sys
import time
from contextlib import suppress

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
ON_LINUX = sys.platform == "linux"
ORPHAN_GRACE = 2.0
"""Seconds for what a program left behind; it has already had its own time to clean up."""


def prctl(option: int, value: int) -> None:
    """Sets a property of this process (Linux, see prctl(2)); elsewhere nothing: the pipe alone has to do."""
    if ON_LINUX:
        ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0)


def launch(command: list[str]) -> int:
    """Starts the program in our process group and returns its id. It is killed by the kernel if this process is."""
    guard = os.getpid()
    pid = os.fork()
    if pid:
        return pid
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() == guard:
            os.execvp(command[0], command)  # noqa: S606 (the whole purpose; no shell wanted)
    except OSError as error:
        print(f"{command[0]}: {error.strerror}", file=sys.stderr, flush=True)
    os._exit(127)


def descendants() -> list[int]:
    """Everything below this process, also what has left its process group. Linux only; elsewhere empty."""
    parents: dict[int, list[int]] = {}
    for name in os.listdir("/proc") if ON_LINUX else []:
        if name.isdigit():
            with suppress(OSError), open(f"/proc/{name}/stat", encoding="utf-8", errors="replace") as stat:
                parents.setdefault(int(stat.read().rpartition(")")[2].split()[1]), []).append(int(name))
    found: list[int] = []
    queue = [os.getpid()]
    while queue:
        below = parents.get(queue.pop(), [])
        found += below
        queue += below
    return found


def send(number: int) -> None:
    """Sends the signal to all that was started here; processes that are gone by now are no error."""
    if not ON_LINUX:
        os.killpg(0, number)
    for pid in descendants():
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, number)


class Guard:
    """Waits for the program to end, for a signal, or for the launcher to die; then clears up."""

    def __init__(self, lifeline: int, grace: float, command: list[str]) -> None:
        self.lifeline, self.grace = lifeline, grace
        os.set_inheritable(lifeline, False)
        prctl(PR_SET_CHILD_SUBREAPER, 1)
        self.wakeup, end = os.pipe()
        os.set_blocking(end, False)
        signal.set_wakeup_fd(end, warn_on_full_buffer=False)
        self.asked = False
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._ask)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        self.program = launch(command)
        self.status: int | None = None
        self.deadline = 0.0
        """Monotonic time of SIGKILL; 0 while nobody was asked to stop."""

    def _ask(self, *_: object) -> None:
        self.asked = True

    def run(self) -> int:
        """Returns the program's exit code once nothing is left of it."""
        watched = [self.lifeline, self.wakeup]
        while not self._reaped_all():
            wait = max(0.0, self.deadline - time.monotonic()) if self.deadline else None
            readable, _, _ = select.select(watched, [], [], wait)
            if self.wakeup in readable:
                os.read(self.wakeup, 512)
            if self.lifeline in readable:
                watched.remove(self.lifeline)
                self.asked = True
            if self.deadline and time.monotonic() >= self.deadline:
                send(signal.SIGKILL)
                self.deadline = time.monotonic() + 1.0
            elif self.asked and not self.deadline:
                self._begin(self.grace)
        return self._code()

    def _begin(self, grace: float) -> None:
        self.deadline = time.monotonic() + grace
        send(signal.SIGTERM)

    def _reaped_all(self) -> bool:
        """Collects what has ended. True when the program has and nothing it started is left."""
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return True
            if pid == 0:
                return False
            if pid == self.program:
                self.status = status
                if not self.deadline and descendants():
                    self._begin(ORPHAN_GRACE)

    def _code(self) -> int:
        code = os.waitstatus_to_exitcode(self.status) if self.status is not None else 1
        return code if code >= 0 else 128 - code


def main() -> int:
    """Reads the arguments described above and runs the guard."""
    lifeline, grace, *command = sys.argv[1:]
    return Guard(int(lifeline), float(grace), command).run()


if __name__ == "__main__":
    sys.exit(main())
