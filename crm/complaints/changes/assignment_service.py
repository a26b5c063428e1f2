"""Handing cases to people, and taking them away from those who are complained about."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from crm.alerts.models import AlertKind
from crm.alerts.service import AlertService
from crm.appointments.models import Appointment
from crm.appointments.service import AppointmentService
from crm.clock import SHANGHAI, Clock
from crm.complaints.changes.assignment import (
    RANK_NAMES,
    SUPERVISOR,
    Candidate,
    choose,
    eligible,
    may_follow,
    may_handle,
    rank,
    rank_above,
)
from crm.complaints.changes.assignment_repository import AssignmentRepository
from crm.complaints.changes.models import DESK, MoveKind, MoveState, Trigger
from crm.complaints.changes.repository import ChangeRepository
from crm.complaints.errors import ComplaintNotFound, PersonComplainedAbout, TooJunior, UnfitValue
from crm.complaints.models import ComplaintCard, EventKind
from crm.complaints.repository import ComplaintRepository
from crm.staff.departments import Department
from crm.staff.models import Staff
from crm.staff.shifts import ShiftService


class AssignmentService:
    """Who has which card. Whatever hands a card, a call or an appointment to somebody goes through the rules of assignment.py."""

    def __init__(
        self,
        session: AsyncSession,
        clock: Clock,
        shifts: ShiftService,
        appointments: AppointmentService,
        alerts: AlertService,
    ) -> None:
        self._assigned = AssignmentRepository(session)
        self._cards = ComplaintRepository(session)
        self._moves = ChangeRepository(session)
        self._clock = clock
        self._shifts = shifts
        self._appointments = appointments
        self._alerts = alerts

    async def candidates(self) -> list[Candidate]:
        """Everybody who works here, with whether they are on duty now and how many cards they have."""
        on_duty = await self._shifts.on_duty(self._clock.now())
        counts = await self._assigned.open_counts()
        return [Candidate(one, one.code in on_duty, counts.get(one.code, 0)) for one in await self._shifts.everybody()]

    async def choose_for(self, card: ComplaintCard, instead_of: Staff | None = None) -> Staff | None:
        """Who is best to get a card (or to follow its owner); None: nobody may."""
        return choose(await self.candidates(), card, card.category, instead_of=instead_of)

    async def leads_of(self, card: ComplaintCard) -> Sequence[str]:
        """Whom to tell what supervisors have to know of a card: their department, or each by code when one is accused.

        Where all of them are accused it is the management.

        An alert to the department would reach, and be ticked off by, the very person it is about.
        """
        leads = [one for one in await self._shifts.everybody() if rank(one) >= SUPERVISOR]
        if not any(one.code in card.accused for one in leads):
            return [Department.SERVICE_LEAD.value]
        fit = [one.code for one in leads if eligible(one, accused=card.accused, level=SUPERVISOR)]
        return fit or [Department.MANAGEMENT.value]

    async def complained_about(self, dialogue_id: UUID, staff_code: str) -> bool:
        """Whether an open complaint of the customer of a dialogue is about this person."""
        return await self._assigned.complained_about(dialogue_id, staff_code)

    async def accuse(
        self, card_id: UUID, codes: Collection[str], by_whom: str, turn_id: UUID | None = None
    ) -> Sequence[Appointment]:
        """Writes down who is complained about, and takes at once whatever they have of this customer away from them.

        Returns what `uphold` returns.

        Raises ComplaintNotFound, and UnfitValue for a code nobody of ours has. Naming somebody again changes nothing.
        """
        card = await self.held(card_id)
        known = {one.code for one in await self._shifts.everybody()}
        if not set(codes) <= known:
            raise UnfitValue("codes", "没有这位同事")
        new = sorted(set(codes) - set(card.accused))
        if not new:
            return []
        card.accused = [*card.accused, *new]
        await self._record(card, EventKind.ACCUSED_NAMED, by_whom, None, "、".join(new), turn_id=turn_id)
        return await self.uphold(card)

    async def take_case(self, card: ComplaintCard) -> None:
        """Takes the card, and what was promised to its customer, from those it complains about.

        For whoever holds the dialogue and has no way to speak in the chat: appointments and conversations follow with
        the next look of the watch, which tells the customer of them.
        """
        accused = set(card.accused)
        if card.taken_by in accused:
            await self._replace_owner(card)
        dialogues = await self._assigned.dialogues_of(card)
        await self._pass_promises(dialogues, accused, card.taken_by or card.department)

    async def give(self, card: ComplaintCard, to: Staff, instead_of: Staff | None = None) -> None:
        """Makes somebody the owner, with the promises of the one before.

        Raises PersonComplainedAbout and TooJunior, and UnfitValue when it is the one who has it. The card is locked by
        the caller.
        """
        if to.code in card.accused:
            raise PersonComplainedAbout
        if instead_of is not None and to.code == instead_of.code:
            raise UnfitValue("to", "换当事人要换成另一位同事")
        if not may_follow(to, card, instead_of):
            raise TooJunior(RANK_NAMES[max(card.level, rank_above(instead_of))])
        before, card.taken_by = card.taken_by, to.code
        if before is not None:
            await self._pass_promises([card.dialogue_id], {before}, to.code, about=card.id)

    async def uphold(self, card: ComplaintCard) -> Sequence[Appointment]:
        """Takes from the people a card complains about whatever they have of its customer.

        Returns the appointments that somebody else keeps now, or that were called off: the customer is to be told.
        """
        if not card.accused:
            return []
        await self.take_case(card)
        dialogues = await self._assigned.dialogues_of(card)
        appointments = await self._appointments.planned_with(dialogues, set(card.accused))
        for appointment in appointments:
            await self._replace_in(card, appointment)
        return appointments

    async def uphold_all(self) -> Sequence[Appointment]:
        """`uphold` for every open card: what was said by others than `accuse`, and whatever slipped through."""
        changed: list[Appointment] = []
        for card in await self._assigned.open_cards():
            changed += await self.uphold(await self.held(card.id))
        return changed

    async def _replace_owner(self, card: ComplaintCard) -> None:
        """Another owner, or nobody where nobody may have it; they and the supervisors are told."""
        before = await self._shifts.find(card.taken_by or "")
        old = card.taken_by
        follower = await self.choose_for(card, before)
        # Where nobody stands higher, another supervisor, and then anybody who may have the card, is better than nobody.
        seniors = [one for one in await self.candidates() if rank(one.staff) >= SUPERVISOR]
        follower = follower or choose(seniors, card, card.category) or await self.choose_for(card)
        card.taken_by = follower.code if follower else None
        new = card.taken_by or "待安排"
        now = self._clock.now()
        await self._moves.insert(
            id=uuid4(),
            card_id=card.id,
            kind=MoveKind.PERSON.value,
            trigger=Trigger.ACCUSED.value,
            occasion=f"accused:{old}:{now.timestamp():.0f}",
            from_staff=old,
            to_staff=card.taken_by,
            reason=Trigger.ACCUSED.name_zh,
            state=MoveState.DONE.value,
            proposed_by=DESK,
            decided_by=DESK,
            created_at=now,
            settled_at=now,
        )
        await self._record(card, EventKind.MOVED, DESK, old, f"{MoveKind.PERSON.name_zh}：{old} → {new}")
        text = f"投诉 {card.number} 的当事人被投诉，已换由{follower.name if follower else '部门负责人安排'}处理"
        for to in {*([follower.code] if follower else []), *await self.leads_of(card)}:
            await self._tell(card, f"accused:{card.id}:{old}:{to}", to, text)

    async def _replace_in(self, card: ComplaintCard, appointment: Appointment) -> None:
        """Somebody else comes to the appointment at its time; where nobody can, it is called off and supervisors are told."""
        at = appointment.starts_at.astimezone(SHANGHAI)
        for one in sorted(await self.candidates(), key=lambda one: (rank(one.staff), one.open_cases, one.staff.code)):
            if await self._can_stand_in(one.staff, card, appointment):
                await self._appointments.move(
                    appointment.id, appointment.starts_at, Trigger.ACCUSED.name_zh, to_staff=one.staff.code
                )
                text = f"{at:%m-%d %H:%M} 的预约（{appointment.subject}）改由您来，请提前看一下投诉 {card.number}"
                await self._tell(card, f"stand-in:{appointment.id}:{one.staff.code}", one.staff.code, text)
                return
        await self._appointments.cancel(appointment.id, Trigger.ACCUSED.name_zh)
        for to in await self.leads_of(card):
            text = f"{at:%m-%d %H:%M} 的预约（{appointment.subject}）原负责人被投诉，请马上给客户另约人和时间"
            await self._tell(card, f"no-stand-in:{appointment.id}:{to}", to, text)

    async def _can_stand_in(self, staff: Staff, card: ComplaintCard, appointment: Appointment) -> bool:
        before = await self._shifts.find(appointment.staff_code)
        if not may_handle(staff, card) or (before is not None and rank(staff) < rank(before)):
            return False
        if appointment.starts_at <= self._clock.now():
            return False
        if await self._assigned.complained_about(appointment.dialogue_id, staff.code):
            return False
        return await self._appointments.is_free(staff, appointment.starts_at, appointment.ends_at)

    async def _pass_promises(
        self, dialogues: Sequence[UUID], codes: Collection[str], to: str, about: UUID | None = None
    ) -> int:
        """Somebody else keeps what was promised (about one card, when named); says how much that was."""
        promises = await self._assigned.promises_by(dialogues, codes, about)
        for promise in promises:
            promise.by_whom = to
        return len(promises)

    async def held(self, card_id: UUID) -> ComplaintCard:
        """A card, locked, while nobody else hands cases of its customer about. Raises ComplaintNotFound."""
        dialogue_id = await self._assigned.dialogue_of(card_id)
        if dialogue_id is None:
            raise ComplaintNotFound
        # In this order everywhere: first the customer, then the dialogue, then the card.
        await self._assigned.hold(dialogue_id)
        await self._cards.speaker(dialogue_id, lock=True)
        return await self._assigned.card(card_id)

    async def _record(
        self,
        card: ComplaintCard,
        what: EventKind,
        by_whom: str,
        old: str | None,
        new: str,
        *,
        turn_id: UUID | None = None,
    ) -> None:
        at: datetime = self._clock.now()
        await self._cards.record(card, what, turn_id=turn_id, by_whom=by_whom, at=at, old=old, new=new)

    async def _tell(self, card: ComplaintCard, key: str, to: str, text: str) -> None:
        await self._alerts.tell(key, AlertKind.CHANGE_PROPOSED, to, text, subject_kind="complaint", subject_id=card.id)
