"""Finds out whether a port is free, and who has it, before anything long starts."""

import errno
import socket
from collections.abc import Iterable
from dataclasses import dataclass

import psutil

from app.launcher.errors import LauncherError

LONGEST_COMMAND = 60
"""Characters of a command line that are shown."""


@dataclass(frozen=True)
class Port:
    """A port one of our processes will listen on, and the setting that moves it."""

    owner: str
    host: str
    number: int
    setting: str


def refuse_taken(ports: Iterable[Port]) -> None:
    """Raises LauncherError naming the first port that is not free, its holder and the setting that changes it."""
    claimed: dict[int, Port] = {}
    for port in ports:
        if other := claimed.get(port.number):
            raise LauncherError(
                f"{other.setting} and {port.setting} are both {port.number}: give {port.owner} another port."
            )
        claimed[port.number] = port
        problem = _problem(port)
        if problem:
            raise LauncherError(f"{problem} Free it, or set {port.setting} to another port.")


def holder(number: int) -> str:
    """The program listening on this port, as "name (process 123)"; "another program" when the system does not tell."""
    try:
        connections = psutil.net_connections(kind="tcp")
    except psutil.AccessDenied:
        return "another program"
    for connection in connections:
        listening = connection.status == psutil.CONN_LISTEN and connection.laddr
        if listening and listening.port == number and connection.pid:
            return _named(connection.pid)
    return "another program"


def _named(pid: int) -> str:
    try:
        process = psutil.Process(pid)
        name = process.name()
        # An interpreter's name tells nothing; what it runs does.
        shown = " ".join(process.cmdline())[:LONGEST_COMMAND] if name.startswith(("python", "node", "java")) else name
        return f"{shown or name} (process {pid})"
    except psutil.Error:
        return f"process {pid}"


def _problem(port: Port) -> str:
    """Empty when the port is free."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(port.host, port.number, type=socket.SOCK_STREAM)[0]
    except socket.gaierror:
        return f"{port.host} is not an address of this machine ({port.owner} should listen there)."
    with socket.socket(family, kind, protocol) as trial:
        # As servers do: a port whose last connections are still closing counts as free.
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(address)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return f"Port {port.number}, needed for {port.owner}, is taken by {holder(port.number)}."
            return f"{port.owner} cannot listen on {port.host}:{port.number}: {error.strerror}."
    return ""
