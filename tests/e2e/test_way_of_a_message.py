"""A message from the HTTP call to the rows in the database and back, over the real Rasa, action server and app."""

import json
import re
import time
from datetime import timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from conversations.models import Conversation, HandoffCase
from crm.clock import SHANGHAI
from crm.complaints.models import ComplaintCard
from crm.customers.models import ChannelIdentity
from crm.orders.models import DepartmentTask, Order
from crm.pricing.models import Quote
from crm.promises.models import Promise
from crm.shipments.models import MilestoneEvent, Shipment
from crm.staff.departments import Department
from freight.checkdigits import iso6346_digit
from freight.milestones import MILESTONES
from freight.modes import TransportMode
from tests.e2e.firm import AGENT, AGENT_NAME, LAST_STEP, PASSWORD, SUPPLIER_SECRETS
from tests.e2e.stack import FETCH, WEBHOOK, Said, Stack
from tests.e2e.words import Words

WORDS = Words()
ROUNDING = timedelta(minutes=1)
"""Seconds of a due time are not told."""
QUICKLY = 6.0
"""Seconds in which any message is answered or refused, however wild it is."""


# ---------------------------------------------------------------- where a shipment is


def test_a_bound_contact_hears_the_true_last_milestone_at_once(stack: Stack, sender: str) -> None:
    person = stack.person(parcels=1)
    (shipment,) = stack.rows(select(Shipment).where(Shipment.code == person.parcels[0].code))
    steps = stack.rows(select(MilestoneEvent).where(MilestoneEvent.shipment_id == shipment.id))
    last = max(steps, key=lambda step: step.event_time)
    answer = stack.text(sender, f"帮我查下{person.parcels[0].container}现在到哪里了", person.code)
    assert MILESTONES[last.code].wording(TransportMode.SEA) in answer
    assert LAST_STEP in answer
    assert person.parcels[0].container in answer


def test_a_stranger_hears_it_with_the_digits_of_a_phone(stack: Stack, sender: str) -> None:
    parcel = stack.person(parcels=1).parcels[0]
    asked = stack.text(sender, f"查一下{parcel.container}到哪里了")
    assert WORDS.said(asked, "utter_ask_phone_tail")
    assert "汉堡" not in asked
    assert LAST_STEP in stack.text(sender, parcel.tail)


def test_wrong_digits_and_an_unknown_number_cannot_be_told_apart(stack: Stack, sender: str) -> None:
    known = stack.person(parcels=1).parcels[0].container
    first_ten = f"QZQU9{known[5:10]}"
    unknown = f"{first_ten}{iso6346_digit(first_ten)}"
    assert stack.rows(select(Shipment.id).where(Shipment.code == unknown)) == []
    heard: list[list[str]] = []
    for who, number in ((f"{sender}-a", known), (f"{sender}-b", unknown)):
        stack.say(who, f"查一下{number}到哪里了")
        replies = [stack.post(who, tail).json() for tail in ("0000", "0001", "0002", "0003")]
        shown = [json.dumps([_without_ids(message) for message in reply], ensure_ascii=False) for reply in replies]
        heard.append([text.replace(number, "NUMBER").replace(who, "SENDER") for text in shown])
    assert '"tries_left": "2"' in heard[0][0]
    assert heard[0] == heard[1]


def _without_ids(message: dict[str, Any]) -> dict[str, Any]:
    """Everything that is said; what is random by its making is left out."""
    shown = {name: value for name, value in message.items() if name not in ("id", "seq")}
    # Which variation of a response is picked is left to chance.
    said = next(WORDS.read(shown.pop("text")))
    shown["said"] = [[one.response, dict(one.values)] for one in said]
    return shown | {"buttons": [button["title"] for button in message.get("buttons", [])]}


# ---------------------------------------------------------------- from a price to an order


