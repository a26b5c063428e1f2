"""`/api/complaints` over HTTP: who may, who may not, and what each refusal looks like."""

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import event

from console.complaints import complaints_router
from conversations.changes import ChangeDesk
from crm.complaints.changes.models import MoveKind
from crm.complaints.models import ComplaintState, Severity
from crm.promises.business_time import BusinessCalendar
from crm.remedies.models import RemedyKind
from crm.remedies.wishes import Wish
from crm.staff.models import Role
from crm.staff.service import SESSION_LENGTH, StaffService
from tests.integration.complaints.house import CAUSE, House
from tests.integration.conversations.conftest import texts
from tests.integration.repair_data import puts_evidence
from tests.integration.test_faq_api import CHEAP, PASSWORD

S = ComplaintState
HERE = "/api/complaints"
As = Callable[[str], dict[str, str]]
CLOSING = {
    "root_cause": CAUSE.root_cause,
    "cause_department": "operations",
    "prevention": CAUSE.prevention,
}
POSTS: list[tuple[str, Any]] = [
    ("take", None),
    ("act", None),
    ("pause", {"reason": "等照片"}),
    ("resume", None),
    ("answer", {"result": "已送到"}),
    ("close", CLOSING),
    ("reopen", {"reason": "还没好"}),
    ("called-back", {"text": "已通话"}),
    ("notes", {"text": "看过"}),
    ("facts", {"text": "停产了"}),
    ("category", {"category": "fee", "reason": "费用"}),
    ("severity", {"severity": "S1", "reason": "停产"}),
    ("link", {"shipment": "没有"}),
    ("accused", {"codes": ["mei"]}),
    ("accused/mei/clearing", {"reason": "记错了人"}),
    ("ask-cause", {"department": "operations"}),
    ("cause", {"root_cause": "漏订舱", "prevention": "复核"}),
]


@pytest.fixture
async def as_(house: House) -> As:
    """The header of somebody of the house."""
    tokens = {}
    async with house.database.transaction() as session:
        staff = StaffService(session, house.clock, CHEAP)
        for person in house.staff.values():
            found = await session.merge(person)
            found.password_hash = CHEAP.hash(PASSWORD)
        await session.flush()
        for code in house.staff:
            tokens[code] = await staff.login(code, PASSWORD)
    return lambda who: {"Authorization": f"Bearer {tokens[who]}"}


@pytest.fixture
async def web(house: House) -> AsyncIterator[httpx.AsyncClient]:
    """A browser at the app."""
    app = FastAPI()
    calendar = BusinessCalendar()
    changes = ChangeDesk(house.database, house.clock, calendar, texts(), lambda: None)
    app.include_router(complaints_router(house.database, house.clock, changes, calendar))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://desk") as client:
        yield client


async def test_who_is_not_logged_in_sees_and_does_nothing(web: httpx.AsyncClient, house: House, as_: As) -> None:
    number = await house.complaint()
    house.clock.move(SESSION_LENGTH + timedelta(seconds=1))
    for headers in ({}, {"Authorization": "Bearer made-up"}, as_("boss")):
        for path in (HERE, f"{HERE}/figures", f"{HERE}/{number}", f"{HERE}/{number}/survey"):
            assert (await web.get(path, headers=headers)).status_code == 401
        for verb, body in POSTS:
            assert (await web.post(f"{HERE}/{number}/{verb}", json=body, headers=headers)).status_code == 401
    assert (await house.card(number)).taken_by is None


@pytest.mark.parametrize("who", ["lin", "chen", "boss"])
async def test_the_accused_does_not_find_the_card(web: httpx.AsyncClient, house: House, as_: As, who: str) -> None:
    number = await house.complaint()
    answer = await web.post(f"{HERE}/{number}/accused", json={"codes": [who]}, headers=as_("mei"))
    assert answer.status_code == 204
    before = len(await house.history(number))
    unknown = (await web.get(f"{HERE}/CP0000000000", headers=as_(who))).json()
    for path in (f"{HERE}/{number}", f"{HERE}/{number}/survey"):
        hidden = await web.get(path, headers=as_(who))
        assert (hidden.status_code, hidden.json()) == (404, unknown), "as if there were none"
    for verb, body in POSTS:
        assert (await web.post(f"{HERE}/{number}/{verb}", json=body, headers=as_(who))).status_code == 404, verb
    assert (await web.get(HERE, headers=as_(who))).json() == []
    assert len((await web.get(HERE, headers=as_("mei"))).json()) == 1
    assert len(await house.history(number)) == before


async def test_trainers_do_not_work_on_complaints(web: httpx.AsyncClient, house: House, as_: As) -> None:
    number = await house.complaint()
    assert (await web.get(HERE, headers=as_("coach"))).status_code == 403
    assert (await web.get(f"{HERE}/{number}", headers=as_("coach"))).status_code == 404
    assert (await web.post(f"{HERE}/{number}/take", headers=as_("coach"))).status_code == 404


