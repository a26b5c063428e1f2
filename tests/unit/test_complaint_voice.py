"""Everything that is said in a complaint keeps to the rules that agents are held to, and stands on one page."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from typer.testing import CliRunner

from app.cli import build
from app.commands.voice import DOMAIN, GROUPS, PAGE, PLACEHOLDERS, PageIncomplete, group_of, page, responses
from crm.complaints.categories import categories
from crm.complaints.words.order_guard import check

SAID_BEFORE_THE_CARD = re.compile(r"utter_(?:listen_|sorry_|vent|complaint_(?:summary|correct))")
"""What is said while the customer tells, and with the apology, before the number is told."""


@cache
def said() -> dict[str, list[dict[str, Any]]]:
    """The responses of the domain."""
    return {name: list(map(dict, variants)) for name, variants in responses(DOMAIN).items()}


def texts() -> Iterator[tuple[str, str]]:
    """(response, text) of everything that can be said in a complaint."""
    for name, variants in said().items():
        if group_of(name) is not None:
            yield from ((name, str(variant["text"])) for variant in variants)


@pytest.mark.parametrize(("name", "text"), list(texts()))
def test_what_the_bot_says_passes_the_order_guard(name: str, text: str) -> None:
    found = check(text, card_exists=SAID_BEFORE_THE_CARD.match(name) is None)
    assert [(one.rule, one.words) for one in found] == []


@pytest.mark.parametrize("prefix", ["utter_listen_", "utter_sorry_"])
def test_there_is_something_to_say_for_every_category_before_the_card(prefix: str) -> None:
    names = [name for name in said() if name.startswith(prefix)]
    assert all(SAID_BEFORE_THE_CARD.match(name) for name in names)
    for code in categories():
        assert [name for name in names if name.startswith(prefix + code)], code


def test_the_page_is_what_the_command_writes() -> None:
    """Else a service lead reads what nobody says: run `wenhuo voice`."""
    assert PAGE.read_text(encoding="utf-8") == page(said())


def test_the_command_checks_without_writing() -> None:
    before = PAGE.stat().st_mtime_ns
    assert CliRunner().invoke(build(), ["voice", "--check"]).exit_code == 0
    assert PAGE.stat().st_mtime_ns == before


def test_every_text_stands_on_the_page() -> None:
    shown = page(said())
    for name, text in texts():
        assert f"`{name}`" in shown
        assert " ".join(text.split()) in shown


def test_no_response_about_complaints_is_left_out() -> None:
    """Whatever the complaint chapter of domain.yml says belongs to a group of the page."""
    lines = DOMAIN.read_text(encoding="utf-8").splitlines()
    chapter, found = "", []
    for line in lines:
        if heading := re.match(r"  # -{10,} (.+)", line):
            chapter = heading[1]
        elif chapter == "complaint" and (name := re.match(r"  (utter_[\w/]+):", line)):
            found.append(name[1])
    assert len(found) > 50
    assert [name for name in found if group_of(name) is None] == []


def test_the_most_exact_prefix_decides() -> None:
    titles = {name: group.title for name in said() if (group := group_of(name)) is not None}
    assert titles["utter_complaint_status_late"] == "进度"
    assert titles["utter_complaint_recorded"] == "复述与登记"
    assert group_of("utter_greet") is None
    assert group_of("utter_change_delivery") is None


def test_every_group_but_those_still_silent_has_something_to_say() -> None:
    used = {group.title for name in said() if (group := group_of(name)) is not None}
    assert used == {group.title for group in GROUPS}


def test_a_response_that_does_not_say_when_is_named() -> None:
    silent = {
        **said(),
        "utter_sorry_new": [{"text": "抱歉"}],
        "utter_claim_new": [{"text": "好", "metadata": {"when": " "}}],
    }
    with pytest.raises(PageIncomplete, match="utter_sorry_new, utter_claim_new"):
        page(silent)


def test_a_value_that_is_not_explained_is_named() -> None:
    assert "shoe_size" not in PLACEHOLDERS
    with pytest.raises(PageIncomplete, match=r"utter_sorry_new \{shoe_size\}"):
        page({**said(), "utter_sorry_new": [{"text": "{shoe_size} 码", "metadata": {"when": "从不"}}]})


def test_what_is_not_about_complaints_need_not_say_when() -> None:
    assert page({**said(), "utter_other": [{"text": "好"}]}) == page(said())
