"""Fifty kills of app, action server and Rasa under load, with the figures: `python -m bench.kill`."""

import argparse
import random
import sys
import tempfile
import time
from pathlib import Path

from tests.e2e.load import Customers, figures, kill_in_turn, problems, wait_until_all_is_handled
from tests.e2e.stack import running_stack

WEIGHTS = {"app": 5, "actions": 4, "rasa": 1}
"""How often each is killed: Rasa takes some ten seconds to come back, in which little happens."""


def main() -> int:
    """Exit code 1 when anything was lost, doubled or out of order."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--kills", type=int, default=50)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--customers", type=int, default=4)
    given = arguments.parse_args()
    chance = random.Random(given.seed)
    names = chance.choices(list(WEIGHTS), list(WEIGHTS.values()), k=given.kills)
    with tempfile.TemporaryDirectory() as folder, running_stack(Path(folder)) as stack:
        started = time.monotonic()
        customers = Customers(stack, given.seed, given.customers)
        customers.start()
        try:
            killed = kill_in_turn(stack, names, chance)
        finally:
            customers.stop()
        wait_until_all_is_handled(stack)
        wrong = problems(stack, customers.ledger)
        print(figures(stack, customers.ledger, killed))
        print(f"seconds in all: {time.monotonic() - started:.0f}, seed {given.seed}")
    print("\n".join(wrong) or "nothing lost, nothing doubled, all in order")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
