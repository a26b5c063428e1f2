"""Files over HTTP: the way in by each channel, the way to the bot, the way out, and who must not get them."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import select

from app.bootstrap import Container, build
from app.main import create_app
from connectors.web.socket import WebChannel, WebSocketEndpoint
from connectors.web.tokens import WebIdentity
from conversations.models import Message
from crm.clock import FixedClock
from crm.complaints.models import ComplaintCard
from crm.complaints.service import ComplaintFacts
from crm.crm import crm_factory
from crm.customers.service import CustomerService
from crm.files.links import OPEN_FOR
from crm.files.service import FileService
from crm.staff.departments import Department
from crm.staff.models import Role
from crm.staff.service import ApiKeyService, StaffService
from database.session import Database
from settings import Settings
from tests.fakes import EchoBot
from tests.samples import JPEG, OPUS, PDF, png

CHEAP = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=64, parallelism=1),))
UploadTo = Callable[..., Awaitable[httpx.Response]]


@pytest.fixture
def bot() -> EchoBot:
    return EchoBot()


@pytest.fixture
async def parts(
    database: Database, database_url: str, clock: FixedClock, tmp_path: Path, bot: EchoBot
) -> AsyncIterator[Container]:
    """The app around an echoing bot; a picture may have 1 MB."""
    settings = Settings(data_dir=tmp_path, database_url=database_url, burst_quiet=0.0, file_image_mb=1)
    made = build(settings, bot=bot, clock=clock, channels=())
    yield made
    await made.stop([])


@pytest.fixture
async def web(parts: Container) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(create_app(container=parts))
    async with httpx.AsyncClient(transport=transport, base_url="http://desk") as client:
        yield client


@pytest.fixture
async def key(parts: Container) -> dict[str, str]:
    """The header of another program of the firm."""
    async with parts.database.transaction() as session:
        return {"Authorization": f"Bearer {await ApiKeyService(session, parts.clock).create('erp', trusted=False)}"}


@pytest.fixture
def rest_upload(web: httpx.AsyncClient, key: dict[str, str]) -> UploadTo:
    """Uploads a file for a sender over REST."""

    async def upload(content: bytes, name: str = "a.jpg", sender: str = "s1") -> httpx.Response:
        return await web.post(
            "/webhooks/rest/files", headers=key, data={"sender": sender}, files={"file": (name, content)}
        )

    return upload


@pytest.fixture
def say(web: httpx.AsyncClient, key: dict[str, str]) -> UploadTo:
    """Sends a message over REST."""

    async def send(message: str, files: list[str], sender: str = "s1") -> httpx.Response:
        body = {"sender": sender, "message": message, "metadata": {"files": files}}
        return await web.post("/webhooks/rest/webhook", headers=key, json=body)

    return send


async def logged(parts: Container) -> list[Message]:
    """The customer's lines."""
    async with parts.database.reading() as session:
        query = select(Message).where(Message.author == "customer").order_by(Message.created_at, Message.seq)
        return list((await session.scalars(query)).all())


async def test_a_photo_by_rest_reaches_the_log_and_the_bot(
    parts: Container, bot: EchoBot, rest_upload: UploadTo, say: UploadTo
) -> None:
    taken = await rest_upload(JPEG, "货损.exe")
    assert taken.status_code == 201
    photo = taken.json()
    assert (photo["media_type"], photo["size"], photo["name"]) == ("image/jpeg", len(JPEG), "货损.exe")
    voice = (await rest_upload(OPUS, "..")).json()

    answer = await say("", [photo["id"], voice["id"]])
    assert answer.json()[0]["text"] == "收到：[图片]\n[语音]"
    assert (await say("箱子破了", [photo["id"]])).json()[0]["text"] == "收到：箱子破了"

    lines = await logged(parts)
    assert [line.text for line in lines] == ["", "箱子破了"]
    assert lines[0].content["files"][0] == {"id": photo["id"], "media_type": "image/jpeg", "name": "货损.exe"}
    assert bot.turns[0].details["files"] == [
        {"id": photo["id"], "media_type": "image/jpeg"},
        {"id": voice["id"], "media_type": "audio/ogg"},
    ]


