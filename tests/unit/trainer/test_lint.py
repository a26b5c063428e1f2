"""Each rule with a sentence that trips it and one that does not."""

import json
import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli import build
from app.commands.lint_data import show
from settings import ROOT
from trainer.lint import Data, Finding, Limits, Severity, lint, read
from trainer.messages import UnreadableMessages
from trainer.personal_data import personal_data
from trainer.similar import key, masked, nearest
from trainer.training_data import Sentence, parse_markup, read_tests, read_training

FILE = Path("bot/data/nlu/shipment.yml")
TESTS = Path("tests/nlu/b2b.yml")
LABELS = ("track_shipment", "ask_eta", "greet", "out_of_scope", "faq/insurance")
ENTITIES = {"place": ("origin", "destination"), "money": (), "pieces": (), "date": ()}
FEW = Limits(business=0, others=0, out_of_scope=0, marked=2, bare=0.4)


def sentences(*written: tuple[str, str], path: Path = FILE) -> list[Sentence]:
    """Label and sentence with markup, one a line from line 1 on."""
    return [Sentence(path, line, label, *parse_markup(marked)) for line, (label, marked) in enumerate(written, start=1)]


def findings(
    *written: tuple[str, str], tests: Sequence[tuple[str, str]] = (), limits: Limits = FEW
) -> list[tuple[str, str, int]]:
    """Rule, severity and line of everything found, thin intents left out."""
    data = Data(Path("domain.yml"), LABELS, ENTITIES, sentences(*written), sentences(*tests, path=TESTS))
    return [(one.rule, one.severity, one.line) for one in lint(data, limits) if one.rule != "thin-intent"]


@pytest.mark.parametrize(
    ("first", "second", "found"),
    [
        ("货到哪了？", "ETA 呢", []),
        ("货到哪了？", "货到哪了", [("duplicate", "error", 2)]),
        ("Where's my ＥＴＡ", "wheres my eta!", [("duplicate", "error", 2)]),
        ("2箱货现在走到哪里了", "3箱货现在走到哪里了", [("duplicate", "warning", 2)]),
        ("SO-88120", "SO-88121", []),
        ("？", "？？", []),
        ("👍", "👎", []),
    ],
)
def test_same_sentence_twice_whatever_its_signs(first: str, second: str, found: list[tuple[str, str, int]]) -> None:
    assert findings(("track_shipment", first), ("track_shipment", second)) == found


def test_same_sentence_under_two_labels() -> None:
    assert findings(("track_shipment", "货到哪了"), ("ask_eta", "货，到哪了？")) == [("two-labels", "error", 2)]
    masked_too = findings(("track_shipment", "2箱货现在走到哪里了"), ("ask_eta", "3箱货现在走到哪里了"))
    assert masked_too == [("two-labels", "warning", 2)]


@pytest.mark.parametrize(
    ("trained", "found"),
    [
        ("那批冷冻虾今晚能进洋山港吗", [("in-tests", "error", 1)]),
        ("那批冷冻虾今晚能进洋山港不", [("near-test", "warning", 1)]),
        ("那批冷冻虾什么时候到", []),
        ("转人工", []),
    ],
)
def test_training_must_not_know_the_tests(trained: str, found: list[tuple[str, str, int]]) -> None:
    tests = [("ask_eta", "那批冷冻虾，今晚能进洋山港吗"), ("ask_eta", "转人工")]
    assert findings(("ask_eta", trained), tests=tests) == found


def test_what_the_tests_say_is_not_shown() -> None:
    data = Data(
        Path("domain.yml"),
        LABELS,
        ENTITIES,
        sentences(("greet", "早上好啊老朋友们")),
        sentences(("greet", "早上好啊老朋友呀"), path=TESTS),
    )
    shown = [one.message for one in lint(data, Limits(0, 0, 0, near=0.7)) if one.rule == "near-test"]
    assert shown == ["86% like a message of the tests (b2b.yml:1)"]


