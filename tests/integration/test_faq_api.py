"""`/api/faq` over HTTP: who may, who may not, and what each refusal looks like."""

import csv
import io
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import select

from console.faq import faq_router
from crm.audit.models import AuditEntry
from crm.clock import FixedClock
from crm.faq.defaults import shipped
from crm.faq.models import FaqAnswer
from crm.imports.service import ImportService, read_file
from crm.staff.departments import Department
from crm.staff.models import Role
from crm.staff.service import SESSION_LENGTH, StaffService
from database.session import Database

EDITORS = (Role.SUPERVISOR, Role.TRAINER, Role.ADMIN)
READERS = (Role.AGENT, Role.DEPARTMENT)
BODY = {"text": "票开好发邮箱。", "source": "财务制度 2.1", "as_of": "2026-11-20", "valid_until": "2027-01-31"}
PASSWORD = "correct horse"
CHEAP = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=64, parallelism=1),))
"""Passwords are not what is tested here."""
As = Callable[[Role], dict[str, str]]


@pytest.fixture
async def tokens(database: Database, clock: FixedClock) -> dict[Role, str]:
    """A session of one person of every role."""
    async with database.transaction() as session:
        staff, made = StaffService(session, clock, CHEAP), {}
        for role in Role:
            await staff.create(role.value, "某人", role, Department.SERVICE, PASSWORD)
            made[role] = await staff.login(role.value, PASSWORD) or ""
    return made


@pytest.fixture
def as_(tokens: dict[Role, str]) -> As:
    """The header of somebody of a role."""
    return lambda role: {"Authorization": f"Bearer {tokens[role]}"}


@pytest.fixture
async def web(database: Database, clock: FixedClock) -> AsyncIterator[httpx.AsyncClient]:
    """A browser at the app."""
    app = FastAPI()
    app.include_router(faq_router(database, clock))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://desk") as client:
        yield client


def version(number: int) -> dict[str, str]:
    return {"If-Match": f'"{number}"'}


CHANGES = [
    ("PUT", "/api/faq/invoice", BODY),
    ("POST", "/api/faq/invoice/restore", {"version": 1}),
    ("DELETE", "/api/faq/invoice", None),
]
LOOKS = ["/api/faq", "/api/faq.csv", "/api/faq/invoice/history"]


async def test_who_is_not_logged_in_sees_and_changes_nothing(
    web: httpx.AsyncClient, as_: As, clock: FixedClock, database: Database
) -> None:
    clock.move(SESSION_LENGTH + timedelta(seconds=1))
    for headers in ({}, {"Authorization": "Bearer made-up"}, as_(Role.ADMIN)):
        for path in LOOKS:
            assert (await web.get(path, headers=headers)).status_code == 401
        for method, path, body in CHANGES:
            answer = await web.request(method, path, json=body, headers=headers | version(0))
            assert answer.status_code == 401
    async with database.reading() as session:
        assert (await session.scalars(select(FaqAnswer))).all() == []


@pytest.mark.parametrize("role", READERS)
async def test_agents_and_departments_read_and_do_not_change(
    web: httpx.AsyncClient, as_: As, database: Database, role: Role
) -> None:
    for path in LOOKS:
        assert (await web.get(path, headers=as_(role))).status_code == 200
    for method, path, body in CHANGES:
        answer = await web.request(method, path, json=body, headers=as_(role) | version(0))
        assert (answer.status_code, answer.json()["detail"]) == (403, "只有主管、训练师和管理员可以修改答案")
    async with database.reading() as session:
        assert (await session.scalars(select(FaqAnswer))).all() == []
        assert (await session.scalars(select(AuditEntry))).all() == []


@pytest.mark.parametrize("role", EDITORS)
async def test_supervisors_trainers_and_administrators_change_restore_and_withdraw(
    web: httpx.AsyncClient, as_: As, role: Role
) -> None:
    me = as_(role)
    changed = (await web.put("/api/faq/invoice", json=BODY, headers=me | version(0))).json()
    assert changed | BODY == changed
    assert (changed["version"], changed["default"], changed["changed_by"]) == (1, False, f"staff:{role}")
    second = await web.put("/api/faq/invoice", json={"text": "三天内发。", "source": "口头"}, headers=me | version(1))
    assert (second.json()["as_of"], second.json()["valid_until"]) == ("2026-11-21", None)
    restored = await web.post("/api/faq/invoice/restore", json={"version": 1}, headers=me | version(2))
    assert (restored.json()["text"], restored.json()["version"]) == (BODY["text"], 3)
    withdrawn = await web.delete("/api/faq/invoice", headers=me | version(3))
    assert (withdrawn.json()["default"], withdrawn.json()["version"]) == (True, 4)
    history = (await web.get("/api/faq/invoice/history", headers=me)).json()
    assert [(one["version"], one["withdrawn"], one["restored_from"]) for one in history["versions"]] == [
        (4, True, None),
        (3, False, 1),
        (2, False, None),
        (1, False, None),
    ]
    assert history["default"]["source"] == shipped()["faq/invoice"].source