async def test_rest_refuses_what_is_not_the_senders(
    web: httpx.AsyncClient, parts: Container, rest_upload: UploadTo, say: UploadTo
) -> None:
    photo = (await rest_upload(JPEG)).json()["id"]
    async with parts.database.transaction() as session:
        other = await ApiKeyService(session, parts.clock).create("other", trusted=False)
    stolen = {"sender": "s1", "message": "", "metadata": {"files": [photo]}}
    by_other_key = await web.post("/webhooks/rest/webhook", headers={"Authorization": f"Bearer {other}"}, json=stolen)
    for answer in (await say("", [photo], "s2"), await say("", [str(uuid4())]), by_other_key):
        assert answer.status_code == 422
        assert "no such file" in answer.text
    for files in ([], ["no-id"], [photo] * 10):
        assert (await say("", files)).status_code == 422
    assert await logged(parts) == []


async def test_an_upload_by_rest_needs_key_and_sender(
    web: httpx.AsyncClient, rest_upload: UploadTo, key: dict[str, str], tmp_path: Path
) -> None:
    for headers in ({}, {"Authorization": "Bearer made-up"}):
        answer = await web.post("/webhooks/rest/files", headers=headers, data={"sender": "s"}, files={"file": JPEG})
        assert answer.status_code == 401
    for sender in ("", "  ", "x" * 101):
        assert (await rest_upload(JPEG, sender=sender)).status_code == 422
    assert not list((tmp_path / "files").rglob("*-*"))


async def test_what_is_refused_says_why(rest_upload: UploadTo, tmp_path: Path) -> None:
    for content, status, code in (
        (b"<script>alert(1)</script>", 415, "file_kind"),
        (b"", 422, "file_empty"),
        (JPEG + b"<script>", 415, "file_disguised"),
        (JPEG + b"\0" * (1 << 20), 413, "file_too_large"),
    ):
        answer = await rest_upload(content)
        assert (answer.status_code, answer.json()["detail"]["code"]) == (status, code)
    assert [path for path in (tmp_path / "files").rglob("*") if path.is_file()] == []


async def test_who_hangs_up_leaves_nothing(parts: Container, tmp_path: Path) -> None:
    token = parts.tokens.visitor(parts.clock.now()).token
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n'
    events = iter([{"type": "http.request", "body": head + JPEG, "more_body": True}, {"type": "http.disconnect"}])
    sent: list[Any] = []

    async def receive() -> Any:
        return next(events, {"type": "http.disconnect"})

    async def send(message: Any) -> None:
        sent.append(message)

    headers = {"authorization": f"Bearer {token}", "content-type": "multipart/form-data; boundary=x", "host": "desk"}
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": "/web/files",
        "raw_path": b"/web/files",
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "server": ("desk", 80),
        "client": ("127.0.0.1", 1),
    }
    await create_app(container=parts)(scope, receive, send)
    assert sent[0]["status"] == 400
    assert [path for path in (tmp_path / "files").rglob("*") if path.is_file()] == []


class Socket:
    """As much of a Socket.IO server as the endpoint needs, with one window."""

    def __init__(self, identity: WebIdentity) -> None:
        self._identity = identity

    def on(self, name: str, handler: object) -> None:
        """Not needed: the tests call the handlers."""

    async def emit(self, *arguments: object, **more: object) -> None:
        """Goes nowhere."""

    async def get_session(self, _socket_id: str) -> dict[str, WebIdentity]:
        """Who is at the window."""
        return {"identity": self._identity}


def window(parts: Container, identity: WebIdentity) -> WebSocketEndpoint:
    """The endpoint as one customer's window sees it."""
    server: Any = Socket(identity)
    return WebSocketEndpoint(server, WebChannel(server), parts.intake, parts.tokens, parts.clock, links=parts.links)


async def test_a_photo_by_the_web_comes_back_with_a_link_in_the_history(
    web: httpx.AsyncClient, parts: Container
) -> None:
    me, stranger = (parts.tokens.visitor(parts.clock.now()) for _ in range(2))
    headers = {"Authorization": f"Bearer {me.token}"}
    taken = await web.post("/web/files", headers=headers, files={"file": ("回单.png", png())})
    assert taken.status_code == 201
    photo = taken.json()["id"]

    refused = await window(parts, stranger).user_uttered("sid", {"message": "", "files": [photo]})
    assert refused == {"error": "file_unknown"}
    said = await window(parts, me).user_uttered("sid", {"message": " ", "files": [photo], "id": "1"})
    assert said["seq"] == 1

    history = await window(parts, me).history("sid", {})
    [file] = history["messages"][0]["files"]
    assert (file["id"], file["media_type"], file["name"]) == (photo, "image/png", "回单.png")
    shown = await web.get(file["url"])
    assert shown.content == png()
    assert "files" not in str(await window(parts, stranger).history("sid", {}))


