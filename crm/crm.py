"""All services of one transaction, and how to open one."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncSession

from crm.alerts.service import AlertService
from crm.appointments.service import AppointmentService
from crm.claims.service import ClaimService
from crm.clock import Clock
from crm.complaints.changes.assignment_service import AssignmentService
from crm.complaints.changes.service import ChangeService
from crm.complaints.desk.service import ComplaintDesk
from crm.complaints.service import ComplaintService
from crm.customers.service import CustomerService
from crm.faq.desk import FaqDesk
from crm.files.service import FileService
from crm.followups.service import FollowUpService
from crm.orders.service import OrderService
from crm.orders.tasks import TaskService
from crm.praise.service import PraiseService
from crm.pricing.service import PricingService
from crm.promises.business_time import BusinessCalendar
from crm.promises.service import PromiseService
from crm.remedies.service import RemedyService
from crm.shipments.service import ShipmentService
from crm.staff.shifts import ShiftService
from crm.surveys.service import SurveyService
from database.session import Database


class Crm:
    """What an action may ask the crm to do. Everything happens in one transaction, committed by whoever opened it."""

    def __init__(self, session: AsyncSession, clock: Clock, calendar: BusinessCalendar) -> None:
        self.clock = clock
        self.calendar = calendar
        self.alerts = AlertService(session, clock)
        self.customers = CustomerService(session, clock)
        self.files = FileService(session, clock)
        self.shipments = ShipmentService(session, clock)
        self.promises = PromiseService(session, clock, calendar)
        self.complaints = ComplaintService(session, clock, self.promises, self.alerts, calendar=calendar)
        self.tasks = TaskService(session, clock, calendar.due)
        self.shifts = ShiftService(session, clock, calendar)
        self.appointments = AppointmentService(session, clock, self.promises, calendar, self.shifts)
        self.assignments = AssignmentService(session, clock, self.shifts, self.appointments, self.alerts)
        self.complaints.on_accused(self.assignments.take_case)
        self.complaint_desk = ComplaintDesk(
            session,
            clock,
            calendar,
            self.promises,
            tasks=self.tasks,
            alerts=self.alerts,
            assignments=self.assignments,
        )
        self.surveys = SurveyService(session, clock, self.complaint_desk)
        self.claims = ClaimService(session, clock, self.tasks, self.alerts)
        self.remedies = RemedyService(session, clock, self.tasks, self.alerts, self.claims)
        self.complaint_desk.ask_before_closing(self.remedies.unfinished)
        self.complaint_desk.ask_before_closing(self.claims.unfinished)
        self.orders = OrderService(session, clock, calendar.due)
        self.pricing = PricingService(session, clock, calendar.due, self.orders)
        self.changes = ChangeService(
            session,
            clock,
            calendar,
            promises=self.promises,
            alerts=self.alerts,
            shifts=self.shifts,
            appointments=self.appointments,
            assignments=self.assignments,
        )
        self.praise = PraiseService(session, self.alerts)
        self.followups = FollowUpService(session, clock, self.alerts, calendar)
        self.faq = FaqDesk(session, clock, self.tasks, calendar.due)


CrmFactory = Callable[[], AbstractAsyncContextManager[Crm]]
"""Opens a writing transaction; commits at its end, rolls back on any error."""


def crm_factory(database: Database, clock: Clock, calendar: BusinessCalendar | None = None) -> CrmFactory:
    """A factory on a database. `calendar`: None takes the firm's own."""
    working_days = calendar or BusinessCalendar()

    @asynccontextmanager
    async def open_crm() -> AsyncIterator[Crm]:
        async with database.transaction() as session:
            yield Crm(session, clock, working_days)

    return open_crm
