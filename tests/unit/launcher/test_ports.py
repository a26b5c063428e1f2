"""A taken port is one line: which port, who has it, what changes it."""

import socket
from collections.abc import Iterator

import psutil
import pytest

from app.launcher.errors import LauncherError
from app.launcher.ports import Port, refuse_taken


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_a_taken_port_names_its_holder_and_the_setting(taken: int) -> None:
    with pytest.raises(LauncherError) as refused:
        refuse_taken([Port("Rasa", "127.0.0.1", taken, "WENHUO_RASA_PORT")])
    message = str(refused.value)
    assert f"Port {taken}" in message
    assert f"{' '.join(psutil.Process().cmdline())[:60]} (process {psutil.Process().pid})" in message
    assert "WENHUO_RASA_PORT" in message
    assert "\n" not in message


def test_a_free_port_passes(taken: int) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        free = other.getsockname()[1]
    refuse_taken([Port("the app", "127.0.0.1", free, "WENHUO_PORT")])


def test_the_same_port_twice_is_refused() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        free = other.getsockname()[1]
    with pytest.raises(LauncherError, match="WENHUO_PORT and WENHUO_RASA_PORT are both"):
        refuse_taken(
            [Port("the app", "127.0.0.1", free, "WENHUO_PORT"), Port("Rasa", "127.0.0.1", free, "WENHUO_RASA_PORT")]
        )


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(LauncherError, match=r"the app cannot listen on 192\.0\.2\.1:80"):
        refuse_taken([Port("the app", "192.0.2.1", 8080, "WENHUO_PORT")])
