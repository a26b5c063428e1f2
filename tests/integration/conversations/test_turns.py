"""Turns: in order, one at a time, bursts merged; late answers dropped; failures told; crashes repeated under the same id."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from conversations.agents import Answer, Choice, Handoff, Saying, TurnInput
from conversations.desk_agent import WANT_PERSON
from conversations.inbox import Incoming
from conversations.models import Button, Conversation, HandoffCase, Message, OutboxEntry, Turn
from conversations.queue import TurnQueue
from tests.fakes import DeadBot, ScriptedBot
from tests.integration.conversations.conftest import BuildHouse, House, line


async def said(house: House, conversation_id: UUID) -> Sequence[Message]:
    _, lines = await house.desk.read(conversation_id)
    return [entry for entry in lines if entry.author != "customer"]


async def row(house: House, conversation_id: UUID) -> Conversation:
    async with house.database.reading() as session:
        return await session.get_one(Conversation, conversation_id)


async def test_a_burst_becomes_one_turn(house: House) -> None:
    for number, text in enumerate(["在吗", "我那票货", "到哪了"]):
        receipt = await house.inbox.receive(line(text, f"m{number}"))
        house.queue.notify(receipt.conversation_id)
    assert await house.queue.settled(receipt.conversation_id, receipt.seq, 3)
    assert [turn.text for turn in house.bot.turns] == ["在吗\n我那票货\n到哪了"]  # type: ignore[attr-defined]
    assert [entry.text for entry in await said(house, receipt.conversation_id)] == ["收到：在吗\n我那票货\n到哪了"]


async def test_one_conversation_is_answered_one_turn_at_a_time_and_in_order(build_house: BuildHouse) -> None:
    at_work = 0
    order: list[str] = []

    async def slowly(turn: TurnInput) -> Answer:
        nonlocal at_work
        at_work += 1
        assert at_work == 1
        await asyncio.sleep(0.02)
        order.append(turn.text)
        at_work -= 1
        return Answer((Saying("好"),))

    house = build_house(ScriptedBot(slowly))
    for number in range(5):
        receipt = await house.inbox.receive(line(f"第{number}句", f"m{number}"))
        house.queue.notify(receipt.conversation_id)
        await asyncio.sleep(0.12)
    assert await house.queue.settled(receipt.conversation_id, receipt.seq, 3)
    assert order == [f"第{number}句" for number in range(5)]


async def test_two_processes_answer_a_turn_once(house: House) -> None:
    receipt = await house.inbox.receive(line("在吗", "m1"))
    handled = await asyncio.gather(*(house.router.handle(receipt.conversation_id) for _ in range(5)))
    assert handled.count(True) == 1
    assert len(await said(house, receipt.conversation_id)) == 1


async def test_memory_goes_with_the_conversation_not_with_the_bot(house: House) -> None:
    for number in range(3):
        receipt = await house.inbox.receive(line("在吗", f"m{number}"))
        await house.router.handle(receipt.conversation_id)
    assert (await row(house, receipt.conversation_id)).memory["count"] == 3


async def test_an_answer_that_comes_after_a_person_took_over_is_dropped(build_house: BuildHouse) -> None:
    async def overtaken(turn: TurnInput) -> Answer:
        await house.desk.claim(turn.conversation_id, "zhang", "张敏")
        return Answer((Saying("机器人的话"),), memory={"slots": {"topic": "quote"}})

    house = build_house(ScriptedBot(overtaken))
    receipt = await house.inbox.receive(line("在吗", "m1"))
    await house.router.handle(receipt.conversation_id)
    assert [entry.author for entry in await said(house, receipt.conversation_id)] == ["system"]
    assert (await row(house, receipt.conversation_id)).memory == {}


async def test_it_is_dropped_even_if_the_person_has_given_back_meanwhile(build_house: BuildHouse) -> None:
    async def overtaken(turn: TurnInput) -> Answer:
        await house.desk.claim(turn.conversation_id, "zhang", "张敏")
        await house.desk.return_to_bot(turn.conversation_id, "zhang")
        return Answer((Saying("机器人的话"),))

    house = build_house(ScriptedBot(overtaken))
    receipt = await house.inbox.receive(line("在吗", "m1"))
    await house.router.handle(receipt.conversation_id)
    assert "机器人的话" not in [entry.text for entry in await said(house, receipt.conversation_id)]


async def test_while_a_person_has_it_the_bot_is_not_asked(house: House) -> None:
    receipt = await house.inbox.receive(line("在吗", "m1"))
    await house.desk.claim(receipt.conversation_id, "zhang", "张敏")
    await house.router.handle(receipt.conversation_id)
    assert house.bot.turns == []  # type: ignore[attr-defined]
    assert (await row(house, receipt.conversation_id)).handled_seq == receipt.seq


async def test_a_dead_bot_is_told_to_the_customer_with_an_offer(build_house: BuildHouse) -> None:
    house = build_house(DeadBot())
    receipt = await house.inbox.receive(line("在吗", "m1"))
    await house.router.handle(receipt.conversation_id)
    (apology,) = await said(house, receipt.conversation_id)
    assert "抱歉" in apology.text
    assert await press(house, apology) == WANT_PERSON


async def press(house: House, message: Message) -> str:
    """The meaning of the first button under a message."""
    async with house.database.reading() as session:
        button = await session.get_one(Button, message.content["buttons"][0]["id"])
    return button.payload


async def test_a_person_can_be_had_while_the_bot_is_dead(build_house: BuildHouse) -> None:
    house = build_house(DeadBot())
    receipt = await house.inbox.receive(line("在吗", "m1"))
    await house.router.handle(receipt.conversation_id)
    (apology,) = await said(house, receipt.conversation_id)
    button = apology.content["buttons"][0]["id"]
    await house.inbox.receive(Incoming("test", "u1", "m2", button, content={"button": button}))
    await house.router.handle(receipt.conversation_id)
    (case,) = await house.desk.queue()
    assert (case.conversation_id, case.reason) == (receipt.conversation_id, "requested")


async def test_the_second_failure_in_a_row_calls_a_person(build_house: BuildHouse) -> None:
    house = build_house(DeadBot())
    for number in range(2):
        receipt = await house.inbox.receive(line("在吗", f"m{number}"))
        await house.router.handle(receipt.conversation_id)
    (case,) = await house.desk.queue()
    assert case.reason == "bot_failed"


async def test_a_handoff_makes_a_case_with_everything_known(build_house: BuildHouse) -> None:
    async def ask_for_person(turn: TurnInput) -> Answer:
        return Answer(
            (Saying("马上为您转接"),),
            parse={"intent": {"name": "request_human"}},
            memory={"slots": {"shipment_no": "MSKU1234565", "weight": None}},
            handoff=Handoff("requested", 2, {"wish": turn.text}),
        )

    house = build_house(ScriptedBot(ask_for_person))
    receipt = await house.inbox.receive(line("转人工", "m1"))
    await house.router.handle(receipt.conversation_id)
    (case,) = await house.desk.queue()
    assert case.priority == 2
    assert case.packet["slots"] == {"shipment_no": "MSKU1234565"}
    assert case.packet["summary"] == {"wish": "转人工"}
    assert case.packet["lines"] == [{"author": "customer", "text": "转人工"}]
    assert case.packet["customer"]["known"] is False


async def test_whoever_waits_may_go_on_with_the_bot(build_house: BuildHouse) -> None:
    async def ask_for_person(_turn: TurnInput) -> Answer:
        return Answer((Saying("马上为您转接"),), handoff=Handoff("requested"))

    house = build_house(ScriptedBot(ask_for_person))
    receipt = await house.inbox.receive(line("转人工", "m1"))
    await house.router.handle(receipt.conversation_id)
    (handing_over,) = await said(house, receipt.conversation_id)
    # Typed instead of pressed: the words of the button mean the same.
    await house.inbox.receive(line(handing_over.content["buttons"][0]["title"], "m2"))
    await house.router.handle(receipt.conversation_id)
    assert (await row(house, receipt.conversation_id)).status == "with_bot"
    assert await house.desk.queue() == []


async def test_a_button_means_what_was_offered_and_its_words_stand_in_the_log(build_house: BuildHouse) -> None:
    payloads: list[str | None] = []

    async def offer(turn: TurnInput) -> Answer:
        payloads.append(turn.payload)
        return Answer((Saying("要下单吗？", (Choice("下单", '/accept_quote{"quote_no":"QT1"}'),)),))

    house = build_house(ScriptedBot(offer))
    receipt = await house.inbox.receive(line("多少钱", "m1"))
    await house.router.handle(receipt.conversation_id)
    (offered,) = await said(house, receipt.conversation_id)
    button = offered.content["buttons"][0]
    assert set(button) == {"title", "id"}
    await house.inbox.receive(Incoming("test", "u1", "m2", button["id"], content={"button": button["id"]}))
    await house.router.handle(receipt.conversation_id)
    assert payloads == [None, '/accept_quote{"quote_no":"QT1"}']
    _, lines = await house.desk.read(receipt.conversation_id)
    assert lines[2].text == "下单"


async def test_a_button_of_another_conversation_opens_nothing(build_house: BuildHouse) -> None:
    payloads: list[str | None] = []

    async def offer(turn: TurnInput) -> Answer:
        payloads.append(turn.payload)
        return Answer((Saying("？", (Choice("下单", "/accept_quote"),)),))

    house = build_house(ScriptedBot(offer))
    first = await house.inbox.receive(line("多少钱", "m1", account="u1"))
    await house.router.handle(first.conversation_id)
    (offered,) = await said(house, first.conversation_id)
    button = offered.content["buttons"][0]["id"]
    stolen = await house.inbox.receive(Incoming("test", "u2", "m2", button, content={"button": button}))
    await house.router.handle(stolen.conversation_id)
    assert payloads == [None, None]


async def test_after_a_crash_the_same_turn_is_answered_under_the_same_id(build_house: BuildHouse) -> None:
    turns: list[TurnInput] = []

    async def crash_once(turn: TurnInput) -> Answer:
        turns.append(turn)
        if len(turns) == 1:
            raise ConnectionAbortedError
        return Answer((Saying("好"),))

    house = build_house(ScriptedBot(crash_once))
    receipt = await house.inbox.receive(line("我要投诉", "m1"))
    with pytest.raises(ConnectionAbortedError):
        await house.router.handle(receipt.conversation_id)
    await house.inbox.receive(line("还有一件事", "m2"))
    assert await house.router.handle(receipt.conversation_id) is False, "the lease still holds"
    await house.queue.take_over()
    await house.router.handle(receipt.conversation_id)
    await house.router.handle(receipt.conversation_id)
    assert [turn.text for turn in turns] == ["我要投诉", "我要投诉", "还有一件事"]
    assert turns[0].turn_id == turns[1].turn_id
    assert len(await said(house, receipt.conversation_id)) == 2


async def test_what_was_left_unanswered_is_taken_up_by_the_sweep(house: House) -> None:
    receipt = await house.inbox.receive(line("在吗", "m1"))
    async with house.database.transaction() as session:
        conversation = await session.get_one(Conversation, receipt.conversation_id)
        conversation.last_message_at -= timedelta(seconds=30)
    queue = TurnQueue(house.database, house.clock, house.router, quiet=0.01, longest=0.1)
    await queue.sweep()
    assert await queue.settled(receipt.conversation_id, receipt.seq, 3)
    await queue.stop()
    assert len(await said(house, receipt.conversation_id)) == 1


async def test_a_turn_that_kills_its_process_again_and_again_ends_in_an_apology(build_house: BuildHouse) -> None:
    async def crash(_turn: TurnInput) -> Answer:
        raise ConnectionAbortedError

    house = build_house(ScriptedBot(crash))
    receipt = await house.inbox.receive(line("☠", "m1"))
    for _ in range(3):
        with pytest.raises(ConnectionAbortedError):
            await house.router.handle(receipt.conversation_id)
        await house.queue.take_over()
    await house.router.handle(receipt.conversation_id)
    (apology,) = await said(house, receipt.conversation_id)
    assert "抱歉" in apology.text


async def test_answer_rows_and_outbox_entries_are_written_together(house: House) -> None:
    receipt = await house.inbox.receive(line("在吗", "m1"))
    await house.router.handle(receipt.conversation_id)
    async with house.database.reading() as session:
        entries = (await session.scalars(select(OutboxEntry))).all()
        turn = (await session.scalars(select(Turn))).one()
        cases = (await session.scalars(select(HandoffCase))).all()
    assert [(entry.seq, entry.state) for entry in entries] == [(2, "pending")]
    assert (turn.state, turn.parse, cases) == ("answered", {"text": "在吗"}, [])


async def test_after_a_long_silence_the_topic_is_forgotten_but_not_the_facts(build_house: BuildHouse) -> None:
    memories: list[dict[str, object]] = []

    async def remember(turn: TurnInput) -> Answer:
        memories.append(turn.memory)
        return Answer((Saying("好"),), memory={"slots": {"topic": "quote", "asked": "weight", "origin": "CNSHA"}})

    house = build_house(ScriptedBot(remember))
    receipt = await house.inbox.receive(line("上海到汉堡", "m1"))
    await house.router.handle(receipt.conversation_id)
    async with house.database.transaction() as session:
        conversation = await session.get_one(Conversation, receipt.conversation_id)
        conversation.memory = {**conversation.memory, "said_at": conversation.memory["said_at"] - 3 * 3600}
    await house.inbox.receive(line("在吗", "m2"))
    await house.router.handle(receipt.conversation_id)
    assert memories[1]["slots"] == {"topic": None, "asked": None, "open_wishes": None, "origin": "CNSHA"}
