"""Remedies on complaints: proposed, granted within limits, carried out as tasks."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from crm.alerts.models import AlertKind
from crm.alerts.service import AlertService
from crm.claims.service import ClaimService
from crm.clock import Clock
from crm.complaints.desk.lifecycle import refuse_accused
from crm.complaints.errors import ComplaintNotFound
from crm.complaints.models import ComplaintCard, ComplaintState, EventKind
from crm.complaints.repository import ComplaintRepository
from crm.orders.models import DepartmentTask, TaskState
from crm.orders.tasks import WAITING, TaskService
from crm.pricing.money import CNY, Money, buffered_rate, rounded_up
from crm.pricing.policy import standard_policy
from crm.remedies.authority import APPROVERS, Granted, Rank, approver, may_grant, rank_of
from crm.remedies.errors import (
    BeyondEverybody,
    CardIsClosed,
    NoSay,
    NotFit,
    OverLimit,
    RemedyUnknown,
    WrongRemedyMove,
)
from crm.remedies.models import Remedy, RemedyKind, RemedyState
from crm.remedies.repository import RemedyRepository
from crm.remedies.rules import Proposal, kinds, proposals
from crm.remedies.views import RemedyView, in_words, view_of
from crm.remedies.wishes import Wish, check_reason
from crm.staff.departments import Department
from crm.staff.models import Staff

NO_BUFFER = Decimal(0)


class RemedyService:
    """Remedies. Whoever is complained about on a card has no say in them, and does not see them."""

    def __init__(
        self, session: AsyncSession, clock: Clock, tasks: TaskService, alerts: AlertService, claims: ClaimService
    ) -> None:
        """From now on what becomes of a task by `tasks` becomes of its remedy too."""
        self._remedies = RemedyRepository(session)
        self._cards = ComplaintRepository(session)
        self._clock = clock
        self._tasks = tasks
        self._alerts = alerts
        self._claims = claims
        tasks.on_settled(self.settle)

    async def suggested(self, number: str, staff: Staff) -> tuple[Proposal, ...]:
        """What the rules suggest on a card. Raises ComplaintNotFound, PersonComplainedAbout, NoSay."""
        card = await self._card(number, staff)
        freight = await self._remedies.freight_of(card)
        return proposals(card, await self._remedies.class_of(card), freight)

    async def of_card(self, number: str, staff: Staff) -> list[RemedyView]:
        """Everything proposed on a card, oldest first. Raises as `suggested`."""
        card = await self._card(number, staff)
        return [view_of(remedy, card.number) for remedy in await self._remedies.of_card(card.id)]

    async def unfinished(self, card: ComplaintCard) -> list[str]:
        """What was approved for a card and is not carried out, in words for staff; empty: nothing."""
        found = await self._remedies.of_card(card.id)
        return [in_words(remedy) for remedy in found if remedy.state == RemedyState.APPROVED]

    async def awaiting(self, staff: Staff) -> list[RemedyView]:
        """What this person may decide now, oldest first; empty for who approves nothing."""
        rank = rank_of(staff)
        return [
            view_of(remedy, card.number)
            for remedy, card in await self._remedies.awaiting()
            if rank in APPROVERS and staff.code not in card.accused and staff.code != remedy.proposed_by
        ]

    async def propose(self, number: str, wish: Wish, staff: Staff, *, remedy_id: UUID | None = None) -> RemedyView:
        """Within the own limit it is granted at once; else those who may are asked.

        `remedy_id`: made by the caller, so that the same request twice is one remedy. Raises ComplaintNotFound,
        PersonComplainedAbout, NoSay, CardIsClosed, NotFit, BeyondEverybody.
        """
        card, rank = await self._card(number, staff, lock=True), _rank(staff)
        made = await self._remedies.get(remedy_id) if remedy_id else None
        if made is not None:
            return self._same(made, card)
        if card.state == ComplaintState.CLOSED:
            raise CardIsClosed
        wish.check()
        remedy = await self._new(card, wish, staff, remedy_id or uuid4())
        before, more = await self._remedies.granted(card.id), _counted(remedy)
        decider = approver(wish.kind, before, more)
        if decider is None:
            raise BeyondEverybody
        await self._remedies.add(remedy)
        await self._record(card, remedy, staff.code, "", wish.reason)
        if may_grant(rank, wish.kind, before, more):
            await self._grant(card, remedy, staff)
        else:
            await self._move(card, remedy, RemedyState.AWAITING_APPROVAL, staff.code)
            await self._ask(card, remedy, await self._who_decides(card, decider))
        return view_of(remedy, card.number)

    async def approve(self, remedy_id: UUID, staff: Staff) -> RemedyView:
        """Lets it be done: one task for each department. Of two at once one wins.

        Raises RemedyUnknown, PersonComplainedAbout, NoSay (the own one, or no approver), OverLimit, WrongRemedyMove.
        """
        card, remedy = await self._to_decide(remedy_id, staff)
        kind, before, more = RemedyKind(remedy.kind), await self._remedies.granted(card.id), _counted(remedy)
        if not may_grant(_rank(staff), kind, before, more):
            raise OverLimit
        await self._grant(card, remedy, staff)
        await self._tell_proposer(card, remedy, f"{staff.name}批准了")
        return view_of(remedy, card.number)

    async def refuse(self, remedy_id: UUID, reason: str, staff: Staff) -> RemedyView:
        """Says no, and why. Raises as `approve` (but never OverLimit), and NotFit without a reason."""
        card, remedy = await self._to_decide(remedy_id, staff)
        check_reason(reason)
        remedy.decided_by, remedy.decided_at, remedy.decision = staff.code, self._clock.now(), reason.strip()
        await self._move(card, remedy, RemedyState.REFUSED, staff.code, remedy.decision)
        await self._tell_proposer(card, remedy, f"{staff.name}没有批准：{remedy.decision}")
        return view_of(remedy, card.number)

    async def report(self, remedy_id: UUID, result: str, staff: Staff, *, done: bool) -> RemedyView:
        """The reporter's department has done its part, or could not; supervisors report for every department.

        The last part done makes it carried out, one that could not be done makes it fail. Raises RemedyUnknown,
        PersonComplainedAbout, NoSay, WrongRemedyMove, and NotFit when it is not said why it could not be done.
        """
        # Not locked here: a task is locked before its card, in whatever way it is reported.
        card, remedy = await self._found(remedy_id, staff, lock=False)
        if remedy.state != RemedyState.APPROVED:
            raise WrongRemedyMove(f"这条补救现在是“{RemedyState(remedy.state).name_zh}”")
        if not done:
            check_reason(result)
        anybody = _rank(staff) in APPROVERS
        tasks = [task for task in await self._remedies.tasks_of(remedy.id) if TaskState(task.state) in WAITING]
        mine = [task.id for task in tasks if anybody or task.department == staff.department]
        if not mine:
            raise NoSay("这一步由负责的部门来报")
        for task_id in mine:
            if remedy.state == RemedyState.APPROVED:
                await self._tasks.move(
                    task_id, TaskState.DONE if done else TaskState.REJECTED, staff.code, result.strip()
                )
        return view_of(remedy, card.number)

    async def settle(self, task: DepartmentTask, actor: str) -> None:
        """Takes over what became of a task; nothing happens for a task of something else, or told a second time."""
        for remedy_id in await self._remedies.of_task(task.id):
            number = await self._remedies.number_of(remedy_id)
            if number is not None:
                await self._settle(await self._cards.card_numbered(number, lock=True), remedy_id, actor)

    async def _settle(self, card: ComplaintCard, remedy_id: UUID, actor: str) -> None:
        remedy, tasks = await self._remedies.get(remedy_id), await self._remedies.tasks_of(remedy_id)
        if remedy is None or remedy.state != RemedyState.APPROVED:
            return
        failed = any(one.state == TaskState.REJECTED for one in tasks)
        if failed or all(one.state == TaskState.DONE for one in tasks):
            await self._finish(card, remedy, tasks, actor, failed=failed)

    async def _finish(
        self, card: ComplaintCard, remedy: Remedy, tasks: Sequence[DepartmentTask], actor: str, *, failed: bool
    ) -> None:
        remedy.result = "；".join(dict.fromkeys(task.result for task in tasks if task.result))[:500]
        remedy.settled_at = self._clock.now()
        to = RemedyState.FAILED if failed else RemedyState.CARRIED_OUT
        await self._move(card, remedy, to, actor, remedy.result)
        for task in tasks:
            if TaskState(task.state) in WAITING:
                await self._tasks.move(task.id, TaskState.REJECTED, actor, "另一个部门没有办成，这条补救不再办")
        if failed:
            await self._tell_proposer(card, remedy, f"没有办成，请另想办法：{remedy.result}")

    async def _card(self, number: str, staff: Staff, *, lock: bool = False) -> ComplaintCard:
        card = await self._cards.card_numbered(number, lock=lock)
        refuse_accused(card, staff)
        _rank(staff)
        return card

    async def _found(self, remedy_id: UUID, staff: Staff, *, lock: bool) -> tuple[ComplaintCard, Remedy]:
        number = await self._remedies.number_of(remedy_id)
        if number is None:
            raise RemedyUnknown
        card = await self._card(number, staff, lock=lock)
        remedy = await self._remedies.get(remedy_id)
        if remedy is None:
            raise RemedyUnknown
        return card, remedy

    async def _to_decide(self, remedy_id: UUID, staff: Staff) -> tuple[ComplaintCard, Remedy]:
        card, remedy = await self._found(remedy_id, staff, lock=True)
        if _rank(staff) not in APPROVERS:
            raise NoSay("补救由主管或负责人批准")
        if remedy.proposed_by == staff.code:
            raise NoSay("自己提的补救要由别人批准")
        if remedy.state != RemedyState.AWAITING_APPROVAL:
            raise WrongRemedyMove(f"这条补救现在是“{RemedyState(remedy.state).name_zh}”")
        return card, remedy

    def _same(self, made: Remedy, card: ComplaintCard) -> RemedyView:
        if made.card_id != card.id:
            raise ComplaintNotFound
        return view_of(made, card.number)

    async def _new(self, card: ComplaintCard, wish: Wish, staff: Staff, remedy_id: UUID) -> Remedy:
        money = wish.amount
        return Remedy(
            id=remedy_id,
            card_id=card.id,
            kind=wish.kind,
            amount=money.amount if money else None,
            currency=money.currency if money else "",
            value_cny=await self._in_cny(money) if money else None,
            days=wish.days,
            reason=wish.reason.strip(),
            state=RemedyState.PROPOSED,
            proposed_by=staff.code,
            proposed_at=self._clock.now(),
            decided_by="",
            result="",
        )

    async def _in_cny(self, money: Money) -> Decimal:
        if money.currency == CNY:
            return money.amount
        today = self._clock.today()
        since = today - timedelta(days=standard_policy().exchange_rate_days)
        rate = await self._remedies.exchange_rate(money.currency, since, today)
        if rate is None:
            raise NotFit(f"没有 {money.currency} 近期的汇率，请改用人民币，或先导入汇率")
        return rounded_up(money.amount * buffered_rate(rate, NO_BUFFER), CNY)

    async def _grant(self, card: ComplaintCard, remedy: Remedy, staff: Staff) -> None:
        remedy.decided_by, remedy.decided_at = staff.code, self._clock.now()
        await self._move(card, remedy, RemedyState.APPROVED, staff.code)
        await self._ask_anew(card)
        if remedy.kind == RemedyKind.CLAIM_FILE:
            await self._remedies.link(remedy.id, (await self._claims.task_for(card, staff.code)).id)
            return
        facts = {
            "complaint": card.number,
            "remedy": str(remedy.id),
            "what": in_words(remedy),
            "reason": remedy.reason,
            "shipment_id": str(card.shipment_id) if card.shipment_id else "",
        }
        for department in kinds()[RemedyKind(remedy.kind)].departments_for(card.category):
            task = await self._tasks.open(
                remedy.kind, department, facts, order_id=card.order_id, dialogue_id=card.dialogue_id
            )
            await self._remedies.link(remedy.id, task.id)

    async def _ask_anew(self, card: ComplaintCard) -> None:
        """What was granted may have put what still waits beyond those who were asked: then the management is asked too."""
        before = await self._remedies.granted(card.id)
        for other in await self._remedies.of_card(card.id):
            if other.state == RemedyState.AWAITING_APPROVAL:
                decider = approver(RemedyKind(other.kind), before, _counted(other)) or Rank.MANAGEMENT
                await self._ask(card, other, await self._who_decides(card, decider))

    async def _move(self, card: ComplaintCard, remedy: Remedy, to: RemedyState, by_whom: str, note: str = "") -> None:
        old, remedy.state = RemedyState(remedy.state), to
        await self._remedies.flush()
        await self._record(card, remedy, by_whom, f"{in_words(remedy)}：{old.name_zh}", note)

    async def _record(self, card: ComplaintCard, remedy: Remedy, by_whom: str, old: str, note: str) -> None:
        new = f"{in_words(remedy)}：{RemedyState(remedy.state).name_zh}"
        await self._cards.record(
            card,
            EventKind.REMEDY,
            turn_id=None,
            by_whom=by_whom,
            at=self._clock.now(),
            old=old or None,
            new=f"{new}（{note.strip()}）" if note.strip() else new,
        )

    async def _who_decides(self, card: ComplaintCard, decider: Rank) -> Department:
        """Those who may, but the management when a supervisor is complained about: nobody judges a colleague's case."""
        accused = await self._remedies.people(card.accused)
        above = decider is Rank.MANAGEMENT or any(rank_of(person) is Rank.SUPERVISOR for person in accused)
        return Department.MANAGEMENT if above else Department.SERVICE_LEAD

    async def _ask(self, card: ComplaintCard, remedy: Remedy, department: Department) -> None:
        await self._alerts.tell(
            f"remedy:{remedy.id}:approval:{department.value}",
            AlertKind.APPROVAL_WANTED,
            department.value,
            f"投诉 {card.number}：{in_words(remedy)} 待您批准。{remedy.reason}",
            subject_kind="remedy",
            subject_id=remedy.id,
        )

    async def _tell_proposer(self, card: ComplaintCard, remedy: Remedy, what: str) -> None:
        await self._alerts.tell(
            f"remedy:{remedy.id}:{remedy.state}:{remedy.proposed_by}",
            AlertKind.REMEDY_DECIDED,
            remedy.proposed_by,
            f"投诉 {card.number}：{in_words(remedy)}，{what}",
            subject_kind="remedy",
            subject_id=remedy.id,
        )


def _rank(staff: Staff) -> Rank:
    rank = rank_of(staff)
    if rank is None:
        raise NoSay("这个岗位不处理补救")
    return rank


def _counted(remedy: Remedy) -> Granted:
    return Granted(remedy.value_cny or Decimal(0), remedy.days or 0)
