"""The bot fails: the customer hears so, and is offered a person, within five seconds of writing."""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest

from settings import Settings
from tests.e2e.stack import Said, Stack
from tests.e2e.words import Words

WORDS = Words()
PROMISED = 5.0
REAL_QUIET = str(Settings.model_fields["burst_quiet"].default)


@pytest.fixture(scope="module", autouse=True)
def real_burst(stack: Stack) -> Iterator[None]:
    """The app waits for further lines as long as it does for customers."""
    with stack.processes.with_environment("app", {"WENHUO_BURST_QUIET": REAL_QUIET}):
        yield


def timed(stack: Stack, sender: str, text: str) -> tuple[float, list[Said]]:
    """Seconds from the call to the answer, and the answer."""
    started = time.monotonic()
    heard = stack.say(sender, text)
    return time.monotonic() - started, heard


Failure = Callable[[Stack], AbstractContextManager[None]]
FAILURES: dict[str, Failure] = {
    "actions hang": lambda stack: stack.processes.frozen("actions"),
    "actions stopped": lambda stack: stack.processes.stopped("actions"),
    "rasa hangs": lambda stack: stack.processes.frozen("rasa"),
    "rasa stopped": lambda stack: stack.processes.stopped("rasa"),
}


@pytest.mark.parametrize("failure", FAILURES.values(), ids=list(FAILURES))
def test_apology_and_offer_come_in_time(stack: Stack, sender: str, failure: Failure) -> None:
    with failure(stack):
        seconds, heard = timed(stack, sender, "我要投诉，货晚到十天了")
        print(f"apology after {seconds:.2f} s")
        assert seconds <= PROMISED
        assert WORDS.said(heard[0].text, "utter_desk_failed")
        seconds, pressed = timed(stack, sender, heard[0].buttons["转人工"])
        assert seconds <= PROMISED
        assert WORDS.said(pressed[0].text, "utter_desk_person")
    assert stack.conversation(sender).status == "waiting"
    assert stack.log(sender)[0].text == "我要投诉，货晚到十天了"


def test_the_second_failure_in_a_row_calls_a_person(stack: Stack, sender: str) -> None:
    with stack.processes.frozen("actions"):
        timed(stack, sender, "上海到汉堡多少钱")
        seconds, heard = timed(stack, sender, "人呢")
    assert seconds <= PROMISED
    assert WORDS.said(heard[0].text, "utter_desk_failed_again")
    assert stack.conversation(sender).status == "waiting"


def test_afterwards_the_bot_answers_again(stack: Stack, sender: str) -> None:
    seconds, heard = timed(stack, sender, "你好")
    assert WORDS.said(heard[0].text, "utter_greet")
    assert seconds <= PROMISED
