"""How the customer sounded stands with the turn, in the packet, and in the order of the queue."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import select

from conversations.agents import Answer, Handoff, Saying, TurnInput
from conversations.models import HandoffCase, Turn
from tests.fakes import ScriptedBot
from tests.integration.conversations.conftest import BuildHouse, House, line

WANTS_PERSON = "转人工"


async def hears(turn: TurnInput) -> Answer:
    """A bot that is told the mood before the colon (angry:…), and hands over on a word. A button brings no mood."""
    mood, _, text = turn.text.rpartition(":")
    parse = {"text": text, **({"mood": {"mood": mood, "basis": [text]}} if mood else {})}
    handoff = Handoff("requested", int(turn.memory.get("priority", 0))) if WANTS_PERSON in text else None
    return Answer((Saying("好"),), parse=parse, memory=turn.memory, handoff=handoff)


async def case_after(house: House, texts: Sequence[str], account: str = "u1") -> HandoffCase:
    """The case of a conversation in which the customer said this."""
    for number, text in enumerate(texts):
        receipt = await house.inbox.receive(line(text, f"{account}-{number}", account=account))
        await house.router.handle(receipt.conversation_id)
    return next(case for case in await house.desk.queue() if case.conversation_id == receipt.conversation_id)


async def test_the_mood_stands_with_the_turn(build_house: BuildHouse) -> None:
    house = build_house(ScriptedBot(hears))
    receipt = await house.inbox.receive(line("angry:骗子", "m1"))
    await house.router.handle(receipt.conversation_id)
    async with house.database.reading() as session:
        turn = (await session.scalars(select(Turn))).one()
    assert turn.parse == {"text": "骗子", "mood": {"mood": "angry", "basis": ["骗子"]}}


async def test_the_packet_tells_the_moods_of_the_last_messages(build_house: BuildHouse) -> None:
    texts = ["angry:一", "calm:二", "annoyed:三", "没有心情的按钮", "calm:四", f"annoyed:{WANTS_PERSON}"]
    case = await case_after(build_house(ScriptedBot(hears)), texts)
    assert [mood["basis"] for mood in case.packet["moods"]] == [["三"], ["四"], [WANTS_PERSON]]
    assert case.packet["mood"] == "annoyed"


@pytest.mark.parametrize(
    ("texts", "priority"),
    [
        ([f"calm:{WANTS_PERSON}"], 0),
        ([WANTS_PERSON], 0),
        ([f"annoyed:{WANTS_PERSON}"], 1),
        ([f"angry:{WANTS_PERSON}"], 2),
        (["angry:骗子", WANTS_PERSON], 2),
    ],
)
async def test_anger_goes_first(build_house: BuildHouse, texts: list[str], priority: int) -> None:
    assert (await case_after(build_house(ScriptedBot(hears)), texts)).priority == priority


async def test_the_queue_is_in_that_order(build_house: BuildHouse) -> None:
    house = build_house(ScriptedBot(hears))
    for account in ("calm", "annoyed", "angry"):
        await case_after(house, [f"{account}:{WANTS_PERSON}"], account=account)
    assert [case.packet["mood"] for case in await house.desk.queue()] == ["angry", "annoyed", "calm"]


async def test_anger_never_lowers_what_is_graver(build_house: BuildHouse) -> None:
    async def grave(turn: TurnInput) -> Answer:
        parse = {"mood": {"mood": "annoyed", "basis": []}}
        return Answer((Saying("好"),), parse=parse, handoff=Handoff("complaint_urgent", 3))

    assert (await case_after(build_house(ScriptedBot(grave)), ["漏液了"])).priority == 3


async def test_yesterdays_anger_has_faded(build_house: BuildHouse) -> None:
    house = build_house(ScriptedBot(hears))
    receipt = await house.inbox.receive(line("angry:骗子", "m1"))
    await house.router.handle(receipt.conversation_id)
    async with house.database.transaction() as session:
        (await session.scalars(select(Turn))).one().started_at -= timedelta(days=1)
    case = await case_after(house, [f"calm:{WANTS_PERSON}"])
    assert (case.priority, case.packet["mood"]) == (0, "calm")