def test_labels_and_entities_and_roles_are_those_of_the_domain() -> None:
    assert (
        findings(("track_shipment", '到[上海]{"entity": "place", "role": "origin"}了吗'), ("faq/insurance", "保险"))
        == []
    )
    assert findings(("track_parcel", "货呢")) == [("unknown-label", "error", 1)]
    assert findings(("greet", "早"), tests=[("faq/weather", "天气")]) == [("unknown-label", "error", 1)]
    assert findings(("greet", "[上海](city)好")) == [("unknown-entity", "error", 1)]
    via = '经[上海]{"entity": "place", "role": "via"}'
    assert findings(("greet", via)) == [("unknown-role", "error", 1)]


def test_thin_intents() -> None:
    data = Data(
        Path("domain.yml"),
        LABELS,
        ENTITIES,
        sentences(("greet", "早"), ("track_shipment", "货呢"), ("ask_eta", "几号")),
    )
    found = lint(data, Limits(business=2, others=1, out_of_scope=1))
    assert [(one.severity, one.message) for one in found] == [
        (Severity.ERROR, "faq/insurance: 0 sentences, 1 wanted"),
        (Severity.ERROR, "out_of_scope: 0 sentences, 1 wanted"),
        (Severity.WARNING, "ask_eta: 1 sentences, 2 wanted"),
        (Severity.WARNING, "track_shipment: 1 sentences, 2 wanted"),
    ]


def test_the_same_words_as_two_kinds() -> None:
    usual = [("greet", "断了[三块](pieces)"), ("greet", "[三块](pieces)玻璃")]
    assert findings(*usual, ("greet", "少收[三块](money)")) == [("conflicting-kinds", "warning", 3)]
    # Whether 800 is money or a weight says the question, not the words.
    assert findings(("greet", "改成[800](pieces)"), ("greet", "付[800](money)吧")) == []


def test_words_bare_in_a_few_sentences() -> None:
    usual = [("greet", "[上海](place)的"), ("greet", "到[上海](place)")]
    assert findings(*usual, ("greet", "从上海走")) == [("not-annotated", "warning", 3)]
    assert findings(*usual, ("out_of_scope", "上海有什么好吃的")) == []
    assert findings(*usual, ("greet", "从上海走"), ("greet", "回上海")) == [], (
        "bare in half of them: left out on purpose"
    )
    latin = [("greet", "via [LA](place)"), ("greet", "[LA](place) please")]
    assert findings(*latin, ("greet", "a lad")) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("身份证11010519491231002X", 1),
        ("身份证110105194912310021", 0),
        ("卡号6222 0212 3456 7890 128", 1),
        ("卡号6222 0212 3456 7890 129", 0),
        ("卡号4111-1111-1111-1111", 1),
        ("运单9111111111111111", 0),
        ("发到 wang@firm.cn", 1),
        ("发到 wang@firm.example 或 li@example.com", 0),
        ("电话13812345678", 0),
    ],
)
def test_personal_data(text: str, found: int) -> None:
    assert len(list(personal_data(text))) == found
    assert [rule for rule, _, _ in findings(("greet", text))] == ["personal-data"] * found


def test_personal_data_is_not_repeated() -> None:
    assert "0105" not in " ".join(personal_data("11010519491231002X"))


@pytest.mark.parametrize(
    "marked",
    [
        "到[上海](place",
        "到[上海(place)",
        "到上海](place)",
        "到[](place)",
        "到[上海]()",
        "到[上海 ](place)",
        "到[上海] (place)",
        '到[上海]{"entity": "place"',
        "到[上海]{entity: place}",
        '到[上海]{"role": "origin"}',
    ],
)
def test_broken_markup(marked: str) -> None:
    assert findings(("greet", marked)) == [("broken-markup", "error", 1)]


def test_markup_in_order() -> None:
    text, annotations, problems = parse_markup('[图片] 从[上海]{"entity": "place", "role": "origin"}到[LA](place)')
    assert (text, problems) == ("[图片] 从上海到LA", ())
    assert [(one.kind, one.role, text[one.start : one.end]) for one in annotations] == [
        ("place", "origin", "上海"),
        ("place", None, "LA"),
    ]


