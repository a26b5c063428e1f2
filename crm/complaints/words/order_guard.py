"""The order of a complaint, guarded: listen, apologise, record, and only then explain.

`check` reads what is about to be said to a customer who complains and names what makes it worse: an excuse or a question
for data before the card exists, and at any time an admission, an amount, a promised outcome, a belittling or a brush-off.
It warns; whoever writes decides.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from crm.chinese import fold
from crm.complaints.words.order_guard_words import EXCUSED, WORDS

SORRY_LIMIT = 3
_SENTENCE = re.compile(r"[^。!?;\n]+[!?]?")
_SORRY = re.compile(r"抱歉|对不起|对不住")
_BEFORE = 14
"""How many signs before the words are looked at for what makes them harmless."""


class Rule(StrEnum):
    """What makes a complaint worse."""

    EXCUSE = "excuse"
    """Somebody or something else is blamed."""
    FORM_QUESTION = "form_question"
    """Data are asked for before the story is told."""
    LIABILITY = "liability"
    AMOUNT = "amount"
    UNDERSTAND = "understand"
    """The customer is to understand us, not we the customer."""
    DOWNPLAY = "downplay"
    PASS_ON = "pass_on"  # noqa: S105 (a rule, no password)
    REPEATED_SORRY = "repeated_sorry"
    OUTCOME = "outcome"
    """An outcome is promised that nobody can know yet."""


ONLY_BEFORE_THE_CARD = frozenset({Rule.EXCUSE, Rule.FORM_QUESTION})

ADVICE = {
    Rule.EXCUSE: "先别说原因，先说这件事给客户带来了什么，比如「让您白等了一上午，非常抱歉」，原因查清了再讲。",
    Rule.FORM_QUESTION: "先听客户把事情说完再要资料，可以说「您慢慢讲，我都记着」。",
    Rule.LIABILITY: "责任还没核实，不要先认，可以说「这件事我们没做好，我来跟到底，核实清楚马上告诉您」。",
    Rule.AMOUNT: "金额和比例要批了才能说，可以说「您的要求我记下了，方案定了第一时间跟您讲」。",
    Rule.UNDERSTAND: "不要请客户体谅我们，可以说「换作是我也会着急，这件事我来跟」。",
    Rule.DOWNPLAY: "不要替客户判断事情大小，可以说「这件事耽误您了，我明白您着急」。",
    Rule.PASS_ON: "不要让客户自己再去找人，可以说「我去问清楚，今天下班前给您回话」，到点一定回。",
    Rule.REPEATED_SORRY: "道歉说一次、说到点子上就够了，后面讲下一步怎么办。",
    Rule.OUTCOME: "结果还说不准，只承诺自己做得到的，比如「今天下班前给您一个准信」。",
}
"""What to say instead, for the agent."""


@dataclass(frozen=True)
class Finding:
    """One place that makes it worse."""

    rule: Rule
    words: str
    """As they were written."""
    advice: str


def check(text: str, *, card_exists: bool) -> tuple[Finding, ...]:
    """What should not be said to a customer who complains, in the order of the text; (): nothing.

    `card_exists`: the customer has the number of a card, or a person has taken it; excuses and questions for data count
    only before. The same words are named once. Reads Simplified and Traditional Chinese, in time linear to the text.
    """
    places = _apart(_places(fold(text), card_exists=card_exists))
    once = dict.fromkeys((rule, text[start:end]) for rule, start, end in places)
    findings = [Finding(rule, words, ADVICE[rule]) for rule, words in once]
    return (*findings, *_repeated_sorry(text))


def _apart(places: Iterable[tuple[Rule, int, int]]) -> Iterator[tuple[Rule, int, int]]:
    """In the order of the text; of places of one rule that overlap, the first."""
    ended: dict[Rule, int] = {}
    for rule, start, end in sorted(places, key=lambda place: (place[1], -place[2])):
        if start >= ended.get(rule, 0):
            ended[rule] = end
            yield rule, start, end


def _repeated_sorry(text: str) -> Sequence[Finding]:
    said = [text[place.start() : place.end()] for place in _SORRY.finditer(fold(text))]
    if len(said) < SORRY_LIMIT:
        return []
    return [Finding(Rule.REPEATED_SORRY, "、".join(said[:SORRY_LIMIT]), ADVICE[Rule.REPEATED_SORRY])]


def _places(said: str, *, card_exists: bool) -> Iterator[tuple[Rule, int, int]]:
    """(rule, start, end) of everything that is not harmless where it stands."""
    for sentence in _SENTENCE.finditer(said):
        words = sentence.group()
        for name, patterns in WORDS.items():
            rule = Rule(name)
            if card_exists and rule in ONLY_BEFORE_THE_CARD:
                continue
            for pattern in patterns:
                for place in pattern.finditer(words):
                    before = words[max(0, place.start() - _BEFORE) : place.start()]
                    if not EXCUSED[name].search(before):
                        yield rule, sentence.start() + place.start(), sentence.start() + place.end()
