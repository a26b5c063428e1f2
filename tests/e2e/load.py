"""Customers who keep writing while the desk's processes are killed, and the account of what came of it.

A customer who got no answer says the same again under the same `message_id`, as callers do; everything sent is written
down here, to be compared with what the desk has recorded.
"""

import random
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx
from sqlalchemy import select

from conversations.models import Conversation, Message, Turn
from crm.complaints.models import ComplaintCard
from crm.orders.models import Order
from crm.pricing.models import Quote
from tests.e2e.stack import WEBHOOK, Stack

GIVE_UP = 90.0
"""Seconds after which a message that is still not acknowledged counts as lost."""
STORIES: tuple[tuple[str, ...], ...] = (
    ("你好", "我要投诉，你们的货晚了十天", "外箱也压坏了", "谢谢"),
    ("上海到汉堡海运2个40HQ普货多少钱", "改成3个高柜", "报价里都含什么费用", "好的谢谢"),
    ("帮我查下{container}现在到哪里了", "{tail}", "大概什么时候能到", "有变化通知我"),
    ("你们几点上班", "体积重怎么算", "我要找人工", "在吗"),
)
MADE: dict[Any, int] = {ComplaintCard: 2, Quote: 2, Order: 0}
"""How many rows one story can make at most: as many as it has lines that open a complaint or ask for a price."""


@dataclass(frozen=True)
class Sent:
    """One message with what the desk answered when it acknowledged it."""

    sender: str
    message_id: str
    text: str
    tries: int
    seconds: float
    """From the first try to the acknowledgement."""
    answers: tuple[tuple[int, str], ...]
    """(place in the log, text)."""


@dataclass
class Ledger:
    """What all customers sent and heard."""

    acknowledged: list[Sent] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def write(self, sent: Sent) -> None:
        """From any thread."""
        with self._lock:
            self.acknowledged.append(sent)

    def write_lost(self, sender: str) -> None:
        """From any thread."""
        with self._lock:
            self.lost.append(sender)


class Customers:
    """Threads, each a customer after the other, until told to stop."""

    def __init__(self, stack: Stack, seed: int, number: int = 4) -> None:
        self.ledger = Ledger()
        self._stack = stack
        self._stop = threading.Event()
        # Enough shipments that three wrong tries of one customer lock nobody else's.
        self._parcels = stack.person(parcels=6).parcels
        self._threads = [
            threading.Thread(target=self._write, args=(seed + place,), name=f"customer {place}")
            for place in range(number)
        ]

    def start(self) -> None:
        """Begins the load."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Lets everybody finish their story."""
        self._stop.set()
        for thread in self._threads:
            thread.join(timeout=GIVE_UP * 5)
            assert not thread.is_alive()

    def _write(self, seed: int) -> None:
        chance = random.Random(seed)  # noqa: S311 (nothing secret: a run that can be repeated)
        with httpx.Client(
            base_url=self._stack.url, headers=self._stack.key("desk"), timeout=12, trust_env=False
        ) as client:
            while not self._stop.is_set():
                story, parcel = chance.choice(STORIES), chance.choice(self._parcels)
                sender = f"load-{uuid4().hex[:12]}"
                for line in story:
                    words = line.format(container=parcel.container, tail=parcel.tail)
                    if not self._send(client, sender, words):
                        return
                    time.sleep(chance.uniform(0, 0.15))

    def _send(self, client: httpx.Client, sender: str, words: str) -> bool:
        message_id, started, tries = uuid4().hex, time.monotonic(), 0
        body = {"sender": sender, "message": words, "metadata": {"message_id": message_id}}
        while time.monotonic() - started < GIVE_UP:
            tries += 1
            try:
                answer = client.post(WEBHOOK, json=body)
            except httpx.HTTPError:
                time.sleep(0.1)
                continue
            if answer.status_code == httpx.codes.OK:
                said = tuple((message["seq"], message["text"]) for message in answer.json())
                seconds = time.monotonic() - started
                self.ledger.write(Sent(sender, message_id, words, tries, seconds, said))
                return True
            time.sleep(0.1)
        self.ledger.write_lost(sender)
        return False


def kill_in_turn(stack: Stack, names: Sequence[str], chance: random.Random, pause: float = 1.5) -> list[str]:
    """Kills these one after the other at random moments while customers write; returns those that were running.

    A killed app or action server is waited for, Rasa (which takes long to load) is not.
    """
    killed: list[str] = []
    for name in names:
        time.sleep(chance.uniform(0, pause))
        if stack.processes.kill(name):
            killed.append(name)
        if name != "rasa":
            stack.processes.wait_ready(name)
    stack.processes.wait_ready()
    return killed


# ---------------------------------------------------------------- the account