def test_lines_of_a_training_file(tmp_path: Path) -> None:
    path = tmp_path / "nlu.yml"
    path.write_text(
        "# Sentences.\nnlu:\n- lookup: goods\n  examples: |\n    - 茶\n\n- intent: greet\n  examples: |\n    - 早\n\n    - 您好\n"
        "    晚上好\n    -\n- intent: ask_eta\n  examples: 几号\n",
        encoding="utf-8",
    )
    found = [(one.line, one.intent, one.text, bool(one.problems)) for one in read_training(path)]
    assert found == [
        (9, "greet", "早", False),
        (11, "greet", "您好", False),
        (12, "greet", "    晚上好".strip(), True),
        (13, "greet", "", True),
        (14, "ask_eta", "", True),
    ]


def test_lines_of_a_test_file(tmp_path: Path) -> None:
    path = tmp_path / "messages.yml"
    path.write_text("- text: 早\n  intent: greet\n- intent: ask_eta\n  text: 几号\n", encoding="utf-8")
    assert [(one.line, one.intent, one.text) for one in read_tests(path)] == [
        (1, "greet", "早"),
        (4, "ask_eta", "几号"),
    ]


@pytest.mark.parametrize("content", ["nlu: [", "stories: []", "- text: 早"])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, content: str) -> None:
    path = tmp_path / "nlu.yml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(UnreadableMessages, match=r"nlu\.yml"):
        read_training(path)


def test_nearest_is_the_most_similar_one() -> None:
    [(mine, theirs, score)] = nearest(["abcd", "xyz"], ["abc", "abcde", "q"], 0.5)
    assert (mine, theirs, round(score, 3)) == (0, 1, 0.857)
    assert masked(key("ＭＳＫＵ-12 号")) == "msku00号"


def test_our_own_sentences_have_no_errors() -> None:
    done = CliRunner().invoke(build(), ["lint-data"])
    assert done.exit_code == 0, done.output
    last = re.fullmatch(r"(\d+) sentences: 0 errors, \d+ warnings", done.output.splitlines()[-1])
    assert last is not None
    assert int(last[1]) > 9000


def test_what_is_found_is_shown_with_its_place(capsys: pytest.CaptureFixture[str]) -> None:
    found = [
        Finding("duplicate", Severity.ERROR, ROOT / FILE, 7, "the same as shipment.yml:3"),
        Finding("near-test", Severity.WARNING, ROOT / FILE, 9, "80% like"),
    ]
    show(found, ROOT, as_json=False, quiet=True)
    assert capsys.readouterr().out == "bot/data/nlu/shipment.yml:7: error duplicate: the same as shipment.yml:3\n"
    show(found, ROOT, as_json=True, quiet=False)
    assert [(one["line"], one["severity"]) for one in json.loads(capsys.readouterr().out)] == [
        (7, "error"),
        (9, "warning"),
    ]


def project(root: Path, examples: str) -> Path:
    """A project of one label with these examples."""
    (root / "bot/data/nlu").mkdir(parents=True)
    (root / "domain.yml").write_text("intents: [greet]\nentities: []\nresponses: {}\n", encoding="utf-8")
    content = f"nlu:\n- intent: greet\n  examples: |\n{examples}"
    (root / "bot/data/nlu/all.yml").write_text(content, encoding="utf-8")
    return root


def test_a_project_is_read_and_its_errors_found(tmp_path: Path) -> None:
    found = lint(read(project(tmp_path, "    - 早\n    - 早！\n")))
    assert [(one.rule, one.severity, one.path.name, one.line) for one in found] == [
        ("duplicate", "error", "all.yml", 5),
        ("thin-intent", "warning", "domain.yml", 0),
    ]


def test_a_project_without_a_domain_cannot_be_read(tmp_path: Path) -> None:
    (project(tmp_path, "    - 早\n") / "domain.yml").unlink()
    with pytest.raises(UnreadableMessages, match="intents, entities and responses"):
        read(tmp_path)
