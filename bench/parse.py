"""How fast messages are understood, what memory Rasa takes, whether training twice gives the same: `python -m bench.parse`.

The figures go into `speed.json` of the data folder, from where `make evaluate` takes those of the server.
"""

import argparse
import json
import statistics
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from uuid import uuid4

import httpx
import psutil

from app.evaluation.asking import Asking
from app.evaluation.facts import SPEED, machine, now, quantile
from app.launcher.project import Project
from app.launcher.screen import Screen
from app.launcher.training import ensure_model, train_into
from settings import ROOT, load
from tests.e2e.stack import running_stack
from trainer.measures import Parse
from trainer.messages import read_messages

FILES = ROOT / "tests" / "nlu"


def main() -> int:
    """Exit code 1 when two trainings understand some message differently (`--twice`)."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=3, help="how often every message is understood")
    arguments.add_argument("--turns", type=int, default=1000, help="messages before the server's memory is read")
    arguments.add_argument("--twice", action="store_true", help="only train twice and compare what is understood")
    given = arguments.parse_args()
    settings, screen = load(), Screen.on_stderr()
    project = Project(ROOT, settings.data_dir.resolve())
    asking = Asking(project, settings, screen)
    texts = [message.text for file in sorted(FILES.glob("*.yml")) for message in read_messages(file)]
    if given.twice:
        return twice(project, screen, asking, texts)
    model = ensure_model(project, screen)
    speed(project, asking, model, texts, given.rounds)
    with screen.waiting(f"Asking the server {given.turns} times"):
        memory = server_memory(texts, given.turns)
    print(f"Rasa after {given.turns} messages: {memory / 1e6:,.0f} MB resident")
    facts = {"model": model.name, "server_bytes": memory, "turns": given.turns, "measured_at": now()}
    (project.data / SPEED).write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")
    return 0


def speed(project: Project, asking: Asking, model: Path, texts: Sequence[str], rounds: int) -> None:
    """Prints the times of each round, in one process with one thread, and what the model costs otherwise."""
    answers = asking.understand(model, [*texts] * rounds)
    for number in range(rounds):
        times = sorted(answer.ms for answer in answers[number * len(texts) : (number + 1) * len(texts)])
        middle, late = statistics.median(times), quantile(times, 0.95)
        print(
            f"round {number + 1}: median {middle:.1f} ms, p95 {late:.1f} ms, longest {times[-1]:.0f} ms, n {len(times)}"
        )
    costs = machine(project, model, answers)
    print(f"archive {(costs.archive_bytes or 0) / 1e6:.1f} MB, trained in {costs.training_seconds or 0:.0f} s")
    print(f"memory of that process {(costs.resident_bytes or 0) / 1e6:,.0f} MB")


def server_memory(texts: Sequence[str], turns: int) -> int:
    """Bytes that a fresh Rasa server holds in main memory after so many turns, each of a conversation of its own."""
    with tempfile.TemporaryDirectory() as folder, running_stack(Path(folder)) as stack:
        url = f"{stack.settings.rasa}/webhooks/desk/turn"
        with httpx.Client(timeout=30, trust_env=False) as client:
            for number in range(turns):
                said = {"text": texts[number % len(texts)], "payload": None, "memory": None}
                client.post(url, json=said | {"conversation": str(uuid4()), "turn": str(uuid4())}).raise_for_status()
        return int(psutil.Process(stack.processes.pid("rasa")).memory_info().rss)


def twice(project: Project, screen: Screen, asking: Asking, texts: Sequence[str]) -> int:
    """Trains today's data twice from nothing; 1 if any message is understood differently in any part of its parse."""
    with tempfile.TemporaryDirectory() as first, tempfile.TemporaryDirectory() as second:
        both = [_understood(project, screen, asking, Path(folder), texts) for folder in (first, second)]
    different = [text for text, one, other in zip(texts, *both, strict=True) if one != other]
    print(f"{len(texts)} messages, {len(different)} understood differently after the second training")
    return 1 if different else 0


def _understood(project: Project, screen: Screen, asking: Asking, folder: Path, texts: Sequence[str]) -> list[Parse]:
    return [answer.parse for answer in asking.understand(train_into(project, screen, folder), texts)]


if __name__ == "__main__":
    sys.exit(main())
