"""The processes of one installation: what is started, on which port, and how one sees that it works."""

import os
from pathlib import Path

from app.launcher.environment import ONE_THREAD, clock_anchor, desk_environment, rasa_environment
from app.launcher.ports import Port
from app.launcher.processes import Service
from app.launcher.project import Project
from settings import Settings

LOOPBACK = "127.0.0.1"


def ports(settings: Settings) -> list[Port]:
    """The ports that have to be free. Rasa and the action server do not count where they run on another machine."""
    needed = [Port("the app", settings.host, settings.port, "WENHUO_PORT")]
    if not settings.rasa_url:
        needed.append(Port("Rasa", LOOPBACK, settings.rasa_port, "WENHUO_RASA_PORT"))
    if not settings.actions_url:
        needed.append(Port("the action server", LOOPBACK, settings.actions_port, "WENHUO_ACTIONS_PORT"))
    return needed


def services(settings: Settings, project: Project, model: Path) -> list[Service]:
    """In the order of stopping from the last to the first: the app goes first, so that nobody is promised an answer."""
    desk = desk_environment(os.environ, settings)
    chosen = [] if settings.actions_url else [_actions(settings, project, desk)]
    if not settings.rasa_url:
        chosen.append(_rasa(settings, project, model))
    return [*chosen, _app(settings, project, desk)]


def address(settings: Settings) -> str:
    """Where a person on this machine opens the desk."""
    host = LOOPBACK if settings.host in {"0.0.0.0", "::", ""} else settings.host  # noqa: S104 (compared, not bound)
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.port}"


def _actions(settings: Settings, project: Project, desk: dict[str, str]) -> Service:
    return Service(
        name="actions",
        command=[project.desk_python, "-m", "bot.actions"],
        cwd=project.root,
        environment=desk,
        log=project.log("actions"),
        health=f"http://{LOOPBACK}:{settings.actions_port}/health",
    )


def _rasa(settings: Settings, project: Project, model: Path) -> Service:
    command = [project.bot_python, "-m", "rasa", "run", "--model", str(model), "--interface", LOOPBACK]
    command += ["--port", str(settings.rasa_port), "--credentials", "credentials.yml", "--endpoints", "endpoints.yml"]
    told = {"WENHUO_ACTIONS_URL": settings.actions}
    return Service(
        name="rasa",
        command=command,
        cwd=project.root,
        environment=rasa_environment(os.environ) | ONE_THREAD | told | clock_anchor(settings),
        log=project.log("rasa"),
        health=f"http://{LOOPBACK}:{settings.rasa_port}/webhooks/desk/health",
    )


def _app(settings: Settings, project: Project, desk: dict[str, str]) -> Service:
    command = [project.desk_python, "-m", "uvicorn", "app.main:create_app", "--factory", "--no-server-header"]
    command += ["--host", settings.host, "--port", str(settings.port), "--timeout-graceful-shutdown", "4"]
    # Addresses name senders; figures on requests are under /metrics.
    command += ["--no-access-log", "--log-level", settings.log_level.lower()]
    return Service(
        name="app",
        command=command,
        cwd=project.root,
        environment=desk,
        log=project.log("app"),
        health=f"{address(settings)}/healthz",
    )