async def test_an_upload_by_the_web_needs_a_session_of_ours(web: httpx.AsyncClient, parts: Container) -> None:
    old = parts.tokens.customer("P1", parts.clock.now() - timedelta(days=2), timedelta(days=1))
    for headers in ({}, {"Authorization": "Bearer made-up"}, {"Authorization": f"Bearer {old.token}"}):
        answer = await web.post("/web/files", headers=headers, files={"file": ("a.jpg", JPEG)})
        assert answer.status_code == 401
    me = parts.tokens.visitor(parts.clock.now())
    said = await window(parts, me).user_uttered("sid", {"message": "  ", "files": []})
    assert "error" in said


# ---------------------------------------------------------------- the way out


async def test_a_file_is_handed_out_so_that_nothing_runs(
    web: httpx.AsyncClient, parts: Container, rest_upload: UploadTo
) -> None:
    photo = UUID((await rest_upload(JPEG, "a.html")).json()["id"])
    shown = await web.get(parts.links.url(photo))
    assert shown.headers["content-type"] == "image/jpeg"
    assert shown.headers["content-disposition"] == 'inline; filename="a.html.jpg"'
    assert shown.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in shown.headers["content-security-policy"]
    assert "script" not in shown.headers["content-security-policy"]
    assert shown.headers["cache-control"] == "private, no-store"
    part = await web.get(parts.links.url(photo), headers={"Range": "bytes=0-3"})
    assert (part.status_code, part.content) == (206, JPEG[:4])
    document = UUID((await rest_upload(PDF, "报价.pdf")).json()["id"])
    saved = await web.get(parts.links.url(document))
    assert saved.headers["content-disposition"].startswith("attachment; filename*=utf-8''%E6%8A%A5")


async def test_a_link_that_is_wrong_or_old_opens_nothing(
    web: httpx.AsyncClient, parts: Container, clock: FixedClock, rest_upload: UploadTo
) -> None:
    first, second = [UUID((await rest_upload(png(n))).json()["id"]) for n in range(2)]
    url = parts.links.url(first)
    for wrong in (
        f"/files/{first}",
        url.replace(str(first), str(second)),
        url[:-1] + ("0" if url[-1] != "0" else "1"),
        url.replace("expires=1", "expires=2"),
        url + "&signature=",
        "/files/..%2F..%2Fwenhuo.db?expires=1&signature=1",
        parts.links.url(uuid4()),
    ):
        assert (await web.get(wrong)).status_code == 404, wrong
    assert (await web.get(url)).status_code == 200
    clock.move(OPEN_FOR + timedelta(seconds=1))
    assert (await web.get(url)).status_code == 404


async def test_a_row_whose_bytes_were_lost_is_a_file_that_is_not_there(
    web: httpx.AsyncClient, parts: Container, rest_upload: UploadTo, tmp_path: Path
) -> None:
    photo = UUID((await rest_upload(JPEG)).json()["id"])
    for path in (tmp_path / "files").rglob("*"):
        if path.is_file():
            os.unlink(path)
    assert (await web.get(parts.links.url(photo))).status_code == 404


# ---------------------------------------------------------------- evidence at the desk


@pytest.fixture
async def card(parts: Container) -> ComplaintCard:
    """A complaint about A-ACCUSED with one photo."""
    async with parts.database.transaction() as session:
        customers = CustomerService(session, parts.clock)
        identity = await customers.identify("web", "u1")
        dialogue = await customers.open_dialogue(identity, uuid4())
        upload = parts.files.begin("破损.png")
        await upload.write(png())
        file = await FileService(session, parts.clock).keep(identity.id, await upload.finish(), parts.files)
    async with crm_factory(parts.database, parts.clock)() as crm:
        await crm.complaints.open(dialogue.id, uuid4(), ComplaintFacts("complain_damage", "箱子破了"))
    async with parts.database.transaction() as session:
        found = (await session.scalars(select(ComplaintCard))).one()
        found.accused = ["accused"]
        await FileService(session, parts.clock).add_evidence(found.id, [file.id], "bot", dialogue.id)
    return found


