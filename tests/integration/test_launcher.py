"""The supervisor with small programs in the place of Rasa, actions and app: nothing dies unnoticed, nothing is left behind."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from app.launcher import keeper
from app.launcher.errors import ServiceGaveUp
from app.launcher.keeper import RestartPolicy
from app.launcher.processes import Service
from app.launcher.supervisor import Supervisor

SERVER = """
import http.server, os, signal, sys
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(sys.argv[2].encode())
    def log_message(self, *a): pass
print("started", os.getpid(), flush=True)
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Answer).serve_forever()
"""
STUBBORN_PARENT = """
import os, signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
sleeper = [sys.executable, "-S", "-c", "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(300)"]
away = subprocess.Popen(sleeper, start_new_session=True)
near = subprocess.Popen(sleeper)
print("started", os.getpid(), away.pid, near.pid, flush=True)
time.sleep(300)
"""
LAUNCHER = """
import asyncio, sys
from pathlib import Path
from app.launcher.processes import Service
from app.launcher.supervisor import Supervisor
log = Path(sys.argv[1])
command = [sys.executable, "-S", "-c", sys.argv[2]]
service = Service("stubborn", command, log.parent, {}, log, health="", grace=0.5)
asyncio.run(Supervisor([service], print).run(lambda: print("ready", flush=True)))
print("all stopped", flush=True)
"""
QUICK = RestartPolicy(first_delay=0.05, longest_delay=0.1)


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port: int = trial.getsockname()[1]
        return port


def server(folder: Path, name: str = "rasa", says: str = '{"ready": true}', **more: float) -> Service:
    port = free_port()
    command = [sys.executable, "-S", "-c", SERVER, str(port), says]
    return Service(name, command, folder, {}, folder / f"{name}.log", f"http://127.0.0.1:{port}/", **more)


def started(log: Path) -> list[int]:
    """The process ids the last start of a program wrote into its log."""
    lines = [line for line in log.read_text().splitlines() if line.startswith("started")] if log.exists() else []
    return [int(word) for word in lines[-1].split()[1:]] if lines else []


async def until(holds: Callable[[], bool], seconds: float = 8.0) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "did not happen in time"
        await asyncio.sleep(0.02)


def gone(pids: list[int]) -> bool:
    return not any(alive(pid) for pid in pids)


def alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


async def test_a_killed_service_is_reported_at_once_and_comes_back(tmp_path: Path) -> None:
    said: list[str] = []
    ready = asyncio.Event()
    service = server(tmp_path)
    supervisor = Supervisor([service], said.append, QUICK)
    running = asyncio.create_task(supervisor.run(ready.set))
    await asyncio.wait_for(ready.wait(), 8)
    first = started(service.log)
    os.kill(first[0], signal.SIGKILL)
    await until(lambda: any("died (killed by SIGKILL); starting it again in 0.1 s" in line for line in said), 1.0)
    await until(lambda: supervisor.waiting_for == [] and started(service.log) != first)
    assert len([line for line in said if line.startswith("rasa is ready")]) == 2
    supervisor.stop()
    await asyncio.wait_for(running, 8)
    assert gone([*first, *started(service.log)])


async def test_a_killed_guard_takes_its_program_along_and_both_come_back(tmp_path: Path) -> None:
    said: list[str] = []
    ready = asyncio.Event()
    service = server(tmp_path)
    supervisor = Supervisor([service], said.append, QUICK)
    running = asyncio.create_task(supervisor.run(ready.set))
    await asyncio.wait_for(ready.wait(), 8)
    first = started(service.log)
    guard = psutil.Process(first[0]).parent()
    assert guard
    assert guard.pid != os.getpid()
    guard.kill()
    await until(lambda: started(service.log) != first and supervisor.waiting_for == [])
    assert gone(first)
    supervisor.stop()
    await asyncio.wait_for(running, 8)


async def test_a_service_that_dies_again_and_again_ends_everything_with_its_last_lines(tmp_path: Path) -> None:
    said: list[str] = []
    broken = Service(
        "actions",
        [sys.executable, "-S", "-c", "print('no such table: quotes'); raise SystemExit(3)"],
        tmp_path,
        {},
        tmp_path / "actions.log",
        "http://127.0.0.1:9/",
    )
    healthy = server(tmp_path)
    with pytest.raises(ServiceGaveUp, match=r"actions died 5 times in a row \(exit code 3\)") as gave_up:
        await asyncio.wait_for(Supervisor([broken, healthy], said.append, QUICK).run(lambda: None), 12)
    assert "no such table: quotes" in gave_up.value.tail
    assert str(broken.log) in str(gave_up.value)
    assert len([line for line in said if line.startswith("actions died")]) == 4
    assert gone(started(healthy.log))


async def test_a_service_that_never_answers_is_given_up(tmp_path: Path) -> None:
    mute = Service(
        "rasa", ["/bin/sleep", "60"], tmp_path, {}, tmp_path / "l.log", "http://127.0.0.1:9/", start_timeout=0.5
    )
    with pytest.raises(ServiceGaveUp, match="rasa started but never answered"):
        await asyncio.wait_for(Supervisor([mute], lambda _line: None, QUICK).run(lambda: None), 8)


async def test_rasa_without_its_model_is_not_ready(tmp_path: Path) -> None:
    empty = server(tmp_path, says='{"ready": false, "model": null}', start_timeout=1.0)
    with pytest.raises(ServiceGaveUp, match="rasa started but never answered"):
        await asyncio.wait_for(Supervisor([empty], lambda _line: None, QUICK).run(lambda: None), 8)


async def test_a_hung_service_is_started_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeper, "PULSE_INTERVAL", 0.1)
    monkeypatch.setattr(keeper, "HEALTH_TIMEOUT", 0.2)
    ready = asyncio.Event()
    service = server(tmp_path, hang_timeout=0.3, grace=0.2)
    supervisor = Supervisor([service], lambda _line: None, QUICK)
    running = asyncio.create_task(supervisor.run(ready.set))
    await asyncio.wait_for(ready.wait(), 8)
    first = started(service.log)
    os.kill(first[0], signal.SIGSTOP)
    await until(lambda: started(service.log) != first and supervisor.waiting_for == [])
    assert gone(first)
    supervisor.stop()
    await asyncio.wait_for(running, 8)


async def test_a_program_that_is_not_there_is_said(tmp_path: Path) -> None:
    absent = Service("app", ["/nowhere/uvicorn"], tmp_path, {}, tmp_path / "app.log", "http://127.0.0.1:9/")
    with pytest.raises(ServiceGaveUp, match="exit code 127") as gave_up:
        await asyncio.wait_for(Supervisor([absent], lambda _line: None, QUICK).run(lambda: None), 8)
    assert "/nowhere/uvicorn: No such file or directory" in gave_up.value.tail


async def test_services_stop_one_after_the_other_the_last_first(tmp_path: Path) -> None:
    order = tmp_path / "order"
    note = "import signal, sys, time\ndef stop(*_):\n time.sleep(0.2)\n open({0!r}, 'a').write({1!r} + ' ')\n sys.exit(0)\n"
    wait = "signal.signal(signal.SIGTERM, stop)\nprint('started 1', flush=True)\ntime.sleep(60)\n"
    services = [
        Service(
            name, [sys.executable, "-S", "-c", note.format(str(order), name) + wait], tmp_path, {}, tmp_path / name, ""
        )
        for name in ("actions", "rasa", "app")
    ]
    supervisor = Supervisor(services, lambda _line: None, QUICK)
    running = asyncio.create_task(supervisor.run(lambda: None))
    await until(lambda: all(started(service.log) for service in services))
    supervisor.stop()
    await asyncio.wait_for(running, 8)
    assert order.read_text().split() == ["app", "rasa", "actions"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGKILL])
async def test_nothing_outlives_the_launcher(tmp_path: Path, number: signal.Signals) -> None:
    """Not the program, which ignores SIGTERM, nor its children, one of which has left its process group."""
    log = tmp_path / "stubborn.log"
    command = [sys.executable, "-c", LAUNCHER, str(log), STUBBORN_PARENT]
    launcher = await asyncio.create_subprocess_exec(
        *command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True
    )
    await until(lambda: len(started(log)) == 3)
    everything = [*started(log), *(child.pid for child in psutil.Process(launcher.pid).children(recursive=True))]
    assert len(set(everything)) == 4
    launcher.send_signal(number)
    await until(lambda: gone(everything))
    output, _ = await asyncio.wait_for(launcher.communicate(), 8)
    if number != signal.SIGKILL:
        assert b"all stopped" in output
        assert launcher.returncode == 0
