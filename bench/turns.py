"""How long a customer waits for an answer, and whether that grows with the conversation: `python -m bench.turns`."""

import argparse
import statistics
import tempfile
import time
from pathlib import Path

from tests.e2e.stack import Stack, running_stack

LINES = (
    "你好",
    "MSKU1234565到哪了",
    "什么时候能到",
    "上海到汉堡两个高柜多少钱",
    "普货",
    "能便宜点吗不了先这样",
    "谢谢",
)
CONTACT = "K1003"


def main() -> None:
    """Prints medians and 95th percentiles in milliseconds, without and with the wait for further lines."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--conversations", type=int, default=12)
    arguments.add_argument("--long", type=int, default=120, help="messages of the one long conversation")
    given = arguments.parse_args()
    for quiet in (0.0, 0.75):
        with tempfile.TemporaryDirectory() as folder, running_stack(Path(folder), burst_quiet=quiet) as stack:
            _measure(stack, "warm-up", 2)
            show(f"burst {quiet} s, {given.conversations} conversations", _measure(stack, "many", given.conversations))
            if quiet == 0.0:
                times = [_time(stack, "long", LINES[1]) for _ in range(given.long)]
                show("messages 5 to 15 of one conversation", times[5:15])
                show(f"messages {given.long - 20} to {given.long}", times[-20:])


def show(what: str, times: list[float]) -> None:
    """One line of figures."""
    ordered = sorted(times)
    p95 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
    print(f"{what}: median {1000 * statistics.median(ordered):.0f} ms, p95 {1000 * p95:.0f} ms, n {len(ordered)}")


def _measure(stack: Stack, name: str, conversations: int) -> list[float]:
    return [_time(stack, f"{name}-{number}", line) for number in range(conversations) for line in LINES]


def _time(stack: Stack, sender: str, line: str) -> float:
    started = time.perf_counter()
    stack.say(sender, line, CONTACT)
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