async def test_a_change_names_the_version_that_was_read(web: httpx.AsyncClient, as_: As) -> None:
    me = as_(Role.TRAINER)
    for method, path, body in CHANGES:
        assert (await web.request(method, path, json=body, headers=me)).status_code == 428
        for wrong in ("*", '"x"', "-1", '"1", "2"', "9" * 40):
            answer = await web.request(method, path, json=body, headers=me | {"If-Match": wrong})
            assert answer.status_code == 400, wrong
    assert (await web.put("/api/faq/invoice", json=BODY, headers=me | {"If-Match": "0"})).status_code == 200
    late = await web.put("/api/faq/invoice", json={**BODY, "text": "晚了一步"}, headers=me | version(0))
    assert late.status_code == 409
    assert "现在是第 1 版" in late.json()["detail"]


async def test_what_is_wrong_is_told_field_by_field_in_words(web: httpx.AsyncClient, as_: As) -> None:
    body = {"text": "找小王 13812345678", "source": "", "as_of": "2026-12-01", "valid_until": "2026-11-30"}
    answer = await web.put("/api/faq/invoice", json=body, headers=as_(Role.TRAINER) | version(0))
    assert answer.status_code == 422
    problems = {one["loc"][1]: one["msg"] for one in answer.json()["detail"]}
    assert problems == {
        "text": "有手机号，个人信息不能写进答案，请写公司座机或 400 电话",
        "source": "不能为空",
        "as_of": "更新日期不能在将来",
        "valid_until": "有效期不能早于更新日期",
    }
    assert (await web.put("/api/faq/invoice", json={}, headers=as_(Role.TRAINER) | version(0))).status_code == 422


@pytest.mark.parametrize("name", ["weekend_pickup", "business_hours%2Fx", "..%2Finvoice", "发票"])
async def test_a_new_question_needs_training(web: httpx.AsyncClient, as_: As, name: str) -> None:
    for method, path, body in CHANGES:
        answer = await web.request(
            method, path.replace("invoice", name), json=body, headers=as_(Role.TRAINER) | version(0)
        )
        assert answer.status_code == 404
    answer = await web.get("/api/faq/weekend_pickup/history", headers=as_(Role.TRAINER))
    assert "新问题先在 bot/data/nlu/faq.yml 写例句" in answer.json()["detail"]


async def test_the_list_shows_what_is_said_and_what_has_run_out(web: httpx.AsyncClient, as_: As) -> None:
    await web.put("/api/faq/invoice", json=BODY, headers=as_(Role.TRAINER) | version(0))
    listed = {one["label"]: one for one in (await web.get("/api/faq", headers=as_(Role.AGENT))).json()}
    assert list(listed) == list(shipped())
    assert (listed["faq/invoice"]["title"], listed["faq/invoice"]["expired"]) == ("问开票", False)
    assert (listed["faq/insurance"]["default"], listed["faq/insurance"]["version"]) == (True, 0)
    await web.put(
        "/api/faq/insurance", json={**BODY, "valid_until": "2026-11-20"}, headers=as_(Role.ADMIN) | version(0)
    )
    listed = {one["label"]: one for one in (await web.get("/api/faq", headers=as_(Role.AGENT))).json()}
    assert listed["faq/insurance"]["expired"]


async def test_the_export_is_taken_back_by_the_import_and_changes_nothing(
    web: httpx.AsyncClient, as_: As, database: Database, clock: FixedClock, tmp_path: Path
) -> None:
    text = '要"原件"的话，\n请留地址。'
    await web.put("/api/faq/invoice", json={**BODY, "text": text}, headers=as_(Role.TRAINER) | version(0))
    answer = await web.get("/api/faq.csv", headers=as_(Role.AGENT))
    assert answer.headers["Content-Disposition"] == 'attachment; filename="faq.csv"'
    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row["label"] for row in rows] == list(shipped())
    assert next(row["text"] for row in rows if row["label"] == "faq/invoice") == text
    (tmp_path / "faq.csv").write_bytes(answer.content)
    parsed = read_file("faq", tmp_path / "faq.csv", clock.now())
    async with database.transaction() as session:
        report = await ImportService(session, clock).store("faq", parsed)
    assert (report.added, report.updated, report.unchanged, report.errors) == (0, 0, 15, ())
