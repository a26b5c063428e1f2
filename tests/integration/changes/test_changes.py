"""The three changes on a real database: proposed once for one occasion, decided by supervisors, told to the customer."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest

from conversations.models import Status
from crm.appointments.errors import NotOnDuty, PlaceMissing, TimeTaken
from crm.appointments.models import Appointment, Way
from crm.complaints.changes.models import MoveKind, Place
from crm.complaints.changes.service import Meeting
from crm.complaints.errors import (
    ComplaintNotFound,
    PersonComplainedAbout,
    TooJunior,
    UnfitValue,
    WrongComplaintMove,
)
from crm.complaints.models import ComplaintEvent, ComplaintState, Emotion, EventKind, Severity
from crm.complaints.service import ComplaintFacts
from crm.promises.models import PromiseKind, PromiseState, SubjectKind
from crm.promises.service import Subject
from tests.integration.changes.scene import HOUR, Scene
from tests.integration.complaints.house import MONDAY

PERSON, PLACE, TIME = MoveKind.PERSON, MoveKind.PLACE, MoveKind.TIME
TWO = MONDAY.replace(hour=14)


async def words(scene: Scene, number: str, text: str, emotion: Emotion = Emotion.CALM) -> None:
    """The customer says more."""
    dialogue = (await scene.card(number)).dialogue_id
    async with scene.crm() as crm:
        await crm.complaints.open(dialogue, uuid4(), ComplaintFacts("complain_delay", text, emotion=emotion))


async def test_anger_after_an_apology_counts_also_of_somebody_who_was_angry_before(scene: Scene) -> None:
    number = await scene.complains(owner="lin")
    await scene.set_card(number, emotion=Emotion.ANGRY)
    dialogue = (await scene.card(number)).dialogue_id

    async def says(text: str, *, vents: bool) -> None:
        scene.clock.move(timedelta(minutes=1))
        async with scene.crm() as crm:
            facts = ComplaintFacts("vent", text, emotion=Emotion.ANGRY)
            await crm.complaints.add_facts(dialogue, uuid4(), facts, number=number, vents=vents)
        await scene.watch.run_once()

    await says("真是的", vents=False)
    assert await scene.moves(number) == []
    await says("气死我了", vents=True)
    assert await scene.moves(number) == [("person", "vent", "proposed")]


async def test_nothing_happens_nothing_is_proposed(scene: Scene) -> None:
    number = await scene.complains(owner="lin")
    assert await scene.watch.run_once() == 0
    assert await scene.moves(number) == []


async def test_a_second_complaint_proposes_another_person_once_however_many_look(scene: Scene) -> None:
    number = await scene.complains(owner="lin")
    await scene.set_card(number, severity=Severity.S3)
    scene.clock.move(HOUR)
    await words(scene, number, "怎么还是没到")
    await scene.set_card(number, severity=Severity.S3)
    await asyncio.gather(*(scene.watch.run_once() for _ in range(5)))
    assert [move[:2] for move in await scene.moves(number)] == [("person", "again")]
    (alert,) = [text for to, text in await scene.alerts() if to == "service_lead" and "建议" in text]
    assert alert == f"投诉 {number} 建议换当事人：同一件事再次投诉"


async def test_words_that_follow_at_once_are_no_second_complaint(scene: Scene) -> None:
    number = await scene.complains(owner="lin")
    scene.clock.move(timedelta(minutes=5))
    await words(scene, number, "一共三箱")
    await scene.watch.run_once()
    assert await scene.moves(number) == []


async def test_anger_after_the_apology_proposes_another_person(scene: Scene) -> None:
    number = await scene.complains(owner="lin")
    scene.clock.move(timedelta(minutes=5))
    await words(scene, number, "气死我了", Emotion.ANGRY)
    await scene.watch.run_once()
    assert ("person", "vent", "proposed") in await scene.moves(number)


async def test_a_broken_promise_proposes_without_anybody_calling(scene: Scene) -> None:
    number = await scene.complains(owner="lin")
    scene.clock.move(timedelta(days=2))
    assert await scene.watch.run_once() == 1
    assert await scene.watch.run_once() == 0
    assert await scene.moves(number) == [("person", "broken_promise", "proposed")]


async def test_a_low_rating_that_opens_it_again_proposes(scene: Scene) -> None:
    number = await scene.complains(owner="lin")
    async with scene.crm() as crm:
        card = await crm.assignments.held((await scene.card(number)).id)
        cards = crm.changes._cards
        at = scene.clock.now()
        await cards.record(card, EventKind.REOPENED, turn_id=None, by_whom="bot", at=at, old=None, new="评分 1")
    await scene.watch.run_once()
    assert await scene.moves(number) == [("person", "low_rating", "proposed")]


async def test_a_grave_one_gets_person_and_place_and_a_wish_what_it_asks_for(scene: Scene) -> None:
    grave = await scene.complains("u1", "货物漏液了", "complain_damage", owner="lin")
    wish = await scene.complains("u2", "说好周三到，到现在都没影，你们约个时间打电话谈", owner="lin")
    await scene.watch.run_once()
    assert [move[:2] for move in await scene.moves(grave)] == [("person", "severity"), ("place", "severity")]
    assert [move[:2] for move in await scene.moves(wish)] == [("place", "wish"), ("time", "wish")]


async def test_closed_cards_are_left_alone_and_their_proposals_dropped(scene: Scene) -> None:
    number = await scene.complains(owner="lin")
    move = await scene.proposed(number, PERSON)
    await scene.set_card(number, state=ComplaintState.CLOSED, closed_at=scene.clock.now())
    scene.clock.move(timedelta(days=2))
    assert await scene.watch.run_once() == 0
    assert await scene.moves(number) == [("person", "staff", "cancelled")]
    with pytest.raises(WrongComplaintMove):
        await scene.changes.change_person(move, scene.staff["chen"], None)


async def test_another_person_gets_the_card_the_promises_and_the_conversation(scene: Scene) -> None:
    number = await scene.complains(owner="lin")
    conversation = await scene.conversation()
    await scene.desk.claim(conversation.id, "lin", "客服lin")
    async with scene.crm() as crm:
        for promise in await crm.promises.open_about(Subject(SubjectKind.COMPLAINT, (await scene.card(number)).id)):
            promise.by_whom = "lin"
    done = await scene.changes.change_person(await scene.proposed(number, PERSON), scene.staff["boss"], None)
    card = await scene.card(number)
    assert (card.taken_by, card.level) == ("chen", 1)
    assert (done.from_staff, done.to_staff, done.state, done.decided_by) == ("lin", "chen", "done", "boss")
    assert {one.by_whom for one in await scene.promises()} == {"chen"}
    assert (await scene.conversation()).status == Status.WAITING
    told = (await scene.heard())[-1]
    assert "客服chen" in told
    assert "真名" not in told
    last = (await scene.rows(ComplaintEvent))[-1]
    assert (last.what, last.by_whom, last.old) == (EventKind.MOVED, "boss", "lin")
    assert ("chen", f"投诉 {number} 换由您来处理：同事提议") in await scene.alerts()


async def test_a_change_of_person_goes_up_and_never_to_who_is_accused(scene: Scene) -> None:
    number = await scene.complains(owner="lin")
    await scene.set_card(number, accused=["chen"])
    move = await scene.proposed(number, PERSON, "zhao")
    for to, refusal in (("lin", UnfitValue), ("mei", TooJunior), ("coach", TooJunior), ("chen", PersonComplainedAbout)):
        with pytest.raises(refusal):
            await scene.changes.change_person(move, scene.staff["zhao"], to)
    assert (await scene.card(number)).taken_by == "lin"
    assert (await scene.changes.change_person(move, scene.staff["zhao"], None)).to_staff == "zhao"


async def test_only_supervisors_decide_and_who_is_accused_finds_nothing(scene: Scene) -> None:
    number = await scene.complains(owner="mei")
    move = await scene.proposed(number, PERSON, "lin")
    await scene.set_card(number, accused=["chen"])
    for who, refusal in (("lin", TooJunior), ("mei", TooJunior), ("coach", TooJunior), ("chen", ComplaintNotFound)):
        with pytest.raises(refusal):
            await scene.changes.change_person(move, scene.staff[who], "zhao")
        with pytest.raises(refusal):
            await scene.changes.decline(move, scene.staff[who], "不用")
    with pytest.raises(ComplaintNotFound):
        await scene.changes.of_card(number, scene.staff["chen"])
    with pytest.raises(ComplaintNotFound):
        await scene.changes.propose(number, scene.staff["chen"], PLACE, "换")
    assert len(await scene.changes.of_card(number, scene.staff["lin"])) == 1
    assert await scene.moves(number) == [("person", "staff", "proposed")]


async def test_of_five_who_decide_at_once_one_does(scene: Scene) -> None:
    number = await scene.complains(owner="lin")
    move = await scene.proposed(number, PERSON)
    tries = await asyncio.gather(
        *(scene.changes.change_person(move, scene.staff["boss"], to) for to in ("chen", "zhao", "boss", "chen", None)),
        return_exceptions=True,
    )
    assert sum(isinstance(one, WrongComplaintMove) for one in tries) == 4
    assert len([one for one in await scene.rows(ComplaintEvent) if one.what == EventKind.MOVED]) == 1


async def test_a_declined_change_needs_a_reason_and_stays_declined(scene: Scene) -> None:
    number = await scene.complains(owner="lin")
    scene.clock.move(timedelta(days=2))
    await scene.watch.run_once()
    (move,) = await scene.changes.of_card(number, scene.staff["chen"])
    with pytest.raises(UnfitValue):
        await scene.changes.decline(move.id, scene.staff["chen"], "  ")
    await scene.changes.decline(move.id, scene.staff["chen"], "客户就要小林")
    assert await scene.watch.run_once() == 0
    assert await scene.moves(number) == [("person", "broken_promise", "declined")]
    assert (await scene.rows(ComplaintEvent))[-1].new == "不换当事人：客户就要小林"


async def test_a_call_without_a_time_is_promised_within_half_a_working_hour(scene: Scene) -> None:
    number = await scene.complains(owner="lin")
    await scene.changes.change_place(await scene.proposed(number, PLACE), scene.staff["chen"], Place.PHONE_CALL, None)
    (call,) = [one for one in await scene.promises() if one.kind == PromiseKind.CALLBACK]
    assert (call.by_whom, call.due_at) == ("lin", MONDAY + HOUR / 2)
    assert "10:30" in (await scene.heard())[-1]


@pytest.mark.parametrize("place", [Place.VISIT, Place.OFFICE])
async def test_a_visit_needs_a_time(scene: Scene, place: Place) -> None:
    number = await scene.complains(owner="lin")
    move = await scene.proposed(number, PLACE)
    with pytest.raises(UnfitValue):
        await scene.changes.change_place(move, scene.staff["chen"], place, None)
    await scene.changes.change_place(move, scene.staff["chen"], place, Meeting(TWO, address="外高桥 8 号"))
    (made,) = await scene.rows(Appointment)
    assert (made.staff_code, made.way, made.starts_at) == ("lin", place.value, TWO)


async def test_a_visit_needs_an_address_and_nothing_is_decided_without(scene: Scene) -> None:
    number = await scene.complains(owner="lin")
    move = await scene.proposed(number, PLACE)
    with pytest.raises(PlaceMissing):
        await scene.changes.change_place(move, scene.staff["chen"], Place.VISIT, Meeting(TWO))
    assert await scene.moves(number) == [("place", "staff", "proposed")]
    assert await scene.rows(Appointment) == []


async def test_a_private_chat_is_recorded_and_says_nothing(scene: Scene) -> None:
    number = await scene.complains(owner="lin")
    move = await scene.proposed(number, PLACE)
    await scene.changes.change_place(move, scene.staff["chen"], Place.PRIVATE_CHAT, None)
    assert await scene.heard() == []
    assert (await scene.rows(ComplaintEvent))[-1].new == "换场所：一对一私聊"


async def test_another_time_is_an_appointment_one_rank_higher(scene: Scene) -> None:
    number = await scene.complains(owner="chen")
    move = await scene.proposed(number, TIME)
    for staff in ("mei", "zhao"):
        with pytest.raises(TooJunior):
            await scene.changes.change_time(move, scene.staff["boss"], Meeting(TWO), staff)
    done = await scene.changes.change_time(move, scene.staff["zhao"], Meeting(TWO, Way.OFFICE), None)
    (made,) = await scene.rows(Appointment)
    assert (made.staff_code, done.to_staff, done.at_time) == ("boss", "boss", TWO)
    assert made.card_id == (await scene.card(number)).id
    (promise,) = [one for one in await scene.promises() if one.kind == PromiseKind.APPOINTMENT]
    assert (promise.due_at, promise.state) == (TWO, PromiseState.OPEN)
    assert "14:00" in (await scene.heard())[-1]


async def test_another_time_finds_who_is_free_of_those_who_may(scene: Scene) -> None:
    number = await scene.complains(owner="lin")
    await scene.booked("chen", TWO, "u2")
    await scene.set_card(number, accused=["zhao"])
    move = await scene.proposed(number, TIME)
    with pytest.raises(TimeTaken):
        await scene.changes.change_time(move, scene.staff["chen"], Meeting(TWO), "chen")
    with pytest.raises(PersonComplainedAbout):
        await scene.changes.change_time(move, scene.staff["chen"], Meeting(TWO), "zhao")
    await scene.changes.change_time(move, scene.staff["chen"], Meeting(TWO), None)
    assert (await scene.card(number)).taken_by == "lin", "who meets the customer is another question"
    assert {one.staff_code for one in await scene.rows(Appointment)} == {"chen", "boss"}


async def test_nobody_free_is_said_so(scene: Scene) -> None:
    number = await scene.complains(owner="chen")
    async with scene.crm() as crm:
        await crm.shifts.plan("boss", TWO + 3 * HOUR, TWO + 4 * HOUR, "boss")
    move = await scene.proposed(number, TIME)
    with pytest.raises(UnfitValue):
        await scene.changes.change_time(move, scene.staff["chen"], Meeting(TWO), None)
    with pytest.raises(NotOnDuty):
        await scene.changes.change_time(move, scene.staff["chen"], Meeting(TWO), "boss")
