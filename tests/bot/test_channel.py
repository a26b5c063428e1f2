"""The channel between the app and Rasa, over HTTP, with a real model and a fake action server."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
import time
import uuid
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.channel import LARGEST_BODY, DeskChannel
from bot.turn import RECENT_TURNS

SLOT_SET = {"event": "slot", "name": "topic", "value": {"name": "status", "货": [1, 2]}}
NOTHING: dict[str, Any] = {"events": [], "responses": []}


class Desk:
    """Asks the channel as the app does."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self.session = session
        self.url = url
        self.conversation = str(uuid.uuid4())

    async def turn(
        self, text: str = "", payload: str | None = None, memory: Any = None, **other: Any
    ) -> dict[str, Any]:
        """One turn that is answered with 200."""
        body = {"conversation": self.conversation, "turn": str(uuid.uuid4()), "text": text, "payload": payload}
        status, answer = await self.post(json.dumps({**body, "memory": memory, **other}).encode())
        assert status == 200, answer
        return answer

    async def post(self, body: bytes) -> tuple[int, dict[str, Any]]:
        """Any body, with whatever comes back."""
        async with self.session.post(f"{self.url}/turn", data=body) as answer:
            return answer.status, await answer.json()


class Served:
    """The channel served as `rasa run` does, over any agent."""

    def __init__(self) -> None:
        from rasa.core.channels.channel import register
        from sanic import Sanic

        self.app = Sanic("desk", configure_logging=False)
        self.channel = DeskChannel.from_credentials(None)
        register([self.channel], self.app, route="/webhooks/")
        self.url = ""

    async def start(self) -> Any:
        listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{listening.getsockname()[1]}/webhooks/desk"
        server = await self.app.create_server(sock=listening, return_asyncio_server=True)
        await server.startup()
        return server


@pytest.fixture(scope="session")
async def served() -> AsyncIterator[Served]:
    channel = Served()
    server = await channel.start()
    yield channel
    server.close()
    await server.wait_closed()


@pytest.fixture
async def desk(served: Served, agent: Any) -> AsyncIterator[Desk]:
    served.app.ctx.agent = agent
    served.channel.answer_within_s = 4.0
    async with aiohttp.ClientSession() as session:
        yield Desk(session, served.url)


async def test_a_greeting_is_answered_with_text_and_buttons(desk: Desk) -> None:
    answer = await desk.turn("你好")
    assert answer["messages"] == [
        {"text": "您好，问货客服。", "buttons": [{"title": "查货", "payload": "/track_shipment"}]}
    ]
    assert answer["parse"]["intent"]["name"] == "greet"
    assert answer["memory"]["recent"] == [{"intent": "greet", "actions": ["utter_greet"], "by_rule": True}]
    assert "error" not in answer


async def test_a_retrieval_intent_is_answered_from_the_domain_and_shown_in_full(desk: Desk) -> None:
    answer = await desk.turn("你们怎么开发票")
    assert answer["messages"] == [{"text": "发票三个工作日内开出。"}]
    assert answer["parse"]["intent"]["name"] == "faq/invoice"
    assert answer["memory"]["recent"][0]["intent"] == "faq"


async def test_an_action_gets_the_turn_and_its_slots_and_words_come_back(desk: Desk, actions: Any) -> None:
    handoff = {"handoff": {"reason": "vip", "priority": 1, "summary": {}}}
    said = [{"text": "一段\n\n两段", "buttons": []}, {"custom": handoff}, {"image": "https://example.com/a.png"}]
    actions.says("action_track", {"events": [SLOT_SET], "responses": said})
    answer = await desk.turn("我的货到哪了", turn="7f1fe0f2-6b0e-4a43-8f65-4b4f83b54d5b")
    assert answer["messages"] == [{"text": "一段\n\n两段"}, {"custom": handoff}, {"image": "https://example.com/a.png"}]
    assert answer["memory"]["slots"] == {"topic": SLOT_SET["value"]}
    sent = actions.asked[0]
    assert sent["sender_id"] == desk.conversation
    assert sent["tracker"]["latest_message"]["metadata"]["turn"] == "7f1fe0f2-6b0e-4a43-8f65-4b4f83b54d5b"
    assert "domain" not in sent


async def test_an_action_gets_the_ids_of_files_and_nothing_else_of_them(desk: Desk, actions: Any) -> None:
    actions.says("action_track", NOTHING)
    file = {"id": str(uuid.uuid4()), "media_type": "image/jpeg"}
    await desk.turn("我的货到哪了", files=[{**file, "name": "王敏的照片.jpg"}])
    assert actions.asked[0]["tracker"]["latest_message"]["metadata"]["files"] == [file]
    await desk.turn("我的货到哪了")
    assert actions.asked[1]["tracker"]["latest_message"]["metadata"]["files"] == []


