"""Proposing the three changes, carrying them out, declining them. Each stands in the history of its card."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from crm.alerts.models import AlertKind
from crm.alerts.service import AlertService
from crm.appointments.models import Appointment, Way
from crm.appointments.rules import USUAL_LENGTH
from crm.appointments.service import AppointmentService, Booking
from crm.clock import SHANGHAI, Clock
from crm.complaints.changes.assignment import RANK_NAMES, SUPERVISOR, choose, may_handle, rank, rank_above
from crm.complaints.changes.assignment_service import AssignmentService
from crm.complaints.changes.models import DESK, ComplaintMove, MoveKind, MoveState, Place, Trigger
from crm.complaints.changes.occasions import situation_of
from crm.complaints.changes.repository import ChangeRepository
from crm.complaints.changes.rules import Proposal, proposals
from crm.complaints.errors import ComplaintNotFound, TooJunior, UnfitValue, WrongComplaintMove
from crm.complaints.models import ComplaintCard, ComplaintState, EventKind
from crm.complaints.repository import ComplaintRepository
from crm.promises.business_time import BusinessCalendar
from crm.promises.models import PromiseKind, SubjectKind
from crm.promises.service import PromiseService, Subject
from crm.staff.models import Staff
from crm.staff.shifts import ShiftService

CALL_WITHIN_HOURS = 0.5
"""Working hours until the call, when a change of place to the phone names no time."""
WAYS = {Place.PRIVATE_CHAT: Way.CHAT, Place.PHONE_CALL: Way.CALL, Place.VISIT: Way.VISIT, Place.OFFICE: Way.OFFICE}
NEEDS_A_TIME = frozenset({Place.VISIT, Place.OFFICE})


@dataclass(frozen=True)
class Meeting:
    """When and how to meet in a change of place or time."""

    starts_at: datetime
    way: Way = Way.CALL
    address: str = ""
    length: timedelta = USUAL_LENGTH
    subject: str = "沟通您反映的问题"


@dataclass(frozen=True)
class Done:
    """A change that was carried out, for whoever tells the customer. `appointment` None: none was made."""

    move: ComplaintMove
    card: ComplaintCard
    appointment: Appointment | None = None


class ChangeService:
    """The three changes of one transaction."""

    def __init__(
        self,
        session: AsyncSession,
        clock: Clock,
        calendar: BusinessCalendar,
        *,
        promises: PromiseService,
        alerts: AlertService,
        shifts: ShiftService,
        appointments: AppointmentService,
        assignments: AssignmentService,
    ) -> None:
        self._moves = ChangeRepository(session)
        self._cards = ComplaintRepository(session)
        self._clock = clock
        self._calendar = calendar
        self._promises = promises
        self._alerts = alerts
        self._shifts = shifts
        self._appointments = appointments
        self._assignments = assignments

    async def card_numbered(self, number: str, reader: Staff) -> ComplaintCard:
        """A card by its number. Raises ComplaintNotFound, also for somebody the card complains about."""
        card = await self._cards.card_numbered(number)
        if reader.code in card.accused:
            raise ComplaintNotFound
        return card

    async def of_card(self, card_id: UUID, reader: Staff) -> Sequence[ComplaintMove]:
        """All changes of a card, oldest first. Raises ComplaintNotFound, also for somebody the card complains about."""
        card = await self._moves.card(card_id)
        if card is None or reader.code in card.accused:
            raise ComplaintNotFound
        return await self._moves.of([card_id])

    async def propose_due(self) -> int:
        """Proposes whatever is due on open cards and tells supervisors; returns how many changes were proposed.

        Proposals of cards that were closed meanwhile are dropped.
        """
        for move in await self._moves.left_over():
            self._settle(move, MoveState.CANCELLED, DESK)
        cards = await self._moves.open_cards()
        due = await self._due(cards)
        return sum([await self._propose_all(card, due[card.id]) for card in cards if due[card.id]])

    async def propose(self, card_id: UUID, kind: MoveKind, reason: str, by: Staff) -> ComplaintMove:
        """A member of staff thinks a change is right. Raises ComplaintNotFound, WrongComplaintMove for a closed card."""
        card = await self._open_card(card_id, by)
        occasion = uuid4().hex
        await self._insert(card, kind, Trigger.STAFF, occasion, reason=reason.strip(), by=by.code)
        (move,) = [one for one in await self._moves.of([card.id]) if one.occasion == occasion]
        await self._tell_leads(card, [kind], reason.strip() or Trigger.STAFF.name_zh, str(move.id))
        return move

    async def change_person(self, move_id: UUID, by: Staff, to: str | None = None) -> Done:
        """Another person gets the card: `to`, or who is best of those of a higher rank.

        Raises ComplaintNotFound, WrongComplaintMove, StaffUnknown, PersonComplainedAbout, TooJunior, and UnfitValue when
        nobody can follow or it is the same person.
        """
        move, card = await self._decidable(move_id, MoveKind.PERSON, by)
        owner = await self._shifts.find(card.taken_by or "")
        chosen = await self._shifts.person(to) if to else await self._assignments.choose_for(card, owner)
        if chosen is None:
            raise UnfitValue("to", "没有合适的同事可以接手")
        wanted = rank_above(owner)
        await self._assignments.give(card, chosen, owner)
        card.level = max(card.level, wanted)
        move.from_staff, move.to_staff = (owner.code if owner else None), chosen.code
        await self._done(move, card, by, f"{owner.name if owner else '未分配'} → {chosen.name}")
        await self._alerts.tell(
            f"change:{move.id}:given:{chosen.code}",
            AlertKind.CHANGE_PROPOSED,
            chosen.code,
            f"投诉 {card.number} 换由您来处理：{Trigger(move.trigger).name_zh}",
            subject_kind="complaint",
            subject_id=card.id,
        )
        return Done(move, card)

    async def change_place(self, move_id: UUID, by: Staff, place: Place, meeting: Meeting | None = None) -> Done:
        """Talk goes on elsewhere: with a time it becomes an appointment, a call without one a promised call back.

        Raises ComplaintNotFound, WrongComplaintMove, TooJunior, UnfitValue when a visit or a meeting at the office has no
        time, and what AppointmentService.book raises.
        """
        move, card = await self._decidable(move_id, MoveKind.PLACE, by)
        if meeting is None and place in NEEDS_A_TIME:
            raise UnfitValue("starts_at", "上门或面谈要先约好时间")
        owner = await self._shifts.find(card.taken_by or "")
        appointment = None
        if meeting is not None:
            appointment = await self._book(
                card, move.to_staff or card.taken_by, meeting, WAYS[place], at_least=0, by=by
            )
            move.to_staff, move.at_time = appointment.staff_code, appointment.starts_at
        elif place is Place.PHONE_CALL:
            move.at_time = await self._promise_call(card, move, owner)
        move.place, move.from_staff = place.value, card.taken_by
        await self._done(move, card, by, place.name_zh + _at(move.at_time))
        return Done(move, card, appointment)

    async def change_time(self, move_id: UUID, by: Staff, meeting: Meeting, staff_code: str | None = None) -> Done:
        """An appointment with somebody one rank above the owner (`staff_code` None: whoever of them is free).

        Raises ComplaintNotFound, WrongComplaintMove, TooJunior, UnfitValue when nobody is free, and what
        AppointmentService.book raises.
        """
        move, card = await self._decidable(move_id, MoveKind.TIME, by)
        owner = await self._shifts.find(card.taken_by or "")
        # Without an owner the card is still nobody's: a supervisor is one higher than who would have it.
        wanted = rank_above(owner) if owner else SUPERVISOR
        code = staff_code or await self._free_senior(card, owner, wanted, meeting)
        appointment = await self._book(card, code, meeting, meeting.way, at_least=wanted, by=by)
        move.from_staff, move.to_staff, move.at_time = card.taken_by, appointment.staff_code, appointment.starts_at
        await self._done(move, card, by, f"{appointment.staff_code}{_at(move.at_time)}")
        return Done(move, card, appointment)

    async def decline(self, move_id: UUID, by: Staff, reason: str) -> ComplaintMove:
        """No change, and why. Raises ComplaintNotFound, WrongComplaintMove, TooJunior, UnfitValue without a reason."""
        if not reason.strip():
            raise UnfitValue("reason", "请写明不换的原因")
        move, card = await self._decidable(move_id, None, by)
        self._settle(move, MoveState.DECLINED, by.code)
        move.reason = reason.strip()
        kind = MoveKind(move.kind).name_zh
        await self._record(card, by.code, f"不{kind}：{move.reason}")
        return move

    async def _due(self, cards: Sequence[ComplaintCard]) -> Mapping[UUID, Sequence[Proposal]]:
        ids = [card.id for card in cards]
        events, late, moves = defaultdict(list), defaultdict(list), defaultdict(list)
        for event in await self._moves.events(ids):
            events[event.card_id].append(event)
        for promise in await self._moves.broken_promises(ids, self._clock.now()):
            if promise.subject_id is not None:
                late[promise.subject_id].append(promise)
        for move in await self._moves.of(ids):
            moves[move.card_id].append(move)
        staff = await self._moves.staff({card.taken_by for card in cards if card.taken_by})
        return {
            card.id: proposals(
                situation_of(card, events[card.id], late[card.id], moves[card.id], staff.get(card.taken_by or ""))
            )
            for card in cards
        }

    async def _propose_all(self, card: ComplaintCard, due: Sequence[Proposal]) -> int:
        made = [one for one in due if await self._propose_one(card, one)]
        if made:
            reasons = "、".join(dict.fromkeys(one.occasion.trigger.name_zh for one in made))
            await self._tell_leads(card, [one.kind for one in made], reasons, made[0].occasion.key)
        return len(made)

    async def _propose_one(self, card: ComplaintCard, due: Proposal) -> bool:
        trigger = due.occasion.trigger
        return await self._insert(card, due.kind, trigger, due.occasion.key, reason=trigger.name_zh, by=DESK)

    async def _insert(
        self, card: ComplaintCard, kind: MoveKind, trigger: Trigger, occasion: str, *, reason: str, by: str
    ) -> bool:
        return await self._moves.insert(
            id=uuid4(),
            card_id=card.id,
            kind=kind.value,
            trigger=trigger.value,
            occasion=occasion,
            from_staff=card.taken_by,
            place="",
            reason=reason,
            state=MoveState.PROPOSED.value,
            proposed_by=by,
            created_at=self._clock.now(),
        )

    async def _tell_leads(self, card: ComplaintCard, kinds: Sequence[MoveKind], why: str, occasion: str) -> None:
        names = "、".join(kind.name_zh for kind in kinds)
        for to in await self._assignments.leads_of(card):
            await self._alerts.tell(
                f"change:{card.id}:{occasion}:{'+'.join(kinds)}:{to}",
                AlertKind.CHANGE_PROPOSED,
                to,
                f"投诉 {card.number} 建议{names}：{why}",
                subject_kind="complaint",
                subject_id=card.id,
            )

    async def _open_card(self, card_id: UUID, by: Staff) -> ComplaintCard:
        card = await self._assignments.held(card_id)
        if by.code in card.accused:
            raise ComplaintNotFound
        if card.state == ComplaintState.CLOSED:
            raise WrongComplaintMove("换人、换场所或换时间", "已结案")
        return card

    async def _decidable(self, move_id: UUID, kind: MoveKind | None, by: Staff) -> tuple[ComplaintMove, ComplaintCard]:
        found = await self._moves.find(move_id)
        if found is None:
            raise ComplaintNotFound
        card = await self._open_card(found.card_id, by)
        move = await self._moves.get(move_id)
        if move is None or (kind is not None and move.kind != kind):
            raise ComplaintNotFound
        if rank(by) < SUPERVISOR or not may_handle(by, card):
            raise TooJunior(RANK_NAMES[max(SUPERVISOR, card.level)])
        if move.state != MoveState.PROPOSED:
            raise WrongComplaintMove("再决定一次", "这项提议已经处理过了")
        return move, card

    async def _book(
        self, card: ComplaintCard, staff_code: str | None, meeting: Meeting, way: Way, *, at_least: int, by: Staff
    ) -> Appointment:
        if staff_code is None:
            chosen = await self._assignments.choose_for(card)
            staff_code = chosen.code if chosen else by.code
        return await self._appointments.book(
            Booking(
                card.dialogue_id,
                staff_code,
                meeting.starts_at,
                way,
                meeting.subject,
                card.id,
                meeting.length,
                meeting.address,
                at_least,
            ),
            by.code,
        )

    async def _free_senior(self, card: ComplaintCard, owner: Staff | None, wanted: int, meeting: Meeting) -> str:
        ends_at = meeting.starts_at + meeting.length
        free = [
            one
            for one in await self._assignments.candidates()
            if rank(one.staff) >= wanted and await self._appointments.is_free(one.staff, meeting.starts_at, ends_at)
        ]
        chosen = choose(free, card, card.category, instead_of=owner)
        if chosen is None:
            raise UnfitValue("starts_at", "这个时间没有合适的负责人有空")
        return chosen.code

    async def _promise_call(self, card: ComplaintCard, move: ComplaintMove, owner: Staff | None) -> datetime:
        due = self._calendar.due(self._clock.now(), CALL_WITHIN_HOURS)
        await self._promises.make(
            card.dialogue_id,
            move.id,
            PromiseKind.CALLBACK,
            text=f"投诉 {card.number}：{due.astimezone(SHANGHAI):%m-%d %H:%M} 前打电话给客户",
            by_whom=owner.code if owner else card.department,
            due_at=due,
            subject=Subject(SubjectKind.COMPLAINT, card.id),
        )
        return due

    async def _done(self, move: ComplaintMove, card: ComplaintCard, by: Staff, what: str) -> None:
        self._settle(move, MoveState.DONE, by.code)
        await self._record(card, by.code, f"{MoveKind(move.kind).name_zh}：{what}", move.from_staff)

    def _settle(self, move: ComplaintMove, state: MoveState, by: str) -> None:
        move.state, move.decided_by, move.settled_at = state, by, self._clock.now()

    async def _record(self, card: ComplaintCard, by: str, new: str, old: str | None = None) -> None:
        at = self._clock.now()
        await self._cards.record(card, EventKind.MOVED, turn_id=None, by_whom=by, at=at, old=old, new=new)


def _at(moment: datetime | None) -> str:
    return f"，{moment.astimezone(SHANGHAI):%m-%d %H:%M}" if moment else ""
