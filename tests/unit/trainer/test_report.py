"""The page: whole, safe whatever customers wrote, and readable with much, little or nothing measured."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from settings import ROOT
from trainer.glosses import NEVER_ASKED, read_glosses
from trainer.kept import Kept, KeptFile, Machine, read, write
from trainer.measures import entity_figures, intent_figures, mood_figures, understood
from trainer.messages import GoldEntity, LabelledMessage, UnreadableMessages
from trainer.report.contents import Contents, Hostile, MeasuredFile
from trainer.report.elements import el, html
from trainer.report.figures import figures, thinned
from trainer.report.page import page
from trainer.report.wording import instant, measured, megabytes, percent, points
from trainer.scripts import Rewritten
from trainer.targets import Checked, Target, check, read_targets
from trainer.training_data import Sentence

VOID = {"meta", "input", "br", "link", "img", "hr"}
EVIL = '<script>alert("1")</script>&<img src=x onerror=alert(1)>\x1b\x00\ud83d'


def parse(intent: str, confidence: float, **more: Any) -> dict[str, Any]:
    ranking = [{"name": intent, "confidence": confidence}, {"name": "ask_eta", "confidence": 0.01}]
    return {"intent": {"name": intent, "confidence": confidence}, "intent_ranking": ranking, "entities": []} | more


def messages(text: str = "到哪了") -> MeasuredFile:
    """Right, wrong, refused wrongly, accepted wrongly; a missed and an invented value; a mood misheard."""
    place = GoldEntity("place", "上海", "origin", "CNSHA")
    said = [{"entity": "weight", "text": text, "value": {"kg": 5, "of": None}}]
    rows = [
        (
            LabelledMessage(text, "track_shipment", "angry", (place,), marked=True),
            parse("track_shipment", 0.9, entities=said),
        ),
        (LabelledMessage(f"{text}？", "ask_eta", "calm"), parse("track_shipment", 0.6, unsure=True)),
        (LabelledMessage(f"{text}!", "ask_price"), parse("out_of_scope", 0.5)),
        (LabelledMessage("写首诗", "out_of_scope"), parse("faq/insurance", 0.4)),
    ]
    return MeasuredFile("b2b.yml", [m for m, _ in rows], [p for _, p in rows])


def kept(file: MeasuredFile, model: str = "old.tar.gz") -> Kept:
    found = KeptFile(
        intent_figures(file.messages, file.parses),
        mood_figures(file.messages, file.parses),
        entity_figures(file.messages, file.parses),
        {m.text: understood(p) for m, p in zip(file.messages, file.parses, strict=True)},
    )
    return Kept(model, "2026-11-20T02:00:00+00:00", Machine(training_seconds=60), {file.name: found})


def contents(file: MeasuredFile, **more: Any) -> Contents:
    training = [Sentence(Path("shipment.yml"), 12, "track_shipment", "我的货到哪了")]
    return Contents("new.tar.gz", "2026-11-21T02:00:00+00:00", [file], training=training, **more)


def drawn(made: Contents) -> str:
    return page(made, figures(made))


class Tree(HTMLParser):
    """Follows which elements are open; collects what is wrong, all links outside and the texts."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.said = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}> at {self.getpos()}")

    def handle_data(self, data: str) -> None:
        if self.open[-1:] not in (["style"], ["script"]):
            self.said += data


def tree(text: str) -> Tree:
    """The page read back; fails where an element is not closed."""
    found = Tree()
    found.feed(text)
    found.close()
    assert found.wrong == []
    assert found.open == []
    return found


FULL = contents(
    messages(),
    machine=Machine(73.0, 3_700_000, 4.0, 9.5, 800_000_000, 1_200_000_000),
    glosses={"ask_eta": "问什么时候到"},
    targets=[Target("意图正确率", ("files", "b2b.yml", "intents", "accuracy"), least=0.9)],
    promoted=kept(messages()),
    usual=kept(messages(), "usual.tar.gz"),
    hostile=[Hostile("五千字", 5000, "out_of_scope", 3.0)],
)


def test_everything_is_on_the_page() -> None:
    found = tree(drawn(FULL))
    anchors = {attributes.get("id") for tag, attributes in found.seen if tag == "section"}
    assert anchors >= {"verdict", "files", "curves", "confusion", "labels", "entities", "moods", "errors"}
    assert anchors >= {"promoted", "usual", "machine"}
    assert {attributes["href"] for tag, attributes in found.seen if tag == "a"} <= {f"#{anchor}" for anchor in anchors}
    for words in (
        "33.3%",
        "目标 ≥ 90.0%",
        "未达标",
        "问什么时候到",
        "我的货到哪了",
        "shipment.yml:12",
        "漏掉 1 处",
        "五千字",
        "1.20 GB",
    ):
        assert words in found.said, words


def test_the_page_needs_nothing_from_anywhere() -> None:
    text = drawn(FULL)
    assert re.findall(r"(?:https?:)?//[a-z]", text) == []
    assert re.findall(r"url\(|@import|<link|<img", text) == []


def test_what_customers_wrote_stays_text() -> None:
    evil = messages(EVIL)
    made = contents(
        evil,
        promoted=kept(messages(EVIL.replace("\x00", ""))),
        glosses={"ask_eta": EVIL},
        hostile=[Hostile(EVIL, 1, EVIL, 1.0)],
    )
    text = drawn(made)
    found = tree(text)
    assert [tag for tag, _ in found.seen if tag in ("script", "img")] == ["script"]
    assert 'alert("1")' in found.said
    assert re.findall("[\x00\x1b\ud800-\udfff]", text) == []
    text.encode()


