"""What an agent types: warned of before it is sent, and what it promises tracked with it."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import FastAPI
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import select

from console.api import console_router
from console.drafts import drafts_router
from conversations.desk import Desk
from conversations.inbox import Inbox
from conversations.models import Author, Message
from crm.clock import SHANGHAI, FixedClock
from crm.complaints.models import ComplaintCard
from crm.complaints.service import ComplaintFacts
from crm.crm import Crm
from crm.promises.business_time import BusinessCalendar
from crm.promises.models import Promise
from crm.staff.departments import Department
from crm.staff.models import Role
from crm.staff.service import StaffService
from database.session import Database
from tests.integration.conversations.conftest import line, texts

PASSWORD = "correct horse"
CHEAP = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=64, parallelism=1),))
"""Passwords are not what is tested here."""
CALENDAR = BusinessCalendar()
EXCUSE, QUESTION, AMOUNT = "因为台风船晚开了。", "单号发一下。", "赔您500元。"


def at(text: str) -> datetime:
    """A moment in Shanghai."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


class Room:
    """Zhang talks to a customer; Li is a colleague."""

    def __init__(self, database: Database, clock: FixedClock, web: httpx.AsyncClient, tokens: dict[str, str]) -> None:
        self.database, self.clock, self.web, self.tokens = database, clock, web, tokens
        self.conversation = UUID(int=0)

    async def post(self, path: str, body: object, who: str = "zhang") -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.tokens[who]}"} if who else {}
        return await self.web.post(f"/api/conversations/{self.conversation}/{path}", json=body, headers=headers)

    async def findings(self, text: str) -> list[str]:
        answer = await self.post("drafts", {"text": text})
        assert answer.status_code == 200
        return [found["rule"] for found in answer.json()["findings"]]

    async def complains(self, text: str = "木箱裂了") -> ComplaintCard:
        async with self.database.transaction() as session:
            crm = Crm(session, self.clock, CALENDAR)
            view = await crm.complaints.open(self.conversation, uuid4(), ComplaintFacts("complain_damage", text))
        return await self.card(view.number)

    async def card(self, number: str) -> ComplaintCard:
        async with self.database.reading() as session:
            return (await session.scalars(select(ComplaintCard).where(ComplaintCard.number == number))).one()

    async def change(self, number: str, **values: object) -> None:
        async with self.database.transaction() as session:
            card = (await session.scalars(select(ComplaintCard).where(ComplaintCard.number == number))).one()
            for name, value in values.items():
                setattr(card, name, value)

    async def spoken(self) -> Sequence[Promise]:
        async with self.database.reading() as session:
            query = select(Promise).where(Promise.kind == "spoken").order_by(Promise.due_at)
            return (await session.scalars(query)).all()

    async def said(self) -> list[str]:
        async with self.database.reading() as session:
            query = select(Message.text).where(Message.author == Author.AGENT).order_by(Message.seq)
            return list((await session.scalars(query)).all())


@pytest.fixture
async def room(database: Database, clock: FixedClock) -> AsyncIterator[Room]:
    clock.at = at("2026-11-18 10:30")
    tokens = {}
    async with database.transaction() as session:
        staff = StaffService(session, clock, CHEAP)
        for code in ("zhang", "li"):
            await staff.create(code, "某人", Role.AGENT, Department.SERVICE, PASSWORD)
            tokens[code] = await staff.login(code, PASSWORD) or ""
    desk = Desk(database, clock, texts(), lambda: None)
    app = FastAPI()
    app.include_router(console_router(database, clock, desk))
    app.include_router(drafts_router(database, clock, CALENDAR))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://desk") as web:
        made = Room(database, clock, web, tokens)
        inbox = Inbox(database, clock, message_limit=200)
        made.conversation = (await inbox.receive(line("木箱裂了", "m1"))).conversation_id
        await desk.claim(made.conversation, "zhang", "张敏")
        yield made


async def test_who_has_not_the_conversation_gets_nothing_read(room: Room) -> None:
    assert (await room.post("drafts", {"text": "您好"}, who="")).status_code == 401
    assert (await room.post("drafts", {"text": "您好"}, who="li")).status_code == 409
    room.conversation = uuid4()
    assert (await room.post("drafts", {"text": "您好"})).status_code == 404


async def test_the_person_complained_about_gets_nothing_read(room: Room) -> None:
    card = await room.complains()
    await room.change(card.number, accused=["zhang"])
    assert (await room.post("drafts", {"text": EXCUSE})).status_code == 409


async def test_excuses_and_questions_are_warned_of_while_the_customer_tells(room: Room) -> None:
    text = EXCUSE + QUESTION + AMOUNT
    assert await room.findings(text) == ["amount"], "nobody complained"
    card = await room.complains()
    assert await room.findings(text) == ["excuse", "form_question", "amount"]
    await room.change(card.number, told_at=room.clock.now())
    assert await room.findings(text) == ["amount"]


async def test_a_person_who_has_taken_the_card_may_ask_and_explain(room: Room) -> None:
    card = await room.complains()
    await room.change(card.number, taken_by="zhang")
    assert await room.findings(EXCUSE + QUESTION) == []


