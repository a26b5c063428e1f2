"""Remedies and claims over HTTP: who may, who may not, and what each refusal looks like."""

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from console.claims import claims_router
from console.remedies import remedies_router
from crm.clock import FixedClock
from crm.crm import crm_factory
from crm.staff.service import SESSION_LENGTH, StaffService
from database.session import Database
from tests.integration.repair_data import (
    CHEN,
    GAO,
    LEI,
    LIN,
    PEOPLE,
    SUN,
    TANG,
    WANG,
    ZHOU,
    Moved,
    complain,
    happened,
    puts_evidence,
)

PASSWORD = "correct horse"
CHEAP = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=64, parallelism=1),))
"""Passwords are not what is tested here."""
As = Callable[[str], dict[str, str]]
VOUCHER = {"kind": "voucher", "amount": "1000.00", "reason": "客户等了三天"}


@pytest.fixture
async def as_(database: Database, clock: FixedClock) -> As:
    """The header of somebody."""
    made = {}
    async with database.transaction() as session:
        staff = StaffService(session, clock, CHEAP)
        for code, (role, department) in PEOPLE.items():
            await staff.create(code, f"{code}先生", role, department, PASSWORD)
            made[code] = await staff.login(code, PASSWORD) or ""
    return lambda code: {"Authorization": f"Bearer {made[code]}"}


@pytest.fixture
async def web(database: Database, clock: FixedClock) -> AsyncIterator[httpx.AsyncClient]:
    """A browser at the app."""
    app = FastAPI()
    app.include_router(remedies_router(database, clock))
    app.include_router(claims_router(database, clock))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://desk") as client:
        yield client


@pytest.fixture
async def number(database: Database, clock: FixedClock) -> str:
    """A complaint about damage; GAO is complained about, LIN has taken it."""
    async with database.transaction() as session:
        moved = Moved(origin="DEHAM", destination="CNSHA")
        made = await complain(
            session, clock, category="damage", severity="S2", accused=(GAO,), taken_by=LIN, moved=moved
        )
        await happened(session, made, "delivered", "2026-11-10T15:00+08:00")
    return made


def every_route(number: str) -> list[tuple[str, str, Any]]:
    key, claim = uuid4(), f"/api/complaints/{number}/claim"
    return [
        ("GET", f"/api/complaints/{number}/remedies", None),
        ("POST", f"/api/complaints/{number}/remedies", VOUCHER),
        ("GET", "/api/remedies/awaiting", None),
        ("POST", f"/api/remedies/{key}/approval", None),
        ("POST", f"/api/remedies/{key}/refusal", {"reason": "不行"}),
        ("POST", f"/api/remedies/{key}/report", {"done": True}),
        ("GET", "/api/claims", None),
        ("GET", claim, None),
        ("POST", claim, None),
        ("PATCH", claim, {"trouble": "visible"}),
        ("PUT", f"{claim}/documents/invoice", {"received": True}),
        ("PUT", f"{claim}/notice", {"given_on": "2026-11-20"}),
        ("POST", f"{claim}/submission", None),
        ("POST", f"{claim}/end", {"settled": False, "outcome": "撤回"}),
    ]


async def test_who_is_not_logged_in_gets_nothing(
    web: httpx.AsyncClient, as_: As, clock: FixedClock, number: str
) -> None:
    clock.move(SESSION_LENGTH + timedelta(seconds=1))
    for headers in ({}, {"Authorization": "Bearer made-up"}, as_(LEI)):
        for method, path, body in every_route(number):
            assert (await web.request(method, path, json=body, headers=headers)).status_code == 401, path


async def test_who_is_complained_about_finds_no_such_complaint(
    web: httpx.AsyncClient, as_: As, database: Database, clock: FixedClock, number: str
) -> None:
    async with crm_factory(database, clock)() as crm:
        await crm.claims.open_for(number)
    for method, path, body in every_route(number):
        answer = await web.request(method, path, json=body, headers=as_(GAO))
        if number in path:
            unknown = await web.request(method, path.replace(number, "CP000000"), json=body, headers=as_(GAO))
            assert (answer.status_code, answer.json()) == (unknown.status_code, unknown.json()), path
            assert answer.status_code == 404
        elif method == "GET":
            assert answer.json() == [], path


async def test_a_trainer_has_no_business_here(web: httpx.AsyncClient, as_: As, number: str) -> None:
    for method, path, body in every_route(number):
        answer = await web.request(method, path, json=body, headers=as_(TANG))
        if path == "/api/remedies/awaiting":
            assert answer.json() == []
        else:
            assert answer.status_code == (404 if path.startswith("/api/remedies/") else 403), path


