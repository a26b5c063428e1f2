"""Whole conversations, as customers write them, over the real desk."""

import re
from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import select

from conversations.models import HandoffCase
from crm.complaints.models import ComplaintCard
from crm.customers.models import ContactRequest, UpdateSubscription
from crm.faq.models import FaqAsking
from crm.orders.models import DepartmentTask, Order
from crm.pricing.models import Quote
from crm.promises.models import Promise
from tests.conversations.cases_of import Case, Exchange, all_cases
from tests.e2e.firm import SUPPLIER_SECRETS, Person
from tests.e2e.stack import Said, Stack
from tests.e2e.words import Words

WORDS = Words()
COUNTED: Mapping[str, type] = {
    table.__name__: table for table in (ComplaintCard, ContactRequest, DepartmentTask, FaqAsking, Order, Promise, Quote)
}
NEWEST: Mapping[str, Any] = {"quote_no": Quote, "complaint_no": ComplaintCard, "order_no": Order}
NEVER = (*SUPPLIER_SECRETS, "utter_", "{", "None", "Traceback", "margin")
"""What no answer may hold: our costs, and signs of a broken template."""


@pytest.mark.parametrize("case", all_cases(), ids=lambda case: case.name)
def test_conversation(stack: Stack, sender: str, case: Case) -> None:
    person = stack.person(case.parcels)
    heard: list[Said] = []
    protocol: list[str] = []
    for exchange in case.talk:
        said = _press(heard, exchange.presses) if exchange.presses else _filled(exchange.says, stack, sender, person)
        heard = stack.say(sender, said, person.code if case.known else None)
        answer = "\n".join(one.text for one in heard)
        protocol += [f"客户：{said}", f"问货：{answer}"]
        problems = _problems(exchange, answer, stack, sender, person)
        assert not problems, "\n".join([*protocol, _understood(stack, sender), *problems])


def _problems(exchange: Exchange, answer: str, stack: Stack, sender: str, person: Person) -> list[str]:
    def filled(text: str) -> str:
        return _filled(text, stack, sender, person)

    problems = [
        f"not said: {name}" for name in exchange.hears if not any(WORDS.said(answer, one) for one in WORDS.named(name))
    ]
    problems += [f"does not contain: {text}" for text in map(filled, exchange.contains) if text not in answer]
    problems += [f"contains: {text}" for text in (*map(filled, exchange.lacks), *NEVER) if text in answer]
    if exchange.matches and not re.search(exchange.matches, answer):
        problems.append(f"does not match: {exchange.matches}")
    for name, number in exchange.rows.items():
        found = _count(stack, sender, name)
        if found != number:
            problems.append(f"{name}: {found} rows, not {number}")
    return problems


def _count(stack: Stack, sender: str, name: str) -> int:
    conversation = stack.conversation(sender)
    if name == "HandoffCase":
        return len([case for case in _cases(stack) if case.conversation_id == conversation.id])
    if name == "UpdateSubscription":
        return len([one for one in _subscriptions(stack) if one.identity_id == conversation.identity_id])
    return len(stack.of(COUNTED[name], sender))


def _cases(stack: Stack) -> list[HandoffCase]:
    return stack.rows(select(HandoffCase).where(HandoffCase.state != "closed"))


def _subscriptions(stack: Stack) -> list[UpdateSubscription]:
    return stack.rows(select(UpdateSubscription))


def _press(heard: list[Said], title: str) -> str:
    offered = {words: button for one in heard for words, button in one.buttons.items()}
    assert title in offered, f"no button {title}, but {list(offered)}"
    return offered[title]


def _filled(text: str, stack: Stack, sender: str, person: Person) -> str:
    for place, parcel in enumerate(person.parcels):
        suffix = str(place + 1) if place else ""
        for name, value in (("container", parcel.container), ("waybill", parcel.code), ("tail", parcel.tail)):
            text = text.replace(f"{{{name}{suffix}}}", value)
    for name, table in NEWEST.items():
        if f"{{{name}}}" in text:
            newest = max(row.number for row in stack.of(table, sender))
            text = text.replace(f"{{{name}}}", newest)
    return text


def _understood(stack: Stack, sender: str) -> str:
    turn = stack.turns(sender)[-1]
    parse = turn.parse or {}
    entities = [(e["entity"], e.get("role"), e.get("value")) for e in parse.get("entities", ())]
    return f"[{turn.state} {turn.failure or ''} {parse.get('intent')} unsure={parse.get('unsure')} {entities}]"
