"""A card in the hand of a member of staff: found, held against others, and checked before anything is done to it."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from crm.alerts.service import AlertService
from crm.clock import Clock
from crm.complaints.changes.assignment import AGENT, MANAGEMENT, RANK_NAMES, SUPERVISOR, eligible, rank
from crm.complaints.changes.assignment_service import AssignmentService
from crm.complaints.desk.lifecycle import BY_WHO_HAS_IT, check_move, may_see, refuse_accused
from crm.complaints.desk.repository import DeskRepository
from crm.complaints.errors import ComplaintNotFound, NotInHand, TooJunior
from crm.complaints.models import ComplaintCard, ComplaintState, EventKind
from crm.complaints.repository import ComplaintRepository
from crm.orders.models import DepartmentTask, TaskKind, TaskState
from crm.orders.tasks import WAITING, TaskService
from crm.promises.business_time import BusinessCalendar
from crm.promises.models import SubjectKind
from crm.promises.service import PromiseService, Subject
from crm.staff.models import Staff
from crm.staff.repository import StaffRepository

BOT = "bot"
Unfinished = Callable[[ComplaintCard], Awaitable[Sequence[str]]]
"""What is still to be done for a card, in words for staff; empty: nothing."""


class DeskBase:
    """What every verb on a card needs."""

    def __init__(
        self,
        session: AsyncSession,
        clock: Clock,
        calendar: BusinessCalendar,
        promises: PromiseService,
        *,
        tasks: TaskService,
        alerts: AlertService,
        assignments: AssignmentService,
    ) -> None:
        self._cards = DeskRepository(session)
        self._history = ComplaintRepository(session)
        self._staff = StaffRepository(session)
        self._clock = clock
        self._calendar = calendar
        self._promises = promises
        self._tasks = tasks
        self._alerts = alerts
        self._assignments = assignments
        self._unfinished: list[Unfinished] = []

    async def _take_up(self, number: str, verb: str, staff: Staff | None) -> ComplaintCard:
        """The card, held until the end of the transaction, if this may be done to it by this person (None: the bot).

        Raises ComplaintNotFound, PersonComplainedAbout, WrongComplaintMove, NotInHand, TooJunior.
        """
        card = await self._history.card_numbered(number, lock=True)
        if staff is not None:
            refuse_accused(card, staff)
            if not may_see(card, staff):
                raise ComplaintNotFound
        check_move(card, verb)
        if staff is not None and verb in BY_WHO_HAS_IT:
            await self._check_level(card, staff)
            if card.taken_by != staff.code and rank(staff) == AGENT:
                raise NotInHand
        return card

    async def _check_level(self, card: ComplaintCard, staff: Staff) -> None:
        """Raises TooJunior below the card's level. A supervisor stands in where nobody above is left."""
        if rank(staff) >= card.level:
            return
        stands_in = card.level == MANAGEMENT and rank(staff) == SUPERVISOR
        if stands_in and not await self._above_is_left(card):
            return
        raise TooJunior(RANK_NAMES[card.level])

    async def _above_is_left(self, card: ComplaintCard) -> bool:
        """Whether there is somebody of the highest rank who may have the card."""
        everybody = await self._staff.everybody()
        return any(eligible(one, accused=card.accused, level=MANAGEMENT) for one in everybody)

    async def _record(
        self,
        card: ComplaintCard,
        what: EventKind,
        staff: Staff | None,
        old: str | None = None,
        new: str | None = None,
        *,
        turn_id: UUID | None = None,
    ) -> None:
        by = BOT if staff is None else staff.code
        await self._history.record(card, what, turn_id=turn_id, by_whom=by, at=self._now(), old=old, new=new)

    async def _go_to(self, card: ComplaintCard, state: ComplaintState, staff: Staff | None) -> None:
        await self._record(card, EventKind.STATE_CHANGED, staff, card.state, state.value)
        card.state = state.value

    async def _waiting_tasks(self, card: ComplaintCard, kind: TaskKind) -> list[DepartmentTask]:
        """Tasks of a kind about this card that nobody has finished."""
        tasks = await self._cards.tasks(card, [kind.value])
        return [one for one in tasks if TaskState(one.state) in WAITING]

    def _now(self) -> datetime:
        return self._clock.now()


def subject_of(card: ComplaintCard) -> Subject:
    """What promises about the card are about."""
    return Subject(SubjectKind.COMPLAINT, card.id)
