"""All services of one transaction, and how to open one."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncSession

from crm.clock import Clock
from crm.complaints.service import ComplaintService
from crm.customers.service import CustomerService
from crm.faq.desk import FaqDesk
from crm.orders.service import OrderService
from crm.orders.tasks import TaskService
from crm.pricing.service import PricingService
from crm.promises.business_time import BusinessCalendar
from crm.promises.service import PromiseService
from crm.shipments.service import ShipmentService
from database.session import Database


class Crm:
    """What an action may ask the crm to do. Everything happens in one transaction, committed by whoever opened it."""

    def __init__(self, session: AsyncSession, clock: Clock, calendar: BusinessCalendar) -> None:
        self.clock = clock
        self.calendar = calendar
        self.customers = CustomerService(session, clock)
        self.shipments = ShipmentService(session, clock)
        self.promises = PromiseService(session, clock)
        self.complaints = ComplaintService(session, clock, self.promises, calendar=calendar)
        self.tasks = TaskService(session, clock, calendar.due)
        self.orders = OrderService(session, clock, calendar.due)
        self.pricing = PricingService(session, clock, calendar.due, self.orders)
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
