"""The answer of the channel in Rasa -> what is said; and every way in which the bot can fail."""

from typing import Any
from uuid import UUID

import httpx
import pytest

from conversations.agents import Answer, TurnInput
from conversations.errors import BotFailed
from conversations.rasa_agent import RasaAgent

FILE = {"id": str(UUID(int=3)), "media_type": "image/jpeg"}
TURN = TurnInput(UUID(int=1), UUID(int=2), "在吗", None, {"slots": {"topic": "quote"}}, {"files": [FILE]})
FINE: dict[str, Any] = {"messages": [{"text": "在的"}], "parse": {"text": "在吗"}, "memory": {"slots": {}}}


async def ask(answer: httpx.Response | Exception, deadline: float = 1.0) -> tuple[Answer, httpx.Request]:
    seen: list[httpx.Request] = []

    def respond(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        if isinstance(answer, Exception):
            raise answer
        return answer

    async with httpx.AsyncClient(transport=httpx.MockTransport(respond)) as client:
        said = await RasaAgent(client, "http://rasa", deadline).answer(TURN)
    return said, seen[0]


async def test_rasa_hears_the_text_and_an_opaque_id_and_nothing_of_the_customer() -> None:
    said, request = await ask(httpx.Response(200, json=FINE))
    assert [saying.text for saying in said.sayings] == ["在的"]
    body = httpx.Response(200, content=request.content).json()
    assert set(body) == {"conversation", "turn", "text", "payload", "memory", "files", "answered_by"}
    assert body["files"] == [FILE]


async def test_texts_that_follow_each_other_are_one_bubble_with_all_their_buttons() -> None:
    first = {"text": "已到汉堡。", "buttons": [{"title": "甲", "payload": "/a"}]}
    second = {"text": "要通知您吗？", "buttons": [{"title": "乙", "payload": "/b"}]}
    said, _ = await ask(httpx.Response(200, json=FINE | {"messages": [first, second]}))
    (saying,) = said.sayings
    assert saying.text == "已到汉堡。\n要通知您吗？"
    assert [choice.title for choice in saying.choices] == ["甲", "乙"]


async def test_a_picture_stays_a_message_of_its_own() -> None:
    messages = [{"text": "请看"}, {"image": "https://example.com/pod.jpg"}, {"text": "就是这张"}]
    said, _ = await ask(httpx.Response(200, json=FINE | {"messages": messages}))
    assert [(saying.text, bool(saying.image)) for saying in said.sayings] == [
        ("请看", False),
        ("", True),
        ("就是这张", False),
    ]


async def test_a_wish_for_a_person_is_read() -> None:
    wish = {"custom": {"handoff": {"reason": "requested", "priority": 2, "summary": {"wish": "转人工"}}}}
    said, _ = await ask(httpx.Response(200, json=FINE | {"messages": [{"text": "好的"}, wish]}))
    assert said.handoff is not None
    assert (said.handoff.reason, said.handoff.priority, said.handoff.summary) == ("requested", 2, {"wish": "转人工"})
    assert len(said.sayings) == 1


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(500, json={"error": "internal"}),
        httpx.Response(503, json={"error": "not_ready"}),
        httpx.Response(200, json=FINE | {"error": "action_failed"}),
        httpx.Response(200, json=FINE | {"messages": []}),
        httpx.Response(200, json=FINE | {"messages": [{"custom": {"failed": "action_track"}}]}),
        httpx.Response(200, json={"messages": "?"}),
        httpx.Response(200, json=[]),
        httpx.Response(200, text="<html>"),
        httpx.ConnectError("refused"),
        httpx.ReadTimeout("slow"),
    ],
)
async def test_every_failure_is_a_failure_of_the_bot(answer: httpx.Response | Exception) -> None:
    with pytest.raises(BotFailed):
        await ask(answer)