async def test_from_the_suggestion_to_what_is_carried_out(web: httpx.AsyncClient, as_: As, number: str) -> None:
    path = f"/api/complaints/{number}/remedies"
    suggested = (await web.get(path, headers=as_(LIN))).json()["suggested"]
    assert [one["kind"] for one in suggested] == ["claim_file", "repair", "apology_call", "free_storage", "voucher"]
    assert (suggested[1]["amount"], suggested[1]["currency"], suggested[3]["days"]) == ("300.00", "CNY", 7)
    made = await web.post(path, json=VOUCHER | {"id": str(uuid4())}, headers=as_(LIN))
    assert (made.status_code, made.json()["state"]) == (201, "awaiting_approval")
    assert (made.json()["amount"], made.json()["currency"]) == ("1000.00", "CNY")
    about = f"/api/remedies/{made.json()['id']}"
    (waiting,) = (await web.get("/api/remedies/awaiting", headers=as_(ZHOU))).json()
    assert waiting["id"] == made.json()["id"]
    for who in (LIN, CHEN, SUN):
        assert (await web.post(f"{about}/approval", headers=as_(who))).status_code == 403
    assert (await web.post(f"{about}/approval", headers=as_(GAO))).status_code == 404
    approved = await web.post(f"{about}/approval", headers=as_(ZHOU))
    assert (approved.json()["state"], approved.json()["decided_by"]) == ("approved", ZHOU)
    assert (await web.post(f"{about}/approval", headers=as_(LEI))).status_code == 409
    assert (await web.post(f"{about}/report", json={"done": True}, headers=as_(SUN))).status_code == 403
    done = await web.post(f"{about}/report", json={"result": "已发到客户账户"}, headers=as_(LIN))
    assert (done.json()["state"], done.json()["result"]) == ("carried_out", "已发到客户账户")
    (listed,) = (await web.get(path, headers=as_(CHEN))).json()["remedies"]
    assert listed == done.json()


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"amount": 100}, 422),
        ({"amount": "1e3"}, 422),
        ({"amount": "-1"}, 422),
        ({"amount": "0.00"}, 422),
        ({"amount": "1.005"}, 422),
        ({"amount": None}, 422),
        ({"currency": "yuan"}, 422),
        ({"currency": "USD"}, 422),
        ({"kind": "holiday"}, 422),
        ({"days": 3}, 422),
        ({"reason": "  "}, 422),
        ({"amount": "50000.01"}, 422),
    ],
)
async def test_what_does_not_fit_is_refused(
    web: httpx.AsyncClient, as_: As, number: str, change: dict[str, Any], status: int
) -> None:
    path = f"/api/complaints/{number}/remedies"
    assert (await web.post(path, json=VOUCHER | change, headers=as_(LEI))).status_code == status
    assert (await web.get(path, headers=as_(LEI))).json()["remedies"] == []


async def test_a_refusal_needs_a_reason_and_somebody_above(web: httpx.AsyncClient, as_: As, number: str) -> None:
    made = (await web.post(f"/api/complaints/{number}/remedies", json=VOUCHER, headers=as_(LIN))).json()
    path = f"/api/remedies/{made['id']}/refusal"
    assert (await web.post(path, json={"reason": ""}, headers=as_(ZHOU))).status_code == 422
    assert (await web.post(path, json={"reason": "不行"}, headers=as_(CHEN))).status_code == 403
    refused = await web.post(path, json={"reason": "先修好再说"}, headers=as_(ZHOU))
    assert (refused.json()["state"], refused.json()["decision"]) == ("refused", "先修好再说")


async def test_a_claim_from_opening_to_its_end(
    web: httpx.AsyncClient, as_: As, database: Database, number: str
) -> None:
    path = f"/api/complaints/{number}/claim"
    assert (await web.get(path, headers=as_(LIN))).status_code == 404
    opened = (await web.post(path, headers=as_(CHEN))).json()
    assert (opened["complaint"], opened["state"], opened["notice_by"]) == (number, "collecting", "2026-11-25")
    assert (opened["regime"]["code"], opened["checked"]) == ("china_maritime", True)
    assert opened == (await web.post(path, headers=as_(LIN))).json()
    changed = await web.patch(path, json={"container": False}, headers=as_(WANG))
    assert (changed.json()["notice_by"], changed.json()["delivered_on"]) == ("2026-11-17", "2026-11-10")
    assert (await web.patch(path, json={"container": True}, headers=as_(CHEN))).status_code == 403
    assert (await web.patch(path, json={"regime": "roman"}, headers=as_(WANG))).status_code == 422
    assert (await web.put(f"{path}/notice", json={"given_on": "2026-12-24"}, headers=as_(LIN))).status_code == 422
    noticed = await web.put(f"{path}/notice", json={"given_on": "2026-11-20"}, headers=as_(LIN))
    assert noticed.json()["notice_given_on"] == "2026-11-20"
    async with database.transaction() as session:
        file = str(await puts_evidence(session, number))
    for one in opened["documents"]:
        body = {"received": True, "stored_file_id": file}
        ticked = await web.put(f"{path}/documents/{one['code']}", json=body, headers=as_(LIN))
    assert ticked.json()["state"] == "complete"
    assert {one["stored_file_id"] for one in ticked.json()["documents"]} == {file}
    assert (await web.put(f"{path}/documents/bill", json={"received": True}, headers=as_(LIN))).status_code == 422
    body = {"settled": True, "outcome": "保险公司已经赔付"}
    assert (await web.post(f"{path}/end", json=body, headers=as_(WANG))).status_code == 409
    assert (await web.post(f"{path}/submission", headers=as_(LIN))).json()["state"] == "submitted"
    assert (await web.post(f"{path}/end", json=body, headers=as_(LIN))).status_code == 403
    assert [one["complaint"] for one in (await web.get("/api/claims", headers=as_(WANG))).json()] == [number]
    assert (await web.post(f"{path}/end", json=body, headers=as_(WANG))).json()["state"] == "settled"
    assert (await web.get("/api/claims", headers=as_(WANG))).json() == []
    ended = await web.get("/api/claims", params={"state": "settled"}, headers=as_(WANG))
    assert [one["complaint"] for one in ended.json()] == [number]


async def test_a_customer_sees_nothing_of_law_or_money(
    web: httpx.AsyncClient, as_: As, database: Database, clock: FixedClock, number: str
) -> None:
    """What the bot is given has a day and names of texts, and nothing else."""
    await web.post(f"/api/complaints/{number}/remedies", json=VOUCHER | {"amount": "150"}, headers=as_(LIN))
    async with crm_factory(database, clock)() as crm:
        told = await crm.claims.open_for(number)
        view = await crm.claims.open_for(told.number)
    assert view.notice_by == told.notice_by
    assert set(vars(told)) == {"number", "notice_by", "documents", "opened"}
    assert all(name.startswith("utter_claim_document_") for name in told.documents)
