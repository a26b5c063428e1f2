"""Runs all services together until somebody says stop or one of them is beyond help."""

import asyncio
import signal
from collections.abc import Callable, Sequence

from app.launcher.keeper import Keeper, RestartPolicy
from app.launcher.processes import Service

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Supervisor:
    """Starts the services together and stops them one after the other, the last of the list first."""

    def __init__(
        self, services: Sequence[Service], tell: Callable[[str], None], policy: RestartPolicy | None = None
    ) -> None:
        self._keepers = [Keeper(service, policy or RestartPolicy(), tell) for service in services]
        self._stop = asyncio.Event()

    @property
    def waiting_for(self) -> list[str]:
        """Names of the services that do not answer yet."""
        return [keeper.service.name for keeper in self._keepers if not keeper.healthy.is_set()]

    def stop(self) -> None:
        """Makes `run` end. Safe from a signal handler of the event loop."""
        self._stop.set()

    async def run(self, ready: Callable[[], None]) -> None:
        """Calls `ready` once all are healthy; returns after `stop` or a stop signal; raises ServiceGaveUp.

        In every case nothing that was started is left when this ends.
        """
        loop = asyncio.get_running_loop()
        for number in STOP_SIGNALS:
            loop.add_signal_handler(number, self.stop)
        tasks = [asyncio.create_task(keeper.keep()) for keeper in self._keepers]
        announce = asyncio.create_task(self._announce(ready))
        stop = asyncio.create_task(self._stop.wait())
        try:
            pending = {*tasks, stop, announce}
            while stop in pending:
                done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    task.result()
        finally:
            for task in (*tasks, announce, stop):
                task.cancel()
            await asyncio.gather(*tasks, announce, stop, return_exceptions=True)
            for keeper in reversed(self._keepers):
                await keeper.stop()

    async def _announce(self, ready: Callable[[], None]) -> None:
        for keeper in self._keepers:
            await keeper.healthy.wait()
        ready()
