"""`/api/appointments`, `/api/complaints/…/changes` and `/api/shifts` over HTTP: who may, who may not."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from console.api import console_router
from console.appointments import appointments_router
from console.changes import changes_router
from console.shifts import shifts_router
from crm.staff.service import StaffService
from tests.integration.changes.scene import CALENDAR, HOUR, STAFF, Scene
from tests.integration.complaints.house import MONDAY

CHEAP = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=64, parallelism=1),))
"""Passwords are not what is tested here."""
PASSWORD = "correct horse"
TWO = MONDAY.replace(hour=14).isoformat()


class Web:
    """A browser of each member of staff."""

    def __init__(self, client: httpx.AsyncClient, tokens: dict[str, str]) -> None:
        self._client = client
        self._tokens = tokens

    async def ask(self, who: str, method: str, path: str, body: Any = None) -> httpx.Response:
        """One request; `who` empty: not logged in."""
        headers = {"Authorization": f"Bearer {self._tokens[who]}"} if who else {}
        return await self._client.request(method, path, json=body, headers=headers)


@pytest.fixture
async def web(scene: Scene) -> AsyncIterator[Web]:
    async with scene.database.transaction() as session:
        service, tokens = StaffService(session, scene.clock, CHEAP), {}
        for code in STAFF:
            await service.set_password(code, PASSWORD)
            tokens[code] = await service.login(code, PASSWORD) or ""
    app = FastAPI()
    app.include_router(console_router(scene.database, scene.clock, scene.desk))
    app.include_router(appointments_router(scene.database, scene.clock, scene.book, "远航国际物流"))
    app.include_router(changes_router(scene.database, scene.clock, scene.changes))
    app.include_router(shifts_router(scene.database, scene.clock, CALENDAR))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://desk") as client:
        yield Web(client, tokens)


async def test_the_roster_is_for_supervisors_and_administrators(scene: Scene, web: Web) -> None:
    body = {"staff": "lin", "starts_at": TWO, "ends_at": (MONDAY + 8 * HOUR).isoformat()}
    for who in ("lin", "wang", "coach"):
        assert (await web.ask(who, "POST", "/api/shifts", body)).status_code == 403
        assert (await web.ask(who, "GET", "/api/shifts/on-duty")).status_code == 403
    assert (await web.ask("", "POST", "/api/shifts", body)).status_code == 401
    made = await web.ask("chen", "POST", "/api/shifts", body)
    assert (made.status_code, made.json()["name"]) == (201, "lin真名")
    again = await web.ask("boss", "POST", "/api/shifts", body)
    assert (again.status_code, again.json()["detail"]) == (409, "这段时间已经排了班")
    assert (await web.ask("chen", "POST", "/api/shifts", body | {"staff": "nobody"})).status_code == 422
    assert "lin" not in (await web.ask("chen", "GET", "/api/shifts/on-duty")).json()
    span = "from=2026-11-23T00:00:00Z&until=2026-11-24T00:00:00Z"
    assert len((await web.ask("chen", "GET", f"/api/shifts?{span}")).json()) == 1
    path = f"/api/shifts/{made.json()['id']}"
    assert [(await web.ask("chen", "DELETE", path)).status_code for _ in range(2)] == [204, 404]


async def test_appointments_are_booked_moved_downloaded_and_kept(scene: Scene, web: Web) -> None:
    body = {"dialogue_id": str(await scene.talks()), "starts_at": TWO, "way": "call", "subject": "聊聊舱位"}
    assert (await web.ask("", "POST", "/api/appointments", body)).status_code == 401
    assert (await web.ask("coach", "POST", "/api/appointments", body)).status_code == 403
    made = await web.ask("lin", "POST", "/api/appointments", body)
    assert (made.status_code, made.json()["staff_code"]) == (201, "lin")
    path = f"/api/appointments/{made.json()['id']}"
    assert (await web.ask("lin", "POST", "/api/appointments", body)).status_code == 409
    assert (await web.ask("lin", "POST", "/api/appointments", body | {"starts_at": "2026-11-23T20:00:00+08:00"})
    ).status_code == 422  # fmt: skip
    later = {"starts_at": (MONDAY + 5 * HOUR).isoformat()}
    assert (await web.ask("mei", "POST", f"{path}/move", later)).status_code == 403
    assert (await web.ask("chen", "POST", f"{path}/move", later)).status_code == 200
    assert [one["state"] for one in (await web.ask("lin", "GET", "/api/appointments")).json()] == ["planned"]
    assert len((await web.ask("mei", "GET", "/api/appointments/day/2026-11-23")).json()) == 1
    assert len((await web.ask("mei", "GET", "/api/appointments/free?day=2026-11-23")).json()) == 3
    file = await web.ask("lin", "GET", f"{path}.ics?for=customer")
    assert file.headers["content-type"].startswith("text/calendar")
    assert file.text.startswith("BEGIN:VCALENDAR")
    assert (await web.ask("lin", "POST", f"{path}/kept", {})).status_code == 422
    scene.clock.at = MONDAY + 6 * HOUR
    assert (await web.ask("lin", "POST", f"{path}/kept", {})).json()["state"] == "kept"
    assert (await web.ask("lin", "POST", f"{path}/cancel", {})).status_code == 409


async def test_changes_are_proposed_by_staff_and_decided_by_supervisors(scene: Scene, web: Web) -> None:
    number = await scene.complains(owner="mei")
    path, body = f"/api/complaints/{number}/changes", {"kind": "person", "reason": "谈不下去"}
    assert (await web.ask("", "POST", path, body)).status_code == 401
    assert (await web.ask("coach", "POST", path, body)).status_code == 403
    made = await web.ask("lin", "POST", path, body)
    assert (made.status_code, made.json()["name"], made.json()["state"]) == (201, "换当事人", "proposed")
    await scene.set_card(number, accused=["zhao"])
    for who, status in (("lin", 403), ("zhao", 404)):
        for verb, given in (("person", {}), ("decline", {"reason": "不用"})):
            answer = await web.ask(who, "POST", f"/api/changes/{made.json()['id']}/{verb}", given)
            assert answer.status_code == status
    assert (await web.ask("zhao", "GET", path)).status_code == 404
    decided = await web.ask("chen", "POST", f"/api/changes/{made.json()['id']}/person", {"to": "zhao"})
    assert (decided.status_code, decided.json()["detail"]) == (409, "当事人不能处理这件投诉")
    decided = await web.ask("chen", "POST", f"/api/changes/{made.json()['id']}/person", {})
    assert (decided.status_code, decided.json()["to_staff"]) == (200, "chen")
    assert [one["state"] for one in (await web.ask("lin", "GET", path)).json()] == ["done"]


async def test_a_claim_by_the_accused_is_refused_in_words(scene: Scene, web: Web) -> None:
    number = await scene.complains()
    await scene.changes.accuse(number, scene.staff["chen"], ["lin"])
    path = f"/api/conversations/{(await scene.conversation()).id}/claim"
    for refused in (await web.ask("lin", "POST", path), await web.ask("lin", "GET", path.removesuffix("/claim"))):
        assert (refused.status_code, refused.json()["detail"]) == (409, "这位客户正在投诉您，要由其他同事接待")
    assert (await web.ask("mei", "GET", path.removesuffix("/claim"))).status_code == 200
    assert (await web.ask("mei", "POST", path)).status_code == 204
