"""The reading of answers that the other tests rest on: other variations are the same, other facts are not."""

import pytest

from settings import ROOT
from tests.e2e.words import Template, Words

DOMAIN = """
responses:
  utter_where:
    - text: |-
        {reference}，{lane}{mode}
        {when} {where}{milestone}。
  utter_offer:
    - text: 有新动态要不要我主动告诉您？
    - text: 需要的话，我通知您。
  utter_eta:
    - text: 预计{eta}到。
    - text: 大约{eta}能到。
"""


@pytest.fixture
def words(tmp_path_factory: pytest.TempPathFactory) -> Words:
    """A small domain."""
    path = tmp_path_factory.mktemp("words") / "domain.yml"
    path.write_text(DOMAIN, "utf-8")
    return Words(path)


WHERE = "WB1，上海→汉堡海运\n11月21日 14:30 上海已开船。"


def test_another_variation_is_the_same(words: Words) -> None:
    assert words.same(f"{WHERE}\n预计12月1日到。", f"{WHERE}\n大约12月1日能到。")
    assert words.same(f"{WHERE}\n有新动态要不要我主动告诉您？", f"{WHERE}\n需要的话，我通知您。")


@pytest.mark.parametrize(
    "other",
    [
        f"{WHERE}\n大约12月2日能到。",
        f"{WHERE.replace('14:30', '15:30')}\n预计12月1日到。",
        WHERE,
        f"{WHERE}\n预计12月1日到。\n需要的话，我通知您。",
        "什么都不是",
    ],
)
def test_other_facts_are_not_the_same(words: Words, other: str) -> None:
    assert not words.same(f"{WHERE}\n预计12月1日到。", other)


def test_a_response_is_found_among_others(words: Words) -> None:
    text = f"{WHERE}\n预计12月1日到。\n需要的话，我通知您。"
    assert all(words.said(text, name) for name in ("utter_where", "utter_eta", "utter_offer"))
    assert not words.said(WHERE, "utter_eta")
    with pytest.raises(AssertionError, match="utter_nothing"):
        words.said(text, "utter_nothing")


def test_a_value_that_comes_twice_has_to_be_the_same() -> None:
    twice = Template.of("x", "{a}和{a}。")
    assert twice.read("一和一。") == {"a": "一"}
    assert twice.read("一和二。") is None


def test_every_response_of_the_real_domain_is_read_as_itself() -> None:
    words = Words()
    for template in words._templates:
        text = "".join(
            piece + value
            for piece, value in zip(template.pieces, [*(f"〈{name}〉" for name in template.names), ""], strict=True)
        )
        assert words.said(text, template.response), (template.response, ROOT)