def test_a_price_step_by_step_with_a_correction_into_an_order(stack: Stack, sender: str) -> None:
    person = stack.person()
    for line, response in (
        ("你好，想问个海运价格", "utter_ask_origin"),
        ("上海", "utter_ask_destination"),
        ("汉堡", "utter_ask_container"),
        ("2个40HQ", "utter_ask_commodity"),
    ):
        assert WORDS.said(stack.text(sender, line, person.code), response), line
    first = stack.text(sender, "普货", person.code)
    heard = stack.say(sender, "改成3个高柜", person.code)
    second = "\n".join(one.text for one in heard)
    old, new = sorted(stack.of(Quote, sender), key=lambda quote: quote.number)
    assert (old.request["containers"], new.request["containers"]) == ([["40HQ", 2]], [["40HQ", 3]])
    assert (old.state, new.state) == ("superseded", "sent")
    for quote, text in ((old, first), (new, second)):
        assert quote.number in text
        assert _told_totals(text) == {currency: Decimal(amount) for currency, amount in quote.totals.items()}
        assert _sum_of_lines(quote) == {currency: Decimal(amount) for currency, amount in quote.totals.items()}
        assert not [secret for secret in SUPPLIER_SECRETS if secret in text]
    assert stack.of(Order, sender) == []

    ordered = _press(stack, sender, heard, "按这个价下单")
    (order,) = stack.of(Order, sender)
    assert (order.quote_id, order.number in ordered) == (new.id, True)
    tasks = stack.rows(select(DepartmentTask).where(DepartmentTask.order_id == order.id))
    assert {task.department for task in tasks} >= {Department.OPERATIONS, Department.CUSTOMS}
    assert all(task.due_at > order.created_at for task in tasks)
    # The customer is told the time by which the last department has to be ready, rounded up to five minutes.
    due = max(task.due_at for task in tasks).astimezone(SHANGHAI)
    told = re.search(r"(\d\d):(\d\d)前", ordered)
    assert told, ordered
    assert timedelta(0) <= due.replace(hour=int(told[1]), minute=int(told[2]), second=0, microsecond=0) - due + ROUNDING
    assert due.replace(hour=int(told[1]), minute=int(told[2])) - due <= timedelta(minutes=5)


def _told_totals(text: str) -> dict[str, Decimal]:
    line = re.search(r"^合计：(.+)$", text, re.MULTILINE)
    assert line, text
    return {
        currency: Decimal(amount.replace(",", "")) for currency, amount in re.findall(r"([A-Z]{3}) ([\d,.]+)", line[1])
    }


def _sum_of_lines(quote: Quote) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = {}
    for line in quote.lines:
        if line["inclusion"] == "priced":
            sums[line["currency"]] = sums.get(line["currency"], Decimal(0)) + Decimal(line["amount"])
    return sums


def _press(stack: Stack, sender: str, heard: list[Said], title: str) -> str:
    return stack.text(sender, next(one.buttons[title] for one in heard if title in one.buttons))


def test_without_a_rate_there_is_an_inquiry_with_a_deadline(stack: Stack, sender: str) -> None:
    answer = stack.text(sender, "连云港到瓦尔帕莱索海运2个20GP普货多少钱")
    (quote,) = stack.of(Quote, sender)
    (promise,) = stack.of(Promise, sender)
    assert (quote.state, quote.lines, quote.number in answer) == ("inquiring", [], True)
    assert (promise.kind, promise.state, promise.due_at) == ("quote", "open", quote.answer_due_at)
    assert promise.due_at > promise.created_at
    (task,) = stack.of(DepartmentTask, sender)
    assert (task.kind, task.department) == ("price", "international")


# ---------------------------------------------------------------- complaint and person


def test_a_complaint_becomes_one_card_with_a_promise(stack: Stack, sender: str) -> None:
    person = stack.person(parcels=1)
    answer = stack.text(sender, f"我要投诉，{person.parcels[0].code}的货收到时箱子都破了", person.code)
    (card,) = stack.of(ComplaintCard, sender)
    assert card.number in answer
    assert (card.state, "箱子都破了" in card.facts, card.shipment_id is not None) == ("received", True, True)
    (promise,) = [one for one in stack.of(Promise, sender) if one.kind == "first_reply"]
    assert promise.due_at == card.first_reply_due


