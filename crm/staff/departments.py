"""The departments of the firm. Codes are stored; the Chinese names are what staff and customers read."""

from enum import StrEnum


class Department(StrEnum):
    """Departments that work on customers' matters."""

    SERVICE = "service"
    SERVICE_LEAD = "service_lead"
    OPERATIONS = "operations"
    DISPATCH = "dispatch"
    WAREHOUSE = "warehouse"
    CUSTOMS = "customs"
    INTERNATIONAL = "international"
    FINANCE = "finance"
    CLAIMS = "claims"
    MANAGEMENT = "management"

    @property
    def name_zh(self) -> str:
        """The Chinese name."""
        return NAMES_ZH[self]


NAMES_ZH = {
    Department.SERVICE: "客服部",
    Department.SERVICE_LEAD: "客服主管",
    Department.OPERATIONS: "操作部",
    Department.DISPATCH: "调度",
    Department.WAREHOUSE: "仓储部",
    Department.CUSTOMS: "关务部",
    Department.INTERNATIONAL: "国际事业部",
    Department.FINANCE: "财务部",
    Department.CLAIMS: "理赔组",
    Department.MANAGEMENT: "部门负责人",
}
