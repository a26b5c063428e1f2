"""Rules for what the bot understands, does and says. Each says why it is there."""

import ast
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from bot.actions.__main__ import ACTIONS
from bot.actions.doubt import NOT_OFFERED
from crm.complaints.apology import ANGRY, CALM, SAFETY
from crm.complaints.categories import categories
from crm.faq.defaults import shipped
from crm.faq.service import Draft
from crm.shipments.arrival import Confidence
from settings import ROOT
from tests.unit.project_files import place, sources, tree

LEAST_EXAMPLES = 30
CHINESE = re.compile(r"[\u4e00-\u9fff]")
CHINESE_SENTENCE = re.compile(r"[。？！…]|[\u4e00-\u9fff].*，.*[\u4e00-\u9fff]")
LONGEST_CHINESE_NAME = 12

RASAS_OWN_INTENTS = {"nlu_fallback"}
"""Predicted by our classifier when it is in doubt, never trained."""

NAMES_WITH_A_COMMA = {"已登记，等待核查"}
"""Names of states: values for a sentence, no sentences."""
CALLS_FOR_STAFF = {"make"}
"""`promises.make(text=…)` goes into the desk's list for staff, not to a customer."""

SAID_ONCE_IN_A_WHILE = re.compile(
    r"utter_(clarify_\w+|reason_\w+|eta_\w+|faq/\w+|faq_own|faq_note(_expired)?"
    r"|sorry_\w+_[1-4]|sorry_(injury|leak)|status_\w+|shipment_\w+|quote_\w+|cancel_\w+|complaint_\w+|claim_keep|claim_document_\w+"
    r"|pod_\w+|urge_delivered|unsubscribed|nothing_subscribed|subscribed_all|no_open_shipments|tail_wanted"
    r"|nothing_to_stop|value_not_understood|breakdown_at_cost|order_cancelled|ask_(pieces|transport_mode|\w+_city)"
    r"|listening|ask_which_document|no_number|promise_late|urged_again|ask_commodity_which|value_roughly|resume_offer"
    r"|no_rate_dangerous|order_not_yet|claim_joined|phone_wanted|callback_(promised_at|closed_then)"
    r"|handoff_after_hours|desk_(wait_choice|cut|agent_joined|back_to_bot|closed)|quote|status|no_rate)"
)
"""One wording is enough: facts, names for buttons, and what one customer hears at most once in a conversation."""
ALWAYS_VARIED = {f"utter_complaint_{kind}" for kind in ("recorded", "joined", "which_shipment", "more")}

FORBIDDEN_WORDS = (
    "请谅解", "请理解", "敬请谅解", "系统问题", "系统原因", "系统繁忙", "您应该", "您必须", "不是我们", "与我们无关",
    "不关我们", "不归我们", "规定就是", "没办法", "无能为力", "不可能", "您误会", "亲，", "感谢您的耐心",
)  # fmt: skip
PROMISED_MONEY = re.compile(r"(赔偿?|补偿|退款?|全额).{0,6}(\d+|百分之|元|块|全部)")


def yaml(path: Path) -> Any:
    """A YAML file."""
    return YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))


@cache
def domain() -> dict[str, Any]:
    """`domain.yml`."""
    loaded: dict[str, Any] = yaml(ROOT / "domain.yml")
    return loaded


@cache
def names(key: str) -> frozenset[str]:
    """Names of intents or actions; some stand there with options."""
    return frozenset(entry if isinstance(entry, str) else next(iter(entry)) for entry in domain()[key])


def texts() -> Iterator[tuple[str, str]]:
    """(response, text) for every variation."""
    for response, variants in domain()["responses"].items():
        for variant in variants:
            yield response, variant.get("text", "")


@cache
def examples() -> Counter[str]:
    """Intent (retrieval intents as faq/x) -> number of different examples."""
    found: Counter[str] = Counter()
    for path in (ROOT / "bot" / "data" / "nlu").glob("*.yml"):
        for entry in yaml(path)["nlu"]:
            lines = {line.removeprefix("- ").strip() for line in entry.get("examples", "").splitlines()}
            found[entry.get("intent", "")] += len(lines - {""})
    return found


@cache
def rules() -> dict[str, list[str]]:
    """Intent -> actions."""
    found: dict[str, list[str]] = {}
    for path in (ROOT / "bot" / "data" / "rules").glob("*.yml"):
        for rule in yaml(path)["rules"]:
            heard, *done = rule["steps"]
            found[heard["intent"]] = [step["action"] for step in done]
    return found


def not_said(node: ast.AST) -> bool:
    """Docstrings, patterns that read what customers write, and texts for staff."""
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)
    return isinstance(node, ast.Call) and (
        (isinstance(node.func, ast.Attribute) and node.func.attr in CALLS_FOR_STAFF)
        or ast.unparse(node.func) == "re.compile"
    )


def texts_in(path: Path) -> Iterator[tuple[ast.Constant, str]]:
    """String literals of a file that may be said; those within f-strings too."""
    passed = {id(inner) for node in ast.walk(tree(path)) if not_said(node) for inner in ast.walk(node)}
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in passed:
            yield node, node.value


@pytest.mark.parametrize("intent", sorted(names("intents") - RASAS_OWN_INTENTS))
def test_every_intent_has_examples_enough_and_a_rule(intent: str) -> None:
    """What is hardly trained is guessed; what has no rule is answered with nothing."""
    assert intent in rules(), f"no rule for {intent}"
    parts = {name: count for name, count in examples().items() if name.partition("/")[0] == intent}
    assert parts, f"no examples for {intent}"
    assert {name: count for name, count in parts.items() if count < LEAST_EXAMPLES} == {}


