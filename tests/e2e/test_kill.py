"""Processes die in the middle of work: nothing that was acknowledged is lost, doubled or out of order.

A short run; `python -m bench.kill` does fifty kills.
"""

import random

from tests.e2e.load import Customers, figures, kill_in_turn, problems, wait_until_all_is_handled
from tests.e2e.stack import Stack

SEED = 20261123
KILLS = ("app", "actions", "app", "rasa", "app", "actions")


def test_six_kills_under_load_lose_and_double_nothing(stack: Stack) -> None:
    chance = random.Random(SEED)  # noqa: S311 (nothing secret: a run that can be repeated)
    customers = Customers(stack, SEED, number=3)
    customers.start()
    try:
        killed = kill_in_turn(stack, KILLS, chance, pause=1.0)
    finally:
        customers.stop()
    wait_until_all_is_handled(stack)
    print(figures(stack, customers.ledger, killed))
    assert len(killed) == len(KILLS)
    assert len(customers.ledger.acknowledged) > 20
    assert problems(stack, customers.ledger) == []