async def test_the_next_turn_knows_what_is_remembered_and_nothing_else(desk: Desk, actions: Any) -> None:
    actions.says("action_track", {"events": [SLOT_SET], "responses": []})
    actions.says("action_continue", NOTHING)
    memory = (await desk.turn("我的货到哪了"))["memory"]
    memory["slots"]["gone_since"] = "a slot of an older model"
    answer = await desk.turn("是的", memory=memory)
    assert actions.asked[-1]["tracker"]["slots"]["topic"] == SLOT_SET["value"]
    assert answer["memory"]["slots"] == {"topic": SLOT_SET["value"]}
    assert [turn["actions"] for turn in answer["memory"]["recent"]] == [["action_track"], ["action_continue"]]
    await desk.turn("是的")
    assert actions.asked[-1]["tracker"]["slots"]["topic"] is None


async def test_memory_does_not_grow(desk: Desk) -> None:
    memory = None
    for _ in range(RECENT_TURNS + 3):
        memory = (await desk.turn("你好", memory=memory))["memory"]
    assert len(memory["recent"]) == RECENT_TURNS


async def test_nothing_of_a_conversation_stays_in_rasa(desk: Desk, agent: Any) -> None:
    await desk.turn("你好")
    assert list(await agent.tracker_store.keys()) == []
    assert agent.lock_store.get_lock(desk.conversation) is None


async def test_a_slot_set_to_null_is_forgotten(desk: Desk, actions: Any) -> None:
    actions.says("action_track", {"events": [{**SLOT_SET, "value": None}], "responses": []})
    answer = await desk.turn("我的货到哪了", memory={"slots": {"topic": "quote"}, "recent": []})
    assert answer["memory"]["slots"] == {}


@pytest.mark.parametrize(
    "text", ["/track_shipment", "  /track_shipment", '/affirm{"shipment_no": "WB1"}', "/restart", "／restart", "/"]
)
async def test_a_slash_typed_by_a_customer_is_text(desk: Desk, actions: Any, text: str) -> None:
    for action in ("action_track", "action_continue", "action_clarify", "action_price"):
        actions.says(action, NOTHING)
    answer = await desk.turn(text)
    assert answer["parse"]["intent"]["confidence"] < 1.0
    assert answer["parse"]["text"] == text
    assert [entity for entity in answer["parse"]["entities"] if entity.get("extractor") == "payload"] == []
    assert "error" not in answer


async def test_a_pressed_button_counts_instead_of_the_text(desk: Desk, actions: Any) -> None:
    actions.says("action_track", NOTHING)
    answer = await desk.turn("你好", payload='/track_shipment{"shipment_no": "WB2401010001"}')
    assert answer["parse"]["intent"] == {"name": "track_shipment", "confidence": 1.0}
    assert actions.asked[0]["tracker"]["latest_message"]["entities"] == [
        {"entity": "shipment_no", "value": "WB2401010001", "extractor": "payload"}
    ]


async def test_a_button_may_name_a_full_retrieval_intent(desk: Desk) -> None:
    answer = await desk.turn(payload="/faq/insurance")
    assert answer["messages"] == [{"text": "运输险按货值的千分之三。"}]
    assert answer["parse"]["intent"]["name"] == "faq/insurance"


async def test_a_doubtful_message_is_asked_about_and_shows_its_best_guess(desk: Desk, actions: Any) -> None:
    actions.says("action_clarify", {"events": [], "responses": [{"text": "您是想问哪一个？"}]})
    answer = await desk.turn("货多少")
    assert answer["parse"]["unsure"] is True
    assert answer["messages"] == [{"text": "您是想问哪一个？"}]
    sent = actions.asked[0]["tracker"]["latest_message"]
    assert sent["intent"]["name"] == "nlu_fallback"
    assert sent["meaning"]["name"] == answer["parse"]["intent"]["name"]
    assert len(sent["intent_ranking"]) == 5


@pytest.mark.parametrize("failure", [{"status": 500}, {"status": 400}, {"status": 200, "body": "<html>"}])
async def test_a_failed_action_is_told(desk: Desk, actions: Any, failure: dict[str, Any], caplog: Any) -> None:
    actions.fails("action_track", **failure)
    with caplog.at_level(logging.ERROR):
        answer = await desk.turn("我的货到哪了 13800138000", memory={"slots": {"topic": "quote"}, "recent": []})
    assert answer["error"] == "action_failed"
    assert answer["memory"]["slots"] == {"topic": "quote"}
    assert answer["parse"]["intent"]["name"] == "track_shipment"
    assert "13800138000" not in caplog.text
    assert "action_track failed" in caplog.text


async def test_a_missing_action_server_is_told(desk: Desk, agent: Any) -> None:
    agent.processor.action_endpoint.url = "http://127.0.0.1:9/webhook"
    assert (await desk.turn("我的货到哪了"))["error"] == "action_failed"


