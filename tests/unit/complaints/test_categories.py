"""The table of categories."""

import pytest

from crm.complaints.categories import WEIGHT, categories, category_of, category_over, same_family


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


@pytest.mark.parametrize(
    ("now", "heard", "category"),
    [
        ("other", [("complain_delay", "晚了五天")], "delay"),
        ("other", [("complain_no_response", "没人理"), ("complain_delay", "晚了")], "delay"),
        ("delay", [("complain_damage", "木箱也裂了")], "damage"),
        ("delay", [("complain_no_response", "没人理")], "delay"),
        ("no_response", [("complain_fee", "多收八百")], "fee"),
        ("damage", [("complain_attitude", "司机还骂人")], "damage"),
        ("attitude", [("complain_delay", "货也没到")], "delay"),
        ("delay", [("complain_fee", "还要收滞箱费")], "delay"),
        ("loss", [("complain_damage", "剩下的也坏了")], "loss"),
        ("other", [("inform", "木箱裂了，货全湿了")], "damage"),
        ("other", [("vent", "气死我了"), ("praise", "客服不错")], "other"),
        ("delay", [("vent", "货没坏吧")], "delay"),
        ("fee", [], "fee"),
    ],
)
def test_the_category_of_the_whole_story(now: str, heard: list[tuple[str, str]], category: str) -> None:
    assert category_over(heard, now) == category


def test_every_category_has_a_weight() -> None:
    assert set(WEIGHT) == set(categories())


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("截关前两小时才通知我没舱位了", "other"),
        ("結關前一天才講冇位", "other"),
        ("甩柜甩了三次了，货晚了半个月", "delay"),
        ("货晚了三天才通知我到港", "delay"),
    ],
)
def test_no_space_told_too_late_is_no_lateness_of_goods(text: str, category: str) -> None:
    assert category_over([("complain_delay", text)], "other") == category
