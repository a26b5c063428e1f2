"""`/api/promises` and `/api/alerts` over HTTP: who sees and settles what, and who does not."""

from collections.abc import AsyncIterator, Callable
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import FastAPI
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import select

from console.alerts import alerts_router
from console.promises import promises_router
from crm.alerts.models import AlertKind
from crm.alerts.service import AlertService
from crm.audit.models import AuditEntry
from crm.clock import SHANGHAI, FixedClock
from crm.customers.models import ChannelIdentity, Contact, Customer, Dialogue
from crm.promises.business_time import BusinessCalendar
from crm.promises.models import Promise, PromiseKind
from crm.promises.service import PromiseService, Subject
from crm.staff.departments import Department
from crm.staff.models import Role
from crm.staff.service import StaffService
from database.session import Database
from tests.integration.conversations.promising import Scene

PASSWORD = "correct horse"
CHEAP = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=64, parallelism=1),))
"""Passwords are not what is tested here."""
STAFF = {
    "lin": (Role.AGENT, Department.SERVICE),
    "zhou": (Role.AGENT, Department.SERVICE),
    "ops": (Role.DEPARTMENT, Department.OPERATIONS),
    "trainer": (Role.TRAINER, Department.SERVICE),
    "lead": (Role.SUPERVISOR, Department.SERVICE_LEAD),
    "admin": (Role.ADMIN, Department.MANAGEMENT),
}
As = Callable[[str], dict[str, str]]


def at(text: str) -> datetime:
    """A moment in Shanghai."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.fixture
async def as_(database: Database, clock: FixedClock) -> As:
    """The header of somebody."""
    clock.at, tokens = at("2026-11-23 10:00"), {}
    async with database.transaction() as session:
        staff = StaffService(session, clock, CHEAP)
        for code, (role, department) in STAFF.items():
            await staff.create(code, "某人", role, department, PASSWORD)
            tokens[code] = await staff.login(code, PASSWORD) or ""
    return lambda code: {"Authorization": f"Bearer {tokens[code]}"}


@pytest.fixture
async def web(database: Database, clock: FixedClock) -> AsyncIterator[httpx.AsyncClient]:
    """A browser at the app."""
    app = FastAPI()
    app.include_router(promises_router(database, clock, BusinessCalendar()))
    app.include_router(alerts_router(database, clock))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://desk") as client:
        yield client


@pytest.fixture
async def dialogue(database: Database, as_: As, clock: FixedClock) -> UUID:
    """A conversation with a contact whom we know."""
    async with database.transaction() as session:
        customer = Customer(code="C1", name="宁波远东贸易", uscc="91330200MA2AXXXXXX", created_at=clock.now())
        session.add(customer)
        await session.flush()
        contact = Contact(code="P1", customer_id=customer.id, name="王小明", created_at=clock.now())
        session.add(contact)
        await session.flush()
        identity = ChannelIdentity(channel="web", account="a", contact_id=contact.id, created_at=clock.now())
        session.add(identity)
        await session.flush()
        row = Dialogue(identity_id=identity.id, opened_at=clock.now())
        session.add(row)
    return row.id


@pytest.fixture
def promised(database: Database, dialogue: UUID, clock: FixedClock) -> Callable[..., Any]:
    """Makes a promise."""

    async def make(by_whom: str, due: str = "2026-11-23 15:00", subject: Subject | None = None) -> str:
        async with database.transaction() as session:
            kind = PromiseKind.RESOLUTION if subject else PromiseKind.CALLBACK
            promise = await PromiseService(session, clock).make(
                dialogue, uuid4(), kind, text=f"由{by_whom}回电", by_whom=by_whom, due_at=at(due), subject=subject
            )
        return str(promise.id)

    return make


async def owners(web: httpx.AsyncClient, headers: dict[str, str], query: str = "") -> list[str]:
    """Whose promises are listed."""
    answer = await web.get(f"/api/promises{query}", headers=headers)
    assert answer.status_code == 200
    return [one["owner"] for one in answer.json()]


# ---------------------------------------------------------------- who may


async def test_who_is_not_logged_in_sees_and_settles_nothing(web: httpx.AsyncClient, promised: Any) -> None:
    promise = await promised("lin")
    for path in ("/api/promises", "/api/promises/figures?from=2026-11-01&to=2026-11-30", "/api/alerts"):
        assert (await web.get(path)).status_code == 401
    for path in (f"/api/promises/{promise}/kept", f"/api/promises/{promise}/cancel", f"/api/alerts/{uuid4()}/seen"):
        assert (await web.post(path, json={"reason": "x"})).status_code == 401


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("lin", ["lin", "service", "service"]),
        ("zhou", ["service", "service"]),
        ("trainer", ["service", "service"]),
        ("ops", ["operations"]),
        ("lead", ["lin", "operations", "service", "service", "service_lead"]),
        ("admin", ["lin", "operations", "service", "service", "service_lead"]),
    ],
)
async def test_own_ones_and_those_of_the_department_supervisors_all(
    web: httpx.AsyncClient, as_: As, promised: Any, who: str, sees: list[str]
) -> None:
    """What the bot promised counts as the service department's."""
    for by_whom in ("lin", "service", "bot", "operations", "service_lead"):
        await promised(by_whom)
    assert sorted(await owners(web, as_(who))) == sees
    mine = [one for one in sees if one == who]
    assert await owners(web, as_(who), "?mine=true") == mine


