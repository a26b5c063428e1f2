"""Claims: opened once for a complaint, documents collected, the clock of notice watched, ended by people."""

from collections.abc import Collection, Container
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import holidays
from sqlalchemy.ext.asyncio import AsyncSession

from crm.alerts.service import AlertService
from crm.claims.deadlines import Deadline, warn
from crm.claims.documents import documents, documents_for
from crm.claims.errors import ClaimNotFound, ClaimUnfit, NotForClaims, WrongClaimMove
from crm.claims.facts import destination_of, facts_of
from crm.claims.models import ENDED, ClaimDocument, ClaimFile, ClaimState
from crm.claims.notice import Matter, Notice, notice
from crm.claims.regimes import Regime, Trouble
from crm.claims.repository import ClaimRepository
from crm.claims.views import ClaimView, CustomerClaim, customer_view, view_of
from crm.clock import Clock
from crm.complaints.desk.lifecycle import refuse_accused
from crm.complaints.models import ComplaintCard, EventKind
from crm.complaints.repository import ComplaintRepository
from crm.complaints.views import CardView
from crm.files.service import FileService
from crm.orders.models import DepartmentTask, TaskKind, TaskState
from crm.orders.tasks import WAITING, TaskService
from crm.staff.departments import Department
from crm.staff.models import Role, Staff

BOT = "bot"
LONGEST_OUTCOME = 1000