@pytest.mark.parametrize(
    "file",
    [
        MeasuredFile("empty.yml", [], []),
        MeasuredFile("one.yml", [LabelledMessage("到哪了", "track_shipment")], [parse("track_shipment", 1.0)]),
        MeasuredFile("outside.yml", [LabelledMessage("写诗", "out_of_scope")], [parse("out_of_scope", 1.0)]),
        MeasuredFile("blank.yml", [LabelledMessage("", "greet")], [parse("nlu_fallback", 0.0, intent_ranking=[])]),
    ],
    ids=lambda file: file.name,
)
def test_little_or_nothing_measured(file: MeasuredFile) -> None:
    for made in (contents(file), contents(file, promoted=kept(messages())), contents(file, promoted=kept(file))):
        tree(drawn(made))
        json.dumps(figures(made), allow_nan=False)
    assert tree(drawn(Contents("m", "", [], training=[]))).said


def test_figures_of_the_comparison() -> None:
    file = messages()
    better = MeasuredFile(file.name, file.messages, [parse(m.intent, 1.0) for m in file.messages])
    found = figures(contents(better, promoted=kept(file)))["against"]["promoted"]["files"]["b2b.yml"]
    assert (found["compared"], found["better"], found["worse"], found["p"]) == (4, 3, 0, 0.25)
    text = tree(drawn(contents(better, promoted=kept(file)))).said
    assert "差别不明显，可能是碰巧" in text
    assert "变错 0 条，变对 3 条" in text


def test_both_scripts_are_shown() -> None:
    file = messages()
    rewritten = [Rewritten("hans", "到哪了", parse("ask_eta", 1.0)), None, None, None]
    made = contents(MeasuredFile(file.name, file.messages, file.parses, rewritten))
    assert figures(made)["scripts"]["drop"] == 100.0
    assert "简体原文 → 改写成繁体" in tree(drawn(made)).said


def test_targets() -> None:
    found = {"a": {"b": 0.5, "text": "x"}}
    targets = [
        Target("", ("a", "b"), least=0.5),
        Target("", ("a", "b"), most=0.4),
        Target("", ("a", "c", "d"), least=0),
    ]
    assert [one.met for one in check(targets, found)] == [True, False, None]
    assert Checked(targets[0], None).met is None
    assert check([Target("", ("a", "text"), least=0)], found)[0].value is None


def test_our_own_targets_are_about_figures_that_there_are() -> None:
    with_all = figures(FULL) | {
        "files": dict.fromkeys(("b2b.yml", "consumers.yml", "out_of_scope.yml"), figures(FULL)["all"])
    }
    for one in check(read_targets(), with_all):
        inner: Any = with_all
        for step in one.target.path[:-1]:
            inner = inner.get(step, {"right_role": 0})
        assert one.target.path[-1] in inner, one.target
        assert (one.target.least is None) != (one.target.most is None)


def test_an_evaluation_is_read_as_it_was_kept(tmp_path: Path) -> None:
    path = tmp_path / "evaluations" / "old.json"
    first = kept(messages())
    write(path, first)
    assert read(path) == first
    other = MeasuredFile("other.yml", messages().messages, messages().parses)
    write(path, kept(other))
    again = read(path)
    assert again is not None
    assert set(again.files) == {"b2b.yml", "other.yml"}, "what was measured earlier with the same model stays"
    write(path, kept(other, "new.tar.gz"))
    again = read(path)
    assert again is not None
    assert set(again.files) == {"other.yml"}
    path.write_text("{}", encoding="utf-8")
    assert read(path) is None
    assert read(tmp_path / "none.json") is None


def test_meanings_come_from_the_buttons(tmp_path: Path) -> None:
    domain = tmp_path / "domain.yml"
    domain.write_text("responses: {utter_clarify_faq_x: [{text: 问某事}]}\n", encoding="utf-8")
    assert read_glosses(domain, ["faq/x", "y"]) == NEVER_ASKED | {"faq/x": "问某事"}
    domain.write_text("[]", encoding="utf-8")
    with pytest.raises(UnreadableMessages):
        read_glosses(domain, [])
    assert read_glosses(ROOT / "domain.yml", ["track_shipment"])["track_shipment"]


def test_elements_keep_order_and_escape() -> None:
    made = el("p", "a<", el("b", "x"), ["&", None, 3], class_="k", data_x='"', hidden=False, open=True)
    assert html(made) == '<!doctype html>\n<p class="k" data-x="&quot;" open="">a&lt;<b>x</b>&amp;3</p>\n'


def test_figures_as_trainers_read_them() -> None:
    assert (percent(0.9213), percent(None)) == ("92.1%", "–")
    assert [points(one) for one in (0.012, -0.012, 0.0001, None)] == ["+1.2", "-1.2", "±0", "–"]
    assert (measured(12.34, "ms"), measured(0.5, "%"), measured(None, "s")) == ("12.3 ms", "50.0%", "–")
    assert [megabytes(one) for one in (3_715_443, 1_234_000_000, None)] == ["3.7 MB", "1.23 GB", "–"]
    assert instant("2026-11-21T02:05:00+00:00") == "2026年11月21日 10:05"
    assert instant("never") == "never"
    assert thinned(range(10), 3) == [0, 4, 9]
    assert thinned([1, 2], 3) == [1, 2]
