"""Curves, confusions and the test of significance, worked out by hand."""

from math import inf
from pathlib import Path
from typing import Any

import pytest

from trainer.confusion import commonest, confusion_counts, family_accuracy, label_figures
from trainer.curves import (
    REFUSAL_FIELD,
    Bin,
    CoveragePoint,
    RefusalPoint,
    area,
    calibration_bins,
    coverage_curve,
    recall_at,
    refusal_curve,
    refusal_score,
)
from trainer.entity_errors import EntityError, entity_errors
from trainer.families import families, in_order, title
from trainer.messages import GoldEntity, LabelledMessage
from trainer.scripts import Rewritten, ScriptFigures, script_figures
from trainer.significance import mcnemar, paired
from trainer.similar import Index
from trainer.training_data import Sentence


def parse(intent: str, confidence: float, **more: Any) -> dict[str, Any]:
    ranking = [{"name": intent, "confidence": confidence}]
    return {"intent": {"name": intent, "confidence": confidence}, "intent_ranking": ranking, "entities": []} | more


def of(*intents: str) -> list[LabelledMessage]:
    return [LabelledMessage(f"{intent} {number}", intent) for number, intent in enumerate(intents)]


def test_bins_of_confidence() -> None:
    parses = [parse("a", 0.95), parse("a", 0.91), parse("a", 1.0), parse("a", 0.31)]
    low, high = calibration_bins(of("a", "b", "a", "b"), parses)
    assert low == Bin(0.3, 0.4, 1, 0.31, 0.0)
    assert (high.low, high.high, high.count) == (0.9, 1.0, 3)
    assert [high.confidence, high.accuracy] == pytest.approx([(0.95 + 0.91 + 1.0) / 3, 2 / 3])


def test_the_score_of_a_refusal_is_the_parses_own_or_what_no_label_has() -> None:
    assert refusal_score(parse("a", 0.75)) == 0.25
    ranking = [{"name": "b", "confidence": 0.5}, {"name": "a", "confidence": 0.25}]
    assert refusal_score(parse("b", 0.5, intent_ranking=ranking)) == 0.25
    ranking.append({"name": "out_of_scope", "confidence": 0.125})
    assert refusal_score(parse("b", 0.5, intent_ranking=ranking)) == 0.125
    assert refusal_score(parse("out_of_scope", 0.9, intent_ranking=ranking)) == 0.9, "refused because nothing fits"
    assert refusal_score(parse("a", 1, intent_ranking=[])) == 1.0
    assert refusal_score(parse("a", 0.75, **{REFUSAL_FIELD: 3})) == 3.0


def test_what_refusing_costs_and_brings() -> None:
    # Scores: 0.1 and 0.5 in scope, 0.5 and 0.9 out of scope. The two of 0.5 are refused together.
    parses = [parse("a", 0.9), parse("a", 0.5), parse("a", 0.5), parse("a", 0.1)]
    points = refusal_curve(of("a", "a", "out_of_scope", "out_of_scope"), parses)
    assert [(point.recall, point.refused_wrongly) for point in points] == [(0, 0), (0.5, 0), (1, 0.5), (1, 1)]
    assert points[0].threshold == inf
    assert points[1].threshold == pytest.approx(0.9)
    # A trapezium of width 0.5 between 0.5 and 1, and a full half.
    assert area(points) == pytest.approx(0.5 * 0.75 + 0.5)
    assert (recall_at(points, 0.4), recall_at(points, 0.5)) == (0.5, 1.0)


def test_without_both_sides_there_is_no_curve() -> None:
    assert refusal_curve(of("a"), [parse("a", 1)]) == []
    assert refusal_curve([], []) == []
    assert area([]) is None
    assert recall_at([], 1) is None
    assert area([RefusalPoint(inf, 0, 0), RefusalPoint(0, 1, 1)]) == 0.5


def test_what_asking_back_buys() -> None:
    found = coverage_curve(of("a", "b", "a", "a"), [parse("a", 0.9), parse("a", 0.4), parse("a", 0.8), parse("b", 0.4)])
    assert found == [CoveragePoint(0.9, 0.25, 1), CoveragePoint(0.8, 0.5, 1), CoveragePoint(0.4, 1, 0.5)]
    assert coverage_curve([], []) == []