async def test_a_card_from_the_first_word_to_the_last(web: httpx.AsyncClient, house: House, as_: As) -> None:
    number, me = await house.complaint(), as_("lin")
    for verb, body, state in [
        ("take", None, "checking"),
        ("act", None, "acting"),
        ("pause", {"reason": "等照片"}, "acting"),
        ("resume", None, "acting"),
        ("answer", {"result": "已送到", "remedy": "减免派送费"}, "answered"),
        ("close", CLOSING, "closed"),
    ]:
        answer = await web.post(f"{HERE}/{number}/{verb}", json=body, headers=me)
        assert (answer.status_code, answer.json()["line"]["state"]) == (200, state), verb
    found = (await web.get(f"{HERE}/{number}", headers=as_("mei"))).json()
    assert (found["line"]["number"], found["result"], found["cause_department"]) == (number, "已送到", "operations")
    assert (await web.get(f"{HERE}/{number}/survey", headers=me)).json() is None


async def test_one_wrongly_named_finds_the_card_again(web: httpx.AsyncClient, house: House, as_: As) -> None:
    number = await house.complaint()
    await house.does("mei", "name_accused", number, ["lin"])
    path, body = f"{HERE}/{number}/accused/lin/clearing", {"reason": "记错了人"}
    for who, status in (("mei", 403), ("lin", 404), ("coach", 404)):
        assert (await web.post(path, json=body, headers=as_(who))).status_code == status
    assert "clear_accused" in (await web.get(f"{HERE}/{number}", headers=as_("chen"))).json()["verbs"]
    assert "clear_accused" not in (await web.get(f"{HERE}/{number}", headers=as_("mei"))).json()["verbs"]
    assert (await web.post(path, json=body, headers=as_("chen"))).json()["accused"] == []
    assert (await web.get(f"{HERE}/{number}", headers=as_("lin"))).status_code == 200


async def test_what_is_under_way_holds_up_closing(web: httpx.AsyncClient, house: House, as_: As) -> None:
    number = await house.brought_to(S.ANSWERED)
    async with house.crm() as crm:
        await crm.claims.open_for(number)
    refused = await web.post(f"{HERE}/{number}/close", json=CLOSING, headers=as_("chen"))
    assert refused.status_code == 409
    assert "理赔" in refused.json()["detail"]
    body = CLOSING | {"despite": "客户同意"}
    assert (await web.post(f"{HERE}/{number}/close", json=body, headers=as_("lin"))).status_code == 403
    assert (await web.post(f"{HERE}/{number}/close", json=body, headers=as_("chen"))).status_code == 200


async def test_the_card_shows_what_every_area_has_on_it(web: httpx.AsyncClient, house: House, as_: As) -> None:
    number, me = await house.brought_to(S.ANSWERED), as_("mei")
    empty, few = await _looked_at(web, house, number, me)
    assert (empty["changes"], empty["remedies"], empty["evidence"]) == ([], [], [])
    assert (empty["claim"], empty["survey"]) == (None, None)
    card = await house.card(number)
    async with house.crm() as crm:
        for _ in range(3):
            await crm.changes.propose(card.id, MoveKind.PERSON, "谈不下去", house.staff["lin"])
            await crm.remedies.propose(number, Wish(RemedyKind.APOLOGY_CALL, "客户失望"), house.staff["chen"])
        await crm.claims.open_for(number)
        await crm.surveys.begin(card.id, card.dialogue_id)
    async with house.database.transaction() as session:
        for n in range(3):
            await puts_evidence(session, number, f"{n}.png")
    full, many = await _looked_at(web, house, number, me)
    assert [one["name"] for one in full["changes"]] == ["换当事人"] * 3
    assert [one["state"] for one in full["remedies"]] == ["approved"] * 3
    assert {one["name"] for one in full["evidence"]} == {"0.png", "1.png", "2.png"}
    assert (full["claim"]["complaint"], full["survey"]["number"]) == (number, number)
    assert many - few <= 2, "the list of a claim's documents, not a query for each row"


async def _looked_at(web: httpx.AsyncClient, house: House, number: str, me: dict[str, str]) -> tuple[Any, int]:
    """The card over HTTP, and how many queries it took."""
    queries = []
    engine = house.database.engine.sync_engine

    def count(*given: Any) -> None:
        queries.append(given[2])

    event.listen(engine, "before_cursor_execute", count)
    try:
        answer = await web.get(f"{HERE}/{number}", headers=me)
    finally:
        event.remove(engine, "before_cursor_execute", count)
    assert answer.status_code == 200
    return answer.json(), len(queries)