def test_a_person_gets_the_case_and_the_bot_keeps_out(stack: Stack, sender: str) -> None:
    person = stack.person(parcels=1)
    number = person.parcels[0].container
    stack.say(sender, f"{number}现在到哪里了", person.code)
    heard = stack.text(sender, "转人工", person.code)
    assert WORDS.said(heard, "utter_handoff")
    with httpx.Client(base_url=stack.url, headers=_agent(stack), timeout=20, trust_env=False) as desk:
        conversation = stack.conversation(sender)
        (case,) = [one for one in desk.get("/api/cases").json() if one["conversation_id"] == str(conversation.id)]
        assert case["packet"]["customer"]["contact_code"] == person.code
        assert case["packet"]["slots"]["shipment_no"] == number
        assert "转人工" in [line["text"] for line in case["packet"]["lines"]]
        desk.post(f"/api/conversations/{conversation.id}/claim").raise_for_status()
        before = stack.log(sender)[-1].seq
        # A Rasa that answers nothing would be noticed: by an apology after some seconds.
        with stack.processes.frozen("rasa"):
            started = time.monotonic()
            assert stack.say(sender, "在吗", person.code) == []
            assert time.monotonic() - started < 2
        turn = stack.turns(sender)[-1]
        assert (turn.state, turn.parse, turn.failure) == ("to_person", None, None)
        desk.post(f"/api/conversations/{conversation.id}/replies", json={"text": "您好，我来处理"}).raise_for_status()
        assert [(one.text, one.author) for one in stack.fetch(sender, before)] == [("您好，我来处理", "agent")]
        assert AGENT_NAME in stack.fetch(sender)[-2].text
        desk.post(f"/api/conversations/{conversation.id}/return").raise_for_status()
    assert WORDS.said(stack.text(sender, "谢谢", person.code), "utter_thank")


def _agent(stack: Stack) -> dict[str, str]:
    body = {"code": AGENT, "password": PASSWORD}
    token = httpx.post(f"{stack.url}/api/session", json=body, timeout=20, trust_env=False).json()["token"]
    return {"Authorization": f"Bearer {token}"}


# ---------------------------------------------------------------- who may do what


@pytest.mark.parametrize("header", [{}, {"Authorization": "Bearer wk_wrong"}, {"Authorization": "Basic d2s6d2s="}])
def test_without_a_key_nothing_is_taken_or_shown(stack: Stack, sender: str, header: dict[str, str]) -> None:
    body = {"sender": sender, "message": "在吗"}
    posted = httpx.post(stack.url + WEBHOOK, json=body, headers=header, timeout=20, trust_env=False)
    fetched = httpx.get(stack.url + FETCH, params={"sender": sender}, headers=header, timeout=20, trust_env=False)
    assert (posted.status_code, fetched.status_code) == (401, 401)
    assert _accounts(stack, sender) == []


def _accounts(stack: Stack, sender: str) -> list[ChannelIdentity]:
    return stack.rows(select(ChannelIdentity).where(ChannelIdentity.account.endswith(f":{sender}")))


def test_an_unknown_contact_is_refused_and_nothing_is_kept(stack: Stack, sender: str) -> None:
    assert stack.post(sender, "在吗", contact="NOBODY-1").status_code == 422
    assert _accounts(stack, sender) == []


def test_only_a_trusted_key_may_say_who_is_speaking(stack: Stack, sender: str) -> None:
    person = stack.person(parcels=1)
    assert stack.post(sender, "我的货到哪了", key="plain", contact=person.code).status_code == 403
    assert _accounts(stack, sender) == []


def test_a_sender_cannot_become_somebody_else(stack: Stack, sender: str) -> None:
    one, other = stack.person(), stack.person()
    assert stack.post(sender, "在吗", contact=one.code).status_code == 200
    assert stack.post(sender, "在吗", contact=other.code).status_code == 409


def test_another_key_sees_nothing_of_the_same_sender(stack: Stack, sender: str) -> None:
    person = stack.person(parcels=1)
    assert LAST_STEP in stack.text(sender, "我的货到哪里了", person.code)
    assert stack.fetch(sender, key="other") == []
    assert LAST_STEP not in stack.post(sender, "我的货到哪里了", key="other").text
    assert stack.conversation(sender, "e2e-other").id != stack.conversation(sender).id


# ---------------------------------------------------------------- what is text stays text


def test_a_slash_command_is_text_and_unlocks_nothing(stack: Stack, sender: str) -> None:
    stack.say(f"{sender}-victim", "上海到汉堡1个40HQ普货海运多少钱")
    (quote,) = stack.of(Quote, f"{sender}-victim")
    stack.say(sender, "我要投诉你们态度差")
    memory = stack.conversation(sender).memory
    for command in (
        "/restart",
        "/session_start",
        f'/accept_quote{{"quote_no": "{quote.number}"}}',
        '/SetSlots(topic="x")',
    ):
        assert stack.say(sender, command), command
        assert stack.log(sender)[-2].text == command
    assert stack.conversation(sender).memory["slots"]["complaint_no"] == memory["slots"]["complaint_no"]
    assert stack.rows(select(Order).where(Order.quote_id == quote.id)) == []