def test_nothing_is_trained_or_ruled_that_the_domain_does_not_know() -> None:
    assert {name.partition("/")[0] for name in examples()} <= names("intents")
    assert set(rules()) <= names("intents")


def test_every_retrieval_intent_has_its_answer_and_the_reverse() -> None:
    trained = {name for name in examples() if "/" in name}
    answered = {name.removeprefix("utter_") for name in domain()["responses"] if "/" in name}
    assert trained == answered


def test_every_shipped_answer_says_where_it_comes_from_and_is_fit_to_be_said() -> None:
    """Whoever changes a text puts source and day right beside it; what staff may not write is not shipped either."""
    answers = shipped()
    assert set(answers) == {name for name in examples() if "/" in name}
    for label, answer in answers.items():
        draft = Draft(answer.text, answer.source, answer.as_of)
        assert draft.tidied() == draft, label
        assert draft.problems(date.max) == {}, label
        assert len(domain()["responses"][f"utter_{label}"]) == 1, f"{label}: staff see and change one text"


def test_actions_of_the_domain_are_classes_and_the_reverse() -> None:
    """A name without a class ends in an error in front of a customer; a class without a name is never called."""
    assert {action.action_name for action in ACTIONS} == names("actions")
    assert len(ACTIONS) == len(names("actions"))


@cache
def called() -> frozenset[str]:
    """Names of actions and responses in the rules."""
    return frozenset(name for done in rules().values() for name in done)


def test_every_action_is_called_by_a_rule() -> None:
    assert names("actions") - called() == set()


SELDOM_MISUNDERSTOOD = {"greet", "goodbye", "thank", "praise", "rate_service", "bot_challenge", "faq"}
"""Not offered as a meaning: they are said in few ways, and each frequent question has a name of its own."""
FAMILIES: Mapping[str, Callable[[], set[str]]] = {
    "utter_eta_": lambda: {confidence.value for confidence in Confidence},
    "utter_clarify_": lambda: set(names("intents") - NOT_OFFERED - SELDOM_MISUNDERSTOOD),
    "utter_listen_": lambda: set(categories()),
    "utter_sorry_": lambda: {*SAFETY, *(f"{one}_{number}" for one in categories() for number in (*CALM, *ANGRY))},
    "utter_complaint_summary": lambda: {"", "_consequence", "_wish", "_consequence_wish"},
}
"""Prefix -> what it is put together with while running."""


def response_patterns() -> dict[str, str]:
    """Pattern of response names used in Python or rules -> where."""
    found = {re.escape(action): "bot/data/rules" for action in called() if action.startswith("utter_")}
    for path in sources("bot/actions", "conversations", "connectors", "console", "app", "crm"):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith("utter_"):
                if re.fullmatch(r"utter_[\w/]*[^_]", node.value):
                    found[re.escape(node.value)] = place(path, node)
            elif isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                parts = [re.escape(str(p.value)) if isinstance(p, ast.Constant) else r"\w+" for p in node.values]
                if parts[0].startswith("utter_"):
                    found["".join(parts)] = place(path, node)
    return found


def test_everything_that_is_said_has_words() -> None:
    """A response without words is an empty bubble."""
    responses = set(domain()["responses"])
    missing = {
        pattern: where
        for pattern, where in response_patterns().items()
        if not any(re.fullmatch(pattern, name) for name in responses)
    }
    assert missing == {}


def test_all_words_are_used() -> None:
    """What nobody says is read and kept up for nothing."""
    # f"utter_{…}" alone would count for every name; what it can become is in FAMILIES.
    patterns = [*(response_patterns().keys() - {r"utter_\w+"}), r"utter_faq/\w+"]
    patterns += [prefix + member for prefix, members in FAMILIES.items() for member in members()]
    unused = [name for name in domain()["responses"] if not any(re.fullmatch(pattern, name) for pattern in patterns)]
    assert unused == []


@pytest.mark.parametrize("prefix", FAMILIES)
def test_families_of_responses_are_complete(prefix: str) -> None:
    """Names that are put together while running are missed by a search."""
    members = FAMILIES[prefix]()
    assert members
    assert {prefix + member for member in members} - set(domain()["responses"]) == set()


def test_what_is_said_often_is_not_always_said_alike() -> None:
    """The same sentence twice in a row sounds like a machine."""
    alike = [
        name
        for name, variants in domain()["responses"].items()
        if len(variants) < 2 and (name in ALWAYS_VARIED or not SAID_ONCE_IN_A_WHILE.fullmatch(name))
    ]
    assert alike == []


def test_variations_use_the_same_values() -> None:
    """Else it depends on chance whether a customer hears the number."""
    values: dict[str, set[frozenset[str]]] = {}
    for name, text in texts():
        values.setdefault(name, set()).add(frozenset(re.findall(r"(?<!\{)\{(\w+)\}", text)))
    assert {name: found for name, found in values.items() if len(found) > 1} == {}


@pytest.mark.parametrize(("name", "text"), list(texts()))
def test_words_to_customers_are_fit_to_be_said(name: str, text: str) -> None:
    """No excuse, no blame, no promise of money; one apology is enough."""
    assert [word for word in FORBIDDEN_WORDS if word in text] == []
    assert PROMISED_MONEY.search(text) is None
    assert text.count("非常抱歉") <= 1
    assert text.count("抱歉") + text.count("对不起") <= 2


def test_no_sentence_for_customers_stands_in_an_action() -> None:
    """A service lead reads and changes all of them in domain.yml."""
    found = [
        f"{place(path, node)} {value}"
        for path in sources("bot/actions")
        for node, value in texts_in(path)
        if (len(CHINESE.findall(value)) > LONGEST_CHINESE_NAME or CHINESE_SENTENCE.search(value))
        and value not in NAMES_WITH_A_COMMA
    ]
    assert found == []
