"""Apologies fit what happened, and none is said twice."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as some
from ruamel.yaml import YAML

from crm.complaints.apology import Harm, apology
from crm.complaints.categories import categories
from crm.complaints.words.story import Effect
from settings import ROOT

RULES = ("injury", "leak", "delay", "damage", "legal", "repeated")


def responses(path: Path = ROOT / "domain.yml") -> Mapping[str, Sequence[Mapping[str, Any]]]:
    loaded: Mapping[str, Sequence[Mapping[str, Any]]]
    loaded = YAML(typ="safe", pure=True).load(path.read_text("utf-8"))["responses"]
    return loaded


SAID = responses()


def harm(card: UUID | None = None, **changed: Any) -> Harm:
    usual: dict[str, Any] = {
        "card_id": card or uuid4(),
        "category": "delay",
        "effect": None,
        "rules": frozenset(),
        "again": False,
        "angry": False,
    }
    return Harm(**usual | changed)


harms = some.builds(
    Harm,
    card_id=some.uuids(),
    category=some.sampled_from(sorted(categories())),
    effect=some.none() | some.sampled_from(list(Effect)),
    rules=some.frozensets(some.sampled_from(RULES)),
    again=some.booleans(),
    angry=some.booleans(),
)


@given(harms, some.integers(1, 8))
def test_never_twice_the_same_and_always_a_text(what: Harm, times: int) -> None:
    used: list[str] = []
    for _ in range(times):
        names = apology(what, used)
        assert not set(names) & set(used)
        assert all(name in SAID for name in names), names
        used += names
    assert any(name.startswith(f"utter_sorry_{what.category}_") for name in used)


@given(harms)
def test_the_same_turn_asked_twice_says_the_same(what: Harm) -> None:
    assert apology(what, []) == apology(what, [])


@given(harms)
def test_the_angry_hear_other_words_than_the_calm(what: Harm) -> None:
    matter = next(name for name in apology(what, []) if name.startswith(f"utter_sorry_{what.category}_"))
    assert (matter[-1] in "34") is what.angry


def test_people_come_before_goods() -> None:
    names = apology(harm(rules=frozenset({"injury"}), effect=Effect.MONEY), [])
    assert names[0] == "utter_sorry_injury"
    assert "utter_sorry_effect_money" not in names


@pytest.mark.parametrize("effect", list(Effect))
def test_what_it_did_to_the_customer_is_named(effect: Effect) -> None:
    assert apology(harm(effect=effect), [])[-1].startswith("utter_sorry_effect_")


def test_a_second_time_is_owned_up_to() -> None:
    assert apology(harm(again=True, effect=Effect.MONEY), [])[-1] == "utter_sorry_again"


def test_variations_differ() -> None:
    texts = [
        variant["text"] for name, variants in SAID.items() if name.startswith("utter_sorry_") for variant in variants
    ]
    assert len(texts) == len(set(texts))
