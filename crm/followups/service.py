"""Opening follow-up sheets at their moments, and filling them in."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from crm.alerts.models import AlertKind
from crm.alerts.service import AlertService
from crm.clock import Clock
from crm.followups.errors import SheetNotFound, SheetSettled, UnknownQuestion
from crm.followups.models import FollowUpSheet, Moment, SheetState
from crm.followups.repository import FollowUpRepository, Occasion
from crm.followups.sheets import sheets
from crm.promises.business_time import BusinessCalendar
from crm.staff.departments import Department

LOOK_BACK = timedelta(days=7)
"""What happened longer ago is not followed up any more: asking after weeks is worse than not asking."""
QUOTE_RESTS = timedelta(days=1)
"""So long a customer thinks about a price before anybody asks."""


class FollowUpService:
    """Follow-up sheets of one session."""

    def __init__(self, session: AsyncSession, clock: Clock, alerts: AlertService, calendar: BusinessCalendar) -> None:
        self._sheets = FollowUpRepository(session)
        self._clock = clock
        self._alerts = alerts
        self._calendar = calendar

    async def open_due(self) -> int:
        """A sheet for every moment that has none yet; returns how many. Two processes at once make one each."""
        now = self._clock.now()
        found = await self._sheets.occasions(now - LOOK_BACK, now, now - QUOTE_RESTS)
        return sum([await self._open(occasion) for occasion in found])

    async def _open(self, occasion: Occasion) -> bool:
        sheet, now = sheets()[occasion.moment], self._clock.now()
        sheet_id = uuid4()
        opened = await self._sheets.insert(
            id=sheet_id,
            moment=occasion.moment.value,
            subject_id=occasion.subject_id,
            subject_number=occasion.number,
            customer_id=occasion.customer_id,
            contact_id=occasion.contact_id,
            due_at=self._due(occasion.at, sheet.hours),
            state=SheetState.OPEN.value,
            answers={},
            outcome="",
            next_step="",
            settled_by="",
            created_at=now,
            settled_at=None,
        )
        if opened:
            await self._alerts.tell(
                f"follow_up:{occasion.moment.value}:{occasion.subject_id}",
                AlertKind.FOLLOW_UP,
                Department.SERVICE,
                f"{sheet.name_zh}：{occasion.number}，{sheet.purpose}",
                subject_kind="follow_up",
                subject_id=sheet_id,
            )
        return opened

    def _due(self, at: datetime, hours: float) -> datetime:
        """Never in the past: a moment that became known late still leaves an hour."""
        return max(self._calendar.due(at, hours), self._calendar.due(self._clock.now(), 1))

    async def open(self, staff_code: str) -> Sequence[FollowUpSheet]:
        """What waits to be done, the most urgent first, without what follows a complaint about this person."""
        sheets_open = await self._sheets.open()
        hidden = await self._sheets.complained_about(sheets_open, staff_code)
        return [sheet for sheet in sheets_open if sheet.id not in hidden]

    async def fill_in(
        self, sheet_id: UUID, staff_code: str, answers: Mapping[str, str], outcome: str, next_step: str = ""
    ) -> FollowUpSheet:
        """The customer was asked. Raises SheetNotFound, SheetSettled, UnknownQuestion."""
        sheet = await self._unsettled(sheet_id, staff_code)
        unknown = answers.keys() - {question.code for question in sheets()[Moment(sheet.moment)].questions}
        if unknown:
            raise UnknownQuestion("、".join(sorted(unknown)))
        sheet.answers, sheet.next_step = dict(answers), next_step
        return self._settle(sheet, SheetState.DONE, staff_code, outcome)

    async def drop(self, sheet_id: UUID, staff_code: str, reason: str) -> FollowUpSheet:
        """Nobody is asked. Raises SheetNotFound, SheetSettled."""
        return self._settle(await self._unsettled(sheet_id, staff_code), SheetState.DROPPED, staff_code, reason)

    async def _unsettled(self, sheet_id: UUID, staff_code: str) -> FollowUpSheet:
        sheet = await self._sheets.get(sheet_id)
        # For whoever the complaint was about there is no such sheet.
        if sheet is None or await self._sheets.complained_about([sheet], staff_code):
            raise SheetNotFound
        if sheet.state != SheetState.OPEN:
            raise SheetSettled(sheet.state)
        return sheet

    def _settle(self, sheet: FollowUpSheet, state: SheetState, staff_code: str, outcome: str) -> FollowUpSheet:
        sheet.state, sheet.settled_by, sheet.outcome = state.value, staff_code, outcome
        sheet.settled_at = self._clock.now()
        return sheet
