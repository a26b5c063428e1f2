"""The people of the demo company, one of every role and of the departments that the story of a case passes."""

from dataclasses import dataclass

from crm.staff.departments import Department
from crm.staff.models import Role


@dataclass(frozen=True)
class Person:
    """A demo account. `shown_as` is what customers read; empty: this person never writes to customers."""

    code: str
    name: str
    role: Role
    department: Department
    shown_as: str = ""
    skills: tuple[str, ...] = ()


PEOPLE = (
    Person("lin", "林小雨", Role.AGENT, Department.SERVICE, "客服小林", ("track_shipment", "complain_delay")),
    Person("chen", "陈思远", Role.AGENT, Department.SERVICE, "客服小陈", ("ask_price", "book_shipment")),
    Person("zhou", "周慧", Role.SUPERVISOR, Department.SERVICE_LEAD, "客服主管周慧"),
    Person("wu", "吴建国", Role.DEPARTMENT, Department.OPERATIONS),
    Person("he", "何静", Role.DEPARTMENT, Department.CUSTOMS),
    Person("sun", "孙磊", Role.DEPARTMENT, Department.INTERNATIONAL),
    Person("tang", "唐悦", Role.TRAINER, Department.SERVICE),
    Person("admin", "管理员", Role.ADMIN, Department.MANAGEMENT),
)