@pytest.mark.parametrize("verb", ["kept", "cancel"])
async def test_what_is_not_theirs_is_like_one_that_does_not_exist(
    web: httpx.AsyncClient, as_: As, promised: Any, database: Database, verb: str
) -> None:
    theirs = await promised("lin")
    for who in ("zhou", "ops", "trainer"):
        answers = [
            await web.post(f"/api/promises/{one}/{verb}", json={"reason": "x"}, headers=as_(who))
            for one in (theirs, str(uuid4()))
        ]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert answers[0].json() == answers[1].json()
    async with database.reading() as session:
        assert (await session.scalars(select(Promise))).one().state == "open"


# ---------------------------------------------------------------- what is seen


async def test_a_line_says_what_until_when_and_hides_the_name(
    web: httpx.AsyncClient, as_: As, promised: Any, dialogue: UUID
) -> None:
    await promised("lin")
    (line,) = (await web.get("/api/promises", headers=as_("lin"))).json()
    assert (line["what"], line["owner_name"], line["minutes_left"]) == ("由lin回电", "lin", 240)
    assert (line["customer"], line["company"]) == ("王**", "宁波远东贸易")
    assert (line["conversation_id"], line["again"], line["overdue"], line["due_soon"]) == (
        str(dialogue),
        False,
        False,
        False,
    )


async def test_lists_by_state_in_the_order_they_fall_due(
    web: httpx.AsyncClient, as_: As, promised: Any, clock: FixedClock
) -> None:
    late, soon, far = [await promised("lin", f"2026-11-23 {time}") for time in ("11:00", "14:10", "17:00")]
    kept, broken = await promised("lin"), await promised("lin", "2026-11-23 10:30")
    assert (await web.post(f"/api/promises/{kept}/kept", headers=as_("lin"))).json()["state"] == "kept"
    clock.at = at("2026-11-23 14:05")
    assert (await web.post(f"/api/promises/{broken}/kept", headers=as_("lin"))).json()["state"] == "broken"

    async def ids(state: str) -> list[str]:
        return [one["id"] for one in (await web.get(f"/api/promises?state={state}", headers=as_("lin"))).json()]

    assert await ids("open") == [late, soon, far]
    assert await ids("overdue") == [late]
    assert await ids("due_soon") == [soon]
    assert (await ids("kept"), await ids("broken")) == ([kept], [broken])
    assert (await web.get("/api/promises?state=lost", headers=as_("lin"))).status_code == 422


async def test_how_late_is_told_in_working_minutes(
    web: httpx.AsyncClient, as_: As, promised: Any, clock: FixedClock
) -> None:
    await promised("lin", "2026-11-23 11:30")
    clock.at = at("2026-11-23 13:15")
    (line,) = (await web.get("/api/promises", headers=as_("lin"))).json()
    assert (line["minutes_left"], line["overdue"]) == (-45, True)


async def test_what_waits_for_its_customer_has_no_clock(
    web: httpx.AsyncClient, as_: As, promised: Any, database: Database, clock: FixedClock
) -> None:
    scene = Scene(database, clock)
    async with database.reading() as session:
        dialogue = (await session.scalars(select(Dialogue.id))).one()
    subject = await scene.complaint(dialogue)
    await promised("lin", "2026-11-23 11:30", subject)
    await scene.pause(subject)
    clock.at = at("2026-11-23 13:15")
    (line,) = (await web.get("/api/promises", headers=as_("lin"))).json()
    assert (line["minutes_left"], line["overdue"], line["waiting_for_customer"]) == (None, False, True)
    assert await owners(web, as_("lin"), "?state=overdue") == []


# ---------------------------------------------------------------- settling


async def test_kept_twice_is_kept_once(web: httpx.AsyncClient, as_: As, promised: Any, database: Database) -> None:
    promise = await promised("service")
    answers = [await web.post(f"/api/promises/{promise}/kept", headers=as_(who)) for who in ("zhou", "lin")]
    assert [answer.json()["state"] for answer in answers] == ["kept", "kept"]
    async with database.reading() as session:
        (entry,) = (await session.scalars(select(AuditEntry))).all()
    assert (entry.actor, entry.subject, entry.action) == ("staff:zhou", f"promise:{promise}", "keep")


