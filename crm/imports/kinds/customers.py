"""Customers and the people who speak for them."""

from typing import Any

from crm.customers.models import Contact, Customer, CustomerClass
from crm.imports import values
from crm.imports.changes import Changes
from crm.imports.columns import Column, Parsed
from crm.imports.kinds.base import CustomerIndex, Job, Kind, new_values, without_doubles

_CLASSES: dict[str, Any] = {
    f"{letter}{suffix}": letter.value for letter in CustomerClass for suffix in ("", "类", "级")
}


class Customers(Kind):
    """One customer a row; the code is its key."""

    name = "customers"
    title = "客户"
    columns = (
        Column("code", ("客户编码", "客户代码", "编码"), values.code(32), required=True),
        Column("name", ("客户名称", "客户", "公司", "公司名称", "名称"), values.text(200), required=True),
        Column("short_name", ("简称", "客户简称"), values.text(80)),
        Column("class_code", ("客户等级", "等级", "客户分类", "class"), values.word(_CLASSES, "A、B、C、D"), empty="D"),
        Column("uscc", ("统一社会信用代码", "信用代码", "税号"), values.uscc, empty=None),
        Column("city", ("城市", "所在城市"), values.text(80)),
        Column("payment_days", ("账期", "账期天数"), values.whole(most=365), empty=0),
        Column("discount_percent", ("折扣", "折扣百分比"), values.whole(most=50), empty=0),
        Column("owner_code", ("客户负责人", "负责人", "客服", "owner"), values.code(32)),
        Column("note", ("备注",), values.text(1000)),
    )

    async def plan(self, parsed: Parsed, job: Job) -> Changes:
        """See Kind.plan."""
        stored = await job.repository.rows(Customer, "code", [row.values["code"] for row in parsed.rows])
        known, changes = {item["code"]: item for item in stored}, Changes()
        for row in without_doubles(parsed, "code"):
            before = known.get(row.values["code"])
            if before is None:
                changes.insert(Customer, {**new_values(self.columns, row), "created_at": job.now})
            updated = before is not None and changes.update(Customer, before, row.values)
            changes.count(added=before is None, updated=updated)
        return changes


class Contacts(Kind):
    """One person a row; the code is its key."""

    name = "contacts"
    title = "联系人"
    columns = (
        Column("code", ("联系人编码", "联系人代码", "编码"), values.code(32), required=True),
        Column("customer", ("客户", "客户编码", "公司", "客户名称"), values.text(200), required=True),
        Column("name", ("姓名", "联系人", "联系人姓名"), values.text(80), required=True),
        Column("title", ("职务", "职位"), values.text(80)),
        Column("phone", ("电话", "手机", "手机号", "联系电话"), values.phone, empty=None),
        Column("email", ("邮箱", "电子邮箱", "e-mail"), values.email, empty=None),
        Column("honorific", ("称呼", "尊称"), values.text(16)),
    )

    async def plan(self, parsed: Parsed, job: Job) -> Changes:
        """See Kind.plan."""
        customers = await CustomerIndex.load(job, parsed)
        stored = await job.repository.rows(Contact, "code", [row.values["code"] for row in parsed.rows])
        known, changes = {item["code"]: item for item in stored}, Changes()
        for row in without_doubles(parsed, "code"):
            customer = customers.find(parsed, row)
            if customer is None:
                continue
            before = known.get(row.values["code"])
            link = {"customer_id": customer["id"]}
            if before is None:
                new = new_values(self.columns, row) | link | {"created_at": job.now}
                del new["customer"]
                changes.insert(Contact, new)
            elif before["customer_id"] != customer["id"]:
                # Accounts bound to the contact would see the other company's shipments from now on.
                parsed.refuse(row, "customer", "这个联系人属于另一客户，请新建联系人编码")
                continue
            given = {name: value for name, value in row.values.items() if name != "customer"}
            updated = before is not None and changes.update(Contact, before, given)
            changes.count(added=before is None, updated=updated)
        return changes
