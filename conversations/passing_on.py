"""A conversation goes from one person to another: nobody who is complained about keeps it."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from conversations.agents import Saying
from conversations.models import Conversation, HandoffCase
from conversations.opening import open_conversation
from conversations.repository import ConversationRepository
from conversations.speaking import speak
from conversations.status import ConversationStatus
from conversations.texts import Texts
from crm.appointments.models import Appointment, AppointmentState
from crm.appointments.wording import appointment_values
from crm.clock import Clock
from crm.complaints.changes.assignment_repository import AssignmentRepository
from crm.complaints.errors import PersonComplainedAbout
from crm.customers.service import CustomerService
from crm.staff.repository import StaffRepository


async def refuse_accused(session: AsyncSession, conversation_id: UUID, agent_code: str) -> None:
    """Raises PersonComplainedAbout when an open complaint of this customer is about the agent.

    Holds back whoever would name somebody in a complaint at this moment.
    """
    assigned = AssignmentRepository(session)
    await assigned.hold(conversation_id)
    if await assigned.complained_about(conversation_id, agent_code):
        raise PersonComplainedAbout


async def kept_from(session: AsyncSession, agent_code: str, cases: Sequence[HandoffCase]) -> list[HandoffCase]:
    """The cases an agent may see: without those of customers who complain about this agent."""
    accused = await AssignmentRepository(session).accused_in([case.conversation_id for case in cases])
    return [case for case in cases if agent_code not in accused.get(case.conversation_id, ())]


async def take_from_accused(session: AsyncSession, clock: Clock, texts: Texts) -> int:
    """Puts every conversation that is in the hands of somebody its customer complains about back into the queue.

    The customer hears that somebody else goes on. Returns how many there were.
    """
    store = ConversationRepository(session)
    held = {one.id: one for one in await store.with_agents()}
    accused = await AssignmentRepository(session).accused_in(held)
    wrong = [held[found] for found, codes in accused.items() if held[found].agent_code in codes]
    for conversation in wrong:
        await _put_back(session, store, conversation)
        await speak(store, conversation, texts.say("utter_change_withdrawn"), clock.now())
    return len(wrong)


async def uphold(session: AsyncSession, clock: Clock, texts: Texts, changed: Sequence[Appointment]) -> int:
    """After accusations: takes conversations from the accused, and tells customers whose appointments changed by it.

    `changed`: what AssignmentService has taken from them. Returns how much was told.
    """
    for appointment in changed:
        planned = appointment.state == AppointmentState.PLANNED
        response = "utter_appointment_moved" if planned else "utter_appointment_cancelled"
        staff = await StaffRepository(session).by_code(appointment.staff_code)
        told = texts.say(response, **appointment_values(appointment, staff))
        await tell(session, clock, appointment.dialogue_id, told)
    return len(changed) + await take_from_accused(session, clock, texts)


async def pass_on(session: AsyncSession, clock: Clock, dialogue_id: UUID, from_code: str | None, told: Saying) -> None:
    """The owner of a complaint has changed: where the one before has the conversation it waits for the next.

    The customer is told in either case.
    """
    store = ConversationRepository(session)
    conversation = await _place(session, store, dialogue_id, clock)
    if from_code is not None and conversation.agent_code == from_code:
        await _put_back(session, store, conversation)
    await speak(store, conversation, told, clock.now())


async def tell(session: AsyncSession, clock: Clock, dialogue_id: UUID, told: Saying) -> None:
    """Says something to the customer of a dialogue, where they are talking now or in a new conversation."""
    store = ConversationRepository(session)
    await speak(store, await _place(session, store, dialogue_id, clock), told, clock.now())


async def _place(session: AsyncSession, store: ConversationRepository, dialogue_id: UUID, clock: Clock) -> Conversation:
    customers = CustomerService(session, clock)
    dialogue = await customers.dialogue(dialogue_id)
    return await open_conversation(store, customers, dialogue.identity, clock)


async def _put_back(session: AsyncSession, store: ConversationRepository, conversation: Conversation) -> None:
    await ConversationStatus(session, conversation.id).put_back(conversation.agent_code or "")
    await session.refresh(conversation)
    case = await store.open_case(conversation.id)
    if case is not None:
        case.state, case.agent_code, case.claimed_at = "waiting", None, None
        case.priority += 1