@pytest.fixture
async def staff(parts: Container) -> dict[str, dict[str, str]]:
    """Headers of people by their code."""
    async with parts.database.transaction() as session:
        service, headers = StaffService(session, parts.clock, CHEAP), {}
        for code, role in (("agent", Role.AGENT), ("accused", Role.SUPERVISOR), ("trainer", Role.TRAINER)):
            await service.create(code, "某人", role, Department.SERVICE, "correct horse")
            headers[code] = {"Authorization": f"Bearer {await service.login(code, 'correct horse')}"}
    return headers


async def test_staff_see_and_add_evidence(
    web: httpx.AsyncClient, card: ComplaintCard, staff: dict[str, dict[str, str]], clock: FixedClock
) -> None:
    path = f"/api/complaints/{card.number}/evidence"
    [photo] = (await web.get(path, headers=staff["agent"])).json()
    assert (photo["name"], photo["uploaded_by"], photo["by_whom"]) == ("破损.png", "customer", "bot")
    assert (await web.get(photo["url"])).content == png()

    clock.move(timedelta(minutes=1))
    added = await web.post(path, headers=staff["agent"], files={"file": ("仓库记录.pdf", PDF)})
    assert added.status_code == 201
    again = await web.post(path, headers=staff["agent"], files={"file": ("仓库记录.pdf", PDF)})
    assert again.json()["id"] == added.json()["id"]
    found = (await web.get(path.lower(), headers=staff["agent"])).json()
    assert [(one["name"], one["by_whom"]) for one in found] == [("破损.png", "bot"), ("仓库记录.pdf", "agent")]
    bad = await web.post(path, headers=staff["agent"], files={"file": ("a.pdf", b"<html>")})
    assert bad.status_code == 415


async def test_whoever_is_complained_about_sees_and_adds_nothing(
    web: httpx.AsyncClient, card: ComplaintCard, staff: dict[str, dict[str, str]], parts: Container
) -> None:
    path = f"/api/complaints/{card.number}/evidence"
    missing = await web.get("/api/complaints/CP0000000000/evidence", headers=staff["agent"])
    for code in ("accused", "trainer"):
        answer = await web.get(path, headers=staff[code])
        assert (answer.status_code, answer.text) == (missing.status_code, missing.text) == (404, missing.text)
        assert (await web.post(path, headers=staff[code], files={"file": ("a.pdf", PDF)})).status_code == 404
    assert (await web.get(path)).status_code == 401
    assert (await web.post(path, files={"file": ("a.pdf", PDF)})).status_code == 401
    async with parts.database.reading() as session:
        assert len(await FileService(session, parts.clock).evidence(card.id)) == 1


async def test_staff_see_what_came_in_a_conversation_but_not_whoever_it_is_about(
    web: httpx.AsyncClient, parts: Container, card: ComplaintCard, staff: dict[str, dict[str, str]]
) -> None:
    me = {"Authorization": f"Bearer {parts.tokens.visitor(parts.clock.now()).token}"}
    identity = parts.tokens.read(me["Authorization"].removeprefix("Bearer "), parts.clock.now())
    assert identity is not None
    photo = (await web.post("/web/files", headers=me, files={"file": ("a.png", png(7))})).json()
    said = await window(parts, identity).user_uttered("sid", {"message": "破了", "files": [photo["id"]]})
    path = f"/api/conversations/{said['conversation']}/files"
    [seen] = (await web.get(path, headers=staff["accused"])).json()
    assert (seen["seq"], seen["id"]) == (1, photo["id"])
    assert (await web.get(seen["url"])).content == png(7)

    async with parts.database.transaction() as session:
        found = await session.get(ComplaintCard, card.id)
        assert found is not None
        found.dialogue_id = UUID(said["conversation"])
    assert (await web.get(path, headers=staff["accused"])).status_code == 409
    assert len((await web.get(path, headers=staff["agent"])).json()) == 1
    assert (await web.get(f"/api/conversations/{uuid4()}/files", headers=staff["agent"])).status_code == 404
    assert (await web.get(path)).status_code == 401


async def test_what_staff_adds_cannot_be_sent_by_the_customer(
    parts: Container, web: httpx.AsyncClient, card: ComplaintCard, staff: dict[str, dict[str, str]]
) -> None:
    path = f"/api/complaints/{card.number}/evidence"
    added = (await web.post(path, headers=staff["agent"], files={"file": ("内部.pdf", PDF)})).json()
    said = await window(parts, WebIdentity("u1", None, "")).user_uttered("sid", {"files": [added["id"]]})
    assert said == {"error": "file_unknown"}