async def test_the_second_of_two_hears_who_was_first(web: httpx.AsyncClient, house: House, as_: As) -> None:
    number = await house.complaint()
    assert (await web.post(f"{HERE}/{number}/take", headers=as_("lin"))).status_code == 200
    lost = await web.post(f"{HERE}/{number}/take", headers=as_("mei"))
    assert (lost.status_code, lost.json()["detail"]) == (409, "lin 已经接手了这件投诉")
    lost = await web.post(f"{HERE}/{number}/answer", json={"result": "好了"}, headers=as_("mei"))
    assert (lost.status_code, lost.json()["detail"]) == (409, "请先接手这件投诉再操作")
    wrong = await web.post(f"{HERE}/{number}/close", json=CLOSING, headers=as_("lin"))
    assert (wrong.status_code, wrong.json()["detail"]) == (409, "现在是“核查中”，不能结案")


@pytest.mark.parametrize(("who", "status"), [("lin", 403), ("wang", 403), ("chen", 200), ("boss", 200)])
async def test_from_level_one_on_only_supervisors_close(
    web: httpx.AsyncClient, house: House, as_: As, who: str, status: int
) -> None:
    number = await house.brought_to(S.ANSWERED)
    async with house.database.transaction() as session:
        (await session.merge(await house.card(number))).level = 1
    answer = await web.post(f"{HERE}/{number}/close", json=CLOSING, headers=as_(who))
    assert answer.status_code == status
    assert ((await house.card(number)).closed_at is None) is (status == 403)


async def test_what_is_missing_is_named_field_by_field(web: httpx.AsyncClient, house: House, as_: As) -> None:
    number = await house.brought_to(S.ANSWERED)
    answer = await web.post(f"{HERE}/{number}/close", json={"root_cause": "漏订舱"}, headers=as_("lin"))
    assert answer.status_code == 422
    assert [one["loc"][1] for one in answer.json()["detail"]] == ["cause_department", "prevention"]
    assert answer.json()["detail"][0]["msg"] == "结案前还要写明：责任部门、预防措施"


@pytest.mark.parametrize(
    ("verb", "body"),
    [
        ("pause", {"reason": "  "}),
        ("notes", {"text": ""}),
        ("notes", {"text": "长" * 5001}),
        ("severity", {"severity": "S5", "reason": "x"}),
        ("severity", {"severity": "S1"}),
        ("category", {"category": "weather", "reason": "x"}),
        ("accused", {"codes": []}),
        ("accused", {"codes": ["nobody"]}),
        ("ask-cause", {"department": "kitchen"}),
        ("link", {"order": "没有"}),
    ],
)
async def test_what_does_not_fit_is_refused(
    web: httpx.AsyncClient, house: House, as_: As, verb: str, body: dict[str, Any]
) -> None:
    number = await house.brought_to(S.CHECKING)
    before = len(await house.history(number))
    assert (await web.post(f"{HERE}/{number}/{verb}", json=body, headers=as_("chen"))).status_code == 422
    assert len(await house.history(number)) == before


async def test_of_several_links_all_are_made_or_none(web: httpx.AsyncClient, house: House, as_: As) -> None:
    number = await house.complaint()
    body = {"shipment": "没有", "quote": "没有"}
    assert (await web.post(f"{HERE}/{number}/link", json=body, headers=as_("lin"))).status_code == 422
    card = await house.card(number)
    assert (card.shipment_id, card.quote_id) == (None, None)


async def test_the_list_by_filters(web: httpx.AsyncClient, house: House, as_: As) -> None:
    mine = await house.brought_to(S.CHECKING)
    fee = await house.complaint("多收了三百", "complain_fee")

    async def numbers(**wanted: Any) -> list[str]:
        return [one["number"] for one in (await web.get(HERE, params=wanted, headers=as_("lin"))).json()]

    assert set(await numbers()) == {mine, fee}
    assert await numbers(mine=True) == [mine]
    assert await numbers(state="received") == [fee]
    assert await numbers(category="fee", severity=Severity.S3.value) == [fee]
    assert await numbers(overdue=True) == []
    assert (await web.get(HERE, params={"state": "lost"}, headers=as_("lin"))).status_code == 422


async def test_figures_are_for_supervisors(web: httpx.AsyncClient, house: House, as_: As) -> None:
    await house.brought_to(S.CLOSED)
    for who, person in house.staff.items():
        allowed = person.role in (Role.SUPERVISOR, Role.ADMIN)
        assert (await web.get(f"{HERE}/figures", headers=as_(who))).status_code == (200 if allowed else 403)
    found = (await web.get(f"{HERE}/figures", headers=as_("chen"))).json()
    assert (found["complaints"]["made"], found["complaints"]["by_state"]["closed"]) == (1, 1)
    assert (found["complaints"]["median_resolution"], found["complaints"]["per_mille"]) == ("PT0S", None)
    assert (found["surveys"]["asked"], found["surveys"]["average"]) == (0, None)
    assert [one["most"] for one in found["tarp"]] == [37, 46, 70, 95]
    empty = (await web.get(f"{HERE}/figures", params={"until": "2026-01-31"}, headers=as_("chen"))).json()
    assert (empty["since"], empty["complaints"]["made"], empty["complaints"]["quickly"]) == ("2026-01-02", 0, None)
