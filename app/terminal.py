"""Wiring of `wenhuo chat`: the whole desk in this process, with the terminal as its only channel."""

import asyncio
from uuid import uuid4

import httpx

from app.bootstrap import Container, build
from app.launcher.prepare import prepare
from app.launcher.project import Project
from app.launcher.screen import Screen
from app.launcher.services import services
from app.launcher.supervisor import Supervisor
from app.launcher.training import ensure_model
from connectors.terminal.channel import TerminalChannel
from crm.customers.errors import ContactUnknown
from logs import configure_logging
from settings import ROOT, Settings, load

ANSWER_WITHIN = 12.0


def talk(contact: str | None) -> None:
    """Reads lines until an empty one. Raises LauncherError where something is missing that a person can put right."""
    settings = load()
    # The conversation is on the screen; only what went wrong is worth a line between.
    configure_logging("ERROR")
    screen = Screen()
    prepare(settings, screen)
    asyncio.run(_talk(settings, screen, contact))


async def _talk(settings: Settings, screen: Screen, contact: str | None) -> None:
    supervisor = None if await _answers(settings) else _supervisor(settings, screen)
    if supervisor is None:
        await _converse(settings, screen, contact)
        return
    ready = asyncio.Event()
    running = asyncio.create_task(supervisor.run(ready.set))
    waiting = asyncio.create_task(ready.wait())
    try:
        with screen.waiting("Starting bot and action server"):
            await asyncio.wait({running, waiting}, return_when=asyncio.FIRST_COMPLETED)
        if ready.is_set():
            await _converse(settings, screen, contact)
    finally:
        supervisor.stop()
        waiting.cancel()
        await running


def _supervisor(settings: Settings, screen: Screen) -> Supervisor:
    project = Project(ROOT, settings.data_dir.resolve())
    needed = [one for one in services(settings, project, ensure_model(project, screen)) if one.name != "app"]
    return Supervisor(needed, screen.say)


async def _answers(settings: Settings) -> bool:
    try:
        async with httpx.AsyncClient(timeout=2) as client:
            return (await client.get(f"{settings.rasa}/webhooks/desk/health")).is_success
    except httpx.HTTPError:
        return False


async def _converse(settings: Settings, screen: Screen, contact: str | None) -> None:
    terminal = TerminalChannel(f"terminal:{uuid4().hex}", screen.say, contact)
    # Whole messages are typed here, one at a time: no burst to wait for.
    desk = build(settings.model_copy(update={"burst_quiet": 0.0}), channels=(terminal,))
    beside = [asyncio.create_task(desk.relay.run_forever())]
    beside += [asyncio.create_task(job.run_forever()) for job in desk.jobs.values()]
    screen.say("您好，请说（空行结束）。")
    try:
        while typed := (await asyncio.to_thread(_read)).strip():
            if not await _exchange(desk, terminal, typed, screen):
                return
    finally:
        await desk.stop(beside)


async def _exchange(desk: Container, terminal: TerminalChannel, typed: str, screen: Screen) -> bool:
    try:
        receipt = await desk.intake.receive(terminal.incoming(typed))
    except ContactUnknown as unknown:
        screen.warn(f"没有这个联系人：{unknown}。用联系人代码、手机或邮箱，见 wenhuo import contacts。")
        return False
    await desk.intake.settled(receipt, ANSWER_WITHIN)
    await desk.relay.run_once()
    return True


def _read() -> str:
    try:
        return input("我：")
    except EOFError:
        return ""
