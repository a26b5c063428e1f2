"""Who is complained about gets nothing of this customer, and loses at once what they have."""

import asyncio
from uuid import uuid4

import pytest

from conversations.errors import WrongMove
from conversations.models import HandoffCase, Status
from conversations.status import ConversationStatus
from crm.appointments.models import Appointment, AppointmentState
from crm.complaints.errors import ComplaintNotFound, PersonComplainedAbout, UnfitValue
from crm.complaints.models import ComplaintEvent, ComplaintState, EventKind
from crm.complaints.service import ComplaintFacts
from crm.customers.models import Contact, Customer
from crm.promises.models import PromiseKind, PromiseState
from tests.integration.changes.scene import HOUR, Scene
from tests.integration.complaints.house import MONDAY

TWO = MONDAY.replace(hour=14)


async def claim(scene: Scene, who: str, account: str = "u1") -> None:
    """Takes the account's conversation."""
    await scene.desk.claim((await scene.conversation(account)).id, who, f"客服{who}")


async def waiting(scene: Scene, account: str = "u1") -> None:
    """The account waits for a person."""
    conversation, now = await scene.conversation(account), scene.clock.now()
    async with scene.database.transaction() as session:
        await ConversationStatus(session, conversation.id).hand_to_human()
        session.add(HandoffCase(conversation_id=conversation.id, reason="requested", packet={}, created_at=now))


async def test_who_is_complained_about_neither_sees_nor_claims_it(scene: Scene) -> None:
    number = await scene.complains()
    await waiting(scene)
    await scene.changes.accuse(number, scene.staff["chen"], ["lin"])
    assert await scene.desk.queue("lin") == []
    assert len(await scene.desk.queue("mei")) == len(await scene.desk.queue()) == 1
    with pytest.raises(PersonComplainedAbout):
        await claim(scene, "lin")
    assert (await scene.conversation()).status == Status.WAITING
    await claim(scene, "mei")


async def test_take_over_from_the_bot_is_refused_too_until_the_complaint_is_closed(scene: Scene) -> None:
    number = await scene.complains()
    await scene.changes.accuse(number, scene.staff["chen"], ["lin"])
    with pytest.raises(PersonComplainedAbout):
        await claim(scene, "lin")
    await scene.talks("u2")
    await claim(scene, "lin", "u2")
    await scene.set_card(number, state=ComplaintState.CLOSED, closed_at=scene.clock.now())
    await claim(scene, "lin")


async def test_another_account_of_the_same_contact_counts_others_of_the_firm_do_not(scene: Scene) -> None:
    number = await scene.complains("u1")
    for account in ("u2", "u3"):
        await scene.talks(account)
    async with scene.database.transaction() as session:
        firm = Customer(code="F", name="某公司", created_at=scene.clock.now())
        session.add(firm)
        await session.flush()
        people = [Contact(code=c, customer_id=firm.id, name=c, created_at=scene.clock.now()) for c in "AB"]
        session.add_all(people)
        await session.flush()
    for account, contact in (("u1", people[0]), ("u2", people[0]), ("u3", people[1])):
        await scene.binds(account, contact.id)
    await scene.set_card(number, contact_id=people[0].id)
    await scene.changes.accuse(number, scene.staff["chen"], ["lin"])
    with pytest.raises(PersonComplainedAbout):
        await claim(scene, "lin", "u2")
    await claim(scene, "lin", "u3")


async def test_everything_is_taken_away_at_once(scene: Scene) -> None:
    number = await scene.complains(owner="lin")
    card = await scene.card(number)
    await claim(scene, "lin")
    await scene.booked("lin", TWO)
    async with scene.crm() as crm:
        await crm.promises.make(card.dialogue_id, uuid4(), PromiseKind.CALLBACK, text="回电", by_whom="lin", due_at=TWO)
    await scene.changes.accuse(number, scene.staff["lin"], ["lin"])
    card = await scene.card(number)
    assert (card.accused, card.taken_by) == (["lin"], "chen")
    conversation = await scene.conversation()
    assert (conversation.status, conversation.agent_code) == (Status.WAITING, None)
    (case,) = await scene.rows(HandoffCase)
    assert (case.state, case.agent_code, case.priority) == ("waiting", None, 1)
    (appointment,) = await scene.rows(Appointment)
    assert (appointment.staff_code, appointment.starts_at) == ("mei", TWO)
    assert not [one for one in await scene.promises() if one.by_whom == "lin" and one.state == PromiseState.OPEN]
    assert {one.by_whom for one in await scene.promises() if one.kind == PromiseKind.CALLBACK} == {"chen"}
    assert await scene.moves(number) == [("person", "accused", "done")]
    told = await scene.heard()
    assert "客服mei" in told[-2]
    assert "换一位同事" in told[-1]
    with pytest.raises(PersonComplainedAbout):
        await scene.desk.reply(conversation.id, "lin", "别投诉了")
    kinds = [one.what for one in await scene.rows(ComplaintEvent)]
    assert kinds.count(EventKind.ACCUSED_NAMED) == kinds.count(EventKind.MOVED) == 1