async def test_an_action_that_asks_for_itself_for_ever_is_stopped(desk: Desk, actions: Any) -> None:
    actions.says("action_track", {"events": [{"event": "followup", "name": "action_track"}], "responses": []})
    answer = await desk.turn("我的货到哪了")
    assert answer["error"] == "action_failed"
    assert len(actions.asked) <= 10


async def test_a_slow_action_is_broken_off(desk: Desk, served: Served, actions: Any) -> None:
    served.channel.answer_within_s = 0.3
    actions.says("action_track", NOTHING, after_s=2.0)
    begun = time.monotonic()
    answer = await desk.turn("我的货到哪了")
    assert time.monotonic() - begun < 1.0
    assert answer["error"] == "too_slow"
    assert (await desk.turn("你好"))["messages"], "the conversation is not locked afterwards"


async def test_turns_of_one_conversation_never_run_at_once(desk: Desk, actions: Any) -> None:
    running, most = 0, 0

    async def watched(asked: dict[str, Any]) -> Any:
        nonlocal running, most
        running, most = running + 1, max(most, running + 1)
        await asyncio.sleep(0.05)
        running -= 1
        return web.json_response(NOTHING)

    actions.answers["action_track"] = watched
    await asyncio.gather(*(desk.turn("我的货到哪了") for _ in range(5)))
    assert (most, len(actions.asked)) == (1, 5)
    most = 0
    conversations = [desk.conversation, str(uuid.uuid4())]
    await asyncio.gather(*(desk.turn("我的货到哪了", conversation=one) for one in conversations))
    assert most == 2, "other conversations do not wait"