async def test_a_finding_says_the_words_and_what_to_say_instead(room: Room) -> None:
    (found,) = (await room.post("drafts", {"text": "請您理解。"})).json()["findings"]
    assert (found["rule"], found["words"]) == ("understand", "請您理解")
    assert found["advice"].endswith("。")


async def test_promises_are_offered_and_nothing_is_kept_of_a_draft(room: Room) -> None:
    answer = await room.post("drafts", {"text": "今天下班前给您答复。照片稍后发您。"})
    assert answer.json() == {
        "findings": [],
        "promises": [
            {"words": "今天下班前", "text": "今天下班前给您答复", "due_at": "2026-11-18T10:00:00Z", "exact": True},
            {"words": "稍后", "text": "照片稍后发您", "due_at": "2026-11-18T05:30:00Z", "exact": False},
        ],
    }
    assert (await room.spoken(), await room.said()) == ([], [])


async def test_promises_are_tracked_with_the_reply(room: Room) -> None:
    card = await room.complains()
    promises = [
        {"text": "今天下班前答复", "due_at": "2026-11-18T18:00:00+08:00"},
        {"text": "明天上午发方案", "due_at": "2026-11-19T04:00:00Z"},
    ]
    answer = await room.post("replies", {"text": "今天下班前给您答复，明天上午发方案。", "promises": promises})
    assert answer.status_code == 201
    made = await room.spoken()
    assert [(one.text, one.due_at) for one in made] == [
        ("今天下班前答复", at("2026-11-18 18:00")),
        ("明天上午发方案", at("2026-11-19 12:00")),
    ]
    assert {(one.by_whom, one.state, one.dialogue_id) for one in made} == {("zhang", "open", room.conversation)}
    assert {(one.subject_kind, one.subject_id) for one in made} == {("complaint", card.id)}
    assert len({one.turn_id for one in made}) == 2


async def test_a_promise_without_a_complaint_is_about_nothing_with_a_record(room: Room) -> None:
    body = {"text": "一小时内回您", "promises": [{"text": "一小时内回复", "due_at": "2026-11-18T11:30:00+08:00"}]}
    assert (await room.post("replies", body)).status_code == 201
    (made,) = await room.spoken()
    assert (made.subject_kind, made.subject_id, made.round_the_clock) == (None, None, False)


@pytest.mark.parametrize(("due", "round_the_clock"), [("18:00", False), ("12:00", False), ("20:00", True)])
async def test_what_is_promised_for_the_evening_runs_by_the_clock_on_the_wall(
    room: Room, due: str, round_the_clock: bool
) -> None:
    body = {"text": "好", "promises": [{"text": "答复", "due_at": f"2026-11-18T{due}:00+08:00"}]}
    await room.post("replies", body)
    (made,) = await room.spoken()
    assert made.round_the_clock is round_the_clock


async def test_a_closed_complaint_is_not_what_is_promised_about(room: Room) -> None:
    card = await room.complains()
    await room.change(card.number, state="closed", closed_at=room.clock.now())
    body = {"text": "一小时内回您", "promises": [{"text": "一小时内回复", "due_at": "2026-11-18T11:30:00+08:00"}]}
    await room.post("replies", body)
    (made,) = await room.spoken()
    assert made.subject_id is None


@pytest.mark.parametrize("late", [timedelta(0), timedelta(minutes=1)])
async def test_what_is_due_already_is_refused_and_nothing_is_sent(room: Room, late: timedelta) -> None:
    due_at = (room.clock.now() - late).isoformat()
    good = {"text": "明天答复", "due_at": "2026-11-19T18:00:00+08:00"}
    answer = await room.post("replies", {"text": "马上", "promises": [good, {"text": "马上办", "due_at": due_at}]})
    assert (answer.status_code, answer.json()["detail"]) == (422, "承诺的时间已经过了，请改成之后的时间：马上办")
    assert (await room.spoken(), await room.said()) == ([], [])


@pytest.mark.parametrize(
    "promise",
    [
        {"text": "", "due_at": "2026-11-19T18:00:00+08:00"},
        {"text": "答复", "due_at": "2026-11-19T18:00:00"},
        {"text": "答复"},
        {"text": "长" * 1001, "due_at": "2026-11-19T18:00:00+08:00"},
    ],
)
async def test_a_promise_without_words_or_a_moment_is_refused(room: Room, promise: dict[str, str]) -> None:
    assert (await room.post("replies", {"text": "好", "promises": [promise]})).status_code == 422
    assert await room.said() == []


async def test_a_colleague_cannot_promise_in_this_conversation(room: Room) -> None:
    body = {"text": "好", "promises": [{"text": "答复", "due_at": "2026-11-19T18:00:00+08:00"}]}
    assert (await room.post("replies", body, who="li")).status_code == 409
    assert (await room.spoken(), await room.said()) == ([], [])


async def test_a_reply_without_promises_makes_none(room: Room) -> None:
    assert (await room.post("replies", {"text": "今天下班前给您答复"})).status_code == 201
    assert await room.spoken() == []
    assert await room.said() == ["今天下班前给您答复"]