class ClaimService:
    """Claim files. Whoever is complained about on a card does not see its claim."""

    def __init__(self, session: AsyncSession, clock: Clock, tasks: TaskService, alerts: AlertService) -> None:
        self._claims = ClaimRepository(session)
        self._cards = ComplaintRepository(session)
        self._files = FileService(session, clock)
        self._clock = clock
        self._tasks = tasks
        self._alerts = alerts

    async def open_for(self, card: CardView | str, *, by: str = BOT) -> CustomerClaim:
        """Opens the claim file of a complaint (its view or number), once; asked again, it takes over what is new.

        The caller has checked that the customer may see the card. `by`: 'bot' or a staff code. Raises ComplaintNotFound.
        """
        number = card.number if isinstance(card, CardView) else card
        found = await self._cards.card_numbered(number, lock=True)
        known = await self._claims.of_card(found.id)
        file = known or await self._new(found, by)
        if file.state not in ENDED:
            await self._add_documents(found, file)
            await self._update(found, file)
        wanted = await self._claims.documents(file.id)
        return customer_view(found.number, file, wanted, self._clock.today(), opened=known is None)

    async def task_for(self, card: ComplaintCard, by: str) -> DepartmentTask:
        """What the claims department has to do for a card, opened together with its file where there is none."""
        await self.open_for(card.number, by=by)
        file = await self._file(card)
        task = await self._claims.task(file.task_id) if file.task_id else None
        if task is None or TaskState(task.state) not in WAITING:
            task = await self._open_task(card, file)
        return task

    async def open_by(self, number: str, staff: Staff) -> ClaimView:
        """Opened by a member of staff. Raises ComplaintNotFound, PersonComplainedAbout, NotForClaims."""
        await self._card(number, staff)
        await self.open_for(number, by=staff.code)
        return await self.read(number, staff)

    async def read(self, number: str, staff: Staff) -> ClaimView:
        """Raises as `open_by`, and ClaimNotFound."""
        card = await self._card(number, staff)
        return await self._view(card, await self._file(card))

    async def of_card(self, number: str, staff: Staff) -> ClaimView | None:
        """Like `read`; None: there is no claim file."""
        try:
            return await self.read(number, staff)
        except ClaimNotFound:
            return None

    async def unfinished(self, card: ComplaintCard) -> list[str]:
        """The claim of a card that has not ended, in words for staff; empty: none, or it has."""
        file = await self._claims.of_card(card.id)
        return [] if file is None or file.state in ENDED else [f"理赔（{ClaimState(file.state).name_zh}）"]

    async def in_states(self, staff: Staff, states: Collection[ClaimState]) -> list[ClaimView]:
        """Claims in these states, the most urgent notice first; without those that accuse this person."""
        _refuse_trainer(staff)
        found = await self._claims.files(states)
        return [await self._view(card, file) for file, card in found if staff.code not in card.accused]

    async def set_facts(self, number: str, staff: Staff, **facts: Any) -> ClaimView:
        """Corrects fields of `ClaimFacts`; from then on the shipment's data change nothing any more.

        Raises as `read`, ClaimUnfit for a day in the future, WrongClaimMove when the claim has ended.
        """
        card, file = await self._mine(number, staff)
        _check_days(facts, self._clock.today())
        for name, value in facts.items():
            setattr(file, name, value)
        file.facts_by = staff.code
        await self._update(card, file)
        why = (await self._notice(card, file)).why
        await self._record(card, staff.code, f"核对了适用规则和日期，书面通知期限 {file.notice_by or '未知'}（{why}）")
        return await self._view(card, file)

    async def tick(
        self, number: str, code: str, staff: Staff, *, received: bool, stored_file_id: UUID | None = None
    ) -> ClaimView:
        """A document has come, or has not after all. Raises as `set_facts`; ClaimUnfit for one that is not asked for.

        `stored_file_id`: evidence on the card (ClaimUnfit for any other file); None: on paper, or elsewhere.
        """
        card, file = await self._mine(number, staff)
        wanted = await self._claims.documents(file.id)
        row = next((one for one in wanted if one.code == code), None)
        if row is None:
            raise ClaimUnfit("这张单子不需要这份资料")
        if stored_file_id is not None and not await self._files.is_evidence(card.id, stored_file_id):
            raise ClaimUnfit("这个文件不在这件投诉的证据里，请先加进去")
        row.received_at = self._clock.now() if received else None
        row.received_by = staff.code if received else ""
        row.stored_file_id = stored_file_id if received else None
        if file.state != ClaimState.SUBMITTED:
            file.state = _by_documents(wanted)
        await self._claims.flush()
        await self._record(card, staff.code, f"{documents()[code].name_zh}{'已收到' if received else '改为未收到'}")
        return await self._view(card, file)

    async def give_notice(self, number: str, day: date, staff: Staff) -> ClaimView:
        """Notice was given in writing on a day: its clock stops. Raises as `set_facts`."""
        card, file = await self._mine(number, staff)
        _check_days({"notice_given_on": day}, self._clock.today())
        file.notice_given_on, file.notice_given_by = day, staff.code
        await self._claims.flush()
        await self._record(card, staff.code, f"{day:%Y-%m-%d} 已书面通知")
        return await self._view(card, file)

    async def submit(self, number: str, staff: Staff) -> ClaimView:
        """Handed in, with every document that is not optional. Raises as `read`, WrongClaimMove."""
        card, file = await self._mine(number, staff)
        if file.state != ClaimState.COMPLETE:
            raise WrongClaimMove("资料齐全以后才能提交")
        file.state, file.submitted_at = ClaimState.SUBMITTED, self._clock.now()
        await self._claims.flush()
        await self._record(card, staff.code, "资料已提交")
        await self._finish_task(file, staff.code, "理赔资料已提交")
        return await self._view(card, file)

    async def end(self, number: str, staff: Staff, outcome: str, *, settled: bool) -> ClaimView:
        """Settled, or refused, by the claims department or a supervisor. Raises as `set_facts`; ClaimUnfit without words."""
        card, file = await self._mine(number, staff)
        if not _may_end(staff):
            raise NotForClaims("理赔组或主管")
        if settled and file.state != ClaimState.SUBMITTED:
            raise WrongClaimMove("提交以后才能了结")
        if not 0 < len(outcome.strip()) <= LONGEST_OUTCOME:
            raise ClaimUnfit("请写明结果")
        file.state = ClaimState.SETTLED if settled else ClaimState.REFUSED
        file.outcome, file.ended_at = outcome.strip(), self._clock.now()
        await self._claims.flush()
        await self._record(card, staff.code, f"{ClaimState(file.state).name_zh}：{file.outcome}")
        await self._finish_task(file, staff.code, file.outcome)
        return await self._view(card, file)

    async def open_numbers(self) -> list[str]:
        """Complaints whose claims have not ended."""
        return list(await self._claims.open_numbers())

    async def watch(self, number: str) -> int:
        """Counts the days of one claim anew and warns where it is time; returns how many were told."""
        card = await self._cards.card_numbered(number, lock=True)
        file = await self._file(card)
        if file.state in ENDED:
            return 0
        await self._update(card, file)
        if file.notice_by is None or file.notice_given_on is not None:
            return 0
        owner = card.taken_by or await self._claims.owner_of_customer(card)
        deadline = Deadline(file.id, card.number, file.notice_by, (await self._notice(card, file)).why)
        return await warn(self._alerts, deadline, self._clock.today(), "" if owner in card.accused else owner)

    async def _new(self, card: ComplaintCard, by: str) -> ClaimFile:
        facts = await facts_of(card, self._claims)
        file = ClaimFile(
            card_id=card.id,
            **vars(facts),
            facts_by="",
            notice_given_by="",
            state=ClaimState.COLLECTING,
            opened_by=by,
            opened_at=self._clock.now(),
            outcome="",
        )
        await self._claims.add(file)
        await self._record(card, by, "立档")
        await self._open_task(card, file)
        return file

    async def _open_task(self, card: ComplaintCard, file: ClaimFile) -> DepartmentTask:
        facts = {
            "complaint": card.number,
            "category": card.category,
            "shipment_id": str(card.shipment_id) if card.shipment_id else "",
        }
        task = await self._tasks.open(
            TaskKind.CLAIM_FILE, Department.CLAIMS, facts, order_id=card.order_id, dialogue_id=card.dialogue_id
        )
        file.task_id = task.id
        await self._claims.flush()
        return task

    async def _add_documents(self, card: ComplaintCard, file: ClaimFile) -> None:
        """What the category asks for; a category that was sorted better later adds to the list."""
        known = await self._claims.documents(file.id)
        codes = {one.code for one in known}
        new = [one.code for one in documents_for(card.category) if one.code not in codes]
        for place, code in enumerate(new, start=len(known) + 1):
            await self._claims.add(ClaimDocument(file_id=file.id, code=code, position=place, received_by=""))
        if new and file.state != ClaimState.SUBMITTED:
            file.state = _by_documents(await self._claims.documents(file.id))

    async def _update(self, card: ComplaintCard, file: ClaimFile) -> None:
        """What the shipment's data say by now, unless staff have checked it; and the last day by it."""
        if not file.facts_by:
            for name, value in vars(await facts_of(card, self._claims)).items():
                setattr(file, name, value)
        file.notice_by = (await self._notice(card, file)).last_day
        await self._claims.flush()

    async def _notice(self, card: ComplaintCard, file: ClaimFile) -> Notice:
        matter = Matter(Trouble(file.trouble), file.delivered_on, file.at_disposal_on, file.container)
        off: Container[date] = frozenset()
        if file.regime == Regime.CMR and card.shipment_id is not None:
            shipment = await self._claims.shipment(card.shipment_id)
            off = _holidays(destination_of(shipment) if shipment else "")
        return notice(Regime(file.regime), matter, off)

    async def _view(self, card: ComplaintCard, file: ClaimFile) -> ClaimView:
        counted = replace(await self._notice(card, file), last_day=file.notice_by)
        return view_of(card.number, file, await self._claims.documents(file.id), counted)

    async def _card(self, number: str, staff: Staff, *, lock: bool = False) -> ComplaintCard:
        card = await self._cards.card_numbered(number, lock=lock)
        refuse_accused(card, staff)
        _refuse_trainer(staff)
        return card

    async def _file(self, card: ComplaintCard) -> ClaimFile:
        file = await self._claims.of_card(card.id)
        if file is None:
            raise ClaimNotFound
        return file

    async def _mine(self, number: str, staff: Staff) -> tuple[ComplaintCard, ClaimFile]:
        card = await self._card(number, staff, lock=True)
        if not (_may_end(staff) or staff.code == card.taken_by):
            raise NotForClaims("理赔组、接手这件投诉的同事或主管")
        file = await self._file(card)
        if file.state in ENDED:
            raise WrongClaimMove(f"这件理赔已经是“{ClaimState(file.state).name_zh}”")
        return card, file

    async def _finish_task(self, file: ClaimFile, actor: str, result: str) -> None:
        task = await self._claims.task(file.task_id) if file.task_id else None
        if task is not None and TaskState(task.state) in WAITING:
            await self._tasks.move(task.id, TaskState.DONE, actor, result[:500])

    async def _record(self, card: ComplaintCard, by_whom: str, what: str) -> None:
        await self._cards.record(
            card, EventKind.REMEDY, turn_id=None, by_whom=by_whom, at=self._clock.now(), old=None, new=f"理赔：{what}"
        )


def _may_end(staff: Staff) -> bool:
    return staff.role in (Role.SUPERVISOR, Role.ADMIN) or staff.department in (Department.CLAIMS, Department.MANAGEMENT)


def _refuse_trainer(staff: Staff) -> None:
    if staff.role == Role.TRAINER:
        raise NotForClaims("客服、业务部门或主管")


def _by_documents(wanted: Collection[ClaimDocument]) -> ClaimState:
    missing = any(one.received_at is None and not documents()[one.code].optional for one in wanted)
    return ClaimState.COLLECTING if missing else ClaimState.COMPLETE


def _check_days(facts: dict[str, Any], today: date) -> None:
    if any(isinstance(value, date) and value > today for value in facts.values()):
        raise ClaimUnfit("日期还没到，请再看一眼")


def _holidays(country: str) -> Container[date]:
    """Public holidays of a country; none for one that the package does not know: a day too early is harmless."""
    try:
        return holidays.country_holidays(country)
    except NotImplementedError:
        return frozenset()