def test_the_button_of_another_conversation_does_nothing(stack: Stack, sender: str) -> None:
    heard = stack.say(f"{sender}-victim", "上海到汉堡1个40HQ普货海运多少钱")
    button = next(one.buttons["按这个价下单"] for one in heard if one.buttons)
    assert stack.say(sender, button)
    assert stack.of(Order, sender) == stack.of(Order, f"{sender}-victim") == []


def test_the_same_message_ten_times_is_answered_once(stack: Stack, sender: str) -> None:
    answers = [stack.post(sender, "我要投诉货晚到了", message_id="m-1").json() for _ in range(10)]
    assert all(answer == answers[0] for answer in answers)
    assert [message.author for message in stack.log(sender)] == ["customer", "bot"]
    assert len(stack.of(ComplaintCard, sender)) == 1


# ---------------------------------------------------------------- wild input

WILD = {
    "5000 characters": "货" * 5_000,
    "a long story": "上海到汉堡的货到底什么时候能到啊，" * 290,
    "more than is read": "我的货到哪了" * 2_000,
    "as much as is taken": "我的货到哪了" * 16_000,
    "only emoji": "😡🔥🚢👍🏻👨‍👩‍👧",
    "control characters": "\x01\x02\x1b[31m\x7f\u200b\u202e",
    "nothing but NUL": "\x00\x00",
    "blank": " \n\t　",
    "half a pair": "我的货\ud83d到哪了",
    "brackets": "[上海](origin) {{7*7}} ${x} %s {0.__class__} <script>alert(1)</script>",
    "quotes": "'; DROP TABLE messages; --",
    "digits": "1" * 4_000,
    "a million bytes": "x" * 1_000_000,
}


@pytest.mark.parametrize("text", WILD.values(), ids=list(WILD))
def test_wild_text_is_answered_or_refused_in_time(stack: Stack, sender: str, text: str) -> None:
    started = time.monotonic()
    answer = _post_raw(stack, json.dumps({"sender": sender, "message": text}).encode())
    assert time.monotonic() - started < QUICKLY
    assert answer.status_code in (200, 422), answer.text[:300]
    if answer.status_code == 200:
        said = "\n".join(message["text"] for message in answer.json())
        assert said
        assert not WORDS.said(said, "utter_desk_failed"), said
    # The desk goes on as if nothing had been.
    assert WORDS.said(stack.text(f"{sender}-next", "你好"), "utter_greet")


@pytest.mark.parametrize(
    "body",
    [
        b'{"sender": "a", "message": "' + b"x" * 2_000_000 + b'"}',
        b'{"sender": "a"}',
        b'{"sender": "", "message": "x"}',
        b'{"sender": " ", "message": "x"}',
        b'{"sender": 1, "message": ["x"]}',
        b"[" * 100_000,
        b"\xff\xfe",
        b"",
    ],
    ids=["2 MB", "no message", "no sender", "blank sender", "other types", "deep", "no text", "nothing"],
)
def test_what_is_no_message_is_refused_in_time(stack: Stack, body: bytes) -> None:
    started = time.monotonic()
    answer = _post_raw(stack, body)
    assert time.monotonic() - started < QUICKLY
    assert answer.status_code in (400, 413, 422), answer.text[:300]
    assert len(answer.content) < 10_000, "a refusal does not send everything back"


def test_a_megabyte_is_refused_with_the_reason(stack: Stack, sender: str) -> None:
    for text in ("x" * 1_000_000, "货" * 350_000):
        answer = _post_raw(stack, json.dumps({"sender": sender, "message": text}, ensure_ascii=False).encode())
        assert answer.status_code == 422
        (problem,) = answer.json()["detail"]
        assert problem["loc"] == ["body", "message"]
        assert "at most 100000 characters" in problem["msg"]


def _post_raw(stack: Stack, body: bytes) -> httpx.Response:
    headers = stack.key("desk") | {"Content-Type": "application/json"}
    return httpx.post(stack.url + WEBHOOK, content=body, headers=headers, timeout=20, trust_env=False)


def test_every_answer_of_this_run_stands_in_a_finished_turn(stack: Stack) -> None:
    """Runs last in this file: nothing is left half done."""
    left = stack.rows(select(Conversation).where(Conversation.handled_seq < Conversation.last_customer_seq))
    assert left == []
    assert stack.rows(select(HandoffCase).where(HandoffCase.packet.is_(None))) == []
