"""What is wrong with the training sentences before anything is trained: one function for each rule."""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from trainer.messages import UnreadableMessages
from trainer.personal_data import personal_data
from trainer.similar import key, masked, nearest, wording
from trainer.training_data import Annotation, Sentence, read_tests, read_training

OUT_OF_SCOPE = "out_of_scope"
NEVER_TRAINED = frozenset({"nlu_fallback"})
"""Labels that the classifier gives by itself when it is in doubt."""
SMALL_TALK = frozenset(
    {"greet", "goodbye", "thank", "affirm", "deny", "stop", "inform", "rate_service", "bot_challenge", "chitchat"}
)


@dataclass(frozen=True)
class Limits:
    """Every number that the rules go by."""

    business: int = 150
    """Fewest sentences of an intent that makes the desk do something."""
    others: int = 80
    """Fewest of small talk and of a frequent question."""
    out_of_scope: int = 1200
    near: float = 0.8
    """From this similarity on (0 to 1) a training sentence is nearly one of the tests."""
    shortest: int = 6
    """Characters without digits, a Latin one as half: shorter messages (转人工, SO-88120) everybody writes alike."""
    marked: int = 10
    """Times that words have to be annotated before the few bare ones count as forgotten."""
    bare: float = 0.1
    """Largest share of bare ones that are still the few."""

    def least(self, intent: str) -> int:
        """Fewest sentences of this label."""
        if intent == OUT_OF_SCOPE:
            return self.out_of_scope
        return self.others if intent in SMALL_TALK or "/" in intent else self.business


class Severity(StrEnum):
    """An error makes the model or the measurement wrong; a warning is for a person to judge."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong. `line` 0: it concerns no single line."""

    rule: str
    severity: Severity
    path: Path
    line: int
    message: str


@dataclass(frozen=True)
class Data:
    """All that is looked at. `entities`: kind -> its roles."""

    domain: Path
    labels: Collection[str]
    entities: Mapping[str, Collection[str]]
    training: Sequence[Sentence]
    tests: Sequence[Sentence] = ()


def read(root: Path) -> Data:
    """The data of a project. Raises UnreadableMessages."""
    domain = root / "domain.yml"
    try:
        known = YAML(typ="safe", pure=True).load(domain.read_text(encoding="utf-8"))
        labels, entities = _labels(known), {name: _roles(options) for name, options in _named(known["entities"])}
    except (OSError, YAMLError, KeyError, TypeError) as error:
        raise UnreadableMessages(f"{domain}: intents, entities and responses are needed ({error})") from error
    training = [one for path in sorted((root / "bot" / "data" / "nlu").rglob("*.yml")) for one in read_training(path)]
    tests = [one for path in sorted((root / "tests" / "nlu").glob("*.yml")) for one in read_tests(path)]
    return Data(domain, labels, entities, training, tests)


def lint(data: Data, limits: Limits | None = None) -> list[Finding]:
    """Everything that is wrong, by file and line, errors first."""
    found = {finding for rule in RULES for finding in rule(data, limits or Limits())}
    return sorted(found, key=lambda one: (one.severity, one.path, one.line, one.rule, one.message))


def broken_markup(data: Data, _: Limits) -> Iterator[Finding]:
    """Annotations that Rasa would take for text, lines that it would drop."""
    for sentence in data.training:
        for problem in sentence.problems:
            yield _at(sentence, "broken-markup", Severity.ERROR, problem)


def unknown_labels(data: Data, _: Limits) -> Iterator[Finding]:
    """Labels that neither the domain nor the frequent questions know."""
    for sentence in (*data.training, *data.tests):
        if sentence.intent not in data.labels:
            yield _at(sentence, "unknown-label", Severity.ERROR, f"{sentence.intent} is not in {data.domain.name}")


def unknown_entities(data: Data, _: Limits) -> Iterator[Finding]:
    """Kinds and roles of values that the domain does not know."""
    for sentence, one in _annotations(data):
        if one.kind not in data.entities:
            yield _at(sentence, "unknown-entity", Severity.ERROR, f"[{one.words}]: {one.kind} is not in the domain")
        elif one.role is not None and one.role not in data.entities[one.kind]:
            yield _at(sentence, "unknown-role", Severity.ERROR, f"[{one.words}]: {one.kind} has no role {one.role}")


def thin_intents(data: Data, limits: Limits) -> Iterator[Finding]:
    """Labels with fewer sentences than they need; none at all is an error."""
    counts = Counter(sentence.intent for sentence in data.training)
    for label in sorted(data.labels):
        number, least = counts[label], limits.least(label)
        if number < least:
            severity = Severity.WARNING if number else Severity.ERROR
            yield Finding("thin-intent", severity, data.domain, 0, f"{label}: {number} sentences, {least} wanted")


def duplicates(data: Data, limits: Limits) -> Iterator[Finding]:
    """The same sentence twice (error), or twice but for its numbers (warning); bare numbers may look alike."""
    first: dict[str, Sentence] = {}
    first_masked: dict[str, Sentence] = {}
    for sentence in data.training:
        counted = key(sentence.text)
        before = first.setdefault(counted, sentence)
        alike = first_masked.setdefault(masked(counted), sentence)
        if before is not sentence:
            yield _again(sentence, before, Severity.ERROR, "the same as")
        elif alike is not sentence and wording(counted) >= limits.shortest:
            yield _again(sentence, alike, Severity.WARNING, "but for its numbers the same as")


