"""The table of categories."""

import pytest

from crm.complaints.categories import categories, category_of, same_family


def test_the_eight_complaint_intents_each_have_a_category() -> None:
    intents = {"delay", "damage", "loss", "misdelivery", "attitude", "fee", "no_response", "other"}
    assert set(categories()) == intents
    assert {row.intent for row in categories().values()} == {f"complain_{name}" for name in intents}


def test_every_category_fits_its_column_and_has_a_department_with_a_name() -> None:
    for row in categories().values():
        assert len(row.code) <= 16
        assert row.department.name_zh
        assert 1 <= row.first_reply_hours <= 8


def test_an_unknown_intent_is_sorted_by_a_person() -> None:
    assert category_of("vent").code == "other"


@pytest.mark.parametrize(
    ("earlier", "later", "same"),
    [
        ("delay", "loss", True),
        ("delay", "attitude", True),
        ("attitude", "delay", False),
        ("no_response", "damage", True),
        ("fee", "other", True),
        ("fee", "damage", False),
    ],
)
def test_which_categories_go_together(earlier: str, later: str, same: bool) -> None:
    assert same_family(categories()[earlier], categories()[later]) is same
