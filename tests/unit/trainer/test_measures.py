"""Figures worked out by hand."""

from pathlib import Path
from typing import Any

import pytest

from trainer.measures import entity_figures, intent_figures, mood_figures, same_value
from trainer.messages import GoldEntity, LabelledMessage, UnreadableMessages, read_messages


def parse(intent: str, confidence: float, *others: str, entities: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    ranking = [{"name": name, "confidence": 0.1} for name in (intent, *others)]
    return {"intent": {"name": intent, "confidence": confidence}, "intent_ranking": ranking, "entities": entities or []}


def test_shares_of_four_messages() -> None:
    messages = [
        LabelledMessage("到哪了", "track_shipment"),
        LabelledMessage("几号到", "ask_eta"),
        LabelledMessage("写首诗", "out_of_scope"),
        LabelledMessage("卖保险的", "out_of_scope"),
    ]
    parses = [
        parse("track_shipment", 0.9),
        parse("track_shipment", 0.6, "ask_eta"),
        parse("out_of_scope", 0.8),
        parse("faq/insurance", 0.5),
    ]
    found = intent_figures(messages, parses)
    assert (found.in_scope, found.out_of_scope) == (2, 2)
    assert (found.accuracy, found.among_two, found.out_of_scope_recall, found.refused_wrongly) == (0.5, 1.0, 0.5, 0.0)
    # track 2/3, eta 0, out of scope 2/3.
    assert found.macro_f1 == pytest.approx((2 / 3 + 0 + 2 / 3) / 3)
    # Bins: 0.9 right, 0.6 wrong, 0.8 right, 0.5 wrong.
    assert found.calibration_error == pytest.approx((0.1 + 0.6 + 0.2 + 0.5) / 4)


def test_nothing_to_measure_is_none_and_not_perfect() -> None:
    found = intent_figures([], [])
    assert found.accuracy is None
    assert found.calibration_error is None


def test_moods_of_those_that_somebody_judged() -> None:
    judged = [("angry", "angry"), ("angry", "annoyed"), ("annoyed", "angry"), ("calm", "calm"), ("calm", "angry")]
    messages = [LabelledMessage("…", "vent", mood) for mood, _ in judged] + [LabelledMessage("…", "greet")]
    parses = [{**parse("vent", 1.0), "mood": {"mood": heard, "basis": []}} for _, heard in judged] + [parse("greet", 1)]
    found = mood_figures(messages, parses)
    assert (found.judged, found.accuracy) == (5, 0.4)
    assert (found.angry_found, found.annoyed_found) == (0.5, 1.0)
    assert (found.calm_called_angry, found.calm_called_annoyed) == (0.5, 0.0)
    assert mood_figures([], []).angry_found is None


def test_entities_by_kind_words_normal_form_and_role() -> None:
    gold = (
        GoldEntity("place", "上海", "origin", "CNSHA"),
        GoldEntity("place", "汉堡", "destination", "DEHAM"),
        GoldEntity("weight", "半吨", value=500),
    )
    message = LabelledMessage("上海到汉堡半吨", "ask_price", entities=gold, marked=True)
    said: list[dict[str, Any]] = [
        {"entity": "place", "role": "origin", "text": "上海", "value": "CNSHA"},
        {"entity": "place", "text": "汉堡", "value": "DEBRV"},
        {"entity": "pieces", "text": "半", "value": {"count": 0.5}},
    ]
    found = entity_figures([message], [parse("ask_price", 1.0, entities=said)])
    places = found["place"]
    assert (places.precision, places.recall, places.right_value, places.right_role) == (1.0, 1.0, 0.5, 0.5)
    assert found["weight"].recall == 0.0
    assert found["pieces"].precision == 0.0
    assert found["all"].f1 == pytest.approx(2 * 2 / (3 + 3))


def test_a_message_without_marks_says_nothing_about_entities() -> None:
    said = [{"entity": "place", "text": "上海", "value": "CNSHA"}]
    assert entity_figures([LabelledMessage("上海", "inform")], [parse("inform", 1.0, entities=said)]) == {}


@pytest.mark.parametrize(
    ("wanted", "found", "same"),
    [
        (500, 500.0, True),
        ({"count": 3, "type": "40HQ"}, {"count": 3.0, "type": "40hq"}, True),
        ({"count": 3, "type": "40HQ"}, {"count": None, "type": "40HQ"}, False),
        ([120, 80, 60], [120.0, 80, 60], True),
        ([120, 80], [120, 80, None], False),
        ("CNSHA", "cnsha", True),
        (1, True, False),
    ],
)
def test_normal_forms(wanted: Any, found: Any, same: bool) -> None:
    assert same_value(wanted, found) is same


def test_a_table_and_a_list_are_read_alike(tmp_path: Path) -> None:
    table, listed = tmp_path / "m.tsv", tmp_path / "m.yml"
    table.write_text("text\tintent\n到哪了\ttrack_shipment\n", encoding="utf-8")
    listed.write_text("- {text: 到哪了, intent: track_shipment, entities: []}\n", encoding="utf-8")
    assert read_messages(table) == [LabelledMessage("到哪了", "track_shipment")]
    table.write_text("text\tintent\tmood\n滚\tvent\tangry\n", encoding="utf-8")
    assert read_messages(table) == [LabelledMessage("滚", "vent", "angry")]
    assert read_messages(listed) == [LabelledMessage("到哪了", "track_shipment", marked=True)]


@pytest.mark.parametrize("content", ["label\n到哪了\n", "a,b\n1,2\n"])
def test_a_table_without_the_columns_is_refused(tmp_path: Path, content: str) -> None:
    table = tmp_path / "m.csv"
    table.write_text(content, encoding="utf-8")
    with pytest.raises(UnreadableMessages, match="columns text and intent"):
        read_messages(table)


@pytest.mark.parametrize("content", ["text: 到哪了", "- [到哪了]", "- text: [", "- {intent: x}"])
def test_yaml_of_another_shape_is_refused(tmp_path: Path, content: str) -> None:
    listed = tmp_path / "m.yml"
    listed.write_text(content, encoding="utf-8")
    with pytest.raises(UnreadableMessages):
        read_messages(listed)


def test_our_own_messages_can_be_read() -> None:
    files = sorted((Path(__file__).resolve().parents[2] / "nlu").glob("*.yml"))
    messages = [message for file in files for message in read_messages(file)]
    assert len(messages) >= 900