async def test_where_nobody_can_stand_in_it_is_called_off_and_told(scene: Scene) -> None:
    number = await scene.complains(owner="boss")
    await scene.booked("boss", TWO)
    await scene.changes.accuse(number, scene.staff["chen"], ["boss"])
    assert (await scene.card(number)).taken_by == "chen", "nobody stands higher: another supervisor"
    (appointment,) = await scene.rows(Appointment)
    assert appointment.state == AppointmentState.CANCELLED
    assert "取消" in (await scene.heard())[-1]
    told = {to for to, text in await scene.alerts() if "另约" in text}
    assert told == {"chen", "zhao"}, "an alert to the department would reach the boss too"


async def test_nobody_may_have_it_then_nobody_has_it(scene: Scene) -> None:
    number = await scene.complains(owner="lin")
    await scene.set_card(number, level=2)
    await scene.changes.accuse(number, scene.staff["chen"], ["lin", "boss"])
    assert (await scene.card(number)).taken_by is None
    assert {to for to, text in await scene.alerts() if "部门负责人安排" in text} == {"chen", "zhao"}


async def test_what_was_written_past_the_rules_is_put_right_by_the_watch(scene: Scene) -> None:
    number = await scene.complains(owner="lin")
    await claim(scene, "lin")
    await scene.set_card(number, accused=["lin"])
    assert await scene.desk.mine("lin") == []
    with pytest.raises(PersonComplainedAbout):
        await scene.desk.reply((await scene.conversation()).id, "lin", "在吗")
    await scene.watch.run_once()
    await scene.watch.run_once()
    assert (await scene.card(number)).taken_by == "chen"
    assert (await scene.conversation()).status == Status.WAITING
    assert len(await scene.heard()) == 2, "told once: 小林接待, then that somebody else goes on"


async def test_who_may_name_somebody_and_whom(scene: Scene) -> None:
    number = await scene.complains(owner="mei")
    with pytest.raises(ComplaintNotFound):
        await scene.changes.accuse(number, scene.staff["coach"], ["lin"])
    with pytest.raises(UnfitValue):
        await scene.changes.accuse(number, scene.staff["wang"], ["nobody"])
    await scene.changes.accuse(number, scene.staff["wang"], ["lin"])
    with pytest.raises(PersonComplainedAbout):
        await scene.changes.accuse(number, scene.staff["lin"], ["mei"])
    await scene.changes.accuse(number, scene.staff["mei"], ["lin"])
    assert [one.what for one in await scene.rows(ComplaintEvent)].count(EventKind.ACCUSED_NAMED) == 1


async def test_who_is_complained_about_does_not_read_the_conversation(scene: Scene) -> None:
    number = await scene.complains()
    conversation_id = (await scene.conversation()).id
    assert (await scene.desk.read(conversation_id, 0, "lin"))[1]
    await scene.changes.accuse(number, scene.staff["chen"], ["lin"])
    with pytest.raises(PersonComplainedAbout):
        await scene.desk.read(conversation_id, 0, "lin")
    assert (await scene.desk.read(conversation_id, 0, "mei"))[1]


async def test_appointments_of_whom_the_customer_names_are_told_of_by_the_watch(scene: Scene) -> None:
    number = await scene.complains(owner="lin")
    await scene.booked("lin", TWO)
    conversation = await scene.conversation()
    async with scene.crm() as crm:
        facts = ComplaintFacts("complain_service", "客服lin态度太差了，还骂人", answered_by=["lin"])
        await crm.complaints.add_facts(conversation.id, uuid4(), facts, number=number)
    assert (await scene.card(number)).taken_by == "chen", "the case does not wait for the watch"
    await scene.watch.run_once()
    (appointment,) = await scene.rows(Appointment)
    assert appointment.staff_code == "mei"
    assert "客服mei" in (await scene.heard())[-1]


async def test_claiming_and_accusing_at_once_never_leave_it_in_the_wrong_hands(scene: Scene) -> None:
    for n in range(5):
        number = await scene.complains(f"u{n}")
        tries = await asyncio.gather(
            claim(scene, "lin", f"u{n}"),
            scene.changes.accuse(number, scene.staff["chen"], ["lin"]),
            scene.booked("lin", TWO + n * HOUR / 2, f"u{n}"),
            return_exceptions=True,
        )
        assert all(one is None or isinstance(one, PersonComplainedAbout | WrongMove | Appointment) for one in tries)
        assert (await scene.conversation(f"u{n}")).agent_code != "lin"
    planned = [one for one in await scene.rows(Appointment) if one.state == AppointmentState.PLANNED]
    assert "lin" not in {one.staff_code for one in planned}