def test_labels_families_and_the_commonest_mistakes() -> None:
    said = ["a1", "a2", "a2", "b", "a1"]
    counts = confusion_counts(of("a1", "a1", "a1", "b", "out_of_scope"), [parse(label, 1) for label in said])
    assert counts == {("a1", "a1"): 1, ("a1", "a2"): 2, ("b", "b"): 1, ("out_of_scope", "a1"): 1}
    found = label_figures(counts)
    assert list(found) == ["a1", "a2", "b", "out_of_scope"]
    assert (found["a1"].support, found["a1"].precision, found["a1"].recall) == (3, 0.5, 1 / 3)
    assert found["a1"].f1 == pytest.approx(2 * 1 / (3 + 2))
    assert (found["a2"].support, found["a2"].precision, found["a2"].recall, found["a2"].f1) == (0, 0.0, None, None)
    # Out of scope does not count; a1 and a2 are one family.
    assert family_accuracy(counts, {"a1": "a", "a2": "a"}) == 1.0
    assert family_accuracy(counts, {}) == 0.5
    assert family_accuracy(confusion_counts([], []), {}) is None
    assert commonest(counts, 1) == [("a1", "a2", 2)]


def test_families_are_files_in_the_order_of_the_desk() -> None:
    files = {"zebra": "x.yml", "ask_price": "price.yml", "track": "shipment.yml"}
    sentences = [Sentence(Path(name), 1, label, "…") for label, name in files.items()]
    sentences += [Sentence(Path("faq.yml"), 1, "track", "…"), sentences[2]]
    known = families(sentences)
    assert known == {"zebra": "x", "ask_price": "price", "track": "shipment"}
    assert in_order(["nowhere", "zebra", "ask_price", "track"], known) == ["track", "ask_price", "zebra", "nowhere"]
    assert (title("shipment"), title("x")) == ("货物", "x")


def test_mcnemar_is_exact() -> None:
    assert mcnemar(0, 0) == 1.0
    assert mcnemar(1, 0) == 1.0
    assert mcnemar(0, 5) == 2 / 2**5
    assert mcnemar(8, 2) == pytest.approx(2 * (1 + 10 + 45) / 2**10)
    assert mcnemar(5, 5) == 1.0
    assert 0 < mcnemar(900, 1100) < 0.001


def test_the_same_messages_before_and_now() -> None:
    found = paired([(True, True), (False, True), (False, True), (True, False), (False, False)])
    assert (found.compared, found.right_before, found.right_now, found.better, found.worse) == (5, 2, 3, 2, 1)
    assert found.p == 1.0
    assert paired([]).p == 1.0


def test_messages_in_the_other_script() -> None:
    messages, right, wrong = of("a", "a", "a", "a"), parse("a", 1), parse("b", 1)
    rewritten = [Rewritten("hans", "…", right), Rewritten("hans", "…", wrong), None, Rewritten("hant", "…", right)]
    found = script_figures(messages, [right, right, right, wrong], rewritten)
    assert found == {"hans": ScriptFigures(2, 2, 1, 1), "hant": ScriptFigures(1, 0, 1, 1)}
    assert (found["hans"].points, found["hant"].points) == (-50.0, 100.0)
    assert script_figures([], [], []) == {}


def test_each_mistake_of_a_value_is_told() -> None:
    gold = (
        GoldEntity("place", "上海", "origin", "CNSHA"),
        GoldEntity("place", "汉堡", "destination", "DEHAM"),
        GoldEntity("weight", "半吨", value=500),
    )
    said = [
        {"entity": "place", "role": "destination", "text": "上海", "value": "CNSHA"},
        {"entity": "place", "role": "destination", "text": "汉堡", "value": "DEBRV"},
        {"entity": "pieces", "text": "半", "value": 0.5},
    ]
    text = "上海到汉堡半吨"
    message = LabelledMessage(text, "ask_price", entities=gold, marked=True)
    assert entity_errors([message], [parse("ask_price", 1, entities=said)]) == [
        EntityError(text, "pieces", "invented", "半", found=0.5),
        EntityError(text, "place", "role", "上海", "origin", "destination"),
        EntityError(text, "place", "value", "汉堡", "DEHAM", "DEBRV"),
        EntityError(text, "weight", "missed", "半吨", wanted=500),
    ]
    assert entity_errors([LabelledMessage(text, "ask_price")], [parse("ask_price", 1, entities=said)]) == []


def test_the_closest_sentences() -> None:
    texts = ["叉车把箱子戳破了", "什么时候到", "什么时候开", "运费什么时候付"]
    index = Index(texts)
    rare = Index(["叉车来了", "什么东西", "什么意思"])
    assert [place for place, _ in rare.closest("叉车？什么？", 2)] == [0, 1], "a rare pair counts for more"
    (place, likeness), *_ = index.closest("什么时候到？", 3)
    assert (texts[place], likeness) == ("什么时候到", 1.0)
    assert index.closest("xyz", 3) == []
    assert Index([]).closest("到哪了", 3) == []
    assert Index(["提货码 2468"]).closest("提货码1357", 1)[0][1] == pytest.approx(1.0), "numbers do not count"