def wait_until_all_is_handled(stack: Stack, within: float = 60.0) -> None:
    """Raises AssertionError when a message is still unanswered after `within` seconds."""
    left = select(Conversation.id).where(Conversation.handled_seq < Conversation.last_customer_seq)
    end = time.monotonic() + within
    while stack.rows(left):
        assert time.monotonic() < end, f"unhandled: {stack.rows(left)}"
        time.sleep(0.2)


def problems(stack: Stack, ledger: Ledger) -> list[str]:
    """Everything that is wrong; empty: nothing lost, doubled, out of order or half done."""
    by_sender: dict[str, list[Sent]] = {}
    for sent in ledger.acknowledged:
        by_sender.setdefault(sent.sender, []).append(sent)
    found = [f"never acknowledged: a message of {sender}" for sender in ledger.lost]
    for sender, theirs in by_sender.items():
        found += [f"{sender}: {problem}" for problem in _of_sender(stack, sender, theirs)]
    return found + stack.damage()


def _of_sender(stack: Stack, sender: str, sent: list[Sent]) -> list[str]:
    log, turns = stack.log(sender), stack.turns(sender)
    written = [(message.external_id or "").rpartition(":")[2] for message in log if message.author == "customer"]
    found: list[str] = []
    # Every customer writes one message after the other: the log must hold exactly these, in this order.
    if written != [one.message_id for one in sent]:
        found.append(f"the log holds {len(written)} messages {written}, acknowledged were {len(sent)}")
    if [message.seq for message in log] != list(range(1, len(log) + 1)):
        found.append("the log has gaps")
    found += _of_turns(log, turns)
    found += _of_answers(log, sent)
    known = {turn.id for turn in turns}
    for table, most in MADE.items():
        made = [row.turn_id for row in stack.of(table, sender)]
        if len(made) > most or len(set(made)) < len(made):
            found.append(f"{len(made)} rows of {table.__name__} in {len(set(made))} turns")
        if set(made) - known:
            found.append(f"{table.__name__} of no turn")
    return found


def _of_turns(log: Sequence[Message], turns: Sequence[Turn]) -> list[str]:
    """Each line of the customer lies in exactly one finished turn, with one answer at most."""
    found = [f"turn {turn.first_seq} is {turn.state}" for turn in turns if turn.state in ("open", "dropped")]
    for message in log:
        if message.author == "customer":
            covering = [turn for turn in turns if turn.first_seq <= message.seq <= turn.last_seq]
            if len(covering) != 1:
                found.append(f"message {message.seq} lies in {len(covering)} turns")
    answers = Counter(message.turn_id for message in log if message.author == "bot")
    if None in answers or answers.keys() - {turn.id for turn in turns}:
        found.append("an answer to no turn")
    for turn in turns:
        expected = 0 if turn.state == "to_person" else 1
        if answers[turn.id] != expected:
            found.append(f"turn {turn.first_seq} ({turn.state}) has {answers[turn.id]} answers")
    return found


def _of_answers(log: Sequence[Message], sent: Sequence[Sent]) -> list[str]:
    """What a customer was told is what the log says, and was told once."""
    said = {message.seq: message.text for message in log if message.author == "bot"}
    heard = Counter(answer for one in sent for answer in one.answers)
    found = [
        f"told {answer}, the log says {said.get(answer[0])}" for answer in heard if said.get(answer[0]) != answer[1]
    ]
    return found + [f"told {number} times: {answer}" for answer, number in heard.items() if number > 1]


def figures(stack: Stack, ledger: Ledger, killed: Sequence[str]) -> str:
    """What happened, for people."""
    seconds = sorted(one.seconds for one in ledger.acknowledged)
    senders = {one.sender for one in ledger.acknowledged}
    slowest = sorted(ledger.acknowledged, key=lambda one: -one.seconds)[:5]
    turns = [turn for sender in senders for turn in stack.turns(sender)]
    states = Counter(turn.state for turn in turns)
    failures = Counter(turn.failure for turn in turns if turn.failure)
    times = f"median {_share(seconds, 0.5):.2f}, p95 {_share(seconds, 0.95):.2f}, longest {seconds[-1]:.2f}"
    return "\n".join(
        [
            f"kills: {len(killed)} {dict(Counter(killed))}",
            f"conversations: {len(senders)}, messages acknowledged: {len(seconds)}, never acknowledged: {len(ledger.lost)}",
            f"messages repeated by the client: {sum(one.tries > 1 for one in ledger.acknowledged)}",
            f"turns: {dict(states)}, failures: {dict(failures)}",
            f"seconds to the acknowledgement: {times}",
            f"slowest (seconds, tries, answers): {[(round(s.seconds, 1), s.tries, len(s.answers)) for s in slowest]}",
        ]
    )


def _share(ordered: Sequence[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
