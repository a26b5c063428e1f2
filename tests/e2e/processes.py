"""The desk's real processes for tests: kept alive by the launcher's own keepers, killed and frozen by the tests."""

import asyncio
import os
import signal
import threading
import time
from collections.abc import Coroutine, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace

import psutil

from app.launcher.keeper import Keeper, RestartPolicy
from app.launcher.processes import Service, tail

FOREVER = RestartPolicy(first_delay=0.2, longest_delay=0.5, deaths=10_000)
"""As the launcher restarts, only that it never gives up: tests kill on purpose."""


class Processes:
    """Services under keepers, which run in an event loop of a thread of their own."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="keepers", daemon=True)
        self._thread.start()
        self._keepers: dict[str, tuple[Keeper, asyncio.Task[None]]] = {}
        self.said: list[str] = []
        """What the launcher would have told the person at the terminal."""

    def start(self, service: Service) -> None:
        """Starts keeping a service; returns at once."""

        async def keep() -> None:
            keeper = Keeper(service, FOREVER, self.said.append)
            self._keepers[service.name] = keeper, asyncio.create_task(keeper.keep())

        self._run(keep())

    def stop(self, name: str) -> Service:
        """Stops a service for good and returns its description."""
        keeper, task = self._keepers.pop(name)

        async def end() -> None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            await keeper.stop()

        self._run(end())
        return keeper.service

    def wait_ready(self, *names: str, within: float = 120.0) -> None:
        """Waits until these (none named: all) answer. Raises AssertionError with the end of the log otherwise."""
        end = time.monotonic() + within
        for name in names or tuple(self._keepers):
            keeper, task = self._keepers[name]
            while not keeper.healthy.is_set():
                assert not task.done(), f"nobody keeps {name} any more: {task}"
                assert time.monotonic() < end, f"{name} is not ready:\n{tail(keeper.service.log)}"
                time.sleep(0.05)

    def pid(self, name: str) -> int | None:
        """The program's process id; None while it is not running."""
        command = list(self._keepers[name][0].service.command)
        for process in psutil.Process().children(recursive=True):
            with suppress(psutil.Error):
                if process.cmdline() == command and process.status() != psutil.STATUS_ZOMBIE:
                    return process.pid
        return None

    def kill(self, name: str) -> bool:
        """Ends the program with SIGKILL, as the kernel would; its keeper starts it again. False when none was running."""
        keeper = self._keepers[name][0]
        pid = self.pid(name)
        if pid is None:
            return False
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        end = time.monotonic() + 5
        # Until the keeper has noticed: `wait_ready` must not see the health of the dead.
        while keeper.healthy.is_set() and self.pid(name) in (pid, None) and time.monotonic() < end:
            time.sleep(0.01)
        return True

    @contextmanager
    def frozen(self, name: str) -> Iterator[None]:
        """Holds the program: its port is open, nothing is answered."""
        pid = self.pid(name)
        assert pid is not None
        os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(pid, signal.SIGCONT)

    @contextmanager
    def stopped(self, name: str) -> Iterator[None]:
        """The service is not running; afterwards it is ready again."""
        service = self.stop(name)
        try:
            yield
        finally:
            self.start(service)
            self.wait_ready(name)

    @contextmanager
    def with_environment(self, name: str, changed: Mapping[str, str]) -> Iterator[None]:
        """The service runs with other settings; afterwards as before."""
        service = self.stop(name)
        try:
            self.start(replace(service, environment={**service.environment, **changed}))
            self.wait_ready(name)
            yield
        finally:
            self.stop(name)
            self.start(service)
            self.wait_ready(name)

    def close(self) -> None:
        """Stops everything, in the reverse order. Raises AssertionError when a process is left."""
        started = psutil.Process().children(recursive=True)
        for name in reversed(list(self._keepers)):
            self.stop(name)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        _, left = psutil.wait_procs(started, timeout=3)
        ours = [process for process in left if _is_program(process)]
        assert not ours, f"still there: {ours}"

    def _run(self, work: Coroutine[None, None, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=60)


def _is_program(process: psutil.Process) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