async def test_void_with_a_reason_that_is_on_record(
    web: httpx.AsyncClient, as_: As, promised: Any, database: Database
) -> None:
    promise = await promised("lin")
    for body in ({}, {"reason": ""}):
        assert (await web.post(f"/api/promises/{promise}/cancel", json=body, headers=as_("lin"))).status_code == 422
    path, body = f"/api/promises/{promise}/cancel", {"reason": "客户说不用了"}
    assert (await web.post(path, json=body, headers=as_("lin"))).json()["state"] == "cancelled"
    assert (await web.post(f"/api/promises/{promise}/kept", headers=as_("lin"))).status_code == 409
    async with database.reading() as session:
        assert [entry.reason for entry in await session.scalars(select(AuditEntry))] == ["客户说不用了"]


async def test_what_is_late_only_a_supervisor_calls_void(
    web: httpx.AsyncClient, as_: As, promised: Any, clock: FixedClock
) -> None:
    promise = await promised("lin", "2026-11-23 11:00")
    clock.at = at("2026-11-23 11:01")
    path, body = f"/api/promises/{promise}/cancel", {"reason": "x"}
    assert (await web.post(path, json=body, headers=as_("lin"))).status_code == 403
    assert (await web.post(path, json=body, headers=as_("lead"))).json()["state"] == "cancelled"


# ---------------------------------------------------------------- figures


async def figures(web: httpx.AsyncClient, headers: dict[str, str], first: str, last: str) -> Any:
    """The figures of some days."""
    return (await web.get(f"/api/promises/figures?from={first}&to={last}", headers=headers)).json()


async def test_the_share_kept_and_no_data(web: httpx.AsyncClient, as_: As, promised: Any, clock: FixedClock) -> None:
    for _ in range(3):
        await web.post(f"/api/promises/{await promised('lin')}/kept", headers=as_("lin"))
    late, void = await promised("operations", "2026-11-23 11:00"), await promised("lin")
    await web.post(f"/api/promises/{void}/cancel", json={"reason": "x"}, headers=as_("lin"))
    await promised("lin", "2026-11-23 23:59")
    await promised("lin", "2026-11-24 00:00")
    clock.at = at("2026-11-23 11:01")
    await web.post(f"/api/promises/{late}/kept", headers=as_("ops"))
    monday = ("2026-11-23", "2026-11-23")
    assert await figures(web, as_("lead"), *monday) == {"kept": 3, "broken": 1, "open": 1, "share_kept": 0.75}
    assert await figures(web, as_("ops"), *monday) == {"kept": 0, "broken": 1, "open": 0, "share_kept": 0.0}
    nothing = {"kept": 0, "broken": 0, "open": 0, "share_kept": None}
    assert await figures(web, as_("zhou"), *monday) == nothing
    assert await figures(web, as_("lead"), "2026-11-20", "2026-11-22") == nothing


@pytest.mark.parametrize("query", ["", "?from=2026-11-23", "?from=2026-11-24&to=2026-11-23", "?from=x&to=y"])
async def test_figures_want_a_time(web: httpx.AsyncClient, as_: As, query: str) -> None:
    assert (await web.get(f"/api/promises/figures{query}", headers=as_("lead"))).status_code == 422


# ---------------------------------------------------------------- alerts


async def test_alerts_go_to_whom_they_are_for_and_are_seen_once(
    web: httpx.AsyncClient, as_: As, database: Database, clock: FixedClock
) -> None:
    async with database.transaction() as session:
        service = AlertService(session, clock)
        for to in ("lin", "service", "operations", "service_lead"):
            assert await service.tell(f"x:{to}", AlertKind.PROMISE_DUE_SOON, to, f"给{to}")

    async def sees(who: str) -> list[str]:
        return [one["text"] for one in (await web.get("/api/alerts", headers=as_(who))).json()]

    assert await sees("lin") == ["给lin", "给service"]
    assert await sees("zhou") == ["给service"]
    assert await sees("ops") == ["给operations"]
    assert await sees("lead") == ["给service_lead"]
    (mine,) = [one for one in (await web.get("/api/alerts", headers=as_("lin"))).json() if one["to_staff"]]
    seen = [
        (await web.post(f"/api/alerts/{mine['id']}/seen", headers=as_(who))).status_code
        for who in ("zhou", "lin", "lin")
    ]
    assert seen == [404, 204, 404]
    assert await sees("lin") == ["给service"]
