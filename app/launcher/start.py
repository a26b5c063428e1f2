"""`wenhuo up`: from the checks over the preparations to the running desk and its end."""

import asyncio
import os
import signal
from types import FrameType

from app.launcher.child import PR_SET_PDEATHSIG, prctl
from app.launcher.errors import LauncherError, Stopped
from app.launcher.lock import Held, locked
from app.launcher.page import ensure_pages
from app.launcher.ports import refuse_taken
from app.launcher.prepare import demo_logins, prepare
from app.launcher.processes import Service
from app.launcher.project import Project
from app.launcher.promotion import serving_model
from app.launcher.screen import Screen
from app.launcher.services import address, ports, services
from app.launcher.supervisor import STOP_SIGNALS, Supervisor
from settings import ROOT, Settings, load


def start_all(*, train: bool = False) -> None:
    """Starts everything and returns when somebody has stopped it; raises LauncherError for what a person can put right.

    With `train` the model that fits the data is served, though another one is promoted.
    """
    settings = load()
    project = Project(ROOT, settings.data_dir.resolve())
    screen = Screen()
    _stop_cleanly()
    try:
        with locked(settings.data_dir / "wenhuo.lock", f"process {os.getpid()}, {address(settings)}"):
            refuse_taken(ports(settings))
            _run(settings, project, screen, train=train)
    except Held as held:
        raise LauncherError(f"Wenhuo already runs ({held.note or 'another process'}).") from held


def _run(settings: Settings, project: Project, screen: Screen, *, train: bool) -> None:
    model = serving_model(project, screen, train=train)
    ensure_pages(project, screen)
    prepare(settings, screen)
    asyncio.run(_serve(settings, services(settings, project, model), screen))
    screen.say("Everything is stopped.")


async def _serve(settings: Settings, chosen: list[Service], screen: Screen) -> None:
    supervisor = Supervisor(chosen, screen.say)
    waiting = asyncio.create_task(_show_waiting(supervisor, screen))

    def ready() -> None:
        waiting.cancel()
        screen.done(f"Wenhuo is open at {address(settings)}  (Ctrl-C stops it)")
        for line in demo_logins(settings):
            screen.say(f"  {line}")

    try:
        await supervisor.run(ready)
    finally:
        waiting.cancel()


async def _show_waiting(supervisor: Supervisor, screen: Screen) -> None:
    with screen.waiting("Starting") as waiting:
        while True:
            waiting.tick(detail=", ".join(supervisor.waiting_for))
            await asyncio.sleep(0.2)


def _stop_cleanly() -> None:
    """Until the supervisor takes over, a stop signal ends the step at hand; its programs go with it."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise Stopped

    for number in STOP_SIGNALS:
        signal.signal(number, stop)
    if "MAKELEVEL" in os.environ:
        # `make run`: a killed make takes the desk with it. One that is gone already cannot tell us any more.
        prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
