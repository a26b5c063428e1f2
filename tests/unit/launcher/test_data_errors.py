"""A broken data file is one line that names file and line."""

from pathlib import Path

import pytest

from app.launcher.data_errors import explain, first_broken

RASA_SCHEMA_ERROR = """\
2026-01-01 10:00:00 INFO  rasa.core - x
YamlValidationException: Failed to validate '/p/domain.yml'. Please make sure the file is correct and all mandatory \
parameters are specified. Here are the errors found during validation:
  in /p/domain.yml:3:
      Value 'x' is not a list. Value path: '/intents'
"""


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"nlu:\n- intent: a\n  examples: |\n   - x\n bad: [1\n", "bot/data/a.yml:5: "),
        (b"version: '3.1'\nnlu:\n\t- intent: a\n", "bot/data/a.yml:3: found character '\\t'"),
        (b"responses: {}\nintents: []\nresponses: {}\n", "bot/data/a.yml:3: found duplicate key"),
        (b"nlu:\n- intent: \xb2\xe9\n", "bot/data/a.yml:2: not UTF-8 text"),
    ],
)
def test_unreadable_file(tmp_path: Path, content: bytes, expected: str) -> None:
    file = tmp_path / "bot/data/a.yml"
    file.parent.mkdir(parents=True)
    file.write_bytes(content)
    found = first_broken([file], tmp_path)
    assert found.startswith(expected)
    assert "\n" not in found


def test_good_files_and_other_kinds_pass(tmp_path: Path) -> None:
    (tmp_path / "good.yml").write_text("nlu:\n- intent: 查货\n  examples: |\n    - 到哪了\n", "utf-8")
    (tmp_path / "places.csv").write_bytes(b"\xff: [")
    assert first_broken([tmp_path / "good.yml", tmp_path / "places.csv"], tmp_path) == ""


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        (RASA_SCHEMA_ERROR, "domain.yml:3: Value 'x' is not a list. Value path: '/intents'"),
        (
            "Traceback (most recent call last):\n  File x\nrasa.shared.core.domain.InvalidDomain: Duplicate action 'a'\n",
            "Duplicate action 'a'",
        ),
        ("\x1b[91mNo training data given.\x1b[0m\n", "No training data given."),
        (
            "rasa.X.YamlSyntaxException: Failed to read '/p/config.yml'. bad\n",
            "config.yml: Failed to read '/p/config.yml'. bad",
        ),
        ("", "Rasa ended without a word"),
    ],
)
def test_explain(output: str, expected: str) -> None:
    assert explain(output, Path("/p")) == expected


DATA = {
    "domain.yml": "intents:\n- greet\nactions:\n- action_track\n",
    "bot/data/rules.yml": "rules:\n- rule: hello\n  steps:\n  - intent: greet\n  - action: action_track\n- rule: odd\n"
    "  steps:\n  - intent: nope\n  - action: action_track\n",
}
RASA_CONTRADICTION = """\
2026-01-01 ERROR    rasa.engine.graph  - Error running graph component for node train_RulePolicy1.
\x1b[91mInvalidRule: \nContradicting rules or stories found

- the prediction of the action 'action_track' in rule 'odd' is contradicting with rule(s) 'hello'.
- the prediction of the action 'action_other' in rule 'hello' is contradicting with rule(s) 'odd'.
You can find more information about the usage of rules at https://rasa.com/docs/rasa/rules. \x1b[0m
"""
RASA_WARNINGS = """\
\x1b[93m/p/io.py:100: UserWarning: The following duplicated intents have been found: faq
\x1b[0m\x1b[93m/p/io.py:100: UserWarning: Issue found in 'bot/data/rules.yml': \nFound intent 'nope' in stories.
  More info at https://rasa.com/docs/rasa/stories
\x1b[0m\x1b[93m/p/io.py:100: UserWarning: The action 'action_x' is used in the 'odd' block, but it is not listed.
  More info at https://rasa.com/docs/rasa/domain
\x1b[0m2026-01-01 INFO     rasa.validator  - Validating intents...
\x1b[91mProject validation completed with errors.\x1b[0m
"""


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        (RASA_CONTRADICTION, "bot/data/rules.yml:6: the prediction of the action 'action_track' in rule 'odd' is"),
        (RASA_WARNINGS, "bot/data/rules.yml:8: Issue found in 'bot/data/rules.yml': Found intent 'nope' in stories"),
        ("x\nX.Error: Can't load class for name 'odd'.\n", "bot/data/rules.yml:6: Can't load"),
        ("x\nInvalidDomain: Error: 'These occur more than once: 'greet'.'\n", "domain.yml:2: Error: 'These"),
        ("x\nInvalidDomain: These occur more than once: 'action_nowhere'\n", "These occur more than once"),
    ],
)
def test_what_rasa_only_names_is_looked_up_in_the_files(tmp_path: Path, output: str, expected: str) -> None:
    for name, content in DATA.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content, "utf-8")
    assert explain(output, tmp_path).startswith(expected)