GOOD = {"conversation": str(uuid.uuid4()), "turn": str(uuid.uuid4()), "text": "你好", "payload": None, "memory": {}}


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"[]", "not a JSON object"),
        ({**GOOD, "conversation": "default"}, "conversation is not a UUID"),
        ({**GOOD, "turn": None}, "turn is not a UUID"),
        ({**GOOD, "text": None}, "text is missing"),
        ({**GOOD, "payload": 5}, "payload is missing or not of type str"),
        ({**GOOD, "files": "a"}, "files is missing or not of type list"),
        ({**GOOD, "files": [1]}, "files holds something"),
        ({**GOOD, "files": [{"id": "../a", "media_type": "image/png"}]}, "id is not a UUID"),
        ({**GOOD, "payload": "affirm"}, "a payload is"),
        ({**GOOD, "payload": "/no_such_intent"}, "no intent 'no_such_intent'"),
        ({**GOOD, "payload": "/affirm{x}"}, "not JSON"),
        ({**GOOD, "memory": []}, "memory is not an object"),
        ({**GOOD, "memory": {"slots": {}}}, "recent is missing"),
        ({**GOOD, "memory": {"slots": {}, "recent": [1]}}, "not an object"),
        ({**GOOD, "memory": {"slots": {}, "recent": [{"intent": "greet", "actions": [1]}]}}, "not all texts"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_a_bad_request_is_refused_with_its_reason(desk: Desk, body: Any, reason: str) -> None:
    status, answer = await desk.post(body if isinstance(body, bytes) else json.dumps(body).encode())
    assert (status, answer["error"]) == (400, "bad_request")
    assert reason in answer["reason"]


async def test_a_huge_body_is_refused(desk: Desk) -> None:
    status, answer = await desk.post(b" " * (LARGEST_BODY + 1))
    assert (status, answer["error"]) == (413, "too_large")
    assert (await desk.turn("你好"))["messages"]


async def test_a_defect_is_told_without_a_traceback(desk: Desk, agent: Any, caplog: Any) -> None:
    agent.processor.graph_runner = None
    status, answer = await desk.post(json.dumps(GOOD).encode())
    assert (status, answer) == (500, {"error": "internal", "reason": "see Rasa's log"})
    assert "AttributeError" in caplog.text


@pytest.mark.parametrize("text", ["", "   ", "\n"])
async def test_a_blank_message_means_nothing(desk: Desk, text: str) -> None:
    answer = await desk.turn(text)
    assert answer["parse"]["intent"] == {"name": "out_of_scope", "confidence": 0.0}
    assert answer["messages"] == [{"text": "这个我帮不上。"}]


async def test_a_very_long_message_is_answered_soon(desk: Desk, actions: Any) -> None:
    actions.says("action_track", NOTHING)
    text = "我的货到哪了，" * 3000
    begun = time.monotonic()
    answer = await desk.turn(text)
    assert time.monotonic() - begun < 2.0
    assert answer["parse"]["intent"]["name"] == "track_shipment"
    assert answer["parse"]["text"] == text


async def test_half_characters_do_no_harm(desk: Desk) -> None:
    answer = await desk.turn("你好\ud83d")
    assert answer["parse"]["text"] == "你好\ud83d"
    assert "error" not in answer


async def test_health_names_the_model(desk: Desk, agent: Any) -> None:
    async with desk.session.get(f"{desk.url}/health") as answer:
        assert await answer.json() == {"ready": True, "model": agent.model_id}


async def test_without_a_model_it_is_not_ready(desk: Desk, served: Served) -> None:
    from rasa.core.agent import Agent

    served.app.ctx.agent = Agent()
    async with desk.session.get(f"{desk.url}/health") as answer:
        assert await answer.json() == {"ready": False, "model": None}
    status, refused = await desk.post(json.dumps(GOOD).encode())
    assert (status, refused["error"]) == (503, "not_ready")


def test_the_time_for_a_turn_is_configured() -> None:
    assert DeskChannel.from_credentials({"answer_within_s": "2.5"}).answer_within_s == 2.5


async def test_the_mood_is_shown_and_given_to_actions(desk: Desk, actions: Any) -> None:
    actions.says("action_track", NOTHING)
    answer = await desk.turn("我的货到哪了！！！骗子！")
    assert answer["parse"]["mood"]["mood"] == "angry"
    assert "骗子" in answer["parse"]["mood"]["basis"]
    assert actions.asked[0]["tracker"]["latest_message"]["mood"] == answer["parse"]["mood"]


async def test_a_pressed_button_has_no_mood(desk: Desk, actions: Any) -> None:
    actions.says("action_track", NOTHING)
    answer = await desk.turn("查货", payload="/track_shipment")
    assert "mood" not in answer["parse"]


async def test_nothing_said_is_calm(desk: Desk) -> None:
    assert (await desk.turn("  "))["parse"]["mood"] == {"mood": "calm", "basis": []}


def follows(label: str, text: str, **more: Any) -> list[dict[str, Any]]:
    """The events of an action that lets another wish of the customer follow as a message."""
    intent = label.partition("/")[0]
    parsed = {
        "text": text,
        "intent": {"name": intent, "confidence": 1.0},
        "entities": [],
        "metadata": {"turn": str(uuid.uuid4()), "said": text},
        **more,
    }
    return [{"event": "action", "name": "action_listen"}, {"event": "user", "text": text, "parse_data": parsed}]


async def test_another_wish_follows_in_the_same_turn(desk: Desk, actions: Any) -> None:
    actions.says("action_track", {"events": follows("ask_price", "多少钱"), "responses": [{"text": "已开船"}]})
    actions.says("action_price", {"events": [SLOT_SET], "responses": [{"text": "从哪里出？"}]})
    answer = await desk.turn(payload="/track_shipment")
    assert [message["text"] for message in answer["messages"]] == ["已开船", "从哪里出？"]
    assert actions.asked[1]["tracker"]["latest_message"]["metadata"]["said"] == "多少钱"
    recent = [(turn["intent"], turn["actions"]) for turn in answer["memory"]["recent"]]
    assert recent == [("track_shipment", ["action_track"]), ("ask_price", ["action_price"])]
    assert answer["parse"]["intent"]["name"] == "track_shipment"


async def test_a_frequent_question_can_follow(desk: Desk, actions: Any) -> None:
    chosen = {"response": {"responses": [], "utter_action": "utter_faq/invoice"}}
    selected = {"all_retrieval_intents": ["faq"], "faq": chosen}
    asked = follows("faq/invoice", "发票怎么开", response_selector=selected)
    actions.says("action_track", {"events": asked, "responses": [{"text": "已开船"}]})
    answer = await desk.turn(payload="/track_shipment")
    assert [message["text"] for message in answer["messages"]] == ["已开船", "发票三个工作日内开出。"]


async def test_a_choice_by_its_place_is_the_button(desk: Desk, actions: Any) -> None:
    actions.says("action_track", NOTHING)
    slots = {"asked": "shipment_no", "offered": ["/affirm", '/track_shipment{"shipment_no": "B"}']}
    answer = await desk.turn("第二个", memory={"slots": slots, "recent": []})
    assert answer["parse"]["intent"]["name"] == "track_shipment"
    (call,) = actions.asked
    assert [entity["value"] for entity in call["tracker"]["latest_message"]["entities"]] == ["B"]
    assert call["tracker"]["latest_message"]["metadata"]["said"] == "第二个"


async def test_what_was_said_before_decides_what_a_few_words_mean(desk: Desk, actions: Any) -> None:
    actions.says("action_price", NOTHING)
    answer = await desk.turn("那空运呢", memory={"slots": {"topic": "offer"}, "recent": []})
    assert answer["parse"]["intent"] == {"name": "ask_price", "confidence": 1.0}