def copied_tests(data: Data, limits: Limits) -> Iterator[Finding]:
    """Sentences of the tests, or nearly, that would be learned by heart. The messages of the tests are not shown."""
    ours = [one for one in data.training if wording(key(one.text)) >= limits.shortest]
    theirs = [one for one in data.tests if wording(key(one.text)) >= limits.shortest]
    copies = {key(one.text): one for one in theirs}
    our_keys, their_keys = ([masked(key(one.text)) for one in some] for some in (ours, theirs))
    alike = {at: (theirs[other], score) for at, other, score in nearest(our_keys, their_keys, limits.near)}
    for at, sentence in enumerate(ours):
        if copy := copies.get(key(sentence.text)):
            yield _at(sentence, "in-tests", Severity.ERROR, f"stands in the tests too ({_where(copy)})")
        elif at in alike:
            test, score = alike[at]
            message = f"{score:.0%} like a message of the tests ({_where(test)})"
            yield _at(sentence, "near-test", Severity.WARNING, message)


def conflicting_kinds(data: Data, _: Limits) -> Iterator[Finding]:
    """The same words as two kinds of value. Bare numbers are left out: what they are depends on the question."""
    places: dict[str, list[tuple[Sentence, Annotation]]] = defaultdict(list)
    for sentence, one in _annotations(data):
        if any(sign.isalpha() for sign in one.words):
            places[_plain(one.words)].append((sentence, one))
    for found in places.values():
        kinds = Counter(one.kind for _, one in found)
        usual = kinds.most_common(1)[0][0]
        for sentence, one in found:
            if one.kind != usual:
                message = f"[{one.words}] is {one.kind} here and {usual} in {kinds[usual]} other sentences"
                yield _at(sentence, "conflicting-kinds", Severity.WARNING, message)


def forgotten(data: Data, limits: Limits) -> Iterator[Finding]:
    """Words that are annotated in most sentences and bare in a few. Small talk about other things is not looked at."""
    marked = Counter(_plain(one.words) for _, one in _annotations(data))
    often = [words for words, number in marked.items() if number >= limits.marked and len(words) > 1]
    if not often:
        return
    pattern = re.compile("|".join(map(_bounded, sorted(often, key=len, reverse=True))))
    bare: dict[str, list[Sentence]] = defaultdict(list)
    for sentence in data.training:
        if sentence.intent != OUT_OF_SCOPE:
            for match in pattern.finditer(_plain(_without_annotations(sentence))):
                bare[match[0]].append(sentence)
    for words, sentences in bare.items():
        if len(sentences) <= limits.bare * (len(sentences) + marked[words]):
            for sentence in sentences:
                message = f"{words} is bare here and annotated {marked[words]} times elsewhere"
                yield _at(sentence, "not-annotated", Severity.WARNING, message)


def personal(data: Data, _: Limits) -> Iterator[Finding]:
    """Numbers and addresses that could be a real person's; only what is trained on gets into a model."""
    for sentences, severity in ((data.training, Severity.ERROR), (data.tests, Severity.WARNING)):
        for sentence in sentences:
            for found in personal_data(sentence.text):
                yield _at(sentence, "personal-data", severity, found)


RULES: tuple[Callable[[Data, Limits], Iterator[Finding]], ...] = (
    broken_markup,
    unknown_labels,
    unknown_entities,
    thin_intents,
    duplicates,
    copied_tests,
    conflicting_kinds,
    forgotten,
    personal,
)


def _at(sentence: Sentence, rule: str, severity: Severity, message: str) -> Finding:
    return Finding(rule, severity, sentence.path, sentence.line, message)


def _where(sentence: Sentence) -> str:
    return f"{sentence.path.name}:{sentence.line}"


def _again(sentence: Sentence, before: Sentence, severity: Severity, how: str) -> Finding:
    message = f"{how} {_where(before)} ({before.intent}): {sentence.text}"
    if sentence.intent == before.intent:
        return _at(sentence, "duplicate", severity, message)
    return _at(sentence, "two-labels", severity, f"{sentence.intent}, {message}")


def _annotations(data: Data) -> Iterator[tuple[Sentence, Annotation]]:
    for sentence in data.training:
        for one in sentence.annotations:
            yield sentence, one


def _without_annotations(sentence: Sentence) -> str:
    text = list(sentence.text)
    for one in sentence.annotations:
        text[one.start : one.end] = "\0" * (one.end - one.start)
    return "".join(text)


def _plain(words: str) -> str:
    return unicodedata.normalize("NFKC", words).casefold()


def _bounded(words: str) -> str:
    """A pattern; Latin words and numbers only as whole ones."""
    before = r"(?<![a-z0-9])" if words[0].isascii() else ""
    after = r"(?![a-z0-9])" if words[-1].isascii() else ""
    return f"{before}{re.escape(words)}{after}"


def _labels(domain: Mapping[str, Any]) -> frozenset[str]:
    """All labels; a retrieval intent is as many labels as it has answers (`utter_faq/…`)."""
    answered = {name.removeprefix("utter_") for name in domain["responses"] if "/" in name}
    retrieval = {name.partition("/")[0] for name in answered}
    return frozenset({name for name, _ in _named(domain["intents"])} - retrieval - NEVER_TRAINED | answered)


def _named(entries: Sequence[Any]) -> Iterator[tuple[str, Any]]:
    """Names of the domain with their options; None where there are none."""
    for entry in entries:
        yield (entry, None) if isinstance(entry, str) else next(iter(entry.items()))


def _roles(options: Any) -> tuple[str, ...]:
    return tuple((options or {}).get("roles", ()))
