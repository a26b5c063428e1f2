"""Judges what came of a written complaint: what may never happen, and what the card holds against what it should."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from crm.complaints.words.order_guard import check
from tests.conversations.complaints_of import Complaint, WantedCard
from tests.conversations.complaints_run import Card, Run, filled
from tests.e2e.firm import SUPPLIER_SECRETS

NEVER = (*SUPPLIER_SECRETS, "utter_", "{", "}", "None", "null", "Traceback")
"""Signs of a broken template, and our costs."""
_NUMBER = re.compile(r"CP\d{8,}")
_SENTENCE = re.compile(r"[^。！!？?；;\n]+[！!？?]?")
_SORRY = re.compile(r"抱歉|对不起|不好意思|不应该|过意不去|对不住")
_MORE = re.compile(
    r"还有(?!人)[^，,。！!？?\n]{0,12}[？?]"
    r"|(?:有没有|有无)(?:别的|其他|什么要|要)?(?:补充|遗漏|漏)[^。！!？?\n]{0,6}[？?]"
    r"|(?:要|想)补充[^。！!？?\n]{0,6}[？?]"
)
_DATA = re.compile(
    r"(?<!投诉)单号|运单|柜号|箱号|提单号|公司名|哪家公司|哪个公司|电话|手机|联系人|联系方式|尾号|后四位|邮箱|哪一?票|贵姓|怎么称呼"
)
_ASKED = re.compile(r"[？?]|[吗嘛呢]$|请|麻烦|方便|告诉|告知|提供|发我|发一下|报一下|说一下|留一?[个下]|给我")
_NEVER_ASKED = re.compile(r"不用|不需要|没有也|不影响|找不到也")
ECHO = 5
"""Signs in a row that the customer said before: the bot is repeating them, not speaking for itself."""


def problems(complaint: Complaint, run: Run, responses: Mapping[str, Sequence[str]]) -> list[str]:
    """Everything in the conversation that may not be; empty: nothing. `responses`: domain.yml, name -> variations."""
    return [
        *_not_told(complaint, run),
        *_asked_too_early(complaint, run),
        *_forbidden(complaint, run),
        *_more_than_once(complaint, run),
        *_apologies(complaint, run, responses),
        *_heard(complaint, run),
    ]


# ---------------------------------------------------------------- the way it goes


@dataclass(frozen=True)
class _Stretch:
    """From where a complaint begins to the next one."""

    first: int
    end: int | None
    card: Card | None


def _stretches(complaint: Complaint, run: Run) -> list[_Stretch]:
    begins = complaint.begins
    ends: list[int | None] = [*begins[1:], None]
    cards: list[Card | None] = [*run.cards[: len(begins)], *[None] * (len(begins) - len(run.cards))]
    return [_Stretch(*one) for one in zip(begins, ends, cards, strict=True)]


def _not_told(complaint: Complaint, run: Run) -> list[str]:
    if not complaint.cards:
        return []
    found = [f"number never told: {card.number}" for card in run.cards if card.number not in run.bot()]
    if len(run.cards) != len(complaint.cards):
        found.append(f"{len(run.cards)} cards, not {len(complaint.cards)}")
    told = set(_NUMBER.findall(run.bot()))
    return found + [f"a number of no card: {number}" for number in told - {card.number for card in run.cards}]


def _asked_too_early(complaint: Complaint, run: Run) -> list[str]:
    found: list[str] = []
    for stretch in _stretches(complaint, run):
        said = run.bot(stretch.first, stretch.end)
        if stretch.card is not None:
            said = said.partition(stretch.card.number)[0]
        own = without_echo(said, [*run.customer(), *run.values.values()])
        found += [f"asked before the number was told: {sentence}" for sentence in data_questions(own)]
    return found


def data_questions(text: str) -> list[str]:
    """Sentences that ask for a number, a company or a way to reach somebody."""
    return [
        sentence
        for sentence in _sentences(text)
        if _DATA.search(sentence) and _ASKED.search(sentence) and not _NEVER_ASKED.search(sentence)
    ]


def _forbidden(complaint: Complaint, run: Run) -> list[str]:
    found: list[str] = []
    words = run.customer()
    awaited = {stretch.first: stretch for stretch in reversed(_stretches(complaint, run))}
    waiting: _Stretch | None = None
    for line in run.log:
        if line.by_customer:
            waiting = awaited.pop(line.turn, waiting)
            continue
        before, after = _at_number(line.text, waiting)
        for part, card_exists in ((before, waiting is None), (after, True)):
            own = without_echo(part, words)
            found += [f"{one.rule}: {one.words} (in {line.text})" for one in check(own, card_exists=card_exists)]
        waiting = None if after else waiting
        found += [f"said {sign!r} in {line.text}" for sign in NEVER if sign in without_echo(line.text, words)]
    return found


def _at_number(text: str, waiting: _Stretch | None) -> tuple[str, str]:
    """(what is said before the number that is waited for, that number and what follows); the latter may be empty."""
    place = text.find(waiting.card.number) if waiting and waiting.card else -1
    return (text, "") if place < 0 else (text[:place], text[place:])


def _more_than_once(complaint: Complaint, run: Run) -> list[str]:
    found: list[str] = []
    for stretch in _stretches(complaint, run):
        asked = more_questions(without_echo(run.bot(stretch.first, stretch.end), run.customer()))
        if len(asked) > 1:
            found.append(f"asked {len(asked)} times whether there is more: {asked}")
    return found


def more_questions(text: str) -> list[str]:
    """Each time the customer is asked whether there is more to tell."""
    return [place.group() for place in _MORE.finditer(text)]


def _apologies(complaint: Complaint, run: Run, responses: Mapping[str, Sequence[str]]) -> list[str]:
    if not complaint.cards:
        return []
    counted = Counter(apologies(without_echo(run.bot(), run.customer())))
    found = [f"apologised {times} times in the same words: {words}" for words, times in counted.items() if times > 1]
    for wanted, stretch in zip(complaint.cards, _stretches(complaint, run), strict=True):
        fitting = [name for code in wanted.apology for name in responses if name.startswith(f"utter_sorry_{code}_")]
        said = run.bot(stretch.first, stretch.end)
        if not any(spoken_in(said, variation) for name in fitting for variation in responses[name]):
            found.append(f"no apology for {' or '.join(wanted.apology)}")
    return found


def apologies(text: str) -> list[str]:
    """Sentences that apologise, without signs and figures, so that the same words are the same."""
    return [re.sub(r"[\W\dA-Za-z_]", "", sentence) for sentence in _sentences(text) if _SORRY.search(sentence)]


def spoken_in(text: str, variation: str) -> bool:
    """Whether a variation of a response stands in the text, with anything on one line for its values."""
    pieces = re.split(r"\{\w+\}", variation.strip())
    return re.search(r"[^\n]+?".join(map(re.escape, pieces)), text) is not None


def _heard(complaint: Complaint, run: Run) -> list[str]:
    found: list[str] = []
    for place, spoken in enumerate(complaint.talk):
        later, answer = run.bot(place), run.bot(place, place + 1)
        for pattern in spoken.hears:
            if not re.search(filled(pattern, run.values), later):
                found.append(f"not heard from «{'/'.join(spoken.lines)}» on: {pattern}")
        found += [f"heard: {pattern}" for pattern in spoken.hears_not if re.search(pattern, answer)]
    return found


def _sentences(text: str) -> Iterator[str]:
    return (sentence.strip() for sentence in _SENTENCE.findall(text) if sentence.strip())


def without_echo(text: str, said_by_others: Sequence[str]) -> str:
    """The text without what only repeats the customer: every stretch of ECHO signs or more, as long as can be.

    A stretch does not run over the end of a sentence, so that no two sentences are joined.
    """
    theirs = "\n".join(said_by_others)
    kept: list[str] = []
    at = 0
    while at < len(text):
        length = 0
        while (
            at + length < len(text) and text[at : at + length + 1] in theirs and text[at + length] not in "。！？?!\n"
        ):
            length += 1
        if length >= ECHO:
            kept.append("……。")
            at += length
        else:
            kept.append(text[at])
            at += 1
    return "".join(kept)


# ---------------------------------------------------------------- what the card holds


@dataclass(frozen=True)
class Verdict:
    """One thing a card should hold, and what it holds."""

    name: str
    field: str
    right: bool
    wanted: str
    got: str


def verdicts(complaint: Complaint, run: Run) -> list[Verdict]:
    """One for each thing that is judged, in each card that is wanted; a card that is missing is wrong in everything."""
    found: list[Verdict] = []
    for place, wanted in enumerate(complaint.cards):
        card = run.cards[place] if place < len(run.cards) else None
        found += [Verdict(complaint.name, *one) for one in _fields(wanted, card)]
    sent = sum(bool(spoken.sends) for spoken in complaint.talk)
    if sent and complaint.cards:
        kept = sum(card.evidence for card in run.cards)
        found.append(Verdict(complaint.name, "evidence", kept == sent, str(sent), str(kept)))
    return found


def _fields(wanted: WantedCard, card: Card | None) -> Iterator[tuple[str, bool, str, str]]:
    got = {name: str(getattr(card, name, "no card")) for name in ("category", "severity", "emotion")}
    yield "category", got["category"] in wanted.category, "/".join(wanted.category), got["category"]
    basis = f"{got['severity']} ({card.basis})" if card else "no card"
    yield "severity", got["severity"] in wanted.severity, "/".join(wanted.severity), basis
    parcel = card.parcel if card else "no card"
    # A link nobody asked for is as wrong as one that is missing, but counted apart.
    yield ("shipment" if wanted.parcel else "no shipment"), parcel == wanted.parcel, str(wanted.parcel), str(parcel)
    if wanted.emotion:
        yield "emotion", got["emotion"] in wanted.emotion, "/".join(wanted.emotion), got["emotion"]
    for field, pieces in (("facts", wanted.facts), ("consequences", wanted.consequences), ("wish", wanted.wish)):
        text = getattr(card, field) if card else ""
        if pieces:
            yield field, all(piece in text for piece in pieces), " … ".join(pieces), text.replace("\n", " / ")
    accused = card.accused if card else ()
    yield "accused", sorted(accused) == sorted(wanted.accused), str(list(wanted.accused)), str(list(accused))


def shares(judged: Sequence[Verdict]) -> dict[str, float]:
    """Share of right ones (0 to 1) by field; only fields that were judged."""
    right, total = Counter(one.field for one in judged if one.right), Counter(one.field for one in judged)
    return {field: right[field] / number for field, number in total.items()}


def table(judged: Sequence[Verdict]) -> str:
    """The shares, and under them what missed, for people to work on."""
    total = Counter(one.field for one in judged)
    lines = [f"{field:12} {share:6.1%} of {total[field]}" for field, share in shares(judged).items()]
    lines += [f"{one.field:12} {one.name}: {one.wanted} ≠ {one.got}" for one in judged if not one.right]
    return "\n".join(lines)


def until_the_number(runs: Sequence[Run]) -> list[float]:
    """Seconds from the customer's last words to each number that was told, sorted."""
    found: list[float] = []
    for run in runs:
        for card in run.cards:
            told = [line.turn for line in run.log if not line.by_customer and card.number in line.text]
            found += [run.seconds[place] for place in told[:1]]
    return sorted(found)


def percentile(ordered: Sequence[float], share: float) -> float:
    """The smallest that at least this share (0 to 1) does not exceed. Raises IndexError where there is none."""
    return ordered[max(0, -int(-share * len(ordered) // 1) - 1)]
